//! A whole ENVELOPE, BODY or BODYSTRUCTURE in one go, for callers to whom each call is dear. In: its node. Out: numbers,
//! and the octets of all texts one behind the other, each text's length standing among the numbers. What the fields mean
//! is left to `envelope`, `address`, `body` and `param`, which read them; the order of the numbers is that of the
//! comments in `ffi/view_flat.rs`.

use super::body_tree::Children;
use super::name::Data;
use super::{address, body, body_walk, envelope, param, words};
use crate::proto::tree::Values;
use std::fmt::Write;

/// In place of the length of a text that is NIL, of the parent of the outermost part, of a size that is not told.
pub const NONE: u32 = u32::MAX;

/// Where the values go. What does not fit is counted and left out.
pub struct Flat<'o> {
    numbers: &'o mut [u32],
    texts: &'o mut [u8],
    /// How many numbers there are.
    pub count: usize,
    /// How many octets of texts there are.
    pub octets: usize,
}

impl<'o> Flat<'o> {
    pub fn new(numbers: &'o mut [u32], texts: &'o mut [u8]) -> Self {
        Flat {
            numbers,
            texts,
            count: 0,
            octets: 0,
        }
    }

    pub fn fits(&self) -> bool {
        self.count <= self.numbers.len() && self.octets <= self.texts.len()
    }

    fn number(&mut self, number: u32) {
        if let Some(place) = self.numbers.get_mut(self.count) {
            *place = number;
        }
        self.count += 1;
    }

    /// Two numbers, the lower half first.
    fn wide(&mut self, number: Option<u64>) {
        let number = number.unwrap_or(u64::MAX);
        self.number(number as u32);
        self.number((number >> 32) as u32);
    }

    fn text(&mut self, text: Option<&[u8]>) {
        let Some((text, len)) = text.and_then(|t| Some((t, u32::try_from(t.len()).ok()?))) else {
            return self.number(NONE);
        };
        self.number(len);
        let end = self.octets.saturating_add(text.len());
        if let Some(place) = self.texts.get_mut(self.octets..end) {
            place.copy_from_slice(text);
        }
        self.octets = end;
    }

    /// A count, then what `each` writes for as long as it finds something.
    fn counted(&mut self, mut each: impl FnMut(&mut Self) -> bool) {
        let place = self.count;
        self.number(0);
        let mut found = 0;
        while each(self) {
            found += 1;
        }
        if let Some(count) = self.numbers.get_mut(place) {
            *count = found;
        }
    }

    fn addresses(&mut self, values: Values<'_>, first: u32) {
        let mut at = first;
        self.counted(|out| {
            let Some(address) = address::read(values, at) else {
                return false;
            };
            out.number(address.role as u32);
            for text in [address.name, address.route, address.mailbox, address.host] {
                out.text(text);
            }
            at = address.next;
            true
        });
    }

    fn params(&mut self, values: Values<'_>, first: u32) {
        let mut at = first;
        self.number(first);
        self.counted(|out| {
            let Some(param) = param::read(values, at) else {
                return false;
            };
            out.text(param.name);
            out.text(param.value);
            at = param.next;
            true
        });
    }

    fn languages(&mut self, values: Values<'_>, node: u32) {
        if let Some(word) = values.word(node) {
            self.number(1);
            return self.text(Some(word));
        }
        let mut cursor = 0;
        self.counted(|out| {
            let next = words::next(values, Data::Fetch, node, &mut cursor);
            let word = next.and_then(|at| values.word(at));
            word.is_some_and(|word| {
                out.text(Some(word));
                true
            })
        });
    }

    /// The ENVELOPE at this node; false if there is none.
    pub fn envelope(&mut self, values: Values<'_>, node: u32) -> bool {
        let Some(envelope) = envelope::read(values, node) else {
            return false;
        };
        self.number(u32::from(envelope.is_malformed));
        for text in [
            envelope.date,
            envelope.subject,
            envelope.in_reply_to,
            envelope.message_id,
        ] {
            self.text(text);
        }
        for first in [
            envelope.from,
            envelope.sender,
            envelope.reply_to,
            envelope.to,
            envelope.cc,
            envelope.bcc,
        ] {
            self.addresses(values, first);
        }
        true
    }

    /// The part at this node and all below it, in reading order; false if there is none. What is still to be read is a
    /// list and not a recursion: how deep it goes is the server's choice.
    pub fn body(&mut self, values: Values<'_>, node: u32) -> bool {
        let mut open = vec![Level {
            parts: Children::only(values, node),
            parent: NONE,
            prefix: String::new(),
            is_message: false,
        }];
        let mut index = 0;
        while let Some(level) = open.last_mut() {
            let Some((place, node)) = level.parts.next() else {
                open.pop();
                continue;
            };
            let Some(part) = body::read(values, node) else {
                continue;
            };
            let number = level.number(place, part.is_multipart);
            let (parent, prefix) = (level.parent, number.clone().unwrap_or_else(|| level.prefix.clone()));
            self.number(parent);
            self.text(number.as_deref().map(str::as_bytes));
            self.part(values, &part);
            open.push(Level {
                parts: body_walk::inside(values, node, &part),
                parent: index,
                prefix,
                is_message: !part.is_multipart,
            });
            index += 1;
        }
        index > 0
    }

    fn part(&mut self, values: Values<'_>, part: &body::Part<'_>) {
        self.number(u32::from(part.is_multipart));
        self.number(part.malformed);
        self.wide(part.octets);
        self.wide(part.lines);
        for text in [
            part.media_type,
            part.subtype,
            part.id,
            part.description,
            part.encoding,
            part.md5,
            part.disposition,
            part.location,
        ] {
            self.text(text);
        }
        self.params(values, part.params);
        self.params(values, part.disposition_params);
        self.languages(values, part.language);
        let place = self.count;
        self.number(1);
        if !self.envelope(values, part.envelope) {
            if let Some(is_there) = self.numbers.get_mut(place) {
                *is_there = 0;
            }
        }
    }
}

/// Parts that have the same parent.
struct Level<'a> {
    parts: Children<'a>,
    parent: u32,
    /// The number of the part that they are in.
    prefix: String,
    is_message: bool,
}

impl Level<'_> {
    /// A part's number (RFC 9051, 6.4.5.1). The multipart of an inner message has none, and passes on the message's.
    fn number(&self, place: u32, is_multipart: bool) -> Option<String> {
        let mut number = self.prefix.clone();
        if self.parent == NONE {
            number = if is_multipart { "" } else { "1" }.to_owned();
        } else if self.is_message && is_multipart {
            return None;
        } else if number.is_empty() {
            let _ = write!(number, "{place}");
        } else {
            let _ = write!(number, ".{place}");
        }
        Some(number)
    }
}

#[cfg(test)]
#[path = "flat_tests.rs"]
mod tests;
