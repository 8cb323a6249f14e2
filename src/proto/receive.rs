//! Received octets become whole responses. In: space to read into, then how much was read. Out: one response after the
//! other, as an owned [`Line`] or, for rows that are looked at one by one, as the buffer itself, lent and given back.
//! The buffer starts small, grows with the traffic and shrinks when the connection falls silent. A long literal is read
//! straight into memory of its own, which never runs more than 64 KiB or an eighth ahead of what came, or passes
//! through to whoever wants it without being kept (`passing`). Rows as servers write them: `usual`.

use super::frame::{Advance, DETACH_MIN, Framer};
use super::limits::Limits;
use super::line::{Held, Line};
use super::response::head::{self, Head};
use super::response::name::Name;
use crate::error::{Error, IMAP_ERR_NOMEM, Result};

mod passing;
mod usual;
use passing::Passing;
pub use usual::Begun;

const FIRST: usize = 1024;
const FULL: usize = 256 * 1024;
/// A buffer up to this size stays while nothing is going on.
const KEEP: usize = 16 * 1024;
/// Memory may always run this far ahead of what was received, ...
const AHEAD: usize = 64 * 1024;
/// ... or this part of what was received.
const AHEAD_PART: usize = 8;

/// What stands at the front of the received octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing whole yet.
    More,
    /// A whole response: `frame` shows it, `take` and `lend` hand it out.
    Frame,
    /// A literal of this size begins: `keep_literal` or `pass_literal` says what becomes of it.
    Literal(usize),
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
    /// Literals from this size on are asked about.
    pub apart_min: u64,
    buf: Vec<u8>,
    head: usize,
    tail: usize,
    /// Octets received since the buffer was small.
    received: usize,
    read_was_full: bool,
    framer: Framer,
    /// Octets of the whole response at the front; 0 if none was found yet.
    found: usize,
    /// A literal nothing was decided about: where it begins behind `head`, and its size.
    question: Option<(usize, usize)>,
    collecting: Option<Collecting>,
    passing: Option<Passing>,
    /// The buffer is with a row.
    is_lent: bool,
}

