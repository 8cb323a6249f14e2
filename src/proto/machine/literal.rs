//! Literals that pass through to the caller while they arrive, by size or by name, and how far the literal under way is,
//! in either direction. In: what the receiver finds at its front. Out: its octets, or where to read them. How they are
//! held meanwhile is `receive/passing`'s business.

use super::Machine;
use super::job::Task;
use super::pull::Front;
use crate::proto::command::table::imap_state::IMAP_STATE_NONAUTH;
use crate::proto::response::Response;
use crate::proto::tree::Kind;

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
                let is_named = |i: &String| i.as_bytes().eq_ignore_ascii_case(section_begun(&begun));
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

    /// The caller turns to something else. A literal that it was told of it does not want; any other goes into its row.
    pub(super) fn keep_literal(&mut self) {
        if self.wants_skip {
            return self.skip_literal();
        }
        match self.receiver.keep_passing(&self.limits) {
            Ok(true) => {}
            Ok(false) => self.skip_literal(),
            Err(error) => self.fail_all(error),
        }
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
        let item = [section_begun(&begun), b"\0"].concat();
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
}

/// The name of the section whose value the literal that begins is; "" if it belongs to something else.
fn section_begun(begun: &Response) -> &[u8] {
    let Some(&(name, value)) = begun.tree().fetch().sections.last() else {
        return &[];
    };
    let name = begun.values().text(name).unwrap_or_default();
    match begun.values().kind(value) {
        // So far the literal's marker is no value.
        Kind::Junk => name,
        Kind::None => without_marker(name).unwrap_or_default(),
        _ => &[],
    }
}

/// A word without the marker behind it that no blank parts from it.
fn without_marker(word: &[u8]) -> Option<&[u8]> {
    let open = word
        .trim_ascii_end()
        .strip_suffix(b"}")?
        .iter()
        .rposition(|b| *b == b'{')?;
    let before = word.get(..open)?;
    Some(before.strip_suffix(b"~").unwrap_or(before))
}
