//! Ways through a body structure: part numbers (RFC 9051, 6.4.5.1) and the search for parts. In: the node of a BODY or
//! BODYSTRUCTURE. Out: nodes and numbers. Nothing recurses: a descent is a loop, a search keeps the lists it stands in.
//! Node numbers grow in reading order, so that a part is found from above by comparing numbers, without looking inside
//! of those before it.

use super::body::{self, Part};
use super::body_tree::Children;
use crate::proto::tree::Values;

/// The part with a number such as "1.2.3"; "" is the whole body.
pub fn find(values: Values<'_>, root: u32, number: &[u8]) -> Option<u32> {
    let mut at = root;
    let mut part = body::read(values, root)?;
    if number.is_empty() {
        return Some(root);
    }
    let mut is_root = true;
    for component in number.split(|b| *b == b'.') {
        let wanted = component_number(component)?;
        if !is_root && !part.is_multipart {
            // Inside of a message: its parts are counted as if it stood alone.
            at = part.body;
            part = body::read(values, at)?;
        }
        if part.is_multipart {
            at = Children::of(values, at)
                .find(|(n, _)| *n >= wanted)
                .filter(|(n, _)| *n == wanted)?
                .1;
            part = body::read(values, at)?;
        } else if wanted != 1 {
            return None;
        }
        is_root = false;
    }
    Some(at)
}

/// Digits that begin with none of 0.
fn component_number(component: &[u8]) -> Option<u32> {
    if component.first().is_none_or(|b| *b == b'0') || !component.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(component).ok()?.parse().ok()
}

/// The number of a part, "" for a multipart that is the whole body. `None` for what is no part of it, and for the
/// multipart of an inner message, which has no number.
pub fn number(values: Values<'_>, root: u32, node: u32) -> Option<String> {
    let mut text = String::new();
    let mut part = body::read(values, root)?;
    if !part.is_multipart {
        text.push('1');
    }
    let mut at = root;
    while at != node {
        let is_inner = !part.is_multipart;
        let (n, child) = if is_inner {
            (1, part.body)
        } else {
            around(values, at, node)?.1
        };
        if child <= at || child > node {
            return None;
        }
        at = child;
        part = body::read(values, at)?;
        if is_inner && part.is_multipart {
            if at == node {
                return None;
            }
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&n.to_string());
    }
    Some(text)
}

/// The child in which a node is, and those behind it. `None` if the node is in none.
fn around<'a>(values: Values<'a>, multipart: u32, node: u32) -> Option<(Children<'a>, (u32, u32))> {
    let mut children = Children::of(values, multipart);
    let mut found = None;
    let mut rest = children;
    while let Some(child) = children.next().filter(|(_, child)| *child <= node) {
        rest = children;
        found = Some(child);
    }
    Some((rest, found?))
}

/// What is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// "text/html", "image/*", "image".
    pub media_type: Option<&'a [u8]>,
    pub disposition: Option<&'a [u8]>,
}

impl Wanted<'_> {
    fn is(&self, part: &Part<'_>) -> bool {
        let has = |text: Option<&[u8]>, wanted: &[u8]| text.is_some_and(|t| t.eq_ignore_ascii_case(wanted));
        let is_type = self.media_type.is_none_or(|wanted| {
            let mut words = wanted.splitn(2, |b| *b == b'/');
            let is_any = |word: Option<&[u8]>| matches!(word, None | Some(b"*"));
            let (media_type, subtype) = (words.next(), words.next());
            (is_any(media_type) || media_type.is_some_and(|w| has(part.media_type, w)))
                && (is_any(subtype) || subtype.is_some_and(|w| has(part.subtype, w)))
        });
        is_type && self.disposition.is_none_or(|wanted| has(part.disposition, wanted))
    }
}

/// The next part in reading order behind the node `after`, from the whole body on for 0, that is what is wanted. The way
/// down to `after` is gone each time: [`Walk`] finds all parts in one go.
pub fn search(values: Values<'_>, root: u32, after: u32, wanted: Wanted<'_>) -> Option<u32> {
    Walk::behind(values, root, after)
        .find(|(_, part)| wanted.is(part))
        .map(|(node, _)| node)
}

/// All parts that are what is wanted, in reading order.
pub fn search_all<'a>(values: Values<'a>, root: u32, wanted: Wanted<'a>) -> impl Iterator<Item = u32> + 'a {
    Walk::behind(values, root, 0)
        .filter(move |(_, part)| wanted.is(part))
        .map(|(node, _)| node)
}

/// The parts of a body in reading order: a part, then those inside of it.
struct Walk<'a> {
    values: Values<'a>,
    after: u32,
    /// The parts that are still to be visited, the innermost last.
    open: Vec<Children<'a>>,
}

impl<'a> Walk<'a> {
    /// Those whose nodes are greater than `after`.
    fn behind(values: Values<'a>, root: u32, after: u32) -> Walk<'a> {
        let mut walk = Walk {
            values,
            after,
            open: Vec::new(),
        };
        if after < root {
            walk.open.push(Children::only(values, root));
            return walk;
        }
        // Down to the part in which `after` is, keeping those behind on each level.
        let mut entered = body::read(values, root).map(|part| (root, part));
        while let Some((at, part)) = entered {
            let found = part.is_multipart.then(|| around(values, at, after)).flatten();
            let child = match found {
                Some((rest, (_, child))) => {
                    walk.open.push(rest);
                    child
                }
                None if part.body > at && part.body <= after => part.body,
                None => {
                    walk.open.push(inside(values, at, &part));
                    break;
                }
            };
            entered = body::read(values, child).map(|part| (child, part));
        }
        walk
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (u32, Part<'a>);

    fn next(&mut self) -> Option<(u32, Part<'a>)> {
        while let Some(children) = self.open.last_mut() {
            let Some((_, node)) = children.next() else {
                self.open.pop();
                continue;
            };
            let Some(part) = body::read(self.values, node) else {
                continue;
            };
            self.open.push(inside(self.values, node, &part));
            if node > self.after {
                return Some((node, part));
            }
        }
        None
    }
}

fn inside<'a>(values: Values<'a>, node: u32, part: &Part<'_>) -> Children<'a> {
    if part.is_multipart {
        Children::of(values, node)
    } else {
        Children::only(values, part.body)
    }
}

#[cfg(test)]
#[path = "body_walk_tests.rs"]
mod tests;
