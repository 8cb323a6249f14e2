//! Rows that are taken one by one while the rest still arrives (design B6). The row at the front stays in the receive
//! buffer until the caller asks for the next one; nothing behind it is read, so memory does not grow with the answer.
//! While the caller waits for another command, rows are kept instead. Long literals can pass through to the caller.

use super::Machine;
use super::job::{Phase, Task};
use crate::error::{Error, IMAP_ERR_STATE, Result};
use crate::proto::command::table::imap_state::IMAP_STATE_NONAUTH;
use crate::proto::frame::DETACH_MIN;
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
    fn id(&self) -> u32 {
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

/// What is known of the literal that passes through.
pub struct LiteralInfo {
    pub id: u32,
    pub total: u64,
    pub done: u64,
    /// The message number, 0 if there is none.
    pub number: u32,
    /// The UID if it came before the literal, else 0.
    pub uid: u32,
    /// The name of the item ("BODY[1]"), a NUL behind it.
    pub item: Vec<u8>,
    pub is_binary: bool,
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
        } else if let Some(at) = self.outcome_place(id) {
            return self.outcomes[at].1.take_row().map_or(Next::Ended, Next::Kept);
        } else {
            return Next::Unknown;
        }
        if let Some(kept) = kept {
            return Next::Kept(kept);
        }
        if self.wants_skip {
            self.skip_literal();
        }
        if is_wanted && self.usual_row(id, row) {
            return Next::Row;
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
            if self.front.is_none() && !self.has_numbers(id) {
                return if self.place_of(id).is_some() {
                    Next::Pending
                } else {
                    Next::Ended
                };
            }
        }
    }

    /// The next row if it is a FETCH or LIST as servers write them, and nobody else could want it: most rows of a busy
    /// connection, in one go from the buffer to the caller. False leaves all to the usual way, which finds the same.
    #[inline]
    fn usual_row(&mut self, id: u32, row: &mut Response) -> bool {
        let is_usual =
            self.front.is_none() && self.number_list.is_none() && !self.keeps_rows && self.state != IMAP_STATE_NONAUTH;
        if !is_usual {
            return false;
        }
        let Some((head, name)) = self.receiver.usual_head() else {
            return false;
        };
        if self.only_owner(name.data()) != Some(id) {
            return false;
        }
        match self.receiver.is_whole(&name, &self.limits) {
            Ok(true) => {
                self.stall.restart(self.now_ms);
                self.stall.pause(self.now_ms);
                self.hand_out_row(row, head, name);
                true
            }
            Ok(false) => false,
            Err(error) => {
                self.fail_all(error);
                false
            }
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

    /// What stood in front was taken, and nobody has looked at what is behind it.
    pub fn has_unread(&self) -> bool {
        self.has_unread
    }

    /// Looks at what is behind what was taken.
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

    /// The row at the front becomes one of the kept ones; of a literal that passes through, the rest is lost.
    fn keep_front(&mut self) {
        match self.front.take() {
            Some(Front::Row { head, name, .. }) => {
                let line = self.receiver.take();
                self.line(line, head, name);
            }
            Some(front) => {
                self.front = Some(front);
                self.skip_literal();
            }
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

    /// A literal begins that is long enough to be asked about.
    pub(super) fn literal_begins(&mut self, size: usize) {
        let begun = self.begun();
        let owner = self.pulled_by(begun.head(), begun.name(), begun.line().octets(), || self.begun());
        let is_discarded = owner
            .and_then(|id| self.place_of(id))
            .is_some_and(|at| self.jobs[at].is_discarded);
        let passes = match owner {
            Some(_) if is_discarded => true,
            Some(_) => {
                let is_long = self.stream_min > 0 && size as u64 >= self.stream_min;
                let is_named = |i: &String| i.as_bytes().eq_ignore_ascii_case(last_item(&begun));
                is_long || self.stream_items.iter().any(is_named)
            }
            None => false,
        };
        let limits = if self.state == IMAP_STATE_NONAUTH {
            self.limits.early()
        } else {
            self.limits.clone()
        };
        let decided = match owner {
            Some(id) if passes => {
                self.front = (!is_discarded).then_some(Front::Literal { id });
                self.stall.pause(self.now_ms);
                let passed = self.receiver.pass_literal(&limits);
                if is_discarded {
                    self.skips = true;
                    self.skip_literal();
                }
                passed
            }
            _ => self.receiver.keep_literal(&limits),
        };
        if let Err(error) = decided {
            self.fail_all(error);
        }
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

    /// From which size on, and for which items, literals pass through while rows are pulled.
    pub fn set_streaming(&mut self, min: u64, items: Vec<String>) {
        (self.stream_min, self.stream_items) = (min, items);
        self.pulled_changed();
    }

    /// Octets of the literal at the front that are here; none if none passes through.
    pub fn literal_octets(&self) -> &[u8] {
        if self.has_literal() {
            self.receiver.passable()
        } else {
            &[]
        }
    }

    /// How many of its octets may be read past the buffer.
    pub fn literal_past_buffer(&self) -> usize {
        if self.has_literal() {
            self.receiver.passable_past_buffer()
        } else {
            0
        }
    }

    /// A literal passes through to the caller and is not over.
    pub fn has_literal(&self) -> bool {
        matches!(self.front, Some(Front::Literal { .. })) && self.receiver.passing().is_some()
    }

    /// `n` of `literal_octets` were taken.
    pub fn literal_taken(&mut self, n: usize, now_ms: u64) {
        self.receiver.passed(n);
        self.stall.pause(now_ms);
        self.literal_moved();
    }

    /// `n` octets were read past the buffer.
    pub fn literal_read(&mut self, n: usize, now_ms: u64) {
        self.now_ms = now_ms;
        self.receiver.passed_past_buffer(n);
        self.stall.moved(n, now_ms);
        self.stall.pause(now_ms);
        self.literal_moved();
    }

    fn literal_moved(&mut self) {
        if self.receiver.passing().is_none() {
            self.wants_skip = false;
            self.skips = false;
            self.has_unread = true;
            if matches!(self.front, Some(Front::Literal { .. })) {
                self.front = None;
            }
        }
    }

    /// Drops what is here of the literal that passes through, and what will come of it.
    pub fn skip_literal(&mut self) {
        if self.receiver.passing().is_none() {
            return self.literal_moved();
        }
        self.skips = true;
        self.front = None;
        let here = self.receiver.passable().len();
        self.receiver.passed(here);
        self.literal_moved();
    }

    /// What is here of the response that goes on behind a literal.
    fn begun(&self) -> Response {
        Response::from_line(self.receiver.line_so_far(), 0, self.limits.max_depth)
    }

    /// What is known of the literal that passes through.
    pub fn literal_info(&self) -> Option<LiteralInfo> {
        let Some(Front::Literal { id }) = &self.front else {
            return None;
        };
        let (done, total) = self.receiver.passing()?;
        let begun = self.begun();
        let line = begun.line().octets();
        let item = [last_item(&begun), b"\0"].concat();
        Some(LiteralInfo {
            id: *id,
            total: total as u64,
            done: done as u64,
            number: begun.number().unwrap_or(0),
            uid: begun.tree().fetch().uid,
            item,
            is_binary: line.ends_with(b"}\r\n\r\n") && {
                let marker = line.iter().rposition(|b| *b == b'{').unwrap_or(0);
                marker > 0 && line[marker - 1] == b'~'
            },
        })
    }

    /// Octets done and in all of the literal under way for the job, in either direction.
    pub fn progress(&self, id: u32) -> Option<(u64, u64)> {
        let at = self.place_of(id)?;
        if let Task::Append(append) = self.jobs[at].task() {
            return append.progress();
        }
        let (done, total) = match &self.front {
            Some(front) if front.id() == id => self.receiver.passing()?,
            _ if at < self.flying && self.jobs[at].verb.expects() & self.receiver.asked != 0 => {
                self.receiver.collecting()?
            }
            _ => return None,
        };
        Some((done as u64, total as u64))
    }

    /// Nobody wants the answer of this command: it is dropped as it arrives; a command that has not left never will.
    pub fn discard(&mut self, id: u32, now_ms: u64) -> Result<bool> {
        self.now_ms = now_ms;
        if let Some(at) = self.outcome_place(id) {
            self.outcomes.remove(at);
            return Ok(true);
        }
        let Some(at) = self.place_of(id) else { return Ok(false) };
        let job = &mut self.jobs[at];
        if !matches!(job.task(), Task::Command) {
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

/// The name of the section that came last in a FETCH.
fn last_item(begun: &Response) -> &[u8] {
    let section = begun.tree().fetch().sections.last();
    section.and_then(|s| begun.values().text(s.0)).unwrap_or_default()
}
