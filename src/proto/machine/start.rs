//! Jobs onto the wire: what may be submitted, what may start beside what, tags, literals and who waits for them.

use super::append::Append;
use super::flight;
use super::idle::Idle;
use super::job::{Auth, Exchange, Job, Outcome, Phase, Purpose, Request, Task, Verb};
use super::output::Output;
use super::{Machine, closed};
use crate::codec::secret::Secret;
use crate::codec::{base64, quote};
use crate::error::*;
use crate::proto::command::encode::{Form, Piece, Wire};
use crate::proto::command::table::{self, imap_state, imap_state::*};
use crate::proto::response::View;
use crate::proto::response::name::Data;
use crate::proto::rows::Gathered;
use std::collections::VecDeque;

impl Machine {
    /// Takes a job into the queue and starts it if it may start. Refused: nothing is sent.
    pub fn submit(&mut self, request: Request, now_ms: u64) -> Result<u32> {
        self.now_ms = now_ms;
        let state = self.projected_state();
        let (verb, view, task, wire) = match request {
            Request::Open { starttls } => (Verb::new("open"), View::OwnText, Task::Open { starttls }, None),
            Request::Command { verb, view, wire } => (verb, view, Task::Command, Some(wire)),
            Request::StartTls => (
                Verb::new("STARTTLS"),
                View::Named("STARTTLS".into()),
                Task::StartTls,
                None,
            ),
            Request::Authenticate {
                mechanism,
                initial,
                clear,
            } => {
                if !quote::is_atom(mechanism.as_bytes()) {
                    return Err(Error::new(
                        IMAP_ERR_ARGUMENT,
                        format!("AUTHENTICATE: {mechanism:?} is no name of a mechanism; nothing was sent"),
                    ));
                }
                let auth = Auth {
                    mechanism,
                    initial,
                    challenge: None,
                    cancelled: None,
                    clear,
                };
                (
                    Verb::new("AUTHENTICATE"),
                    View::OwnText,
                    Task::Authenticate(Box::new(auth)),
                    None,
                )
            }
            Request::Recent => (Verb::new("NOOP"), View::Named("RECENT".into()), Task::Recent, None),
            Request::Append { wire } => (
                Verb::new("APPEND"),
                View::OwnText,
                Task::Append(Append::default()),
                Some(wire),
            ),
            Request::Idle => (Verb::new("IDLE"), View::OwnText, Task::Idle(Idle::default()), None),
        };
        let asks_utf8 = wire.as_ref().is_some_and(|w| {
            w.shown
                .split(|b| *b == b' ')
                .any(|word| word.eq_ignore_ascii_case(b"UTF8=ACCEPT"))
        });
        let is_open = matches!(task, Task::Open { .. });
        let limit_ms = match task {
            Task::Open { .. } => self.times.connect_ms,
            // The handshake has no other limit.
            Task::StartTls if self.times.call_ms == 0 => self.times.connect_ms,
            _ => self.times.call_ms,
        };
        let job = Job {
            id: self.last_id.wrapping_add(1).max(1),
            verb,
            view,
            task,
            wire,
            phase: if is_open { Phase::Greeting } else { Phase::Queued },
            exchange: None,
            mailbox: None,
            rows: Gathered::default(),
            is_pulled: false,
            is_discarded: false,
            status_lines: 0,
            asked: false,
            asks_utf8,
            answer: None,
            deadline_ms: (limit_ms > 0).then(|| now_ms.saturating_add(limit_ms)),
        };
        self.may_be_sent(&job, state)?;
        let mut job = job;
        if job.verb.expects() == Data::Status.bit() {
            job.mailbox = flight::status_mailbox(job.wire.as_ref());
        }
        let id = job.id;
        self.last_id = id;
        self.state_changes += usize::from(job.state_after().is_some());
        self.timed += usize::from(job.deadline_ms.is_some());
        self.jobs.push_back(job);
        if is_open {
            self.flying = self.jobs.len();
        }
        self.pump();
        Ok(id)
    }

    /// The state that holds when all that is queued has succeeded.
    fn projected_state(&self) -> imap_state {
        if self.state_changes == 0 {
            return self.state;
        }
        self.jobs.iter().rev().find_map(Job::state_after).unwrap_or(self.state)
    }

