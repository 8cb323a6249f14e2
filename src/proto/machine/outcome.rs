//! How a job ended. Most ended with a tagged line and nothing else: of these the line is kept as it came, and becomes
//! a response or a message only for those who ask.

use super::incoming::printable;
use super::job::{Shows, Verb};
use super::tag::Tag;
use crate::error::{Error, imap_rc};
use crate::proto::line::Line;
use crate::proto::response::Response;
use crate::proto::response::head;
use crate::proto::rows::Gathered;
use std::borrow::Cow;
use std::sync::Arc;

/// How a job ended.
pub struct Outcome {
    pub rc: imap_rc,
    shows: Shows,
    is_utf8: bool,
    verb: Option<Verb>,
    line: Option<TaggedLine>,
    arrival: u64,
    more: Option<Box<More>>,
}

/// The tagged line, where that is all. What stands behind the tag, CRLF included, is the same octets for many.
struct TaggedLine {
    tag: Tag,
    text: Arc<[u8]>,
}

impl TaggedLine {
    fn octets(&self) -> Vec<u8> {
        [self.tag.text().as_slice(), &*self.text].concat()
    }
}

/// What only some outcomes have.
#[derive(Default)]
struct More {
    /// One line on what happened; `None` where the server's answer says it.
    message: Option<String>,
    errno: i32,
    response: Option<Arc<Response>>,
    /// The BYE that ended the connection, if it was that.
    farewell: Option<Arc<Response>>,
    /// What had come of the answer when the connection ended.
    rows: Gathered,
}

// A million of them may wait.
const _: () = assert!(size_of::<Outcome>() <= 64);

impl Outcome {
    fn new(rc: imap_rc, verb: Option<Verb>, more: More) -> Outcome {
        Outcome {
            rc,
            shows: Shows::OwnText,
            is_utf8: false,
            verb,
            line: None,
            arrival: 0,
            more: Some(Box::new(more)),
        }
    }

    /// A tagged line is all there is: `text` is what stands behind the tag.
    pub fn plain(rc: imap_rc, (verb, shows): (Verb, Shows), tag: Tag, text: Arc<[u8]>, arrival: u64) -> Outcome {
        Outcome {
            rc,
            shows,
            is_utf8: false,
            verb: Some(verb),
            line: Some(TaggedLine { tag, text }),
            arrival,
            more: None,
        }
    }

    /// As it came while UTF-8 was on.
    pub fn in_utf8(mut self, is_utf8: bool) -> Outcome {
        self.is_utf8 = is_utf8;
        self
    }

    pub fn answered(rc: imap_rc, verb: Verb, message: Option<String>, response: Option<Arc<Response>>) -> Outcome {
        let more = More {
            message,
            response,
            ..More::default()
        };
        Outcome::new(rc, Some(verb), more)
    }

    /// Done without asking the server.
    pub fn said(rc: imap_rc, message: &str) -> Outcome {
        let more = More {
            message: Some(message.to_owned()),
            ..More::default()
        };
        Outcome::new(rc, None, more)
    }

    pub fn failed(error: Error) -> Outcome {
        let more = More {
            message: Some(error.message),
            errno: error.errno,
            ..More::default()
        };
        Outcome::new(error.code, None, more)
    }

    /// The same, by the server's BYE if there was one, and with what had come until then.
    pub fn failed_midway(error: Error, farewell: Option<Arc<Response>>, rows: Gathered) -> Outcome {
        let more = More {
            message: Some(error.message),
            errno: error.errno,
            farewell,
            rows,
            ..More::default()
        };
        Outcome::new(error.code, None, more)
    }

    pub fn errno(&self) -> i32 {
        self.more.as_ref().map_or(0, |m| m.errno)
    }

    /// The server has answered.
    pub fn has_response(&self) -> bool {
        self.more.as_ref().is_none_or(|m| m.response.is_some())
    }

    /// The result, if the server has answered. `max_depth` is how deep its values are read.
    pub fn response(&self, max_depth: usize) -> Option<Arc<Response>> {
        if let Some(more) = &self.more {
            return more.response.clone();
        }
        let verb = self.verb.as_ref()?;
        let line = Line::new(self.line.as_ref()?.octets(), Vec::new());
        let response = Response::from_line(line, self.arrival, max_depth).in_utf8(self.is_utf8);
        Some(Arc::new(response.into_result(
            verb.to_name(),
            Gathered::new(),
            self.shows.view(verb),
        )))
    }

    /// The BYE that ended the connection, if it was that.
    pub fn farewell(&self) -> Option<&Arc<Response>> {
        self.more.as_ref()?.farewell.as_ref()
    }

    /// One line on what happened: most are never read, so it is worded only then.
    pub fn message(&self) -> Cow<'_, str> {
        let name = self.verb.as_ref().map_or("", Verb::name);
        let said = |status: Option<head::Status>, text: &[u8]| {
            Cow::Owned(format!(
                "{name}: {} {}",
                status.map_or("", |s| s.word()),
                printable(text)
            ))
        };
        match self.more.as_deref() {
            None => {
                let line = self.line.as_ref().map_or_else(Vec::new, TaggedLine::octets);
                let head = head::read(&line);
                let end = line.len().saturating_sub(2);
                said(head.status, line.get(head.rest..end).unwrap_or_default())
            }
            Some(More {
                message: Some(message), ..
            }) => Cow::Borrowed(message),
            Some(More {
                response: Some(answer), ..
            }) => said(answer.status(), answer.status_text()),
            Some(_) => Cow::Borrowed(name),
        }
    }

    /// The oldest row that was not taken yet.
    pub fn take_row(&mut self) -> Option<Arc<Response>> {
        let more = self.more.as_mut()?;
        if let Some(row) = more.rows.pop_front() {
            return Some(row);
        }
        Arc::get_mut(more.response.as_mut()?)?.take_row()
    }
}
