//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame, without the octets of literals, and uses the frame's own literal
//! places. A value is a list, a quoted string, a literal or an atom; what is none of these becomes junk, and reading
//! goes on behind it. Items of a FETCH are understood on the way, by `response::fetch`.

use super::line::{Line, Literal};
use super::response::fetch::{self, Fetch};
use super::response::head::{self, Head};
use super::response::name::Data;
use super::swar;
use super::tree::{ASIDE, ASIDE_LEN, BIG, DUMMY, ESCAPED, Kind, LAST, Node};
use crate::codec::date;

pub struct Lexer<'a> {
    /// The line without the octets of literals.
    line: &'a [u8],
    /// The line itself, for literals inside of other values.
    source: &'a Line,
    literals: &'a [Literal],
    pub nodes: Vec<Node>,
    /// A copy of the line in which a NUL stands behind each text.
    pub text: Vec<u8>,
    fetch: &'a mut Fetch,
    pub malformed: bool,
    next_literal: usize,
    /// Where the next literal's marker begins, or the line's end. No other value runs over it.
    barrier: usize,
    at: usize,
    end: usize,
    /// The innermost open list, 0 at the top; its `val` holds the list around it until it closes.
    open: u32,
    /// The value before the current one in the same list, 0 for the first.
    previous: u32,
    depth: usize,
    max_depth: usize,
    /// The depth at which values are items of a FETCH.
    item_depth: usize,
    /// The last of them.
    last_item: u32,
    /// No `]` that could close a keyword's bracket stands before this octet.
    unclosed_to: usize,
    /// A section's bracket was found open up to the end: later ones are not searched again.
    section_unclosed: bool,
}