    /// The checks before anything is sent, in imaplib's order and words.
    fn may_be_sent(&self, job: &Job, state: imap_state) -> Result<()> {
        let name = job.verb.command.map_or(job.verb.name.as_str(), |c| c.name);
        let states = match job.verb.command {
            Some(command) => command.states,
            None if job.verb.uid => IMAP_STATE_SELECTED.bit(),
            None => u8::MAX,
        };
        let wrong_state = || Error::new(IMAP_ERR_STATE, table::wrong_state(name, state, states));
        let is_held = (self.has_idle() || self.open_append().is_some()) && job.phase == Phase::Queued;
        if is_held && self.place_of(job.id).is_none() {
            return Err(self.held_up(name, states));
        }
        if let Some(dead) = &self.dead {
            // After LOGOUT imaplib speaks of the state, not of the socket.
            let is_illegal = state == IMAP_STATE_LOGOUT && states & state.bit() == 0;
            return Err(if is_illegal { wrong_state() } else { closed(dead) });
        }
        let Some(command) = job.verb.command else {
            return if states & state.bit() == 0 {
                Err(wrong_state())
            } else {
                Ok(())
            };
        };
        if command.name == "ENABLE" && !self.caps.stale && !self.caps.has("ENABLE") {
            return Err(Error::new(
                IMAP_ERR_UNSUPPORTED,
                "Server does not support ENABLE; nothing was sent",
            ));
        }
        if states & state.bit() == 0 {
            return Err(wrong_state());
        }
        if self.turned_readonly && !command.has(table::LEAVES) {
            return Err(Error::new(
                IMAP_ERR_READONLY,
                format!(
                    "{name}: mailbox status changed to READ-ONLY; select it again, or take note of READ-ONLY first"
                ),
            ));
        }
        match (&job.task, command.name) {
            (Task::StartTls, _) if !self.caps.has("STARTTLS") => Err(Error::new(
                IMAP_ERR_UNSUPPORTED,
                "STARTTLS: TLS not supported by server (no STARTTLS in its capabilities); nothing was sent",
            )),
            (Task::Authenticate(auth), _) if auth.clear => self.password_may_go(&auth.mechanism),
            (_, "LOGIN") => {
                if self.caps.has("LOGINDISABLED") {
                    return Err(Error::new(
                        IMAP_ERR_INSECURE,
                        "LOGIN refused before sending: the server announces LOGINDISABLED; use TLS, STARTTLS or another mechanism",
                    ));
                }
                self.password_may_go("LOGIN")
            }
            _ => Ok(()),
        }
    }

    /// Nothing may be said while IDLE runs or an APPEND is being written.
    fn held_up(&self, name: &str, states: u8) -> Error {
        let message = if self.has_idle() {
            table::wrong_state(name, IMAP_STATE_IDLING, states)
        } else {
            format!("{name}: an APPEND is being written; finish it with imap_append_end first; nothing was sent")
        };
        Error::new(IMAP_ERR_STATE, message)
    }

    fn password_may_go(&self, what: &str) -> Result<()> {
        if self.secure || self.allow_plaintext {
            return Ok(());
        }
        Err(Error::new(
            IMAP_ERR_INSECURE,
            format!(
                "{what} refused before sending: the password would cross the network in clear; use TLS or STARTTLS, or set ALLOW_PLAINTEXT_AUTH"
            ),
        ))
    }

    /// How strings may go out now.
    pub fn form(&self) -> Form {
        Form {
            utf8: self.utf8,
            binary: self.caps.has_binary(),
        }
    }

    /// Starts what may start, in order of submission. What waits holds up all behind it.
    pub(super) fn pump(&mut self) {
        // A job between two of its steps goes on first.
        if self.jobs.front().is_some_and(|j| j.phase == Phase::Queued) {
            self.flying = 0;
        }
        while self.dead.is_none() && self.flying < self.jobs.len() && self.may_start(self.flying) {
            self.start(self.flying);
        }
    }

