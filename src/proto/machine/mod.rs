//! The machine: jobs in, octets out; octets in, outcomes and events out. It owns the order of things: the queue, tags,
//! who a continuation belongs to, barriers, the connection's state. Time is an argument, randomness a seed.
//!
//! `start` puts jobs on the wire (`bare` what is plain), `flight` knows which are there, `incoming` reads what comes back
//! (`answered` what is plain), `pull` hands rows out one by one, `literal` what is long in them, `finish` ends jobs,
//! `clock` watches the time. `append` and `idle` are jobs with steps of their own.

mod answered;
pub mod append;
mod bare;
mod clock;
mod finish;
mod flight;
pub mod idle;
mod incoming;
pub mod job;
mod key;
pub mod literal;
mod number_list;
pub mod outcome;
mod output;
pub mod pull;
mod queue;
mod start;
mod tag;
pub mod verb;

use super::caps::Caps;
use super::command::table::{self, imap_state, imap_state::*};
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
use job::{Job, Phase};
use outcome::Outcome;
use output::Output;
use queue::Queue;
use std::sync::Arc;

/// Outcomes nobody takes are kept up to this number.
const OUTCOMES_KEPT: usize = 1_000_000;

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
    /// A port of a host was connected to, and what it says comes in clear.
    pub hears_port: bool,
    receiver: Receiver,
    output: Output,
    tags: tag::Tags,
    /// In order of submission; those in flight come before those that wait.
    jobs: Queue<Job>,
    /// How many of them are in flight.
    flying: usize,
    /// Those in flight that expect untagged data.
    expecting: Vec<flight::Expecting>,
    /// How many jobs have a limit of time of their own.
    timed: usize,
    /// How many in flight are slow by nature.
    slow: usize,
    /// How many jobs pull their rows or want none.
    pulled: usize,
    /// What waits for the caller at the front of the receive buffer.
    front: Option<pull::Front>,
    /// A long list of numbers that is arriving.
    number_list: Option<number_list::NumberList>,
    /// The caller waits for something else than rows.
    keeps_rows: bool,
    /// The literal at the front was handed to the caller, who may leave it unread.
    wants_skip: bool,
    /// The literal that passes through is dropped.
    skips: bool,
    /// Something is here that was not looked at: what is behind a row that was taken, or what has just come.
    has_unread: bool,
    /// What comes is left to who asks for the next row.
    leaves_unread: bool,
    stream_min: u64,
    stream_items: Vec<String>,
    outcomes: Queue<(u32, Outcome)>,
    /// What stood behind the tag of the last plain answer: the next one mostly says the same.
    last_text: Option<Arc<[u8]>>,
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
    /// It died, and no outcome says so: the next step has to.
    is_end_untold: bool,
    arrivals: u64,
    stall: Stall,
    now_ms: u64,
}

