//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame and uses the frame's own literal places. A value is a list, a quoted
//! string, a literal or an atom; what is none of these becomes junk, and reading goes on behind it.

use super::receive::Line;
use super::response::head::{self, Head};
use super::tree::{ASIDE, BIG, DETACHED, ESCAPED, Kind, LAST, Node};

const DUMMY: Node = Node {
    kind: Kind::None,
    aux: 0,
    before: 0,
    off: 0,
    len: 0,
    val: 0,
};

struct Lexer<'a> {
    line: &'a [u8],
    literals: &'a [super::frame::Literal],
    next_literal: usize,
    /// Where the next literal's marker begins, or the line's end. No other value runs over it.
    barrier: usize,
    at: usize,
    end: usize,
    nodes: Vec<Node>,
    text: Vec<u8>,
    /// The innermost open list, 0 at the top; its `val` holds the list around it until it closes.
    open: u32,
    /// The value before the current one in the same list, 0 for the first.
    previous: u32,
    depth: usize,
    max_depth: usize,
    /// No `]` that could close a keyword's bracket stands before this octet.
    unclosed_to: usize,
    /// A section's bracket was found open up to the end: later ones are not searched again.
    section_unclosed: bool,
    malformed: bool,
}

/// Nodes, texts, and whether something did not fit.
pub fn read(line: &Line, head: &Head, max_depth: usize) -> (Vec<Node>, Box<[u8]>, bool) {
    let octets: &[u8] = &line.octets;
    let inside: usize = line.literals.iter().filter(|l| l.octets.is_none()).map(|l| l.len).sum();
    let mut lexer = Lexer {
        line: octets,
        literals: &line.literals,
        next_literal: 0,
        barrier: 0,
        at: 0,
        end: octets.len().saturating_sub(2),
        nodes: Vec::with_capacity(octets.len().saturating_sub(inside) / 9 + 4),
        text: octets.to_vec(),
        open: 0,
        previous: 0,
        depth: 0,
        max_depth,
        unclosed_to: 0,
        section_unclosed: false,
        malformed: false,
    };
    lexer.nodes.push(DUMMY);
    // Node fields are 32 bits, and texts put aside come behind the line; limits keep lines far below that.
    if octets.len() < (u32::MAX / 2) as usize {
        lexer.response(head);
    } else {
        lexer.malformed = true;
    }
    (lexer.nodes, lexer.text.into_boxed_slice(), lexer.malformed)
}

impl Lexer<'_> {
    fn response(&mut self, head: &Head) {
        self.at = head.values;
        self.find_barrier(self.at);
        if head.is_text() {
            self.text_line(head);
        } else {
            self.values(self.end);
        }
        if self.previous != 0 {
            self.nodes[self.previous as usize].aux |= LAST;
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
        while self.at < stop {
            if self.at >= self.barrier {
                self.literal(stop);
                continue;
            }
            match self.line[self.at] {
                b' ' => self.at += 1,
                b'(' => self.open_list(stop),
                b')' if self.open != outer => {
                    self.at += 1;
                    self.leave();
                }
                b')' => self.junk(1),
                b'"' => self.quoted(stop),
                _ => self.atom(stop),
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
            if literal.at > from {
                self.barrier = marker_start(self.line, literal.at);
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

    /// A copy behind the line, for a text that no delimiter follows.
    fn aside(&mut self, from: usize, to: usize) -> u32 {
        let place = self.text.len() as u32;
        self.text.extend_from_slice(&self.line[from..to]);
        self.text.push(0);
        place
    }

    fn junk(&mut self, len: usize) {
        self.malformed = true;
        let place = self.aside(self.at, self.at + len);
        self.push(Kind::Junk, self.at, len, 0, ASIDE, place);
        self.at += len;
    }

    /// A quoted string. At an unescaped quote that nothing may follow, reading goes on: some servers forget to escape.
    fn quoted(&mut self, stop: usize) {
        let stop = stop.min(self.barrier);
        let start = self.at + 1;
        let mut from = start;
        let mut to = start;
        let mut escaped = false;
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
        let (at, len, end) = (literal.at, literal.len, literal.end());
        if end > stop {
            return self.junk(stop - self.at);
        }
        let marker = at - self.at;
        if literal.octets.is_some() {
            self.push(Kind::Literal, at, 0, marker, DETACHED, self.next_literal as u32);
        } else if end >= self.end || matches!(self.line[end], b' ' | b')') {
            self.push(Kind::Literal, at, len, marker, 0, 0);
            self.terminate(end);
        } else {
            let place = self.aside(at, end);
            self.push(Kind::Literal, at, len, marker, ASIDE, place);
        }
        self.at = end;
        self.next_literal += 1;
        self.find_barrier(end);
    }

    fn atom(&mut self, stop: usize) {
        let start = self.at;
        let mut at = start;
        while at < stop.min(self.barrier) {
            match self.line[at] {
                b' ' | b')' | b'(' => break,
                b'[' => at = self.bracket(start, at, stop),
                _ => at += 1,
            }
        }
        let text = &self.line[start..at];
        if text.starts_with(b"{") || text.starts_with(b"~{") {
            // What looks like a literal's marker and is none: nothing else begins so.
            return self.junk(at - start);
        }
        let (kind, aux, val) = match number(text) {
            Some(n) => match u32::try_from(n) {
                Ok(n) => (Kind::Number, 0, n),
                Err(_) => (Kind::Number, BIG, 0),
            },
            None if text.eq_ignore_ascii_case(b"NIL") => (Kind::Nil, 0, 0),
            None => (Kind::Atom, 0, 0),
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
                at = literal.end();
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

/// Digits only, and no more than 64 bits.
fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 20 {
        return None;
    }
    let mut n: u64 = 0;
    for &b in text {
        if !b.is_ascii_digit() {
            return None;
        }
        n = n.checked_mul(10)?.checked_add(u64::from(b - b'0'))?;
    }
    Some(n)
}
