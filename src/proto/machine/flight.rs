//! Which jobs are on the wire, and whose an untagged response is (design B2). The jobs in flight stand before those that
//! wait; all questions that come up for each response are answered without going through them.

use super::job::{Exchange, Job, Phase, Purpose, Task};
use super::tag::Tag;
use super::{Machine, table};
use crate::codec::quote;
use crate::proto::command::encode::{Piece, Wire};
use crate::proto::response::Response;
use crate::proto::response::name::Data;
use crate::proto::tree::ROOT;

/// What is kept of a job in flight that expects untagged data.
pub(super) struct Expecting {
    pub id: u32,
    pub data: u64,
    /// The mailbox that STATUS data names.
    pub mailbox: Option<Box<[u8]>>,
}

impl Machine {
    /// Where the job stands in the queue.
    pub(super) fn place_of(&self, id: u32) -> Option<usize> {
        let (first, last) = (self.jobs.front()?.id, self.jobs.back()?.id);
        if first == id {
            return Some(0);
        }
        if first > last {
            // Ids have begun again at 1 in the meantime.
            return self.jobs.iter().position(|j| j.id == id);
        }
        // Ids rise along the queue.
        if id < first || id > last {
            return None;
        }
        self.jobs.binary_search_by_key(&id, |j| j.id).ok()
    }

    /// The job whose command on the wire has this tag: mostly the first.
    pub(super) fn place_of_tag(&self, tag: Tag) -> Option<usize> {
        let is_it = |j: &Job| j.exchange.as_ref().is_some_and(|e| e.tag == tag);
        self.jobs.iter().take(self.flying).position(is_it)
    }

    /// The job that left last, behind which nobody may leave unless it allows it.
    pub(super) fn last_flying(&self) -> Option<&Job> {
        self.jobs.get(self.flying.checked_sub(1)?)
    }

    /// A command of the job begins.
    pub(super) fn exchange_begins(&mut self, at: usize, exchange: Exchange) {
        let job = &mut self.jobs[at];
        let expects = job.expects(exchange.purpose);
        if expects != 0 {
            self.expecting.push(Expecting {
                id: job.id,
                data: expects,
                mailbox: job.mailbox().map(Box::from),
            });
        }
        self.slow += usize::from(exchange.purpose == Purpose::Main && job.verb.has(table::SLOW));
        job.exchange = Some(exchange);
        job.phase = Phase::OnTheWire;
        self.flying = self.flying.max(at + 1);
        if expects != 0 {
            self.set_asked();
        }
    }

    /// The command of the job on the wire was answered, or never will be.
    pub(super) fn exchange_over(&mut self, at: usize) {
        let Some(job) = self.jobs.get_mut(at) else { return };
        let Some(exchange) = job.exchange.take() else { return };
        self.slow -= usize::from(exchange.purpose == Purpose::Main && job.verb.has(table::SLOW));
        if job.expects(exchange.purpose) != 0 {
            let id = job.id;
            self.expecting.retain(|e| e.id != id);
            self.set_asked();
        }
    }

    pub(super) fn set_asked(&mut self) {
        self.receiver.asked = self.asked();
    }

    /// All that commands in flight expect.
    pub(super) fn asked(&self) -> u64 {
        self.expecting.iter().fold(0, |all, e| all | e.data)
    }

    /// The job in flight that this response belongs to.
    pub(super) fn owner(&self, response: &Response) -> Option<usize> {
        let data = response.name().data();
        let mut expecting = self.expecting.iter().filter(|e| e.data & data.bit() != 0);
        let first = expecting.next()?;
        if data != Data::Status {
            return self.place_of(first.id);
        }
        let Some(second) = expecting.next() else {
            return self.place_of(first.id);
        };
        // Several wait for STATUS: it names its mailbox.
        let values = response.values();
        let named = values.children(ROOT).nth(1).and_then(|node| values.word(node))?;
        let is_it = |e: &&Expecting| e.mailbox.as_ref().is_some_and(|m| m.eq_ignore_ascii_case(named));
        let owner = [first, second].into_iter().chain(expecting).find(is_it)?;
        self.place_of(owner.id)
    }

    /// The only job in flight that expects this kind of data.
    pub(super) fn only_owner(&self, data: Data) -> Option<u32> {
        let mut expecting = self.expecting.iter().filter(|e| e.data & data.bit() != 0);
        let first = expecting.next()?;
        expecting.next().is_none().then_some(first.id)
    }

    /// What a job expects is asked for by another one already, and would not say whose it is.
    fn is_asked_for(&self, job: &Job) -> bool {
        let same = self.asked() & job.verb.expects();
        if same == 0 {
            return false;
        }
        let (Some(mailbox), true) = (job.mailbox(), same == Data::Status.bit()) else {
            return true;
        };
        let mut others = self.expecting.iter().filter(|e| e.data & same != 0);
        others.any(|e| e.mailbox.as_ref().is_none_or(|m| m.eq_ignore_ascii_case(mailbox)))
    }

    /// Beside those before it a job may be on the wire if none of them is a barrier, waits for a continuation, or asks
    /// for the same kind of data (design B2). A job that forbids company is the last that left: nobody left after it.
    pub(super) fn may_start(&self, at: usize) -> bool {
        let Some(last) = self.last_flying().filter(|_| self.flying <= at) else {
            return at == 0;
        };
        if at != self.flying {
            return false;
        }
        let Some(exchange) = &last.exchange else { return false };
        exchange.purpose == Purpose::Main
            && !exchange.has_rest
            && last.phase == Phase::OnTheWire
            && !is_barrier(last)
            && !is_barrier(&self.jobs[at])
            && !self.is_asked_for(&self.jobs[at])
    }
}

/// The mailbox that a STATUS asks for, as it goes out, if it goes out in one piece of text.
pub(super) fn status_mailbox(wire: Option<&Wire<'_>>) -> Option<Box<[u8]>> {
    let [Piece::Text(text)] = wire?.pieces.as_slice() else {
        return None;
    };
    let rest = text.strip_prefix(b"STATUS ")?;
    let name = match rest.first()? {
        b'"' => {
            let end = 1 + rest
                .get(1..)?
                .iter()
                .scan(false, |escaped, b| {
                    let ends = *b == b'"' && !*escaped;
                    *escaped = *b == b'\\' && !*escaped;
                    Some(ends)
                })
                .position(|ends| ends)?;
            quote::unquote(rest.get(..=end)?)?
        }
        _ => rest.split(|b| *b == b' ').next()?.to_vec(),
    };
    Some(name.into_boxed_slice())
}

/// Nothing else is on the wire with it.
fn is_barrier(job: &Job) -> bool {
    job.verb.has(table::BARRIER) || !matches!(job.task(), Task::Command) || job.verb.command().is_none()
}
