//! THREAD (RFC 5256, section 4) as a tree. In: the values of one line and a node. Out: that thread node's number, first
//! answer and next sibling.
//!
//! A thread node is a node of the line: a list stands for the first message in it, a number for itself.
//! ```text
//! (3 6 (4 23)(44 7 96))   the list is 3; its child is the number 6; whose children are the lists (4 23) and (44 7 96)
//! ((1)(2))                the list has no message: number 0; its children are the lists (1) and (2)
//! ```
//! So each node of the line is visited once, without a stack.

use super::arguments;
use crate::proto::tree::{Kind, ROOT, Values};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub node: u32,
    /// 0 for a root that is not there.
    pub number: u32,
    pub child: u32,
    pub sibling: u32,
    pub malformed: bool,
}

/// The thread node; with ROOT the first thread. 0 is none, so that a walk along siblings or children ends.
pub fn read(values: Values<'_>, node: u32) -> Option<Message> {
    let node = if node == ROOT { arguments::first(values) } else { node };
    let (number, child, sibling) = match values.kind(node) {
        Kind::None => return None,
        Kind::List => {
            let first = values.first(node);
            let sibling = values.next(node);
            if values.is_list(first) || first == 0 {
                return Some(Message {
                    node,
                    number: 0,
                    child: first,
                    sibling,
                    malformed: first == 0,
                });
            }
            (first, values.next(first), sibling)
        }
        _ => (node, values.next(node), 0),
    };
    let value = values.number(number).and_then(|n| u32::try_from(n).ok());
    Some(Message {
        node,
        number: value.unwrap_or(0),
        child,
        sibling,
        malformed: value.is_none_or(|n| n == 0),
    })
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