impl<'a> Lexer<'a> {
    /// `nodes` and `text` are memory to be used again.
    pub fn new(
        line: &'a [u8],
        source: &'a Line,
        mut nodes: Vec<Node>,
        mut text: Vec<u8>,
        fetch: &'a mut Fetch,
        max_depth: usize,
    ) -> Lexer<'a> {
        nodes.clear();
        nodes.push(DUMMY);
        text.clear();
        text.extend_from_slice(line);
        Lexer {
            line,
            source,
            literals: source.literals(),
            nodes,
            text,
            fetch,
            malformed: false,
            next_literal: 0,
            barrier: 0,
            at: 0,
            end: line.len().saturating_sub(2),
            open: 0,
            previous: 0,
            depth: 0,
            max_depth,
            item_depth: usize::MAX,
            last_item: 0,
            unclosed_to: 0,
            section_unclosed: false,
        }
    }

    /// Reads the line, whose first words are known.
    pub fn response(&mut self, head: &Head, data: Data) {
        // Node fields are 32 bits, and texts put aside come behind the line; limits keep lines far below that.
        if self.line.len() >= (u32::MAX / 2) as usize {
            self.malformed = true;
            return;
        }
        self.at = head.values;
        self.find_barrier(self.at);
        if matches!(data, Data::Fetch | Data::UidFetch) {
            self.item_depth = 1;
        }
        if head.is_text() {
            self.text_line(head);
        } else {
            if self.item_depth == 1 {
                self.plain_items(head);
            }
            self.values(self.end, 0);
        }
        if self.previous != 0 {
            self.nodes[self.previous as usize].aux |= LAST;
        }
        if self.item_depth == 1 {
            self.fetch.finish();
        }
    }

    /// A status word, a code if there is one, and the text.
    fn text_line(&mut self, head: &Head) {
        if head.status.is_some() {
            let (start, end) = (head.name.start as usize, head.name.end as usize);
            self.push(Kind::Atom, start, end - start, 0, 0, 0);
            self.terminate(end);
            self.at = head.rest.min(self.end);
        }
        if let Some(code) = head::code(self.line, self.at, self.end) {
            self.push(Kind::Code, code.start, code.end - code.start, 0, 0, 0);
            self.enter();
            self.push(Kind::Atom, code.name.start, code.name.len(), 0, 0, 0);
            self.at = code.name.end;
            self.find_barrier(self.at);
            self.values(code.end - 1, self.open);
            self.terminate(code.name.end);
            self.leave();
            self.at = code.end + usize::from(self.line.get(code.end) == Some(&b' '));
        }
        if self.at < self.end {
            self.push(Kind::Text, self.at, self.end - self.at, 0, 0, 0);
            self.terminate(self.end);
            self.at = self.end;
        }
    }

    /// Values up to `stop` inside the list `outer`; lists left open there are closed and said to be malformed.
    fn values(&mut self, stop: usize, outer: u32) {
        while self.at < stop {
            self.plain_values(stop, outer);
            if self.at >= stop {
                break;
            }
            if self.at >= self.barrier {
                self.literal(stop);
            } else {
                self.odd_value(stop, outer);
            }
            self.item_is_complete();
        }
        while self.open != outer {
            self.malformed = true;
            self.leave();
        }
    }

    /// Values as the grammar has them: all but a few in ten thousand. Stops in front of what needs a closer look.
    fn plain_values(&mut self, stop: usize, outer: u32) {
        let line = self.line;
        let end = stop.min(self.barrier);
        let Some(mut rest) = line.get(self.at..end) else { return };
        // Where a rest of the line begins.
        let place = |rest: &[u8]| end.wrapping_sub(rest.len());
        let mut in_items = self.depth == self.item_depth;
        loop {
            rest = match rest {
                [b' ', behind @ ..] => {
                    rest = behind;
                    continue;
                }
                [b'"', inside @ ..] => {
                    let len = swar::quote_or_backslash(inside);
                    let behind = match inside.get(len..) {
                        Some([b'"', behind @ ..]) if matches!(behind, [b' ' | b')', ..]) => behind,
                        _ => break,
                    };
                    self.plain(Kind::String, place(inside), len, 1, 0);
                    behind
                }
                [b'(', inside @ ..] => {
                    if self.depth >= self.max_depth {
                        break;
                    }
                    self.push(Kind::List, place(rest), 0, 0, 0, self.open);
                    self.open = self.previous;
                    self.previous = 0;
                    self.depth = self.depth.wrapping_add(1);
                    in_items = self.depth == self.item_depth;
                    rest = inside;
                    continue;
                }
                [b')', behind @ ..] => {
                    if self.open == outer {
                        break;
                    }
                    self.at = place(behind);
                    self.leave();
                    in_items = self.depth == self.item_depth;
                    behind
                }
                [b'N', b'I', b'L', behind @ ..] if matches!(behind, [b' ' | b')', ..]) => {
                    self.plain(Kind::Nil, place(rest), 3, 0, 0);
                    behind
                }
                [b'0'..=b'9', ..] => match short_number(rest) {
                    Some((len, value)) => {
                        self.plain(Kind::Number, place(rest), len, 0, value);
                        rest.get(len..).unwrap_or_default()
                    }
                    None => break,
                },
                [b'{' | b'~' | b'N' | b'n', ..] => break,
                [] => break,
                _ => {
                    let len = swar::atom_end(rest);
                    let behind = match rest.get(len..) {
                        Some([b'[', ..]) | None => break,
                        Some(behind) => behind,
                    };
                    self.plain(Kind::Atom, place(rest), len, 0, 0);
                    behind
                }
            };
            if let [b' ', behind @ ..] = rest {
                rest = behind;
            }
            if in_items {
                self.item_is_complete();
            }
        }
        self.at = place(rest);
    }

    /// The beginning of a FETCH as servers write it: number, name, and the items that need no tree, each decoded where it
    /// stands. Stops in front of the first item that is another, or that is written otherwise.
    fn plain_items(&mut self, head: &Head) {
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
                let (len, uid) = short_number(value).filter(|n| n.1 > 0)?;
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
                let (len, size) = short_number(value)?;
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

    /// A text that a delimiter follows.
    #[inline(always)]
    fn plain(&mut self, kind: Kind, off: usize, len: usize, before: u16, val: u32) {
        self.push(kind, off, len, before, 0, val);
        self.terminate(off.wrapping_add(len));
    }

    /// One value that is not as the grammar has it, or has brackets.
    fn odd_value(&mut self, stop: usize, outer: u32) {
        match self.line[self.at] {
            b'(' => self.too_deep(stop),
            b')' if self.open != outer => {
                self.at += 1;
                self.leave();
            }
            b')' => self.junk(1),
            b'"' => self.quoted(stop),
            _ => self.odd_atom(stop),
        }
    }

    /// A value of a FETCH's item list may be complete now.
    #[inline(always)]
    fn item_is_complete(&mut self) {
        if self.depth == self.item_depth && self.previous != self.last_item {
            self.last_item = self.previous;
            self.fetch.value(self.previous, self.line, &self.nodes);
        }
    }

    /// Looks for the next literal behind `from`.
    fn find_barrier(&mut self, from: usize) {
        while let Some(literal) = self.literals.get(self.next_literal) {
            let place = literal.place();
            if place > from {
                self.barrier = marker_start(self.line, place);
                if self.barrier >= from {
                    return;
                }
            }
            self.next_literal += 1;
        }
        self.barrier = self.end;
    }

    /// The rest is one piece of junk.
    fn too_deep(&mut self, stop: usize) {
        self.junk(stop - self.at);
        self.find_barrier(self.at);
    }

    fn enter(&mut self) {
        let list = (self.nodes.len() - 1) as u32;
        self.nodes[list as usize].val = self.open;
        self.open = list;
        self.previous = 0;
        self.depth += 1;
    }

    fn leave(&mut self) {
        let (list, after) = (self.open as usize, self.nodes.len() as u32);
        if self.previous != 0 {
            self.nodes[self.previous as usize].aux |= LAST;
        }
        let node = &mut self.nodes[list];
        let around = node.val;
        node.val = after;
        if node.kind == Kind::List {
            node.len = self.at as u32 - node.off;
        }
        self.open = around;
        self.previous = list as u32;
        self.depth -= 1;
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, off: usize, len: usize, before: u16, aux: u8, val: u32) {
        // The one before is not the last any more; who stays last is marked when the list closes.
        self.previous = self.nodes.len() as u32;
        self.nodes.push(Node {
            kind,
            aux,
            before,
            off: off as u32,
            len: len as u32,
            val,
        });
    }

    /// The NUL behind a text, in place of the delimiter.
    #[inline(always)]
    fn terminate(&mut self, at: usize) {
        if let Some(octet) = self.text.get_mut(at) {
            *octet = 0;
        }
    }

    fn junk(&mut self, len: usize) {
        self.malformed = true;
        // No delimiter follows for sure: the text is a copy behind the line.
        let place = self.aside(self.at, self.at + len);
        self.push(Kind::Junk, self.at, len, 0, ASIDE, place);
        self.at += len;
    }

    /// A copy of a text behind the line, with the octets of literals inside it, its length before it.
    fn aside(&mut self, from: usize, to: usize) -> u32 {
        let place = self.text.len() + ASIDE_LEN;
        self.text.extend_from_slice(&[0; ASIDE_LEN]);
        let mut at = from;
        let first = self.literals.partition_point(|l| l.place() <= from);
        for (i, literal) in self.literals.iter().enumerate().skip(first) {
            let inner = literal.place();
            if inner > to {
                break;
            }
            self.text
                .extend_from_slice(self.line.get(at..inner).unwrap_or_default());
            if literal.here() > 0 {
                self.text.extend_from_slice(self.source.literal(i).unwrap_or_default());
            }
            at = at.max(inner);
        }
        self.text.extend_from_slice(self.line.get(at..to).unwrap_or_default());
        let len = (self.text.len() - place) as u32;
        self.text[place - ASIDE_LEN..place].copy_from_slice(&len.to_ne_bytes());
        self.text.push(0);
        place as u32
    }

    /// A quoted string. At an unescaped quote that nothing may follow, reading goes on: some servers forget to escape.
    fn quoted(&mut self, stop: usize) {
        let stop = stop.min(self.barrier);
        let start = self.at + 1;
        let end = start + swar::quote_or_backslash(&self.line[start.min(stop)..stop]);
        if end < stop && self.line[end] == b'"' && self.may_follow(end + 1, stop) {
            self.push(Kind::String, start, end - start, 1, 0, 0);
            self.terminate(end);
            self.at = end + 1;
            return;
        }
        self.quoted_oddly(start, end, stop);
    }

    /// The string has an escape or a stray quote at `from`.
    #[cold]
    fn quoted_oddly(&mut self, start: usize, from: usize, stop: usize) {
        let (mut from, mut to, mut escaped) = (from, from, false);
        while from < stop {
            match self.line[from] {
                b'"' if self.may_follow(from + 1, stop) => {
                    let (aux, val) = if escaped {
                        (ESCAPED, (from - start) as u32)
                    } else {
                        (0, 0)
                    };
                    self.push(Kind::String, start, to - start, 1, aux, val);
                    self.terminate(to);
                    self.at = from + 1;
                    return;
                }
                b'\\' if from + 1 < stop => {
                    from += 1;
                    escaped = true;
                }
                _ => {}
            }
            if escaped {
                self.text[to] = self.line[from];
            }
            to += 1;
            from += 1;
        }
        // Never closed: all up to the next literal or the end.
        if escaped {
            self.text[start..stop].copy_from_slice(&self.line[start..stop]);
        }
        self.junk(stop - self.at);
    }

    fn may_follow(&self, at: usize, stop: usize) -> bool {
        at >= stop || matches!(self.line[at], b' ' | b')' | b'(' | b']' | b'"')
    }

    /// The literal whose marker begins here. A literal is one only where the frame found one.
    fn literal(&mut self, stop: usize) {
        let Some(literal) = self.literals.get(self.next_literal) else {
            return self.junk(stop - self.at);
        };
        let place = literal.place();
        if place > stop {
            return self.junk(stop - self.at);
        }
        let marker = u16::try_from(place - self.at).unwrap_or(0);
        self.push(Kind::Literal, place, 0, marker, 0, self.next_literal as u32);
        self.at = place;
        self.next_literal += 1;
        self.find_barrier(place);
    }

    /// An atom that may have brackets in it, or digits in front.
    fn odd_atom(&mut self, stop: usize) {
        let start = self.at;
        let literals = self.next_literal;
        let mut at = start;
        loop {
            let rest = self.line.get(at..stop.min(self.barrier)).unwrap_or_default();
            at += swar::atom_end(rest);
            if at >= stop.min(self.barrier) || self.line[at] != b'[' {
                break;
            }
            at = self.bracket(start, at, stop);
        }
        let text = &self.line[start..at];
        if text.starts_with(b"{") || text.starts_with(b"~{") {
            // What looks like a literal's marker and is none: nothing else begins so.
            return self.junk(at - start);
        }
        if self.next_literal > literals {
            // A section's brackets hold one.
            let place = self.aside(start, at);
            self.push(Kind::Atom, start, at - start, 0, ASIDE, place);
            self.at = at;
            return;
        }
        let (kind, aux, val) = if text.eq_ignore_ascii_case(b"NIL") {
            (Kind::Nil, 0, 0)
        } else {
            number(text)
        };
        self.push(kind, start, at - start, 0, aux, val);
        self.terminate(at);
        self.at = at;
    }

    /// Where the atom goes on after a `[`. A section's brackets hold blanks, lists, strings and even literals; in other
    /// atoms (keywords) they hold at most blanks, and need not be closed.
    fn bracket(&mut self, start: usize, open: usize, stop: usize) -> usize {
        let name = &self.line[start..open];
        let is_section = [
            &b"BODY"[..],
            b"BODY.PEEK",
            b"BINARY",
            b"BINARY.PEEK",
            b"BINARY.SIZE",
            b"RFC822",
        ]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n));
        if is_section {
            return self.section_end(open + 1, stop).unwrap_or(open + 1);
        }
        if open < self.unclosed_to {
            return open + 1;
        }
        let inside = &self.line[open + 1..stop.min(self.barrier)];
        match inside.iter().position(|b| matches!(b, b']' | b'(' | b')' | b'"')) {
            Some(i) if inside[i] == b']' => open + i + 2,
            found => {
                self.unclosed_to = open + 1 + found.unwrap_or(inside.len());
                open + 1
            }
        }
    }

    /// Behind the `]` that closes a section.
    fn section_end(&mut self, from: usize, stop: usize) -> Option<usize> {
        if self.section_unclosed {
            return None;
        }
        let (literal, barrier) = (self.next_literal, self.barrier);
        let (mut at, mut quoted) = (from, false);
        while at < stop {
            if at >= self.barrier {
                let Some(literal) = self.literals.get(self.next_literal) else {
                    break;
                };
                at = literal.place();
                self.next_literal += 1;
                self.find_barrier(at);
                continue;
            }
            match self.line[at] {
                b'\\' if quoted => at += 1,
                b'"' => quoted = !quoted,
                b']' if !quoted => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        (self.next_literal, self.barrier) = (literal, barrier);
        self.section_unclosed = true;
        None
    }
}

/// Where the marker `{n}` or `~{n}` begins whose literal begins at `at`.
fn marker_start(line: &[u8], at: usize) -> usize {
    let before = line.get(..at.saturating_sub(3)).unwrap_or_default();
    let before = before.strip_suffix(b"+").unwrap_or(before);
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let brace = (before.len() - digits).saturating_sub(1);
    brace - usize::from(brace > 0 && line[brace - 1] == b'~')
}

/// Digits that a blank or a parenthesis follows, or nothing, and no more than 32 bits can surely hold.
fn short_number(text: &[u8]) -> Option<(usize, u32)> {
    let mut value = 0u32;
    for (len, octet) in text.iter().enumerate() {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            return matches!(octet, b' ' | b'(' | b')').then_some((len, value));
        }
        if len == 9 {
            return None;
        }
        // Nine digits are less than 32 bits.
        value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    Some((text.len(), value))
}

/// Digits only, and no more than 64 bits; else it is an atom like others.
fn number(text: &[u8]) -> (Kind, u8, u32) {
    if text.is_empty() || text.len() > 20 {
        return (Kind::Atom, 0, 0);
    }
    let mut n: u64 = 0;
    for &b in text {
        if !b.is_ascii_digit() {
            return (Kind::Atom, 0, 0);
        }
        match n.checked_mul(10).and_then(|n| n.checked_add(u64::from(b - b'0'))) {
            Some(sum) => n = sum,
            None => return (Kind::Atom, 0, 0),
        }
    }
    match u32::try_from(n) {
        Ok(n) => (Kind::Number, 0, n),
        Err(_) => (Kind::Number, BIG, 0),
    }
}
