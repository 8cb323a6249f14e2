//! FETCH (RFC 9051, 7.5.2): the items of one message, understood while the lexer passes over them. In: the values of
//! the item list, one after the other. Out: numbers and dates decoded, and the nodes of what has structure (ENVELOPE,
//! BODYSTRUCTURE, sections). An item of unknown name may have any one value; a bad value marks its item and no other.

use crate::codec::date::{self, DateTime};
use crate::proto::tree::{Kind, Node};

/// Which items came, as bits of `has` and `malformed`.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_fetch_item {
    IMAP_FETCH_UID = 1,
    IMAP_FETCH_FLAGS = 2,
    IMAP_FETCH_INTERNALDATE = 4,
    /// RFC822.SIZE.
    IMAP_FETCH_SIZE = 8,
    IMAP_FETCH_ENVELOPE = 16,
    IMAP_FETCH_BODY = 32,
    IMAP_FETCH_BODYSTRUCTURE = 64,
    IMAP_FETCH_MODSEQ = 128,
    /// One or more of BODY[…], BINARY[…], RFC822, RFC822.HEADER, RFC822.TEXT: see imap_section_get.
    IMAP_FETCH_SECTION = 256,
    /// EMAILID (RFC 8474).
    IMAP_FETCH_EMAILID = 512,
    /// THREADID (RFC 8474).
    IMAP_FETCH_THREADID = 1024,
    /// SAVEDATE (RFC 8514).
    IMAP_FETCH_SAVEDATE = 2048,
    /// PREVIEW (RFC 8970).
    IMAP_FETCH_PREVIEW = 4096,
    /// X-GM-MSGID of Gmail.
    IMAP_FETCH_GM_MSGID = 8192,
    /// X-GM-THRID of Gmail.
    IMAP_FETCH_GM_THRID = 16384,
    /// X-GM-LABELS of Gmail.
    IMAP_FETCH_GM_LABELS = 32768,
    /// Items that have no place here: find them with imap_node_find.
    IMAP_FETCH_OTHER = 65536,
}
use imap_fetch_item::*;

/// System flags and common keywords, as bits of a mask.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_message_flag {
    IMAP_SEEN = 1,
    IMAP_ANSWERED = 2,
    IMAP_FLAGGED = 4,
    IMAP_DELETED = 8,
    IMAP_DRAFT = 16,
    IMAP_RECENT = 32,
    /// $Forwarded
    IMAP_FORWARDED = 64,
    /// $MDNSent
    IMAP_MDN_SENT = 128,
    /// $Junk
    IMAP_JUNK = 256,
    /// $NotJunk
    IMAP_NOT_JUNK = 512,
    /// $Phishing
    IMAP_PHISHING = 1024,
    /// $Important
    IMAP_IMPORTANT = 2048,
    /// There are flags without a bit of their own: read their names.
    IMAP_OTHER_FLAGS = 4096,
}
use imap_message_flag::*;

/// The items of one FETCH. Nodes are 0 for what did not come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetch {
    pub has: u32,
    pub malformed: u32,
    pub uid: u32,
    pub flags: u32,
    pub flags_node: u32,
    pub internaldate: Option<DateTime>,
    pub internaldate_node: u32,
    pub size: u64,
    pub modseq: u64,
    pub envelope: u32,
    pub body: u32,
    pub bodystructure: u32,
    pub gm_msgid: u64,
    pub gm_thrid: u64,
    pub gm_labels: u32,
    pub email_id: u32,
    pub thread_id: u32,
    pub save_date: Option<DateTime>,
    pub save_date_node: u32,
    pub preview: u32,
    /// Name and value nodes of the sections; the value is 0 where none came.
    pub sections: Vec<(u32, u32)>,
    /// The item whose value is due, and its name's node.
    due: Option<(imap_fetch_item, u32)>,
}

impl Fetch {
    /// Empty, with the memory it has.
    pub fn clear(&mut self) {
        if self.has == 0 && self.malformed == 0 && self.due.is_none() {
            return;
        }
        let mut sections = std::mem::take(&mut self.sections);
        sections.clear();
        *self = Fetch {
            sections,
            ..Fetch::default()
        };
    }

    /// A UID that was read already.
    pub fn plain_uid(&mut self, uid: u32) {
        self.has |= IMAP_FETCH_UID as u32;
        self.uid = uid;
    }

    /// Flags that were read already, and the list with their names.
    pub fn plain_flags(&mut self, list: u32, flags: u32) {
        self.has |= IMAP_FETCH_FLAGS as u32;
        (self.flags_node, self.flags) = (list, flags);
    }

    /// An INTERNALDATE that was read already, and its text.
    pub fn plain_internaldate(&mut self, node: u32, date: DateTime) {
        self.has |= IMAP_FETCH_INTERNALDATE as u32;
        (self.internaldate_node, self.internaldate) = (node, Some(date));
    }

    /// An RFC822.SIZE that was read already.
    pub fn plain_size(&mut self, size: u32) {
        self.has |= IMAP_FETCH_SIZE as u32;
        self.size = u64::from(size);
    }

