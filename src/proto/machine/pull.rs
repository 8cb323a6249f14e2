//! Rows that are taken one by one while the rest still arrives (design B6). The row at the front stays in the receive
//! buffer until the caller asks for the next one; nothing behind it is read, so memory does not grow with the answer.
//! While the caller waits for another command, rows are kept instead. Literals that pass through: `literal`.

use super::Machine;
use super::job::{Phase, Task};
use crate::error::{Error, IMAP_ERR_STATE, Result};
use crate::proto::command::table::imap_state::IMAP_STATE_NONAUTH;
use crate::proto::frame::DETACH_MIN;
use crate::proto::receive::Begun;
use crate::proto::response::Response;
use crate::proto::response::head::{Head, Kind};
use crate::proto::response::name::{Data, Name};
use std::sync::Arc;

/// What waits at the front of the receive buffer for the caller.
pub(super) enum Front {
    Row { id: u32, head: Head, name: Name },
    Literal { id: u32 },
}

impl Front {
    pub(super) fn id(&self) -> u32 {
        match self {
            Front::Row { id, .. } | Front::Literal { id } => *id,
        }
    }
}

/// What `next_row` found.
pub enum Next {
    /// `row` holds it, in the receive buffer.
    Row,
    /// A row that was kept.
    Kept(Arc<Response>),
    /// A literal that is handed on as it arrives.
    Literal,
    /// The command was answered, or ended otherwise.
    Ended,
    /// Nothing yet.
    Pending,
    /// No command of this id is known.
    Unknown,
}

/// What the short way to a row came to.
enum Usual {
    Row,
    /// It has begun, and the rest is still to come.
    NotAllHere,
    No,
}

impl Machine {
    /// Gives the receive buffer back that a row holds.
    pub fn give_back(&mut self, row: &mut Response) {
        row.give_back(&mut self.receiver);
    }

    /// The next row of the job's answer. `row` must have been given back.
    pub fn next_row(&mut self, id: u32, row: &mut Response, now_ms: u64) -> Next {
        self.now_ms = now_ms;
        let (kept, is_wanted);
        if let Some(at) = self.place_of(id) {
            let job = &mut self.jobs[at];
            let was_pulled = std::mem::replace(&mut job.is_pulled, true);
            (kept, is_wanted) = (job.take_row(), !job.is_discarded);
            if !was_pulled {
                self.pulled_changed();
            }
        } else if self.has_outcome(id) {
            return self.kept_row(id);
        } else {
            return Next::Unknown;
        }
        if let Some(kept) = kept {
            return Next::Kept(kept);
        }
        if self.wants_skip {
            self.skip_literal();
        }
        if is_wanted {
            match self.usual_row(id, row) {
                Usual::Row => return Next::Row,
                Usual::NotAllHere => {
                    self.has_unread = false;
                    return Next::Pending;
                }
                Usual::No => {}
            }
        }
        self.number_list_waits_only_for(id);
        loop {
            if let Some(block) = self.next_numbers(id) {
                return block.map_or(Next::Pending, Next::Kept);
            }
            match self.front.take() {
                Some(Front::Row { id: of, head, name }) if of == id => {
                    self.hand_out_row(row, head, name);
                    return Next::Row;
                }
                Some(Front::Literal { id: of }) if of == id => {
                    self.front = Some(Front::Literal { id });
                    self.wants_skip = true;
                    return Next::Literal;
                }
                Some(other) => {
                    self.front = Some(other);
                    self.keep_front();
                }
                None => {}
            }
            self.read_lines();
            // What was kept came before what is in front.
            match self.kept_row(id) {
                Next::Pending if self.front.is_some() || self.has_numbers(id) => {}
                found => return found,
            }
        }
    }

    /// What has been kept for the job in the meantime, and whether it is over.
    fn kept_row(&mut self, id: u32) -> Next {
        if let Some(at) = self.place_of(id) {
            return self.jobs[at].take_row().map_or(Next::Pending, Next::Kept);
        }
        match self.outcome_place(id) {
            Some(at) => self.outcomes[at].1.take_row().map_or(Next::Ended, Next::Kept),
            None => Next::Ended,
        }
    }

