//! One whole response as it came, CRLF included, and where its literals are. Behind a short literal one NUL stands in
//! place of the octet that followed, so that C can read it where it lies; the octet is remembered. Long literals have
//! memory of their own, and those that were handed on while they arrived are gone.

use super::rows::Packed;
use std::borrow::Cow;

/// Where a literal's octets are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// In the line. `after` is the octet that the NUL behind them replaces.
    Here { after: u8 },
    /// In memory of their own, one NUL behind them.
    Apart(Box<[u8]>),
    /// Nowhere: they were handed on as they arrived, or skipped.
    Gone,
}

impl Held {
    pub fn apart(&self) -> Option<&[u8]> {
        match self {
            Held::Apart(octets) => Some(octets),
            Held::Here { .. } | Held::Gone => None,
        }
    }
}

/// A literal of `len` octets; the line goes on at `end()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub at: usize,
    pub len: usize,
    /// Octets of literals that stand in the line before this one.
    pub before: usize,
    pub held: Held,
}

impl Literal {
    /// Where the line goes on after this literal.
    pub fn end(&self) -> usize {
        self.at + self.here()
    }

    /// How many of its octets are in the line.
    pub fn here(&self) -> usize {
        match self.held {
            Held::Here { .. } => self.len,
            Held::Apart(_) | Held::Gone => 0,
        }
    }

    /// Its place in the line without the octets of literals.
    pub fn place(&self) -> usize {
        self.at.saturating_sub(self.before)
    }
}

/// One response.
#[derive(Debug, Default)]
pub struct Line {
    pub(super) buf: Vec<u8>,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) literals: Vec<Literal>,
    /// It is one of the packed lines of an answer, and `buf` is empty.
    packed: Option<Packed>,
}

impl PartialEq for Line {
    fn eq(&self, other: &Line) -> bool {
        self.raw() == other.raw() && self.literals == other.literals
    }
}

impl Line {
    /// Takes the octets of a response and the places of its literals.
    pub fn new(octets: Vec<u8>, literals: Vec<Literal>) -> Line {
        let end = octets.len();
        let mut line = Line {
            buf: octets,
            start: 0,
            end,
            literals,
            packed: None,
        };
        line.seal();
        line
    }

    /// A packed line, and the places of its literals.
    pub(super) fn packed(packed: Packed, literals: Vec<Literal>) -> Line {
        Line {
            end: packed.octets().len(),
            literals,
            packed: Some(packed),
            ..Line::default()
        }
    }

    /// Of a packed line: closing quotes of strings are NULs in it.
    pub(super) fn as_packed(&self) -> Option<&Packed> {
        self.packed.as_ref()
    }

    /// A line that no server sent (empty results, synthetic events); `text` without CRLF.
    pub fn synthetic(text: &[u8]) -> Line {
        Line::new([text, b"\r\n"].concat(), Vec::new())
    }

    /// Puts the NUL behind each literal.
    #[inline(always)]
    pub(super) fn seal(&mut self) {
        for literal in &mut self.literals {
            if let Held::Here { after } = &mut literal.held {
                let behind = self.start.saturating_add(literal.at).saturating_add(literal.len);
                if let Some(octet) = self.buf.get_mut(behind).filter(|_| behind < self.end) {
                    *after = std::mem::replace(octet, 0);
                }
            }
        }
    }

    /// As it came, but for the NULs behind literals.
    pub fn octets(&self) -> &[u8] {
        match &self.packed {
            None => self.buf.get(self.start..self.end).unwrap_or_default(),
            Some(packed) => packed.octets(),
        }
    }

    pub fn literals(&self) -> &[Literal] {
        &self.literals
    }

    /// It is not as it came: some of its literals stand in the line, a NUL behind each.
    pub fn is_sealed(&self) -> bool {
        self.packed.is_some() || self.literals.iter().any(|l| matches!(l.held, Held::Here { .. }))
    }

    /// Exactly as it came.
    pub fn raw(&self) -> Cow<'_, [u8]> {
        if let Some(packed) = &self.packed {
            return Cow::Owned(packed.original());
        }
        if !self.is_sealed() {
            return Cow::Borrowed(self.octets());
        }
        let mut octets = self.octets().to_vec();
        for literal in &self.literals {
            if let Held::Here { after } = literal.held {
                if let Some(octet) = octets.get_mut(literal.end()) {
                    *octet = after;
                }
            }
        }
        Cow::Owned(octets)
    }

    /// The line without the octets of its literals, exactly as it came otherwise; markers stay.
    pub fn without_literals(&self, out: &mut Vec<u8>) {
        let octets = self.octets();
        let mut from = 0;
        let mut replaced = None;
        let put = |out: &mut Vec<u8>, segment: &[u8], first: Option<u8>| match first {
            Some(first) if !segment.is_empty() => {
                out.push(first);
                out.extend_from_slice(&segment[1..]);
            }
            _ => out.extend_from_slice(segment),
        };
        out.clear();
        for literal in &self.literals {
            put(out, octets.get(from..literal.at).unwrap_or_default(), replaced);
            replaced = match literal.held {
                Held::Here { after } => Some(after),
                _ if literal.at > from => None,
                _ => replaced,
            };
            from = literal.end().max(from);
        }
        put(out, octets.get(from..).unwrap_or_default(), replaced);
        if let Some(packed) = &self.packed {
            packed.restore(out);
        }
    }

    /// The octets of literal `i`, a NUL behind them in memory; `None` if they are gone.
    pub fn literal(&self, i: usize) -> Option<&[u8]> {
        let literal = self.literals.get(i)?;
        match &literal.held {
            Held::Here { .. } => self.octets().get(literal.at..literal.at.checked_add(literal.len)?),
            Held::Apart(octets) => octets.get(..literal.len),
            Held::Gone => None,
        }
    }

    /// What keeping this line costs.
    pub fn weight(&self) -> usize {
        let apart = |l: &Literal| if matches!(l.held, Held::Apart(_)) { l.len } else { 0 };
        (self.end - self.start)
            + self.literals.len() * size_of::<Literal>()
            + self.literals.iter().map(apart).sum::<usize>()
    }

    /// A copy that needs no other memory.
    pub fn copied(&self) -> Line {
        if let Some(packed) = &self.packed {
            return Line::new(packed.original(), self.literals.clone());
        }
        Line {
            buf: self.octets().to_vec(),
            start: 0,
            end: self.octets().len(),
            literals: self.literals.clone(),
            packed: None,
        }
    }
}
