//! Addresses of an envelope (RFC 9051, 7.5.2, and 2.3.5). In: the node of an address. Out: its four texts, and the node
//! of the next one. An address is a list of name, route, mailbox and host; servers also send such a list one deeper, the
//! four texts without their list, NIL or `()` as an entry, and more or fewer than four texts. What an address says (its
//! encoded words) is left to `codec::header_text`.

use crate::proto::tree::{Kind, Values};

/// What an entry of an address list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Mailbox = 1,
    /// The name of a group is its mailbox; the addresses up to the group's end are in it.
    GroupStart = 2,
    GroupEnd = 3,
}

/// One entry of an address list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    pub role: Role,
    pub name: Option<&'a [u8]>,
    pub route: Option<&'a [u8]>,
    pub mailbox: Option<&'a [u8]>,
    pub host: Option<&'a [u8]>,
    /// The node of the next address, 0 for the last.
    pub next: u32,
    /// It is no address as the RFC has it, or what stands behind it was left out.
    pub is_malformed: bool,
}

/// The node of the first address of a list, 0 if there is none, where the list's first entry is no plain address.
pub fn first(values: Values<'_>, list: u32) -> u32 {
    let mut at = values.first(list);
    // The whole list one list deeper: inside it the addresses are each other's neighbours.
    while values.is_list(at) && values.is_list(values.first(at)) && values.next(at) == 0 {
        at = values.first(at);
    }
    usable(values, at).0
}

/// The address at this node; `None` if there is none. Most are lists of four texts, and are read in one go.
#[inline]
pub fn read(values: Values<'_>, node: u32) -> Option<Address<'_>> {
    if node == 0 {
        // Behind the last.
        return None;
    }
    let Some([name, route, mailbox, host]) = values.leaves(node) else {
        return read_any(values, node);
    };
    let role = match (name, mailbox, host) {
        (_, Some(_), Some(_)) => Role::Mailbox,
        (_, Some(_), None) => Role::GroupStart,
        (None, None, None) => Role::GroupEnd,
        _ => return read_any(values, node),
    };
    let next = values.next(node);
    if next != 0 && !is_plain(values, next) {
        return read_any(values, node);
    }
    Some(Address {
        role,
        name,
        route,
        mailbox,
        host,
        next,
        is_malformed: false,
    })
}

/// An address of any form.
fn read_any(values: Values<'_>, node: u32) -> Option<Address<'_>> {
    let is_plain_one = is_plain(values, node);
    let mut is_malformed = !is_plain_one;
    let (start, after) = if is_plain_one {
        (values.first(node), values.next(node))
    } else {
        odd_bounds(values, node)?
    };
    let second = values.next(start);
    let third = values.next(second);
    let fourth = values.next(third);
    // Texts without a list of their own are followed by those of the next address.
    let fifth = if start == node { 0 } else { values.next(fourth) };
    is_malformed |= fourth == 0 || fifth != 0;
    let mut route_to_host = [second, third, fourth];
    if fifth != 0 {
        route_to_host = of_many_texts(values, route_to_host, fifth);
    }
    let mut text = |node| match values.kind(node) {
        Kind::String | Kind::Literal => values.text(node),
        Kind::Nil => None,
        _ => text_or_inner(values, node, &mut is_malformed),
    };
    let name = text(start);
    let [route, mailbox, host] = route_to_host.map(text);
    let role = match (mailbox, host) {
        (Some(_), Some(_)) => Role::Mailbox,
        (Some(_), None) if fourth != 0 => Role::GroupStart,
        (None, None) if fourth != 0 && name.is_none() => Role::GroupEnd,
        _ => {
            is_malformed = true;
            Role::Mailbox
        }
    };
    let next = if after == 0 || is_plain(values, after) {
        after
    } else {
        let (next, skipped) = usable(values, after);
        is_malformed |= skipped;
        next
    };
    Some(Address {
        role,
        name,
        route,
        mailbox,
        host,
        next,
        is_malformed,
    })
}

/// The first text of an address of another form, and the node behind the address.
#[cold]
fn odd_bounds(values: Values<'_>, node: u32) -> Option<(u32, u32)> {
    let inner = innermost(values, node);
    match (inner, values.next(node)) {
        (0, _) if !is_flat(values, node) => None,
        (0, _) => Some((node, nth(values, node, 4))),
        // Several addresses one list deeper, at the end: they go on in there.
        (_, 0) => Some((values.first(inner), values.next(inner))),
        (_, after) => Some((values.first(inner), after)),
    }
}

/// Route, mailbox and host if there are too many texts: at the end, if the name was cut in pieces.
#[cold]
fn of_many_texts(values: Values<'_>, route_to_host: [u32; 3], fifth: u32) -> [u32; 3] {
    let [_, third, fourth] = route_to_host;
    let mut last = fifth;
    let mut tail = [third, fourth, fifth];
    while values.next(last) != 0 {
        last = values.next(last);
        tail = [tail[1], tail[2], last];
    }
    if values.kind(tail[0]) == Kind::Nil {
        tail
    } else {
        route_to_host
    }
}

/// A list that begins with a text, as addresses do.
#[inline]
pub fn is_plain(values: Values<'_>, node: u32) -> bool {
    let first = values.first(node);
    first != 0 && !values.is_list(first)
}

/// The list of texts inside lists of lists; 0 if there is none.
fn innermost(values: Values<'_>, node: u32) -> u32 {
    let mut at = node;
    while values.is_list(values.first(at)) {
        at = values.first(at);
    }
    if values.first(at) == 0 { 0 } else { at }
}

/// Four texts without a list around them begin here, and say something.
fn is_flat(values: Values<'_>, node: u32) -> bool {
    let nodes = [0, 1, 2, 3].map(|n| nth(values, node, n));
    nodes.iter().all(|n| *n != 0 && !values.is_list(*n)) && nodes[2..].iter().any(|n| values.kind(*n) != Kind::Nil)
}

fn nth(values: Values<'_>, node: u32, n: usize) -> u32 {
    (0..n).fold(node, |at, _| values.next(at))
}

/// The first node from this one on that is an address of any form, and whether others were skipped.
fn usable(values: Values<'_>, node: u32) -> (u32, bool) {
    let mut at = node;
    while at != 0 && innermost(values, at) == 0 && !is_flat(values, at) {
        at = values.next(at);
    }
    (at, at != node)
}

/// A text that should be a string or NIL. Other values and the first one in a list are taken too, and said to be wrong.
pub fn text_or_inner<'a>(values: Values<'a>, node: u32, is_malformed: &mut bool) -> Option<&'a [u8]> {
    match values.kind(node) {
        Kind::String | Kind::Literal => values.text(node),
        Kind::Nil | Kind::None => None,
        Kind::List => {
            *is_malformed = true;
            values.text(values.first(node))
        }
        _ => {
            *is_malformed = true;
            values.text(node)
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