    /// The next row if it is a FETCH or LIST as servers write them, and nobody else could want it: most rows of a busy
    /// connection, in one go from the buffer to the caller. `No` leaves all to the usual way, which finds the same.
    #[inline]
    fn usual_row(&mut self, id: u32, row: &mut Response) -> Usual {
        let is_usual =
            self.front.is_none() && self.number_list.is_none() && !self.keeps_rows && self.state != IMAP_STATE_NONAUTH;
        if !is_usual {
            return Usual::No;
        }
        if self.receiver.has_begun_row() {
            return self.begun_row(id, row);
        }
        let Some((head, name)) = self.receiver.usual_head() else {
            return Usual::No;
        };
        if self.only_owner(name.data()) != Some(id) {
            return Usual::No;
        }
        if self.receiver.is_whole(&name, &self.limits) {
            self.hand_out_usual(row, head, name);
            return Usual::Row;
        }
        self.not_whole(head, name)
    }

    #[inline(always)]
    fn hand_out_usual(&mut self, row: &mut Response, head: Head, name: Name) {
        self.stall.restart(self.now_ms);
        self.stall.pause(self.now_ms);
        self.hand_out_row(row, head, name);
    }

    /// `is_whole` has not found a whole row that begins with these words.
    #[inline(never)]
    fn not_whole(&mut self, head: Head, name: Name) -> Usual {
        match self.receiver.is_begun(head, name, &self.limits) {
            Ok(true) => Usual::NotAllHere,
            Ok(false) => Usual::No,
            Err(error) => {
                self.fail_all(error);
                Usual::No
            }
        }
    }

    /// The short way goes on with a row that was not all here.
    #[inline(never)]
    fn begun_row(&mut self, id: u32, row: &mut Response) -> Usual {
        match self.receiver.begun_row() {
            Begun::NotAllHere => Usual::NotAllHere,
            Begun::Whole(head, name) if self.only_owner(name.data()) == Some(id) => {
                self.hand_out_usual(row, head, name);
                Usual::Row
            }
            Begun::Whole(..) | Begun::Other => Usual::No,
        }
    }

    #[inline(always)]
    fn hand_out_row(&mut self, row: &mut Response, head: Head, name: Name) {
        let arrival = self.arrival();
        row.borrow_from(&mut self.receiver, head, name, arrival, self.limits.max_depth);
        row.set_utf8(self.utf8);
        self.has_unread = true;
    }

    /// Something stands in front, and no response behind it is read before it is taken.
    pub fn has_front(&self) -> bool {
        if self.leaves_unread && self.has_unread {
            return true;
        }
        let puller = self.number_list.as_ref().and_then(|l| l.puller);
        self.front.is_some() || puller.is_some_and(|id| self.has_numbers(id))
    }

    fn has_numbers(&self, id: u32) -> bool {
        // Half a line end says nothing yet.
        self.number_list.as_ref().is_some_and(|l| l.puller == Some(id))
            && !matches!(self.receiver.unframed(), [] | [b'\r'])
    }

    /// The caller can take something from the front now; of a literal it was told of that is octets.
    pub fn waits_for_caller(&self) -> bool {
        match &self.front {
            None => self
                .number_list
                .as_ref()
                .and_then(|l| l.puller)
                .is_some_and(|id| self.has_numbers(id)),
            Some(Front::Row { .. }) => true,
            Some(Front::Literal { .. }) => !self.wants_skip || !self.receiver.passable().is_empty(),
        }
    }

    /// While a row is asked for, rows as servers write them are left to who asks, who finds them the short way.
    pub fn leave_unread(&mut self, leave: bool) {
        self.leaves_unread = leave;
    }

    /// What stands at the front begins like such a row of a command in flight. Beside that there is none that changes what the
    /// connection is: nothing that comes behind the row needs a step at once.
    #[inline(never)]
    pub(super) fn has_usual_row(&self) -> bool {
        let is_owned = |(_, name): (Head, Name)| self.only_owner(name.data()).is_some();
        self.receiver.has_begun_row() || self.receiver.usual_head().is_some_and(is_owned)
    }

    /// The end has come: whatever came before it counts.
    pub(super) fn read_what_came(&mut self) {
        if self.leaves_unread && self.has_unread {
            self.read_lines();
        }
    }

