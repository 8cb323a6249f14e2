//! The one loop that waits: for an outcome, for whatever else a call asks for, or for the time to be over. What the step
//! does in between is in `step`.

use super::Connection;
use super::step::{MOVES, Phase};
use crate::client::options::IMAP_OPT_RETURN_ON_SIGNAL;
use crate::net::Transport;
use crate::net::sys::Polled;
use crate::proto::machine::outcome::Outcome;
use std::time::{Duration, Instant};

/// What a wait for a job came to.
pub enum Wait {
    Done(Outcome),
    /// An IDLE has begun; it is done when it is ended.
    Idling,
    /// No job of this id is known.
    Unknown,
}

/// Why a wait ended before what it waited for came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The interval is over.
    Again,
    Interrupted,
    Woken,
    /// A challenge waits for the caller's answer, and all else behind it.
    Challenged,
    /// An APPEND's message is the caller's to write, and nothing else would end the wait.
    Unwritten,
    /// An IDLE is the caller's to end.
    Unended,
}

/// A read of this many octets is part of a flow, ...
const FLOW: usize = 4096;
/// ... after so many of which the next ones are tried without waiting for the descriptor first, ...
const FLOWS_AFTER: u8 = 16;
/// ... but now and then wakeups, signals and the time are looked at.
const FLOWS_FOR: u8 = 16;
/// A wait that nothing can end may take this long before deadlines and wakeups are looked at.
const BLOCKING_READ_MS: u64 = 500;
/// The same while there is something to be written that did not go, and no descriptor tells when it will.
const WRITE_AGAIN_MS: u64 = 10;

impl Connection {
    /// Waits for a job; `limit` is the interval after which the wait, not the job, ends.
    pub fn wait(&mut self, id: u32, limit: Option<Duration>) -> std::result::Result<Wait, Stop> {
        self.machine.keep_rows(true);
        let waited = self.run_for_answer(limit, |c| c.is_unwritten(id), |c| c.look_for(id));
        self.machine.keep_rows(false);
        waited
    }

    fn look_for(&mut self, id: u32) -> Option<Wait> {
        if let Some(outcome) = self.machine.outcome(id) {
            self.forget_mechanism(id);
            if self.machine.is_idle() {
                self.rest();
            }
            return Some(Wait::Done(outcome));
        }
        if self.machine.idles_as(id) && !self.is_nonblock {
            self.rest();
            return Some(Wait::Idling);
        }
        (!self.machine.is_pending(id)).then_some(Wait::Unknown)
    }

    /// Gives memory back where nothing is under way, and more of it in IDLE: what comes next may be long in coming.
    pub(super) fn rest(&mut self) {
        if self.machine.is_idle() {
            self.machine.release();
        } else if self.machine.is_idling() {
            self.machine.release_all();
        } else {
            return;
        }
        if let Some(transport) = &mut self.transport {
            transport.release();
        }
    }

    fn is_unwritten(&self, id: u32) -> Option<Stop> {
        (self.machine.open_append() == Some(id)).then_some(Stop::Unwritten)
    }

    /// What would have to come from the caller before this command can end.
    pub(super) fn callers_turn(&self, id: u32) -> Option<Stop> {
        let is_unended = || self.machine.is_endless(id).then_some(Stop::Unended);
        self.is_unwritten(id).or_else(is_unended)
    }

    /// Moves on until `done` has something: the answer of a command. Where there is no interval and it is the caller's turn,
    /// nobody waits: what has come is looked at, and that is all.
    #[inline]
    pub(super) fn run_for_answer<T>(
        &mut self,
        limit: Option<Duration>,
        callers_turn: impl FnOnce(&Connection) -> Option<Stop>,
        done: impl FnMut(&mut Connection) -> Option<T>,
    ) -> std::result::Result<T, Stop> {
        let mut turn = None;
        let patience = |c: &Connection| {
            limit.or_else(|| {
                turn = callers_turn(c);
                turn.map(|_| Duration::ZERO)
            })
        };
        match self.run_within(patience, done) {
            Err(Stop::Again) => Err(turn.unwrap_or(Stop::Again)),
            run => run,
        }
    }

