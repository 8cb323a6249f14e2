//! IDLE (RFC 2177; RFC 9051, 6.3.13) as a job: the command, the server's "+", then events until DONE. It is renewed by
//! itself before the server would hang up. On a server without IDLE the same job sends NOOP now and then.

use super::Machine;
use super::job::{Job, Phase, Purpose};
use super::outcome::Outcome;
use crate::error::{Error, IMAP_ERR_STATE, IMAP_OK, Result};
use crate::proto::response::Response;

/// What an IDLE job is doing.
#[derive(Default)]
pub struct Idle {
    /// The server has no IDLE: NOOP at intervals.
    polls: bool,
    /// The caller wants no more of it.
    ends: bool,
    /// DONE was said only to begin anew.
    renews: bool,
    /// When to say DONE or NOOP by itself.
    due_ms: Option<u64>,
    /// When the server said "+".
    since_ms: u64,
}

/// A server that ends IDLE by itself sooner than this is not asked for it again: it would end the next one too.
const SHORT_MS: u64 = 1000;

impl Machine {
    /// Events are being waited for.
    pub fn is_idling(&self) -> bool {
        self.idle_place().is_some_and(|at| {
            let Some(idle) = self.jobs[at].idle() else {
                return false;
            };
            !idle.ends && (self.jobs[at].phase == Phase::Idling || idle.renews)
        })
    }

    /// An IDLE was begun and has not ended.
    pub fn has_idle(&self) -> bool {
        self.idle_place().is_some()
    }

    /// IDLE stands, and this is its job.
    pub fn idles_as(&self, id: u32) -> bool {
        let first = self.jobs.front();
        first.is_some_and(|j| j.phase == Phase::Idling && j.id == id)
    }

    /// An IDLE that goes on until the caller ends it.
    pub fn is_endless(&self, id: u32) -> bool {
        let job = self.place_of(id).and_then(|at| self.jobs.get(at));
        job.and_then(Job::idle).is_some_and(|idle| !idle.ends)
    }

    fn idle_place(&self) -> Option<usize> {
        // It is a barrier: alone in flight, or the last that waits.
        let is_idle = |at: &usize| self.jobs.get(*at).is_some_and(|j| j.idle().is_some());
        [Some(0), self.jobs.len().checked_sub(1)]
            .into_iter()
            .flatten()
            .find(is_idle)
    }

    /// The command of an IDLE job, when its turn has come.
    pub(super) fn idle_starts(&mut self, at: usize) {
        let polls = !self.caps.has("IDLE");
        if let Some(idle) = self.jobs[at].idle_mut() {
            idle.polls = polls;
        }
        if polls {
            self.flying = self.flying.max(at + 1);
            return self.idle_begun(at);
        }
        self.exchange(at, Purpose::Main);
    }

    /// The server said "+".
    pub(super) fn idle_begun(&mut self, at: usize) {
        let interval = match self.jobs[at].idle() {
            Some(idle) if idle.polls => self.times.idle_poll_ms,
            _ => self.times.idle_renew_ms,
        };
        let due_ms = (interval > 0).then(|| self.now_ms.saturating_add(interval));
        // The limit for a call is one for beginning and ending; in between IDLE lasts as long as the caller likes.
        self.limit(at, 0);
        let now_ms = self.now_ms;
        let job = &mut self.jobs[at];
        job.phase = Phase::Idling;
        let Some(idle) = job.idle_mut() else { return };
        (idle.renews, idle.due_ms, idle.since_ms) = (false, due_ms, now_ms);
        if idle.ends {
            self.idle_says_done(at);
        }
    }

    /// When IDLE has something to do by itself.
    pub(super) fn idle_deadline(&self) -> Option<u64> {
        let job = self.jobs.front().filter(|j| j.phase == Phase::Idling)?;
        job.idle()?.due_ms
    }

    /// The time has come to renew, or to ask.
    pub(super) fn idle_due(&mut self) {
        let Some(idle) = self.jobs.front_mut().and_then(Job::idle_mut) else {
            return;
        };
        idle.renews = true;
        self.idle_says_done(0);
    }

    /// Ends IDLE: the outcome comes when the server has answered.
    pub fn idle_end(&mut self, now_ms: u64) -> Result<u32> {
        self.now_ms = now_ms;
        let Some(at) = self.idle_place() else {
            return Err(Error::new(
                IMAP_ERR_STATE,
                "IDLE has not begun: there is nothing to end",
            ));
        };
        let (id, phase) = (self.jobs[at].id, self.jobs[at].phase);
        if let Some(idle) = self.jobs[at].idle_mut() {
            idle.ends = true;
        }
        match phase {
            Phase::Idling => self.idle_says_done(at),
            // It has not even been sent.
            Phase::Queued => self.idle_is_over(at),
            // The answer to DONE or NOOP is under way, or the "+" is: then it ends.
            _ => {}
        }
        Ok(id)
    }

    /// Ends the IDLE that is under way with DONE; a poll needs no end, but may need a NOOP.
    fn idle_says_done(&mut self, at: usize) {
        let Some(idle) = self.jobs[at].idle() else { return };
        if idle.polls {
            if idle.ends {
                return self.idle_is_over(at);
            }
            self.limit(at, self.times.call_ms);
            return self.exchange(at, Purpose::Poll);
        }
        self.limit(at, self.times.call_ms);
        self.output.push(b"DONE\r\n");
        self.trace.note(1, b'>', b"DONE", self.now_ms);
        let mark = self.output.queued;
        let job = &mut self.jobs[at];
        job.phase = Phase::OnTheWire;
        if let Some(exchange) = &mut job.exchange {
            (exchange.is_open, exchange.mark) = (false, mark);
        }
        self.stall.restart(self.now_ms);
    }

    fn idle_is_over(&mut self, at: usize) {
        self.end_job(at, Outcome::said(IMAP_OK, "IDLE: ended"));
        self.pump();
    }

    /// A NOOP of ours was answered.
    pub(super) fn idle_polled(&mut self, at: usize) {
        let ends = self.jobs[at].idle().is_some_and(|idle| idle.ends);
        if ends {
            return self.idle_is_over(at);
        }
        self.idle_begun(at);
    }

    /// The tagged answer to IDLE: false if it goes on, which has begun anew. Some servers end it by themselves.
    pub(super) fn idle_answered(&mut self, at: usize, answer: &Response) -> bool {
        let is_ok = answer.status() == Some(crate::proto::response::head::Status::Ok);
        let now_ms = self.now_ms;
        let Some(idle) = self.jobs[at].idle_mut() else {
            return true;
        };
        let is_short = !idle.renews && now_ms.saturating_sub(idle.since_ms) < SHORT_MS;
        if is_short || idle.ends || !is_ok {
            return true;
        }
        idle.renews = true;
        self.limit(at, self.times.call_ms);
        self.exchange(at, Purpose::Main);
        false
    }
}
