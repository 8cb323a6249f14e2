//! The last lines sent and received, for people who look for a fault. Secrets never get here: the encoder masks them.

use std::collections::VecDeque;

/// Lines longer than this are cut.
const LINE_MAX: usize = 512;

/// One line: `> ` sent, `< ` received, followed by a NUL.
#[derive(Debug, Clone)]
pub struct Entry {
    pub text: Vec<u8>,
    /// On the connection's clock.
    pub at_ms: u64,
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
        for part in parts {
            let room = (LINE_MAX + 2).saturating_sub(text.len());
            text.extend_from_slice(&part[..part.len().min(room)]);
        }
        if len > LINE_MAX {
            text.extend_from_slice(b"...");
        }
        for octet in &mut text {
            let is_plain = *octet != 0 && *octet != b'\r' && *octet != b'\n';
            // Without a branch, sixteen octets go at a time.
            *octet = if is_plain { *octet } else { b'.' };
        }
        text.push(0);
        self.ring.push_back(Entry { text, at_ms });
    }

    pub fn len(&self) -> usize {
        self.ring.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Line `i`, oldest first.
    pub fn get(&self, i: usize) -> Option<&Entry> {
        self.ring.get(i)
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
