//! The step that moves a connection on without waiting, and the one loop that waits. Whatever the job, the octets pass
//! here: connect, handshake, write, read, deadlines.

use super::{Connection, IMAP_TLS_IMPLICIT};
use crate::client::options::IMAP_OPT_RETURN_ON_SIGNAL;
use crate::error::*;
use crate::net::sys::Polled;
use crate::net::{Progress, Received, Transport};
use crate::proto::machine::outcome::Outcome;
use std::time::{Duration, Instant};

/// How far the transport is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Connecting,
    /// TLS; the machine is told when it stands, if it asked for it.
    Handshake {
        told: bool,
    },
    Up,
    Closed,
}

/// What a wait for a job came to.
pub enum Wait {
    Done(Outcome),
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
}

/// Reads and writes in one step: a peer that never pauses must not keep a finished call from returning.
const MOVES: usize = 64;
/// A read of this many octets is part of a flow, ...
const FLOW: usize = 4096;
/// ... after so many of which the next ones are tried without waiting for the descriptor first, ...
const FLOWS_AFTER: u8 = 16;
/// ... but now and then wakeups, signals and the time are looked at.
const FLOWS_FOR: u8 = 16;
/// A wait that nothing can end may take this long before deadlines and wakeups are looked at.
const BLOCKING_READ_MS: u64 = 500;

