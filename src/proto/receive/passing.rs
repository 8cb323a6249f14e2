//! A literal that passes through: its octets go to the caller as they arrive and are not kept. What is in the buffer
//! comes first; then the caller may read straight into memory of its own.

use super::Receiver;
use crate::error::Result;
use crate::proto::limits::Limits;
use crate::proto::line::Held;

pub struct Passing {
    /// Where it begins behind `head`.
    pub at: usize,
    /// Octets behind `at` that were handed on already.
    pub gap: usize,
    size: usize,
    done: usize,
}

impl Receiver {
    /// The literal that begins passes through.
    pub fn pass_literal(&mut self, limits: &Limits) -> Result<()> {
        let Some((at, size)) = self.question.take() else {
            return Ok(());
        };
        self.framer.count(0, limits)?;
        self.passing = Some(Passing {
            at,
            gap: 0,
            size,
            done: 0,
        });
        self.passed_whole();
        Ok(())
    }

    /// The literal that passes through is kept after all, if nothing of it was handed on and it is not too long to be kept.
    pub fn keep_passing(&mut self, limits: &Limits) -> Result<bool> {
        let is_whole = |p: &mut Passing| p.done == 0 && p.size as u64 <= limits.max_literal;
        let Some(passing) = self.passing.take_if(is_whole) else {
            return Ok(false);
        };
        self.question = Some((passing.at, passing.size));
        self.keep_literal(limits)?;
        Ok(true)
    }

    /// Octets handed on and octets in all of the literal that passes through.
    pub fn passing(&self) -> Option<(usize, usize)> {
        self.passing.as_ref().map(|p| (p.done, p.size))
    }

    /// Octets of a long literal that is being kept: here, and in all.
    pub fn collecting(&self) -> Option<(usize, usize)> {
        self.collecting.as_ref().map(|c| (c.filled, c.size))
    }

    /// Octets of it that are here already.
    pub fn passable(&self) -> &[u8] {
        let Some(passing) = &self.passing else { return &[] };
        let from = self.head + passing.at + passing.gap;
        let here = self.tail.saturating_sub(from).min(passing.size - passing.done);
        self.buf.get(from..from + here).unwrap_or_default()
    }

    /// How many may be read past the buffer: none while some are in it.
    pub fn passable_past_buffer(&self) -> usize {
        match &self.passing {
            Some(passing) if self.passable().is_empty() => passing.size - passing.done,
            _ => 0,
        }
    }

    /// `n` of the octets that `passable` shows were handed on, or dropped.
    pub fn passed(&mut self, n: usize) {
        let n = n.min(self.passable().len());
        if let Some(passing) = &mut self.passing {
            passing.gap += n;
            passing.done += n;
        }
        self.passed_whole();
    }

    /// `n` octets of it were read past the buffer.
    pub fn passed_past_buffer(&mut self, n: usize) {
        self.received = self.received.saturating_add(n);
        if let Some(passing) = &mut self.passing {
            passing.done = (passing.done + n).min(passing.size);
        }
        self.passed_whole();
    }

    fn passed_whole(&mut self) {
        if let Some(passing) = self.passing.take_if(|p| p.done >= p.size) {
            self.close_gap(&passing);
            self.framer.place(passing.size, Held::Gone);
        }
    }

    /// While all that is here was handed on, the room it took is free.
    pub(super) fn passing_makes_room(&mut self) {
        if self.passable().is_empty() {
            if let Some(mut passing) = self.passing.take() {
                self.close_gap(&passing);
                passing.gap = 0;
                self.passing = Some(passing);
            }
        }
    }

    /// Raw reading begins: what is left of the literal are octets like any others.
    pub(super) fn end_passing(&mut self) {
        if let Some(passing) = self.passing.take() {
            self.close_gap(&passing);
        }
    }

    fn close_gap(&mut self, passing: &Passing) {
        let at = self.head + passing.at;
        let behind = (at + passing.gap).min(self.tail);
        if behind > at {
            self.buf.copy_within(behind..self.tail, at);
            self.tail -= behind - at;
        }
    }
}
