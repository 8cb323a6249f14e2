//! The machine: jobs in, octets out; octets in, outcomes and events out. It owns the order of things: the queue, tags,
//! who a continuation belongs to, barriers, the connection's state. Time is an argument, randomness a seed.
//!
//! `start` puts jobs on the wire, `incoming` reads what comes back, `finish` ends jobs, `clock` watches the time.

mod clock;
mod finish;
mod incoming;
pub mod job;
mod output;
mod start;
mod tag;

use super::caps::Caps;
use super::command::table::{imap_state, imap_state::*};
use super::events::Events;
use super::limits::Limits;
use super::receive::Receiver;
use super::response::Response;
use super::trace::Trace;
use super::untagged::Untagged;
use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_CLOSED, IMAP_ERR_STATE, Result};
use clock::Stall;
pub use clock::Times;
use job::{Job, Outcome, Phase};
use output::Output;
use std::collections::VecDeque;
use std::sync::Arc;

/// Outcomes nobody asked for are kept up to this number.
const OUTCOMES_KEPT: usize = 1_000;

/// The protocol side of one connection.
pub struct Machine {
    pub limits: Limits,
    pub times: Times,
    pub caps: Caps,
    pub trace: Trace,
    pub untagged: Untagged,
    pub events: Events,
    /// Passwords may go out as they are: the way is TLS or local, or the caller allowed it.
    pub secure: bool,
    /// For messages: what to do about a way that is not.
    pub allow_plaintext: bool,
    receiver: Receiver,
    output: Output,
    tags: tag::Tags,
    /// In order of submission; those in flight come before those that wait.
    jobs: VecDeque<Job>,
    outcomes: VecDeque<(u32, Outcome)>,
    /// How many jobs change the state when they succeed.
    state_changes: usize,
    last_id: u32,
    state: imap_state,
    readonly: bool,
    /// The mailbox opened for writing has since become read-only.
    turned_readonly: bool,
    utf8: bool,
    greeting: Option<Arc<Response>>,
    dead: Option<Error>,
    /// The BYE it died of.
    farewell: Option<Arc<Response>>,
    wants_close: bool,
    arrivals: u64,
    stall: Stall,
    now_ms: u64,
}

impl Machine {
    /// `seed` makes tags unpredictable; any number will do for tests.
    pub fn new(limits: Limits, times: Times, seed: u64) -> Machine {
        Machine {
            limits,
            times,
            caps: Caps::default(),
            trace: Trace::default(),
            untagged: Untagged::default(),
            events: Events::default(),
            secure: false,
            allow_plaintext: false,
            receiver: Receiver::default(),
            output: Output::default(),
            tags: tag::Tags::new(seed),
            jobs: VecDeque::new(),
            outcomes: VecDeque::new(),
            state_changes: 0,
            last_id: 0,
            state: IMAP_STATE_NONAUTH,
            readonly: false,
            turned_readonly: false,
            utf8: false,
            greeting: None,
            dead: None,
            farewell: None,
            wants_close: false,
            arrivals: 0,
            stall: Stall::default(),
            now_ms: 0,
        }
    }

    pub fn state(&self) -> imap_state {
        self.state
    }

    pub fn is_readonly(&self) -> bool {
        self.readonly
    }

    pub fn utf8_enabled(&self) -> bool {
        self.utf8
    }

    pub fn greeting(&self) -> Option<&Arc<Response>> {
        self.greeting.as_ref()
    }

    /// Why nothing goes any more.
    pub fn dead(&self) -> Option<&Error> {
        self.dead.as_ref()
    }

    pub fn last_id(&self) -> u32 {
        self.last_id
    }

    /// The machine has no more use for the transport.
    pub fn wants_close(&self) -> bool {
        self.wants_close
    }

    /// The transport is to become TLS now; answer with [`Machine::tls_ready`].
    pub fn wants_tls(&self) -> bool {
        self.in_flight().any(|j| j.phase == Phase::Tls)
    }

    /// Where received octets are to be put.
    pub fn space(&mut self) -> Result<&mut [u8]> {
        self.receiver.space()
    }

