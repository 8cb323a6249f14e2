//! Octets on their way out. What belongs together leaves together; long literals are handed on without a copy; chunks
//! with secrets never grow, and are wiped when sent or dropped.

use std::borrow::Cow;
use std::collections::VecDeque;
use zeroize::Zeroize;

/// Text is gathered up to this size.
const GATHER: usize = 64 * 1024;

struct Chunk {
    octets: Vec<u8>,
    secret: bool,
}

impl Drop for Chunk {
    fn drop(&mut self) {
        if self.secret {
            self.octets.zeroize();
        }
    }
}

/// The queue of octets, with running totals that say what has left.
#[derive(Default)]
pub struct Output {
    chunks: VecDeque<Chunk>,
    /// Octets of the first chunk that are sent.
    sent_of_first: usize,
    pub queued: u64,
    pub sent: u64,
}

impl Output {
    /// A chunk of its own with room for a whole command that holds a secret.
    pub fn begin_secret(&mut self, capacity: usize) {
        self.chunks.push_back(Chunk {
            octets: Vec::with_capacity(capacity),
            secret: true,
        });
    }

    /// Text or a short literal.
    pub fn push(&mut self, octets: &[u8]) {
        self.queued += octets.len() as u64;
        if let Some(last) = self.chunks.back_mut() {
            let room = if last.secret { last.octets.capacity() } else { GATHER };
            if last.octets.len() + octets.len() <= room {
                last.octets.extend_from_slice(octets);
                return;
            }
        }
        self.chunks.push_back(Chunk {
            octets: octets.to_vec(),
            secret: false,
        });
    }

    /// Short pieces of text one behind the other.
    #[inline]
    pub fn push_all<const N: usize>(&mut self, parts: [&[u8]; N]) {
        let len: usize = parts.iter().map(|p| p.len()).sum();
        let last = self.chunks.back_mut();
        match last.filter(|c| !c.secret && c.octets.len() + len <= GATHER) {
            Some(chunk) => {
                self.queued += len as u64;
                for part in parts {
                    chunk.octets.extend_from_slice(part);
                }
            }
            None => parts.into_iter().for_each(|part| self.push(part)),
        }
    }

    /// A literal that is handed over; a long one is not copied.
    pub fn push_literal(&mut self, octets: Cow<'_, [u8]>, secret: bool) {
        if secret || octets.len() < GATHER {
            self.push(&octets);
            if let (true, Cow::Owned(mut octets)) = (secret, octets) {
                octets.zeroize();
            }
            return;
        }
        self.queued += octets.len() as u64;
        self.chunks.push_back(Chunk {
            octets: octets.into_owned(),
            secret: false,
        });
    }

    /// Ends a secret chunk: what follows is no part of it.
    pub fn end_secret(&mut self) {
        self.chunks.push_back(Chunk {
            octets: Vec::new(),
            secret: false,
        });
    }

    /// What is to be sent next; empty when all has left.
    pub fn next(&mut self) -> &[u8] {
        if self.has_done_chunk() {
            self.drop_done();
        }
        let first = self.chunks.front();
        first
            .and_then(|c| c.octets.get(self.sent_of_first..))
            .unwrap_or_default()
    }

    /// The first chunk has left.
    #[inline]
    fn has_done_chunk(&self) -> bool {
        self.chunks
            .front()
            .is_some_and(|c| self.sent_of_first >= c.octets.len())
    }

    /// Drops what has left, and wipes it if it is a secret.
    fn drop_done(&mut self) {
        while self.has_done_chunk() {
            self.sent_of_first = 0;
            // The chunk being filled stays, so that later text joins it.
            if let (1, Some(Chunk { octets, secret: false })) = (self.chunks.len(), self.chunks.front_mut()) {
                return octets.clear();
            }
            self.chunks.pop_front();
        }
    }

    /// `n` octets of it have left.
    pub fn sent(&mut self, n: usize) {
        self.sent_of_first += n;
        self.sent += n as u64;
        if self.has_done_chunk() {
            self.drop_done();
        }
    }

    /// `n` octets left past the queue.
    pub fn passed(&mut self, n: usize) {
        self.queued += n as u64;
        self.sent += n as u64;
    }

    /// Gives memory back, if all has left.
    pub fn release(&mut self) {
        if self.is_empty() {
            self.clear();
            self.chunks.shrink_to_fit();
        }
    }

    pub fn is_empty(&self) -> bool {
        self.sent == self.queued
    }

    /// Nothing more is sent (the connection is over).
    pub fn clear(&mut self) {
        self.chunks.clear();
        self.sent_of_first = 0;
        self.queued = self.sent;
    }
}
