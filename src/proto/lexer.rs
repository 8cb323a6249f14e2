//! Turns one framed response into nodes, in one pass from left to right (RFC 9051, section 9, read liberally:
//! `docs/servers.md`). It sees exactly the frame, without the octets of literals, and uses the frame's own literal
//! places. A value is a list, a quoted string, a literal or an atom; what is none of these becomes junk, and reading
//! goes on behind it. Items of a FETCH are understood on the way, by `response::fetch`. `lexer/odd` reads what is not as
//! the grammar has it.

mod odd;

use super::line::{Line, Literal};
use super::response::fetch::Fetch;
use super::response::head::{self, Head};
use super::response::name::Data;
use super::scan;
use super::tree::{DUMMY, Kind, LAST, Node};

/// Nodes that there is room for at first, beside those that a line of this length usually has.
const ROOM: usize = 16;

pub struct Lexer<'a> {
    /// The line without the octets of literals.
    line: &'a [u8],
    /// The line itself, for literals inside of other values.
    source: &'a Line,
    literals: &'a [Literal],
    /// Room for nodes; the first `count` are some, behind `used` all are none.
    nodes: &'a mut Vec<Node>,
    pub count: usize,
    used: usize,
    /// A copy of the line in which a NUL stands behind each text.
    text: &'a mut Vec<u8>,
    /// Strings with escapes: their nodes, and how long the texts of those before are together, a NUL behind each.
    escaped: &'a mut Vec<(u32, u32)>,
    escaped_octets: u32,
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
    /// `nodes`, of which the first `used` may be some, `text` and `escaped` are memory to be used again.
    pub fn new(
        line: &'a [u8],
        source: &'a Line,
        (nodes, used): (&'a mut Vec<Node>, usize),
        text: &'a mut Vec<u8>,
        escaped: &'a mut Vec<(u32, u32)>,
        fetch: &'a mut Fetch,
        max_depth: usize,
    ) -> Lexer<'a> {
        if nodes.is_empty() {
            // A value has nine octets on average.
            nodes.resize(line.len().min(8192) / 8 + ROOM, DUMMY);
        }
        text.clear();
        escaped.clear();
        text.extend_from_slice(line);
        Lexer {
            line,
            source,
            literals: source.literals(),
            nodes,
            // The first is none.
            count: 1,
            used,
            text,
            escaped,
            escaped_octets: 0,
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
        self.nodes[0] = DUMMY;
        // Node fields are 32 bits, and texts put aside come behind the line; limits keep lines far below that.
        if self.line.len() >= (u32::MAX / 2) as usize {
            self.malformed = true;
            return self.forget_used();
        }
        self.at = head.values;
        self.find_barrier(self.at);
        if matches!(data, Data::Fetch | Data::UidFetch) {
            self.item_depth = 1;
        }
        if head.is_text() {
            self.text_line(head);
        } else {
            self.values(self.end, 0);
        }
        if self.previous != 0 {
            self.nodes[self.previous as usize].aux |= LAST;
        }
        self.forget_used();
        if self.item_depth == 1 {
            self.fetch.finish();
        }
    }

    /// Nodes of the line before this one in the same memory are none.
    fn forget_used(&mut self) {
        if let Some(old) = self.nodes.get_mut(self.count..self.used) {
            old.fill(DUMMY);
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
            self.at = code.end;
            self.leave();
            self.at += usize::from(self.line.get(code.end) == Some(&b' '));
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
            if self.count >= self.nodes.len() {
                self.make_room();
                continue;
            }
            if self.at >= self.barrier {
                self.literal(stop);
            } else {
                self.odd_value(stop, outer);
            }
            self.item_is_complete();
        }
        if self.open != outer {
            self.cut_short(outer);
        }
    }

    /// What came of lists that were left open counts all the same.
    #[cold]
    fn cut_short(&mut self, outer: u32) {
        self.malformed = true;
        while self.open != outer {
            self.leave();
            self.item_is_complete();
        }
    }

    /// Values as the grammar has them: all but a few in ten thousand. Stops in front of what needs a closer look, and where
    /// there is no room for another node. What changes with each value stays in registers.
    fn plain_values(&mut self, stop: usize, outer: u32) {
        let end = stop.min(self.barrier);
        let (Some(line), Some(text)) = (self.line.get(..end), self.text.get_mut(..end)) else {
            return;
        };
        let nodes = &mut self.nodes[..];
        let (mut at, mut count, mut previous, mut open) = (self.at, self.count, self.previous, self.open);
        let mut depth = self.depth;
        'values: loop {
            // Blanks, and lists that end.
            loop {
                match line.get(at) {
                    Some(b' ') => at = at.wrapping_add(1),
                    Some(b')') if open == outer => break 'values,
                    Some(b')') => {
                        at = at.wrapping_add(1);
                        (open, previous) = close(nodes, open, previous, count, at);
                        depth = depth.saturating_sub(1);
                        if depth == self.item_depth {
                            self.last_item = previous;
                            self.fetch.value(previous, self.line, nodes);
                        }
                    }
                    _ => break,
                }
            }
            let (Some(node), Some(&first)) = (nodes.get_mut(count), line.get(at)) else {
                break;
            };
            // Most values are strings or NIL: these two before the others. Where the text ends, and what is behind.
            let text_end = if first == b'"' {
                let inside = at.wrapping_add(1);
                let len = scan::quote_or_backslash(line.get(inside..).unwrap_or_default());
                let close = inside.wrapping_add(len);
                let behind = close.wrapping_add(1);
                if line.get(close) != Some(&b'"') || !matches!(line.get(behind), Some(b' ' | b')') | None) {
                    break;
                }
                *node = Node::leaf(Kind::String, inside, len, 1, 0);
                at = behind;
                close
            } else if is_nil(line, at) {
                *node = Node::leaf(Kind::Nil, at, 3, 0, 0);
                at = at.wrapping_add(3);
                at
            } else if first == b'(' {
                if depth >= self.max_depth {
                    break;
                }
                *node = Node::leaf(Kind::List, at, 0, 0, open);
                (open, previous) = (count as u32, 0);
                count = count.wrapping_add(1);
                depth = depth.wrapping_add(1);
                at = at.wrapping_add(1);
                continue;
            } else {
                let rest = line.get(at..).unwrap_or_default();
                let len = if first.is_ascii_digit() {
                    plain_number(rest, at, node)
                } else {
                    plain_atom(rest, at, node)
                };
                if len == 0 {
                    break;
                }
                at = at.wrapping_add(len);
                at
            };
            if let Some(octet) = text.get_mut(text_end) {
                *octet = 0;
            }
            previous = count as u32;
            count = count.wrapping_add(1);
            if depth == self.item_depth {
                self.last_item = previous;
                self.fetch.value(previous, self.line, nodes);
            }
        }
        self.at = at;
        (self.count, self.previous, self.open, self.depth) = (count, previous, open, depth);
    }

    /// A value of a FETCH's item list may be complete now.
    #[inline(always)]
    fn item_is_complete(&mut self) {
        if self.depth == self.item_depth && self.previous != self.last_item {
            self.last_item = self.previous;
            self.fetch.value(self.previous, self.line, self.nodes);
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
        let list = (self.count - 1) as u32;
        self.nodes[list as usize].val = self.open;
        self.open = list;
        self.previous = 0;
        self.depth += 1;
    }

    fn leave(&mut self) {
        (self.open, self.previous) = close(self.nodes, self.open, self.previous, self.count, self.at);
        self.depth -= 1;
    }

    fn push(&mut self, kind: Kind, off: usize, len: usize, before: u16, aux: u8, val: u32) {
        self.make_room();
        let Some(node) = self.nodes.get_mut(self.count) else {
            return;
        };
        // The one before is not the last any more; who stays last is marked when the list closes.
        self.previous = self.count as u32;
        self.count += 1;
        *node = Node {
            kind,
            aux,
            before,
            off: off as u32,
            len: len as u32,
            val,
        };
    }

    /// For one node more.
    fn make_room(&mut self) {
        if self.count >= self.nodes.len() {
            let more = (self.nodes.len() / 2).max(ROOM);
            self.nodes.resize(self.nodes.len() + more, DUMMY);
        }
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

/// The length of the number that begins here, which becomes the node; 0 if it is not as the grammar has it, or nothing is
/// behind it.
#[inline(never)]
fn plain_number(rest: &[u8], at: usize, node: &mut Node) -> usize {
    let Some((len, value)) = scan::short_number(rest).filter(|n| n.0 < rest.len()) else {
        return 0;
    };
    *node = Node::leaf(Kind::Number, at, len, 0, value);
    len
}

/// The same for an atom.
#[inline(never)]
fn plain_atom(rest: &[u8], at: usize, node: &mut Node) -> usize {
    let len = scan::atom_end(rest);
    if matches!(rest.first(), Some(b'{' | b'~' | b'N' | b'n')) || matches!(rest.get(len), Some(b'[') | None) {
        return 0;
    }
    *node = Node::leaf(Kind::Atom, at, len, 0, 0);
    len
}

/// A NIL begins here that a blank or parenthesis follows.
#[inline(always)]
fn is_nil(line: &[u8], at: usize) -> bool {
    const BLANK: u32 = u32::from_le_bytes(*b"NIL ");
    const CLOSE: u32 = u32::from_le_bytes(*b"NIL)");
    let word = line.get(at..).and_then(|rest| rest.first_chunk::<4>());
    matches!(word.map(|w| u32::from_le_bytes(*w)), Some(BLANK | CLOSE))
}

/// The list or code `open` ends before `at`, `previous` is its last value, and nodes from `after` on are behind it. The list
/// around it, and itself as what was read last.
#[inline(always)]
fn close(nodes: &mut [Node], open: u32, previous: u32, after: usize, at: usize) -> (u32, u32) {
    // In an empty list that is the node that is none.
    if let Some(last) = nodes.get_mut(previous as usize) {
        last.aux |= LAST;
    }
    let Some(list) = nodes.get_mut(open as usize) else {
        return (0, 0);
    };
    let around = std::mem::replace(&mut list.val, after as u32);
    list.len = (at as u32).wrapping_sub(list.off);
    (around, open)
}

/// Where the marker `{n}` or `~{n}` begins whose literal begins at `at`.
fn marker_start(line: &[u8], at: usize) -> usize {
    let before = line.get(..at.saturating_sub(3)).unwrap_or_default();
    let before = before.strip_suffix(b"+").unwrap_or(before);
    let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let brace = (before.len() - digits).saturating_sub(1);
    brace - usize::from(brace > 0 && line[brace - 1] == b'~')
}