impl Connection {
    /// Waits for a job; `limit` is the interval after which the wait, not the job, ends.
    pub fn wait(&mut self, id: u32, limit: Option<Duration>) -> std::result::Result<Wait, Stop> {
        self.machine.keep_rows(true);
        let waited = self.run_for_answer(limit, |c| c.is_for_caller_to_write(id), |c| c.look_for(id));
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

    /// Moves on until `done` has something: the answer of a command. Where there is no interval and it is the caller's turn,
    /// nobody waits: what has come is looked at, and that is all.
    #[inline]
    pub(super) fn run_for_answer<T>(
        &mut self,
        limit: Option<Duration>,
        is_callers_turn: impl FnOnce(&Connection) -> bool,
        done: impl FnMut(&mut Connection) -> Option<T>,
    ) -> std::result::Result<T, Stop> {
        let patience = |c: &Connection| limit.or_else(|| is_callers_turn(c).then_some(Duration::ZERO));
        match self.run_within(patience, done) {
            Err(Stop::Again) if limit.is_none() && !self.is_nonblock => Err(Stop::Unwritten),
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

    /// How long reads of a caller's function without a descriptor may wait from now on.
    pub(super) fn let_reads_wait(&mut self, ms: i32) {
        if let Some(transport) = &mut self.transport {
            transport.set_read_wait(ms);
        }
    }

    /// Moves on as far as possible without waiting. `readable`: the descriptor was seen ready.
    pub(super) fn step(&mut self, readable: bool) {
        self.let_reads_wait(0);
        self.now = self.now_ms();
        self.step_now(readable);
    }

    /// The same when the time has just been looked at.
    fn step_now(&mut self, readable: bool) {
        let mut readable = readable;
        if self.machine.has_unread() {
            self.machine.read_on();
        }
        for _ in 0..MOVES {
            let moved = if self.phase == Phase::Up {
                self.exchange(readable)
            } else {
                self.drive()
            };
            self.machine.count_time(self.now);
            let is_special = self.mechanism.is_some() || self.machine.is_special(self.now);
            let goes_on_anyhow = is_special && self.see_to_special();
            // What arrives in the meantime is found by the next poll, but a read that was full left something behind.
            readable = readable && moved && self.has_more_to_read();
            if !(readable || goes_on_anyhow || moved && self.can_go_on()) {
                return;
            }
            self.now = self.now_ms();
        }
    }

    /// What few steps have to do beside moving octets. True if there is more to do at once.
    #[inline(never)]
    fn see_to_special(&mut self) -> bool {
        let begins_tls = self.machine.wants_tls() && self.phase == Phase::Up;
        if begins_tls {
            self.begin_tls(true);
        }
        if self.machine.is_late(self.now) {
            self.machine.tick(self.now);
        }
        self.close_if_over();
        self.answer_by_mechanism() || begins_tls
    }

    /// The last read took all that there was room for, and the next one cannot wait.
    fn has_more_to_read(&self) -> bool {
        self.phase == Phase::Up
            && self.machine.read_was_full()
            && !self.machine.has_front()
            && !self.transport.as_ref().is_none_or(Transport::may_block)
    }

    /// There is something to do that need not wait for a descriptor.
    fn can_go_on(&self) -> bool {
        let is_up = self.phase == Phase::Up;
        !is_up || self.machine.has_output() || self.transport.as_ref().is_some_and(Transport::has_buffered)
    }

    /// Connecting and handshakes.
    #[inline(never)]
    fn drive(&mut self) -> bool {
        if self.phase == Phase::Closed {
            return false;
        }
        let Some(transport) = &mut self.transport else {
            return false;
        };
        match transport.drive(Instant::now()) {
            Ok(Progress::Pending) => false,
            Ok(Progress::Ready) => {
                self.driven();
                true
            }
            Err(error) => {
                self.machine.fail(error);
                true
            }
        }
    }

    fn driven(&mut self) {
        match self.phase {
            Phase::Connecting => {
                self.machine.secure = self.is_private || self.transport.as_ref().is_some_and(Transport::is_local);
                self.phase = Phase::Up;
                if self.tls == IMAP_TLS_IMPLICIT {
                    self.begin_tls(false);
                }
            }
            Phase::Handshake { told } => {
                self.phase = Phase::Up;
                self.machine.secure = true;
                if told {
                    let now = self.now_ms();
                    self.machine.tls_ready(now);
                }
            }
            Phase::Up | Phase::Closed => {}
        }
    }

    fn begin_tls(&mut self, told: bool) {
        let begun = self.options.tls().and_then(|tls| match &mut self.transport {
            Some(transport) => transport.start_tls(&self.server_name, &tls),
            None => Err(Error::new(IMAP_ERR_CLOSED, "the connection is closed")),
        });
        match begun {
            Ok(()) => self.phase = Phase::Handshake { told },
            Err(error) => {
                self.machine.fail(error);
                self.close_transport();
            }
        }
    }

    /// Writes what is to be written, reads what is there. True if anything moved.
    fn exchange(&mut self, readable: bool) -> bool {
        let wrote = self.flush();
        let Some(transport) = &self.transport else { return false };
        // What waits for the caller is taken before more is read.
        let may_read = !self.machine.has_front() && (readable || transport.has_buffered());
        let read = may_read && self.receive();
        wrote || read
    }

    #[inline]
    pub(super) fn flush(&mut self) -> bool {
        self.machine.has_output() && self.write()
    }

    fn write(&mut self) -> bool {
        let now = self.now;
        let Some(transport) = &mut self.transport else {
            return false;
        };
        match transport.write(self.machine.output()) {
            Ok(Some(n)) => {
                self.machine.sent(n, now);
                true
            }
            Ok(None) => false,
            Err(error) => {
                // The server may have said why before it hung up.
                self.let_reads_wait(0);
                for _ in 0..MOVES {
                    if !self.receive() {
                        break;
                    }
                }
                self.machine.fail(error);
                true
            }
        }
    }

    pub(super) fn receive(&mut self) -> bool {
        let now = self.now;
        let Some(transport) = &mut self.transport else {
            return false;
        };
        if self.machine.dead().is_some() || transport.is_closed() {
            return false;
        }
        let received = self.machine.space().and_then(|space| transport.read(space));
        match received {
            Ok(Received::Octets(n)) => {
                self.flow.to_come = self.flow.to_come.saturating_sub(u8::from(n >= FLOW));
                self.machine.received(n, now);
                true
            }
            Ok(Received::Again) => {
                self.flow.to_come = FLOWS_AFTER;
                false
            }
            Ok(Received::Eof) => {
                self.machine.ended(now);
                self.close_transport();
                true
            }
            Err(error) => {
                self.machine.fail(error);
                true
            }
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
            let wait = timeout.map_or(BLOCKING_READ_MS, |t| t.saturating_add(1).min(BLOCKING_READ_MS));
            transport.set_read_wait(wait as i32);
            // A handshake that has something to write does not read, and so does not wait.
            timeout = Some(u64::from(is_handshake));
        }
        if transport.has_buffered() {
            timeout = Some(0);
        }
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
        match polled {
            Ok(Polled::Interrupted) if self.options.number(IMAP_OPT_RETURN_ON_SIGNAL) != 0 => Paused::Interrupted,
            Ok(_) if self.wake.drain() => Paused::Woken,
            Ok(Polled::Interrupted) => Paused::Readable(false),
            Ok(Polled::TimedOut) if is_over => Paused::Over(may_block),
            Ok(Polled::TimedOut) => Paused::Readable(may_block),
            Ok(Polled::Ready) => {
                // Room to write says nothing of what there is to read, except under TLS, where either may need the other.
                let readable = transport.is_tls() || set.has_other_than(libc::POLLOUT);
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
