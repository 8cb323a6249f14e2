//! PLAIN (RFC 4616): one message, `authzid NUL user NUL password`. The password goes to the server as it is. Text is
//! sent as given, without SASLprep.

use super::{Credentials, Mechanism, no_more};
use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};

pub(super) const NAME: &str = "PLAIN";

pub(super) struct Plain {
    /// None once handed out.
    message: Option<Secret>,
}

impl Plain {
    pub(super) fn new(credentials: Credentials) -> Result<Plain> {
        let authzid = credentials.authzid.as_deref().unwrap_or_default();
        let parts = [
            ("authorization identity", authzid),
            ("user name", &credentials.user),
            ("password", credentials.secret.as_slice()),
        ];
        // NUL separates the parts: one inside a part would move the borders.
        if let Some((part, _)) = parts.iter().find(|(_, octets)| octets.contains(&0)) {
            let message = format!("AUTHENTICATE PLAIN: the {part} contains a NUL, which PLAIN cannot carry");
            return Err(Error::new(IMAP_ERR_ARGUMENT, message));
        }
        let message = Secret::concat(&[authzid, b"\0", &credentials.user, b"\0", credentials.secret.as_slice()]);
        Ok(Plain { message: Some(message) })
    }
}

impl Mechanism for Plain {
    fn name(&self) -> &'static str {
        NAME
    }

    fn first(&mut self) -> Option<Secret> {
        self.message.take()
    }

    /// PLAIN knows no challenges: whatever the first one says, the message is the answer.
    fn step(&mut self, _challenge: &[u8]) -> Result<Secret> {
        self.message.take().ok_or_else(no_more)
    }
}
