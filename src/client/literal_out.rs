//! APPEND from the caller's memory or from a descriptor, piece by piece: nothing of the message is kept here, but for
//! what was read from a descriptor when the transport took no more.

use super::wait::Stop;
use super::{Call, Connection};
use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_STATE, Result, reason};
use crate::net::sys;
use crate::proto::command::arg::{Arg, imap_arg_type::*};
use crate::proto::command::encode::{Encoder, Wire};
use crate::proto::machine::append::Room;
use crate::proto::machine::job::Request;
use std::os::fd::RawFd;

/// What writing a message came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralWritten {
    /// This many octets were taken.
    Octets(usize),
    /// The server has answered the command already; nothing more of it is sent.
    Answered,
}

/// Of octets, or why none; `Stop` if the wait for room was left.
type Written = std::result::Result<Result<LiteralWritten>, Stop>;

const COPY: usize = 256 * 1024;

impl Connection {
    /// Begins an APPEND to a mailbox; messages follow.
    pub fn append_begin(&mut self, mailbox: &[u8]) -> Call {
        let args = [Arg::new(IMAP_ARG_MAILBOX, mailbox)];
        let wire = Encoder::command("APPEND", &args, self.machine.form())?;
        let id = self.submit(Request::Append { wire })?;
        self.append = Some(id);
        self.take_unsent();
        Ok(id)
    }

    /// Announces a message of `size` octets.
    pub fn append_message(&mut self, flags: Option<&[u8]>, date: Option<&[u8]>, size: u64) -> Result<()> {
        let id = self.open_append()?;
        let text = self.message_text(flags, date, size)?;
        let now = self.now_ms();
        self.machine.append_message(id, text, size, now)?;
        self.step(false);
        Ok(())
    }

