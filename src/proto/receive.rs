//! Received octets become whole responses. In: space to read into, then how much was read. Out: one owned [`Line`] a
//! response. The buffer starts small, grows with the traffic and shrinks when the connection falls silent; a long
//! literal is read straight into memory of its own, which never runs more than 64 KiB or an eighth ahead of what came.

use super::frame::{Advance, Framer, Literal};
use super::limits::Limits;
use crate::error::{Error, IMAP_ERR_NOMEM, Result};

const FIRST: usize = 2 * 1024;
const FULL: usize = 256 * 1024;
/// A buffer up to this size stays while nothing is going on.
const KEEP: usize = 16 * 1024;
/// Memory may always run this far ahead of what was received, ...
const AHEAD: usize = 64 * 1024;
/// ... or this part of what was received.
const AHEAD_PART: usize = 8;

/// One whole response as it came, CRLF included, with its literals' places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub octets: Box<[u8]>,
    pub literals: Vec<Literal>,
}

impl Line {
    /// A line that no server sent (empty results, synthetic events); `text` without CRLF.
    pub fn synthetic(text: &[u8]) -> Line {
        let mut octets = Vec::with_capacity(text.len() + 2);
        octets.extend_from_slice(text);
        octets.extend_from_slice(b"\r\n");
        Line {
            octets: octets.into_boxed_slice(),
            literals: Vec::new(),
        }
    }

    /// What keeping this line costs.
    pub fn weight(&self) -> usize {
        self.octets.len()
            + self.literals.len() * size_of::<Literal>()
            + self
                .literals
                .iter()
                .filter(|l| l.octets.is_some())
                .map(|l| l.len)
                .sum::<usize>()
    }

    /// The octets of literal `i`.
    pub fn literal(&self, i: usize) -> Option<&[u8]> {
        let literal = self.literals.get(i)?;
        match &literal.octets {
            Some(octets) => octets.get(..literal.len),
            None => self.octets.get(literal.at..literal.at + literal.len),
        }
    }
}

struct Collecting {
    octets: Vec<u8>,
    filled: usize,
    size: usize,
}

/// The receive buffer of a connection and the search for the next response in it.
pub struct Receiver {
    /// The set of data that commands wait for (everything, unless told otherwise).
    pub asked: u64,
    buf: Vec<u8>,
    head: usize,
    tail: usize,
    /// Octets received since the buffer was small.
    received: usize,
    read_was_full: bool,
    framer: Framer,
    collecting: Option<Collecting>,
}

impl Default for Receiver {
    fn default() -> Receiver {
        Receiver {
            asked: u64::MAX,
            buf: Vec::new(),
            head: 0,
            tail: 0,
            received: 0,
            read_was_full: false,
            framer: Framer::default(),
            collecting: None,
        }
    }
}

impl Receiver {
    /// Where the next octets are to be read; never empty.
    pub fn space(&mut self) -> Result<&mut [u8]> {
        self.finish_literal()?;
        if self.collecting.is_some() {
            return self.literal_space();
        }
        if self.tail == self.buf.len() || self.buf.len() - self.tail < self.buf.len() / AHEAD_PART {
            self.make_room()?;
        }
        Ok(&mut self.buf[self.tail..])
    }

    /// `n` octets were read into the space.
    pub fn filled(&mut self, n: usize) {
        self.received = self.received.saturating_add(n);
        match &mut self.collecting {
            Some(literal) => literal.filled = (literal.filled + n).min(literal.octets.len()),
            None => {
                self.read_was_full = n >= self.buf.len() - self.tail;
                self.tail = (self.tail + n).min(self.buf.len());
            }
        }
    }

    /// The next whole response, if it is here.
    pub fn next_line(&mut self, limits: &Limits) -> Result<Option<Line>> {
        loop {
            self.finish_literal()?;
            if self.collecting.is_some() {
                return Ok(None);
            }
            if self.framer.is_at_start() {
                // Some servers pad with NULs before a response.
                self.head += self.buf[self.head..self.tail].iter().take_while(|b| **b == 0).count();
            }
            let rest = &self.buf[self.head..self.tail];
            if rest.is_empty() {
                self.rewind();
                return Ok(None);
            }
            match self.framer.advance(rest, limits, self.asked)? {
                Advance::More => return Ok(None),
                Advance::Detach { at, size } => self.collect(self.head + at, size)?,
                Advance::Done { end } => {
                    let literals = self.framer.finish();
                    let octets = Box::from(&self.buf[self.head..self.head + end]);
                    self.head += end;
                    return Ok(Some(Line { octets, literals }));
                }
            }
        }
    }

    /// Octets read but not yet handed out as a response.
    pub fn pending(&self) -> usize {
        self.tail - self.head + self.collecting.as_ref().map_or(0, |c| c.filled)
    }

