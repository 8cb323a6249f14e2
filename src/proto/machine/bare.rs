//! The short way of a command that is its name alone (NOOP, CHECK), on a connection where nothing is in its way: the tag,
//! the name and CRLF go to the output, and that is all. Whatever is special in any way is left to the usual way (`start`),
//! with which a test compares this one.

use super::Machine;
use super::flight::allows_company;
use super::job::{Exchange, Job, Phase, Purpose, Shows, Task, Verb};
use super::tag::Tag;
use crate::proto::command::table;

/// A tag, a blank, a name of the table, CRLF.
const LONGEST: usize = Tag::LONGEST + 1 + table::LONGEST_NAME + 2;

impl Machine {
    /// Puts the command on the wire and gives its id, if it can leave at once, expects no data and changes nothing.
    pub(super) fn start_bare(&mut self, verb: &Verb, shows: Shows) -> Option<u32> {
        let Verb::Known(command) = *verb else { return None };
        let is_plain = !command.has(table::BARRIER) && command.expects == 0 && command.states & self.state.bit() != 0;
        let is_free =
            self.dead.is_none() && !self.turned_readonly && self.state_changes == 0 && self.times.call_ms == 0;
        let is_next = self.flying == self.jobs.len() && self.jobs.back().is_none_or(allows_company);
        if !(is_plain && is_free && is_next) {
            return None;
        }
        let tag = self.tags.next();
        let (line, len) = line_of(tag, command.name);
        let line = line.get(..len).unwrap_or_default();
        self.trace.note(1, b'>', line, self.now_ms);
        self.output.push(line);
        self.untagged.forget_status_lines();
        self.stall.restart(self.now_ms);
        self.slow += usize::from(command.has(table::SLOW));
        self.last_id = self.last_id.wrapping_add(1).max(1);
        let mut job = Job::new(self.last_id, Verb::Known(command), shows, Task::Command);
        job.phase = Phase::OnTheWire;
        job.exchange = Some(Exchange {
            mark: self.output.queued,
            tag,
            purpose: Purpose::Main,
            has_rest: false,
            waits: false,
            secret: false,
            is_open: false,
        });
        self.jobs.push_back(job);
        self.flying = self.jobs.len();
        Some(self.last_id)
    }
}

/// The command's line, and how long it is.
fn line_of(tag: Tag, name: &'static str) -> ([u8; LONGEST], usize) {
    let (mut line, mut len) = ([0; LONGEST], 0usize);
    for part in [tag.text().as_slice(), b" ", name.as_bytes(), b"\r\n"] {
        if let Some(place) = line.get_mut(len..len.wrapping_add(part.len())) {
            place.copy_from_slice(part);
        }
        len = len.wrapping_add(part.len());
    }
    (line, len)
}

#[cfg(test)]
#[path = "bare_tests.rs"]
mod tests;
