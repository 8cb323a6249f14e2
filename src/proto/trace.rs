//! The last lines sent and received, for people who look for a fault. Secrets never get here: the encoder masks them.

use super::command::encode::{Piece, Wire};
use crate::codec::decimal;

/// Lines longer than this are cut.
const LINE_MAX: usize = 512;

/// One line: `> ` sent, `< ` received. Most are never read: what does not belong into a line of text is replaced, and
/// the NUL put behind it, only when one is.
#[derive(Debug)]
struct Entry {
    text: Vec<u8>,
    /// On the connection's clock.
    at_ms: u64,
    is_cut: bool,
    is_ready: bool,
}

impl Entry {
    fn put(&mut self, part: &[u8]) {
        let room = (LINE_MAX + 2).saturating_sub(self.text.len());
        self.is_cut |= part.len() > room;
        self.text.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn put_literal(&mut self, size: u64, binary: bool) {
        let (mut digits, mut at) = ([0u8; decimal::LONGEST], decimal::LONGEST);
        decimal::before(size, &mut digits, &mut at);
        for part in [if binary { &b"~{"[..] } else { b"{" }, &digits[at..], b"}"] {
            self.put(part);
        }
    }
}

/// The ring.
#[derive(Debug)]
pub struct Trace {
    /// Once there are as many as are kept, the oldest is where the next one goes.
    ring: Vec<Entry>,
    oldest: usize,
    pub level: u32,
    keep: usize,
}

impl Default for Trace {
    fn default() -> Trace {
        Trace {
            ring: Vec::new(),
            oldest: 0,
            level: 1,
            keep: 20,
        }
    }
}

impl Trace {
    /// Notes a line if the level asks for it.
    pub fn note(&mut self, level: u32, direction: u8, line: &[u8], at_ms: u64) {
        self.note_all(level, direction, [line.strip_suffix(b"\r\n").unwrap_or(line)], at_ms);
    }

    /// The same of a line in parts, without its end.
    #[inline]
    pub fn note_all<const N: usize>(&mut self, level: u32, direction: u8, parts: [&[u8]; N], at_ms: u64) {
        let len = parts.iter().map(|p| p.len()).sum();
        if let Some(entry) = self.begin(level, direction, len, at_ms) {
            parts.into_iter().for_each(|part| entry.put(part));
        }
    }

    /// A line to be written, of about `len` octets, if the level asks for it. The oldest one's memory serves.
    fn begin(&mut self, level: u32, direction: u8, len: usize, at_ms: u64) -> Option<&mut Entry> {
        if self.level < level || self.keep == 0 {
            return None;
        }
        let at = if self.ring.len() < self.keep {
            // Not by doubling: most connections stay below what is kept.
            if self.ring.len() == self.ring.capacity() {
                self.ring.reserve_exact(2);
            }
            self.ring.push(Entry {
                text: Vec::new(),
                at_ms,
                is_cut: false,
                is_ready: false,
            });
            self.ring.len() - 1
        } else {
            let at = self.oldest;
            self.oldest = if at + 1 < self.ring.len() { at + 1 } else { 0 };
            at
        };
        let entry = self.ring.get_mut(at)?;
        (entry.at_ms, entry.is_cut, entry.is_ready) = (at_ms, false, false);
        entry.text.clear();
        entry.text.reserve_exact(len.min(LINE_MAX) + 6);
        entry.text.extend_from_slice(&[direction, b' ']);
        Some(entry)
    }

    /// Notes a command that goes out: with the sizes of its literals, or as it may be shown if it holds a secret.
    pub fn note_command(&mut self, tag: &[u8], name: &[u8], wire: &Wire<'_>, at_ms: u64) {
        let first = match wire.pieces.first() {
            None => name,
            Some(_) if wire.secret => &wire.shown,
            Some(piece) => piece.text(),
        };
        let Some(entry) = self.begin(1, b'>', tag.len() + 1 + first.len(), at_ms) else {
            return;
        };
        for part in [tag, b" ", first] {
            entry.put(part);
        }
        if wire.secret {
            return;
        }
        for (i, piece) in wire.pieces.iter().enumerate() {
            match piece {
                // The first was put already, and a line's end (of IDLE) is none of the line.
                Piece::Text(text) if i == 0 || text == b"\r\n" => {}
                Piece::Text(text) => entry.put(text),
                Piece::Literal { octets, binary, .. } => entry.put_literal(octets.len() as u64, *binary),
                Piece::Announced { size, binary, .. } => entry.put_literal(*size, *binary),
            }
        }
    }

    pub fn len(&self) -> usize {
        self.ring.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Line `i`, oldest first, with a NUL behind it in memory, and when it passed.
    pub fn get(&mut self, i: usize) -> Option<(&[u8], u64)> {
        let len = self.ring.len();
        let at = self.oldest + i;
        let entry = self.ring.get_mut(if i < len && at >= len { at - len } else { at })?;
        if !std::mem::replace(&mut entry.is_ready, true) {
            if entry.is_cut {
                entry.text.extend_from_slice(b"...");
            }
            for octet in &mut entry.text {
                if matches!(*octet, 0 | b'\r' | b'\n') {
                    *octet = b'.';
                }
            }
            entry.text.push(0);
        }
        let (_, text) = entry.text.split_last()?;
        Some((text, entry.at_ms))
    }

    pub fn clear(&mut self) {
        self.ring.clear();
        self.oldest = 0;
    }

    /// A new size takes effect at once.
    pub fn set_keep(&mut self, keep: usize) {
        if keep == self.keep {
            return;
        }
        self.keep = keep;
        self.ring.rotate_left(self.oldest);
        self.oldest = 0;
        let too_many = self.ring.len().saturating_sub(keep);
        self.ring.drain(..too_many);
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;

    fn lines(trace: &mut Trace) -> Vec<String> {
        let line = |i| trace.get(i).map(|(text, _)| String::from_utf8_lossy(text).into_owned());
        (0..10).map_while(line).collect()
    }

    #[test]
    fn the_last_lines_stay_in_order_whatever_the_size() {
        let mut trace = Trace::default();
        trace.set_keep(3);
        let note = |trace: &mut Trace, n: u32| trace.note(1, b'<', format!("{n}\r\n").as_bytes(), u64::from(n));
        (0..5).for_each(|n| note(&mut trace, n));
        assert_eq!(lines(&mut trace), ["< 2", "< 3", "< 4"]);
        trace.set_keep(4);
        note(&mut trace, 5);
        assert_eq!(lines(&mut trace), ["< 2", "< 3", "< 4", "< 5"]);
        note(&mut trace, 6);
        assert_eq!(lines(&mut trace), ["< 3", "< 4", "< 5", "< 6"]);
        trace.set_keep(2);
        assert_eq!(lines(&mut trace), ["< 5", "< 6"]);
        trace.set_keep(0);
        note(&mut trace, 7);
        assert!(lines(&mut trace).is_empty());
    }

    #[test]
    fn long_lines_are_cut_and_odd_octets_are_dots() {
        let mut trace = Trace::default();
        trace.note(1, b'<', &b"a\0b\nc".repeat(200), 0);
        let (text, _) = trace.get(0).expect("a line");
        assert!(text.starts_with(b"< a.b.ca.b.c") && text.ends_with(b"..."));
        assert_eq!(text.len(), 2 + 512 + 3);
        assert!(lines(&mut trace)[0].ends_with("..."), "reading it twice adds nothing");
    }
}
