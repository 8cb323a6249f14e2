//! Names with values: ID (RFC 2971), METADATA (RFC 5464, 4.4), ANNOTATION (the draft before it), and any list of such.
//! In: the values of one line. Out: entry by entry; a value that is a list is given as its node.

use super::arguments;
use super::name::Data;
use crate::proto::tree::{ROOT, Values};

/// One entry. `value` is 0 in lists of names only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub name: u32,
    pub value: u32,
    pub malformed: bool,
}

/// The entry of this response behind the cursor, which moves on.
pub fn next(values: Values<'_>, data: Data, cursor: &mut u32) -> Option<Entry> {
    let first = arguments::first(values);
    match data {
        // NIL is a list of none.
        Data::Id => pair(values, arguments::opened(values, first), cursor)
            .filter(|entry| entry.value != 0 || values.text(entry.name).is_some()),
        Data::Metadata | Data::Annotation => {
            let behind = values.next(first);
            if values.is_list(behind) {
                return pair(values, values.first(behind), cursor);
            }
            name_and_list(values, behind, cursor)
        }
        _ => None,
    }
}

/// In any list: the name and value behind the cursor.
pub fn next_in(values: Values<'_>, list: u32, cursor: &mut u32) -> Option<Entry> {
    pair(values, values.first(list), cursor)
}

fn pair(values: Values<'_>, first: u32, cursor: &mut u32) -> Option<Entry> {
    let name = arguments::behind(values, first, *cursor);
    if name == 0 {
        *cursor = ROOT;
        return None;
    }
    let value = values.next(name);
    *cursor = if value == 0 { name } else { value };
    Some(Entry {
        name,
        value,
        malformed: value == 0 || values.word(name).is_none(),
    })
}

/// Names without values, or with lists of attributes.
fn name_and_list(values: Values<'_>, first: u32, cursor: &mut u32) -> Option<Entry> {
    let name = arguments::behind(values, first, *cursor);
    if name == 0 {
        *cursor = ROOT;
        return None;
    }
    let value = values.next(name);
    let value = if values.is_list(value) { value } else { 0 };
    *cursor = if value == 0 { name } else { value };
    Some(Entry {
        name,
        value,
        malformed: values.word(name).is_none(),
    })
}

#[cfg(test)]
#[path = "entries_tests.rs"]
mod tests;
