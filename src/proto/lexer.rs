//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame, without the octets of literals, and uses the frame's own literal
//! places. A value is a list, a quoted string, a literal or an atom; what is none of these becomes junk, and reading
//! goes on behind it. Items of a FETCH are understood on the way, by `response::fetch`.

use super::line::{Line, Literal};
use super::response::fetch::Fetch;
use super::response::head::{self, Head};
use super::response::name::Data;
use super::swar;
use super::tree::{ASIDE, ASIDE_LEN, BIG, DUMMY, ESCAPED, Kind, LAST, Node};

pub struct Lexer<'a> {
    /// The line without the octets of literals.
    line: &'a [u8],
    /// The line itself, for literals inside of other values.
    source: &'a Line,
    literals: &'a [Literal],
    pub nodes: Vec<Node>,
    /// A copy of the line in which a NUL stands behind each text.
    pub text: Vec<u8>,
    pub fetch: Fetch,
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
            fetch: Fetch::default(),
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
            self.values(self.end);
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
            self.values(code.end - 1);
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

    /// Values up to `stop`; lists left open there are closed and said to be malformed.
    fn values(&mut self, stop: usize) {
        let outer = self.open;
        let mut last_item = 0;
        while self.at < stop {
            if self.at >= self.barrier {
                self.literal(stop);
            } else {
                let first = self.line[self.at];
                match first {
                    b' ' => {
                        self.at += 1;
                        continue;
                    }
                    b'(' => self.open_list(stop),
                    b')' if self.open != outer => {
                        self.at += 1;
                        self.leave();
                    }
                    b')' => self.junk(1),
                    b'"' => self.quoted(stop),
                    b'N' if self.nil(stop) => {}
                    _ => self.atom(stop),
                }
            }
            if self.depth == self.item_depth && self.previous != last_item {
                last_item = self.previous;
                self.fetch.value(last_item, self.line, &self.nodes);
            }
        }
        while self.open != outer {
            self.malformed = true;
            self.leave();
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

    fn open_list(&mut self, stop: usize) {
        if self.depth >= self.max_depth {
            // Too deep: the rest is one piece of junk.
            self.junk(stop - self.at);
            self.find_barrier(self.at);
            return;
        }
        self.push(Kind::List, self.at, 0, 0, 0, 0);
        self.enter();
        self.at += 1;
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

    fn push(&mut self, kind: Kind, off: usize, len: usize, before: usize, aux: u8, val: u32) {
        // The one before is not the last any more; who stays last is marked when the list closes.
        let before = u16::try_from(before).unwrap_or(0);
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

    /// NIL, which every other value of an ENVELOPE is.
    fn nil(&mut self, stop: usize) -> bool {
        let at = self.at;
        let is_nil = at + 3 <= stop.min(self.barrier)
            && self.line[at + 1] == b'I'
            && self.line[at + 2] == b'L'
            && matches!(self.line[at + 3], b' ' | b')');
        if is_nil {
            self.push(Kind::Nil, at, 3, 0, 0, 0);
            self.terminate(at + 3);
            self.at = at + 3;
        }
        is_nil
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
        self.push(Kind::Literal, place, 0, place - self.at, 0, self.next_literal as u32);
        self.at = place;
        self.next_literal += 1;
        self.find_barrier(place);
    }

    fn atom(&mut self, stop: usize) {
        let start = self.at;
        let literals = self.next_literal;
        let mut at = start;
        loop {
            let limit = stop.min(self.barrier);
            if at >= limit {
                break;
            }
            let rest = &self.line[at..limit];
            at += rest
                .iter()
                .position(|b| ENDS_ATOM[usize::from(*b)])
                .unwrap_or(rest.len());
            if at >= limit || self.line[at] != b'[' {
                break;
            }
            at = self.bracket(start, at, stop);
        }
        let text = &self.line[start..at];
        let first = text.first().copied().unwrap_or(0);
        if first == b'{' || text.starts_with(b"~{") {
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
        let (kind, aux, val) = if first.is_ascii_digit() {
            number(text)
        } else if text.eq_ignore_ascii_case(b"NIL") {
            (Kind::Nil, 0, 0)
        } else {
            (Kind::Atom, 0, 0)
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

/// The octets at which an atom ends or has to be looked at.
const ENDS_ATOM: [bool; 256] = {
    let mut ends = [false; 256];
    ends[b' ' as usize] = true;
    ends[b'(' as usize] = true;
    ends[b')' as usize] = true;
    ends[b'[' as usize] = true;
    ends
};

/// Where the marker `{n}` or `~{n}` begins whose literal begins at `at`.
fn marker_start(line: &[u8], at: usize) -> usize {
    let before = line.get(..at.saturating_sub(3)).unwrap_or_default();
    let before = before.strip_suffix(b"+").unwrap_or(before);
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let brace = (before.len() - digits).saturating_sub(1);
    brace - usize::from(brace > 0 && line[brace - 1] == b'~')
}

/// Digits only, and no more than 64 bits; else it is an atom like others.
fn number(text: &[u8]) -> (Kind, u8, u32) {
    if text.len() > 20 {
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
