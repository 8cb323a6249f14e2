//! The short way of the most frequent answer: `TAG OK text` to a command without rows, which changes nothing but itself.
//! Its tag and its text are kept, the text once for all that say the same; nothing is made of them until somebody asks.
//! Whatever is special in any way is left to the usual way (`incoming`, `finish`), with which a test compares this one.

use super::Machine;
use super::job::{Exchange, Job, Phase, Purpose, Shows, Verb};
use super::outcome::Outcome;
use super::tag::Tag;
use crate::error::{IMAP_BAD, IMAP_NO, IMAP_OK, imap_rc};
use crate::proto::command::table;
use crate::proto::response::head;
use std::sync::Arc;

/// A tagged line, read as far as the short way needs.
struct Answer {
    tag: Tag,
    rc: imap_rc,
    /// Where the tag ends, and where the text begins.
    tag_end: usize,
    rest: usize,
}

impl Machine {
    /// Takes the response that was found if it ends a command in the plainest way; else it is still to be read.
    pub(super) fn plainly_answered(&mut self) -> bool {
        let Some(answer) = read(self.receiver.frame()) else {
            return false;
        };
        let Some(at) = self.place_of_tag(answer.tag) else {
            return false;
        };
        let Some(job) = self.jobs.get(at).filter(|j| self.ends_plainly(j)) else {
            return false;
        };
        let has_code = self.receiver.frame().get(answer.rest) == Some(&b'[');
        let id = job.id;
        self.trace.note(1, b'<', self.receiver.frame(), self.now_ms);
        let behind_tag = self.receiver.frame().get(answer.tag_end..).unwrap_or_default();
        let same = self.last_text.take().filter(|text| **text == *behind_tag);
        let text: Arc<[u8]> = same.unwrap_or_else(|| behind_tag.into());
        self.last_text = Some(Arc::clone(&text));
        self.receiver.skip();
        self.stall.restart(self.now_ms);
        let arrival = self.arrival();
        if has_code {
            let rest = answer.rest.wrapping_sub(answer.tag_end);
            let code = head::code(&text, rest, text.len().saturating_sub(2));
            let code = code.map(|c| (&text[c.name], c.argument.map(|a| &text[a])));
            self.notice_code(at, code, arrival);
        }
        let Some((verb, shows)) = self.take_plain(at) else {
            return true;
        };
        let outcome = Outcome::plain(answer.rc, (verb, shows), answer.tag, text, arrival);
        self.keep_outcome(id, outcome.in_utf8(self.utf8));
        self.pump();
        true
    }

    /// Removes a job that `ends_plainly`: nothing but its command's own nature has to be taken back.
    fn take_plain(&mut self, at: usize) -> Option<(Verb, Shows)> {
        let job = self.jobs.remove(at)?;
        self.flying = self.flying.wrapping_sub(1);
        self.no_more_in_flight(job.id, job.verb.has(table::SLOW), job.verb.expects());
        Some((job.verb, job.shows))
    }

    /// It has left in full and has no rows, no steps and no limit of time; it changes no state, and somebody wants its
    /// outcome.
    fn ends_plainly(&self, job: &Job) -> bool {
        let is_main = |e: &Exchange| e.purpose == Purpose::Main && e.is_sent(self.output.sent);
        job.is_plain()
            && !job.is_pulled
            && !job.is_discarded
            && job.phase == Phase::OnTheWire
            && job.exchange.as_ref().is_some_and(is_main)
            && job.verb.command().is_some_and(|c| !c.has(table::BARRIER))
    }
}

/// A tagged line as servers write it; `None` for all others, also for those that are only a little odd.
fn read(frame: &[u8]) -> Option<Answer> {
    let (tag, len) = Tag::at_front(frame)?;
    let (rc, status) = match frame.get(len..)? {
        [b' ', b'O', b'K', b' ', ..] => (IMAP_OK, 4),
        [b' ', b'N', b'O', b' ', ..] => (IMAP_NO, 4),
        [b' ', b'B', b'A', b'D', b' ', ..] => (IMAP_BAD, 5),
        _ => return None,
    };
    Some(Answer {
        tag,
        rc,
        tag_end: len,
        rest: len + status,
    })
}

#[cfg(test)]
#[path = "answered_tests.rs"]
pub(super) mod tests;
