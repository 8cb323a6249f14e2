//! imaplib's view of untagged responses: items of a text and perhaps a literal. An item's text is number, blank and
//! what follows the name, as sent, the literal's marker included; what follows a literal is the next item, also when
//! it is empty.

use super::Response;
use super::head::Head;
use crate::proto::line::Line;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// The items of one response. Texts stand in `buf`, each followed by a NUL.
#[derive(Debug)]
pub struct RowItems {
    buf: Box<[u8]>,
    /// Each piece has the literal of its number behind it, but for the last.
    pieces: Vec<Range<usize>>,
}

impl RowItems {
    /// `octets` are the line exactly as it came.
    pub fn read(line: &Line, octets: &[u8], head: &Head) -> RowItems {
        let end = octets.len().saturating_sub(2);
        let inside: usize = line.literals().iter().map(|l| l.here()).sum();
        let mut buf = Vec::with_capacity(octets.len().saturating_sub(inside) + line.literals().len() + 2);
        let mut pieces = Vec::with_capacity(line.literals().len() + 1);
        buf.extend_from_slice(&octets[head.digits.start as usize..head.digits.end as usize]);
        let mut at = head.rest.min(end);
        if head.number.is_some() && at < end {
            buf.push(b' ');
        }
        let mut begin = 0;
        for literal in line.literals() {
            // The marker's CRLF is not part of the item.
            let marker_end = literal.at.saturating_sub(2).max(at);
            buf.extend_from_slice(octets.get(at..marker_end).unwrap_or_default());
            pieces.push(begin..buf.len());
            buf.push(0);
            begin = buf.len();
            at = literal.end();
        }
        buf.extend_from_slice(octets.get(at..end).unwrap_or_default());
        pieces.push(begin..buf.len());
        buf.push(0);
        RowItems {
            buf: buf.into_boxed_slice(),
            pieces,
        }
    }

    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn get<'a>(&'a self, line: &'a Line, i: usize) -> Option<(&'a [u8], Option<&'a [u8]>)> {
        let text = self.buf.get(self.pieces.get(i)?.clone())?;
        Some((text, line.literal(i)))
    }
}

/// Where the items of each name are: (row, piece), by upper-case name.
#[derive(Debug, Default)]
pub struct Index(HashMap<String, Vec<(u32, u32)>>);

impl Index {
    pub fn build(rows: impl Iterator<Item = Arc<Response>>) -> Index {
        let mut by_name: HashMap<String, Vec<(u32, u32)>> = HashMap::new();
        for (r, row) in rows.enumerate() {
            let pieces = row.line().literals().len() + 1;
            let places = match by_name.get_mut(row.name().as_str()) {
                Some(places) => places,
                None => by_name.entry(row.name().as_str().to_owned()).or_default(),
            };
            places.extend((0..pieces).map(|p| (r as u32, p as u32)));
        }
        Index(by_name)
    }

    fn places(&self, name: &[u8]) -> &[(u32, u32)] {
        let upper = String::from_utf8_lossy(name).to_ascii_uppercase();
        self.0.get(&upper).map_or(&[], |v| v.as_slice())
    }

    pub fn count(&self, name: &[u8]) -> usize {
        self.places(name).len()
    }

    pub fn get(&self, name: &[u8], i: usize) -> Option<(usize, usize)> {
        self.places(name).get(i).map(|&(r, p)| (r as usize, p as usize))
    }
}
