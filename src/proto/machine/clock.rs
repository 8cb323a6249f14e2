//! The time limits (design B7): a total for each call, a total for opening, and the stall rule: fewer than 1 KiB in
//! either direction and no whole response for too long. All on the caller's clock, in milliseconds.

use super::Machine;
use super::job::{Exchange, Job, Phase, Task};
use crate::error::{Error, IMAP_ERR_TIMEOUT};
use crate::proto::command::table::SLOW;

/// Limits in milliseconds; 0 is none.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub connect_ms: u64,
    pub stall_ms: u64,
    pub call_ms: u64,
    pub idle_renew_ms: u64,
    pub idle_poll_ms: u64,
}

impl Default for Times {
    fn default() -> Times {
        Times {
            connect_ms: 60_000,
            stall_ms: 60_000,
            call_ms: 0,
            idle_renew_ms: 28 * 60_000,
            idle_poll_ms: 60_000,
        }
    }
}

/// Servers may think this many times longer where they are slow by nature.
const SLOW_FACTOR: u64 = 5;
/// What has to move for a transfer to count as alive.
const ALIVE: usize = 1024;

/// Since when too little has moved.
#[derive(Default)]
pub struct Stall {
    since_ms: u64,
    moved: usize,
    /// Since when it is the caller's turn: that time is not the server's.
    callers_ms: Option<u64>,
}

impl Stall {
    pub fn moved(&mut self, octets: usize, now_ms: u64) {
        self.moved += octets;
        if self.moved >= ALIVE {
            self.restart(now_ms);
        }
    }

    pub fn restart(&mut self, now_ms: u64) {
        self.since_ms = now_ms;
        self.moved = 0;
        self.callers_ms = None;
    }

    /// What has arrived is the caller's to take.
    pub fn pause(&mut self, now_ms: u64) {
        self.callers_ms.get_or_insert(now_ms);
    }

    fn go_on(&mut self, now_ms: u64) {
        if let Some(at) = self.callers_ms.take() {
            self.since_ms = self.since_ms.saturating_add(now_ms.saturating_sub(at));
        }
    }
}

impl Machine {
    /// When to look at the time again.
    pub fn deadline_ms(&self) -> Option<u64> {
        let first = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let calls = if self.timed > 0 {
            self.jobs.iter().filter_map(Job::deadline_ms).min()
        } else {
            None
        };
        first(calls, first(self.stall_deadline(), self.idle_deadline()))
    }

    /// The caller is here: unless something waits for him, the server's silence counts from now on.
    pub fn count_time(&mut self, now_ms: u64) {
        if self.stall.callers_ms.is_some() && !self.waits_for_caller() {
            self.stall.go_on(now_ms);
        }
    }

    /// What has just been submitted does not leave yet: the server cannot be slow with it.
    pub fn is_held_back(&mut self) {
        self.stall.pause(self.now_ms);
    }

    /// How long job `at` may take from now on; 0 for no limit.
    pub(super) fn limit(&mut self, at: usize, limit_ms: u64) {
        let deadline_ms = (limit_ms > 0).then(|| self.now_ms.saturating_add(limit_ms));
        let job = &mut self.jobs[at];
        let had_one = job.deadline_ms().is_some();
        if had_one || deadline_ms.is_some() {
            job.more_mut().deadline_ms = deadline_ms;
        }
        self.timed = self.timed - usize::from(had_one) + usize::from(deadline_ms.is_some());
    }

