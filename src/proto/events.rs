//! Untagged responses that no command asked for, until the caller takes them (design B4). A newer EXISTS or RECENT
//! replaces the older one; at the limit the queue becomes one OVERFLOW event, which says "synchronise anew".

use super::limits::Limits;
use super::line::Line;
use super::response::Response;
use super::response::name::Data;
use std::collections::VecDeque;
use std::sync::Arc;

/// The queue.
#[derive(Default)]
pub struct Events {
    queue: VecDeque<Arc<Response>>,
    /// Arrival numbers of queued EXISTS and RECENT that a newer one has replaced; they are skipped when taken.
    replaced: usize,
    newest_exists: Option<u64>,
    newest_recent: Option<u64>,
    octets: usize,
}

impl Events {
    /// One more event.
    pub fn push(&mut self, event: Arc<Response>, limits: &Limits) {
        match event.name().data() {
            Data::Exists => self.replaced += usize::from(self.newest_exists.replace(event.arrival()).is_some()),
            Data::Recent => self.replaced += usize::from(self.newest_recent.replace(event.arrival()).is_some()),
            _ => {}
        }
        self.octets += event.weight();
        self.queue.push_back(event);
        if self.replaced > 64 && self.replaced > self.queue.len() / 2 {
            self.sweep();
        }
        if self.octets > limits.max_unasked || self.queue.len() - self.replaced > limits.max_unasked_items {
            let arrival = self.queue.back().map_or(0, |e| e.arrival());
            *self = Events::default();
            let line = Line::synthetic(b"* OVERFLOW");
            self.queue
                .push_back(Arc::new(Response::from_line(line, arrival, limits.max_depth)));
        }
    }

    /// Nothing is to be taken.
    pub fn is_empty(&self) -> bool {
        self.queue.len() <= self.replaced
    }

    /// The oldest event.
    pub fn pop(&mut self) -> Option<Arc<Response>> {
        while let Some(event) = self.queue.pop_front() {
            self.octets -= event.weight().min(self.octets);
            if self.is_current(&event) {
                match event.name().data() {
                    Data::Exists => self.newest_exists = None,
                    Data::Recent => self.newest_recent = None,
                    _ => {}
                }
                return Some(event);
            }
            self.replaced = self.replaced.saturating_sub(1);
        }
        None
    }

    /// Another mailbox is being opened or this one closed: what was said of it means nothing any more.
    pub fn forget_mailbox(&mut self) {
        let of_mailbox = Data::Exists.bit()
            | Data::Recent.bit()
            | Data::Expunge.bit()
            | Data::Fetch.bit()
            | Data::UidFetch.bit()
            | Data::Flags.bit()
            | Data::Vanished.bit();
        self.queue.retain(|e| e.name().data().bit() & of_mailbox == 0);
        self.octets = self.queue.iter().map(|e| e.weight()).sum();
        (self.newest_exists, self.newest_recent, self.replaced) = (None, None, 0);
    }

    pub fn clear(&mut self) {
        *self = Events::default();
    }

    fn is_current(&self, event: &Response) -> bool {
        match event.name().data() {
            Data::Exists => self.newest_exists == Some(event.arrival()),
            Data::Recent => self.newest_recent == Some(event.arrival()),
            _ => true,
        }
    }

    fn sweep(&mut self) {
        let (exists, recent) = (self.newest_exists, self.newest_recent);
        self.queue.retain(|e| match e.name().data() {
            Data::Exists => exists == Some(e.arrival()),
            Data::Recent => recent == Some(e.arrival()),
            _ => true,
        });
        self.octets = self.queue.iter().map(|e| e.weight()).sum();
        self.replaced = 0;
    }
}
