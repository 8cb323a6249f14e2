//! Parameters of a body part's type or disposition (RFC 9051, 7.5.2: body-fld-param). In: the node of the first or any
//! further one. Out: name, value, and the node of the next. Pairs in lists of their own, names or values that are NIL,
//! and a name without a value are taken as they are. Decoding is left to `codec::param_text`.

use super::address::text_or_inner;
use crate::proto::tree::{Kind, Values};

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    pub name: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// The node of the next parameter, 0 for the last.
    pub next: u32,
    pub is_malformed: bool,
}

/// The parameter at this node; `None` if there is none.
pub fn read(values: Values<'_>, node: u32) -> Option<Param<'_>> {
    let (name, mut is_malformed) = match values.kind(node) {
        Kind::None => return None,
        Kind::List => (values.first(node), true),
        _ => (node, false),
    };
    let value = values.next(name);
    let next = if name == node {
        values.next(value)
    } else {
        values.next(node)
    };
    let name = text_or_inner(values, name, &mut is_malformed);
    is_malformed |= name.is_none_or(<[u8]>::is_empty) || values.kind(value) == Kind::Nil || value == 0;
    let value = text_or_inner(values, value, &mut is_malformed);
    Some(Param {
        name,
        value,
        next,
        is_malformed,
    })
}

/// Names and values from this node on, those that have both.
pub fn pairs<'a>(values: Values<'a>, node: u32) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let mut at = node;
    std::iter::from_fn(move || {
        let param = read(values, at)?;
        at = param.next;
        Some((param.name, param.value))
    })
    .filter_map(|(name, value)| name.zip(value))
}

#[cfg(test)]
#[path = "param_tests.rs"]
mod tests;
