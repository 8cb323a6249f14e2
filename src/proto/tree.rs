//! A response as a tree of values: a flat table of 16-octet nodes in reading order. Node 0 is a dummy, so that 0 can
//! say "none"; the line itself is the parent [`ROOT`]. Texts live in a copy of the line in which each value is
//! followed by a NUL and escapes are resolved; the line stays as it came. Built by `lexer`, never recursive.

use super::lexer;
use super::receive::Line;
use super::response::head::Head;

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

/// `val` of a list: the index after its end; of a number: its value; of a detached literal: its place in the line's
/// literals. `off`/`len` are the text, or a list's whole extent.
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

/// As a parent: the line itself.
pub const ROOT: u32 = u32::MAX;

/// The last of its siblings.
pub const LAST: u8 = 1;
/// A number that `val` cannot hold: read the text.
pub const BIG: u8 = 2;
/// A literal whose octets are not in the line.
pub const DETACHED: u8 = 4;
/// A quoted string that was sent longer than its text, by escapes: `val` is the length as sent.
pub const ESCAPED: u8 = 8;
/// The text is a copy that begins at `val` of the texts: no delimiter followed it that a NUL could replace.
pub const ASIDE: u8 = 16;

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
            Kind::Nil => self.tree.raw(self.line, node),
            _ => self.text(node),
        }
    }

    pub fn number(self, node: u32) -> Option<u64> {
        self.tree.number(node)
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

/// The finished tree of one response.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    text: Box<[u8]>,
    malformed: bool,
}

impl Tree {
    /// Reads a whole response whose first words are known. Whatever it contains, the result is a tree; what could not be read is in it as junk.
    pub fn read(line: &Line, head: &Head, max_depth: usize) -> Tree {
        let (nodes, text, malformed) = lexer::read(line, head, max_depth);
        Tree { nodes, text, malformed }
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

    /// The value's text followed by a NUL (the NUL is part of the slice's memory, not of the slice); `None` for NIL
    /// and for lists.
    pub fn text<'a>(&'a self, line: &'a Line, node: u32) -> Option<&'a [u8]> {
        let n = self.node(node)?;
        match n.kind {
            Kind::Nil | Kind::List | Kind::Code | Kind::None => None,
            _ if n.aux & DETACHED != 0 => line.literal(n.val as usize),
            _ => {
                let at = if n.aux & ASIDE != 0 { n.val } else { n.off } as usize;
                self.text.get(at..at + n.len as usize)
            }
        }
    }

    /// The value exactly as sent, quotes, parentheses and literal markers included. `None` if a long literal is in it
    /// (its octets are kept apart).
    pub fn raw<'a>(&self, line: &'a Line, node: u32) -> Option<&'a [u8]> {
        let n = self.node(node)?;
        if n.aux & DETACHED != 0 {
            return None;
        }
        let (start, end) = (n.off as usize, n.off as usize + n.len as usize);
        let range = match n.kind {
            Kind::String if n.aux & ESCAPED != 0 => start - 1..start + n.val as usize + 1,
            Kind::String => start - 1..end + 1,
            Kind::Literal => start - n.before as usize..end,
            _ => start..end,
        };
        let first = line.literals.partition_point(|l| l.at < range.start);
        let inside = line.literals.iter().skip(first).take_while(|l| l.at < range.end);
        let detached_inside = inside.into_iter().any(|l| l.octets.is_some());
        if detached_inside { None } else { line.octets.get(range) }
    }

    pub fn number(&self, node: u32) -> Option<u64> {
        let n = self.node(node).filter(|n| n.kind == Kind::Number)?;
        if n.aux & BIG == 0 {
            return Some(u64::from(n.val));
        }
        let text = self.text.get(n.off as usize..n.off as usize + n.len as usize)?;
        std::str::from_utf8(text).ok()?.parse().ok()
    }

    /// The first value inside a list, a code or the line.
    pub fn first(&self, node: u32) -> u32 {
        if node == ROOT {
            return u32::from(self.nodes.len() > 1);
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
