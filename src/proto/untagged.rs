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

/// One item: a response, or a code that was told with a status line, as the text that imaplib makes of it.
enum Filed {
    Row(Arc<Response>),
    Code {
        text: Box<[u8]>,
        name_len: usize,
        arrival: u64,
    },
}

impl Filed {
    fn octets_kept(&self) -> usize {
        match self {
            Filed::Row(row) => row.octets_kept(),
            Filed::Code { text, .. } => text.len() + "* \r\n".len(),
        }
    }

    /// Filed under this name (any case).
    fn is(&self, name: &str) -> bool {
        match self {
            Filed::Row(row) => row.name().is(name.as_bytes()),
            Filed::Code { text, name_len, .. } => text
                .get(..*name_len)
                .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes())),
        }
    }

    fn is_status_line(&self) -> bool {
        ["OK", "NO", "BAD"].iter().any(|name| self.is(name))
    }

    fn response(self, limits: &Limits) -> Arc<Response> {
        match self {
            Filed::Row(row) => row,
            Filed::Code { text, arrival, .. } => {
                let line = Line::synthetic(&[b"* ", &*text].concat());
                Arc::new(Response::from_line(line, arrival, limits.max_depth))
            }
        }
    }
}

/// The table.
#[derive(Default)]
pub struct Untagged {
    items: VecDeque<Filed>,
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
        if has_long_literal {
            return;
        }
        self.has_status_lines |= row.name().data() == Data::StatusLine;
        self.push(Filed::Row(Arc::clone(row)), limits);
    }

    fn push(&mut self, item: Filed, limits: &Limits) {
        if limits.untagged_keep == 0 {
            return;
        }
        if item.octets_kept() > limits.untagged_octets {
            // It would push out everything else and then itself.
            self.dropped += 1;
            return;
        }
        self.octets += item.octets_kept();
        self.items.push_back(item);
        while self.items.len() > limits.untagged_keep || self.octets > limits.untagged_octets {
            let Some(oldest) = self.items.pop_front() else { break };
            self.octets -= oldest.octets_kept();
            self.dropped += 1;
        }
    }

    /// Files the code of a status response under the code's name, with its raw argument.
    pub fn file_code(&mut self, name: &[u8], argument: Option<&[u8]>, arrival: u64, limits: &Limits) {
        let argument = argument.filter(|a| !a.is_empty());
        let mut text = Vec::with_capacity(name.len() + argument.map_or(0, |a| a.len() + 1));
        text.extend_from_slice(name);
        if let Some(argument) = argument {
            text.push(b' ');
            text.extend_from_slice(argument);
        }
        // A code named like a status is filed like one.
        self.has_status_lines |= name.len() <= 3;
        let code = Filed::Code {
            text: text.into(),
            name_len: name.len(),
            arrival,
        };
        match name.iter().all(u8::is_ascii_digit) {
            // It reads like a message number, and is filed under what follows.
            true => self.push(Filed::Row(code.response(limits)), limits),
            false => self.push(code, limits),
        }
    }

    /// Removes and returns what is filed under a name (any case).
    pub fn take(&mut self, name: &str, limits: &Limits) -> Option<Response> {
        if !self.items.iter().any(|item| item.is(name)) {
            return None;
        }
        let mut taken = Vec::new();
        for item in std::mem::take(&mut self.items) {
            if item.is(name) {
                taken.push(item.response(limits));
            } else {
                self.items.push_back(item);
            }
        }
        self.count();
        let arrival = taken.last()?.arrival();
        let name = Name::new(name.as_bytes());
        let view = View::Named(Cow::Owned(name.as_str().to_owned()));
        Some(Response::result(
            name,
            Line::synthetic(b""),
            arrival,
            limits.max_depth,
            Gathered::of(taken),
            view,
        ))
    }

    /// A new command begins: untagged OK, NO and BAD of the one before are gone.
    pub fn forget_status_lines(&mut self) {
        if !std::mem::take(&mut self.has_status_lines) {
            return;
        }
        let before = self.items.len();
        self.items.retain(|item| !item.is_status_line());
        if self.items.len() != before {
            self.count();
        }
    }

    fn count(&mut self) {
        self.octets = self.items.iter().map(Filed::octets_kept).sum();
    }

    pub fn clear(&mut self) {
        *self = Untagged::default();
    }
}