    /// The next value of the item list is complete.
    pub fn value(&mut self, node: u32, line: &[u8], nodes: &[Node]) {
        let Some(value) = nodes.get(node as usize) else { return };
        let text = || {
            let start = value.off as usize;
            line.get(start..start + value.len as usize).unwrap_or_default()
        };
        match self.due.take() {
            Some((item, name)) => {
                let is_next_name = item == IMAP_FETCH_SECTION && value.kind == Kind::Atom;
                if is_next_name {
                    // Nothing stood between a section's name and the next one (Yandex).
                    self.missing(item, name);
                    self.due = Some((classify(text()), node));
                } else {
                    self.item(item, name, node, line, nodes);
                }
            }
            None if matches!(value.kind, Kind::Atom) => self.due = Some((classify(text()), node)),
            None => self.malformed |= IMAP_FETCH_OTHER as u32,
        }
    }

    /// The list is over.
    pub fn finish(&mut self) {
        if let Some((item, name)) = self.due.take() {
            self.missing(item, name);
        }
    }

    fn missing(&mut self, item: imap_fetch_item, name: u32) {
        self.malformed |= item as u32;
        if item == IMAP_FETCH_SECTION {
            self.has |= item as u32;
            self.sections.push((name, 0));
        }
    }

    fn item(&mut self, item: imap_fetch_item, name: u32, node: u32, line: &[u8], nodes: &[Node]) {
        let value = &nodes[node as usize];
        let good = match item {
            IMAP_FETCH_UID => {
                self.uid = value.val;
                value.kind == Kind::Number && value.val > 0
            }
            IMAP_FETCH_FLAGS => {
                self.flags_node = node;
                self.flags(node, line, nodes)
            }
            IMAP_FETCH_INTERNALDATE => {
                self.internaldate_node = node;
                self.internaldate = date(value, line);
                self.internaldate.is_some_and(|_| value.len as usize == date::LEN)
            }
            IMAP_FETCH_SIZE => self.number(value, line, |f| &mut f.size),
            IMAP_FETCH_MODSEQ => {
                // In parentheses; Zoho sends (-1).
                let inner = if value.kind == Kind::List && value.val > node + 1 {
                    &nodes[node as usize + 1]
                } else {
                    value
                };
                self.number(inner, line, |f| &mut f.modseq)
            }
            IMAP_FETCH_ENVELOPE => {
                self.envelope = node;
                value.kind == Kind::List
            }
            IMAP_FETCH_BODY => {
                self.body = node;
                value.kind == Kind::List
            }
            IMAP_FETCH_BODYSTRUCTURE => {
                self.bodystructure = node;
                value.kind == Kind::List
            }
            IMAP_FETCH_SECTION => {
                self.sections.push((name, node));
                matches!(value.kind, Kind::String | Kind::Literal | Kind::Nil)
            }
            IMAP_FETCH_GM_MSGID => self.number(value, line, |f| &mut f.gm_msgid),
            IMAP_FETCH_GM_THRID => self.number(value, line, |f| &mut f.gm_thrid),
            IMAP_FETCH_GM_LABELS => {
                self.gm_labels = node;
                value.kind == Kind::List
            }
            IMAP_FETCH_EMAILID | IMAP_FETCH_THREADID => {
                // In parentheses, or NIL.
                let inner = if value.kind == Kind::List { node + 1 } else { node };
                let is_empty = value.kind == Kind::List && value.val == inner;
                let id = nodes.get(inner as usize).filter(|n| n.kind != Kind::Nil && !is_empty);
                let place = if item == IMAP_FETCH_EMAILID {
                    &mut self.email_id
                } else {
                    &mut self.thread_id
                };
                *place = id.map_or(0, |_| inner);
                value.kind == Kind::Nil || value.kind == Kind::List && value.val == inner + 1
            }
            IMAP_FETCH_SAVEDATE => {
                self.save_date_node = node;
                self.save_date = date(value, line);
                self.save_date.is_some_and(|_| value.len as usize == date::LEN) || value.kind == Kind::Nil
            }
            IMAP_FETCH_PREVIEW => {
                self.preview = node;
                matches!(value.kind, Kind::String | Kind::Literal | Kind::Nil)
            }
            IMAP_FETCH_OTHER => true,
        };
        self.has |= item as u32;
        if !good {
            self.malformed |= item as u32;
        }
    }

    fn number(&mut self, value: &Node, line: &[u8], place: impl Fn(&mut Fetch) -> &mut u64) -> bool {
        let number = match value.kind {
            Kind::Number => value.number(line),
            _ => None,
        };
        *place(self) = number.unwrap_or(0);
        number.is_some()
    }

    fn flags(&mut self, node: u32, line: &[u8], nodes: &[Node]) -> bool {
        let list = &nodes[node as usize];
        if list.kind != Kind::List {
            return false;
        }
        self.flags = 0;
        let mut good = true;
        for flag in &nodes[node as usize + 1..list.val as usize] {
            let text = line.get(flag.off as usize..(flag.off + flag.len) as usize);
            match flag.kind {
                Kind::Atom | Kind::Number => self.flags |= text.map_or(0, flag_bit),
                _ => (self.flags, good) = (self.flags | IMAP_OTHER_FLAGS as u32, false),
            }
        }
        good
    }
}

