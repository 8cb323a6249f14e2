//! imaplib's table beside delivery: name → items in order of arrival, for `imap_untagged` (imaplib's `response(code)`).
//! Holds references, is bounded, drops the oldest first. What is filed when is decided by the machine.

use super::limits::Limits;
use super::line::Line;
use super::response::name::{Data, Name};
use super::response::{Response, View};
use super::rows::Gathered;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

/// The table.
#[derive(Default)]
pub struct Untagged {
    items: VecDeque<Arc<Response>>,
    octets: usize,
    /// Some of them may be OK, NO or BAD.
    has_status_lines: bool,
    /// Items dropped because the table was full.
    pub dropped: u64,
}

impl Untagged {
    /// Files one untagged response under its name.
    pub fn file(&mut self, row: &Arc<Response>, limits: &Limits) {
        let has_long_literal = row.line().literals().iter().any(|l| l.len > limits.untagged_literal);
        if limits.untagged_keep == 0 || has_long_literal {
            return;
        }
        if row.octets_kept() > limits.untagged_octets {
            // It would push out everything else and then itself.
            self.dropped += 1;
            return;
        }
        self.octets += row.octets_kept();
        self.has_status_lines |= row.name().data() == Data::StatusLine;
        self.items.push_back(Arc::clone(row));
        while self.items.len() > limits.untagged_keep || self.octets > limits.untagged_octets {
            let Some(oldest) = self.items.pop_front() else { break };
            self.octets -= oldest.octets_kept();
            self.dropped += 1;
        }
    }

    /// Files the code of a status response under the code's name, with its raw argument.
    pub fn file_code(&mut self, status: &Response, limits: &Limits) {
        let Some((name, argument)) = status.code() else { return };
        let mut text = b"* ".to_vec();
        text.extend_from_slice(name);
        if let Some(argument) = argument.filter(|a| !a.is_empty()) {
            text.push(b' ');
            text.extend_from_slice(argument);
        }
        let row = Response::from_line(Line::synthetic(&text), status.arrival(), limits.max_depth);
        self.file(&Arc::new(row), limits);
    }

    /// Removes and returns what is filed under a name (any case).
    pub fn take(&mut self, name: &str, limits: &Limits) -> Option<Response> {
        let mut taken = Vec::new();
        self.items.retain(|row| {
            let wanted = row.name().is(name.as_bytes());
            if wanted {
                taken.push(Arc::clone(row));
            }
            !wanted
        });
        let arrival = taken.last()?.arrival();
        let rows = Gathered::of(taken);
        self.octets = self.items.iter().map(|i| i.octets_kept()).sum();
        let name = Name::new(name.as_bytes());
        let view = View::Named(Cow::Owned(name.as_str().to_owned()));
        Some(Response::result(
            name,
            Line::synthetic(b""),
            arrival,
            limits.max_depth,
            rows,
            view,
        ))
    }

    /// A new command begins: untagged OK, NO and BAD of the one before are gone.
    pub fn forget_status_lines(&mut self) {
        if !std::mem::take(&mut self.has_status_lines) {
            return;
        }
        let before = self.items.len();
        self.items
            .retain(|row| !["OK", "NO", "BAD"].contains(&row.name().as_str()));
        if self.items.len() != before {
            self.octets = self.items.iter().map(|i| i.octets_kept()).sum();
        }
    }

    pub fn clear(&mut self) {
        *self = Untagged::default();
    }
}
