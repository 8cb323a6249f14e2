//! APPEND whose messages come from the caller in pieces (RFC 9051, 6.3.12; several at once: RFC 3502). The command's
//! text is the machine's; the octets of a message go from the caller's memory to the transport and are never kept here.

use super::Machine;
use super::job::{Exchange, Purpose, Task};
use crate::error::{Error, IMAP_ERR_PROTOCOL, IMAP_ERR_STATE, IMAP_ERR_UNSUPPORTED, Result};
use crate::proto::command::encode::{Piece, Wire};

/// Where such an APPEND stands.
#[derive(Default)]
pub struct Append {
    /// Octets of the message that the server waits for, still to come from the caller.
    left: u64,
    /// Octets of that message in all.
    total: u64,
    /// Messages announced so far.
    messages: usize,
    /// The message announced last may be written now.
    may_write: bool,
    /// The octets of the message announced last are not all written.
    is_unfinished: bool,
    /// The transport takes no more of them for now.
    pub(super) is_blocked: bool,
    /// The caller has no more messages.
    pub(super) ends: bool,
}

impl Append {
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        self.is_unfinished.then_some((self.total - self.left, self.total))
    }
}

/// What may be written of a message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// This many octets.
    Octets(u64),
    /// No message was announced.
    NoMessage,
    /// Nothing until the server has asked for it.
    Later,
    /// The server has answered already, or the connection is over.
    Ended,
}

impl Machine {
    /// The APPEND that is being written.
    pub fn open_append(&self) -> Option<u32> {
        let job = self.jobs.back()?;
        matches!(job.task(), Task::Append(append) if !append.ends).then_some(job.id)
    }

    fn append_mut(&mut self, id: u32) -> Result<(usize, &mut Append)> {
        let at = self.place_of(id);
        match at.and_then(|at| Some((at, self.jobs[at].append_mut()?))) {
            Some(found) => Ok(found),
            None => Err(Error::new(
                IMAP_ERR_STATE,
                "no APPEND is being written: begin with imap_append_begin",
            )),
        }
    }

    /// One more message of `size` octets; `before` is the text in front of its literal.
    pub fn append_message(&mut self, id: u32, before: Wire<'_>, size: u64, now_ms: u64) -> Result<()> {
        self.now_ms = now_ms;
        let has_multi = self.caps.has("MULTIAPPEND");
        let utf8 = self.utf8;
        let (at, append) = self.append_mut(id)?;
        if append.is_unfinished {
            let (left, total) = (append.left, append.total);
            return Err(Error::new(
                IMAP_ERR_STATE,
                format!("APPEND: {left} of the message's {total} octets are still to be written; nothing was sent"),
            ));
        }
        if append.messages > 0 && !has_multi {
            return Err(Error::new(
                IMAP_ERR_UNSUPPORTED,
                "APPEND: the server takes one message at a time (no MULTIAPPEND in its capabilities)",
            ));
        }
        append.messages += 1;
        (append.left, append.total, append.is_unfinished) = (size, size, true);
        append.may_write = false;
        self.stall.restart(now_ms);
        let mut wire = before.into_owned();
        let mut pieces = std::mem::take(&mut wire.pieces);
        pieces.push(Piece::Text(if utf8 { b" UTF8 (".to_vec() } else { b" ".to_vec() }));
        pieces.push(Piece::Announced {
            size,
            binary: utf8,
            at_once: wire.at_once,
        });
        if utf8 {
            pieces.push(Piece::Text(b")".to_vec()));
        }
        // How long the caller took until now is not the server's delay.
        self.stall.restart(now_ms);
        let job = &mut self.jobs[at];
        // What is on the wire may be the question for the capabilities, with the command still to come.
        let waits = job.wire().is_some();
        match &mut job.exchange {
            Some(exchange) if !waits => {
                exchange.has_rest = true;
                job.more_mut().rest.pieces.extend(pieces);
                self.push_pieces(at, false);
            }
            _ => {
                if let Some(wire) = &mut job.more_mut().wire {
                    wire.pieces.extend(pieces);
                }
            }
        }
        Ok(())
    }

    /// The literal's header has left, and nothing hinders the octets.
    pub(super) fn append_may_write(&mut self, at: usize) {
        let Some(append) = self.jobs[at].append_mut() else {
            return;
        };
        append.may_write = true;
        if append.left == 0 {
            self.append_written_whole(at);
        }
    }

