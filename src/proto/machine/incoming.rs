//! What comes back: greeting, continuations, tagged lines, untagged data. Each untagged response is delivered exactly
//! once, to the command in flight that asked for its kind, else as an event; imaplib's table is filled beside that.

use super::job::{Job, Phase, Purpose, Task};
use super::outcome::Outcome;
use super::{Machine, tag};
use crate::codec::base64;
use crate::error::*;
use crate::proto::command::table::{self, imap_state::*};
use crate::proto::limits;
use crate::proto::line::Line;
use crate::proto::receive::Found;
use crate::proto::response::Response;
use crate::proto::response::head::{self, Head, Kind, Status};
use crate::proto::response::name::{Data, Name};
use std::sync::Arc;

impl Machine {
    /// Reads every whole response that has arrived, up to a row that is to be pulled.
    pub(super) fn read_lines(&mut self) {
        self.has_unread = false;
        while self.dead.is_none() && !self.wants_tls() && self.front.is_none() {
            if self.number_list_begins() {
                if self.number_list_goes_on() {
                    continue;
                }
                return;
            }
            let early;
            let limits = if self.state == IMAP_STATE_NONAUTH {
                early = self.limits.early();
                &early
            } else {
                &self.limits
            };
            match self.receiver.look(limits) {
                Ok(Found::Frame) => self.frame(),
                Ok(Found::Literal(size)) => self.literal_begins(size),
                Ok(Found::More) => return,
                Err(error) => return self.fail_all(error),
            }
        }
    }

    fn frame(&mut self) {
        // Empty lines between responses are skipped.
        if self.receiver.frame().len() <= 2 {
            return self.receiver.skip();
        }
        if self.plainly_answered() {
            return;
        }
        let (head, name) = self.receiver.head();
        self.stall.restart(self.now_ms);
        let whole = || Response::from_line(self.receiver.frame_copy(), 0, self.limits.max_depth);
        if let Some(job) = self.pulled_by(&head, &name, self.receiver.frame(), whole) {
            return self.front_is(job, head, name);
        }
        let line = self.receiver.take();
        self.line(line, head, name);
    }

    pub(super) fn line(&mut self, line: Line, head: Head, name: Name) {
        let arrival = self.arrival();
        let response = Response::of(line, head, name, arrival, self.limits.max_depth).in_utf8(self.utf8);
        let level = if response.head().kind == Kind::Untagged && response.status().is_none() {
            3
        } else {
            1
        };
        if response.head().kind == Kind::Continuation && self.is_authenticating() {
            self.trace.note(level, b'<', b"+ ***", self.now_ms);
        } else if self.trace.level >= level {
            // As it came: the line itself has NULs behind its strings.
            self.trace.note(level, b'<', &response.line().raw(), self.now_ms);
        }
        if self.jobs.front().is_some_and(|j| j.phase == Phase::Greeting) {
            return self.greeting_line(response);
        }
        match response.head().kind {
            Kind::Continuation => self.continuation(&response),
            Kind::Tagged => self.tagged(response),
            Kind::Untagged => self.untagged(response),
            Kind::Odd => self.odd(response),
        }
    }

    fn is_authenticating(&self) -> bool {
        self.jobs
            .iter()
            .any(|j| matches!(j.task(), Task::Authenticate(_)) && j.phase == Phase::OnTheWire)
    }

    fn greeting_line(&mut self, response: Response) {
        let status = response.status().filter(|_| response.head().kind == Kind::Untagged);
        let text = printable(response.status_text());
        match status {
            Some(Status::Ok) => self.state = IMAP_STATE_NONAUTH,
            Some(Status::Preauth) => self.state = IMAP_STATE_AUTH,
            Some(Status::Bye) => {
                let response = Arc::new(response);
                self.farewell = Some(Arc::clone(&response));
                self.greeting = Some(response);
                return self.fail_all(Error::new(
                    IMAP_ERR_BYE,
                    format!("the server refused the connection: BYE {text}"),
                ));
            }
            _ => {
                let line = printable(response.line().octets());
                return self.fail_all(Error::new(
                    IMAP_ERR_GREETING,
                    format!("invalid greeting: {line}; connection closed"),
                ));
            }
        }
        let preauth = status == Some(Status::Preauth);
        if let Some((name, argument)) = response.code() {
            self.untagged
                .file_code(name, argument, response.arrival(), &self.limits);
            if let Some(list) = argument.filter(|_| name.eq_ignore_ascii_case(b"CAPABILITY")) {
                self.caps.set(list);
            }
        }
        self.greeting = Some(Arc::new(response));
        if preauth && matches!(self.jobs.front().map(Job::task), Some(Task::Open { starttls: true })) {
            return self.fail_all(Error::new(
                IMAP_ERR_TLS_REFUSED,
                "STARTTLS was asked for, but the server greeted with PREAUTH, which rules it out; connection closed",
            ));
        }
        self.open_goes_on(0);
        self.pump();
    }

