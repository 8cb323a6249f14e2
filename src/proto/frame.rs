//! Finds where one response ends. In: octets as they arrive, in any pieces. Out: the range of one whole response, or
//! how far the search got. A response is a line, continued after each literal (RFC 9051, 2.2.2 and 4.3). Nothing is
//! interpreted here but CRLF, `{n}` at a line's end, and the first words, which say whether the line is text.

use super::limits::Limits;
use crate::error::{Error, IMAP_ERR_LIMIT, IMAP_ERR_PROTOCOL, Result};

/// Literals of at least this size leave the line and live in memory of their own, so that a long one is never copied.
pub const DETACH_MIN: u64 = 64 * 1024;

/// A literal of a line: `len` octets at `at`, or, if detached, in `octets` (followed by one NUL) with none in the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub at: usize,
    pub len: usize,
    pub octets: Option<Box<[u8]>>,
}

impl Literal {
    /// Where the line goes on after this literal.
    pub fn end(&self) -> usize {
        if self.octets.is_some() { self.at } else { self.at + self.len }
    }
}

/// What one look at the received octets found.
#[derive(Debug, PartialEq, Eq)]
pub enum Advance {
    /// The response goes on beyond what is here.
    More,
    /// A whole response: the first `end` octets.
    Done { end: usize },
    /// A literal of `size` octets begins at `at` and is to be collected elsewhere; answer with [`Framer::detached`].
    Detach { at: usize, size: usize },
}

/// The search's memory between pieces: nothing is looked at twice.
#[derive(Debug, Default)]
pub struct Framer {
    scanned: usize,
    line_start: usize,
    outside: usize,
    literals: Vec<Literal>,
}

impl Framer {
    /// Looks on in `buf`, which starts at the response's first octet and has grown since the last call.
    pub fn advance(&mut self, buf: &[u8], limits: &Limits) -> Result<Advance> {
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
            let marker = if may_hold_literal(&buf[..lf - 1]) { marker(line) } else { Marker::None };
            let size = match marker {
                Marker::None => return Ok(Advance::Done { end: line_end }),
                Marker::TooBig => {
                    return Err(Error::new(
                        IMAP_ERR_PROTOCOL,
                        "a literal was announced with a size of more than 63 bits; connection closed",
                    ));
                }
                Marker::Size(size) => size,
            };
            let len = usize::try_from(size).ok().filter(|_| size <= limits.max_literal).ok_or_else(|| {
                Error::new(
                    IMAP_ERR_LIMIT,
                    format!(
                        "the server announced a literal of {size} octets, more than MAX_LITERAL ({}); connection closed",
                        limits.max_literal
                    ),
                )
            })?;
            self.outside += line_octets;
            self.line_start = line_end;
            self.scanned = line_end;
            if size >= DETACH_MIN {
                return Ok(Advance::Detach { at: line_end, size: len });
            }
            self.literals.push(Literal { at: line_end, len, octets: None });
            self.line_start = line_end + len;
            self.scanned = self.line_start;
        }
    }

    /// Takes a literal that was collected elsewhere (one NUL after its octets); the line goes on where it began.
    pub fn detached(&mut self, octets: Box<[u8]>) {
        let len = octets.len().saturating_sub(1);
        self.literals.push(Literal { at: self.line_start, len, octets: Some(octets) });
    }

    /// The literals of the finished response; the framer is then ready for the next one.
    pub fn finish(&mut self) -> Vec<Literal> {
        self.scanned = 0;
        self.line_start = 0;
        self.outside = 0;
        std::mem::take(&mut self.literals)
    }

    fn check_response(&self, line_octets: usize, limits: &Limits) -> Result<()> {
        if self.outside + line_octets > limits.max_response {
            return Err(Error::new(
                IMAP_ERR_LIMIT,
                format!("got more than {} bytes in one response (MAX_RESPONSE); connection closed", limits.max_response),
            ));
        }
        Ok(())
    }
}

pub(super) fn too_long(max_line: usize) -> Error {
    Error::new(IMAP_ERR_LIMIT, format!("got more than {max_line} bytes in one line (MAX_LINE); connection closed"))
}

/// Only untagged data can hold literals: in status text, continuations and odd lines `{3}` is text. A status response
/// whose code is still open at the line's end is data too.
fn may_hold_literal(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"* ") else { return false };
    let word_end = rest.iter().position(|&b| b == b' ').unwrap_or(rest.len());
    let is_status =
        [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|s| rest[..word_end].eq_ignore_ascii_case(s));
    if !is_status {
        return true;
    }
    let text = rest.get(word_end + 1..).unwrap_or_default();
    text.first() == Some(&b'[') && memchr::memchr(b']', text).is_none()
}

enum Marker {
    None,
    Size(u64),
    TooBig,
}

/// Reads `{n}` or `{n+}` at the very end of a line, from the right, so that one look a line suffices.
fn marker(line: &[u8]) -> Marker {
    let Some(body) = line.strip_suffix(b"}") else { return Marker::None };
    let body = body.strip_suffix(b"+").unwrap_or(body);
    let digits = body.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || body.len() == digits || body[body.len() - digits - 1] != b'{' {
        return Marker::None;
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
