//! What views hand out that does not stand in the line: texts with a NUL behind them, imaplib's items, numbers of SEARCH
//! and SORT, mailbox names in UTF-8, which copy is whose. Each is made once, at first use, and lives as long as its
//! response.

use super::head::Status;
use super::items::RowItems;
use super::name::Data;
use super::names::{Mailbox, Names};
use super::numbers::{self, Answer};
use super::status::StatusTexts;
use super::{Response, code, head};
use crate::codec::ranges::{Pairs, Run};
use crate::proto::line::Line;
use std::io::Write;
use std::sync::OnceLock;

/// `count` messages from the UID `source` on have copies with the UIDs from `copy` on. Its layout is frozen.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct imap_copied {
    pub source: u32,
    pub copy: u32,
    pub count: u32,
}

/// All in one place, so that a million rows that nobody looks at stay small.
#[derive(Debug, Default)]
pub(super) struct Views {
    raw: OnceLock<Box<[u8]>>,
    pub(super) texts: OnceLock<StatusTexts>,
    pub(super) items: OnceLock<RowItems>,
    numbers: OnceLock<Answer>,
    names: OnceLock<Names>,
    copied: OnceLock<Box<[imap_copied]>>,
}

impl Views {
    /// The line exactly as it came; of a list that was decoded on the way, as it is usually written.
    pub(super) fn raw(&self, line: &Line) -> &[u8] {
        self.raw.get_or_init(|| {
            let own = self.numbers.get().filter(|a| a.is_own);
            let Some(answer) = own else {
                return line.raw().into_owned().into_boxed_slice();
            };
            let begin = line.octets().strip_suffix(b"\r\n").unwrap_or_default();
            let mut text = Vec::with_capacity(begin.len() + 8 * answer.numbers.len() + 2);
            text.extend_from_slice(begin);
            for number in &answer.numbers {
                let _ = write!(text, " {number}");
            }
            text.extend_from_slice(b"\r\n");
            text.into_boxed_slice()
        })
    }

    /// Numbers that stand nowhere else.
    pub(super) fn set_numbers(&self, numbers: Vec<u32>, malformed: bool) {
        let answer = Answer {
            numbers: numbers.into_boxed_slice(),
            malformed,
            is_own: true,
            ..Answer::default()
        };
        let _ = self.numbers.set(answer);
    }

    pub(super) fn has_own_numbers(&self) -> bool {
        self.numbers.get().is_some_and(|a| a.is_own)
    }

    pub(super) fn own_numbers_octets(&self) -> usize {
        let own = self.numbers.get().filter(|a| a.is_own);
        own.map_or(0, |a| size_of_val(&*a.numbers))
    }
}

impl Response {
    /// What kind of data this is; `Other` of a tagged line, whose name is the command's.
    pub fn data(&self) -> Data {
        match self.head.kind {
            head::Kind::Untagged => self.name.data(),
            _ => Data::Other,
        }
    }

    /// The octets behind the name, CRLF not included.
    fn behind_name(&self) -> &[u8] {
        let octets = self.raw();
        octets
            .get(self.head.rest..octets.len().saturating_sub(2))
            .unwrap_or_default()
    }

    /// The numbers of a SEARCH or SORT.
    pub fn numbers(&self) -> Option<&Answer> {
        matches!(self.data(), Data::Search | Data::Sort)
            .then(|| self.views().numbers.get_or_init(|| numbers::read(self.behind_name())))
    }

    /// The mailbox name that stands at a node.
    pub fn mailbox(&self, node: u32) -> Option<Mailbox<'_>> {
        let values = self.values();
        let names = self
            .views()
            .names
            .get_or_init(|| Names::read(values, self.data(), self.behind_name(), self.is_utf8));
        names.get(values, node)
    }

    /// The pairs of a COPYUID (RFC 4315, section 3): the sets pair by their order. None if they are not equally long.
    pub fn copied(&self) -> &[imap_copied] {
        self.views().copied.get_or_init(|| {
            let values = self.values();
            let pairs = match code::read(values) {
                Some(code) => code.copied(values),
                None => self.bare_copyuid().map(|(_, pairs)| pairs),
            };
            pairs.into_iter().flatten().filter_map(one_pair).collect()
        })
    }

    /// An OK with a COPYUID, or a COPYUID without a status.
    pub fn is_copyuid(&self) -> bool {
        match self.status() {
            Some(Status::Ok) => self
                .code()
                .is_some_and(|(name, _)| name.eq_ignore_ascii_case(b"COPYUID")),
            Some(_) => false,
            None => self.bare_copyuid().is_some(),
        }
    }

    /// A COPYUID that came without a status.
    pub fn bare_copyuid(&self) -> Option<(u32, Pairs<'_>)> {
        let may_be = self.data() == Data::StatusLine && self.status().is_none();
        may_be.then(|| code::bare_copyuid(self.values())).flatten()
    }

    /// The UID of a message's copy.
    pub fn copy_of(&self, uid: u32) -> Option<u32> {
        self.copied().iter().find_map(|pair| {
            let ahead = uid.checked_sub(pair.source)?;
            (ahead < pair.count).then(|| pair.copy.checked_add(ahead))?
        })
    }
}

fn one_pair(run: Run) -> Option<imap_copied> {
    Some(imap_copied {
        source: run.source,
        copy: run.target,
        count: u32::try_from(run.count).ok()?,
    })
}
