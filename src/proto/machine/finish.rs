//! How jobs end: what a tagged line means for the connection, the next step of jobs that have several, and the outcome
//! that is handed out.

use super::incoming::printable;
use super::job::{Job, Phase, Purpose, Shows, Task};
use super::outcome::Outcome;
use super::{Machine, OUTCOMES_KEPT};
use crate::error::*;
use crate::proto::command::table::{self, imap_state::*};
use crate::proto::line::Line;
use crate::proto::response::Response;
use crate::proto::response::head::Status;
use crate::proto::response::name::Data;
use crate::proto::rows::Gathered;
use std::sync::Arc;

impl Machine {
    /// The main command of a job was answered.
    pub(super) fn end_command(&mut self, at: usize, answer: Response) {
        let status = answer.status().unwrap_or(Status::Bad);
        if self.jobs[at].idle().is_some() && !self.idle_answered(at, &answer) {
            return;
        }
        if self.jobs[at].verb.is_logout() {
            return self.end_logout(at, Some(answer));
        }
        let mut rc = plain_rc(status);
        if status == Status::Ok {
            rc = self.succeeded(at, &answer);
        } else {
            self.refused(at, status);
        }
        if status == Status::No {
            let job = &self.jobs[at];
            for row in job.rows().all().filter(|r| !job.files_at_once(r)) {
                self.untagged.file(&row, &self.limits);
            }
        }
        if self.jobs[at].verb.has(table::LOGS_IN) && status != Status::Ok {
            // A refused login is an error to imaplib and to anyone who forgets to look for "above 0".
            rc = IMAP_ERR_AUTH;
        }
        let message = self.jobs[at].cancelled().map(|cancelled| {
            let text = printable(answer.status_text());
            format!("{cancelled} (the server says {} {text})", status.word())
        });
        self.hand_out(at, rc, message, answer);
    }

    /// What OK changes.
    fn succeeded(&mut self, at: usize, answer: &Response) -> imap_rc {
        let job = &self.jobs[at];
        let Some(command) = job.verb.command() else {
            return IMAP_OK;
        };
        if command.has(table::LOGS_IN) {
            self.state = IMAP_STATE_AUTH;
            // Nothing was volunteered: what was known before login is all there is.
            self.caps.stale = !job.asked;
        } else if command.has(table::SELECTS) {
            let is_examine = command.name == "EXAMINE";
            let is_readonly = answer.has_code("READ-ONLY") || job.rows().alone().any(|r| r.has_code("READ-ONLY"));
            self.state = IMAP_STATE_SELECTED;
            self.readonly = is_examine || is_readonly;
            if is_readonly && !is_examine {
                return IMAP_READONLY;
            }
        } else if command.has(table::DESELECTS) {
            self.state = IMAP_STATE_AUTH;
            self.readonly = false;
            self.turned_readonly = false;
            self.events.forget_mailbox();
        } else if command.name == "ENABLE" {
            self.enabled(at);
        }
        IMAP_OK
    }

    /// UTF-8 mode follows the ENABLED list. Servers that send none are believed only if they announced UTF8=ACCEPT.
    fn enabled(&mut self, at: usize) {
        let lists: Vec<&Arc<Response>> = self.jobs[at]
            .rows()
            .alone()
            .filter(|r| r.name().data() == Data::Enabled)
            .collect();
        let named = |r: &&Arc<Response>| {
            r.line()
                .octets()
                .split(|b| matches!(b, b' ' | b'\r'))
                .any(|w| w.eq_ignore_ascii_case(b"UTF8=ACCEPT"))
        };
        let asked = self.jobs[at].asks_utf8;
        if lists.iter().any(named) || lists.is_empty() && asked && self.caps.has("UTF8=ACCEPT") {
            self.utf8 = true;
        }
    }

    /// What NO or BAD changes.
    fn refused(&mut self, at: usize, status: Status) {
        if self.jobs[at].verb.has(table::SELECTS) && status == Status::No {
            self.readonly = false;
            if self.state == IMAP_STATE_SELECTED {
                self.state = IMAP_STATE_AUTH;
            }
        }
    }

