//! What views hand out that does not stand in the line: numbers of SEARCH and SORT, mailbox names in
//! UTF-8, which copy is whose, the texts of a status. Each is made
//! once, at first use, and lives as long as its response.

use super::name::Data;
use super::names::{Mailbox, Names};
use super::numbers::{self, Answer};
use super::status::StatusTexts;
use super::{Response, code, head};
use crate::codec::ranges::{Pairs, Run};
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

#[derive(Debug, Default)]
pub struct Decoded {
    pub(super) texts: OnceLock<StatusTexts>,
    numbers: OnceLock<Answer>,
    names: OnceLock<Names>,
    copied: OnceLock<Box<[imap_copied]>>,
}

impl Response {
    pub(super) fn decoded(&self) -> &Decoded {
        self.decoded.get_or_init(Box::default)
    }

    /// What kind of data this is; `Other` of a tagged line, whose name is the command's.
    pub fn data(&self) -> Data {
        match self.head.kind {
            head::Kind::Untagged => self.name.data(),
            _ => Data::Other,
        }
    }

    /// The octets behind the name, CRLF not included.
    fn behind_name(&self) -> &[u8] {
        let end = self.line.octets.len().saturating_sub(2);
        self.line.octets.get(self.head.rest..end).unwrap_or_default()
    }

    /// The numbers of a SEARCH or SORT.
    pub fn numbers(&self) -> Option<&Answer> {
        matches!(self.data(), Data::Search | Data::Sort)
            .then(|| self.decoded().numbers.get_or_init(|| numbers::read(self.behind_name())))
    }

    /// The mailbox name that stands at a node.
    pub fn mailbox(&self, node: u32) -> Option<Mailbox<'_>> {
        let values = self.values();
        let names = self
            .decoded()
            .names
            .get_or_init(|| Names::read(values, self.data(), self.behind_name(), self.is_utf8));
        names.get(values, node)
    }

    /// The pairs of a COPYUID (RFC 4315, section 3): the sets pair by their order. None if they are not equally long.
    pub fn copied(&self) -> &[imap_copied] {
        self.decoded().copied.get_or_init(|| {
            let values = self.values();
            let pairs = match code::read(values) {
                Some(code) => code.copied(values),
                None => self.bare_copyuid().map(|(_, pairs)| pairs),
            };
            pairs.into_iter().flatten().filter_map(one_pair).collect()
        })
    }

    /// A COPYUID that came without a status.
    pub fn bare_copyuid(&self) -> Option<(u32, Pairs<'_>)> {
        let may_be = self.head.kind == head::Kind::Untagged && self.data() == Data::Other;
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
