//! The transport: everything that moves octets between this machine and a server.
//!
//! In: where to connect, and octets to send. Out: octets received, and the descriptors and times to wait for. Nothing
//! here waits (`sys::PollSet` is for the caller's loop; `close` alone may wait for a child process), and nothing here
//! knows what the octets mean.

mod child;
mod custom;
mod options;
mod peer;
mod raw;
mod resolve;
#[allow(unsafe_code)]
pub mod sys;
mod tcp;
mod tls;
mod tls_context;
mod tls_error;

#[cfg(test)]
mod tests;

pub use custom::CustomIo;
pub use options::{Family, NetOptions, TlsOptions, TlsVersion};
pub use sys::ChildStatus;
pub use tls::TlsInfo;

use crate::error::{Error, IMAP_ERR_CLOSED, IMAP_ERR_STATE, Result, reason};
use peer::Peer;
use raw::Raw;
use std::ffi::CString;
use std::io;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::Instant;
use sys::PollSet;
use tcp::{Connected, Connecting};
use tls::Tls;

/// How far `drive` came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Octets can be read and written.
    Ready,
    /// Wait for `poll_fds` or `deadline`, then drive again.
    Pending,
}

/// What a read gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Octets(usize),
    /// Nothing is there now.
    Again,
    /// The other end sends nothing more. Under TLS also where it has not said so properly.
    Eof,
}

/// One connection, whatever carries it.
pub struct Transport {
    link: Link,
    peer: Peer,
    child: Option<sys::Child>,
    is_local: bool,
    /// The process that made it: in a forked child it is only forgotten.
    generation: u64,
}

enum Link {
    Connecting(Box<Connecting>),
    Clear(Raw),
    Tls(Box<Tls>),
    Closed,
}

impl Transport {
    /// Begins to connect; `drive` goes on. The empty host is this machine.
    pub fn tcp(host: impl Into<Arc<str>>, port: u16, options: &NetOptions) -> Result<Transport> {
        let host = host.into();
        let connecting = Connecting::begin(&host, port, options)?;
        Ok(Transport::new(
            Link::Connecting(Box::new(connecting)),
            Peer::Host { host, port },
            false,
        ))
    }

    /// Starts `/bin/sh -c line` and talks to its standard input and output.
    pub fn shell(line: &str) -> Result<Transport> {
        Ok(Transport::with_child(
            child::start_shell(line)?,
            "the command's process",
        ))
    }

    /// Starts a program, searched in PATH, and talks to its standard input and output.
    pub fn argv(args: &[CString]) -> Result<Transport> {
        Ok(Transport::with_child(child::start(args)?, "the started process"))
    }

    /// Talks through descriptors of the caller, which may be one and the same. Their mode is neither trusted nor changed.
    pub fn fds(read_fd: RawFd, write_fd: RawFd, close_when_done: bool) -> Result<Transport> {
        let raw = Raw::from_fds(read_fd, write_fd, close_when_done)?;
        let is_local = raw.is_local();
        Ok(Transport::new(
            Link::Clear(raw),
            Peer::Descriptors {
                read: read_fd,
                write: write_fd,
            },
            is_local,
        ))
    }

    /// Talks through functions of the caller.
    pub fn custom(io: Box<dyn CustomIo>) -> Transport {
        Transport::new(
            Link::Clear(Raw::custom(io)),
            Peer::Words("the caller's functions"),
            false,
        )
    }

    fn with_child((child, raw): (sys::Child, Raw), peer: &'static str) -> Transport {
        let mut transport = Transport::new(Link::Clear(raw), Peer::Words(peer), true);
        transport.child = Some(child);
        transport
    }

    fn new(link: Link, peer: Peer, is_local: bool) -> Transport {
        Transport {
            link,
            peer,
            child: None,
            is_local,
            generation: sys::process_generation(),
        }
    }

    /// Resolves, connects, shakes hands: as far as it goes without waiting. After an error the connection is closed.
    pub fn drive(&mut self, now: Instant) -> Result<Progress> {
        let result = match &mut self.link {
            Link::Connecting(connecting) => match connecting.step(now) {
                Ok(None) => Ok(Progress::Pending),
                Ok(Some(Connected { socket, is_local })) => {
                    self.link = Link::Clear(Raw::Socket {
                        fd: socket,
                        is_ours: true,
                    });
                    self.is_local = is_local;
                    Ok(Progress::Ready)
                }
                Err(e) => Err(e),
            },
            Link::Tls(tls) => tls.handshake(&self.peer),
            Link::Clear(_) => Ok(Progress::Ready),
            Link::Closed => Err(self.closed()),
        };
        if result.is_err() {
            self.close();
        }
        result
    }

