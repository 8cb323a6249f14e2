//! A response as a tree of values: a flat table of 16-octet nodes in reading order. Node 0 is a dummy, so that 0 can
//! say "none"; the line itself is the parent [`ROOT`]. Texts live in a copy of the line in which each value is
//! followed by a NUL and escapes are resolved; the line stays as it came. Built by `lexer`, never recursive.

use super::lexer::Lexer;
use super::line::{Held, Line};
use super::response::fetch::Fetch;
use super::response::head::Head;
use super::response::name::Data;
use super::rows::Packed;

/// What a node is.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    None = 0,
    Atom = 1,
    Number = 2,
    String = 3,
    Literal = 4,
    Nil = 5,
    List = 6,
    /// The bracketed code of a status response.
    Code = 7,
    /// The human-readable text of a status response or continuation.
    Text = 8,
    /// Octets that fit nowhere.
    Junk = 9,
}

/// `val` of a list: the index after its end; of a number: its value; of a literal: its place in the line's literals.
/// `off`/`len` are the text, or a list's whole extent, counted without the octets of literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub aux: u8,
    /// Octets before the text that belong to the value as sent (an opening quote, a literal's marker).
    pub before: u16,
    pub off: u32,
    pub len: u32,
    pub val: u32,
}

pub const DUMMY: Node = Node {
    kind: Kind::None,
    aux: 0,
    before: 0,
    off: 0,
    len: 0,
    val: 0,
};

impl Node {
    #[inline(always)]
    pub fn leaf(kind: Kind, off: usize, len: usize, before: u16, val: u32) -> Node {
        Node {
            kind,
            aux: 0,
            before,
            off: off as u32,
            len: len as u32,
            val,
        }
    }

    /// The value of a number, whose digits stand in `line`.
    pub fn number(&self, line: &[u8]) -> Option<u64> {
        if self.aux & BIG == 0 {
            return Some(u64::from(self.val));
        }
        let start = self.off as usize;
        let digits = line.get(start..start + self.len as usize)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}

/// As a parent: the line itself.
pub const ROOT: u32 = u32::MAX;

/// The last of its siblings.
pub const LAST: u8 = 1;
/// A number that `val` cannot hold: read the text.
pub const BIG: u8 = 2;
/// A quoted string that was sent longer than its text, by escapes: `val` is the length as sent.
pub const ESCAPED: u8 = 8;
/// The text is a copy that begins at `val` of the texts, its length before it: no delimiter followed it that a NUL could
/// replace, or literals are inside it.
pub const ASIDE: u8 = 16;
/// Octets of that length.
pub const ASIDE_LEN: usize = 4;

/// The values of one response, borrowed: what every view reads. Texts have a NUL behind them in memory (part of the
/// slice's memory, not of the slice).
#[derive(Clone, Copy)]
pub struct Values<'a> {
    tree: &'a Tree,
    line: &'a Line,
}

impl<'a> Values<'a> {
    pub fn new(tree: &'a Tree, line: &'a Line) -> Values<'a> {
        Values { tree, line }
    }

    pub fn kind(self, node: u32) -> Kind {
        self.tree.kind(node)
    }

    /// `None` for NIL, lists, codes and no node.
    pub fn text(self, node: u32) -> Option<&'a [u8]> {
        self.tree.text(self.line, node)
    }

    /// As `text`, but of the atom NIL too: for places where a string cannot be absent, such as mailbox names.
    pub fn word(self, node: u32) -> Option<&'a [u8]> {
        match self.kind(node) {
            Kind::Nil => self.tree.nil_word(self.line, node),
            _ => self.text(node),
        }
    }

    pub fn number(self, node: u32) -> Option<u64> {
        self.tree.number(node)
    }

    /// The texts of a list of just so many strings and NILs, which have none.
    #[inline]
    pub fn leaves<const N: usize>(self, list: u32) -> Option<[Option<&'a [u8]>; N]> {
        self.tree.leaves(self.line, list)
    }

    pub fn is_list(self, node: u32) -> bool {
        self.kind(node) == Kind::List
    }

    /// The first value inside a list, a code or the line ([`ROOT`]); 0 for none.
    pub fn first(self, parent: u32) -> u32 {
        self.tree.first(parent)
    }

    /// The value behind this one in the same list; 0 for the last.
    pub fn next(self, node: u32) -> u32 {
        self.tree.next(node)
    }

    pub fn children(self, parent: u32) -> impl Iterator<Item = u32> + 'a {
        self.tree.children(parent)
    }

    /// In a list of names and values, the value after the name (any case).
    pub fn find(self, list: u32, name: &[u8]) -> u32 {
        self.tree.find(self.line, list, name)
    }
}

/// Node `i` behind a list's own.
fn leaf_number(list: u32, i: usize) -> u32 {
    list.wrapping_add(1).wrapping_add(i as u32)
}

