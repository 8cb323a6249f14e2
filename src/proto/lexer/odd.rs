//! Values that are not as the grammar has them, or that hold brackets: strings with escapes and stray quotes, keywords and
//! sections, and junk, which is what fits nowhere.

use super::Lexer;
use crate::proto::scan;
use crate::proto::tree::{ASIDE, ASIDE_LEN, BIG, ESCAPED, Kind};

impl Lexer<'_> {
    /// One value that is not as the grammar has it, or has brackets.
    pub(super) fn odd_value(&mut self, stop: usize, outer: u32) {
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

    /// A list that is too deep is one piece of junk, and what stands behind it is read: who sends a message of a hundred
    /// parts inside each other must not hide its UID. Without an end it is all the rest.
    #[cold]
    fn too_deep(&mut self, stop: usize) {
        let end = self.list_end(stop).unwrap_or(stop);
        self.junk(end - self.at);
        self.find_barrier(self.at);
    }

    /// Behind the parenthesis that closes the list which begins here. Of literals only the markers stand in the line.
    fn list_end(&self, stop: usize) -> Option<usize> {
        let line = self.line.get(..stop)?;
        let (mut at, mut open) = (self.at, 0_usize);
        loop {
            match line.get(at)? {
                b'(' => open += 1,
                b')' => open = open.checked_sub(1)?,
                b'"' => at = string_end(line, at + 1)?,
                _ => {}
            }
            at += 1;
            if open == 0 {
                return Some(at);
            }
        }
    }

    #[cold]
    pub(super) fn junk(&mut self, len: usize) {
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

    /// A quoted string. At an unescaped quote that does not end it, reading goes on: some servers forget to escape.
    pub(super) fn quoted(&mut self, stop: usize) {
        let stop = stop.min(self.barrier);
        let start = self.at + 1;
        let end = start + scan::quote_or_backslash(&self.line[start.min(stop)..stop]);
        if end < stop && self.line[end] == b'"' && self.ends(start, end, stop) {
            self.push(Kind::String, start, end - start, 1, 0, 0);
            self.terminate(end);
            self.at = end + 1;
            return;
        }
        self.quoted_oddly(start, end, stop);
    }

    /// The string has an escape or a stray quote at `from`.
    #[cold]
    pub(super) fn quoted_oddly(&mut self, start: usize, from: usize, stop: usize) {
        let (mut from, mut to, mut escaped) = (from, from, false);
        // The quote of the escape just before, if the backslash may be a text's last octet that was not escaped.
        let mut doubtful = 0;
        while from < stop {
            match self.line[from] {
                b'"' if matches!(self.line.get(from + 1), Some(b' ' | b')')) || self.ends(start, from, stop) => {
                    let (aux, val) = if escaped {
                        self.escaped.push((self.count as u32, self.escaped_octets));
                        self.escaped_octets += (to - start) as u32 + 1;
                        (ESCAPED, (from - start) as u32)
                    } else {
                        (0, 0)
                    };
                    self.push(Kind::String, start, to - start, 1, aux, val);
                    self.terminate(to);
                    self.at = from + 1;
                    return;
                }
                b'"' if doubtful != 0 && self.line.get(doubtful + 1..stop).is_some_and(ends_value) => break,
                b'\\' if from + 1 < stop => {
                    from += 1;
                    escaped = true;
                    doubtful = if self.line[from] == b'"' { from } else { 0 };
                }
                _ => doubtful = 0,
            }
            // The octet itself, and all before the next one that may mean something.
            let inside = &self.line[from..stop];
            let len = 1 + scan::quote_or_backslash(&inside[1..]);
            if escaped {
                self.text[to..to + len].copy_from_slice(&inside[..len]);
            }
            (to, from) = (to + len, from + len);
        }
        if escaped {
            self.text[start..from].copy_from_slice(&self.line[start..from]);
        }
        if doubtful != 0 && self.line.get(doubtful + 1..stop).is_some_and(ends_value) {
            self.malformed = true;
            self.push(Kind::String, start, doubtful - start, 1, 0, 0);
            self.terminate(doubtful);
            self.at = doubtful + 1;
            return;
        }
        // Never closed: all up to the next literal or the end.
        self.junk(stop - self.at);
    }

    /// Whether the quote at `at` ends the string that begins at `start`: something may follow it, and it is not one of
    /// two behind a text that has quotes of its own (`""a""`, `""""`).
    #[cold]
    fn ends(&self, start: usize, at: usize, stop: usize) -> bool {
        match self.line.get(at + 1..stop).unwrap_or_default() {
            [b'"', b'"', rest @ ..] if at == start => !ends_value(rest),
            [b'"', rest @ ..] => !ends_value(rest),
            [b'(' | b']', ..] => true,
            rest => ends_value(rest),
        }
    }

    /// An atom that may have brackets in it, or digits in front.
    pub(super) fn odd_atom(&mut self, stop: usize) {
        let start = self.at;
        let literals = self.next_literal;
        let mut at = start;
        loop {
            let rest = self.line.get(at..stop.min(self.barrier)).unwrap_or_default();
            at += scan::atom_end(rest);
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

/// The quote that closes the string whose inside begins here.
fn string_end(line: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += scan::quote_or_backslash(line.get(at..)?);
        match line.get(at)? {
            b'"' => return Some(at),
            _ => at += 2, // an escape
        }
    }
}

/// Whether what stands behind a value makes clear that it is over.
fn ends_value(behind: &[u8]) -> bool {
    matches!(behind, [] | [b' ' | b')', ..])
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
