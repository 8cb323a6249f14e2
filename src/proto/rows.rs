//! The untagged responses of one answer, kept. Most of a long answer are rows of a FETCH: of those only the line stays,
//! packed behind each other in chunks, and 16 octets that say where. A row that is looked at is read again, into memory
//! that the next one uses too (`Unpacked`). What C was shown has to stay where it is until the answer is freed: quoted
//! strings therefore have their NUL in the packed line, in place of the closing quote, literals in place of what
//! followed; strings with escapes, and whatever else is shown of a row, get memory of their own when they are asked for.

use super::line::{Held, Line, Literal};
use super::response::Response;
use super::response::name::Data;
use super::tree::Tree;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Lines are packed into chunks of this size.
const CHUNK: usize = 64 * 1024;
/// Longer lines stay by themselves.
const LONGEST: usize = 16 * 1024;
/// What is kept of each literal of a packed line: its place, its length, the octet that followed it.
const PLACE: usize = 9;
/// How many rows are held as read at the same time: threads that look at different rows do not push out each other's.
const HELD: usize = 4;

/// Where a row is.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Its place in the order of arrival, counted from the first row's; of a row by itself its place among those.
    at: u32,
    start: u32,
    len: u32,
    /// [`ALONE`] for a row by itself.
    chunk: u16,
    literals: u8,
    is_utf8: bool,
}

const ALONE: u16 = u16::MAX;

/// The rows, in the order they came.
#[derive(Debug, Default)]
pub struct Rows {
    entries: Vec<Entry>,
    /// How many were taken off the front.
    taken: usize,
    chunks: Vec<Vec<u8>>,
    alone: Vec<Option<Arc<Response>>>,
    first_arrival: u64,
    max_depth: usize,
    kept: usize,
    /// The strings with escapes of packed rows that were asked for one.
    escaped: Table<Box<[u8]>>,
    /// Packed rows of which something was shown that only a response by itself has.
    unpacked: Table<Arc<Response>>,
}

/// Something for some rows; nothing is allocated before the first.
type Table<T> = OnceLock<Box<[OnceLock<T>]>>;

/// A place in a table of `len`.
fn place<T>(table: &Table<T>, len: usize, i: usize) -> Option<&OnceLock<T>> {
    table
        .get_or_init(|| std::iter::repeat_with(OnceLock::new).take(len).collect())
        .get(i)
}

