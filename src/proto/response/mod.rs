//! A response as it is handed out: one line from the server, or the tagged line of a command with the untagged
//! responses that belong to it. Immutable, counted, independent of its connection; each view is built at first use.

pub mod address;
pub mod arguments;
pub mod body;
mod body_extension;
mod body_tree;
pub mod body_walk;
pub mod code;
pub mod code_table;
pub mod decoded;
pub mod entries;
pub mod envelope;
pub mod esearch;
pub mod fetch;
#[cfg(test)]
pub(super) mod fixture;
pub mod head;
pub mod items;
pub mod list;
pub mod mailbox_status;
pub mod name;
pub mod names;
pub mod namespace;
pub mod numbers;
pub mod param;
pub mod plain;
pub mod quota;
pub mod rights;
pub mod section;
pub mod status;
#[cfg(test)]
mod test_lines;
pub mod thread;
pub mod vanished;
pub mod words;

use super::line::Line;
use super::receive::Receiver;
use super::rows::{Gathered, Rows, Unpacked};
use super::tree::{Tree, Values};
use decoded::Views;
use fetch::Fetch;
use head::{Head, Status};
use items::{Index, RowItems};
use name::{Data, Name};
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
    max_depth: usize,
    result: Option<Box<ResultPart>>,
    /// Its octets are in the receive buffer.
    is_borrowed: bool,
    // Most responses are looked at in one way or none: views stay outside, so that a million rows stay small.
    tree: OnceLock<Box<Tree>>,
    /// The tree that the row before this one in the same place had, to be used again.
    reused: Option<Box<Tree>>,
    /// It has been read again: it is this row's.
    is_read_again: bool,
    views: OnceLock<Box<Views>>,
    /// UTF8=ACCEPT was on: mailbox names are UTF-8 on the wire.
    is_utf8: bool,
}

/// What the result of a command has beyond its tagged line.
#[derive(Debug)]
pub struct ResultPart {
    /// Its rows, if there are any.
    rows: Option<Arc<Rows>>,
    /// Those that were looked at last.
    unpacked: OnceLock<Box<Unpacked>>,
    /// How many of them were handed out one by one.
    taken: usize,
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
    fn len(&self) -> usize {
        self.rows
            .as_ref()
            .map_or(0, |rows| rows.len().saturating_sub(self.taken))
    }

    fn row(&self, i: usize) -> Option<Arc<Response>> {
        let unpacked = self.unpacked.get_or_init(Box::default);
        unpacked.row(self.rows.as_ref()?, self.taken.checked_add(i)?)
    }

    fn index(&self) -> &Index {
        let rows = (0..self.len()).filter_map(|i| self.row(i));
        self.index.get_or_init(|| Index::build(rows))
    }
}

impl Response {
    /// One line from the server.
    pub fn from_line(line: Line, arrival: u64, max_depth: usize) -> Response {
        let head = head::read(line.octets());
        let name = Name::of(&head, line.octets());
        Response::assemble(line, head, name, arrival, max_depth)
    }

    /// One line from the server, whose first words are known.
    pub fn of(line: Line, head: Head, name: Name, arrival: u64, max_depth: usize) -> Response {
        Response::assemble(line, head, name, arrival, max_depth)
    }

    /// A line with nothing in it.
    pub fn empty() -> Response {
        Response::from_line(Line::default(), 0, 0)
    }

    /// Its octets are in the receive buffer.
    pub fn is_borrowed(&self) -> bool {
        self.is_borrowed
    }

    /// It is a packed row of an answer.
    pub fn is_packed(&self) -> bool {
        self.line.as_packed().is_some()
    }

    /// Becomes the response that the receiver has found, in the receiver's buffer and the memory this one has, until
    /// [`Response::give_back`].
    #[inline(always)]
    pub fn borrow_from(&mut self, receiver: &mut Receiver, head: Head, name: Name, arrival: u64, max_depth: usize) {
        receiver.lend(&mut self.line);
        self.is_borrowed = true;
        (self.head, self.name, self.arrival, self.max_depth) = (head, name, arrival, max_depth);
        self.forget();
        self.read_like_the_one_before();
    }