/// The date in a quoted string without escapes, which is how dates are sent.
fn date(value: &Node, line: &[u8]) -> Option<DateTime> {
    let start = value.off as usize;
    let text = line
        .get(start..start + value.len as usize)
        .filter(|_| value.kind == Kind::String)?;
    date::parse(text).or_else(|| date::parse_short(text))
}

fn classify(name: &[u8]) -> imap_fetch_item {
    // As servers write them.
    match name {
        b"UID" => IMAP_FETCH_UID,
        b"BODY" => IMAP_FETCH_BODY,
        b"FLAGS" => IMAP_FETCH_FLAGS,
        b"MODSEQ" => IMAP_FETCH_MODSEQ,
        b"ENVELOPE" => IMAP_FETCH_ENVELOPE,
        b"RFC822.SIZE" => IMAP_FETCH_SIZE,
        b"INTERNALDATE" => IMAP_FETCH_INTERNALDATE,
        b"BODYSTRUCTURE" => IMAP_FETCH_BODYSTRUCTURE,
        _ => classify_any(name),
    }
}

/// In any case, and the rare ones.
fn classify_any(name: &[u8]) -> imap_fetch_item {
    let is = |word: &[u8]| name.eq_ignore_ascii_case(word);
    match name.len() {
        3 if is(b"UID") => IMAP_FETCH_UID,
        4 if is(b"BODY") => IMAP_FETCH_BODY,
        5 if is(b"FLAGS") => IMAP_FETCH_FLAGS,
        6 if is(b"MODSEQ") => IMAP_FETCH_MODSEQ,
        6 if is(b"RFC822") => IMAP_FETCH_SECTION,
        7 if is(b"EMAILID") => IMAP_FETCH_EMAILID,
        7 if is(b"PREVIEW") => IMAP_FETCH_PREVIEW,
        8 if is(b"ENVELOPE") => IMAP_FETCH_ENVELOPE,
        8 if is(b"THREADID") => IMAP_FETCH_THREADID,
        8 if is(b"SAVEDATE") => IMAP_FETCH_SAVEDATE,
        10 if is(b"X-GM-MSGID") => IMAP_FETCH_GM_MSGID,
        10 if is(b"X-GM-THRID") => IMAP_FETCH_GM_THRID,
        11 if is(b"RFC822.SIZE") => IMAP_FETCH_SIZE,
        11 if is(b"RFC822.TEXT") => IMAP_FETCH_SECTION,
        11 if is(b"X-GM-LABELS") => IMAP_FETCH_GM_LABELS,
        12 if is(b"INTERNALDATE") => IMAP_FETCH_INTERNALDATE,
        13 if is(b"BODYSTRUCTURE") => IMAP_FETCH_BODYSTRUCTURE,
        13 if is(b"RFC822.HEADER") => IMAP_FETCH_SECTION,
        _ => {
            let starts = |word: &[u8]| name.get(..word.len()).is_some_and(|n| n.eq_ignore_ascii_case(word));
            // Some servers answer with the name that asked: BODY.PEEK[].
            let sections: [&[u8]; 5] = [b"BODY[", b"BINARY[", b"RFC822[", b"BODY.PEEK[", b"BINARY.PEEK["];
            if sections.into_iter().any(starts) {
                IMAP_FETCH_SECTION
            } else {
                IMAP_FETCH_OTHER
            }
        }
    }
}

/// The bit of one flag.
pub fn flag_bit(flag: &[u8]) -> u32 {
    let bit = match flag {
        b"\\Seen" => IMAP_SEEN,
        b"\\Answered" => IMAP_ANSWERED,
        b"\\Flagged" => IMAP_FLAGGED,
        b"\\Deleted" => IMAP_DELETED,
        b"\\Draft" => IMAP_DRAFT,
        b"\\Recent" => IMAP_RECENT,
        _ => return flag_bit_any(flag),
    };
    bit as u32
}

/// In any case, and the keywords.
fn flag_bit_any(flag: &[u8]) -> u32 {
    let is = |word: &[u8]| flag.eq_ignore_ascii_case(word);
    let bit = match flag.len() {
        5 if is(b"\\Seen") => IMAP_SEEN,
        5 if is(b"$Junk") => IMAP_JUNK,
        6 if is(b"\\Draft") => IMAP_DRAFT,
        7 if is(b"\\Recent") => IMAP_RECENT,
        8 if is(b"\\Flagged") => IMAP_FLAGGED,
        8 if is(b"\\Deleted") => IMAP_DELETED,
        8 if is(b"$MDNSent") => IMAP_MDN_SENT,
        8 if is(b"$NotJunk") => IMAP_NOT_JUNK,
        9 if is(b"\\Answered") => IMAP_ANSWERED,
        9 if is(b"$Phishing") => IMAP_PHISHING,
        10 if is(b"$Forwarded") => IMAP_FORWARDED,
        10 if is(b"$Important") => IMAP_IMPORTANT,
        _ => IMAP_OTHER_FLAGS,
    };
    bit as u32
}
