//! The short way to a row as servers write it, a FETCH or a LIST: its first words, its end, and whether it is all here,
//! by one look at its first line. Whatever is special is left to `look`, which finds the same.

use super::Receiver;
use crate::error::Result;
use crate::proto::limits::Limits;
use crate::proto::response::head::{self, Head};
use crate::proto::response::name::Name;

/// How a row stands whose beginning was seen the short way.
pub enum Begun {
    NotAllHere,
    Whole(Head, Name),
    /// It is no usual row after all: `look` begins anew.
    Other,
}

impl Receiver {
    /// The first words of the response at the front, if it is a FETCH or LIST as servers write them, of which nothing was
    /// looked at yet.
    #[inline(always)]
    pub fn usual_head(&self) -> Option<(Head, Name)> {
        if self.found > 0 || !self.framer.is_at_start() {
            return None;
        }
        // Nothing is in the buffer while it is lent.
        head::usual(self.buf.get(self.head..self.tail)?)
    }

    /// Whether the whole response is here that begins with these words, which `usual_head` has just found. If not, ask
    /// `is_begun`.
    #[inline(always)]
    pub fn is_whole(&mut self, name: &Name, limits: &Limits) -> bool {
        let rest = self.buf.get(self.head..self.tail).unwrap_or_default();
        let is_asked = name.data().bit() & self.asked != 0;
        match self.framer.whole_values(rest, limits, is_asked, self.apart_min) {
            Some(end) => self.found = end,
            None => return false,
        }
        true
    }

    /// Whether this is a row whose rest is still to come, so that `begun_row` goes on. Else `look` goes on where this ended.
    pub fn is_begun(&mut self, head: Head, name: Name, limits: &Limits) -> Result<bool> {
        if self.has_begun_row() {
            self.framer.begins_with(head, name);
            return Ok(true);
        }
        let is_asked = name.data().bit() & self.asked != 0;
        self.framer.holds_values(is_asked);
        self.advance(limits)?;
        Ok(false)
    }

    /// A row was found of which the rest is still to come.
    #[inline(always)]
    pub fn has_begun_row(&self) -> bool {
        self.framer.wanted() > 0
    }

    /// How that row stands now.
    pub fn begun_row(&mut self) -> Begun {
        let rest = self.buf.get(self.head..self.tail).unwrap_or_default();
        if self.framer.wanted() > rest.len() {
            return Begun::NotAllHere;
        }
        match self.framer.whole_at_last(rest) {
            Some((end, (head, name))) => {
                self.found = end;
                Begun::Whole(head, name)
            }
            None => Begun::Other,
        }
    }
}
