//! What the last talking call left behind for the caller to read: code, message, the server's own words, errno. Kept as
//! C strings, since that is what they are handed out as.

use crate::error::{Error, IMAP_OK, imap_rc};
use crate::proto::machine::job::Outcome;
use crate::proto::response::Response;
use std::ffi::CStr;
use std::sync::Arc;

/// The error slot of a connection.
pub struct Last {
    pub rc: imap_rc,
    pub errno: i32,
    /// One printable line with its NUL.
    message: Vec<u8>,
    response: Option<Arc<Response>>,
}

impl Default for Last {
    fn default() -> Last {
        Last {
            rc: IMAP_OK,
            errno: 0,
            message: Vec::new(),
            response: None,
        }
    }
}

impl Last {
    pub fn set_error(&mut self, error: &Error) {
        self.set(error.code, error.message.as_bytes(), error.errno, None);
    }

    pub fn set_outcome(&mut self, outcome: &Outcome) {
        let said = outcome.response.as_ref().or(outcome.farewell.as_ref());
        self.set(outcome.rc, outcome.message.as_bytes(), outcome.errno, said.cloned());
    }

    fn set(&mut self, rc: imap_rc, message: &[u8], errno: i32, response: Option<Arc<Response>>) {
        (self.rc, self.errno, self.response) = (rc, errno, response);
        self.message.clear();
        let is_control = |b: &u8| *b < 0x20 || *b == 0x7f;
        self.message
            .extend(message.iter().map(|b| if is_control(b) { b' ' } else { *b }));
        self.message.push(0);
    }

    pub fn message(&self) -> &CStr {
        until_nul(&self.message)
    }

    /// The server's text with its code.
    pub fn text(&self) -> &CStr {
        self.response
            .as_ref()
            .map_or(c"", |r| until_nul(r.texts().text_with_nul()))
    }

    /// The name of the server's code.
    pub fn code(&self) -> &CStr {
        self.response
            .as_ref()
            .and_then(|r| r.texts().code_with_nul())
            .map_or(c"", until_nul)
    }
}

fn until_nul(octets: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(octets).unwrap_or(c"")
}