    /// LOGOUT is answered by BYE; the tagged line may follow or be missing.
    pub(super) fn end_logout(&mut self, at: usize, answer: Option<Response>) {
        let bye = self.jobs[at]
            .rows()
            .alone()
            .rev()
            .find(|r| r.status() == Some(Status::Bye))
            .cloned();
        let status = answer.as_ref().and_then(|a| a.status());
        if bye.is_none() && status != Some(Status::Ok) {
            if let Some(answer) = answer {
                let rc = plain_rc(status.unwrap_or(Status::Bad));
                let message = format!("LOGOUT: {}", printable(answer.status_text()));
                return self.hand_out(at, rc, Some(message), answer);
            }
        }
        self.state = IMAP_STATE_LOGOUT;
        let line = match (&bye, answer) {
            (Some(bye), _) => bye.line().copied(),
            (None, Some(answer)) => answer.line().copied(),
            (None, None) => Line::synthetic(b"* BYE"),
        };
        let Some(mut job) = self.remove_job(at) else {
            return;
        };
        if bye.is_none() {
            job.shows = Shows::OwnText;
        }
        let arrival = self.arrival();
        let response = Response::result(
            job.verb.to_name(),
            line,
            arrival,
            self.limits.max_depth,
            job.take_rows(),
            job.view(),
        );
        let message = format!("LOGOUT: {}", printable(response.status_text()));
        let outcome = Outcome::answered(IMAP_OK, job.verb, Some(message), Some(Arc::new(response)));
        if !job.is_discarded {
            self.keep_outcome(job.id, outcome);
        }
        self.fail_all(Error::new(IMAP_ERR_CLOSED, "logged out"));
    }

    /// The job's own CAPABILITY was answered; what it is about goes on.
    pub(super) fn capability_answered(&mut self, at: usize, answer: Response) {
        let is_open = matches!(self.jobs[at].task(), Task::Open { .. });
        if is_open && (answer.status() != Some(Status::Ok) || self.caps.is_empty()) {
            return self.fail_all(Error::new(
                IMAP_ERR_GREETING,
                format!(
                    "no CAPABILITY response from server ({}); connection closed",
                    printable(answer.line().octets())
                ),
            ));
        }
        self.caps.stale = false;
        self.jobs[at].phase = Phase::Queued;
        self.flying = at;
        match self.jobs[at].task() {
            Task::Open { .. } => self.open_goes_on(at),
            Task::StartTls => self.starttls_done(at),
            _ => {}
        }
    }

    /// The next step of opening: TLS if asked for, then the capabilities, then done.
    pub(super) fn open_goes_on(&mut self, at: usize) {
        let Task::Open { starttls } = *self.jobs[at].task() else {
            return;
        };
        if self.caps.is_empty() {
            return self.exchange(at, Purpose::Capability);
        }
        if starttls {
            if !self.caps.has("STARTTLS") {
                return self.fail_all(Error::new(
                    IMAP_ERR_TLS_REFUSED,
                    "STARTTLS was asked for, but the server does not offer it; connection closed",
                ));
            }
            return self.exchange(at, Purpose::StartTls);
        }
        if let Err(error) = self.caps.protocol_version() {
            return self.fail_all(error);
        }
        let greeting = self.greeting.clone();
        let text = greeting
            .as_ref()
            .map(|g| printable(g.status_text()))
            .unwrap_or_default();
        let verb = self.jobs[at].verb.clone();
        let outcome = Outcome::answered(IMAP_OK, verb, Some(format!("open: OK {text}")), greeting);
        self.end_job(at, outcome);
    }