    /// By when the connection shall stand; several addresses share the time until then.
    pub fn set_connect_deadline(&mut self, deadline: Option<Instant>) {
        if let Link::Connecting(connecting) = &mut self.link {
            connecting.set_deadline(deadline);
        }
    }

    /// Puts TLS over a connection that is ready, then `drive` shakes hands. Octets received in clear that the caller
    /// still holds are his to refuse. An error before anything was sent leaves the connection as it was.
    pub fn start_tls(&mut self, server_name: &str, options: &TlsOptions) -> Result<()> {
        if !matches!(self.link, Link::Clear(_)) {
            let state = match self.link {
                Link::Connecting(_) => "the connection does not stand yet",
                Link::Tls(_) => "TLS is on already",
                _ => "the connection is closed",
            };
            return Err(Error::new(
                IMAP_ERR_STATE,
                format!("cannot begin TLS with {}: {state}", self.peer),
            ));
        }
        let ssl = tls::prepare(server_name, &options.context()?)?;
        if let Link::Clear(raw) = std::mem::replace(&mut self.link, Link::Closed) {
            self.link = Link::Tls(Box::new(Tls::new(ssl, server_name, raw, options.is_own_context)?));
        }
        Ok(())
    }

    pub fn read(&mut self, buf: &mut [u8]) -> Result<Received> {
        let result = match &mut self.link {
            Link::Clear(raw) => raw.read(buf),
            Link::Tls(tls) => return tls.read(buf, &self.peer),
            Link::Connecting(_) | Link::Closed => return Err(self.closed()),
        };
        match result {
            Ok(0) if !buf.is_empty() => Ok(Received::Eof),
            Ok(n) => Ok(Received::Octets(n)),
            Err(e) if is_again(&e) => Ok(Received::Again),
            Err(e) => Err(broken("reading from", &self.peer, &e)),
        }
    }

    /// Writes what goes at once; `None` if that is nothing. Under TLS the same octets must then come again (more may
    /// follow them).
    pub fn write(&mut self, buf: &[u8]) -> Result<Option<usize>> {
        let result = match &mut self.link {
            Link::Clear(raw) => raw.write(buf),
            Link::Tls(tls) => return tls.write(buf, &self.peer),
            Link::Connecting(_) | Link::Closed => return Err(self.closed()),
        };
        match result {
            Ok(n) => Ok(Some(n)),
            Err(e) if is_again(&e) => Ok(None),
            Err(e) => Err(broken("writing to", &self.peer, &e)),
        }
    }

    /// What to wait for now. Empty for functions without a descriptor (see `set_read_wait`) and when closed.
    pub fn poll_fds(&self, want_write: bool) -> PollSet {
        let mut set = PollSet::new();
        match &self.link {
            Link::Connecting(connecting) => connecting.add_interest(&mut set),
            Link::Clear(raw) => raw.add_interest(&mut set, true, want_write),
            Link::Tls(tls) => tls.add_interest(&mut set, want_write),
            Link::Closed => {}
        }
        set
    }

    /// Gives memory back that silence does not need.
    pub fn release(&mut self) {
        if let Link::Tls(tls) = &mut self.link {
            tls.release();
        }
    }

    /// When `drive` wants to be called though no descriptor is ready.
    pub fn deadline(&self) -> Option<Instant> {
        match &self.link {
            Link::Connecting(connecting) => connecting.next_deadline(),
            _ => None,
        }
    }

    /// Octets are here that no descriptor will announce: read before waiting.
    pub fn has_buffered(&self) -> bool {
        matches!(&self.link, Link::Tls(tls) if tls.has_buffered())
    }

    /// Octets may be inside the caller's functions: ask them before waiting for their descriptor.
    pub fn may_hold(&self) -> bool {
        match &self.link {
            Link::Clear(raw) => raw.may_hold(),
            Link::Tls(tls) => tls.may_hold(),
            Link::Connecting(_) | Link::Closed => false,
        }
    }

