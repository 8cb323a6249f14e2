//! Words in a row: CAPABILITY, ENABLED, FLAGS, the roots of QUOTAROOT, the optional rights of LISTRIGHTS, and any list
//! or response code. In: the values of one line. Out: word by word.

use super::arguments;
use super::name::Data;
use crate::proto::tree::{Kind, ROOT, Values};

/// The word behind the cursor, which moves on; `list` is a list or a code (its name is none of its words), or ROOT for
/// the words of the response itself. Lists among the words are passed over.
pub fn next(values: Values<'_>, data: Data, list: u32, cursor: &mut u32) -> Option<u32> {
    let mut node = if *cursor != 0 {
        values.next(*cursor)
    } else if list == ROOT {
        own(values, data)
    } else if values.kind(list) == Kind::Code {
        values.next(values.first(list))
    } else {
        values.first(list)
    };
    while node != 0 && values.word(node).is_none() {
        node = values.next(node);
    }
    *cursor = if node == 0 { ROOT } else { node };
    (node != 0).then_some(node)
}

/// The first word of the response itself.
fn own(values: Values<'_>, data: Data) -> u32 {
    let first = arguments::first(values);
    match data {
        Data::Capability | Data::Enabled => first,
        Data::Flags => arguments::opened(values, first),
        Data::QuotaRoot => values.next(first),
        Data::ListRights => values.next(values.next(values.next(first))),
        _ => 0,
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
