//! The items of a FETCH as nearly every server writes them, read and decoded in one go: UID, FLAGS, INTERNALDATE,
//! RFC822.SIZE, and sections whose literal comes next. What is written otherwise is left to the usual way, which reads the
//! same (a test in `tree_tests.rs` holds the two against each other).

use super::Lexer;
use crate::codec::date;
use crate::proto::response::fetch;
use crate::proto::response::head::Head;
use crate::proto::swar;
use crate::proto::tree::Kind;

impl<'a> Lexer<'a> {
    /// The beginning of a FETCH as servers write it: number, name, and the items that need no tree, each decoded where it
    /// stands. Stops in front of the first item that is another, or that is written otherwise.
    pub(super) fn plain_items(&mut self, head: &Head) {
        let line = self.line;
        let end = self.end.min(self.barrier);
        let Some(mut rest) = line.get(head.rest..end).and_then(|r| r.strip_prefix(b"(")) else {
            return;
        };
        let (Some(number), true) = (head.number, head.values == head.digits.start as usize) else {
            return;
        };
        if self.max_depth < 2 || head.digits.len() > 9 || head.rest != head.name.end as usize + 1 {
            return;
        }
        self.plain(Kind::Number, head.values, head.digits.len(), 0, number);
        self.plain(Kind::Atom, head.name.start as usize, head.name.len(), 0, 0);
        self.push(Kind::List, head.rest, 0, 0, 0, 0);
        self.enter();
        loop {
            // A literal moves the end of what may be looked at.
            let end = self.end.min(self.barrier);
            self.at = end.wrapping_sub(rest.len());
            let Some(behind) = self.plain_item(rest, end) else {
                break;
            };
            match behind {
                [b' ', next @ ..] => rest = next,
                _ => {
                    self.at = self.end.min(self.barrier).wrapping_sub(behind.len());
                    break;
                }
            }
        }
        self.last_item = self.previous;
    }

    /// One such item, name and value; what stands behind it.
    #[inline(always)]
    fn plain_item(&mut self, rest: &'a [u8], end: usize) -> Option<&'a [u8]> {
        let place = |rest: &[u8]| end.wrapping_sub(rest.len());
        let at = place(rest);
        match rest.first()? {
            b'U' => {
                let value = rest.strip_prefix(b"UID ")?;
                let (len, uid) = swar::short_number(value).filter(|n| n.1 > 0)?;
                self.plain(Kind::Atom, at, 3, 0, 0);
                self.plain(Kind::Number, place(value), len, 0, uid);
                self.fetch.plain_uid(uid);
                value.get(len..)
            }
            b'F' => {
                let inside = rest.strip_prefix(b"FLAGS (")?;
                self.plain_flags(at, inside, end)
            }
            b'I' => {
                let value = rest.strip_prefix(b"INTERNALDATE \"")?;
                let (date, behind) = value.split_first_chunk::<26>()?;
                let behind = behind.strip_prefix(b"\"")?;
                let date = date::parse_bare(date)?;
                self.plain(Kind::Atom, at, 12, 0, 0);
                self.plain(Kind::String, place(value), 26, 1, 0);
                self.fetch.plain_internaldate(self.previous, date);
                Some(behind)
            }
            b'B' => self.plain_section(rest, at),
            b'R' => {
                let value = rest.strip_prefix(b"RFC822.SIZE ")?;
                let (len, size) = swar::short_number(value)?;
                self.plain(Kind::Atom, at, 11, 0, 0);
                self.plain(Kind::Number, place(value), len, 0, size);
                self.fetch.plain_size(size);
                value.get(len..)
            }
            _ => None,
        }
    }

    /// A section whose literal comes next: `BODY[1.2.TEXT] {4096}`.
    fn plain_section(&mut self, rest: &'a [u8], at: usize) -> Option<&'a [u8]> {
        let inside = rest.strip_prefix(b"BODY[")?;
        let close = inside.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'.'))?;
        // The window ends where the literal's marker begins.
        let [b']', b' '] = inside.get(close..)? else {
            return None;
        };
        let literal = self.literals.get(self.next_literal)?;
        let place = literal.place();
        let marker = u16::try_from(place.checked_sub(self.barrier)?).ok()?;
        let name = self.nodes.len() as u32;
        self.plain(Kind::Atom, at, close + 6, 0, 0);
        self.push(Kind::Literal, place, 0, marker, 0, self.next_literal as u32);
        self.fetch.plain_section(name, self.previous);
        self.next_literal += 1;
        self.find_barrier(place);
        self.line.get(place..self.end.min(self.barrier))
    }

    /// The flags behind `FLAGS (`, which stands at `at`.
    fn plain_flags(&mut self, at: usize, inside: &'a [u8], end: usize) -> Option<&'a [u8]> {
        let place = |rest: &[u8]| end.wrapping_sub(rest.len());
        let (before, previous, around) = (self.nodes.len(), self.previous, self.open);
        self.plain(Kind::Atom, at, 5, 0, 0);
        let list = self.nodes.len();
        self.push(Kind::List, at.wrapping_add(6), 0, 0, 0, self.open);
        self.open = list as u32;
        (self.previous, self.depth) = (0, self.depth.wrapping_add(1));
        let (mut flags, mut rest) = (0, inside);
        let behind = loop {
            if let [b')', behind @ ..] = rest {
                break behind;
            }
            let len = swar::atom_end(rest);
            let (flag, delimiter) = (rest.get(..len).unwrap_or_default(), rest.get(len));
            let is_flag = len > 0
                && !flag
                    .first()
                    .is_some_and(|b| matches!(b, b'"' | b'{' | b'~' | b'0'..=b'9'))
                && !flag.eq_ignore_ascii_case(b"NIL");
            if !is_flag || !matches!(delimiter, Some(b' ' | b')')) {
                // The usual way reads it again.
                self.text[place(inside) - 7..].copy_from_slice(&self.line[place(inside) - 7..]);
                self.nodes.truncate(before);
                (self.open, self.previous) = (around, previous);
                self.depth = self.depth.wrapping_sub(1);
                return None;
            }
            self.plain(Kind::Atom, place(rest), len, 0, 0);
            flags |= fetch::flag_bit(flag);
            rest = rest.get(len..).unwrap_or_default();
            if let [b' ', next @ ..] = rest {
                rest = next;
            }
        };
        self.at = place(behind);
        self.leave();
        self.fetch.plain_flags(list as u32, flags);
        Some(behind)
    }
}
