//! IDLE, and what an event loop of the caller's needs: what to wait for, until when, and the step itself.

use super::step::Phase;
use super::wait::Stop;
use super::{Call, Connection};
use crate::error::{Error, IMAP_ERR_STATE, Result};
use crate::net::Transport;
use crate::proto::machine::job::Request;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// What the connection wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Interest {
    pub read: bool,
    pub write: bool,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// Nothing for the caller: wait.
    Again,
    /// An outcome, a row, a literal, a challenge or an event waits to be taken.
    Something,
    /// The connection is over.
    Dead(Error),
    Woken,
}

impl Connection {
    /// Begins IDLE: a wait for it ends when the server is ready to tell.
    pub fn idle_begin(&mut self) -> Call {
        self.submit(Request::Idle)
    }

    /// Waits for an event; `Ok(Err)` if IDLE does not run or the connection has ended.
    pub fn idle_wait(&mut self, limit: Option<Duration>) -> std::result::Result<Result<()>, Stop> {
        self.machine.keep_rows(true);
        let waited = self.run_until(limit, |c| {
            if !c.machine.events.is_empty() {
                return Some(Ok(()));
            }
            if let Some(dead) = c.machine.dead() {
                return Some(Err(dead.clone()));
            }
            c.rest();
            (!c.machine.has_idle()).then(|| {
                Err(Error::new(
                    IMAP_ERR_STATE,
                    "IDLE does not run: begin it with imap_idle_begin",
                ))
            })
        });
        self.machine.keep_rows(false);
        waited
    }

    /// Ends IDLE; its outcome is waited for.
    pub fn idle_end(&mut self) -> Call {
        let now = self.now_ms();
        self.machine.idle_end(now)
    }

    /// What to wait for now.
    pub fn interest(&self) -> Interest {
        let Some(transport) = &self.transport else {
            return Interest::default();
        };
        if self.phase == Phase::Closed {
            return Interest::default();
        }
        let set = transport.poll_fds(self.machine.has_output() || self.wants_write);
        let mut interest = Interest::default();
        for (_, events) in set.iter() {
            interest.read |= events & libc::POLLIN != 0;
            interest.write |= events & libc::POLLOUT != 0;
        }
        // What waits for the caller is taken before more is read.
        if self.phase == Phase::Up && self.machine.waits_for_caller() {
            interest.read = false;
        }
        interest
    }

    /// The descriptors to wait for: to read from and to write to, mostly one and the same.
    pub fn descriptors(&self) -> (Option<RawFd>, Option<RawFd>) {
        let Some(transport) = &self.transport else {
            return (None, None);
        };
        let set = transport.poll_fds(true);
        let find = |wanted: i16| set.iter().find(|(_, events)| events & wanted != 0).map(|(fd, _)| fd);
        let (read, write) = (find(libc::POLLIN), find(libc::POLLOUT));
        (read.or(write), write.or(read))
    }

    /// When the step wants to be taken though nothing is ready.
    pub fn next_deadline(&self) -> Option<Duration> {
        // Also of a connection that has just ended: nothing else would bring its loop to look.
        if self.has_something() || self.wake.is_woken() || self.machine.is_end_untold() {
            return Some(Duration::ZERO);
        }
        if self.phase == Phase::Closed {
            return None;
        }
        let transport = self.transport.as_ref()?;
        if transport.has_buffered() || transport.may_hold() || self.machine.has_unread() {
            return Some(Duration::ZERO);
        }
        if self.phase != Phase::Connecting && transport.may_block() {
            return Some(POLL_EVERY);
        }
        let now = self.now_ms();
        let machine = self
            .machine
            .deadline_ms()
            .map(|ms| Duration::from_millis(ms.saturating_sub(now)));
        let connecting = transport
            .deadline()
            .map(|d| d.saturating_duration_since(Instant::now()));
        [machine, connecting].into_iter().flatten().min()
    }

    /// Moves on without waiting. `readable` is what the loop saw, or true if it does not know.
    pub fn step_once(&mut self, readable: bool) -> Stepped {
        // Without a descriptor no loop can see anything, nor what lies inside the caller's functions: the read tells.
        let asks = |t: &Transport| t.may_block() || t.may_hold();
        let readable = readable || self.transport.as_ref().is_some_and(asks);
        self.look_if_late();
        self.step(readable);
        // Of a literal that is being read, more may have come.
        if readable && self.phase == Phase::Up && self.machine.has_front() && !self.machine.waits_for_caller() {
            self.receive();
        }
        if self.wake.drain() {
            return Stepped::Woken;
        }
        if self.has_something() {
            return Stepped::Something;
        }
        if let Some(dead) = self.machine.dead().cloned() {
            self.machine.end_is_told();
            return Stepped::Dead(dead);
        }
        self.rest();
        Stepped::Again
    }

    fn has_something(&self) -> bool {
        self.machine.waits_for_caller()
            || self.challenged().is_some()
            || self.machine.first_outcome().is_some()
            || !self.machine.events.is_empty()
    }
}

/// Functions of the caller without a descriptor are asked this often.
const POLL_EVERY: Duration = Duration::from_millis(50);