    /// Up to `n` of the pending octets, whatever they say (imaplib's `read`).
    pub fn take_raw(&mut self, n: usize) -> Vec<u8> {
        self.unframe();
        let n = n.min(self.tail - self.head);
        let out = self.buf[self.head..self.head + n].to_vec();
        self.head += n;
        self.rewind();
        out
    }

    /// One pending line with its CRLF, whatever it says (imaplib's `readline`).
    pub fn take_raw_line(&mut self, limits: &Limits) -> Result<Option<Vec<u8>>> {
        self.unframe();
        let rest = &self.buf[self.head..self.tail];
        match memchr::memchr(b'\n', rest) {
            Some(lf) if lf < limits.max_line => Ok(Some(self.take_raw(lf + 1))),
            None if rest.len() < limits.max_line => Ok(None),
            _ => Err(super::frame::too_long(limits.max_line)),
        }
    }

    /// Raw reading knows no responses: one that has begun is put together again, long literals in their places.
    fn unframe(&mut self) {
        let literals = self.framer.finish().into_iter();
        let apart: Vec<_> = literals.filter_map(|l| Some((l.at, l.octets?))).collect();
        let collecting = self.collecting.take();
        if apart.is_empty() && collecting.is_none() {
            return;
        }
        let mut whole = Vec::new();
        let mut from = self.head;
        for (at, octets) in &apart {
            let at = self.head + at;
            whole.extend_from_slice(&self.buf[from..at]);
            whole.extend_from_slice(octets.strip_suffix(b"\0").unwrap_or(octets));
            from = at;
        }
        whole.extend_from_slice(&self.buf[from..self.tail]);
        if let Some(literal) = collecting {
            whole.extend_from_slice(&literal.octets[..literal.filled]);
        }
        (self.head, self.tail) = (0, whole.len());
        self.buf = whole;
    }

    /// Everything pending is forgotten (the connection is over, or changes to TLS).
    pub fn clear(&mut self) {
        *self = Receiver::default();
    }

    /// Gives memory back while nothing is going on.
    pub fn release(&mut self) {
        if self.pending() == 0 && self.buf.len() > KEEP {
            self.clear();
        }
    }

    /// A literal that is all here goes to the framer.
    fn finish_literal(&mut self) -> Result<()> {
        let Some(literal) = self.collecting.take_if(|l| l.filled >= l.size) else {
            return Ok(());
        };
        let mut octets = literal.octets;
        octets.truncate(literal.size);
        reserve(&mut octets, 1)?;
        octets.push(0);
        self.framer.detached(octets.into_boxed_slice());
        Ok(())
    }

    fn rewind(&mut self) {
        if self.head == self.tail {
            self.head = 0;
            self.tail = 0;
        }
    }

    fn make_room(&mut self) -> Result<()> {
        if self.head > 0 {
            self.buf.copy_within(self.head..self.tail, 0);
            self.tail -= self.head;
            self.head = 0;
        }
        let used = self.tail;
        let room = self.buf.len() - used;
        // A busy connection earns its large buffer by what it has received.
        let earned = (self.buf.len() * 8)
            .min(FULL)
            .min(AHEAD.max(self.received / AHEAD_PART));
        let wanted = if self.buf.is_empty() {
            FIRST
        } else if self.read_was_full && earned > self.buf.len() {
            earned
        } else if room == 0 || room < used / AHEAD_PART {
            used + AHEAD.max(used / AHEAD_PART)
        } else {
            return Ok(());
        };
        self.read_was_full = false;
        if wanted <= self.buf.len() {
            return Ok(());
        }
        let more = wanted - self.buf.len();
        reserve(&mut self.buf, more)?;
        self.buf.resize(wanted, 0);
        Ok(())
    }

    fn literal_space(&mut self) -> Result<&mut [u8]> {
        let Some(literal) = &mut self.collecting else {
            return Ok(&mut []);
        };
        if literal.filled == literal.octets.len() {
            let step = (literal.filled / AHEAD_PART)
                .max(AHEAD)
                .min(literal.size - literal.filled);
            reserve(
                &mut literal.octets,
                step + usize::from(step == literal.size - literal.filled),
            )?;
            literal.octets.resize(literal.filled + step, 0);
        }
        Ok(&mut literal.octets[literal.filled..])
    }

    /// Moves what is here of a long literal out of the buffer; what follows it closes up.
    fn collect(&mut self, at: usize, size: usize) -> Result<()> {
        let here = (self.tail - at).min(size);
        let mut octets = Vec::new();
        reserve(&mut octets, here + usize::from(here == size))?;
        octets.extend_from_slice(&self.buf[at..at + here]);
        self.buf.copy_within(at + here..self.tail, at);
        self.tail -= here;
        self.collecting = Some(Collecting {
            octets,
            filled: here,
            size,
        });
        Ok(())
    }
}

fn reserve(v: &mut Vec<u8>, more: usize) -> Result<()> {
    v.try_reserve_exact(more).map_err(|_| {
        Error::new(
            IMAP_ERR_NOMEM,
            format!("no memory for {more} more octets from the server; connection closed"),
        )
    })
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