    /// What stands in front of a message of `size` octets, if it can be announced.
    pub fn message_text(&self, flags: Option<&[u8]>, date: Option<&[u8]>, size: u64) -> Result<Wire<'static>> {
        if size > i64::MAX as u64 {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("APPEND: a message of {size} octets is more than 63 bits can say; nothing was sent"),
            ));
        }
        let mut args = Vec::new();
        args.extend(flags.map(|f| Arg::new(IMAP_ARG_FLAGS, f)));
        args.extend(date.map(|d| Arg::new(IMAP_ARG_DATE, d)));
        let mut encoder = Encoder::continuing("APPEND", &args, self.machine.form());
        for arg in &args {
            encoder.arg(arg)?;
        }
        Ok(encoder.finish().into_owned())
    }

    /// The message cannot be given: nothing is left of the command, and nothing of the connection if it had begun.
    pub fn give_up_append(&mut self, id: u32) {
        self.machine.give_up_append(id);
        self.machine.outcome(id);
    }

    fn open_append(&self) -> Result<u32> {
        self.machine.open_append().ok_or_else(|| {
            Error::new(
                IMAP_ERR_STATE,
                "no APPEND is being written: begin with imap_append_begin",
            )
        })
    }

    /// Writes octets of the message, behind what is left of a descriptor's. Waits until all are taken; without waiting,
    /// as many as go.
    pub fn literal_write(&mut self, octets: &[u8], taken: &mut usize) -> Written {
        *taken = 0;
        match self.write_unsent()? {
            Ok(LiteralWritten::Octets(_)) => self.write_piece(octets, taken),
            other => Ok(other),
        }
    }

    /// Writes what was read from a descriptor and did not go then.
    fn write_unsent(&mut self) -> Written {
        let mut unsent = self.take_unsent();
        let mut at = 0;
        let written = self.write_whole(&unsent, &mut at);
        if written.is_err() {
            unsent.drain(..at);
            self.rare().unsent = unsent;
        }
        written
    }

    fn take_unsent(&mut self) -> Vec<u8> {
        self.rare
            .as_mut()
            .map_or_else(Vec::new, |r| std::mem::take(&mut r.unsent))
    }

    /// Writes all of `octets`; `at` says how many have gone, also where that is left in the middle.
    fn write_whole(&mut self, octets: &[u8], at: &mut usize) -> Written {
        while *at < octets.len() {
            let mut taken = 0;
            let written = self.write_piece(&octets[*at..], &mut taken);
            *at += taken;
            match written? {
                Ok(LiteralWritten::Octets(_)) => {}
                other => return Ok(other),
            }
        }
        Ok(Ok(LiteralWritten::Octets(*at)))
    }

    fn write_piece(&mut self, octets: &[u8], taken: &mut usize) -> Written {
        self.wants_write = false;
        let id = match self.open_append() {
            Ok(id) => id,
            // It may have been answered in the meantime.
            Err(error) => return Ok(self.append_is_over(error)),
        };
        // The command may wait behind one whose rows are taken one by one.
        self.machine.keep_rows(true);
        let written = self.run_until(None, |c| {
            let written = c.write_some(id, octets, taken);
            let (is_blocked, now) = (c.wants_write, c.now_ms());
            c.machine.append_is_blocked(id, is_blocked, now);
            written
        });
        self.machine.keep_rows(false);
        // The caller's loop waits for room on its own.
        if !(self.is_nonblock && written == Err(Stop::Again)) {
            self.wants_write = false;
            let now = self.now_ms();
            self.machine.append_is_blocked(id, false, now);
        }
        if written == Err(Stop::Again) && *taken > 0 {
            return Ok(Ok(LiteralWritten::Octets(*taken)));
        }
        written
    }

    /// What the server answered counts also where the connection ended behind it.
    fn append_is_over(&self, error: Error) -> Result<LiteralWritten> {
        let dead = self.machine.dead();
        let was_answered =
            |id| self.machine.has_outcome(id) && (dead.is_none() || self.machine.failure_of(id).is_none());
        match dead {
            _ if self.append.is_some_and(was_answered) => Ok(LiteralWritten::Answered),
            Some(dead) => Err(dead.clone()),
            None => Err(error),
        }
    }

    fn write_some(&mut self, id: u32, octets: &[u8], taken: &mut usize) -> Option<Result<LiteralWritten>> {
        loop {
            self.wants_write = false;
            if let Some(dead) = self.machine.dead() {
                return Some(self.append_is_over(dead.clone()));
            }
            let left = match self.machine.append_room(id) {
                Room::Octets(left) => left,
                Room::Later => return None,
                Room::NoMessage => return Some(Err(no_message())),
                Room::Ended => return Some(Ok(LiteralWritten::Answered)),
            };
            let rest = &octets[*taken..];
            if rest.is_empty() {
                return Some(Ok(LiteralWritten::Octets(*taken)));
            }
            let n = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
            if n == 0 {
                return Some(Err(Error::new(
                    IMAP_ERR_ARGUMENT,
                    format!("APPEND: {} octets more than the message was said to have", rest.len()),
                )));
            }
            if self.machine.has_output() && !self.flush() {
                return None;
            }
            if self.machine.has_output() {
                continue;
            }
            let now = self.now_ms();
            let wrote = self.transport.as_mut()?.write(&rest[..n]);
            match wrote {
                Ok(Some(n)) => {
                    self.machine.append_written(id, n, now);
                    *taken += n;
                }
                Ok(None) => {
                    self.wants_write = true;
                    return None;
                }
                Err(error) => self.write_failed(error),
            }
        }
    }

    /// Whether a descriptor can be read at all, asked before a command is begun that could not be ended.
    pub fn can_read(fd: RawFd) -> Result<()> {
        sys::read_blocking(fd, &mut []).map(drop).map_err(|e| {
            let why = reason(e.raw_os_error().unwrap_or(libc::EIO));
            Error::new(
                IMAP_ERR_ARGUMENT,
                format!("descriptor {fd} cannot be read: {why}; nothing was sent"),
            )
        })
    }

    /// Writes the rest of the message from a descriptor. Who is stopped calls it again: what was read until then is kept.
    pub fn literal_from_fd(&mut self, fd: RawFd) -> Written {
        match self.open_append().map(|id| self.machine.append_room(id)) {
            Ok(Room::NoMessage) => return Ok(Err(no_message())),
            Ok(_) => {}
            Err(error) => return Ok(self.append_is_over(error)),
        }
        let mut buf = Vec::new();
        let mut total = 0;
        loop {
            // Nothing is read before the server wants it, and before what was read has gone.
            match self.literal_write(&[], &mut 0)? {
                Ok(LiteralWritten::Octets(_)) => {}
                other => return Ok(other),
            }
            let Some((done, size)) = self.machine.open_append().and_then(|id| self.machine.progress(id)) else {
                return Ok(Ok(LiteralWritten::Octets(total)));
            };
            let left = usize::try_from(size - done).unwrap_or(usize::MAX);
            buf.resize(COPY.min(left), 0);
            let n = match sys::read_blocking(fd, &mut buf) {
                Ok(0) => {
                    return Ok(Err(Error::new(
                        IMAP_ERR_ARGUMENT,
                        format!("APPEND: the descriptor ended {left} octets before the message's {size}"),
                    )));
                }
                Ok(n) => n,
                Err(e) => {
                    let errno = e.raw_os_error().unwrap_or(libc::EIO);
                    return Ok(Err(Error::system(
                        "APPEND: reading the message from the descriptor",
                        errno,
                    )));
                }
            };
            let mut at = 0;
            match self.write_whole(&buf[..n], &mut at) {
                Ok(Ok(LiteralWritten::Octets(_))) => total += n,
                Ok(other) => return Ok(other),
                Err(stop) => {
                    self.rare().unsent = buf[at..n].to_vec();
                    return Err(stop);
                }
            }
        }
    }

    /// Ends the command; its outcome is waited for.
    pub fn append_end(&mut self) -> Call {
        match self.machine.open_append() {
            Some(id) => {
                let now = self.now_ms();
                self.machine.append_end(id, now)?;
                Ok(id)
            }
            None => {
                // Answered before all was said: what is left of it will never go.
                self.take_unsent();
                self.append
                    .filter(|id| self.machine.has_outcome(*id) || self.machine.is_pending(*id))
                    .ok_or_else(|| {
                        Error::new(
                            IMAP_ERR_STATE,
                            "no APPEND is being written: begin with imap_append_begin",
                        )
                    })
            }
        }
    }
}

fn no_message() -> Error {
    Error::new(
        IMAP_ERR_STATE,
        "APPEND: no message was announced: imap_append_message comes first",
    )
}
