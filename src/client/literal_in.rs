//! A literal that passes through to the caller while it arrives: into memory of the caller, into a descriptor, or away.

use super::Connection;
use super::wait::Stop;
use crate::error::{Error, IMAP_ERR_STATE, Result};
use crate::net::Received;
use crate::net::sys;
use crate::proto::machine::literal::LiteralInfo;
use std::os::fd::RawFd;

/// What reading a literal gave.
pub enum LiteralRead {
    /// This many octets.
    Octets(usize),
    /// It is over.
    End,
}

/// Shorter reads go through the connection's own buffer, so that each system call still moves much.
const PAST_BUFFER_MIN: usize = 16 * 1024;

impl Connection {
    /// Reads at least one octet of the literal into `out`.
    pub fn literal_read(&mut self, out: &mut [u8]) -> std::result::Result<Result<LiteralRead>, Stop> {
        self.run_until(None, |c| c.literal_try(out))
    }

    fn literal_try(&mut self, out: &mut [u8]) -> Option<Result<LiteralRead>> {
        if let Some(dead) = self.machine.dead() {
            return Some(Err(dead.clone()));
        }
        loop {
            if !self.machine.has_literal() || out.is_empty() {
                return Some(Ok(LiteralRead::End));
            }
            let here = self.machine.literal_octets();
            if !here.is_empty() {
                let n = here.len().min(out.len());
                out[..n].copy_from_slice(&here[..n]);
                let now = self.now_ms();
                self.machine.literal_taken(n, now);
                return Some(Ok(LiteralRead::Octets(n)));
            }
            let room = self.machine.literal_past_buffer().min(out.len());
            if room < PAST_BUFFER_MIN.min(self.machine.literal_past_buffer()) {
                if !self.receive() {
                    return None;
                }
                continue;
            }
            let now = self.now_ms();
            let read = self.transport.as_mut().map(|t| t.read(&mut out[..room]))?;
            match read {
                Ok(Received::Octets(n)) => {
                    self.machine.literal_read(n, now);
                    return Some(Ok(LiteralRead::Octets(n)));
                }
                Ok(Received::Again) => return None,
                Ok(Received::Eof) => self.peer_ended(now),
                Err(error) => self.machine.fail(error),
            }
            return self.machine.dead().cloned().map(Err);
        }
    }

    /// Writes the rest of the literal to a descriptor.
    pub fn literal_to_fd(&mut self, fd: RawFd) -> std::result::Result<Result<()>, Stop> {
        let kind = match sys::kind_of(fd) {
            Ok(kind) => kind,
            Err(e) => return Ok(Err(Error::system("literal_to_fd", e.raw_os_error().unwrap_or(0)))),
        };
        if !self.machine.has_literal() {
            return Ok(Err(self.machine.dead().cloned().unwrap_or_else(no_literal)));
        }
        loop {
            if let Err(error) = self.run_until(None, Connection::literal_here)? {
                return Ok(Err(error));
            }
            let here = self.machine.literal_octets();
            if here.is_empty() {
                return Ok(Ok(()));
            }
            let mut taken = 0;
            let written = write_all(fd, kind, here, &mut taken);
            let now = self.now_ms();
            // What it did not take can still be read.
            self.machine.literal_taken(taken, now);
            if let Err(error) = written {
                return Ok(Err(error));
            }
        }
    }

    /// Octets of the literal are in the connection's buffer, or there are no more.
    fn literal_here(&mut self) -> Option<Result<()>> {
        loop {
            if let Some(dead) = self.machine.dead() {
                return Some(Err(dead.clone()));
            }
            if !self.machine.has_literal() || !self.machine.literal_octets().is_empty() {
                return Some(Ok(()));
            }
            if !self.receive() {
                return None;
            }
        }
    }

    /// What is known of the literal that waits; its item's name stays with the connection.
    pub fn literal_info(&mut self) -> Option<&LiteralInfo> {
        let info = self.machine.literal_info();
        let kept = &mut self.rare().literal_info;
        *kept = info;
        kept.as_ref()
    }

    /// Drops the rest of the literal.
    pub fn literal_skip(&mut self) -> Result<()> {
        if !self.machine.has_literal() {
            return Err(no_literal());
        }
        self.machine.skip_literal();
        Ok(())
    }
}

fn no_literal() -> Error {
    Error::new(
        IMAP_ERR_STATE,
        "no literal waits to be read: imap_next announces one with IMAP_LITERAL",
    )
}

fn write_all(fd: RawFd, kind: sys::FdKind, octets: &[u8], taken: &mut usize) -> Result<()> {
    sys::write_all(fd, kind, octets, taken).map_err(|e| {
        let errno = e.raw_os_error().unwrap_or(libc::EIO);
        Error::system("writing the literal to the descriptor", errno)
    })
}