impl Machine {
    /// `seed` makes tags unpredictable; any number will do for tests.
    pub fn new(limits: Limits, times: Times, seed: u64) -> Machine {
        let mut machine = Machine {
            limits,
            times,
            caps: Caps::default(),
            trace: Trace::default(),
            untagged: Untagged::default(),
            events: Events::default(),
            secure: false,
            allow_plaintext: false,
            hears_port: false,
            receiver: Receiver::default(),
            output: Output::default(),
            tags: tag::Tags::new(seed),
            jobs: Queue::new(),
            flying: 0,
            expecting: Vec::with_capacity(1),
            timed: 0,
            slow: 0,
            pulled: 0,
            front: None,
            number_list: None,
            keeps_rows: false,
            wants_skip: false,
            skips: false,
            has_unread: false,
            leaves_unread: false,
            stream_min: 0,
            stream_items: Vec::new(),
            outcomes: Queue::new(),
            last_text: None,
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
            is_end_untold: false,
            arrivals: 0,
            stall: Stall::default(),
            now_ms: 0,
        };
        machine.set_asked();
        machine
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

    /// It has ended, and the caller has not been told.
    pub fn is_end_untold(&self) -> bool {
        self.is_end_untold
    }

    pub fn end_is_told(&mut self) {
        self.is_end_untold = false;
    }

    /// The machine has no more use for the transport.
    pub fn wants_close(&self) -> bool {
        self.wants_close
    }

    /// The transport is to become TLS now; answer with [`Machine::tls_ready`].
    pub fn wants_tls(&self) -> bool {
        self.jobs.front().is_some_and(|j| j.phase == Phase::Tls)
    }

    /// Where received octets are to be put.
    pub fn space(&mut self) -> Result<&mut [u8]> {
        self.receiver.space()
    }

    /// The last read took all the space there was.
    pub fn read_was_full(&self) -> bool {
        self.receiver.read_was_full()
    }

    /// `n` octets were received into the space.
    pub fn received(&mut self, n: usize, now_ms: u64) {
        self.now_ms = now_ms;
        self.receiver.filled(n);
        self.stall.moved(n, now_ms);
        if self.wants_tls() {
            return self.refuse_injection();
        }
        if self.skips {
            self.skip_literal();
        }
        if self.leaves_unread && self.has_usual_row() {
            self.has_unread = true;
        } else {
            self.read_lines();
        }
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

    /// The peer ended the connection; `program`: how, if it was a program that failed.
    pub fn ended(&mut self, now_ms: u64, program: Option<&str>) {
        self.now_ms = now_ms;
        self.read_what_came();
        self.end_of_input(program);
    }

    /// The transport failed, or a limit was passed: every job ends.
    pub fn fail(&mut self, error: Error) {
        self.read_what_came();
        self.fail_all(error);
    }

    /// The caller closed the connection.
    pub fn close(&mut self) {
        self.fail_all(Error::new(
            IMAP_ERR_CLOSED,
            "the connection was closed by imap_shutdown",
        ));
        self.is_end_untold = false;
    }

    /// How a job ended, once.
    pub fn outcome(&mut self, id: u32) -> Option<Outcome> {
        let at = self.outcome_place(id)?;
        self.outcomes.remove(at).map(|(_, o)| o)
    }

    /// The outcome waits to be taken.
    pub fn has_outcome(&self, id: u32) -> bool {
        self.outcome_place(id).is_some()
    }

    /// Most jobs end in the order of their ids, and are asked for in that order.
    fn outcome_place(&self, id: u32) -> Option<usize> {
        if self.first_outcome()? == id {
            return Some(0);
        }
        let is_it = |at: &usize| self.outcomes.get(*at).is_some_and(|(i, _)| *i == id);
        let last = self.outcomes.len().checked_sub(1).filter(is_it);
        let by_id = || self.outcomes.place_of_key(id, |(i, _)| *i).filter(is_it);
        last.or_else(by_id)
            .or_else(|| self.outcomes.iter().position(|(i, _)| *i == id))
    }

    /// The failure that a job ended with, if it was one; its outcome stays.
    pub fn failure_of(&self, id: u32) -> Option<Error> {
        let (_, outcome) = self.outcomes.get(self.outcome_place(id)?)?;
        let is_failure = (outcome.rc as i32) < 0 && !outcome.has_response();
        is_failure.then(|| Error {
            code: outcome.rc,
            message: outcome.message().into_owned(),
            errno: outcome.errno(),
        })
    }

    /// The oldest outcome that nobody has taken.
    pub fn first_outcome(&self) -> Option<u32> {
        self.outcomes.front().map(|(id, _)| *id)
    }

    /// No job is under way.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    /// The job that was submitted first of those under way.
    pub fn oldest(&self) -> Option<u32> {
        self.jobs.front().map(|j| j.id)
    }

    /// Octets that have not left.
    pub fn queued_octets(&self) -> u64 {
        self.output.queued - self.output.sent
    }

    /// The job waits or is on the wire.
    pub fn is_pending(&self, id: u32) -> bool {
        self.place_of(id).is_some()
    }

    /// The job that a challenge waits in: alone in flight, others may wait behind it.
    pub fn challenged(&self) -> Option<u32> {
        let first = self.jobs.front().filter(|j| j.phase == Phase::Challenged);
        first.map(|j| j.id)
    }

    /// The decoded challenge a job waits with.
    pub fn challenge(&self, id: u32) -> Option<&Secret> {
        let job = self
            .jobs
            .get(self.place_of(id)?)
            .filter(|j| j.phase == Phase::Challenged)?;
        match job.task() {
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
        self.receiver.release();
    }

    /// Memory that a long silence does not need.
    pub fn release_all(&mut self) {
        self.receiver.release_all();
        self.output.release();
        self.outcomes.release();
    }

    fn arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    fn job_index(&self, id: u32) -> Result<usize> {
        self.place_of(id)
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
