//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame and uses the frame's own literal places. A value is a list, a quoted
//! string, a literal or an atom; what is none of these becomes junk, and reading goes on behind it.

use super::receive::Line;
use super::response::head;
use super::tree::{BIG, DETACHED, ESCAPED, Kind, LAST, Node};

const DUMMY: Node = Node { kind: Kind::None, aux: 0, before: 0, off: 0, len: 0, val: 0 };

struct Lexer<'a> {
    line: &'a [u8],
    literals: &'a [super::frame::Literal],
    next_literal: usize,
    at: usize,
    end: usize,
    nodes: Vec<Node>,
    text: Box<[u8]>,
    /// The innermost open list, 0 at the top; its `val` holds the list around it until it closes.
    open: u32,
    /// The value before the current one in the same list, 0 for the first.
    previous: u32,
    depth: usize,
    max_depth: usize,
    malformed: bool,
}

/// Nodes, texts, and whether something did not fit.
pub fn read(line: &Line, max_depth: usize) -> (Vec<Node>, Box<[u8]>, bool) {
    let octets: &[u8] = &line.octets;
    let mut lexer = Lexer {
        line: octets,
        literals: &line.literals,
        next_literal: 0,
        at: 0,
        end: octets.len().saturating_sub(2),
        nodes: Vec::with_capacity(octets.len() / 9 + 4),
        text: Box::from(octets),
        open: 0,
        previous: 0,
        depth: 0,
        max_depth,
        malformed: false,
    };
    lexer.nodes.push(DUMMY);
    // Node fields are 32 bits; limits keep lines far below that.
    if u32::try_from(octets.len()).is_ok() {
        lexer.response();
    } else {
        lexer.malformed = true;
    }
    (lexer.nodes, lexer.text, lexer.malformed)
}