    /// A continuation belongs to the one command that waits; nobody waiting, it is ignored as imaplib does.
    fn continuation(&mut self, response: &Response) {
        // Nothing leaves behind a command that waits: it is the last in flight.
        let Some(at) = self.flying.checked_sub(1).filter(|at| {
            let job = &self.jobs[*at];
            let waits = job.exchange.as_ref().is_some_and(|e| e.waits);
            waits || matches!(job.task(), Task::Authenticate(_) | Task::Idle(_)) && job.phase == Phase::OnTheWire
        }) else {
            return;
        };
        let Some(exchange) = &self.jobs[at].exchange else {
            return;
        };
        // Too early to be an answer to what has left so far.
        if exchange.mark == 0 || self.output.sent < exchange.mark {
            return;
        }
        if exchange.waits {
            return self.push_pieces(at, true);
        }
        if self.jobs[at].idle().is_some() {
            if exchange.is_open {
                self.idle_begun(at);
            }
            return;
        }
        if matches!(self.jobs[at].task(), Task::Authenticate(auth) if auth.cancelled.is_some()) {
            return;
        }
        let text = response.line().octets().get(response.head().rest..).unwrap_or_default();
        let text = text.strip_suffix(b"\r\n").unwrap_or(text);
        let decoded = if text.len() > limits::CHALLENGE {
            Err(Error::new(
                IMAP_ERR_LIMIT,
                format!("a challenge of more than {} octets", limits::CHALLENGE),
            ))
        } else {
            base64::decode(text)
        };
        let challenge = match decoded {
            Ok(challenge) => challenge,
            Err(error) => return self.answer_challenge(at, None, Some(error.message)),
        };
        let Some(auth) = self.jobs[at].auth_mut() else { return };
        // The mechanism's first response, where it could not go out with the command.
        if challenge.is_empty() {
            if let Some(initial) = auth.initial.take() {
                return self.answer_challenge(at, Some(&initial), None);
            }
        }
        auth.challenge = Some(challenge);
        self.jobs[at].phase = Phase::Challenged;
    }

    fn odd(&mut self, response: Response) {
        let octets = response.line().octets();
        let first = octets.split(|b| matches!(b, b' ' | b'\r')).next().unwrap_or_default();
        if tag::has_shape(first) {
            let line = printable(octets);
            return self.fail_all(Error::new(
                IMAP_ERR_PROTOCOL,
                format!("a tagged line is neither OK, NO nor BAD: {line}; connection closed"),
            ));
        }
        let limits = &self.limits;
        self.events.push(Arc::new(response), limits);
    }

    fn tagged(&mut self, response: Response) {
        let head = response.head();
        let tag_text = &response.line().octets()[head.tag.start as usize..head.tag.end as usize];
        let Some(at) = tag::Tag::read(tag_text).and_then(|tag| self.place_of_tag(tag)) else {
            if tag::has_shape(tag_text) {
                return self.fail_all(Error::new(
                    IMAP_ERR_PROTOCOL,
                    format!(
                        "the server answered a command that was not sent: {}; connection closed",
                        printable(response.line().octets())
                    ),
                ));
            }
            let limits = &self.limits;
            return self.events.push(Arc::new(response), limits);
        };
        let Some(exchange) = &self.jobs[at].exchange else {
            return;
        };
        // An IDLE that stands was sent but for its DONE, and its server may end it.
        let is_sent = exchange.is_sent(self.output.sent) || self.jobs[at].phase == Phase::Idling;
        if !is_sent && response.status() == Some(Status::Ok) {
            return self.fail_all(Error::new(
                IMAP_ERR_PROTOCOL,
                format!(
                    "the server answered {} before it was sent in full; connection closed",
                    self.jobs[at].verb.name()
                ),
            ));
        }
        if response.status() == Some(Status::Ok) {
            // RFC 9051, 6.2.2: it has to be refused. Who gave up does not count as logged in.
            if let Some(message) = self.jobs[at].cancelled() {
                let message = format!("{message}, and the server answered OK; connection closed");
                return self.fail_all(Error::new(IMAP_ERR_PROTOCOL, message));
            }
        }
        let purpose = exchange.purpose;
        let was_secret = exchange.secret && exchange.has_rest;
        let cut = self.append_cut_short(at);
        self.exchange_over(at);
        if was_secret {
            self.output.end_secret();
        }
        self.notice_code(at, response.code(), response.arrival());
        match purpose {
            Purpose::Main => self.end_command(at, response),
            Purpose::Capability => self.capability_answered(at, response),
            Purpose::StartTls => self.starttls_answered(at, response),
            Purpose::Poll => self.idle_polled(at),
        }
        if let Some(error) = cut {
            return self.fail_all(error);
        }
        self.pump();
    }

