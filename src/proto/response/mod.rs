//! A response as it is handed out: one line from the server, or the tagged line of a command with the untagged
//! responses that belong to it. Immutable, counted, independent of its connection; each view is built at first use.

pub mod arguments;
pub mod code;
pub mod code_table;
pub mod decoded;
pub mod entries;
pub mod esearch;
#[cfg(test)]
mod fixture;
pub mod head;
pub mod items;
pub mod list;
pub mod mailbox_status;
pub mod name;
pub mod names;
pub mod namespace;
pub mod numbers;
pub mod quota;
pub mod rights;
pub mod status;
pub mod thread;
pub mod vanished;
pub mod words;

use super::receive::Line;
use super::tree::{Tree, Values};
use decoded::Decoded;
use head::{Head, Status};
use items::{Index, RowItems};
use name::Name;
use status::StatusTexts;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// One response.
#[derive(Debug)]
pub struct Response {
    line: Line,
    head: Head,
    name: Name,
    arrival: u64,
    max_depth: u32,
    /// UTF8=ACCEPT was on: mailbox names are UTF-8 on the wire.
    is_utf8: bool,
    result: Option<Box<ResultPart>>,
    // Most responses are looked at in one way or none: views stay outside, so that a million rows stay small.
    tree: OnceLock<Box<Tree>>,
    items: OnceLock<Box<RowItems>>,
    decoded: OnceLock<Box<Decoded>>,
}

/// What the result of a command has beyond its tagged line.
#[derive(Debug)]
pub struct ResultPart {
    rows: Vec<Arc<Response>>,
    view: View,
    index: OnceLock<Index>,
}

/// Which items imaplib hands out for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The status text.
    OwnText,
    /// The untagged responses of this name.
    Named(Cow<'static, str>),
    /// Texts collected by the library itself (a parsed flag list), each with a NUL behind it.
    Collected(Vec<Box<[u8]>>),
}

impl ResultPart {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::build(&self.rows))
    }
}

impl Response {
    /// One line from the server.
    pub fn from_line(line: Line, arrival: u64, max_depth: usize) -> Response {
        let head = head::read(&line.octets);
        let name = Name::of(&head, &line.octets);
        Response::assemble(line, head, name, arrival, max_depth, None)
    }

    /// The outcome of a command: its tagged line, and the rows that belong to it.
    pub fn result(
        name: Name,
        line: Line,
        arrival: u64,
        max_depth: usize,
        rows: Vec<Arc<Response>>,
        view: View,
    ) -> Response {
        let head = head::read(&line.octets);
        let part = ResultPart {
            rows,
            view,
            index: OnceLock::new(),
        };
        Response::assemble(line, head, name, arrival, max_depth, Some(Box::new(part)))
    }

    fn assemble(
        line: Line,
        head: Head,
        name: Name,
        arrival: u64,
        max_depth: usize,
        result: Option<Box<ResultPart>>,
    ) -> Response {
        Response {
            line,
            head,
            name,
            arrival,
            max_depth: u32::try_from(max_depth).unwrap_or(u32::MAX),
            is_utf8: false,
            result,
            tree: OnceLock::new(),
            items: OnceLock::new(),
            decoded: OnceLock::new(),
        }
    }

    /// The same response, received with UTF8=ACCEPT on or off.
    pub fn in_utf8(self, is_utf8: bool) -> Response {
        Response { is_utf8, ..self }
    }

    pub fn line(&self) -> &Line {
        &self.line
    }

    /// What keeping this response costs, its views aside.
    pub fn weight(&self) -> usize {
        self.line
            .weight()
            .saturating_add(size_of::<Arc<Response>>() + size_of::<Response>())
    }

    pub fn head(&self) -> &Head {
        &self.head
    }

    pub fn name(&self) -> &Name {
        &self.name
    }

    pub fn arrival(&self) -> u64 {
        self.arrival
    }

    pub fn status(&self) -> Option<Status> {
        self.head.status
    }

    pub fn number(&self) -> Option<u32> {
        self.head.number
    }

    pub fn rows(&self) -> &[Arc<Response>] {
        self.result.as_ref().map_or(&[], |r| &r.rows)
    }

    pub fn tree(&self) -> &Tree {
        self.tree
            .get_or_init(|| Box::new(Tree::read(&self.line, &self.head, self.max_depth as usize)))
    }

    /// What views read.
    pub fn values(&self) -> Values<'_> {
        Values::new(self.tree(), &self.line)
    }

    pub fn texts(&self) -> &StatusTexts {
        self.decoded()
            .texts
            .get_or_init(|| StatusTexts::read(&self.line.octets, &self.head))
    }

    /// The text of a status response, code included, as octets of the line.
    pub fn status_text(&self) -> &[u8] {
        let end = self.line.octets.len().saturating_sub(2);
        self.line.octets.get(self.head.rest..end).unwrap_or_default()
    }

    /// The code's name and argument.
    pub fn code(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.head.status?;
        let end = self.line.octets.len().saturating_sub(2);
        let code = head::code(&self.line.octets, self.head.rest, end)?;
        Some((
            &self.line.octets[code.name],
            code.argument.map(|a| &self.line.octets[a]),
        ))
    }

    /// The code's name is this one (any case).
    pub fn has_code(&self, name: &str) -> bool {
        self.code()
            .is_some_and(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))
    }

    fn row_items(&self) -> &RowItems {
        self.items
            .get_or_init(|| Box::new(RowItems::read(&self.line, &self.head)))
    }

    /// How many items imaplib's view has under a name; `None` means the command's own.
    pub fn item_count(&self, name: Option<&[u8]>) -> usize {
        let Some(part) = &self.result else {
            return if name.is_none_or(|n| self.name.is(n)) {
                self.row_items().len()
            } else {
                0
            };
        };
        match (name, &part.view) {
            (None, View::OwnText) => 1,
            (None, View::Collected(texts)) => texts.len(),
            (None, View::Named(name)) if self.status() != Some(Status::No) => part.index().count(name.as_bytes()),
            (None, View::Named(_)) => 1,
            (Some(name), _) => part.index().count(name),
        }
    }

    /// Item `i` of that view: its text, and a literal if it has one. Both are followed by a NUL in memory.
    pub fn item(&self, name: Option<&[u8]>, i: usize) -> Option<(&[u8], Option<&[u8]>)> {
        let Some(part) = &self.result else {
            return name
                .is_none_or(|n| self.name.is(n))
                .then(|| self.row_items().get(&self.line, i))
                .flatten();
        };
        let name = match (name, &part.view) {
            (None, View::Collected(texts)) => {
                return texts.get(i).map(|t| (&t[..t.len().saturating_sub(1)], None));
            }
            (None, View::Named(name)) if self.status() != Some(Status::No) => name.as_bytes(),
            (None, _) => return (i == 0).then(|| (self.texts().text(), None)),
            (Some(name), _) => name,
        };
        let (row, piece) = part.index().get(name, i)?;
        let row = part.rows.get(row)?;
        row.row_items().get(&row.line, piece)
    }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod views_tests;