    /// The same, whatever `done` waits for.
    pub(super) fn run_until<T>(
        &mut self,
        limit: Option<Duration>,
        done: impl FnMut(&mut Connection) -> Option<T>,
    ) -> std::result::Result<T, Stop> {
        self.run_within(|_| limit, done)
    }

    /// The one loop that waits. `limit` is asked for the interval when there is nothing yet.
    #[inline]
    fn run_within<T>(
        &mut self,
        limit: impl FnOnce(&Connection) -> Option<Duration>,
        mut done: impl FnMut(&mut Connection) -> Option<T>,
    ) -> std::result::Result<T, Stop> {
        if let Some(found) = done(self) {
            return Ok(found);
        }
        if self.flows() && self.receive() {
            if let Some(found) = done(self) {
                return Ok(found);
            }
        }
        self.now = self.now_ms();
        self.look_if_late();
        // The call before may have waited longer than this one is to.
        self.let_reads_wait(0);
        if self.is_nonblock {
            self.step_now(true);
            return match done(self) {
                Some(found) => Ok(found),
                None if self.challenged().is_some() => Err(Stop::Challenged),
                None => Err(Stop::Again),
            };
        }
        let until = limit(self).map(|l| self.now.saturating_add(whole_ms(l)));
        let (mut readable, mut over) = (false, false);
        loop {
            self.step_now(readable);
            if let Some(found) = done(self) {
                return Ok(found);
            }
            if self.challenged().is_some() {
                return Err(Stop::Challenged);
            }
            if over {
                return Err(Stop::Again);
            }
            match self.pause(until) {
                Paused::Readable(is) => readable = is,
                // What is here already is still read: an interval of 0 makes progress too.
                Paused::Over(is) => (readable, over) = (is, true),
                Paused::Interrupted => return Err(Stop::Interrupted),
                Paused::Woken => return Err(Stop::Woken),
            }
            self.now = self.now_ms();
        }
    }

    /// More is likely to be here already, since the last reads found something each time, and nothing else is to be done.
    /// The time does not matter: while rows are taken it is the caller's.
    #[inline]
    fn flows(&mut self) -> bool {
        if self.flow.to_come > 0 || self.phase != Phase::Up || self.machine.has_output() || self.machine.has_front() {
            return false;
        }
        self.flow.tried = (self.flow.tried + 1) % FLOWS_FOR;
        self.flow.tried != 0 && !self.transport.as_ref().is_none_or(Transport::may_block)
    }

    /// A limit of time has passed while the caller was elsewhere: what has arrived until now still counts.
    pub(super) fn look_if_late(&mut self) {
        let now = self.now;
        if self.phase != Phase::Up || !self.machine.is_late(now) {
            return;
        }
        self.let_reads_wait(0);
        let mut was_here = false;
        for _ in 0..MOVES {
            if self.machine.has_front() || !self.receive() {
                break;
            }
            was_here = true;
        }
        if was_here {
            self.machine.was_here(now);
        }
    }

