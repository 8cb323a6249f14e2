//! Many commands at once, and answers row by row: what has been completed, the next row, what nobody wants any more.

use super::Connection;
use super::wait::Stop;
use crate::error::Result;
use crate::proto::machine::pull::Next;
use crate::proto::response::Response;
use std::sync::Arc;
use std::time::Duration;

/// What `next` found.
pub enum Row {
    /// The caller's row holds it.
    Here,
    Kept(Arc<Response>),
    /// A literal waits to be read.
    Literal,
    /// The command has ended; its outcome says how.
    Ended,
    Unknown,
}

impl Connection {
    /// The next row of a job's answer, into `row`.
    pub fn next(&mut self, id: u32, limit: Option<Duration>, row: &mut Response) -> std::result::Result<Row, Stop> {
        // The time of the last step will do: a look at the clock costs as much as half a row.
        self.machine.leave_unread(true);
        let look = |c: &mut Connection| match c.machine.next_row(id, row, c.now) {
            Next::Row => Some(Row::Here),
            Next::Kept(kept) => Some(Row::Kept(kept)),
            Next::Literal => Some(Row::Literal),
            Next::Ended => Some(Row::Ended),
            Next::Unknown => Some(Row::Unknown),
            Next::Pending => None,
        };
        let found = self.run_for_answer(limit, |c| c.callers_turn(id), look);
        self.machine.leave_unread(false);
        found
    }

    /// The oldest job that has ended and whose outcome nobody has taken; `None` if there is none and none will come.
    pub fn completed(&mut self, limit: Option<Duration>) -> std::result::Result<Option<u32>, Stop> {
        self.machine.keep_rows(true);
        let look = |c: &mut Connection| match c.machine.first_outcome() {
            Some(id) => Some(Some(id)),
            None if c.machine.is_idle() => Some(None),
            None => None,
        };
        let found = self.run_for_answer(limit, |c| c.callers_turn(c.machine.oldest()?), look);
        self.machine.keep_rows(false);
        found
    }

    /// Drops a command's answer as it arrives. False if no command of this id is known.
    pub fn discard(&mut self, id: u32) -> Result<bool> {
        let now = self.now_ms();
        let known = self.machine.discard(id, now);
        self.step(false);
        known
    }

    /// From now on commands are only queued.
    pub fn queue_begin(&mut self) {
        self.is_queueing = true;
    }

    /// Sends what was queued, as far as it goes now.
    pub fn queue_end(&mut self) {
        self.is_queueing = false;
        self.step(false);
    }

    /// Commands return before they are answered.
    pub fn is_queueing(&self) -> bool {
        self.is_queueing || self.is_nonblock
    }

    /// A command was queued: it leaves now, unless more are to leave with it.
    pub fn queued(&mut self) {
        if !self.is_queueing || self.machine.queued_octets() >= FLUSH {
            self.step(false);
        } else {
            self.machine.is_held_back();
        }
    }
}

/// Queued octets leave at the latest when there are this many.
const FLUSH: u64 = 64 * 1024;