impl Lexer<'_> {
    fn response(&mut self) {
        let head = head::read(self.line);
        self.at = head.values;
        if head.is_text() {
            self.text_line(head.status.is_some());
        } else {
            self.values(self.end);
        }
        if self.previous != 0 {
            self.nodes[self.previous as usize].aux |= LAST;
        }
    }

    /// A status word, a code if there is one, and the text.
    fn text_line(&mut self, has_status: bool) {
        if has_status {
            let status_end = self.word_end(self.at);
            self.push(Kind::Atom, self.at, status_end - self.at, 0, 0, 0);
            self.terminate(status_end);
            self.at = (status_end + 1).min(self.end);
        }
        if let Some(code) = head::code(self.line, self.at, self.end) {
            self.push(Kind::Code, self.at, code.end - self.at, 0, 0, 0);
            self.enter();
            self.at = code.name.start;
            self.push(Kind::Atom, code.name.start, code.name.len(), 0, 0, 0);
            self.at = code.name.end;
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
            if self.literal() {
                continue;
            }
            match self.line[self.at] {
                b' ' => self.at += 1,
                b'(' => self.open_list(),
                b')' if self.open != outer => {
                    self.at += 1;
                    self.leave();
                }
                b')' => self.junk(1),
                b'"' => self.quoted(stop),
                b'\r' | b'\n' => self.junk(1),
                _ => self.atom(stop),
            }
        }
        while self.open != outer {
            self.malformed = true;
            self.leave();
        }
    }

    fn open_list(&mut self) {
        if self.depth >= self.max_depth {
            // Too deep: the rest of the line is one piece of junk.
            self.junk(self.end - self.at);
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
        self.nodes.push(Node { kind, aux, before, off: off as u32, len: len as u32, val });
    }

    fn terminate(&mut self, at: usize) {
        if let Some(octet) = self.text.get_mut(at) {
            *octet = 0;
        }
    }

    fn junk(&mut self, len: usize) {
        self.malformed = true;
        self.push(Kind::Junk, self.at, len, 0, 0, 0);
        self.at += len;
        self.terminate(self.at);
    }

    /// A quoted string. At an unescaped quote that nothing may follow, reading goes on: some servers forget to escape.
    fn quoted(&mut self, stop: usize) {
        let start = self.at + 1;
        let mut from = start;
        let mut to = start;
        let mut escaped = false;
        while from < stop {
            match self.line[from] {
                b'"' if self.may_follow(from + 1, stop) => {
                    let (aux, val) = if escaped { (ESCAPED, (from - start) as u32) } else { (0, 0) };
                    self.push(Kind::String, start, to - start, 1, aux, val);
                    self.terminate(to);
                    self.at = from + 1;
                    return;
                }
                b'\\' if from + 1 < stop => {
                    from += 1;
                    escaped = true;
                }
                b'\r' | b'\n' if from + 1 >= self.end => break,
                _ => {}
            }
            if escaped {
                self.text[to] = self.line[from];
            }
            to += 1;
            from += 1;
        }
        // Never closed: what is left of the line.
        if escaped {
            self.text[start..stop].copy_from_slice(&self.line[start..stop]);
        }
        self.junk(stop - self.at);
    }

    fn may_follow(&self, at: usize, stop: usize) -> bool {
        at >= stop || matches!(self.line[at], b' ' | b')' | b'(' | b'\r' | b']' | b'"')
    }

    /// A literal is one only where the frame found one: its octets begin behind `{n}CRLF`.
    fn literal(&mut self) -> bool {
        let Some(literal) = self.literals.get(self.next_literal) else { return false };
        if !matches!(self.line[self.at], b'{' | b'~') {
            return false;
        }
        let marker = literal.at.saturating_sub(self.at);
        let header = self.line.get(self.at..literal.at).unwrap_or_default();
        if marker < 5 || !header.ends_with(b"}\r\n") && !header.ends_with(b"+}\r\n") {
            return false;
        }
        let digits = header.strip_prefix(b"~").unwrap_or(header);
        let is_marker = digits.first() == Some(&b'{')
            && digits[1..digits.len() - 3].iter().all(|b| b.is_ascii_digit() || *b == b'+');
        if !is_marker {
            return false;
        }
        let (at, len, detached, end) = (literal.at, literal.len, literal.octets.is_some(), literal.end());
        let (aux, val) = if detached { (DETACHED, self.next_literal as u32) } else { (0, 0) };
        self.push(Kind::Literal, at, if detached { 0 } else { len }, marker, aux, val);
        if !detached {
            self.terminate(end);
        }
        self.next_literal += 1;
        self.at = end;
        true
    }

    fn word_end(&self, from: usize) -> usize {
        memchr::memchr(b' ', &self.line[from..self.end]).map_or(self.end, |i| from + i)
    }

    fn atom(&mut self, stop: usize) {
        let start = self.at;
        let mut at = start;
        while at < stop {
            match self.line[at] {
                b' ' | b')' | b'\r' | b'\n' => break,
                b'(' => break,
                b'[' => at = self.bracket(start, at, stop),
                _ => at += 1,
            }
        }
        let text = &self.line[start..at];
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
        let is_section = [&b"BODY"[..], b"BODY.PEEK", b"BINARY", b"BINARY.PEEK", b"BINARY.SIZE", b"RFC822"]
            .iter()
            .any(|n| name.eq_ignore_ascii_case(n));
        let mut at = open + 1;
        let mut quoted = false;
        while at < stop {
            match self.line[at] {
                b'"' if is_section => quoted = !quoted,
                b']' if !quoted => return at + 1,
                b'(' | b')' | b'"' if !is_section => break,
                b'\r' => match self.literals.get(self.next_literal) {
                    Some(l) if is_section && l.at == at + 2 => {
                        self.next_literal += 1;
                        at = l.end();
                        continue;
                    }
                    _ => break,
                },
                _ => {}
            }
            at += 1;
        }
        open + 1
    }
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
