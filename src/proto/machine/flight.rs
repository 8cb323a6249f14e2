//! Which jobs are on the wire, and whose an untagged response is (design B2). The jobs in flight stand before those that
//! wait; all questions that come up for each response are answered without going through them.

use super::job::{Exchange, Job, Phase, Purpose, Task};
use super::key::{self, Key, Said};
use super::tag::Tag;
use super::{Machine, table};
use crate::proto::response::Response;
use crate::proto::response::head::Head;
use crate::proto::response::name::Data;

/// So many commands that wait for the same kind of data are on the wire together at most: each answer is sought among
/// them.
const COMPANY: usize = 64;

/// What is kept of a job in flight that expects untagged data.
pub(super) struct Expecting {
    pub id: u32,
    pub data: u64,
    pub tag: Tag,
    pub key: Option<Key>,
}

impl Machine {
    /// Where the job stands in the queue: mostly in front.
    #[inline(always)]
    pub(super) fn place_of(&self, id: u32) -> Option<usize> {
        match self.jobs.front()?.id {
            first if first == id => Some(0),
            first => self.place_behind(first, id),
        }
    }

    fn place_behind(&self, first: u32, id: u32) -> Option<usize> {
        let last = self.jobs.back()?.id;
        if last == id {
            return self.jobs.len().checked_sub(1);
        }
        if first > last {
            // Ids have begun again at 1 in the meantime.
            return self.jobs.iter().position(|j| j.id == id);
        }
        // Ids rise along the queue.
        if id < first || id > last {
            return None;
        }
        self.jobs.place_of_key(id, |j| j.id)
    }

    /// The job whose command on the wire has this tag: mostly the first.
    #[inline]
    pub(super) fn place_of_tag(&self, tag: Tag) -> Option<usize> {
        let is_it = |j: &Job| j.exchange.as_ref().is_some_and(|e| e.tag == tag);
        if self.jobs.front().is_some_and(is_it) {
            return Some(0);
        }
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
        let is_main = exchange.purpose == Purpose::Main;
        if expects != 0 {
            self.expecting.push(Expecting {
                id: job.id,
                data: expects,
                tag: exchange.tag,
                key: if is_main { job.take_key() } else { None },
            });
        }
        self.slow += usize::from(is_main && job.verb.has(table::SLOW));
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
        let is_slow = exchange.purpose == Purpose::Main && job.verb.has(table::SLOW);
        let (id, expects) = (job.id, job.expects(exchange.purpose));
        self.no_more_in_flight(id, is_slow, expects);
    }

    /// The command of job `id` does not count any more among those on the wire.
    #[inline(always)]
    pub(super) fn no_more_in_flight(&mut self, id: u32, is_slow: bool, expects: u64) {
        self.slow -= usize::from(is_slow);
        if expects != 0 {
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
        if data == Data::Vanished && !self.is_asked_for_vanished(response.line().octets()) {
            return None;
        }
        let id = match self.only_owner(data) {
            Some(id) => id,
            // What nobody waits for is not read any further.
            None if self.asked() & data.bit() == 0 => return None,
            None => self.owner_by(data, &Said::by(response))?,
        };
        self.place_of(id)
    }

    /// The COPY in flight that a COPYUID before the tagged line belongs to (Exchange). Of several it does not say which.
    #[cold]
    pub(super) fn copy_of(&self, response: &Response) -> Option<usize> {
        if response.name().data() != Data::StatusLine || !response.is_copyuid() {
            return None;
        }
        let is_copy = |at: &usize| self.jobs[*at].exchange.is_some() && self.jobs[*at].verb.is("COPY");
        let mut copies = (0..self.flying).filter(is_copy);
        let first = copies.next();
        first.filter(|_| copies.next().is_none())
    }

    /// The same of a response that is still in the receive buffer, by its first words and octets; `whole` makes a response
    /// of it, if that is what it takes.
    pub(super) fn owner_in_front(
        &self,
        head: &Head,
        data: Data,
        octets: &[u8],
        whole: impl FnOnce() -> Response,
    ) -> Option<u32> {
        if data == Data::Vanished && !self.is_asked_for_vanished(octets) {
            return None;
        }
        if let Some(id) = self.only_owner(data) {
            return Some(id);
        }
        if self.asked() & data.bit() == 0 {
            return None;
        }
        match Said::by_fetch(head, data, octets) {
            Some(said) => self.owner_by(data, &said),
            None => self.owner_by(data, &Said::by(&whole())),
        }
    }

    /// A FETCH asks only for what went earlier. What goes now is news: message numbers change by it.
    fn is_asked_for_vanished(&self, octets: &[u8]) -> bool {
        let is_fetch = |e: &Expecting| e.data & Data::Fetch.bit() != 0 && matches!(e.key, Some(Key::Returns(_)));
        !self.expecting.iter().any(is_fetch) || key::is_earlier(octets)
    }

    /// The one of several that wait for this kind of data whom the response means.
    fn owner_by(&self, data: Data, said: &Said<'_>) -> Option<u32> {
        let mut expecting = self.expecting.iter().filter(|e| e.data & data.bit() != 0);
        let first = expecting.next()?;
        let mut all = std::iter::once(first).chain(expecting);
        let named = all.find(|e| said.answers(e.key.as_ref(), e.tag));
        // Searches are answered in a form of their own, or without their tag, by nobody who knows the RFC.
        let or_first = || matches!(first.key, Some(Key::Tag)) && said.names_nobody();
        named.or_else(|| or_first().then_some(first)).map(|e| e.id)
    }

    /// The only job in flight that expects this kind of data.
    #[inline(always)]
    pub(super) fn only_owner(&self, data: Data) -> Option<u32> {
        let mut expecting = self.expecting.iter().filter(|e| e.data & data.bit() != 0);
        let first = expecting.next()?;
        expecting.next().is_none().then_some(first.id)
    }

    /// What a job expects is asked for by another one already, and would not say whose it is.
    fn is_asked_for(&self, job: &Job) -> bool {
        let same = self.asked() & job.expects(Purpose::Main);
        if same == 0 {
            return false;
        }
        let Some(key) = job.key() else { return true };
        let others = || self.expecting.iter().filter(|e| e.data & same != 0);
        others().count() >= COMPANY || others().any(|e| !e.key.as_ref().is_some_and(|other| key.excludes(other)))
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
        allows_company(last) && !is_barrier(&self.jobs[at]) && !self.is_asked_for(&self.jobs[at])
    }
}

/// Others may be on the wire behind it.
pub(super) fn allows_company(last: &Job) -> bool {
    let Some(exchange) = &last.exchange else { return false };
    exchange.purpose == Purpose::Main && !exchange.has_rest && last.phase == Phase::OnTheWire && !is_barrier(last)
}

/// Nothing else is on the wire with it.
fn is_barrier(job: &Job) -> bool {
    job.verb.has(table::BARRIER) || !matches!(job.task(), Task::Command) || job.verb.command().is_none()
}
