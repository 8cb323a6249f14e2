//! Mailbox names of a response, as sent and in UTF-8 (RFC 3501, 5.1.3; RFC 6855; RFC 9051, 5.1). In: the line's values
//! and octets. Out: texts with a NUL behind each, made only for names that are not already what is asked for. A name
//! that is no modified UTF-7 is shown as it came.

use super::name::Data;
use super::{arguments, list, namespace};
use crate::codec::utf7;
use crate::proto::tree::{Kind, Values};

/// A mailbox name. To the server goes what came from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mailbox<'a> {
    pub raw: &'a [u8],
    pub utf8: &'a [u8],
}

/// Names of one response that are not in its line as they are handed out.
#[derive(Debug, Default)]
pub struct Names {
    buf: Vec<u8>,
    /// By node: the name as sent if the line has it in pieces, and in UTF-8.
    made: Vec<(u32, Option<Place>, Place)>,
}

type Place = (usize, usize);

impl Names {
    /// All names of a line; `behind_name` is its octets behind the response's name.
    pub fn read(values: Values<'_>, data: Data, behind_name: &[u8], is_utf8: bool) -> Names {
        let mut names = Names::default();
        let (first, loose) = (arguments::first(values), loose_name(data, behind_name));
        let mut add = |node: u32, raw: Option<&[u8]>| names.add(values, node, raw, is_utf8);
        match data {
            Data::List | Data::Lsub | Data::Xlist => {
                if let Some(entry) = list::read(values) {
                    add(entry.name, loose);
                    add(entry.old_name, None);
                }
            }
            Data::Namespace => {
                for class in 0..3 {
                    let mut cursor = 0;
                    while let Some(entry) = namespace::next(values, class, &mut cursor) {
                        add(entry.prefix, None);
                        add(entry.translation, None);
                    }
                }
            }
            Data::Esearch => add(values.find(first, b"MAILBOX"), None),
            _ => add(first, loose),
        }
        // Searched by node; namespaces may come in any order.
        names.made.sort_unstable_by_key(|(node, ..)| *node);
        names
    }

    fn add(&mut self, values: Values<'_>, node: u32, raw: Option<&[u8]>, is_utf8: bool) {
        let is_quoted = matches!(values.kind(node), Kind::String | Kind::Literal);
        let raw = raw.filter(|_| !is_quoted);
        let Some(text) = raw.or_else(|| values.word(node)) else {
            return;
        };
        let decoded = if is_utf8 || !text.contains(&b'&') {
            None
        } else {
            utf7::decode(text)
        };
        let raw = raw.map(|raw| self.keep(raw));
        let utf8 = decoded.map(|d| self.keep(d.as_bytes()));
        if let Some(utf8) = utf8.or(raw) {
            self.made.push((node, raw, utf8));
        }
    }

    fn keep(&mut self, text: &[u8]) -> Place {
        let start = self.buf.len();
        self.buf.extend_from_slice(text);
        self.buf.push(0);
        (start, start + text.len())
    }

    /// The name that stands at a node.
    pub fn get<'a>(&'a self, values: Values<'a>, node: u32) -> Option<Mailbox<'a>> {
        let raw = values.word(node)?;
        let Ok(i) = self.made.binary_search_by_key(&node, |(node, ..)| *node) else {
            return Some(Mailbox { raw, utf8: raw });
        };
        let (_, made_raw, utf8) = self.made.get(i)?;
        let kept = |(start, end): Place| self.buf.get(start..end);
        Some(Mailbox {
            raw: made_raw.and_then(kept).unwrap_or(raw),
            utf8: kept(*utf8).unwrap_or(raw),
        })
    }
}

/// The name of a LIST or STATUS line that some servers send without the quotes its blanks or parentheses ask for;
/// `None` if it stands in one piece.
fn loose_name(data: Data, behind_name: &[u8]) -> Option<&[u8]> {
    let (name, tail_may_be_missing) = match data {
        Data::List | Data::Lsub | Data::Xlist => (behind_delimiter(behind_name)?, true),
        Data::Status => (behind_name, false),
        _ => return None,
    };
    let name = name.trim_ascii();
    let open = if name.ends_with(b")") { opening(name) } else { None };
    let name = match open {
        // A list that ends the line, apart by a blank, is no part of the name.
        Some(open) if open > 0 && name[open - 1] == b' ' => name[..open].trim_ascii_end(),
        Some(open) if !tail_may_be_missing => name[..open].trim_ascii_end(),
        None if !tail_may_be_missing => return None,
        _ => name,
    };
    let is_whole = !name.iter().any(|b| matches!(b, b' ' | b'(' | b')'));
    let is_quoted = matches!(name.first(), None | Some(b'"' | b'{'));
    // What has line ends in it has literals.
    (!is_whole && !is_quoted && memchr::memchr2(b'\n', 0, name).is_none()).then_some(name)
}

/// What stands behind the attributes and the delimiter.
fn behind_delimiter(octets: &[u8]) -> Option<&[u8]> {
    let octets = octets.trim_ascii_start();
    let close = memchr::memchr(b')', octets).filter(|_| octets.first() == Some(&b'('))?;
    let rest = octets.get(close + 1..)?.trim_ascii_start();
    let len = match rest.first()? {
        b'"' if rest.get(1) == Some(&b'\\') => 4,
        b'"' => rest.get(1..)?.iter().position(|b| *b == b'"')? + 2,
        _ => rest.iter().position(|b| *b == b' ')?,
    };
    rest.get(len..)
}

/// Where the parenthesis opens that the last octet closes; strings are not looked into.
fn opening(octets: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, octet) in octets.iter().enumerate().rev() {
        match octet {
            b')' => depth += 1,
            b'(' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