    /// The buffer is the receiver's again, and this an empty line.
    pub fn give_back(&mut self, receiver: &mut Receiver) {
        receiver.reclaim(&mut self.line);
        self.is_borrowed = false;
        self.forget();
        self.head = Head::none();
        self.name = Name::none();
    }

    /// Views of what it held before.
    #[inline(always)]
    fn forget(&mut self) {
        if self.views.get().is_some() {
            self.views = OnceLock::new();
        }
        if self.tree.get().is_some() {
            self.reused = self.tree.take();
        }
        self.is_read_again = false;
    }

    /// Of a packed row they are those of the response that stands in for it.
    fn views(&self) -> &Views {
        match self.lasting() {
            Some(row) => row.views(),
            None => self.views.get_or_init(Box::default),
        }
    }

    /// A packed row is read into memory that is used again: what has to stay is this one's.
    fn lasting(&self) -> Option<&Response> {
        self.line.as_packed()?.lasting()
    }

    /// Becomes a packed row of an answer, in the memory this one has.
    pub fn become_packed(&mut self, line: Line, arrival: u64, max_depth: usize, is_utf8: bool) {
        self.forget();
        (self.head, self.name) = head::first_words(line.octets());
        (self.line, self.arrival, self.max_depth, self.is_utf8) = (line, arrival, max_depth, is_utf8);
        self.read_like_the_one_before();
    }

    /// The row before this one in the same place was read through its tree: so will this one be.
    #[inline(always)]
    fn read_like_the_one_before(&mut self) {
        // The numbers of these are read from the line.
        let has_tree = !matches!(self.name.data(), Data::Search | Data::Sort);
        if let Some(tree) = self.reused.as_mut().filter(|_| has_tree) {
            tree.read_again(&self.line, &self.head, self.name.data(), self.max_depth);
            self.is_read_again = true;
        }
    }

    /// The same in memory of its own.
    pub fn to_owned_line(&self) -> Response {
        let (head, name) = (self.head.clone(), self.name.clone());
        Response::of(self.line.copied(), head, name, self.arrival, self.max_depth).in_utf8(self.is_utf8)
    }

    /// The outcome of a command: its tagged line, and the rows that belong to it.
    pub fn result(name: Name, line: Line, arrival: u64, max_depth: usize, rows: Gathered, view: View) -> Response {
        Response::from_line(line, arrival, max_depth).into_result(name, rows, view)
    }

    /// The tagged line becomes the outcome of its command.
    pub fn into_result(mut self, name: Name, rows: Gathered, view: View) -> Response {
        self.name = name;
        self.result = Some(Box::new(ResultPart {
            rows: rows.finish(),
            unpacked: OnceLock::new(),
            taken: 0,
            view,
            index: OnceLock::new(),
        }));
        self.views = OnceLock::new();
        self.tree = OnceLock::new();
        self.is_read_again = false;
        self
    }

    fn assemble(line: Line, head: Head, name: Name, arrival: u64, max_depth: usize) -> Response {
        Response {
            line,
            head,
            name,
            arrival,
            max_depth,
            result: None,
            is_borrowed: false,
            tree: OnceLock::new(),
            reused: None,
            is_read_again: false,
            views: OnceLock::new(),
            is_utf8: false,
        }
    }

    /// The same response, received with UTF8=ACCEPT on or off.
    pub fn in_utf8(self, is_utf8: bool) -> Response {
        Response { is_utf8, ..self }
    }

    /// A list of numbers that was decoded while it arrived.
    pub fn with_numbers(self, numbers: Vec<u32>, malformed: bool) -> Response {
        self.views().set_numbers(numbers, malformed);
        self
    }

    /// The same response with its place in the order of arrival.
    pub fn arrived(self, arrival: u64) -> Response {
        Response { arrival, ..self }
    }

    pub fn is_utf8(&self) -> bool {
        self.is_utf8
    }

    pub fn max_depth(&self) -> usize {
        self.max_depth
    }

    pub fn set_utf8(&mut self, is_utf8: bool) {
        self.is_utf8 = is_utf8;
    }

    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The line exactly as it came, without the octets of literals that are kept apart.
    pub fn raw(&self) -> &[u8] {
        if let Some(row) = self.lasting() {
            return row.raw();
        }
        if self.line.is_sealed() || self.has_own_numbers() {
            self.views().raw(&self.line)
        } else {
            self.line.octets()
        }
    }

