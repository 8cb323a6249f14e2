//! One part of BODY or BODYSTRUCTURE (RFC 9051, 7.5.2). In: its node. Out: its fields, and the nodes of what is inside.
//! Fields are told by their kind where servers leave some out or swap them; what was not as the RFC has it is noted by
//! area. How parts hang together is in `body_tree`, parameters are in `param`, an inner message's envelope in `envelope`.

use super::address::text_or_inner;
use super::body_extension;
use super::body_tree::{self, Shape};
use crate::proto::tree::{Kind, Values};

/// Type or subtype are missing or misplaced.
pub const BAD_TYPE: u32 = 1;
/// Parameters, id, description or encoding are missing or of another kind.
pub const BAD_FIELDS: u32 = 2;
/// Octets or lines are no numbers.
pub const BAD_SIZE: u32 = 4;
/// A multipart without parts, something else between its parts, or a message without its envelope or body.
pub const BAD_PARTS: u32 = 8;
/// MD5, disposition, language or location are misplaced or of another kind.
pub const BAD_EXTENSION: u32 = 16;

/// One part. Texts are as sent; a multipart's type, which is not sent, is [`MULTIPART`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part<'a> {
    pub media_type: Option<&'a [u8]>,
    pub subtype: Option<&'a [u8]>,
    pub id: Option<&'a [u8]>,
    pub description: Option<&'a [u8]>,
    pub encoding: Option<&'a [u8]>,
    pub md5: Option<&'a [u8]>,
    pub disposition: Option<&'a [u8]>,
    pub location: Option<&'a [u8]>,
    pub octets: Option<u64>,
    pub lines: Option<u64>,
    /// The first parameter of the type.
    pub params: u32,
    /// The first parameter of the disposition.
    pub disposition_params: u32,
    /// A text, or a list of texts.
    pub language: u32,
    /// The envelope of a message that is this part.
    pub envelope: u32,
    /// The body of a message that is this part.
    pub body: u32,
    /// The first part of a multipart.
    pub child: u32,
    /// The part behind this one in the same multipart.
    pub next: u32,
    pub is_multipart: bool,
    /// BAD_ bits.
    pub malformed: u32,
}

/// The type of a multipart: a static text, with the NUL behind it that texts have.
pub const MULTIPART: &[u8] = match b"MULTIPART\0" {
    [text @ .., _] => text,
};

/// The part at this node; `None` if it is no list, or an empty one.
pub fn read(values: Values<'_>, node: u32) -> Option<Part<'_>> {
    let first = values.first(node);
    if first == 0 || !values.is_list(node) {
        return None;
    }
    let mut reader = Reader {
        values,
        at: first,
        part: Part::default(),
    };
    reader.part.next = body_tree::sibling(values, node).1;
    match body_tree::shape(values, node) {
        Shape::Multipart => reader.multipart(node),
        Shape::Childless => reader.childless(),
        Shape::Single => reader.single(),
    }
    Some(reader.part)
}

/// The fields that are still to be read, and those that were.
pub(super) struct Reader<'a> {
    pub values: Values<'a>,
    pub at: u32,
    pub part: Part<'a>,
}

impl<'a> Reader<'a> {
    pub fn kind(&self) -> Kind {
        self.values.kind(self.at)
    }

    pub fn skip(&mut self) {
        self.at = self.values.next(self.at);
    }

    pub fn bad(&mut self, area: u32) {
        self.part.malformed |= area;
    }