    fn start(&mut self, at: usize) {
        if let Err(error) = self.may_be_sent(&self.jobs[at], self.state) {
            self.end_job(at, Outcome::failed(error));
            return;
        }
        if self.needs_capabilities(at) {
            self.jobs[at].asked = true;
            self.exchange(at, Purpose::Capability);
            return;
        }
        if matches!(self.jobs[at].task, Task::Recent) {
            let limits = &self.limits;
            if let Some(known) = self.untagged.take("RECENT", limits) {
                self.end_recent(at, known);
                return;
            }
        }
        if matches!(self.jobs[at].task, Task::StartTls) {
            self.exchange(at, Purpose::StartTls);
            return;
        }
        if matches!(self.jobs[at].task, Task::Idle(_)) {
            return self.idle_starts(at);
        }
        self.exchange(at, Purpose::Main);
    }

    fn needs_capabilities(&self, at: usize) -> bool {
        let job = &self.jobs[at];
        if !self.caps.stale || job.asked {
            return false;
        }
        let has_literal = job.wire.as_ref().is_some_and(|w| {
            w.pieces
                .iter()
                .any(|p| matches!(p, Piece::Literal { octets, .. } if !octets.is_empty()))
        });
        has_literal
            || matches!(job.task, Task::Append(_) | Task::Idle(_))
            || job.verb.command.is_some_and(|c| c.name == "ENABLE")
    }

    /// Puts a command of the job on the wire.
    pub(super) fn exchange(&mut self, at: usize, purpose: Purpose) {
        let tag = self.tags.next();
        let name = self.jobs[at].verb.name.clone();
        let name = name.as_str();
        let (mut wire, expects) = match purpose {
            Purpose::Capability => (short(b"CAPABILITY"), table::find("CAPABILITY").map_or(0, |c| c.expects)),
            Purpose::StartTls => (short(b"STARTTLS"), 0),
            Purpose::Poll => (short(b"NOOP"), 0),
            Purpose::Main => self.main_wire(at),
        };
        if self.trace.level > 0 {
            let shown = if wire.shown.is_empty() {
                name.as_bytes()
            } else {
                &wire.shown
            };
            self.trace.note_parts(1, b'>', [&tag, b" ", shown], self.now_ms);
        }
        if purpose == Purpose::Main {
            self.command_begins(at);
        }
        if wire.secret {
            self.output
                .begin_secret(tag.len() + wire.weight() + 32 * (wire.pieces.len() + 1));
        }
        self.output.push(&tag);
        self.output.push(b" ");
        if wire.pieces.is_empty() {
            self.output.push(name.as_bytes());
        }
        let exchange = Exchange {
            tag,
            purpose,
            expects,
            pieces: VecDeque::from(std::mem::take(&mut wire.pieces)),
            waits: false,
            mark: 0,
            secret: wire.secret,
            is_open: purpose == Purpose::Main
                && match &self.jobs[at].task {
                    Task::Append(append) => !append.ends,
                    Task::Idle(_) => true,
                    _ => false,
                },
        };
        self.exchange_begins(at, exchange);
        self.stall.restart(self.now_ms);
        self.push_pieces(at, false);
    }

    fn main_wire(&mut self, at: usize) -> (Wire, u64) {
        let caps = &self.caps;
        let job = &mut self.jobs[at];
        let mut expects = job.verb.expects();
        let wire = match &mut job.task {
            Task::Authenticate(auth) => {
                let mut wire = short(format!("AUTHENTICATE {}", auth.mechanism).as_bytes());
                if let Some(initial) = auth.initial.take_if(|_| caps.has("SASL-IR")) {
                    wire.shown.extend_from_slice(b" ***");
                    wire.secret = true;
                    wire.pieces.push(Piece::Text(answer_octets(&initial, b" ", b"=")));
                }
                wire
            }
            Task::Recent => {
                expects |= crate::proto::response::name::Data::Recent.bit();
                short(b"NOOP")
            }
            Task::Idle(_) => {
                let mut wire = short(b"IDLE");
                wire.pieces.push(Piece::Text(b"\r\n".to_vec()));
                wire
            }
            _ => job.wire.take().unwrap_or_default(),
        };
        (wire, expects)
    }

