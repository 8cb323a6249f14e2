//! Long lists of numbers, decoded as they arrive (SEARCH: RFC 3501, 7.2.5; SORT: RFC 5256): a million of them are never
//! a line in memory. Who pulls rows gets them in blocks; else they become one row of numbers, four octets each. What
//! stands behind the numbers, `(MODSEQ 5)`, is read as a line of its own with the same name.

use super::Machine;
use crate::codec::numbers::Numbers;
use crate::error::{Error, IMAP_ERR_LIMIT};
use crate::proto::line::Line;
use crate::proto::response::Response;
use crate::proto::response::head;
use crate::proto::response::name::{Data, Name};
use std::sync::Arc;

/// Lists whose line is no longer than this are lines like others.
const LONG: usize = 16 * 1024;
/// Numbers in a block.
const BLOCK: usize = 8 * 1024;

/// A list that is arriving.
pub(super) struct NumberList {
    /// The job that pulls it.
    pub puller: Option<u32>,
    /// `* SEARCH `
    begin: &'static [u8],
    decoder: Numbers,
    /// What was decoded and not handed out.
    numbers: Vec<u32>,
}

/// How far the list is.
#[derive(PartialEq, Eq)]
enum Far {
    /// A block is full.
    Block,
    /// More has to arrive.
    More,
    /// That was the last number.
    End,
}

impl Machine {
    /// A long list begins at the front of what was received. `None` also while that cannot be told yet.
    pub(super) fn number_list_begins(&mut self) -> bool {
        if self.number_list.is_some() {
            return true;
        }
        const LISTS: u64 = Data::Search.bit() | Data::Sort.bit();
        if self.receiver.asked & LISTS == 0 {
            return false;
        }
        let octets = self.receiver.unframed();
        if octets.len() < LONG {
            return false;
        }
        let begin = [&b"* SEARCH "[..], b"* SORT "]
            .into_iter()
            .find(|b| octets.starts_with(b));
        let Some(begin) = begin else { return false };
        let is_list = octets.get(begin.len()).is_some_and(u8::is_ascii_digit);
        if !is_list || memchr::memchr(b'\n', &octets[..LONG]).is_some() {
            return false;
        }
        let data = if begin.len() == 9 { Data::Search } else { Data::Sort };
        let is_wanted = |id: &u32| self.place_of(*id).is_some_and(|at| !self.jobs[at].is_discarded);
        let puller = self.puller_of(data).filter(is_wanted);
        self.receiver.consume(begin.len());
        self.number_list = Some(NumberList {
            puller,
            begin,
            decoder: Numbers::default(),
            numbers: Vec::new(),
        });
        true
    }

    /// Decodes what is here of the list. Who pulls it gets it block by block (`next_numbers`); for others it becomes a
    /// row when it is whole. True if there is something more to read behind it.
    pub(super) fn number_list_goes_on(&mut self) -> bool {
        let pulls = self.number_list.as_ref().is_some_and(|l| l.puller.is_some()) && !self.keeps_rows;
        if pulls {
            return false;
        }
        let far = self.decode_numbers(usize::MAX);
        let kept = self
            .number_list
            .as_ref()
            .map_or(0, |l| l.numbers.len() * size_of::<u32>());
        if kept > self.limits.max_kept {
            let limit = self.limits.max_kept;
            self.fail_all(Error::new(
                IMAP_ERR_LIMIT,
                format!("a list of numbers takes more than {limit} octets (MAX_KEPT); connection closed"),
            ));
            return false;
        }
        if far != Far::End {
            return false;
        }
        if let Some(list) = self.number_list.take() {
            let row = list.row(self.limits.max_depth);
            let arrival = self.arrival();
            self.untagged(row.arrived(arrival));
        }
        true
    }

    /// Rows of job `id` are asked for. A list of another one's is read on without waiting for that, and becomes a row.
    pub(super) fn number_list_waits_only_for(&mut self, id: u32) {
        if let Some(list) = &mut self.number_list {
            list.puller = list.puller.filter(|puller| *puller == id);
        }
    }

    /// Nobody wants the answer of job `id`: a list of its numbers is read on, and goes where the other rows go.
    pub(super) fn number_list_is_not_for(&mut self, id: u32) {
        if let Some(list) = &mut self.number_list {
            list.puller = list.puller.filter(|puller| *puller != id);
        }
    }

    /// The next block for the job that pulls the list: `Some(None)` while nothing is here, `None` if there is no list.
    pub(super) fn next_numbers(&mut self, id: u32) -> Option<Option<Arc<Response>>> {
        self.number_list.as_ref().filter(|l| l.puller == Some(id))?;
        let far = self.decode_numbers(BLOCK);
        let max_depth = self.limits.max_depth;
        let list = self.number_list.as_mut()?;
        let block = std::mem::take(&mut list.numbers);
        let row = (!block.is_empty()).then(|| list.row_of(block, max_depth));
        if far == Far::End {
            self.number_list = None;
        }
        match row {
            Some(row) => {
                let arrival = self.arrival();
                Some(Some(Arc::new(row.arrived(arrival))))
            }
            None if far == Far::End => None,
            None => Some(None),
        }
    }

    fn decode_numbers(&mut self, max: usize) -> Far {
        let Some(list) = &mut self.number_list else {
            return Far::End;
        };
        let octets = self.receiver.unframed();
        if max == usize::MAX {
            // Every number has a blank behind it: grown in steps, not by doubling.
            let more = octets.len() / 2 + 1;
            if list.numbers.capacity() - list.numbers.len() < more {
                list.numbers.reserve_exact(more.max(list.numbers.len() / 8));
            }
        }
        let done = list.decoder.feed(octets, &mut list.numbers, max);
        let rest = octets.get(done..).unwrap_or_default();
        let far = match rest {
            [] | [b'\r'] => Far::More,
            _ if list.numbers.len() >= max => Far::Block,
            _ => Far::End,
        };
        let (is_line_end, begin) = (rest.starts_with(b"\r\n"), list.begin);
        if far == Far::End {
            list.decoder.finish(&mut list.numbers);
        }
        self.receiver.consume(done);
        if far == Far::End {
            if is_line_end {
                self.receiver.consume(2);
            } else {
                self.receiver.unread(begin);
            }
        }
        far
    }
}

impl NumberList {
    fn row(mut self, max_depth: usize) -> Response {
        let numbers = std::mem::take(&mut self.numbers);
        self.row_of(numbers, max_depth)
    }

    /// What was left out since the last block marks this one.
    fn row_of(&mut self, numbers: Vec<u32>, max_depth: usize) -> Response {
        let malformed = std::mem::take(&mut self.decoder.malformed);
        let text = self.begin.strip_suffix(b" ").unwrap_or(self.begin);
        let line = Line::synthetic(text);
        let head = head::read(line.octets());
        let name = Name::of(&head, line.octets());
        Response::of(line, head, name, 0, max_depth).with_numbers(numbers, malformed)
    }
}
