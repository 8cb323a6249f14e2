//! Finds where one response ends. In: octets as they arrive, in any pieces. Out: the range of one whole response, or
//! how far the search got. A response is a line, continued after each literal (RFC 9051, 2.2.2 and 4.3). Nothing is
//! interpreted here but CRLF, `{n}` at a line's end, and the first words, which say whether the line is text.

use super::limits::Limits;
use super::line::{Held, Literal};
use super::response::head;
use super::response::name::Name;
use super::scan;
use crate::error::{Error, IMAP_ERR_LIMIT, IMAP_ERR_PROTOCOL, Result};

/// Literals of at least this size leave the line and live in memory of their own, so that a long one is never copied.
pub const DETACH_MIN: u64 = 64 * 1024;

/// What the place of one literal costs.
const PLACE: u64 = size_of::<Literal>() as u64;

/// What follows a literal that is a row's last value.
const ROW_END: &[u8] = b")\r\n";

/// What one look at the received octets found.
#[derive(Debug, PartialEq, Eq)]
pub enum Advance {
    /// The response goes on beyond what is here.
    More,
    /// A whole response: the first `end` octets.
    Done { end: usize },
    /// A literal of `size` octets begins at `at`, and is long enough to be asked about: answer with [`Framer::place`].
    Literal { at: usize, size: usize },
}

/// What a response may hold behind its first line, known once a line ends like a literal's marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Text, in which `{3}` says nothing.
    Text,
    /// Values; `is_asked` if a command waits for them.
    Values { is_asked: bool },
    /// A status response whose code is open: values until the `]`.
    OpenCode,
}

/// How the first line ends.
enum FirstLine<'a> {
    /// It is the whole response.
    Whole { end: usize },
    /// Like a literal's marker: the line before the `}`, and where the octets would begin.
    Marker { line: &'a [u8], at: usize },
    /// It is not here, or not as it should be.
    Unclear,
}

/// The search's memory between pieces: nothing is looked at twice.
#[derive(Debug, Default)]
pub struct Framer {
    scanned: usize,
    line_start: usize,
    outside: usize,
    /// What the literals so far cost to keep.
    inside: u64,
    /// Octets of literals in the line so far.
    here: usize,
    holds: Option<Holds>,
    /// Where the literal begins and the response ends of which the short way has seen only the beginning; 0 if of none.
    wanted: (usize, usize),
    /// The first words, if they had to be read.
    head: Option<(head::Head, Name)>,
    literals: Vec<Literal>,
}

impl Framer {
    /// Looks on in `buf`, which starts at the response's first octet and has grown since the last call. `asked` is the
    /// set of data that commands wait for: it decides how much of literals is taken. Literals of `apart_min` octets are
    /// asked about.
    pub fn advance(&mut self, buf: &[u8], limits: &Limits, asked: u64, apart_min: u64) -> Result<Advance> {
        loop {
            let fresh = buf.get(self.scanned..).unwrap_or_default();
            let Some(lf) = memchr::memchr(b'\n', fresh).map(|i| self.scanned + i) else {
                let line_so_far = buf.len().saturating_sub(self.line_start);
                if line_so_far >= limits.max_line {
                    return Err(too_long(limits.max_line));
                }
                self.check_response(line_so_far, limits)?;
                self.scanned = self.scanned.max(buf.len());
                return Ok(Advance::More);
            };
            let line_end = lf + 1;
            let line_octets = line_end - self.line_start;
            if line_octets > limits.max_line {
                return Err(too_long(limits.max_line));
            }
            self.check_response(line_octets, limits)?;
            if line_octets < 2 || buf[lf - 1] != b'\r' {
                return Err(Error::new(
                    IMAP_ERR_PROTOCOL,
                    format!("response at octet {lf}: a line ended with LF alone, without CR; connection closed"),
                ));
            }
            let line = &buf[self.line_start..lf - 1];
            let size = match marker(line) {
                Marker::None => return Ok(Advance::Done { end: line_end }),
                _ if !self.may_hold_literal(&buf[..line_end], asked) => return Ok(Advance::Done { end: line_end }),
                Marker::TooBig => {
                    return Err(Error::new(
                        IMAP_ERR_PROTOCOL,
                        "a literal was announced with a size of more than 63 bits; connection closed",
                    ));
                }
                Marker::Size(size) => size,
            };
            self.outside += line_octets;
            self.line_start = line_end;
            self.scanned = line_end;
            if size >= apart_min.min(DETACH_MIN) {
                let size = usize::try_from(size).map_err(|_| over_literal(size, limits))?;
                return Ok(Advance::Literal { at: line_end, size });
            }
            let len = self.admit(size, limits)?;
            self.place(len, Held::Here { after: 0 });
        }
    }