impl Rows {
    pub fn len(&self) -> usize {
        self.entries.len() - self.taken
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn push(&mut self, row: Response) {
        match self.pack(&row) {
            Some(entry) => {
                self.kept += entry.len as usize + size_of::<Entry>();
                self.entries.push(entry);
            }
            None => self.push_alone(Arc::new(row)),
        }
    }

    fn push_alone(&mut self, row: Arc<Response>) {
        self.kept = self.kept.saturating_add(row.weight());
        self.entries.push(Entry {
            at: self.alone.len() as u32,
            start: 0,
            len: 0,
            chunk: ALONE,
            literals: 0,
            is_utf8: false,
        });
        self.alone.push(Some(row));
    }

    fn finish(&mut self) {
        self.entries.shrink_to_fit();
        if let Some(last) = self.chunks.last_mut() {
            last.shrink_to_fit();
        }
    }

    fn pop_front(&mut self) -> Option<Arc<Response>> {
        let row = self.own(0)?;
        let entry = *self.entries.get(self.taken)?;
        self.taken += 1;
        if entry.chunk == ALONE {
            self.kept = self.kept.saturating_sub(row.weight());
            self.alone[entry.at as usize] = None;
        } else {
            self.kept -= entry.len as usize + size_of::<Entry>();
            // Rows come in the order of their chunks: the one before is done with.
            let before = (entry.chunk as usize).checked_sub(1);
            if let Some(chunk) = before.and_then(|c| self.chunks.get_mut(c)) {
                *chunk = Vec::new();
            }
        }
        if self.is_empty() {
            *self = Rows::default();
        }
        Some(row)
    }

    /// Row `i` as a response that needs nothing else.
    pub fn own(&self, i: usize) -> Option<Arc<Response>> {
        match self.by_itself(i) {
            Some(row) => Some(Arc::clone(row)),
            None => Some(Arc::new(self.copied(i)?)),
        }
    }

    /// Row `i` as it is shown to C where its packed line will not do: it stays as long as the rows do.
    pub fn lasting(&self, i: usize) -> Option<&Arc<Response>> {
        if let Some(row) = self.by_itself(i) {
            return Some(row);
        }
        let own = place(&self.unpacked, self.len(), i)?;
        match own.get() {
            Some(row) => Some(row),
            None => {
                let row = Arc::new(self.copied(i)?);
                Some(own.get_or_init(|| row))
            }
        }
    }

    fn by_itself(&self, i: usize) -> Option<&Arc<Response>> {
        let entry = self.entry(i)?;
        self.alone
            .get(entry.at as usize)?
            .as_ref()
            .filter(|_| entry.chunk == ALONE)
    }

    fn entry(&self, i: usize) -> Option<&Entry> {
        self.entries.get(self.taken.checked_add(i)?)
    }

    fn copied(&self, i: usize) -> Option<Response> {
        let entry = self.entry(i)?;
        let line = Line::new(self.original(i), self.literals(i));
        let arrival = self.first_arrival + u64::from(entry.at);
        Some(Response::from_line(line, arrival, self.max_depth).in_utf8(entry.is_utf8))
    }

    /// The packed line of row `i`.
    pub fn octets(&self, i: usize) -> &[u8] {
        self.packed(i).map_or(&[], |(octets, _)| octets)
    }

    /// The line, and the places of its literals.
    fn packed(&self, i: usize) -> Option<(&[u8], &[u8])> {
        let entry = self.entry(i)?;
        let (start, len) = (entry.start as usize, entry.len as usize);
        let octets = self.chunks.get(entry.chunk as usize)?;
        let (line, behind) = octets.get(start..)?.split_at_checked(len)?;
        Some((line, behind.get(..entry.literals as usize * PLACE)?))
    }

    fn literals(&self, i: usize) -> Vec<Literal> {
        let places = self.packed(i).map_or(&[][..], |(_, places)| places);
        let mut before = 0;
        let literal = |place: &[u8]| {
            let number = |octets: Option<&[u8; 4]>| octets.map_or(0, |o| u32::from_le_bytes(*o) as usize);
            let literal = Literal {
                at: number(place.first_chunk()),
                len: number(place.get(4..).and_then(|p| p.first_chunk())),
                before,
                held: Held::Here {
                    after: place.last().copied().unwrap_or(0),
                },
            };
            before += literal.len;
            literal
        };
        places.chunks_exact(PLACE).map(literal).collect()
    }

    /// The line of row `i` exactly as it came.
    fn original(&self, i: usize) -> Vec<u8> {
        let mut octets = self.octets(i).to_vec();
        let literals = self.literals(i);
        let mut from = 0;
        for literal in &literals {
            restore_quotes(octets.get_mut(from..literal.at));
            from = literal.end();
            if let (Held::Here { after }, Some(octet)) = (&literal.held, octets.get_mut(from)) {
                *octet = *after;
            }
        }
        restore_quotes(octets.get_mut(from..));
        octets
    }

    /// Packs a row if it is one of those that come in great number, and can be put together again from its line.
    fn pack(&mut self, row: &Response) -> Option<Entry> {
        if !matches!(row.name().data(), Data::Fetch | Data::UidFetch) {
            return None;
        }
        if self.chunks.is_empty() {
            self.first_arrival = row.arrival();
            self.max_depth = row.max_depth();
        }
        let (line, literals) = (row.line().octets(), row.line().literals());
        let at = u32::try_from(row.arrival().checked_sub(self.first_arrival)?).ok()?;
        let count = u8::try_from(literals.len()).ok()?;
        let is_here = |l: &Literal| matches!(l.held, Held::Here { .. });
        if line.len() > LONGEST || !literals.iter().all(is_here) || self.max_depth != row.max_depth() {
            return None;
        }
        // What the NULs in it stand for has to be known.
        let mut from = 0;
        for literal in literals {
            if memchr::memchr(0, line.get(from..literal.at)?).is_some() {
                return None;
            }
            from = literal.end() + 1;
        }
        if memchr::memchr(0, line.get(from.min(line.len())..)?).is_some() || has_nul_behind(literals) {
            return None;
        }
        let needed = line.len() + literals.len() * PLACE;
        let chunk = self.chunk_for(needed)?;
        let octets = self.chunks.last_mut()?;
        let start = octets.len();
        let mut from = 0;
        for literal in literals {
            let behind = literal.end() + 1;
            put_text(octets, line.get(from..literal.at)?);
            octets.extend_from_slice(line.get(literal.at..behind)?);
            from = behind;
        }
        put_text(octets, line.get(from..)?);
        for literal in literals {
            let Held::Here { after } = literal.held else { continue };
            octets.extend_from_slice(&(literal.at as u32).to_le_bytes());
            octets.extend_from_slice(&(literal.len as u32).to_le_bytes());
            octets.push(after);
        }
        Some(Entry {
            at,
            start: start as u32,
            len: line.len() as u32,
            chunk,
            literals: count,
            is_utf8: row.is_utf8(),
        })
    }

    /// The chunk that has room for so many octets more, as the last one.
    fn chunk_for(&mut self, needed: usize) -> Option<u16> {
        let has_room = self.chunks.last().is_some_and(|c| c.capacity() - c.len() >= needed);
        if !has_room {
            let mut chunk = Vec::new();
            // Short answers have short chunks.
            let size = if self.chunks.is_empty() && self.entries.len() < 16 {
                CHUNK / 16
            } else {
                CHUNK
            };
            chunk.try_reserve_exact(size.max(needed)).ok()?;
            self.chunks.push(chunk);
        }
        u16::try_from(self.chunks.len() - 1).ok().filter(|c| *c != ALONE)
    }
}

/// A literal that a NUL followed on the wire, or whose end is the line's.
fn has_nul_behind(literals: &[Literal]) -> bool {
    literals.iter().any(|l| l.held == Held::Here { after: 0 })
}

/// A copy in which a NUL is in place of each quote that a blank or a parenthesis follows: those that close strings, and
/// perhaps others. Whoever wants a text looks whether it is there as it has to be. All octets are treated alike, which
/// compilers make vector instructions of.
fn put_text(out: &mut Vec<u8>, octets: &[u8]) {
    let following = octets.get(1..).unwrap_or_default();
    let pairs = octets.iter().zip(following);
    out.extend(pairs.map(|(octet, next)| {
        let ends = (*octet == b'"') & ((*next == b' ') | (*next == b')'));
        if ends { 0 } else { *octet }
    }));
    out.extend(octets.last());
}

fn restore_quotes(octets: Option<&mut [u8]>) {
    for octet in octets.unwrap_or_default() {
        *octet = if *octet == 0 { b'"' } else { *octet };
    }
}

/// The rows of an answer that is not complete. Most commands have none: nothing is allocated before the first.
#[derive(Debug, Default)]
pub struct Gathered(Option<Box<Rows>>);

impl Gathered {
    pub const fn new() -> Gathered {
        Gathered(None)
    }

