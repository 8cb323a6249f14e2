//! ENVELOPE (RFC 9051, 7.5.2). In: its node. Out: the four texts, and the first address of each of the six lists. One
//! pass over ten values that allocates nothing, since it is asked for once a message. Fields that are missing, or are
//! not of their kind, are found by the kind of those around them. Addresses are read by `address`.

use super::address;
use crate::proto::tree::{Kind, Values};

/// An envelope. The lists are nodes of their first addresses, 0 for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    pub date: Option<&'a [u8]>,
    pub subject: Option<&'a [u8]>,
    pub from: u32,
    pub sender: u32,
    pub reply_to: u32,
    pub to: u32,
    pub cc: u32,
    pub bcc: u32,
    pub in_reply_to: Option<&'a [u8]>,
    pub message_id: Option<&'a [u8]>,
    /// Some field was missing, too many, or of another form than the RFC's.
    pub is_malformed: bool,
}

/// The envelope at this node; `None` if it is no list.
pub fn read(values: Values<'_>, node: u32) -> Option<Envelope<'_>> {
    if !values.is_list(node) {
        return None;
    }
    let mut fields = Fields {
        values,
        at: values.first(node),
        is_malformed: false,
    };
    // Domino puts the whole into parentheses once more.
    while values.is_list(fields.at) && values.next(fields.at) == 0 {
        fields.at = values.first(fields.at);
        fields.is_malformed = true;
    }
    let mut envelope = Envelope {
        date: fields.text_before_lists(),
        subject: fields.text_before_lists(),
        from: fields.addresses(),
        sender: fields.addresses(),
        reply_to: fields.addresses(),
        to: fields.addresses(),
        cc: fields.addresses(),
        bcc: fields.addresses(),
        ..Envelope::default()
    };
    // Of the two at the end, servers leave out In-Reply-To if the message has none.
    if fields.at != 0 && values.next(fields.at) == 0 {
        fields.is_malformed = true;
    } else {
        envelope.in_reply_to = fields.text();
    }
    envelope.message_id = fields.text();
    envelope.is_malformed = fields.is_malformed || fields.at != 0;
    Some(envelope)
}

/// The fields that are still to be read.
struct Fields<'a> {
    values: Values<'a>,
    at: u32,
    is_malformed: bool,
}

impl<'a> Fields<'a> {
    fn text(&mut self) -> Option<&'a [u8]> {
        let node = self.at;
        self.is_malformed |= node == 0;
        self.at = self.values.next(node);
        address::text_or_inner(self.values, node, &mut self.is_malformed)
    }

    /// Date or subject. A list of addresses in its place is a later field already.
    fn text_before_lists(&mut self) -> Option<&'a [u8]> {
        if self.values.is_list(self.values.first(self.at)) {
            self.is_malformed = true;
            return None;
        }
        self.text()
    }

    fn addresses(&mut self) -> u32 {
        let node = self.at;
        match self.values.kind(node) {
            Kind::List => {
                self.at = self.values.next(node);
                let (first, is_malformed) = address::first(self.values, node);
                self.is_malformed |= is_malformed;
                first
            }
            Kind::Nil => {
                self.at = self.values.next(node);
                0
            }
            _ => {
                self.is_malformed = true;
                // At the end of the envelope a text is a later field already; before, it stands in place of a list.
                let following = self.values.next(node);
                if self.values.next(following) != 0 {
                    self.at = following;
                }
                0
            }
        }
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