    /// What keeping this response costs, its views aside.
    pub fn weight(&self) -> usize {
        self.octets_kept()
            .saturating_add(size_of::<Arc<Response>>() + size_of::<Response>())
    }

    /// The octets of it that are kept: its line, or the numbers that stand in no line.
    pub fn octets_kept(&self) -> usize {
        let numbers = self.views.get().map_or(0, |v| v.own_numbers_octets());
        self.line.weight().saturating_add(numbers)
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

    pub fn row_count(&self) -> usize {
        self.result.as_ref().map_or(0, |r| r.len())
    }

    /// Untagged response `i`. Texts that it shows stay as long as this result does.
    pub fn row(&self, i: usize) -> Option<Arc<Response>> {
        self.result.as_ref()?.row(i)
    }

    /// All of them.
    pub fn rows(&self) -> Vec<Arc<Response>> {
        (0..self.row_count()).filter_map(|i| self.row(i)).collect()
    }

    /// The oldest row, which then is no part of the result any more.
    pub fn take_row(&mut self) -> Option<Arc<Response>> {
        let part = self.result.as_mut()?;
        let row = part.rows.as_ref()?.own(part.taken)?;
        part.taken += 1;
        part.index = OnceLock::new();
        Some(row)
    }

    #[inline]
    pub fn tree(&self) -> &Tree {
        match &self.reused {
            Some(tree) if self.is_read_again => tree,
            _ => self.tree.get_or_init(|| self.read_tree()),
        }
    }

    #[cold]
    fn read_tree(&self) -> Box<Tree> {
        let (data, depth) = (self.name.data(), self.max_depth);
        if !self.has_own_numbers() {
            return Box::new(Tree::read(&self.line, &self.head, data, depth));
        }
        let line = Line::new(self.raw().to_vec(), Vec::new());
        Box::new(Tree::read(&line, &head::read(line.octets()), data, depth))
    }

    /// The items of a FETCH into an empty `fetch`, each section given to `sections`, if they can be read without a tree and
    /// none is there. A row whose neighbour needed its tree is taken to need one too.
    #[inline]
    pub fn plain_items<'a>(&'a self, fetch: &mut Fetch, sections: impl plain::Sections<'a>) -> Option<()> {
        let needs_none = matches!(self.name.data(), Data::Fetch | Data::UidFetch)
            && self.result.is_none()
            && !self.is_read_again
            && self.tree.get().is_none();
        let items = || plain::read(&self.line, &self.head, self.max_depth, fetch, sections);
        needs_none.then(items).flatten()
    }

    /// A list of numbers that was decoded while it arrived, and stands in no line.
    fn has_own_numbers(&self) -> bool {
        self.views.get().is_some_and(|v| v.has_own_numbers())
    }

    /// What views read.
    pub fn values(&self) -> Values<'_> {
        Values::new(self.tree(), &self.line)
    }

    pub fn texts(&self) -> &StatusTexts {
        self.views()
            .texts
            .get_or_init(|| StatusTexts::read(self.raw(), &self.head))
    }

    /// The text of a status response, code included, as octets of the line.
    pub fn status_text(&self) -> &[u8] {
        let raw = self.raw();
        raw.get(self.head.rest..raw.len().saturating_sub(2)).unwrap_or_default()
    }

    /// The code's name and argument.
    pub fn code(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.head.status?;
        let raw = self.raw();
        let code = head::code(raw, self.head.rest, raw.len().saturating_sub(2))?;
        Some((&raw[code.name], code.argument.map(|a| &raw[a])))
    }

    /// The code's name is this one (any case).
    pub fn has_code(&self, name: &str) -> bool {
        self.code()
            .is_some_and(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))
    }

    fn row_items(&self) -> &RowItems {
        if let Some(row) = self.lasting() {
            return row.row_items();
        }
        self.views()
            .items
            .get_or_init(|| RowItems::read(&self.line, self.raw(), &self.head))
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
        if let Some(row) = self.lasting() {
            return row.item(name, i);
        }
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
        let row = part.rows.as_ref()?.lasting(part.taken.checked_add(row)?)?;
        row.row_items().get(&row.line, piece)
    }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod views_tests;
