//! The octets below TLS: one value for sockets, caller's descriptors and caller's functions. Nothing here waits, except
//! that functions without a descriptor may, for as long as the connection allows.

use super::custom::CustomIo;
use super::sys::{self, Descriptor, FdKind, PollSet};
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use std::io;
use std::os::fd::RawFd;

pub enum Raw {
    /// `is_ours`: made here, so its connection is shut down before it is closed.
    Socket {
        fd: Descriptor,
        is_ours: bool,
    },
    Files {
        read: File,
        write: File,
    },
    Custom {
        io: Box<dyn CustomIo>,
        /// As the functions said at the beginning.
        fd: Option<RawFd>,
        wait_ms: i32,
        /// `read` has not said "not now" since it last had octets: it may hold more, of which no descriptor tells.
        may_hold: bool,
        /// A signal ended a read that waited.
        was_interrupted: bool,
    },
}

pub struct File {
    fd: Descriptor,
    kind: FdKind,
}

impl Raw {
    /// The caller's descriptors, which may be the same one.
    pub fn from_fds(read_fd: RawFd, write_fd: RawFd, close_when_done: bool) -> Result<Raw> {
        let read_kind = checked_kind("read", read_fd)?;
        let write_kind = checked_kind("write", write_fd)?;
        let read = Descriptor::new(read_fd, close_when_done);
        if read_fd == write_fd && read_kind == FdKind::Socket {
            return Ok(Raw::Socket {
                fd: read,
                is_ours: false,
            });
        }
        let write = Descriptor::new(write_fd, close_when_done && write_fd != read_fd);
        Ok(Raw::Files {
            read: File {
                fd: read,
                kind: read_kind,
            },
            write: File {
                fd: write,
                kind: write_kind,
            },
        })
    }

    /// The caller's functions.
    pub fn custom(io: Box<dyn CustomIo>) -> Raw {
        let fd = io.fd();
        Raw::Custom {
            io,
            fd,
            wait_ms: 0,
            may_hold: true,
            was_interrupted: false,
        }
    }

    pub fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Raw::Socket { fd, .. } => sys::recv(fd.fd(), buf),
            Raw::Files { read, .. } if read.kind == FdKind::Socket => sys::recv(read.fd.fd(), buf),
            Raw::Files { read, .. } => sys::read_ready(read.fd.fd(), buf),
            Raw::Custom {
                io,
                fd,
                wait_ms,
                may_hold,
                was_interrupted,
            } => {
                let timeout_ms = if fd.is_some() { 0 } else { *wait_ms };
                let read = io
                    .read(buf, timeout_ms)
                    .and_then(|n| checked_count("read", n, buf.len()));
                *may_hold = match &read {
                    Ok(n) => *n > 0,
                    Err(e) => *may_hold && e.kind() == io::ErrorKind::Interrupted,
                };
                *was_interrupted = timeout_ms != 0 && matches!(&read, Err(e) if e.kind() == io::ErrorKind::Interrupted);
                read
            }
        }
    }

    /// Reads into the spare room of `buf`, which has some.
    pub fn read_into(&mut self, buf: &mut Vec<u8>) -> io::Result<usize> {
        let held = buf.len();
        match self {
            Raw::Socket { fd, .. } => sys::recv_into(fd.fd(), buf),
            _ => {
                buf.resize(buf.capacity(), 0);
                let result = self.read(buf.get_mut(held..).unwrap_or_default());
                buf.truncate(held + result.as_ref().map_or(0, |n| *n));
                result
            }
        }
    }

    pub fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Raw::Socket { fd, .. } => sys::send(fd.fd(), buf),
            Raw::Files { write, .. } if write.kind == FdKind::Socket => sys::send(write.fd.fd(), buf),
            Raw::Files { write, .. } => sys::write_ready(write.fd.fd(), write.kind, buf),
            Raw::Custom { io, .. } => match checked_count("write", io.write(buf)?, buf.len())? {
                0 if !buf.is_empty() => Err(io::Error::other(
                    "the caller's write function wrote nothing, and did not say EAGAIN",
                )),
                n => Ok(n),
            },
        }
    }

    pub fn add_interest(&self, set: &mut PollSet, want_read: bool, want_write: bool) {
        let read = if want_read { libc::POLLIN } else { 0 };
        let write = if want_write { libc::POLLOUT } else { 0 };
        match self {
            Raw::Socket { fd, .. } => set.add(fd.fd(), read | write),
            Raw::Files { read: from, write: to } => {
                set.add(from.fd.fd(), read);
                set.add(to.fd.fd(), write);
            }
            Raw::Custom { fd, .. } => {
                if let Some(fd) = fd {
                    set.add(*fd, read | write);
                }
            }
        }
    }

    /// The descriptor that octets are read from.
    pub fn fd(&self) -> Option<RawFd> {
        match self {
            Raw::Socket { fd, .. } => Some(fd.fd()),
            Raw::Files { read, .. } => Some(read.fd.fd()),
            Raw::Custom { fd, .. } => *fd,
        }
    }

    /// Whether the other end is on this machine: a unix socket, a loopback address, a pipe.
    pub fn is_local(&self) -> bool {
        let socket_is_local = |fd: &Descriptor| match sys::peer_address(fd.fd()) {
            Ok((libc::AF_UNIX, _)) => true,
            Ok((_, Some(addr))) => addr.ip().to_canonical().is_loopback(),
            _ => false,
        };
        let is_local = |file: &File| match file.kind {
            FdKind::Socket => socket_is_local(&file.fd),
            FdKind::Pipe => true,
            FdKind::Other => false,
        };
        match self {
            Raw::Socket { fd, .. } => socket_is_local(fd),
            Raw::Files { read, write } => is_local(read) && is_local(write),
            Raw::Custom { .. } => false,
        }
    }

    pub fn set_wait(&mut self, timeout_ms: i32) {
        if let Raw::Custom { wait_ms, .. } = self {
            *wait_ms = timeout_ms;
        }
    }

    /// Functions that have no descriptor, so that a call of them may wait.
    pub fn may_block(&self) -> bool {
        matches!(self, Raw::Custom { fd: None, .. })
    }

    /// Whether a signal ended the last read of a caller's function that waited itself; once.
    pub fn take_interrupted(&mut self) -> bool {
        match self {
            Raw::Custom { was_interrupted, .. } => std::mem::take(was_interrupted),
            Raw::Socket { .. } | Raw::Files { .. } => false,
        }
    }

    /// Octets may be inside the caller's functions.
    pub fn may_hold(&self) -> bool {
        matches!(self, Raw::Custom { may_hold: true, .. })
    }

    /// Ends the connection itself; the descriptors close when the value is dropped.
    pub fn close(&mut self) {
        match self {
            Raw::Socket { fd, is_ours: true } => sys::shutdown_both(fd.fd()),
            Raw::Custom { io, .. } => io.close(),
            Raw::Socket { .. } | Raw::Files { .. } => {}
        }
    }
}

fn checked_kind(which: &str, fd: RawFd) -> Result<FdKind> {
    sys::kind_of(fd).map_err(|_| {
        Error::new(
            IMAP_ERR_ARGUMENT,
            format!("the {which} descriptor {fd} is not open; give one that is"),
        )
    })
}

/// A caller's function that claims more than it was given would make us read memory it never filled.
fn checked_count(which: &str, n: usize, room: usize) -> io::Result<usize> {
    if n <= room {
        return Ok(n);
    }
    Err(io::Error::other(format!(
        "the caller's {which} function reported {n} octets where {room} were possible"
    )))
}
