//! The last lines sent and received, for people who look for a fault. Secrets never get here: the encoder masks them.

use super::command::encode::{Piece, Wire};
use std::collections::VecDeque;

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

/// The ring.
#[derive(Debug)]
pub struct Trace {
    ring: VecDeque<Entry>,
    pub level: u32,
    pub keep: usize,
}

impl Default for Trace {
    fn default() -> Trace {
        Trace {
            ring: VecDeque::new(),
            level: 1,
            keep: 20,
        }
    }
}

impl Trace {
    /// Notes a line if the level asks for it.
    pub fn note(&mut self, level: u32, direction: u8, line: &[u8], at_ms: u64) {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        self.note_parts(level, direction, [line, b"", b""], at_ms);
    }

    /// The same for a line in three parts.
    pub fn note_parts(&mut self, level: u32, direction: u8, parts: [&[u8]; 3], at_ms: u64) {
        if self.level < level || self.keep == 0 {
            return;
        }
        // The oldest line's memory serves the new one.
        let mut text = Vec::new();
        while self.ring.len() >= self.keep {
            text = self.ring.pop_front().map(|e| e.text).unwrap_or_default();
        }
        text.clear();
        let len: usize = parts.iter().map(|p| p.len()).sum();
        text.reserve_exact(len.min(LINE_MAX) + 6);
        text.extend_from_slice(&[direction, b' ']);
        for part in parts.into_iter().filter(|p| !p.is_empty()) {
            let room = (LINE_MAX + 2).saturating_sub(text.len());
            text.extend_from_slice(&part[..part.len().min(room)]);
        }
        self.ring.push_back(Entry {
            text,
            at_ms,
            is_cut: len > LINE_MAX,
            is_ready: false,
        });
    }

    /// Notes a command that goes out: with the sizes of its literals, or as it may be shown if it holds a secret.
    pub fn note_command(&mut self, tag: &[u8], name: &[u8], wire: &Wire<'_>, at_ms: u64) {
        match wire.pieces.as_slice() {
            [] => self.note_parts(1, b'>', [tag, b" ", name], at_ms),
            _ if wire.secret => self.note_parts(1, b'>', [tag, b" ", &wire.shown], at_ms),
            [Piece::Text(text)] => self.note_parts(1, b'>', [tag, b" ", text], at_ms),
            pieces => {
                let mut line = Vec::new();
                for piece in pieces {
                    let (size, tilde) = match piece {
                        Piece::Text(text) => {
                            line.extend_from_slice(text);
                            continue;
                        }
                        Piece::Literal { octets, binary } => (octets.len() as u64, *binary),
                        Piece::Announced { size, binary } => (*size, *binary),
                    };
                    line.extend_from_slice(if tilde { b"~{" } else { b"{" });
                    line.extend_from_slice(size.to_string().as_bytes());
                    line.push(b'}');
                }
                self.note_parts(1, b'>', [tag, b" ", &line], at_ms);
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
        let entry = self.ring.get_mut(i)?;
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
    }

    /// A new size takes effect at once.
    pub fn set_keep(&mut self, keep: usize) {
        self.keep = keep;
        while self.ring.len() > keep {
            self.ring.pop_front();
        }
    }
}
