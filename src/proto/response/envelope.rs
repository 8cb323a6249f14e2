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
#[inline]
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
    let date = fields.text_before_lists();
    let subject = fields.text_before_lists();
    // A loop, so that there is one copy of the code in it and its state stays in registers.
    let mut lists = [0; 6];
    for first in &mut lists {
        *first = fields.addresses();
    }
    let [from, sender, reply_to, to, cc, bcc] = lists;
    let mut in_reply_to = None;
    // Of the two at the end, servers leave out In-Reply-To if the message has none.
    if fields.at != 0 && values.next(fields.at) == 0 {
        fields.is_malformed = true;
    } else {
        in_reply_to = fields.text();
    }
    let message_id = fields.text();
    Some(Envelope {
        date,
        subject,
        from,
        sender,
        reply_to,
        to,
        cc,
        bcc,
        in_reply_to,
        message_id,
        is_malformed: fields.is_malformed || fields.at != 0,
    })
}

/// The fields that are still to be read.
struct Fields<'a> {
    values: Values<'a>,
    at: u32,
    is_malformed: bool,
}

impl<'a> Fields<'a> {
    #[inline]
    fn text(&mut self) -> Option<&'a [u8]> {
        let node = self.at;
        self.at = self.values.next(node);
        match self.values.kind(node) {
            Kind::String | Kind::Literal => self.values.text(node),
            Kind::Nil => None,
            _ => self.odd_text(node),
        }
    }

    #[cold]
    fn odd_text(&mut self, node: u32) -> Option<&'a [u8]> {
        self.is_malformed = true;
        address::text_or_inner(self.values, node, &mut self.is_malformed)
    }

    /// Date or subject. A list of addresses in its place is a later field already.
    #[inline]
    fn text_before_lists(&mut self) -> Option<&'a [u8]> {
        let first = self.values.first(self.at);
        if first != 0 && self.values.is_list(first) {
            self.is_malformed = true;
            return None;
        }
        self.text()
    }

    #[inline]
    fn addresses(&mut self) -> u32 {
        let node = self.at;
        let entry = self.values.first(node);
        if address::is_plain(self.values, entry) {
            self.at = self.values.next(node);
            return entry;
        }
        if self.values.kind(node) == Kind::Nil {
            self.at = self.values.next(node);
            return 0;
        }
        self.odd_addresses(node)
    }

    #[cold]
    fn odd_addresses(&mut self, node: u32) -> u32 {
        self.is_malformed = true;
        let following = self.values.next(node);
        if self.values.is_list(node) {
            self.at = following;
            return address::first(self.values, node);
        }
        // At the end of the envelope a text is a later field already; before, it stands in place of a list.
        if self.values.next(following) != 0 {
            self.at = following;
        }
        0
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
