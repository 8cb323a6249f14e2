//! A FETCH as nearly every server writes it, read straight from its line: UID, FLAGS, INTERNALDATE, RFC822.SIZE, and
//! sections whose literal comes next, one blank between all. In: the line. Out: the items, with the numbers that their
//! nodes have in the tree, though no tree is made: most rows are looked at once and for these. What is written otherwise is
//! left to the tree, which reads the same (`plain_tests.rs` and the fuzz targets hold the two against each other).

use super::fetch::{self, Fetch};
use super::head::Head;
use crate::codec::date;
use crate::proto::line::{Held, Line, Literal};
use crate::proto::scan;

/// A section and where its value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// As the server wrote it; what follows is no NUL.
    pub name: &'a [u8],
    pub name_node: u32,
    pub value_node: u32,
    /// The literal, a NUL behind it in memory; `None` if it was handed on as it arrived.
    pub octets: Option<&'a [u8]>,
}

/// Where sections go.
pub trait Sections<'a> {
    fn section(&mut self, section: Section<'a>);
}

impl<'a, F: FnMut(Section<'a>)> Sections<'a> for F {
    #[inline(always)]
    fn section(&mut self, section: Section<'a>) {
        self(section);
    }
}

/// One of them, by its place from 0.
pub struct Nth<'a> {
    before: usize,
    pub found: Option<Section<'a>>,
}

impl Nth<'_> {
    pub fn new(place: usize) -> Self {
        Nth {
            before: place,
            found: None,
        }
    }
}

impl<'a> Sections<'a> for &mut Nth<'a> {
    #[inline(always)]
    fn section(&mut self, section: Section<'a>) {
        match self.before.checked_sub(1) {
            Some(before) => self.before = before,
            None => {
                self.found.get_or_insert(section);
            }
        }
    }
}

/// What stands before a value: the nodes of the message number, of the name and of the list of items.
const BEFORE: u32 = 3;
/// Lists inside of the list of items.
const DEPTH: usize = 2;

/// The items of a FETCH into `fetch`, which is empty; each section goes to `sections`, and none to its own. If there is
/// no result, `fetch` has some of them.
#[inline]
pub fn read<'a>(
    line: &'a Line,
    head: &Head,
    max_depth: usize,
    fetch: &mut Fetch,
    sections: impl Sections<'a>,
) -> Option<()> {
    // Without digits there is no number.
    let is_plain = head.values == head.digits.start as usize
        && head.digits.len().wrapping_sub(1) < 9
        && head.rest == head.name.end as usize + 1
        && max_depth >= DEPTH;
    let octets = line.octets();
    if !is_plain || octets.len() >= (u32::MAX / 2) as usize {
        return None;
    }
    let mut items = Items {
        octets,
        literals: line.literals(),
        rest: scan::behind(octets.get(head.rest..)?, b"(")?,
        node: BEFORE,
        literal: 0,
        quote: if line.as_packed().is_some() { 0 } else { b'"' },
        fetch,
        sections,
    };
    loop {
        let delimiter = items.item()?;
        let behind = items.rest.get(1..)?;
        match delimiter {
            b' ' => items.rest = behind,
            b')' if behind == b"\r\n" => return Some(()),
            _ => return None,
        }
    }
}

struct Items<'a, 'f, S> {
    octets: &'a [u8],
    literals: &'a [Literal],
    rest: &'a [u8],
    /// The last node there would be.
    node: u32,
    /// The next literal.
    literal: usize,
    /// What ends a string.
    quote: u8,
    fetch: &'f mut Fetch,
    sections: S,
}