    /// `n` octets were received into the space.
    pub fn received(&mut self, n: usize, now_ms: u64) {
        self.now_ms = now_ms;
        self.receiver.filled(n);
        self.stall.moved(n, now_ms);
        if self.wants_tls() {
            return self.refuse_injection();
        }
        self.read_lines();
    }

    /// What is to be sent; empty when there is nothing.
    pub fn output(&mut self) -> &[u8] {
        self.output.next()
    }

    pub fn has_output(&self) -> bool {
        !self.output.is_empty()
    }

    /// `n` octets of it have left.
    pub fn sent(&mut self, n: usize, now_ms: u64) {
        self.now_ms = now_ms;
        self.output.sent(n);
        self.stall.moved(n, now_ms);
    }

    /// The peer ended the connection.
    pub fn ended(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.end_of_input();
    }

    /// The transport failed, or a limit was passed: every job ends.
    pub fn fail(&mut self, error: Error) {
        self.fail_all(error);
    }

    /// The caller closed the connection.
    pub fn close(&mut self) {
        self.fail_all(Error::new(
            IMAP_ERR_CLOSED,
            "the connection was closed by imap_shutdown",
        ));
    }

    /// How a job ended, once.
    pub fn outcome(&mut self, id: u32) -> Option<Outcome> {
        let at = self.outcomes.iter().position(|(i, _)| *i == id)?;
        self.outcomes.remove(at).map(|(_, o)| o)
    }

    /// The job waits or is on the wire.
    pub fn is_pending(&self, id: u32) -> bool {
        self.jobs.iter().any(|j| j.id == id)
    }

    /// The decoded challenge a job waits with.
    pub fn challenge(&self, id: u32) -> Option<&Secret> {
        let job = self.jobs.iter().find(|j| j.id == id && j.phase == Phase::Challenged)?;
        match &job.task {
            job::Task::Authenticate(auth) => auth.challenge.as_ref(),
            _ => None,
        }
    }

    /// imaplib's `response(code)`; noticing READ-ONLY allows writing commands again.
    pub fn take_untagged(&mut self, name: &str) -> Option<Response> {
        if name.eq_ignore_ascii_case("READ-ONLY") {
            self.turned_readonly = false;
        }
        let limits = &self.limits;
        self.untagged.take(name, limits)
    }

    /// Takes `n` received octets as they are, when all of them are here (imaplib's `read`).
    pub fn take_raw(&mut self, n: usize) -> Result<Option<Vec<u8>>> {
        self.raw_allowed()?;
        Ok((self.receiver.pending() >= n).then(|| self.receiver.take_raw(n)))
    }

    /// Takes a received line as it is (imaplib's `readline`).
    pub fn take_raw_line(&mut self) -> Result<Option<Vec<u8>>> {
        self.raw_allowed()?;
        self.receiver.take_raw_line(&self.limits)
    }

    /// Puts received octets aside for `take_raw`, without reading them as responses.
    pub fn received_raw(&mut self, n: usize) {
        self.receiver.filled(n);
    }

    /// Sends octets as they are (imaplib's `send`).
    pub fn put_raw(&mut self, octets: &[u8]) -> Result<()> {
        self.raw_allowed()?;
        self.output.push(octets);
        Ok(())
    }

    fn raw_allowed(&self) -> Result<()> {
        if let Some(dead) = &self.dead {
            return Err(closed(dead));
        }
        if self.jobs.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            IMAP_ERR_STATE,
            "raw send and read work between commands only: one is in flight",
        ))
    }

    /// Memory that silence does not need.
    pub fn release(&mut self) {
        if self.jobs.is_empty() {
            self.receiver.release();
        }
    }

    fn in_flight(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().take_while(|j| j.phase != Phase::Queued)
    }

    fn arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    fn job_index(&self, id: u32) -> Result<usize> {
        self.jobs
            .iter()
            .position(|j| j.id == id)
            .ok_or_else(|| Error::new(IMAP_ERR_ARGUMENT, format!("no command with id {id} is waiting")))
    }
}

/// The error of a call on a connection that is over.
fn closed(dead: &Error) -> Error {
    Error {
        code: IMAP_ERR_CLOSED,
        message: format!("the connection is closed: {}", dead.message),
        errno: dead.errno,
    }
}
