//! Jobs onto the wire: what may be submitted, what may start beside what, tags, literals and who waits for them.

use super::append::Append;
use super::idle::Idle;
use super::job::{Auth, Exchange, Job, Phase, Purpose, Request, Rest, Shows, Task, Verb};
use super::key::Key;
use super::outcome::Outcome;
use super::output::Output;
use super::{Machine, closed};
use crate::codec::secret::Secret;
use crate::codec::{base64, decimal, quote};
use crate::error::*;
use crate::proto::command::encode::{Form, Piece, Wire};
use crate::proto::command::table::{self, imap_state, imap_state::*};
use std::collections::VecDeque;

impl Machine {
    /// Takes a job into the queue and starts it if it may start. Refused: nothing is sent.
    pub fn submit(&mut self, request: Request<'_>, now_ms: u64) -> Result<u32> {
        self.now_ms = now_ms;
        let state = self.projected_state();
        let (verb, shows, task, wire) = match request {
            Request::Open { starttls } => (Verb::new("open"), Shows::OwnText, Task::Open { starttls }, None),
            Request::Command { verb, view, wire } => (verb, view, Task::Command, wire),
            Request::StartTls => (Verb::new("STARTTLS"), Shows::AsCommand, Task::StartTls, None),
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
                    Shows::OwnText,
                    Task::Authenticate(Box::new(auth)),
                    None,
                )
            }
            Request::Recent => (Verb::new("NOOP"), Shows::Recent, Task::Recent, None),
            Request::Append { wire } => (
                Verb::new("APPEND"),
                Shows::OwnText,
                Task::Append(Append::default()),
                Some(wire),
            ),
            Request::Idle => (Verb::new("IDLE"), Shows::OwnText, Task::Idle(Idle::default()), None),
        };
        let is_open = matches!(task, Task::Open { .. });
        let limit_ms = match task {
            Task::Open { .. } => self.times.connect_ms,
            // The handshake has no other limit.
            Task::StartTls if self.times.call_ms == 0 => self.times.connect_ms,
            _ => self.times.call_ms,
        };
        let mut job = Job::new(self.last_id.wrapping_add(1).max(1), verb, shows, task);
        self.may_be_sent(&job, state)?;
        if limit_ms > 0 {
            job.more_mut().deadline_ms = Some(now_ms.saturating_add(limit_ms));
            self.timed += 1;
        }
        if let Some(key) = Key::of(&job.verb, wire.as_ref()) {
            job.more_mut().key = Some(key);
        }
        job.asks_utf8 = job.verb.is("ENABLE") && wire.as_ref().is_some_and(names_utf8);
        let id = job.id;
        self.last_id = id;
        self.state_changes += usize::from(job.state_after().is_some());
        self.jobs.push_back(job);
        if is_open {
            self.flying = self.jobs.len();
        }
        // The check has just been made, unless it was made for a state that is still to come.
        self.pump_with(wire, state == self.state);
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
        let name = job.verb.command().map_or(job.verb.name(), |c| c.name);
        let states = match job.verb.command() {
            Some(command) => command.states,
            None if job.verb.is_by_uid() => IMAP_STATE_SELECTED.bit(),
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
        let Some(command) = job.verb.command() else {
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
        match (job.task(), command.name) {
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
                "{what} refused before sending: the password or token would cross the network in clear; use TLS or STARTTLS, or set ALLOW_PLAINTEXT_AUTH"
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
    #[inline]
    pub(super) fn pump(&mut self) {
        if self.flying < self.jobs.len() {
            self.pump_with(None, false);
        }
    }

    /// The same, with the text of the job that came last, which is kept only if that cannot leave now, and whether it
    /// was found just now that it may be sent.
    fn pump_with(&mut self, mut wire: Option<Wire<'_>>, is_checked: bool) {
        // A job between two of its steps goes on first.
        if self.jobs.front().is_some_and(|j| j.phase == Phase::Queued) {
            self.flying = 0;
        }
        let last = self.jobs.back().map(|j| j.id);
        while self.dead.is_none() && self.flying < self.jobs.len() && self.may_start(self.flying) {
            let at = self.flying;
            let is_last = self.jobs.get(at).map(|j| j.id) == last;
            if !(is_last && is_checked) {
                if let Err(error) = self.may_be_sent(&self.jobs[at], self.state) {
                    self.end_job(at, Outcome::failed(error));
                    continue;
                }
            }
            self.start(at, if is_last { wire.take() } else { None });
        }
        if let (Some(wire), Some(job)) = (wire, self.jobs.back_mut().filter(|j| Some(j.id) == last)) {
            job.more_mut().wire = Some(wire.into_owned());
        }
    }

    fn start(&mut self, at: usize, wire: Option<Wire<'_>>) {
        if self.caps.stale && self.needs_capabilities(at, wire.as_ref()) {
            if let Some(wire) = wire {
                self.jobs[at].more_mut().wire = Some(wire.into_owned());
            }
            self.jobs[at].asked = true;
            return self.exchange(at, Purpose::Capability);
        }
        match self.jobs[at].task() {
            Task::StartTls => self.exchange(at, Purpose::StartTls),
            Task::Idle(_) => self.idle_starts(at),
            Task::Recent => {
                let limits = &self.limits;
                match self.untagged.take("RECENT", limits) {
                    Some(known) => self.end_recent(at, known),
                    None => self.exchange(at, Purpose::Main),
                }
            }
            _ => self.exchange_with(at, Purpose::Main, wire),
        }
    }

    fn needs_capabilities(&self, at: usize, wire: Option<&Wire<'_>>) -> bool {
        let job = &self.jobs[at];
        if job.asked {
            return false;
        }
        let has_literal = |w: &Wire<'_>| {
            w.pieces
                .iter()
                .any(|p| matches!(p, Piece::Literal { octets, at_once: true, .. } if !octets.is_empty()))
        };
        wire.is_some_and(has_literal)
            || job.wire().is_some_and(has_literal)
            || matches!(job.task(), Task::Append(_) | Task::Idle(_))
            || job.verb.is("ENABLE")
    }

    /// Puts a command of the job on the wire.
    pub(super) fn exchange(&mut self, at: usize, purpose: Purpose) {
        self.exchange_with(at, purpose, None);
    }

    /// The same, with the text of the command if the job does not have it.
    fn exchange_with(&mut self, at: usize, purpose: Purpose, wire: Option<Wire<'_>>) {
        let tag = self.tags.next();
        let mut wire = match purpose {
            Purpose::Capability => short(b"CAPABILITY"),
            Purpose::StartTls => short(b"STARTTLS"),
            Purpose::Poll => short(b"NOOP"),
            Purpose::Main => wire.unwrap_or_else(|| self.main_wire(at)),
        };
        let text = tag.text();
        let name = self.jobs[at].verb.name();
        if self.trace.level > 0 {
            self.trace
                .note_command(text.as_slice(), name.as_bytes(), &wire, self.now_ms);
        }
        if wire.secret {
            self.output
                .begin_secret(text.as_slice().len() + wire.weight() + 32 * (wire.pieces.len() + 1));
        }
        let name = if wire.pieces.is_empty() { name.as_bytes() } else { &[] };
        self.output.push_all([text.as_slice(), b" ", name]);
        if purpose == Purpose::Main {
            self.command_begins(at);
        }
        let exchange = Exchange {
            mark: 0,
            tag,
            purpose,
            has_rest: false,
            waits: false,
            secret: wire.secret,
            is_open: purpose == Purpose::Main
                && match self.jobs[at].task() {
                    Task::Append(append) => !append.ends,
                    Task::Idle(_) => true,
                    _ => false,
                },
        };
        self.exchange_begins(at, exchange);
        self.stall.restart(self.now_ms);
        self.push(at, VecDeque::from(std::mem::take(&mut wire.pieces)), false);
    }

    fn main_wire(&mut self, at: usize) -> Wire<'static> {
        let caps = &self.caps;
        let job = &mut self.jobs[at];
        if let Some(auth) = job.auth_mut() {
            let mut wire = short(format!("AUTHENTICATE {}", auth.mechanism).as_bytes());
            if let Some(initial) = auth.initial.take_if(|_| caps.has("SASL-IR")) {
                wire.shown = format!("AUTHENTICATE {} ***", auth.mechanism).into_bytes();
                wire.secret = true;
                wire.pieces.push(Piece::Text(answer_octets(&initial, b" ", b"=")));
            }
            return wire;
        }
        match job.task() {
            Task::Command if job.is_plain() => Wire::default(),
            Task::Recent => short(b"NOOP"),
            Task::Idle(_) => {
                let mut wire = short(b"IDLE");
                wire.pieces.push(Piece::Text(b"\r\n".to_vec()));
                wire
            }
            _ => job.more_mut().wire.take().unwrap_or_default(),
        }
    }

    /// Hands on what is left of the command and may be sent now. `allowed`: the server has just asked for the first
    /// literal.
    pub(super) fn push_pieces(&mut self, at: usize, allowed: bool) {
        let mut rest = match self.jobs[at].exchange {
            Some(Exchange { has_rest: true, .. }) => std::mem::take(&mut self.jobs[at].more_mut().rest),
            _ => Rest::default(),
        };
        self.push(at, std::mem::take(&mut rest.pieces), allowed);
    }

    /// Hands on pieces up to the next literal that has to be waited for; the others are kept.
    fn push(&mut self, at: usize, mut pieces: VecDeque<Piece<'_>>, mut allowed: bool) {
        let free = self.caps.literal_without_waiting();
        let job = &mut self.jobs[at];
        let Some(exchange) = &mut job.exchange else { return };
        let secret = exchange.secret;
        (exchange.waits, exchange.has_rest) = (false, false);
        if secret && allowed {
            let rest: usize = pieces.iter().map(|p| p.octets().len() + 32).sum();
            self.output.begin_secret(rest + 32);
        }
        while let Some(piece) = pieces.pop_front() {
            let (size, binary, at_once) = match &piece {
                Piece::Text(_) => (0, false, false),
                Piece::Literal {
                    octets,
                    binary,
                    at_once,
                } => (octets.len() as u64, *binary, *at_once),
                Piece::Announced { size, binary, at_once } => (*size, *binary, *at_once),
            };
            let is_literal = !matches!(piece, Piece::Text(_));
            if is_literal && !std::mem::take(&mut allowed) {
                // Without LITERAL+ and LITERAL- an empty literal waits too.
                let at_once = at_once && free > 0 && size <= free;
                push_header(&mut self.output, size, binary, at_once);
                if !at_once {
                    pieces.push_front(piece);
                    (exchange.waits, exchange.mark) = (true, self.output.queued);
                    return job.keep_rest(pieces);
                }
            }
            match piece {
                Piece::Text(mut octets) => {
                    self.output.push(&octets);
                    if secret {
                        zeroize::Zeroize::zeroize(&mut octets);
                    }
                }
                Piece::Literal { octets, .. } => self.output.push_literal(octets, secret),
                Piece::Announced { .. } => {
                    job.keep_rest(pieces);
                    return self.append_may_write(at);
                }
            }
        }
        if exchange.is_open {
            exchange.mark = self.output.queued;
            return;
        }
        self.output.push(b"\r\n");
        exchange.mark = self.output.queued;
        if secret {
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
        if let Some(auth) = job.auth_mut() {
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

/// `{size}` or `~{size+}`, by hand: it stands in front of each message that is appended.
fn push_header(output: &mut Output, size: u64, binary: bool, at_once: bool) {
    let behind: &[u8] = if at_once { b"+}\r\n" } else { b"}\r\n" };
    let (mut digits, mut at) = ([0u8; decimal::LONGEST], decimal::LONGEST);
    decimal::before(size, &mut digits, &mut at);
    output.push_all([if binary { b"~{" } else { b"{" }, &digits[at..], behind]);
}

fn short(text: &[u8]) -> Wire<'static> {
    let mut wire = Wire::default();
    wire.pieces.push(Piece::Text(text.to_vec()));
    wire
}

/// The arguments of ENABLE have UTF8=ACCEPT among them.
fn names_utf8(wire: &Wire<'_>) -> bool {
    let words = wire.pieces.iter().flat_map(|p| p.octets().split(|b| *b == b' '));
    words.into_iter().any(|word| word.eq_ignore_ascii_case(b"UTF8=ACCEPT"))
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