    pub fn of(rows: impl IntoIterator<Item = Arc<Response>>) -> Gathered {
        let mut gathered = Gathered::default();
        for row in rows {
            gathered.push_alone(row);
        }
        gathered
    }

    /// Another row, which nobody else has.
    pub fn push(&mut self, row: Response) {
        self.0.get_or_insert_default().push(row);
    }

    /// A row that somebody else has too.
    pub fn push_alone(&mut self, row: Arc<Response>) {
        self.0.get_or_insert_default().push_alone(row);
    }

    /// The oldest row, which then is none of them any more.
    #[inline]
    pub fn pop_front(&mut self) -> Option<Arc<Response>> {
        self.0.as_mut()?.pop_front()
    }

    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|rows| rows.is_empty())
    }

    /// Octets that keeping them costs.
    pub fn kept(&self) -> usize {
        self.0.as_ref().map_or(0, |rows| rows.kept)
    }

    /// All rows, each as a response that needs nothing else.
    pub fn all(&self) -> impl Iterator<Item = Arc<Response>> {
        let rows = self.0.iter();
        rows.flat_map(|rows| (0..rows.len()).filter_map(|i| rows.own(i)))
    }

    /// Rows that are not of a FETCH, and some that are.
    pub fn alone(&self) -> impl DoubleEndedIterator<Item = &Arc<Response>> {
        self.0.iter().flat_map(|rows| rows.alone.iter().flatten())
    }

    /// No more rows come.
    pub fn finish(self) -> Option<Arc<Rows>> {
        let mut rows = self.0?;
        rows.finish();
        Some(Arc::from(rows))
    }
}