    /// How much of the message may be written now.
    pub fn append_room(&mut self, id: u32) -> Room {
        match self.append_mut(id) {
            Ok((_, append)) if append.may_write => Room::Octets(append.left),
            Ok((_, append)) if append.is_unfinished => Room::Later,
            Ok((_, append)) if append.messages == 0 => Room::NoMessage,
            Ok(_) => Room::Octets(0),
            Err(_) => Room::Ended,
        }
    }

    /// The transport takes no more octets of the message for now, or takes some again.
    pub fn append_is_blocked(&mut self, id: u32, is_blocked: bool, now_ms: u64) {
        let Ok((_, append)) = self.append_mut(id) else { return };
        let was_blocked = std::mem::replace(&mut append.is_blocked, is_blocked);
        // Until now the time was the caller's.
        if is_blocked && !was_blocked {
            self.stall.restart(now_ms);
        }
    }

    /// `n` octets of the message have left.
    pub fn append_written(&mut self, id: u32, n: usize, now_ms: u64) {
        self.now_ms = now_ms;
        self.output.passed(n);
        self.stall.moved(n, now_ms);
        let Ok((at, append)) = self.append_mut(id) else { return };
        append.left = append.left.saturating_sub(n as u64);
        if append.left == 0 {
            self.append_written_whole(at);
        }
    }

    fn append_written_whole(&mut self, at: usize) {
        if let Some(append) = self.jobs[at].append_mut() {
            (append.may_write, append.is_unfinished) = (false, false);
        }
        self.push_pieces(at, false);
    }

    /// The caller cannot go on. An APPEND that has begun to leave takes the connection with it.
    pub fn give_up_append(&mut self, id: u32) {
        let Ok((at, _)) = self.append_mut(id) else { return };
        if self.jobs[at].exchange.is_none() {
            self.remove_job(at);
            return;
        }
        self.fail_all(Error::new(
            IMAP_ERR_STATE,
            "APPEND was begun and its message cannot be given; connection closed",
        ));
    }

    /// An APPEND is answered before all of it was said. Its line is ended; octets of a message that the server was promised
    /// cannot be taken back, and whatever came next would be taken for them.
    pub(super) fn append_cut_short(&mut self, at: usize) -> Option<Error> {
        let job = &mut self.jobs[at];
        let is_written = |e: &&Exchange| e.purpose == Purpose::Main && e.is_open && !e.waits;
        job.exchange.as_ref().filter(is_written)?;
        let append = job.append_mut()?;
        if append.may_write && append.left > 0 {
            return Some(Error::new(
                IMAP_ERR_PROTOCOL,
                format!(
                    "APPEND: the server answered when {} of the message's {} octets were still to come; connection closed",
                    append.left, append.total
                ),
            ));
        }
        self.output.push(b"\r\n");
        None
    }

    /// No more messages: the command is ended, and its answer waited for.
    pub fn append_end(&mut self, id: u32, now_ms: u64) -> Result<()> {
        self.now_ms = now_ms;
        let (at, append) = self.append_mut(id)?;
        // An empty message is written as soon as the server wants it.
        let problem = if append.is_unfinished && append.left > 0 {
            Some(format!(
                "APPEND: {} of the message's {} octets are still to be written; write them, or close the connection",
                append.left, append.total
            ))
        } else if append.messages == 0 {
            Some(
                "APPEND: no message was given: imap_append_message comes first; imap_discard gives the command up"
                    .to_owned(),
            )
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(Error::new(IMAP_ERR_STATE, problem));
        }
        self.append_closes(at);
        Ok(())
    }

    /// The caller wants it no more. True if no message was announced: then its line is ended, if that has begun.
    pub(super) fn append_is_dropped(&mut self, at: usize) -> bool {
        let is_empty = matches!(self.jobs[at].task(), Task::Append(append) if append.messages == 0 && !append.ends);
        if is_empty {
            self.append_closes(at);
        }
        is_empty
    }

    fn append_closes(&mut self, at: usize) {
        let now_ms = self.now_ms;
        let Some(append) = self.jobs[at].append_mut() else {
            return;
        };
        append.ends = true;
        let job = &mut self.jobs[at];
        // What is on the wire may be the question for the capabilities, which this is no part of.
        let is_to_come = job.wire().is_some();
        if let Some(exchange) = job.exchange.as_mut().filter(|_| !is_to_come) {
            exchange.is_open = false;
            if !exchange.waits {
                self.push_pieces(at, false);
            }
            self.stall.restart(now_ms);
        }
    }
}