    /// Codes of a tagged line that mean something to the connection.
    pub(super) fn notice_code(&mut self, at: usize, code: Option<(&[u8], Option<&[u8]>)>, arrival: u64) {
        let Some((name, argument)) = code else { return };
        self.untagged.file_code(name, argument, arrival, &self.limits);
        let job = &self.jobs[at];
        match argument {
            Some(list) if name.eq_ignore_ascii_case(b"CAPABILITY") => {
                // What is said in clear at the border to TLS is not believed.
                if !matches!(job.task(), Task::StartTls | Task::Open { .. }) {
                    self.caps.set(list);
                    self.jobs[at].asked = true;
                }
            }
            _ if job.verb.has(table::SELECTS) => {}
            _ => self.notice_readonly(name),
        }
    }

    fn notice_readonly(&mut self, code: &[u8]) {
        if self.state == IMAP_STATE_SELECTED && !self.readonly && code.eq_ignore_ascii_case(b"READ-ONLY") {
            self.turned_readonly = true;
        } else if code.eq_ignore_ascii_case(b"READ-WRITE") {
            self.turned_readonly = false;
        }
    }

    pub(super) fn untagged(&mut self, response: Response) {
        let data = response.name().data();
        if response.status() == Some(Status::Bye) && !self.is_logging_out() {
            return self.bye(response);
        }
        if data == Data::StatusLine {
            let selects = |j: &Job| j.exchange.is_some() && j.verb.has(table::SELECTS);
            if let Some((name, argument)) = response.code() {
                self.untagged
                    .file_code(name, argument, response.arrival(), &self.limits);
                if !self.jobs.iter().any(selects) {
                    self.notice_readonly(name);
                }
            }
            if self.too_many_status_lines() {
                return;
            }
        }
        if let Some(list) = capability_list(&response) {
            self.caps.set(list);
            for job in self.jobs.iter_mut().filter(|j| j.exchange.is_some()) {
                job.asked = true;
            }
        }
        match self.owner(&response).or_else(|| self.copy_of(&response)) {
            Some(at) => self.row(at, response),
            None => {
                let response = Arc::new(response);
                self.untagged.file(&response, &self.limits);
                self.events.push(response, &self.limits);
            }
        }
    }

    fn row(&mut self, at: usize, row: Response) {
        let job = &mut self.jobs[at];
        let is_internal = job.exchange.as_ref().is_some_and(|e| e.purpose != Purpose::Main);
        if is_internal || job.is_discarded {
            return;
        }
        let is_filed = job.files_at_once(&row);
        let rows = &mut job.more_mut().rows;
        if is_filed {
            let row = Arc::new(row);
            rows.push_alone(Arc::clone(&row));
            self.untagged.file(&row, &self.limits);
        } else {
            rows.push(row);
        }
        let (kept, limit) = (rows.kept(), self.limits.max_kept);
        if kept > limit {
            let name = job.verb.name().to_owned();
            self.fail_all(Error::new(
                IMAP_ERR_LIMIT,
                format!("{name}: its answer has more than {limit} octets (MAX_KEPT); connection closed"),
            ));
        }
    }

    fn is_logging_out(&self) -> bool {
        self.jobs.iter().any(|j| j.exchange.is_some() && j.verb.is_logout())
    }

    fn too_many_status_lines(&mut self) -> bool {
        let max = self.limits.max_status_lines;
        let Some(job) = self.jobs.iter_mut().find(|j| j.exchange.is_some()) else {
            return false;
        };
        let more = job.more_mut();
        more.status_lines += 1;
        if more.status_lines <= max {
            return false;
        }
        if job.rows().alone().any(|r| r.status() == Some(Status::Bye)) {
            // Some servers never stop saying BYE to LOGOUT.
            let id = job.id;
            if let Some(at) = self.jobs.iter().position(|j| j.id == id) {
                self.end_logout(at, None);
            }
            return true;
        }
        let name = job.verb.name().to_owned();
        self.fail_all(Error::new(
            IMAP_ERR_LIMIT,
            format!("{name}: more than {max} status lines; connection closed"),
        ));
        true
    }