/// The finished tree of one response.
#[derive(Debug, Default)]
pub struct Tree {
    /// The first `count` are some; behind them all are none.
    nodes: Vec<Node>,
    count: usize,
    text: Vec<u8>,
    malformed: bool,
    /// The strings with escapes, and where their texts are among [`Tree::escaped_texts`].
    escaped: Vec<(u32, u32)>,
    fetch: Fetch,
    /// The line without its literals, while it is read.
    compact: Vec<u8>,
}

impl Tree {
    /// Reads a whole response whose first words are known. Whatever it contains, the result is a tree; what could not
    /// be read is in it as junk.
    pub fn read(line: &Line, head: &Head, data: Data, max_depth: usize) -> Tree {
        let mut tree = Tree::default();
        tree.read_again(line, head, data, max_depth);
        tree.nodes.truncate(tree.count);
        tree.nodes.shrink_to_fit();
        tree.escaped.shrink_to_fit();
        tree.compact = Vec::new();
        tree
    }

    /// The same in the memory of a tree that is done with.
    pub fn read_again(&mut self, line: &Line, head: &Head, data: Data, max_depth: usize) {
        let octets = if line.is_sealed() {
            line.without_literals(&mut self.compact);
            &self.compact[..]
        } else {
            line.octets()
        };
        self.fetch.clear();
        let nodes = (&mut self.nodes, self.count);
        let (text, escaped) = (&mut self.text, &mut self.escaped);
        let mut lexer = Lexer::new(octets, line, nodes, text, escaped, &mut self.fetch, max_depth);
        lexer.response(head, data);
        (self.malformed, self.count) = (lexer.malformed, lexer.count);
    }

    /// The items of a FETCH; empty for other responses.
    pub fn fetch(&self) -> &Fetch {
        &self.fetch
    }

    /// Some octets fitted nowhere, or a list was not closed.
    pub fn is_malformed(&self) -> bool {
        self.malformed
    }

    fn node(&self, node: u32) -> Option<&Node> {
        if node == 0 { None } else { self.nodes.get(node as usize) }
    }

    pub fn kind(&self, node: u32) -> Kind {
        self.node(node).map_or(Kind::None, |n| n.kind)
    }

    /// The value's text followed by a NUL (the NUL is part of the slice's memory, not of the slice); `None` for NIL,
    /// for lists, and for a literal that was handed on as it arrived.
    #[inline]
    pub fn text<'a>(&'a self, line: &'a Line, node: u32) -> Option<&'a [u8]> {
        let n = self.node(node)?;
        if n.kind == Kind::String && line.as_packed().is_none() {
            return self.text.get(n.off as usize..)?.get(..n.len as usize);
        }
        self.any_text(line, node, n)
    }

    fn any_text<'a>(&'a self, line: &'a Line, node: u32, n: &Node) -> Option<&'a [u8]> {
        match n.kind {
            Kind::Nil | Kind::List | Kind::Code | Kind::None => None,
            Kind::Literal => line.literal(n.val as usize),
            _ => {
                if let Some(packed) = line.as_packed() {
                    return self.packed_text(packed, line, node);
                }
                if n.aux & ASIDE == 0 {
                    return self.text.get(n.off as usize..n.off as usize + n.len as usize);
                }
                let at = n.val as usize;
                let len = self.text.get(at.checked_sub(ASIDE_LEN)?..at)?.try_into().ok()?;
                self.text.get(at..at.checked_add(u32::from_ne_bytes(len) as usize)?)
            }
        }
    }