    /// Ends everything if a limit has passed.
    pub fn tick(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        if let Some(job) = self.jobs.iter().find(|j| j.deadline_ms().is_some_and(|d| d <= now_ms)) {
            let (limit, name) = match job.task() {
                Task::Open { .. } => (self.times.connect_ms, "CONNECT_TIMEOUT_MS"),
                Task::StartTls if self.times.call_ms == 0 => (self.times.connect_ms, "CONNECT_TIMEOUT_MS"),
                _ => (self.times.call_ms, "CALL_TIMEOUT_MS"),
            };
            let what = waiting_for(job);
            let has_heard = !self.hears_port || self.greeting.is_some() || self.receiver.pending() > 0;
            let why = match job.task() {
                Task::Open { .. } if !has_heard => "; the server sent nothing (a port for TLS from the first octet?)",
                _ => "",
            };
            self.fail_all(timed_out(format!(
                "{what}: not done within {limit} ms ({name}){why}; connection closed"
            )));
        } else if self.stall_deadline().is_some_and(|d| d <= now_ms) {
            let what = self
                .jobs
                .iter()
                .find(|j| j.exchange.is_some())
                .map_or_else(|| "waiting".into(), waiting_for);
            let limit = self.stall_limit();
            self.fail_all(timed_out(format!(
                "{what}: the server sent too little for {limit} ms (STALL_TIMEOUT_MS); connection closed"
            )));
        } else if self.idle_deadline().is_some_and(|d| d <= now_ms) {
            self.idle_due();
        }
    }

    /// Something is due: a limit has passed, or IDLE has something to do.
    pub fn is_late(&self, now_ms: u64) -> bool {
        self.may_be_late(now_ms) && self.deadline_ms().is_some_and(|d| d <= now_ms)
    }

    /// Something else than octets may have to be seen to: asked in each step, and true in few.
    pub fn is_special(&self, now_ms: u64) -> bool {
        let waits_for_tls = self.jobs.front().is_some_and(|j| j.phase == Phase::Tls);
        waits_for_tls || self.wants_close || self.may_be_late(now_ms)
    }

    /// False if nothing can be due, whatever the jobs are.
    fn may_be_late(&self, now_ms: u64) -> bool {
        let stalls = self.times.stall_ms > 0 && now_ms >= self.stall.since_ms.saturating_add(self.times.stall_ms);
        stalls || self.timed > 0 || self.jobs.front().is_some_and(|j| j.phase == Phase::Idling)
    }

    /// Something was here already when the caller came back late.
    pub fn was_here(&mut self, now_ms: u64) {
        self.stall.restart(now_ms);
    }

    fn stall_deadline(&self) -> Option<u64> {
        // While a challenge waits for the caller, it is not the server that is slow.
        let in_flight = || self.jobs.iter().take(self.flying);
        let talks =
            self.flying > 0 && (self.jobs.front().is_some_and(is_servers_turn) || in_flight().any(is_servers_turn));
        // Nor while what has arrived waits for the caller.
        (self.times.stall_ms > 0 && talks && !self.waits_for_caller())
            .then(|| self.stall.since_ms.saturating_add(self.stall_limit()))
    }

    fn stall_limit(&self) -> u64 {
        if self.slow == 0 {
            return self.times.stall_ms;
        }
        let waits = |j: &Job| j.exchange.as_ref().is_some_and(|e| e.waits);
        let slow = self.slow > usize::from(self.last_flying().is_some_and(|j| j.verb.has(SLOW) && waits(j)));
        self.times.stall_ms.saturating_mul(if slow { SLOW_FACTOR } else { 1 })
    }
}

/// The server has been told something and has not answered. An APPEND that is being written waits for the caller, but
/// for the "+" before a message, and while the server takes no more of it.
fn is_servers_turn(job: &Job) -> bool {
    let is_turn = |e: &Exchange| match job.task() {
        Task::Append(append) => !e.is_open || e.waits || append.is_blocked,
        _ => true,
    };
    job.phase == Phase::OnTheWire && job.exchange.as_ref().is_some_and(is_turn)
}

fn timed_out(message: String) -> Error {
    Error {
        errno: libc::ETIMEDOUT,
        ..Error::new(IMAP_ERR_TIMEOUT, message)
    }
}

fn waiting_for(job: &Job) -> String {
    match job.task() {
        Task::Open { .. } => "opening the connection".to_owned(),
        _ => job.verb.name().to_owned(),
    }
}
