//! What stands behind the name of an untagged response, for the views: where it begins, and numbers as servers send
//! them. Where a view goes through many things, a cursor is the node of the last one, 0 before the first.

use crate::proto::tree::{Kind, ROOT, Values};

/// The first value behind the response's name; 0 for none.
pub fn first(values: Values<'_>) -> u32 {
    let name = values.first(ROOT);
    match values.kind(name) {
        Kind::Number => values.next(values.next(name)),
        _ => values.next(name),
    }
}

/// The node behind a cursor, in a list that begins with `first`.
pub fn behind(values: Values<'_>, first: u32, cursor: u32) -> u32 {
    if cursor == 0 { first } else { values.next(cursor) }
}

/// The first value inside the list, or, where a server left out the parentheses, the value itself.
pub fn opened(values: Values<'_>, node: u32) -> u32 {
    if values.is_list(node) { values.first(node) } else { node }
}

/// A number, quoted ones included. -1, decimals and the like are none (Zoho, mail.ru).
pub fn number(values: Values<'_>, node: u32) -> Option<u64> {
    match values.kind(node) {
        Kind::Number => values.number(node),
        Kind::String | Kind::Literal => digits(values.text(node)?),
        _ => None,
    }
}

pub fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The text is this word in any case.
pub fn is_word(values: Values<'_>, node: u32, word: &str) -> bool {
    values
        .word(node)
        .is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes()))
}