    #[inline]
    fn leaves<'a, const N: usize>(&'a self, line: &'a Line, list: u32) -> Option<[Option<&'a [u8]>; N]> {
        // Only a number that there is has a next one: on 32 bits.
        let node = self.node(list)?;
        let first = list as usize + 1;
        if node.kind != Kind::List || node.val as usize != first + N {
            return None;
        }
        let leaves: &[Node; N] = self.nodes.get(first..)?.first_chunk()?;
        let mut texts = [None; N];
        let is_packed = line.as_packed().is_some();
        for (i, (text, leaf)) in texts.iter_mut().zip(leaves).enumerate() {
            *text = match leaf.kind {
                Kind::String if is_packed => self.any_text(line, leaf_number(list, i), leaf),
                Kind::String => Some(self.text.get(leaf.off as usize..)?.get(..leaf.len as usize)?),
                Kind::Nil => None,
                Kind::Literal => line.literal(leaf.val as usize),
                _ => return None,
            };
        }
        Some(texts)
    }

    /// The text of a packed line's node, in memory that stays.
    fn packed_text<'a>(&'a self, packed: &'a Packed, line: &'a Line, node: u32) -> Option<&'a [u8]> {
        let n = self.node(node)?;
        if n.kind == Kind::String && n.aux & ESCAPED != 0 {
            return packed.escaped(self, node);
        }
        let in_place = || {
            // A value begins behind all literals before it.
            let literals = line.literals();
            if literals.is_empty() {
                return packed.text(n.off as usize, n.len as usize);
            }
            let before = literals.partition_point(|l| l.place() <= n.off as usize);
            let octets: usize = literals.get(..before)?.iter().map(super::line::Literal::here).sum();
            packed.text(n.off as usize + octets, n.len as usize)
        };
        let text = if n.kind == Kind::String { in_place() } else { None };
        text.or_else(|| {
            let row = packed.lasting()?;
            row.tree().text(row.line(), node)
        })
    }

    /// The texts of all strings with escapes, a NUL behind each.
    pub fn escaped_texts(&self) -> Box<[u8]> {
        let mut texts = Vec::new();
        for n in self.escaped.iter().filter_map(|e| self.nodes.get(e.0 as usize)) {
            let end = n.off as usize + n.len as usize;
            texts.extend_from_slice(self.text.get(n.off as usize..end).unwrap_or_default());
            texts.push(0);
        }
        texts.into_boxed_slice()
    }

    /// A node's among those texts.
    pub fn escaped_in<'a>(&self, texts: &'a [u8], node: u32) -> Option<&'a [u8]> {
        let place = self.escaped.binary_search_by_key(&node, |e| e.0).ok()?;
        let start = self.escaped.get(place)?.1 as usize;
        texts.get(start..start + self.node(node)?.len as usize)
    }

    /// The atom NIL as it was spelt.
    pub fn nil_word<'a>(&'a self, line: &'a Line, node: u32) -> Option<&'a [u8]> {
        if let Some(packed) = line.as_packed() {
            let row = packed.lasting()?;
            return row.tree().nil_word(row.line(), node);
        }
        let n = self.node(node).filter(|n| n.kind == Kind::Nil)?;
        self.text.get(n.off as usize..n.off as usize + n.len as usize)
    }

    /// The value exactly as sent, quotes, parentheses and literal markers included; `raw` is the line exactly as it
    /// came. `None` if a literal is in it whose octets are not in the line.
    pub fn raw<'a>(&self, line: &Line, raw: &'a [u8], node: u32) -> Option<&'a [u8]> {
        let n = self.node(node)?;
        let (start, end) = (n.off as usize, n.off as usize + n.len as usize);
        let range = match n.kind {
            Kind::String if n.aux & ESCAPED != 0 => start - 1..start + n.val as usize + 1,
            Kind::String => start - 1..end + 1,
            Kind::Literal => start.checked_sub(n.before as usize)?..end,
            Kind::None => return None,
            _ => start..end,
        };
        // From places without literals to places in the line: a value begins behind all literals before it.
        let literals = line.literals();
        let before = literals.partition_point(|l| l.place() <= range.start);
        let upto = match n.kind {
            Kind::Literal => literals.partition_point(|l| l.place() <= range.end),
            _ => literals.partition_point(|l| l.place() < range.end),
        };
        let is_here = |l: &super::line::Literal| matches!(l.held, Held::Here { .. });
        if !literals.get(before..upto)?.iter().all(is_here) {
            return None;
        }
        let shift = |n: usize| {
            n.checked_sub(1)
                .and_then(|i| literals.get(i))
                .map_or(0, |l| l.before + l.here())
        };
        raw.get(range.start + shift(before)..range.end + shift(upto))
    }

    pub fn number(&self, node: u32) -> Option<u64> {
        let n = self.node(node).filter(|n| n.kind == Kind::Number)?;
        n.number(&self.text)
    }

    /// The first value inside a list, a code or the line.
    pub fn first(&self, node: u32) -> u32 {
        if node == ROOT {
            return u32::from(self.count > 1);
        }
        match self.node(node) {
            Some(n) if matches!(n.kind, Kind::List | Kind::Code) && n.val > node + 1 => node + 1,
            _ => 0,
        }
    }

    pub fn next(&self, node: u32) -> u32 {
        match self.node(node) {
            Some(n) if n.aux & LAST == 0 => match n.kind {
                Kind::List | Kind::Code => n.val,
                Kind::None => 0,
                _ => node + 1,
            },
            _ => 0,
        }
    }

    /// The values of a list, a code or the line.
    pub fn children(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.first(node);
        std::iter::from_fn(move || {
            let this = at;
            at = self.next(at);
            (this != 0).then_some(this)
        })
    }

    /// In a list of names and values, the value after the name (any case).
    pub fn find(&self, line: &Line, list: u32, name: &[u8]) -> u32 {
        let mut children = self.children(list);
        while let Some(key) = children.next() {
            let value = children.next().unwrap_or(0);
            let is_name = matches!(self.kind(key), Kind::Atom | Kind::String | Kind::Number)
                && self.text(line, key).is_some_and(|t| t.eq_ignore_ascii_case(name));
            if is_name {
                return value;
            }
        }
        0
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
