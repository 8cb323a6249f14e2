//! Waiting for descriptors: `poll(2)` over a small fixed set.

use super::errno;
use crate::error::{Error, Result};
use std::os::fd::RawFd;
use std::time::Duration;

/// A connection waits for at most two descriptors of its own, its caller adds a wake descriptor or two.
const CAPACITY: usize = 6;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// At least one descriptor is ready: ask `PollSet::revents`.
    Ready,
    /// The time is over.
    TimedOut,
    /// A signal arrived; its handler has run.
    Interrupted,
}

/// Descriptors with the events wanted of each (`libc::POLLIN`, `libc::POLLOUT`). A descriptor stands here once.
#[derive(Clone)]
pub struct PollSet {
    entries: [libc::pollfd; CAPACITY],
    len: usize,
}

impl Default for PollSet {
    fn default() -> Self {
        Self::new()
    }
}

impl PollSet {
    pub fn new() -> PollSet {
        PollSet {
            entries: [libc::pollfd {
                fd: -1,
                events: 0,
                revents: 0,
            }; CAPACITY],
            len: 0,
        }
    }

    /// Adds `events` to what is wanted of `fd`, if there are any. More than six different descriptors do not fit; the rest
    /// is ignored.
    pub fn add(&mut self, fd: RawFd, events: i16) {
        if events == 0 {
            return;
        }
        if let Some(entry) = self.entries.iter_mut().take(self.len).find(|e| e.fd == fd) {
            entry.events |= events;
        } else if let Some(entry) = self.entries.get_mut(self.len) {
            *entry = libc::pollfd { fd, events, revents: 0 };
            self.len += 1;
        }
    }

    /// The descriptors and the events wanted of each, for a caller's own event loop.
    pub fn iter(&self) -> impl Iterator<Item = (RawFd, i16)> + '_ {
        self.entries.iter().take(self.len).map(|e| (e.fd, e.events))
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What the last wait found for `fd`; 0 for a descriptor that is not in the set.
    pub fn revents(&self, fd: RawFd) -> i16 {
        self.entries
            .iter()
            .take(self.len)
            .find(|e| e.fd == fd)
            .map_or(0, |e| e.revents)
    }

    /// The last wait found something else than `event`.
    pub fn has_other_than(&self, event: i16) -> bool {
        self.entries.iter().take(self.len).any(|e| e.revents & !event != 0)
    }

    /// Of a descriptor that is not open `poll` says so at once, again and again.
    fn all_open(&self) -> Result<Polled> {
        match self
            .entries
            .iter()
            .take(self.len)
            .find(|e| e.revents & libc::POLLNVAL != 0)
        {
            Some(e) => Err(Error::system(
                &format!("poll: waiting for descriptor {}", e.fd),
                libc::EBADF,
            )),
            None => Ok(Polled::Ready),
        }
    }

    /// Waits until a descriptor is ready, for at most `timeout` (`None`: without limit). Rounded up to whole
    /// milliseconds, so that a wait never ends just before the deadline it was made for.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<Polled> {
        let whole = |t: Duration| u64::try_from(t.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.wait_ms(timeout.map(whole))
    }

    /// The same in milliseconds.
    pub fn wait_ms(&mut self, timeout: Option<u64>) -> Result<Polled> {
        let timeout_ms = timeout.map_or(-1, |t| i32::try_from(t).unwrap_or(i32::MAX));
        // SAFETY: the first `len` entries are initialised and stay borrowed for the call.
        let n = unsafe { libc::poll(self.entries.as_mut_ptr(), self.len as libc::nfds_t, timeout_ms) };
        match n {
            0 => Ok(Polled::TimedOut),
            n if n > 0 => self.all_open(),
            _ => match errno() {
                libc::EINTR | libc::EAGAIN => Ok(Polled::Interrupted),
                e => Err(Error::system("poll: waiting for the connection", e)),
            },
        }
    }
}