/// That a line is a packed one.
#[derive(Clone, Debug)]
pub struct Packed {
    rows: Arc<Rows>,
    i: usize,
}

impl Packed {
    pub fn octets(&self) -> &[u8] {
        self.rows.octets(self.i)
    }

    pub fn original(&self) -> Vec<u8> {
        self.rows.original(self.i)
    }

    /// The line's octets without its literals, in which the NULs of strings stand for quotes.
    pub fn restore(&self, without_literals: &mut [u8]) {
        restore_quotes(Some(without_literals));
    }

    /// The text of `len` octets at `start` of the line, if it stands there as it is shown, a NUL behind it.
    pub fn text(&self, start: usize, len: usize) -> Option<&[u8]> {
        let (text, behind) = self.octets().get(start..)?.split_at_checked(len)?;
        (behind.first() == Some(&0) && memchr::memchr(0, text).is_none()).then_some(text)
    }

    /// The text of a string with escapes.
    pub fn escaped(&self, tree: &Tree, node: u32) -> Option<&[u8]> {
        let texts = place(&self.rows.escaped, self.rows.len(), self.i)?;
        tree.escaped_in(texts.get_or_init(|| tree.escaped_texts()), node)
    }

    /// The row as a response of its own, which stays as long as the rows do.
    pub fn lasting(&self) -> Option<&Response> {
        self.rows.lasting(self.i).map(|row| &**row)
    }
}

/// The rows that were looked at last, as they were read.
#[derive(Debug, Default)]
pub struct Unpacked(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    rows: [Option<(usize, Arc<Response>)>; HELD],
    next: usize,
}

impl Unpacked {
    /// Row `i`.
    pub fn row(&self, rows: &Arc<Rows>, i: usize) -> Option<Arc<Response>> {
        if let Some(row) = rows.by_itself(i) {
            return Some(Arc::clone(row));
        }
        let entry = rows.entry(i)?;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, row)) = held.rows.iter().flatten().find(|(at, _)| *at == i) {
            return Some(Arc::clone(row));
        }
        let next = held.next;
        held.next = (next + 1) % HELD;
        let place = held.rows.get_mut(next)?;
        let mut row = place.take().map_or_else(|| Arc::new(Response::empty()), |(_, row)| row);
        if Arc::get_mut(&mut row).is_none() {
            row = Arc::new(Response::empty());
        }
        let line = Line::packed(
            Packed {
                rows: Arc::clone(rows),
                i,
            },
            rows.literals(i),
        );
        let arrival = rows.first_arrival + u64::from(entry.at);
        Arc::get_mut(&mut row)?.become_packed(line, arrival, rows.max_depth, entry.is_utf8);
        *place = Some((i, Arc::clone(&row)));
        Some(row)
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