    /// A text or NIL.
    pub fn text(&mut self, area: u32) -> Option<&'a [u8]> {
        let mut is_malformed = false;
        let text = text_or_inner(self.values, self.at, &mut is_malformed);
        if is_malformed || self.at == 0 {
            self.bad(area);
        }
        self.skip();
        text
    }

    fn multipart(&mut self, node: u32) {
        self.part.is_multipart = true;
        self.part.media_type = Some(MULTIPART);
        let mut ordinal = 0;
        for (number, child) in body_tree::Children::of(self.values, node) {
            if ordinal == 0 {
                self.part.child = child;
            }
            ordinal += 1;
            if number != ordinal {
                self.bad(BAD_PARTS);
            }
            self.at = self.values.next(child);
        }
        // `(() "mixed")`: no parts, or none at the end.
        while self.kind() == Kind::List && self.values.first(self.at) == 0 {
            self.bad(BAD_PARTS);
            self.skip();
        }
        self.subtype_of_multipart();
        self.multipart_extension();
    }

    /// A multipart that has no parts: `("MIXED")`, `(NIL "mixed" ("boundary" "x") NIL NIL)`.
    fn childless(&mut self) {
        self.part.is_multipart = true;
        self.part.media_type = Some(MULTIPART);
        self.bad(BAD_PARTS);
        if self.kind() == Kind::Nil {
            self.skip();
        }
        self.subtype_of_multipart();
        self.multipart_extension();
    }

    fn subtype_of_multipart(&mut self) {
        if self.kind() == Kind::List {
            return self.bad(BAD_TYPE);
        }
        self.part.subtype = self.text(BAD_TYPE);
        if self.part.subtype.is_none_or(<[u8]>::is_empty) {
            self.bad(BAD_TYPE);
        }
    }

    fn multipart_extension(&mut self) {
        if self.at != 0 {
            self.part.params = self.params();
            body_extension::read(self);
        }
    }

    fn single(&mut self) {
        self.part.media_type = self.text(BAD_TYPE);
        // A list is the parameters already.
        if self.kind() == Kind::List {
            self.bad(BAD_TYPE);
        } else {
            self.part.subtype = self.text(BAD_TYPE);
        }
        let names = [self.part.media_type, self.part.subtype];
        if names.iter().any(|n| n.is_none_or(<[u8]>::is_empty)) {
            self.bad(BAD_TYPE);
        }
        self.part.params = self.params();
        self.part.id = self.field();
        self.part.description = self.field();
        self.part.encoding = self.field();
        self.part.octets = self.octets();
        let is = |name: Option<&[u8]>, what: &[u8]| name.is_some_and(|n| n.eq_ignore_ascii_case(what));
        let Part {
            media_type, subtype, ..
        } = self.part;
        if is(media_type, b"multipart") {
            // GMX: a multipart told as if it were a single part.
            self.part.is_multipart = true;
            self.bad(BAD_PARTS);
        } else if is(media_type, b"text") {
            self.part.lines = self.lines();
        } else if is(media_type, b"message") {
            self.message(is(subtype, b"rfc822") || is(subtype, b"global"));
        } else if self.kind() == Kind::Number {
            self.part.lines = self.lines();
            self.bad(BAD_SIZE);
        }
        if self.at != 0 {
            if self.kind() == Kind::List {
                self.bad(BAD_EXTENSION);
            } else {
                self.part.md5 = self.text(BAD_EXTENSION);
            }
            body_extension::read(self);
        }
    }

    /// The first parameter.
    fn params(&mut self) -> u32 {
        let list = self.at;
        match self.kind() {
            Kind::List => {
                self.skip();
                self.values.first(list)
            }
            Kind::Nil => {
                self.skip();
                0
            }
            kind => {
                self.bad(BAD_FIELDS);
                if kind != Kind::Number {
                    self.skip();
                }
                0
            }
        }
    }

    /// Id, description or encoding. A number is the octets already.
    fn field(&mut self) -> Option<&'a [u8]> {
        if self.kind() == Kind::Number {
            self.bad(BAD_FIELDS);
            return None;
        }
        self.text(BAD_FIELDS)
    }

    fn octets(&mut self) -> Option<u64> {
        let size = self.number();
        if size.is_none() {
            self.bad(BAD_SIZE);
        }
        self.skip();
        size
    }

    /// A number that fits 63 bits; one in quotes too.
    fn number(&mut self) -> Option<u64> {
        let number = match self.values.number(self.at) {
            None if matches!(self.kind(), Kind::String | Kind::Literal) => {
                self.bad(BAD_SIZE);
                let text = self.values.text(self.at)?;
                let is_number = text.iter().all(u8::is_ascii_digit);
                std::str::from_utf8(text).ok().filter(|_| is_number)?.parse().ok()
            }
            found => found,
        };
        number.filter(|n| i64::try_from(*n).is_ok())
    }

    /// The lines of a text or message, if they are there.
    fn lines(&mut self) -> Option<u64> {
        let before = self.part.malformed;
        let lines = self.number();
        let following = self.values.kind(self.values.next(self.at));
        match self.kind() {
            Kind::Number => {}
            Kind::String | Kind::Literal if lines.is_some() => {}
            // What stands in place of a number: -1, 9.37e+06, NIL. A NIL before the disposition is the MD5.
            Kind::Atom => self.bad(BAD_SIZE),
            Kind::Nil if following != Kind::List => self.bad(BAD_SIZE),
            _ => {
                self.part.malformed = before | BAD_SIZE;
                return None;
            }
        }
        if lines.is_none() {
            self.bad(BAD_SIZE);
        }
        self.skip();
        lines
    }

    /// Envelope, body and lines of a part that is a message. Only rfc822 and global have them; servers leave them out
    /// there, and give lines to others.
    fn message(&mut self, is_due: bool) {
        let (node, following) = (self.at, self.values.next(self.at));
        let behind = self.values.kind(self.values.next(following));
        match self.kind() {
            Kind::List if self.is_envelope(node) => {
                self.part.envelope = if self.values.first(node) == 0 { 0 } else { node };
                self.skip();
                self.inner_body();
                self.part.lines = self.lines();
                if !is_due || self.part.envelope == 0 {
                    self.bad(BAD_PARTS);
                }
            }
            Kind::Nil
                if is_due
                    && behind == Kind::Number
                    && matches!(self.values.kind(following), Kind::List | Kind::Nil) =>
            {
                self.bad(BAD_PARTS);
                self.skip();
                self.inner_body();
                self.part.lines = self.lines();
            }
            Kind::Number => {
                self.part.lines = self.lines();
                self.bad(BAD_PARTS);
            }
            _ if is_due => self.bad(BAD_PARTS),
            _ => {}
        }
    }

    /// A disposition, which may stand here too if the MD5 is missing, has two values.
    fn is_envelope(&self, node: u32) -> bool {
        let first = self.values.first(node);
        let third = self.values.next(self.values.next(first));
        first == 0 || third != 0 || self.values.is_list(first)
    }

    fn inner_body(&mut self) {
        let node = self.at;
        match self.kind() {
            Kind::List => {
                if self.values.first(node) != 0 {
                    self.part.body = node;
                } else {
                    self.bad(BAD_PARTS);
                }
                self.skip();
            }
            Kind::Nil => {
                self.bad(BAD_PARTS);
                self.skip();
            }
            _ => self.bad(BAD_PARTS),
        }
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
