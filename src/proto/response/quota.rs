//! QUOTA and QUOTAROOT (RFC 9208, section 5; RFC 2087). In: the values of one line. Out: the root, and its resources one
//! by one; all of them, not only the first. The roots of a QUOTAROOT are `words`.

use super::arguments;
use crate::proto::tree::{Kind, ROOT, Values};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    pub name: u32,
    pub usage: Option<u64>,
    /// `None` without a limit.
    pub limit: Option<u64>,
    pub malformed: bool,
}

/// The root's name; 0 where a server left it out.
pub fn root(values: Values<'_>) -> u32 {
    let first = arguments::first(values);
    if values.is_list(first) { 0 } else { first }
}

/// The resource behind the cursor, which moves on.
pub fn next(values: Values<'_>, cursor: &mut u32) -> Option<Resource> {
    let name = if *cursor == 0 {
        let first = arguments::first(values);
        let list = if values.is_list(first) {
            first
        } else {
            values.next(first)
        };
        arguments::opened(values, list)
    } else {
        values.next(*cursor)
    };
    if name == 0 {
        *cursor = ROOT;
        return None;
    }
    let mut resource = Resource {
        name,
        ..Resource::default()
    };
    resource.malformed = !matches!(values.kind(name), Kind::Atom | Kind::String | Kind::Literal);
    let mut last = name;
    for number in [&mut resource.usage, &mut resource.limit] {
        let value = values.next(last);
        if !is_number(values, value) {
            resource.malformed = true;
            break;
        }
        *number = arguments::number(values, value);
        last = value;
    }
    *cursor = last;
    Some(resource)
}

/// Something that stands where a number should and is no name: NIL, -1, 1.5 too.
fn is_number(values: Values<'_>, node: u32) -> bool {
    matches!(values.kind(node), Kind::Nil | Kind::Number)
        || values
            .text(node)
            .and_then(<[u8]>::first)
            .is_some_and(|b| b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
#[path = "quota_tests.rs"]
mod tests;