    pub(super) fn starttls_answered(&mut self, at: usize, answer: Response) {
        if answer.status() != Some(Status::Ok) {
            let text = printable(answer.line().octets());
            let job = &mut self.jobs[at];
            let response = result_of(job, answer);
            let message = format!("STARTTLS: refused by the server ({text}); connection closed");
            let verb = job.verb.clone();
            let said = Some(message.clone());
            let outcome = Outcome::answered(IMAP_ERR_TLS_REFUSED, verb, said, Some(Arc::new(response)));
            self.end_job(at, outcome);
            return self.fail_all(Error::new(IMAP_ERR_TLS_REFUSED, message));
        }
        let job = &mut self.jobs[at];
        job.more_mut().answer = Some(Box::new(answer));
        job.phase = Phase::Tls;
        self.refuse_injection();
    }

    /// Whatever came between the OK and the handshake was not protected, and must not be read as if it were.
    pub(super) fn refuse_injection(&mut self) {
        let injected = self.receiver.pending();
        if injected > 0 {
            self.fail_all(Error::new(
                IMAP_ERR_PROTOCOL,
                format!(
                    "STARTTLS: the server sent {injected} octets in clear after its OK (possible injection); connection closed"
                ),
            ));
        }
    }

    /// The transport is TLS now: nothing said before counts any more.
    pub fn tls_ready(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.secure = true;
        let Some(at) = self.jobs.iter().position(|j| j.phase == Phase::Tls) else {
            return;
        };
        self.receiver.clear();
        self.caps.clear();
        self.events.clear();
        self.untagged.clear();
        if let Task::Open { starttls } = &mut self.jobs[at].more_mut().task {
            *starttls = false;
        }
        self.exchange(at, Purpose::Capability);
    }

    fn starttls_done(&mut self, at: usize) {
        if let Err(error) = self.caps.protocol_version() {
            return self.fail_all(error);
        }
        if let Some(answer) = self.jobs[at].more_mut().answer.take() {
            let message = format!("STARTTLS: OK {}", printable(answer.status_text()));
            self.hand_out(at, IMAP_OK, Some(message), *answer);
        }
    }

    /// `recent` had its answer in the table.
    pub(super) fn end_recent(&mut self, at: usize, known: Response) {
        let job = &self.jobs[at];
        let rows = Gathered::of(known.rows());
        let line = Line::synthetic(b"* OK");
        let response = Response::result(
            job.verb.to_name(),
            line,
            known.arrival(),
            self.limits.max_depth,
            rows,
            job.view(),
        );
        let verb = job.verb.clone();
        let message = Some("RECENT: known already".to_owned());
        let outcome = Outcome::answered(IMAP_OK, verb, message, Some(Arc::new(response)));
        self.end_job(at, outcome);
    }

    fn hand_out(&mut self, at: usize, rc: imap_rc, message: Option<String>, answer: Response) {
        let response = Arc::new(result_of(&mut self.jobs[at], answer));
        let verb = self.jobs[at].verb.clone();
        self.end_job(at, Outcome::answered(rc, verb, message, Some(response)));
    }

    pub(super) fn end_job(&mut self, at: usize, outcome: Outcome) {
        if let Some(job) = self.remove_job(at) {
            if !job.is_discarded {
                self.keep_outcome(job.id, outcome);
            }
        }
    }

    pub(super) fn remove_job(&mut self, at: usize) -> Option<Job> {
        self.exchange_over(at);
        let job = self.jobs.remove(at)?;
        self.flying -= usize::from(at < self.flying);
        if job.is_pulled || job.is_discarded {
            self.pulled_changed();
        }
        self.state_changes -= usize::from(job.state_after().is_some());
        self.timed -= usize::from(job.deadline_ms().is_some());
        Some(job)
    }

    pub(super) fn keep_outcome(&mut self, id: u32, outcome: Outcome) {
        if self.outcomes.len() >= OUTCOMES_KEPT {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back((id, outcome));
    }
}

fn plain_rc(status: Status) -> imap_rc {
    match status {
        Status::Ok => IMAP_OK,
        Status::No => IMAP_NO,
        _ => IMAP_BAD,
    }
}

fn result_of(job: &mut Job, answer: Response) -> Response {
    let rows = job.take_rows();
    answer.into_result(job.verb.to_name(), rows, job.view())
}