    /// Hands on what may be sent now: up to the next literal that has to be waited for. `allowed`: the server has just
    /// asked for the first one.
    pub(super) fn push_pieces(&mut self, at: usize, mut allowed: bool) {
        let free = self.caps.literal_without_waiting();
        let Some(exchange) = &mut self.jobs[at].exchange else {
            return;
        };
        exchange.waits = false;
        if exchange.secret && allowed {
            let rest: usize = exchange.pieces.iter().map(|p| p.octets().len() + 32).sum();
            self.output.begin_secret(rest + 32);
        }
        while let Some(piece) = exchange.pieces.pop_front() {
            let (size, binary) = match &piece {
                Piece::Text(_) => (0, false),
                Piece::Literal { octets, binary } => (octets.len() as u64, *binary),
                Piece::Announced { size, binary } => (*size, *binary),
            };
            let is_literal = !matches!(piece, Piece::Text(_));
            if is_literal && !std::mem::take(&mut allowed) {
                // Without LITERAL+ and LITERAL- an empty literal waits too.
                let at_once = free > 0 && size <= free;
                push_header(&mut self.output, size, binary, at_once);
                if !at_once {
                    exchange.pieces.push_front(piece);
                    exchange.waits = true;
                    exchange.mark = self.output.queued;
                    return;
                }
            }
            match piece {
                Piece::Text(mut octets) => {
                    self.output.push(&octets);
                    if exchange.secret {
                        zeroize::Zeroize::zeroize(&mut octets);
                    }
                }
                Piece::Literal { octets, .. } => self.output.push_literal(octets, exchange.secret),
                Piece::Announced { .. } => return self.append_may_write(at),
            }
        }
        if exchange.is_open {
            exchange.mark = self.output.queued;
            return;
        }
        self.output.push(b"\r\n");
        exchange.mark = self.output.queued;
        if exchange.secret {
            self.output.end_secret();
        }
    }

    /// The caller's answer to a challenge; `None` cancels. Its octets are encoded here.
    pub fn reply(&mut self, id: u32, reply: Option<&Secret>, why: Option<String>, now_ms: u64) -> Result<()> {
        self.now_ms = now_ms;
        let at = self.job_index(id)?;
        if self.jobs[at].phase != Phase::Challenged {
            return Err(Error::new(IMAP_ERR_STATE, "no challenge is waiting for an answer"));
        }
        self.answer_challenge(at, reply, why);
        Ok(())
    }

    pub(super) fn answer_challenge(&mut self, at: usize, reply: Option<&Secret>, why: Option<String>) {
        let line = match reply {
            Some(secret) => answer_octets(secret, b"", b""),
            None => b"*".to_vec(),
        };
        self.output.begin_secret(line.len() + 2);
        self.output.push(&line);
        self.output.push(b"\r\n");
        self.output.end_secret();
        let mut line = line;
        zeroize::Zeroize::zeroize(&mut line);
        self.trace
            .note(1, b'>', if reply.is_some() { b"***" } else { b"*" }, self.now_ms);
        let mark = self.output.queued;
        let job = &mut self.jobs[at];
        job.phase = Phase::OnTheWire;
        if let Task::Authenticate(auth) = &mut job.task {
            auth.challenge = None;
            if reply.is_none() {
                auth.cancelled = Some(why.unwrap_or_else(|| "cancelled by the caller".to_owned()));
            }
        }
        if let Some(exchange) = &mut job.exchange {
            exchange.mark = mark;
        }
        self.stall.restart(self.now_ms);
    }

    /// What a new command changes before its first octet leaves.
    fn command_begins(&mut self, at: usize) {
        self.untagged.forget_status_lines();
        if self.jobs[at].verb.has(table::SELECTS) {
            self.untagged.clear();
            self.events.forget_mailbox();
            self.turned_readonly = false;
        }
    }
}

fn push_header(output: &mut Output, size: u64, binary: bool, at_once: bool) {
    let (before, behind) = (if binary { "~" } else { "" }, if at_once { "+" } else { "" });
    output.push(format!("{before}{{{size}{behind}}}\r\n").as_bytes());
}

fn short(text: &[u8]) -> Wire {
    let mut wire = Wire::default();
    wire.pieces.push(Piece::Text(text.to_vec()));
    wire.shown = text.to_vec();
    wire
}

/// Base64 in one line; an empty answer is `empty`.
fn answer_octets(secret: &Secret, before: &[u8], empty: &[u8]) -> Vec<u8> {
    let encoded = base64::encode(secret.as_slice()).ok();
    let body = encoded.as_ref().map_or(&[][..], |e| e.as_slice());
    let body = if body.is_empty() { empty } else { body };
    let mut line = Vec::with_capacity(before.len() + body.len());
    line.extend_from_slice(before);
    line.extend_from_slice(body);
    line
}
