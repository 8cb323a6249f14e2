//! How messages name the other end. Values only; worded when something has gone wrong.

use std::fmt;
use std::os::fd::RawFd;
use std::sync::Arc;

pub enum Peer {
    /// The empty host is this machine.
    Host {
        host: Arc<str>,
        port: u16,
    },
    Descriptors {
        read: RawFd,
        write: RawFd,
    },
    Words(&'static str),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Host { host, port } if host.is_empty() => write!(f, "localhost port {port}"),
            Peer::Host { host, port } => write!(f, "{host} port {port}"),
            Peer::Descriptors { read, write } => write!(f, "descriptors {read} and {write}"),
            Peer::Words(words) => f.write_str(words),
        }
    }
}