impl<'a, S: Sections<'a>> Items<'a, '_, S> {
    /// One item, name and value; what stands behind it, which is the first octet of `rest`.
    #[inline(always)]
    fn item(&mut self) -> Option<u8> {
        let rest = self.rest;
        match rest.first()? {
            b'U' => {
                let value = scan::behind(rest, b"UID ")?;
                let (len, uid) = scan::short_number(value).filter(|n| n.1 > 0)?;
                self.node = self.node.wrapping_add(2);
                self.fetch.plain_uid(uid);
                self.rest = value.get(len..)?;
            }
            b'F' => self.flags(scan::behind(rest, b"FLAGS (")?)?,
            b'I' => {
                let value = scan::behind(rest, b"INTERNALDATE \"")?;
                let (date, behind) = value.split_first_chunk::<26>()?;
                self.node = self.node.wrapping_add(2);
                self.fetch.plain_internaldate(self.node, date::parse_bare(date)?);
                let (quote, behind) = behind.split_first()?;
                if *quote != self.quote {
                    return None;
                }
                self.rest = behind;
            }
            b'R' => {
                let value = scan::behind(rest, b"RFC822.SIZE ")?;
                let (len, size) = scan::short_number(value)?;
                self.node = self.node.wrapping_add(2);
                self.fetch.plain_size(size);
                self.rest = value.get(len..)?;
            }
            b'B' => return self.section(rest),
            _ => return None,
        }
        self.rest.first().copied()
    }

    /// Flags up to the parenthesis that closes them.
    #[inline(always)]
    fn flags(&mut self, inside: &'a [u8]) -> Option<()> {
        let list = self.node.wrapping_add(2);
        let (mut flags, mut node, mut rest) = (0, list, inside);
        let behind = loop {
            if let [b')', behind @ ..] = rest {
                break behind;
            }
            let len = scan::atom_end(rest);
            let (flag, delimiter) = rest.split_at_checked(len)?;
            let is_other = match flag {
                [b'\\' | b'$', ..] => false,
                [b'"' | b'{' | b'~' | b'0'..=b'9', ..] | [] => true,
                _ => flag.eq_ignore_ascii_case(b"NIL"),
            };
            if is_other {
                return None;
            }
            flags |= fetch::flag_bit(flag);
            node = node.wrapping_add(1);
            rest = match delimiter {
                [b' ', next @ ..] => next,
                [b')', ..] => delimiter,
                _ => return None,
            };
        };
        self.node = node;
        self.fetch.plain_flags(list, flags);
        self.rest = behind;
        Some(())
    }

    /// A section whose literal comes next: `BODY[1.2.TEXT] {4096}`.
    #[inline(always)]
    fn section(&mut self, rest: &'a [u8]) -> Option<u8> {
        let inside = scan::behind(rest, b"BODY[")?;
        let close = match inside.first()? {
            b']' => 0,
            _ => inside.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'.'))?,
        };
        let [b']', b' ', marker @ ..] = inside.get(close..)? else {
            return None;
        };
        let literal = self.literals.get(self.literal)?;
        // The frame found a marker where it ends: only that it begins here is left to see.
        let (digits, _) = scan::digits(scan::behind(marker, b"{")?)?;
        let octets = self.octets;
        let ends = octets
            .len()
            .wrapping_sub(marker.len())
            .wrapping_add(digits)
            .wrapping_add(4);
        if literal.at != ends {
            return None;
        }
        self.rest = octets.get(literal.end()..)?;
        let (name_node, value_node) = (self.node.wrapping_add(1), self.node.wrapping_add(2));
        self.node = value_node;
        self.fetch.has |= fetch::imap_fetch_item::IMAP_FETCH_SECTION as u32;
        let (value, behind) = match &literal.held {
            Held::Here { after } => (octets.get(literal.at..literal.end()), Some(*after)),
            Held::Apart(apart) => (apart.get(..literal.len), self.rest.first().copied()),
            Held::Gone => (None, self.rest.first().copied()),
        };
        self.sections.section(Section {
            name: rest.get(..close + 6)?,
            name_node,
            value_node,
            octets: value,
        });
        self.literal += 1;
        behind
    }
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
