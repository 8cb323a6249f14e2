//! NAMESPACE (RFC 9051, 7.3.2; RFC 2342): three lists, of one's own, of other people's and of shared mailboxes. In: the
//! values of one line. Out: entry by entry.

use super::arguments;
use crate::proto::tree::{Kind, ROOT, Values};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub prefix: u32,
    /// 0 for NIL.
    pub delimiter: u8,
    /// The name of the first extension; its value and the others follow it.
    pub extension: u32,
    /// The prefix to be shown (RFC 5255, section 3.4).
    pub translation: u32,
    pub malformed: bool,
}

/// The entry behind the cursor in class 0, 1 or 2; the cursor moves on.
pub fn next(values: Values<'_>, class: u32, cursor: &mut u32) -> Option<Entry> {
    let mut node = if *cursor == 0 {
        let classes = arguments::first(values);
        let mut list = classes;
        for _ in 0..class.min(3) {
            list = values.next(list);
        }
        values.first(list)
    } else {
        values.next(*cursor)
    };
    if *cursor == 0 && values.word(node).is_some() && values.word(values.next(node)).is_some() {
        // One entry without the parentheses around it.
        *cursor = ROOT;
        return Some(Entry {
            malformed: true,
            ..entry(values, node)
        });
    }
    while node != 0 && !values.is_list(node) {
        node = values.next(node);
    }
    // Behind the last entry there is nothing, however often one asks.
    *cursor = if node == 0 { ROOT } else { node };
    (node != 0).then(|| entry(values, values.first(node)))
}

fn entry(values: Values<'_>, prefix: u32) -> Entry {
    let delimiter = values.next(prefix);
    let extension = values.next(delimiter);
    let mut entry = Entry {
        prefix,
        extension,
        ..Entry::default()
    };
    match values.text(delimiter) {
        Some(&[octet]) => entry.delimiter = octet,
        Some(b"") => {}
        None if values.kind(delimiter) == Kind::Nil => {}
        _ => entry.malformed = true,
    }
    if values.word(prefix).is_none() {
        entry.malformed = true;
    }
    // Extensions are names and lists of texts.
    let mut name = extension;
    while name != 0 {
        let value = values.next(name);
        if entry.translation == 0 && arguments::is_word(values, name, "TRANSLATION") {
            entry.translation = arguments::opened(values, value);
        }
        entry.malformed |= value == 0;
        name = values.next(value);
    }
    entry
}

#[cfg(test)]
#[path = "namespace_tests.rs"]
mod tests;