impl Default for Receiver {
    fn default() -> Receiver {
        Receiver {
            asked: u64::MAX,
            apart_min: DETACH_MIN,
            buf: Vec::new(),
            head: 0,
            tail: 0,
            received: 0,
            read_was_full: false,
            framer: Framer::default(),
            found: 0,
            question: None,
            collecting: None,
            passing: None,
            is_lent: false,
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
        if self.passing.is_some() {
            self.passing_makes_room();
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

    /// The last read took all that there was room for.
    pub fn read_was_full(&self) -> bool {
        self.read_was_full
    }

    /// Looks for what stands at the front. Asking again without an answer gives the same, at no cost.
    pub fn look(&mut self, limits: &Limits) -> Result<Found> {
        if self.found > 0 {
            return Ok(Found::Frame);
        }
        if let Some((_, size)) = self.question {
            return Ok(Found::Literal(size));
        }
        self.finish_literal()?;
        if self.collecting.is_some() || self.passing.is_some() {
            return Ok(Found::More);
        }
        if self.framer.is_at_start() {
            // Some servers pad with NULs before a response.
            self.head += self.buf[self.head..self.tail].iter().take_while(|b| **b == 0).count();
        }
        let rest = &self.buf[self.head..self.tail];
        if rest.is_empty() {
            self.rewind();
            return Ok(Found::More);
        }
        if let Some(end) = self.framer.whole_line(rest, limits) {
            self.found = end;
            return Ok(Found::Frame);
        }
        self.advance(limits)
    }

    /// The search for the end goes on in what is here.
    fn advance(&mut self, limits: &Limits) -> Result<Found> {
        let rest = self.buf.get(self.head..self.tail).unwrap_or_default();
        match self.framer.advance(rest, limits, self.asked, self.apart_min)? {
            Advance::More => Ok(Found::More),
            Advance::Literal { at, size } => {
                self.question = Some((at, size));
                Ok(Found::Literal(size))
            }
            Advance::Done { end } => {
                self.found = end;
                Ok(Found::Frame)
            }
        }
    }

    /// The next whole response, if it is here, with every literal kept.
    pub fn next_line(&mut self, limits: &Limits) -> Result<Option<Line>> {
        loop {
            match self.look(limits)? {
                Found::More => return Ok(None),
                Found::Frame => return Ok(Some(self.take())),
                Found::Literal(_) => self.keep_literal(limits)?,
            }
        }
    }

    /// The response that was found, CRLF included.
    pub fn frame(&self) -> &[u8] {
        self.buf.get(self.head..self.head + self.found).unwrap_or_default()
    }

    /// The same as a line of its own.
    pub fn frame_copy(&self) -> Line {
        Line::new(self.frame().to_vec(), self.framer.places())
    }

    /// The first words of the response that was found.
    pub fn head(&mut self) -> (Head, Name) {
        let known = self.framer.take_head();
        known.unwrap_or_else(|| head::first_words(self.frame()))
    }

    /// What is here of the response that goes on behind a literal, up to and with the literal's marker.
    pub fn line_so_far(&self) -> Line {
        let end = match (&self.question, &self.passing) {
            (Some((at, _)), _) => *at,
            (_, Some(passing)) => passing.at,
            _ => 0,
        };
        let octets = self.buf.get(self.head..self.head + end).unwrap_or_default();
        Line::new([octets, b"\r\n"].concat(), self.framer.places())
    }

    /// The octets from the beginning of a response on whose first line has no end yet; else empty.
    pub fn unframed(&self) -> &[u8] {
        let is_open = self.framer.is_in_first_line() && self.found == 0 && self.question.is_none();
        if is_open && !self.is_lent {
            &self.buf[self.head..self.tail]
        } else {
            &[]
        }
    }

    /// `n` of these octets were read otherwise.
    pub fn consume(&mut self, n: usize) {
        self.framer.forget();
        self.head = (self.head + n).min(self.tail);
        self.rewind();
    }

    /// Puts octets in front of what comes next, in the room of what was consumed.
    pub fn unread(&mut self, octets: &[u8]) {
        if let Some(start) = self.head.checked_sub(octets.len()) {
            self.buf[start..self.head].copy_from_slice(octets);
            self.head = start;
        }
    }

    /// The response that was found, in memory of its own.
    pub fn take(&mut self) -> Line {
        let octets = self.frame().to_vec();
        self.head += std::mem::take(&mut self.found);
        Line::new(octets, self.framer.finish())
    }

    /// The response that was found, in the buffer itself, which is `line`'s until [`Receiver::reclaim`].
    #[inline(always)]
    pub fn lend(&mut self, line: &mut Line) {
        (line.start, line.end) = (self.head, self.head + self.found);
        self.head = line.end;
        self.found = 0;
        self.framer.finish_into(&mut line.literals);
        std::mem::swap(&mut line.buf, &mut self.buf);
        self.is_lent = true;
        line.seal();
    }

    /// Takes the buffer back; the line is empty then.
    pub fn reclaim(&mut self, line: &mut Line) {
        if std::mem::take(&mut self.is_lent) {
            std::mem::swap(&mut line.buf, &mut self.buf);
            (line.start, line.end) = (0, 0);
            line.literals.clear();
            self.rewind();
        }
    }

    /// The response that was found is of no interest.
    pub fn skip(&mut self) {
        self.framer.forget();
        self.head += std::mem::take(&mut self.found);
    }

    /// The literal that begins is kept.
    pub fn keep_literal(&mut self, limits: &Limits) -> Result<()> {
        let Some((at, size)) = self.question.take() else {
            return Ok(());
        };
        let len = self.framer.admit(size as u64, limits)?;
        if (size as u64) < DETACH_MIN {
            self.framer.place(len, Held::Here { after: 0 });
            return Ok(());
        }
        self.collect(self.head + at, len)
    }

    /// Octets read but not yet handed out as a response.
    pub fn pending(&self) -> usize {
        let passed = self.passing.as_ref().map_or(0, |p| p.gap);
        self.tail - self.head - passed + self.collecting.as_ref().map_or(0, |c| c.filled)
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
        let apart: Vec<_> = literals
            .filter_map(|l| match l.held {
                Held::Apart(octets) => Some((l.at, octets)),
                Held::Here { .. } | Held::Gone => None,
            })
            .collect();
        (self.found, self.question) = (0, None);
        self.end_passing();
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
        *self = Receiver {
            asked: self.asked,
            apart_min: self.apart_min,
            ..Receiver::default()
        };
    }

    /// Gives memory back while nothing is going on.
    pub fn release(&mut self) {
        if self.pending() == 0 && self.buf.len() > KEEP {
            self.clear();
        }
    }

    /// Gives all memory back, if nothing is pending.
    pub fn release_all(&mut self) {
        if self.pending() == 0 && !self.is_lent {
            self.clear();
        }
    }

    /// A literal that is all here goes to the framer.
    #[inline(always)]
    fn finish_literal(&mut self) -> Result<()> {
        match &self.collecting {
            Some(literal) if literal.filled >= literal.size => self.literal_finished(),
            _ => Ok(()),
        }
    }

    fn literal_finished(&mut self) -> Result<()> {
        let Some(literal) = self.collecting.take() else {
            return Ok(());
        };
        let mut octets = literal.octets;
        octets.truncate(literal.size);
        reserve(&mut octets, 1)?;
        octets.push(0);
        self.framer.place(literal.size, Held::Apart(octets.into_boxed_slice()));
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
