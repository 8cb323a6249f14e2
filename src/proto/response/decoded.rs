//! What views hand out that does not stand in the line: numbers of SEARCH and SORT, mailbox names in UTF-8. Each is made
//! once, at first use, and lives as long as its response.

use super::name::Data;
use super::names::{Mailbox, Names};
use super::numbers::{self, Answer};
use super::{Response, head};
use std::sync::OnceLock;

#[derive(Debug, Default)]
pub struct Decoded {
    numbers: OnceLock<Answer>,
    names: OnceLock<Names>,
}

impl Response {
    fn decoded(&self) -> &Decoded {
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
}
