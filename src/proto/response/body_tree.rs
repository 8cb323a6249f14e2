//! How the parts of BODY and BODYSTRUCTURE hang together (RFC 9051, 7.5.2). In: the node of a part. Out: whether it is a
//! multipart, its children with their numbers, the part behind it. Each step looks at a few values only, however large
//! the parts are. An entry that is no part (NIL, `()`) keeps its number, since the server counts it.

use super::body_extension::is_disposition;
use crate::proto::tree::{Kind, Values};

/// What a part's list looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Children, then the subtype.
    Multipart,
    /// A multipart's subtype without any children before it.
    Childless,
    /// Type and subtype, then the fields.
    Single,
}

pub fn shape(values: Values<'_>, node: u32) -> Shape {
    let first = values.first(node);
    let second = values.next(first);
    match (values.kind(first), values.kind(second)) {
        (Kind::List, _) => Shape::Multipart,
        (Kind::Nil, Kind::List) if sibling(values, first).1 != 0 => Shape::Multipart,
        (Kind::Nil, _) => {
            let is_subtype = is_multipart_subtype(values.text(second));
            let third = values.kind(values.next(second));
            if is_subtype && matches!(third, Kind::List | Kind::Nil | Kind::None) {
                Shape::Childless
            } else {
                Shape::Single
            }
        }
        (_, Kind::List | Kind::Nil | Kind::None) => {
            let word = values.text(first);
            let is_whole = values.kind(second) == Kind::Nil && values.children(node).nth(6).is_some();
            if is_type(word) || (is_whole && !is_multipart_subtype(word)) {
                Shape::Single
            } else {
                Shape::Childless
            }
        }
        _ => Shape::Single,
    }
}

/// The types that single parts have (RFC 6838, 4.2).
fn is_type(word: Option<&[u8]>) -> bool {
    let types: [&[u8]; 10] = [
        b"text",
        b"image",
        b"audio",
        b"video",
        b"application",
        b"message",
        b"multipart",
        b"font",
        b"model",
        b"haptics",
    ];
    word.is_some_and(|w| types.iter().any(|t| t.eq_ignore_ascii_case(w)))
}

fn is_multipart_subtype(word: Option<&[u8]>) -> bool {
    let subtypes: [&[u8]; 9] = [
        b"mixed",
        b"alternative",
        b"related",
        b"report",
        b"signed",
        b"encrypted",
        b"digest",
        b"parallel",
        b"appledouble",
    ];
    word.is_some_and(|w| subtypes.iter().any(|s| s.eq_ignore_ascii_case(w)))
}

/// The part behind this one in the same multipart, 0 for none, and how many entries further it is.
pub fn sibling(values: Values<'_>, node: u32) -> (u32, u32) {
    let mut at = values.next(node);
    let mut steps: u32 = 1;
    loop {
        let is_empty = values.first(at) == 0;
        match values.kind(at) {
            Kind::List if !is_empty && is_part(values, at) => return (steps, at),
            Kind::List if is_empty => {}
            Kind::Nil => {}
            _ => return (0, 0),
        }
        at = values.next(at);
        steps = steps.saturating_add(1);
    }
}

/// A list that is a part, and not parameters, a disposition or languages.
fn is_part(values: Values<'_>, list: u32) -> bool {
    let first = values.first(list);
    let second = values.next(first);
    match (values.kind(first), values.kind(second)) {
        (Kind::List, _) => true,
        (_, Kind::List | Kind::Nil | Kind::None) => !is_disposition(values.text(first)),
        _ => match values.kind(values.next(second)) {
            Kind::List | Kind::Nil => true,
            Kind::None => false,
            // Parameters without their list: then the sizes still are numbers, and other lists' texts are not.
            _ => {
                let size = values.children(list).nth(6).unwrap_or(0);
                matches!(values.kind(size), Kind::Number | Kind::Nil)
            }
        },
    }
}

/// The children of a multipart: their numbers from 1 and their nodes.
#[derive(Clone, Copy)]
pub struct Children<'a> {
    values: Values<'a>,
    number: u32,
    node: u32,
    is_only: bool,
}

impl<'a> Children<'a> {
    pub fn of(values: Values<'a>, node: u32) -> Children<'a> {
        let first = values.first(node);
        let (number, node) = if shape(values, node) != Shape::Multipart {
            (0, 0)
        } else if values.first(first) != 0 {
            (1, first)
        } else {
            let (steps, node) = sibling(values, first);
            (steps.saturating_add(1), node)
        };
        Children {
            values,
            number,
            node,
            is_only: false,
        }
    }

    /// One child without neighbours: the body of an inner message; none for 0.
    pub fn only(values: Values<'a>, node: u32) -> Children<'a> {
        Children {
            values,
            number: 1,
            node,
            is_only: true,
        }
    }
}

impl Iterator for Children<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let this = (self.number, self.node);
        if self.node == 0 {
            return None;
        }
        let (steps, node) = if self.is_only {
            (0, 0)
        } else {
            sibling(self.values, self.node)
        };
        self.number = self.number.saturating_add(steps);
        self.node = node;
        Some(this)
    }
}
