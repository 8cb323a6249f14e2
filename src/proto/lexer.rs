//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame, without the octets of literals, and uses the frame's own literal
//! places. A value is a list, a quoted string, a literal or an atom; what is none of these becomes junk, and reading
//! goes on behind it. Items of a FETCH are understood on the way, by `response::fetch`. `lexer/items` has a short way for the
//! usual items, `lexer/odd` what is not as the grammar has it.

mod items;
mod odd;

use super::line::{Line, Literal};
use super::response::fetch::Fetch;
use super::response::head::{self, Head};
use super::response::name::Data;
use super::swar;
use super::tree::{DUMMY, Kind, LAST, Node};

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
                [b'0'..=b'9', ..] => match swar::short_number(rest) {
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

    /// A text that a delimiter follows.
    #[inline(always)]
    fn plain(&mut self, kind: Kind, off: usize, len: usize, before: u16, val: u32) {
        self.push(kind, off, len, before, 0, val);
        self.terminate(off.wrapping_add(len));
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
}

/// Where the marker `{n}` or `~{n}` begins whose literal begins at `at`.
fn marker_start(line: &[u8], at: usize) -> usize {
    let before = line.get(..at.saturating_sub(3)).unwrap_or_default();
    let before = before.strip_suffix(b"+").unwrap_or(before);
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let brace = (before.len() - digits).saturating_sub(1);
    brace - usize::from(brace > 0 && line[brace - 1] == b'~')
}