    /// Something is here that nobody has looked at.
    pub fn has_unread(&self) -> bool {
        self.has_unread
    }

    /// Looks at it.
    pub fn read_on(&mut self) {
        self.read_lines();
    }

    /// From now on rows are kept, so that other answers can be read; `false` lets them wait again.
    pub fn keep_rows(&mut self, keep: bool) {
        self.keeps_rows = keep;
        // All else that is here was read when it came.
        if keep && (self.front.is_some() || self.number_list.is_some() || self.has_unread) {
            self.keep_front();
            self.read_lines();
        }
    }

    /// The row at the front becomes one of the kept ones, with the literal that passes through, unless the caller was told
    /// of that: then the rest is lost.
    fn keep_front(&mut self) {
        match self.front.take() {
            Some(Front::Row { head, name, .. }) => {
                let line = self.receiver.take();
                self.line(line, head, name);
            }
            Some(_) => self.keep_literal(),
            None => {}
        }
    }

    /// The job in flight that pulls its rows, or wants none, and this is one.
    pub(super) fn pulled_by(
        &self,
        head: &Head,
        name: &Name,
        octets: &[u8],
        whole: impl FnOnce() -> Response,
    ) -> Option<u32> {
        let data = name.data();
        // What tells of the connection itself is read by the machine, whoever asked for it.
        let is_row =
            head.kind == Kind::Untagged && !matches!(data, Data::StatusLine | Data::Capability | Data::Enabled);
        if self.pulled == 0 || !is_row {
            return None;
        }
        self.if_pulled(self.owner_in_front(head, data, octets, whole)?)
    }

    /// The only job in flight that waits for this kind of data, if it pulls its rows or wants none.
    pub(super) fn puller_of(&self, data: Data) -> Option<u32> {
        self.if_pulled(self.only_owner(data)?)
    }

    fn if_pulled(&self, owner: u32) -> Option<u32> {
        let job = self.jobs.get(self.place_of(owner)?)?;
        (job.is_discarded || job.is_pulled && !self.keeps_rows).then_some(owner)
    }

    pub(super) fn front_is(&mut self, id: u32, head: Head, name: Name) {
        let is_discarded = self.place_of(id).is_none_or(|at| self.jobs[at].is_discarded);
        if is_discarded {
            return self.receiver.skip();
        }
        self.front = Some(Front::Row { id, head, name });
        self.stall.pause(self.now_ms);
    }

    /// Which literals are to be asked about, and whether anybody pulls.
    pub(super) fn pulled_changed(&mut self) {
        let pulling = |j: &&super::job::Job| j.is_pulled || j.is_discarded;
        self.pulled = self.jobs.iter().filter(pulling).count();
        self.receiver.apart_min = match (self.pulled, self.stream_min) {
            (0, _) => DETACH_MIN,
            _ if !self.stream_items.is_empty() => 1,
            (_, 0) => DETACH_MIN,
            (_, min) => min.min(DETACH_MIN),
        };
    }

    /// Nobody wants the answer of this command: it is dropped as it arrives; a command that has not left never will.
    pub fn discard(&mut self, id: u32, now_ms: u64) -> Result<bool> {
        self.now_ms = now_ms;
        if let Some(at) = self.outcome_place(id) {
            self.outcomes.remove(at);
            return Ok(true);
        }
        let Some(at) = self.place_of(id) else { return Ok(false) };
        let is_whole = matches!(self.jobs[at].task(), Task::Command) || self.append_is_dropped(at);
        let job = &mut self.jobs[at];
        if !is_whole {
            return Err(Error::new(
                IMAP_ERR_STATE,
                format!("{} has steps of its own and cannot be discarded", job.verb.name()),
            ));
        }
        if job.phase == Phase::Queued && job.exchange.is_none() {
            self.remove_job(at);
            return Ok(true);
        }
        job.is_discarded = true;
        job.take_rows();
        self.pulled_changed();
        self.number_list_is_not_for(id);
        match self.front.take() {
            Some(Front::Row { id: of, .. }) if of == id => self.receiver.skip(),
            Some(Front::Literal { id: of }) if of == id => self.skip_literal(),
            front => self.front = front,
        }
        self.read_lines();
        Ok(true)
    }
}
