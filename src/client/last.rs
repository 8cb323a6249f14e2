//! What the last talking call left behind for the caller to read: code, message, the server's own words, errno. Kept as
//! C strings, since that is what they are handed out as.

use crate::error::{Error, IMAP_OK, imap_rc};
use crate::proto::machine::job::Outcome;
use std::ffi::CString;

/// The error slot of a connection.
pub struct Last {
    pub rc: imap_rc,
    pub message: CString,
    pub text: CString,
    pub code: CString,
    pub errno: i32,
}

impl Default for Last {
    fn default() -> Last {
        Last {
            rc: IMAP_OK,
            message: c"".into(),
            text: c"".into(),
            code: c"".into(),
            errno: 0,
        }
    }
}

impl Last {
    pub fn set_error(&mut self, error: &Error) {
        *self = Last {
            rc: error.code,
            message: text(error.message.as_bytes()),
            errno: error.errno,
            ..Last::default()
        };
    }

    pub fn set_outcome(&mut self, outcome: &Outcome) {
        let (mut server_text, mut code) = (CString::default(), CString::default());
        if let Some(response) = &outcome.response {
            server_text = text(response.texts().text());
            code = text(response.texts().code().unwrap_or_default());
        }
        *self = Last {
            rc: outcome.rc,
            message: text(outcome.message.as_bytes()),
            text: server_text,
            code,
            errno: outcome.errno,
        };
    }
}

/// One printable line: control characters become blanks.
fn text(octets: &[u8]) -> CString {
    let clean: Vec<u8> = octets
        .iter()
        .map(|b| if *b < 0x20 || *b == 0x7f { b' ' } else { *b })
        .collect();
    CString::new(clean).unwrap_or_default()
}