    /// Where the response ends that begins with `buf`, if it is one line without a literal that no limit forbids: most are.
    /// `None` leaves the answer to [`Framer::advance`].
    #[inline]
    pub fn whole_line(&mut self, buf: &[u8], limits: &Limits) -> Option<usize> {
        if !self.is_at_start() {
            return None;
        }
        match self.first_line(buf, limits) {
            FirstLine::Whole { end } => Some(end),
            FirstLine::Marker { .. } | FirstLine::Unclear => None,
        }
    }

    /// The same of values, of which nothing has been seen yet; also with one literal, after whose octets `)` and CRLF follow:
    /// `* 1 FETCH (UID 7 BODY[] {4096}`. `apart_min` and `is_asked` as for `advance`.
    #[inline(always)]
    pub fn whole_values(&mut self, buf: &[u8], limits: &Limits, is_asked: bool, apart_min: u64) -> Option<usize> {
        match self.first_line(buf, limits) {
            FirstLine::Whole { end } => Some(end),
            FirstLine::Marker { line, at } => self.one_literal(buf, (line, at), limits, is_asked, apart_min),
            FirstLine::Unclear => None,
        }
    }

    #[inline(always)]
    fn first_line<'a>(&mut self, buf: &'a [u8], limits: &Limits) -> FirstLine<'a> {
        let Some(lf) = scan::line_feed(buf) else {
            self.scanned = buf.len();
            return FirstLine::Unclear;
        };
        let end = lf.wrapping_add(1);
        let is_allowed = end <= limits.max_line && end <= limits.max_response;
        match buf.get(..lf) {
            Some([line @ .., b'}', b'\r']) => {
                // The search goes on where this one ended.
                self.scanned = lf;
                FirstLine::Marker { line, at: end }
            }
            Some([.., _, b'\r']) if is_allowed => FirstLine::Whole { end },
            _ => {
                self.scanned = lf;
                FirstLine::Unclear
            }
        }
    }

    /// `line` ends before a `}`, and what may be its literal begins at `at`.
    #[inline(always)]
    fn one_literal(
        &mut self,
        buf: &[u8],
        (line, at): (&[u8], usize),
        limits: &Limits,
        is_asked: bool,
        apart_min: u64,
    ) -> Option<usize> {
        let (digits, size) = scan::digits_at_end(line)?;
        if line.get(line.len().wrapping_sub(digits + 1)) != Some(&b'{') {
            return None;
        }
        let size = u64::from(size);
        let kept = if is_asked { limits.max_kept } else { limits.max_unasked };
        let outside = at.wrapping_add(ROW_END.len());
        if size >= apart_min.min(DETACH_MIN)
            || size > limits.max_literal
            || size.wrapping_add(PLACE) > kept as u64
            || outside > limits.max_line
            || outside > limits.max_response
        {
            return None;
        }
        // Below 64 KiB, and nothing of the buffer is longer than what is addressed.
        let len = size as usize;
        let end = at.wrapping_add(len);
        let whole = end.wrapping_add(ROW_END.len());
        if buf.len() < whole {
            (self.scanned, self.wanted) = (0, (at, whole));
            return None;
        }
        self.ends_like_a_row(buf, at, end).then_some(whole)
    }

    /// Behind the literal at `at`, of which all limits were looked at, stands what ends a row.
    #[inline(always)]
    fn ends_like_a_row(&mut self, buf: &[u8], at: usize, end: usize) -> bool {
        if !buf.get(end..).is_some_and(|rest| rest.starts_with(ROW_END)) {
            return false;
        }
        self.literals.push(Literal {
            at,
            len: end.wrapping_sub(at),
            before: 0,
            held: Held::Here { after: 0 },
        });
        true
    }

    /// The short way goes on where it found that there was not enough: where the response ends, and its first words.
    #[inline(always)]
    pub fn whole_at_last(&mut self, buf: &[u8]) -> Option<(usize, (head::Head, Name))> {
        let (at, whole) = std::mem::take(&mut self.wanted);
        let words = self.head.take()?;
        let end = whole.checked_sub(ROW_END.len())?;
        self.ends_like_a_row(buf, at, end).then_some((whole, words))
    }

    /// How many octets there are when the response is all here of which the short way has seen only the beginning; 0 if
    /// of none.
    #[inline(always)]
    pub fn wanted(&self) -> usize {
        self.wanted.1
    }

    /// The first words of that response.
    #[inline(always)]
    pub fn begins_with(&mut self, head: head::Head, name: Name) {
        self.head = Some((head, name));
    }

    /// The response is known to be values, from its first words.
    #[inline]
    pub fn holds_values(&mut self, is_asked: bool) {
        self.holds = Some(Holds::Values { is_asked });
    }

    /// Says where the octets of the literal are that begins here; the line goes on behind them.
    pub fn place(&mut self, len: usize, held: Held) {
        let literal = Literal {
            at: self.line_start,
            len,
            before: self.here,
            held,
        };
        self.here += literal.here();
        self.line_start = literal.end();
        self.scanned = self.line_start;
        self.literals.push(literal);
    }

    /// The literals so far, without octets that are kept apart.
    pub fn places(&self) -> Vec<Literal> {
        let place = |l: &Literal| Literal {
            held: match l.held {
                Held::Here { .. } => Held::Here { after: 0 },
                Held::Apart(_) | Held::Gone => Held::Gone,
            },
            ..*l
        };
        self.literals.iter().map(place).collect()
    }

    /// The first words, if they were read on the way.
    pub fn take_head(&mut self) -> Option<(head::Head, Name)> {
        self.head.take()
    }

    /// No line of the response has ended.
    pub fn is_in_first_line(&self) -> bool {
        self.line_start == 0
    }

    /// Nothing of a response has been seen.
    pub fn is_at_start(&self) -> bool {
        self.line_start == 0 && self.scanned == 0
    }

    /// The literals of the finished response; the framer is then ready for the next one.
    pub fn finish(&mut self) -> Vec<Literal> {
        self.rewind();
        std::mem::take(&mut self.literals)
    }

    /// The same, in exchange for the vector of a line that is done with.
    #[inline(always)]
    pub fn finish_into(&mut self, literals: &mut Vec<Literal>) {
        self.rewind();
        literals.clear();
        std::mem::swap(&mut self.literals, literals);
    }

    /// The finished response is of no interest.
    #[inline]
    pub fn forget(&mut self) {
        self.rewind();
        if !self.literals.is_empty() {
            self.literals = Vec::new();
        }
    }

    #[inline(always)]
    fn rewind(&mut self) {
        self.scanned = 0;
        self.line_start = 0;
        self.outside = 0;
        self.inside = 0;
        self.here = 0;
        self.wanted = (0, 0);
        self.holds = None;
        self.head = None;
    }

    /// Whether a marker at the end of the current line counts. Only untagged data can hold literals: in status text,
    /// continuations and odd lines `{3}` is text. `response` is all there is of it, up to the line's CRLF.
    fn may_hold_literal(&mut self, response: &[u8], asked: u64) -> bool {
        let line = response.get(self.line_start..).unwrap_or_default();
        let holds = match self.holds {
            // Each line is searched once, and what stands in literals does not close a code.
            Some(Holds::OpenCode) if memchr::memchr(b']', line).is_some() => Holds::Text,
            Some(holds) => holds,
            None => {
                let head = head::read(response);
                let is_data = head.kind == head::Kind::Untagged && head.status.is_none();
                let text = response.get(head.rest..).unwrap_or_default().trim_ascii_start();
                if is_data {
                    let name = Name::of(&head, response);
                    let is_asked = name.data().bit() & asked != 0;
                    self.head = Some((head, name));
                    Holds::Values { is_asked }
                } else if head.kind == head::Kind::Untagged
                    && text.first() == Some(&b'[')
                    && memchr::memchr(b']', text).is_none()
                {
                    Holds::OpenCode
                } else {
                    Holds::Text
                }
            }
        };
        self.holds = Some(holds);
        holds != Holds::Text
    }

    /// Refuses a literal that a limit forbids, before anything is read of it or reserved for it.
    pub fn admit(&mut self, size: u64, limits: &Limits) -> Result<usize> {
        let len = usize::try_from(size)
            .ok()
            .filter(|_| size <= limits.max_literal)
            .ok_or_else(|| over_literal(size, limits))?;
        self.count(size, limits)?;
        Ok(len)
    }

    /// A literal that is kept costs its octets; one that is handed on, its place.
    pub fn count(&mut self, size: u64, limits: &Limits) -> Result<()> {
        let (limit, name) = match self.holds {
            Some(Holds::Values { is_asked: true }) => (limits.max_kept, "MAX_KEPT"),
            _ => (limits.max_unasked, "MAX_UNASKED"),
        };
        self.inside = self.inside.saturating_add(size).saturating_add(PLACE);
        if self.inside > limit as u64 {
            return Err(Error::new(
                IMAP_ERR_LIMIT,
                format!(
                    "the server announced literals of more than {limit} octets in one response ({name}); connection closed"
                ),
            ));
        }
        Ok(())
    }

    fn check_response(&self, line_octets: usize, limits: &Limits) -> Result<()> {
        if self.outside + line_octets > limits.max_response {
            return Err(Error::new(
                IMAP_ERR_LIMIT,
                format!(
                    "got more than {} bytes in one response (MAX_RESPONSE); connection closed",
                    limits.max_response
                ),
            ));
        }
        Ok(())
    }
}

