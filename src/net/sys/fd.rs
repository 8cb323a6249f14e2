//! Descriptors that the caller gave us: what they are, and reading and writing them without blocking, whatever their
//! mode. The mode belongs to the open file, which other processes may share, so it is neither trusted nor changed.

use super::{errno, signal::without_sigpipe};
use std::io;
use std::os::fd::RawFd;

/// A descriptor and whether it is ours to close.
pub struct Descriptor {
    fd: RawFd,
    is_owned: bool,
}

impl Descriptor {
    pub fn new(fd: RawFd, is_owned: bool) -> Descriptor {
        Descriptor { fd, is_owned }
    }

    pub fn fd(&self) -> RawFd {
        self.fd
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        if self.is_owned {
            // SAFETY: an owned descriptor was made by us or handed over by the caller, and is closed only here.
            unsafe { libc::close(self.fd) };
        }
    }
}

/// What decides how a descriptor is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FdKind {
    Socket,
    Pipe,
    /// Terminals and the like.
    Other,
}

pub fn kind_of(fd: RawFd) -> io::Result<FdKind> {
    let mut stat = std::mem::MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: `stat` has room for the answer and is read only after the call succeeded.
    let mode = unsafe {
        if libc::fstat(fd, stat.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        stat.assume_init().st_mode
    };
    Ok(match mode & libc::S_IFMT {
        libc::S_IFSOCK => FdKind::Socket,
        libc::S_IFIFO => FdKind::Pipe,
        _ => FdKind::Other,
    })
}

/// Reads what is there; `WouldBlock` if nothing is. Not for sockets: those have `recv`.
pub fn read_ready(fd: RawFd, buf: &mut [u8]) -> io::Result<usize> {
    if !is_ready(fd, libc::POLLIN)? {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    // SAFETY: `buf` is writable for its whole length.
    match unsafe { libc::read(fd, buf.as_mut_ptr().cast(), buf.len()) } {
        n if n >= 0 => Ok(n as usize),
        // A terminal whose other end is gone answers EIO: that is its end of file.
        _ if errno() == libc::EIO => Ok(0),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Writes as much as is sure not to block; `WouldBlock` if nothing is. Not for sockets: those have `send`.
///
/// A pipe that polls writable takes PIPE_BUF octets at once, a terminal 256; more than that in one write would block
/// on a descriptor in blocking mode until all is taken.
pub fn write_ready(fd: RawFd, kind: FdKind, buf: &[u8]) -> io::Result<usize> {
    let piece = if kind == FdKind::Pipe { libc::PIPE_BUF } else { 256 };
    let mut done = 0;
    for chunk in buf.chunks(piece) {
        let result = match is_ready(fd, libc::POLLOUT) {
            Ok(true) => without_sigpipe(|| {
                // SAFETY: `chunk` is readable for its whole length.
                match unsafe { libc::write(fd, chunk.as_ptr().cast(), chunk.len()) } {
                    n if n >= 0 => Ok(n as usize),
                    _ => Err(io::Error::last_os_error()),
                }
            }),
            Ok(false) => Err(io::ErrorKind::WouldBlock.into()),
            Err(e) => Err(e),
        };
        match result {
            Ok(n) if n == chunk.len() => done += n,
            Ok(n) => return Ok(done + n),
            // What is written is written; the failure comes again with the next call.
            Err(_) if done > 0 => return Ok(done),
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// Writes all of it, waiting where that is needed. `taken` says how much the descriptor took, also after a failure.
pub fn write_all(fd: RawFd, kind: FdKind, buf: &[u8], taken: &mut usize) -> io::Result<()> {
    *taken = 0;
    while let Some(rest) = buf.get(*taken..).filter(|rest| !rest.is_empty()) {
        let written = match kind {
            FdKind::Socket => super::send(fd, rest),
            FdKind::Pipe => write_ready(fd, kind, rest),
            // SAFETY: `rest` is readable for its whole length.
            FdKind::Other => match unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) } {
                n if n >= 0 => Ok(n as usize),
                _ => Err(io::Error::last_os_error()),
            },
        };
        match written {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => *taken += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => wait_for(fd, libc::POLLOUT)?,
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Reads what comes next, waiting for it.
pub fn read_blocking(fd: RawFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: `buf` is writable for its whole length.
        match unsafe { libc::read(fd, buf.as_mut_ptr().cast(), buf.len()) } {
            n if n >= 0 => return Ok(n as usize),
            _ => match io::Error::last_os_error() {
                e if e.kind() == io::ErrorKind::Interrupted => {}
                e if e.kind() == io::ErrorKind::WouldBlock => wait_for(fd, libc::POLLIN)?,
                e => return Err(e),
            },
        }
    }
}

fn wait_for(fd: RawFd, events: i16) -> io::Result<()> {
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one entry, borrowed for the call.
    match unsafe { libc::poll(&mut entry, 1, -1) } {
        n if n >= 0 => Ok(()),
        _ if errno() == libc::EINTR => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn is_ready(fd: RawFd, events: i16) -> io::Result<bool> {
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one entry, borrowed for the call. With a timeout of 0 it does not wait.
    match unsafe { libc::poll(&mut entry, 1, 0) } {
        n if n >= 0 => Ok(n > 0),
        _ if errno() == libc::EINTR => Ok(false),
        _ => Err(io::Error::last_os_error()),
    }
}
