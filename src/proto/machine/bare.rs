//! The short way of a command that is its name alone (NOOP, CHECK), on a connection where nothing is in its way: the tag,
//! the name and CRLF go to the output, and that is all. Whatever is special in any way is left to the usual way (`start`),
//! with which a test compares this one.

use super::Machine;
use super::flight::allows_company;
use super::job::{Exchange, Job, Phase, Purpose, Request, Shows, Task, Verb};
use crate::error::Result;
use crate::proto::command::table;

impl Machine {
    /// Submits a command that is its name alone.
    pub fn submit_name(&mut self, verb: Verb, view: Shows, now_ms: u64) -> Result<u32> {
        self.now_ms = now_ms;
        match self.start_bare(&verb, view) {
            Some(id) => Ok(id),
            None => self.submit(Request::Command { verb, view, wire: None }, now_ms),
        }
    }

    /// Puts the command on the wire and gives its id, if it can leave at once, expects no data and changes nothing.
    fn start_bare(&mut self, verb: &Verb, shows: Shows) -> Option<u32> {
        let Verb::Known(command) = *verb else { return None };
        let is_plain = !command.has(table::BARRIER) && command.expects == 0 && command.states & self.state.bit() != 0;
        let is_free =
            self.dead.is_none() && !self.turned_readonly && self.state_changes == 0 && self.times.call_ms == 0;
        let is_next = self.flying == self.jobs.len() && self.jobs.back().is_none_or(allows_company);
        if !(is_plain && is_free && is_next) {
            return None;
        }
        let tag = self.tags.next();
        let text = tag.text();
        let (text, name) = (text.as_slice(), command.name.as_bytes());
        self.trace.note_all(1, b'>', [text, b" ", name], self.now_ms);
        self.output.push_all([text, b" ", name, b"\r\n"]);
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

#[cfg(test)]
#[path = "bare_tests.rs"]
mod tests;