    /// Whether a signal ended the last read of such a function; once.
    pub fn take_interrupted(&mut self) -> bool {
        match &mut self.link {
            Link::Clear(raw) => raw.take_interrupted(),
            Link::Tls(tls) => tls.raw_mut().take_interrupted(),
            Link::Connecting(_) | Link::Closed => false,
        }
    }

    /// Whether reads go to a caller's function without a descriptor: nothing can be polled, the read itself waits.
    pub fn may_block(&self) -> bool {
        self.raw().is_some_and(Raw::may_block)
    }

    /// How long such a function may wait in the reads that follow, in milliseconds; -1 is without limit.
    pub fn set_read_wait(&mut self, timeout_ms: i32) {
        match &mut self.link {
            Link::Clear(raw) => raw.set_wait(timeout_ms),
            Link::Tls(tls) => tls.raw_mut().set_wait(timeout_ms),
            Link::Connecting(_) | Link::Closed => {}
        }
    }

    /// The descriptor octets are read from; while resolving the one that tells of the answer.
    pub fn fd(&self) -> Option<RawFd> {
        match &self.link {
            Link::Connecting(connecting) => connecting.fd(),
            _ => self.raw().and_then(Raw::fd),
        }
    }

    /// The other end is on this machine: a loopback address, a unix socket, a child process, a pipe.
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// It was connected to a port of a host.
    pub fn has_port(&self) -> bool {
        matches!(self.peer, Peer::Host { .. })
    }

    /// TLS protects what is read and written (also while it shakes hands, when nothing is).
    pub fn is_tls(&self) -> bool {
        matches!(self.link, Link::Tls(_))
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.link, Link::Closed)
    }

    /// What the handshake settled, once it is done and until the connection is closed.
    pub fn tls_info(&self) -> Option<&TlsInfo> {
        match &self.link {
            Link::Tls(tls) => tls.info(),
            _ => None,
        }
    }

    pub fn child_pid(&self) -> Option<i32> {
        self.child.as_ref().map(sys::Child::pid)
    }

    /// How the child process stands; known also after `close`.
    pub fn child_status(&mut self) -> Option<ChildStatus> {
        self.child.as_mut().map(sys::Child::status)
    }

    /// How a child process ended that says itself that it failed.
    pub fn failed_program(&mut self) -> Option<String> {
        match self.child_status()? {
            ChildStatus::Exited(status) if status != 0 => Some(child::failure(status)),
            _ => None,
        }
    }

    /// Ends the connection, with TLS's farewell if that needs no waiting, and sees a child process off (up to four
    /// seconds; most take none). Closing twice does nothing.
    pub fn close(&mut self) {
        if self.generation != sys::process_generation() {
            return self.forget_in_child();
        }
        match std::mem::replace(&mut self.link, Link::Closed) {
            Link::Clear(mut raw) => raw.close(),
            Link::Tls(mut tls) => tls.close(),
            Link::Connecting(_) | Link::Closed => {}
        }
        if let Some(child) = &mut self.child {
            child::see_off(child);
        }
    }

    /// For a forked child: closes its copies of the descriptors. The connection and its process stay the parent's.
    pub fn forget_in_child(&mut self) {
        self.link = Link::Closed;
        self.child = None;
    }

    fn raw(&self) -> Option<&Raw> {
        match &self.link {
            Link::Clear(raw) => Some(raw),
            Link::Tls(tls) => Some(tls.raw()),
            Link::Connecting(_) | Link::Closed => None,
        }
    }

    #[cold]
    fn closed(&self) -> Error {
        Error::new(
            IMAP_ERR_CLOSED,
            format!("the connection to {} is closed; open a new one", self.peer),
        )
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        self.close();
    }
}

/// A connection that ended without a word is closed; any other failure is the system's.
#[cold]
#[inline(never)]
fn broken(doing: &str, peer: &Peer, error: &io::Error) -> Error {
    let errno = error.raw_os_error().unwrap_or(0);
    let text = if errno == 0 { error.to_string() } else { reason(errno) };
    let code = match errno {
        libc::EPIPE | libc::ECONNRESET | libc::ECONNABORTED | libc::ENOTCONN => IMAP_ERR_CLOSED,
        _ => crate::error::IMAP_ERR_SYSTEM,
    };
    Error {
        code,
        message: format!("{doing} {peer}: {text}; the connection is over"),
        errno,
    }
}

fn is_again(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