fn over_literal(size: u64, limits: &Limits) -> Error {
    Error::new(
        IMAP_ERR_LIMIT,
        format!(
            "the server announced a literal of {size} octets, more than MAX_LITERAL ({}); connection closed",
            limits.max_literal
        ),
    )
}

pub(super) fn too_long(max_line: usize) -> Error {
    Error::new(
        IMAP_ERR_LIMIT,
        format!("got more than {max_line} bytes in one line (MAX_LINE); connection closed"),
    )
}

enum Marker {
    None,
    Size(u64),
    TooBig,
}

/// Reads `{n}` or `{n+}` at the very end of a line, from the right, so that one look a line suffices.
#[inline]
fn marker(line: &[u8]) -> Marker {
    match line.strip_suffix(b"}") {
        Some(body) => marker_of(body),
        None => Marker::None,
    }
}

fn marker_of(body: &[u8]) -> Marker {
    let body = body.strip_suffix(b"+").unwrap_or(body);
    let digits = body.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || body.len() == digits || body[body.len() - digits - 1] != b'{' {
        return Marker::None;
    }
    if digits < 10 {
        let value = |n: u64, d: &u8| n.wrapping_mul(10).wrapping_add(u64::from(d.wrapping_sub(b'0')));
        return Marker::Size(body[body.len() - digits..].iter().fold(0, value));
    }
    let mut size: u64 = 0;
    for &d in &body[body.len() - digits..] {
        let next = size.checked_mul(10).and_then(|s| s.checked_add(u64::from(d - b'0')));
        match next.filter(|s| *s <= i64::MAX as u64) {
            Some(s) => size = s,
            None => return Marker::TooBig,
        }
    }
    Marker::Size(size)
}
