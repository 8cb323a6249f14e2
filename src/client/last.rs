//! What the last talking call left behind for the caller to read: code, message, the server's own words, errno. Kept as
//! C strings, since that is what they are handed out as.

use crate::error::{Error, IMAP_OK, imap_rc};
use crate::proto::machine::outcome::Outcome;
use crate::proto::response::Response;
use std::borrow::Cow;
use std::ffi::CStr;
use std::sync::{Arc, OnceLock};

enum Said {
    Nothing,
    Text(Cow<'static, str>),
    Outcome(Outcome),
}

/// The error slot of a connection.
pub struct Last {
    pub rc: imap_rc,
    pub errno: i32,
    said: Said,
    /// One printable line with its NUL, worded when it is asked for.
    message: OnceLock<Vec<u8>>,
    /// The server's answer, made when it is asked for.
    answer: OnceLock<Arc<Response>>,
}

impl Default for Last {
    fn default() -> Last {
        Last {
            rc: IMAP_OK,
            errno: 0,
            said: Said::Nothing,
            message: OnceLock::new(),
            answer: OnceLock::new(),
        }
    }
}

impl Last {
    pub fn set_error(&mut self, error: &Error) {
        self.set(error.code, error.errno, Said::Text(error.message.clone().into()));
    }

    /// A few fixed words: what a call that is not over yet came to.
    pub fn set_words(&mut self, rc: imap_rc, words: &'static str) {
        if let (Said::Text(Cow::Borrowed(said)), None) = (&mut self.said, self.message.get()) {
            // Like the last call, of which nobody has asked: an answer of many rows leaves words behind each.
            (self.rc, self.errno, *said) = (rc, 0, words);
            return;
        }
        self.set(rc, 0, Said::Text(words.into()));
    }

    /// `answer` is the outcome's response, if somebody has asked for it.
    pub fn set_outcome(&mut self, outcome: Outcome, answer: Option<Arc<Response>>) {
        self.set(outcome.rc, outcome.errno(), Said::Outcome(outcome));
        if let Some(answer) = answer {
            let _ = self.answer.set(answer);
        }
    }

    fn set(&mut self, rc: imap_rc, errno: i32, said: Said) {
        (self.rc, self.errno, self.said) = (rc, errno, said);
        self.message.take();
        self.answer.take();
    }

    pub fn message(&self) -> &CStr {
        until_nul(self.message.get_or_init(|| {
            let message = match &self.said {
                Said::Nothing => return Vec::new(),
                Said::Text(text) => Cow::Borrowed(&**text),
                Said::Outcome(outcome) => outcome.message(),
            };
            let is_control = |b: u8| b < 0x20 || b == 0x7f;
            let printable = message.bytes().map(|b| if is_control(b) { b' ' } else { b });
            printable.chain([0]).collect()
        }))
    }

    fn response(&self) -> Option<&Arc<Response>> {
        let Said::Outcome(outcome) = &self.said else {
            return None;
        };
        if self.answer.get().is_none() {
            // Only its texts are asked for here, not its values.
            match outcome.response(0) {
                Some(answer) => self.answer.set(answer).ok()?,
                None => return outcome.farewell(),
            }
        }
        self.answer.get()
    }

    /// The server's text with its code.
    pub fn text(&self) -> &CStr {
        self.response().map_or(c"", |r| until_nul(r.texts().text_with_nul()))
    }

    /// The name of the server's code.
    pub fn code(&self) -> &CStr {
        self.response()
            .and_then(|r| r.texts().code_with_nul())
            .map_or(c"", until_nul)
    }
}

fn until_nul(octets: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(octets).unwrap_or(c"")
}