    /// Waits for a descriptor, a deadline, a wakeup or a signal.
    pub(super) fn pause(&mut self, until: Option<u64>) -> Paused {
        if self.transport.as_ref().is_some_and(Transport::may_block) {
            // The step may have waited itself.
            self.now = self.now_ms();
        }
        let is_over = until.is_some_and(|u| u <= self.now);
        let deadline = self.machine.deadline_ms();
        let Some(transport) = &mut self.transport else {
            return Paused::Over(false);
        };
        let next = match (until, deadline) {
            (Some(until), Some(deadline)) => Some(until.min(deadline)),
            (one, other) => one.or(other),
        };
        let mut timeout = next.map(|n| n.saturating_sub(self.now));
        let is_up = self.phase == Phase::Up;
        if let Some(connecting) = transport.deadline().filter(|_| !is_up) {
            let rest = whole_ms(connecting.saturating_duration_since(Instant::now()));
            timeout = Some(timeout.map_or(rest, |t| t.min(rest)));
        }
        let is_handshake = matches!(self.phase, Phase::Handshake { .. });
        let may_block = (is_handshake || is_up) && transport.may_block();
        if may_block {
            let most = if self.machine.has_output() {
                WRITE_AGAIN_MS
            } else {
                BLOCKING_READ_MS
            };
            let wait = timeout.map_or(most, |t| t.saturating_add(1).min(most));
            transport.set_read_wait(wait as i32);
            // A handshake that has something to write does not read, and so does not wait.
            timeout = Some(u64::from(is_handshake));
        }
        // A read tells whether there is anything, but wakeups and the time come first.
        let may_hold = transport.may_hold();
        if transport.has_buffered() || may_hold {
            timeout = Some(0);
        }
        let asks = may_block || may_hold;
        let was_interrupted = transport.take_interrupted();
        let mut set = transport.poll_fds(self.machine.has_output() || self.wants_write);
        let wake_fd = self.wake.fd().ok();
        match wake_fd {
            Some(fd) => set.add(fd, libc::POLLIN),
            // The process has no descriptor left: wakeups are looked for now and then.
            None => timeout = Some(timeout.map_or(BLOCKING_READ_MS, |t| t.min(BLOCKING_READ_MS))),
        }
        let polled = set.wait_ms(timeout);
        if wake_fd.is_some_and(|fd| set.revents(fd) != 0) {
            self.wake.clear();
        }
        let was_interrupted = was_interrupted || matches!(polled, Ok(Polled::Interrupted));
        match polled {
            Ok(_) if was_interrupted && self.options.number(IMAP_OPT_RETURN_ON_SIGNAL) != 0 => Paused::Interrupted,
            Ok(_) if self.wake.drain() => Paused::Woken,
            Ok(Polled::Interrupted) => Paused::Readable(false),
            Ok(Polled::TimedOut) if is_over => Paused::Over(asks),
            Ok(Polled::TimedOut) => Paused::Readable(asks),
            Ok(Polled::Ready) => {
                // Room to write says nothing of what there is to read, except under TLS, where either may need the other.
                let readable = asks || transport.is_tls() || set.has_other_than(libc::POLLOUT);
                if is_over {
                    Paused::Over(readable)
                } else {
                    Paused::Readable(readable)
                }
            }
            Err(error) => {
                self.machine.fail(error);
                Paused::Readable(false)
            }
        }
    }
}

/// Whether octets arrive faster than they are taken.
pub struct Flow {
    /// How many long reads in a row make it one.
    to_come: u8,
    /// How many were tried, counted up to FLOWS_FOR.
    tried: u8,
}

impl Default for Flow {
    fn default() -> Flow {
        Flow {
            to_come: FLOWS_AFTER,
            tried: 0,
        }
    }
}

impl Flow {
    #[inline]
    pub(super) fn took(&mut self, octets: usize) {
        self.to_come = self.to_come.saturating_sub(u8::from(octets >= FLOW));
    }

    #[inline]
    pub(super) fn stopped(&mut self) {
        self.to_come = FLOWS_AFTER;
    }
}

/// An interval in whole milliseconds, so that it never ends early: the clock's last one has already begun.
fn whole_ms(interval: Duration) -> u64 {
    if interval.is_zero() {
        return 0;
    }
    u64::try_from(interval.as_millis())
        .unwrap_or(u64::MAX)
        .saturating_add(1)
}

/// Why a pause ended.
pub(super) enum Paused {
    /// Something is ready, or a deadline has to be looked at.
    Readable(bool),
    /// The interval is over; true if something is ready all the same.
    Over(bool),
    Interrupted,
    Woken,
}
