//! LIST, LSUB and XLIST (RFC 9051, 7.3.1; RFC 5258; RFC 6154; RFC 3501, 7.2.3). In: the values of one line. Out:
//! attributes as a mask, delimiter, and where name and extended data stand. The name's text is `names`' business.

use super::arguments;
use crate::proto::tree::{Kind, Values};

/// The attributes that are known, by the number of their bit. Behind them in the mask: some other one.
pub const ATTRIBUTES: &[(&str, u32)] = &[
    ("\\Noselect", 0),
    ("\\Noinferiors", 1),
    ("\\HasChildren", 2),
    ("\\HasNoChildren", 3),
    ("\\Marked", 4),
    ("\\Unmarked", 5),
    ("\\NonExistent", 6),
    ("\\Subscribed", 7),
    ("\\Remote", 8),
    ("\\All", 9),
    ("\\Archive", 10),
    ("\\Drafts", 11),
    ("\\Flagged", 12),
    ("\\Junk", 13),
    ("\\Sent", 14),
    ("\\Trash", 15),
    ("\\Important", 16),
    ("\\Inbox", 17),
    // Gmail's XLIST had these names.
    ("\\AllMail", 9),
    ("\\Starred", 12),
    ("\\Spam", 13),
];
pub const OTHER: u32 = 30;

/// One mailbox of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub attributes: u32,
    pub attribute_list: u32,
    /// 0 for NIL.
    pub delimiter: u8,
    pub name: u32,
    /// The list behind the name, the former name in it, and the list of CHILDINFO.
    pub extended: u32,
    pub old_name: u32,
    pub child_info: u32,
    pub malformed: bool,
}

pub fn read(values: Values<'_>) -> Option<Entry> {
    let mut entry = Entry::default();
    let mut node = arguments::first(values);
    if node == 0 {
        return None;
    }
    match values.kind(node) {
        Kind::List => {
            entry.attribute_list = node;
            (entry.attributes, entry.malformed) = attributes(values, node);
        }
        Kind::Nil => {}
        _ => entry.malformed = true,
    }
    node = values.next(node);
    match values.text(node) {
        Some(&[delimiter]) => entry.delimiter = delimiter,
        Some(b"") => {}
        None if values.kind(node) == Kind::Nil => {}
        _ => entry.malformed = true,
    }
    entry.name = values.next(node);
    if values.word(entry.name).is_none() {
        entry.malformed = true;
        return Some(entry);
    }
    entry.extended = extended(values, entry.name);
    let old_name = values.find(entry.extended, b"OLDNAME");
    entry.old_name = arguments::opened(values, old_name);
    entry.child_info = values.find(entry.extended, b"CHILDINFO");
    if values.next(entry.name) != entry.extended || values.next(entry.extended) != 0 {
        entry.malformed = true;
    }
    Some(entry)
}

/// Extended data is the list that ends the line.
fn extended(values: Values<'_>, name: u32) -> u32 {
    let (mut last, mut node) = (0, values.next(name));
    while node != 0 {
        last = node;
        node = values.next(node);
    }
    // `INBOX.foo(bar)` is no list of names and values, but a name that should have been quoted.
    let first = values.first(last);
    let is_pairs = first == 0 || values.next(first) != 0;
    if values.is_list(last) && is_pairs { last } else { 0 }
}

fn attributes(values: Values<'_>, list: u32) -> (u32, bool) {
    let (mut mask, mut malformed) = (0, false);
    for node in values.children(list) {
        let Some(text) = values.word(node) else {
            malformed = true;
            continue;
        };
        let known = ATTRIBUTES
            .iter()
            .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(text));
        mask |= 1 << known.map_or(OTHER, |(_, bit)| *bit);
    }
    (mask, malformed)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