    fn bye(&mut self, response: Response) {
        let text = printable(response.status_text());
        if let Some((name, argument)) = response.code() {
            self.untagged
                .file_code(name, argument, response.arrival(), &self.limits);
        }
        let response = Arc::new(response);
        self.farewell = Some(Arc::clone(&response));
        self.untagged.file(&response, &self.limits);
        self.events.push(response, &self.limits);
        self.fail_all(Error::new(
            IMAP_ERR_BYE,
            format!("the server ended the connection: BYE {text}"),
        ));
    }

    /// The peer ended the connection: fine after LOGOUT, a loss otherwise.
    pub(super) fn end_of_input(&mut self, program: Option<&str>) {
        if self.dead.is_some() {
            return;
        }
        let logout = self
            .jobs
            .iter()
            .position(|j| j.exchange.is_some() && j.verb.is_logout());
        if let Some(at) = logout.filter(|at| !self.jobs[*at].rows().is_empty() && self.receiver.pending() == 0) {
            return self.end_logout(at, None);
        }
        let mut message = match self.receiver.pending() {
            0 => "the server closed the connection without BYE".to_owned(),
            n => format!("the connection ended inside a response, {n} octets after its beginning"),
        };
        if let Some(how) = program {
            message = format!("{message}; its program ended with {how}");
        }
        self.fail_all(Error::new(IMAP_ERR_CLOSED, message));
    }

    pub(super) fn fail_all(&mut self, error: Error) {
        if self.dead.is_some() {
            return;
        }
        self.wants_close = true;
        self.is_end_untold = self.state != IMAP_STATE_LOGOUT;
        self.dead = Some(error.clone());
        self.front = None;
        self.number_list = None;
        (self.flying, self.slow, self.pulled, self.timed, self.state_changes) = (0, 0, 0, 0, 0);
        self.expecting.clear();
        self.set_asked();
        for mut job in std::mem::take(&mut self.jobs) {
            let mut error = error.clone();
            let name = job.verb.name();
            if let Some(fate) = fate(&job, self.output.sent) {
                error.message = format!("{}; {name} {fate}", error.message);
            }
            if !matches!(job.task(), Task::Open { .. }) && !error.message.starts_with(name) {
                error.message = format!("{name}: {}", error.message);
            }
            let farewell = self.farewell.clone();
            if !job.is_discarded {
                // What came until then is good all the same, for those who take rows one by one.
                let outcome = Outcome::failed_midway(error, farewell, job.take_rows());
                self.keep_outcome(job.id, outcome);
                self.is_end_untold = false;
            }
        }
        self.output.clear();
        self.receiver.clear();
    }
}

/// What became of a command that the connection ended before it was answered; `sent` is the output's total.
fn fate(job: &Job, sent: u64) -> Option<&'static str> {
    if matches!(job.task(), Task::Open { .. }) {
        return None;
    }
    match &job.exchange {
        None => (job.phase == Phase::Queued).then_some("was never sent"),
        Some(e) if e.purpose != Purpose::Main || matches!(job.task(), Task::Idle(_) | Task::Authenticate(_)) => None,
        Some(e) if !e.is_sent(sent) => Some("was not sent in full"),
        Some(_) => job.verb.has(table::EFFECT).then_some("may have been carried out"),
    }
}

/// The list of an untagged CAPABILITY, or of a status line's CAPABILITY code.
fn capability_list(response: &Response) -> Option<&[u8]> {
    let octets = response.line().octets();
    if response.name().data() == Data::Capability {
        return octets.get(response.head().rest..octets.len().saturating_sub(2));
    }
    let code = head::code(
        octets,
        response.status().map(|_| response.head().rest)?,
        octets.len().saturating_sub(2),
    )?;
    let is_list = octets[code.name].eq_ignore_ascii_case(b"CAPABILITY");
    code.argument.filter(|_| is_list).map(|a| &octets[a])
}

/// For messages: one line, no control characters, not too long.
pub(super) fn printable(octets: &[u8]) -> String {
    let octets = octets.strip_suffix(b"\r\n").unwrap_or(octets);
    let text: String = String::from_utf8_lossy(&octets[..octets.len().min(400)])
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect();
    if octets.len() > 400 { text + "..." } else { text }
}
