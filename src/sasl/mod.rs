//! SASL mechanisms, one file each (RFC 9051, 6.2.2; RFC 4422). In: credentials, and the server's challenges decoded.
//! Out: the answers, not yet encoded. Base64, the initial response of SASL-IR, cancelling, and the tagged answer belong
//! to the exchange that calls this; so does the question whether a password may go out on a clear connection.

mod cram_md5;
mod login;
mod plain;

use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_AUTH, IMAP_ERR_UNSUPPORTED, Result};

/// One exchange of one mechanism.
pub trait Mechanism: Send {
    /// The name as it goes on the wire.
    fn name(&self) -> &'static str;

    /// The initial response, if the mechanism speaks first: sent with the command where the server announces SASL-IR,
    /// else as the answer to the first challenge, which is empty.
    fn first(&mut self) -> Option<Secret>;

    /// The answer to one decoded challenge. Err cancels the exchange with `*`; its message says why, behind
    /// the mechanism's name.
    fn step(&mut self, challenge: &[u8]) -> Result<Secret>;
}

/// Who logs in, and as whom.
#[derive(Debug)]
pub struct Credentials {
    /// The identity to act as, where it is not the user's own; only PLAIN can carry one. Empty is none.
    pub authzid: Option<Vec<u8>>,
    pub user: Vec<u8>,
    pub secret: Secret,
}

/// Begins an exchange of the mechanism with this name, in any case.
pub fn mechanism(name: &str, credentials: Credentials) -> Result<Box<dyn Mechanism>> {
    match name.to_ascii_uppercase().as_str() {
        plain::NAME => Ok(Box::new(plain::Plain::new(credentials)?)),
        login::NAME => Ok(Box::new(login::Login::new(credentials)?)),
        cram_md5::NAME => Ok(Box::new(cram_md5::CramMd5::new(credentials)?)),
        _ => Err(Error::new(
            IMAP_ERR_UNSUPPORTED,
            format!("AUTHENTICATE: no mechanism {name:?} is built in; there are PLAIN, LOGIN and CRAM-MD5"),
        )),
    }
}

/// Whether the mechanism with this name, in any case, hands over what whoever overhears it could log in with: the password
/// itself, or a bearer token (RFC 7628).
pub fn is_clear(name: &str) -> bool {
    [plain::NAME, login::NAME, "OAUTHBEARER", "XOAUTH2"]
        .iter()
        .any(|clear| clear.eq_ignore_ascii_case(name))
}

/// Refuses an identity to act as, for the mechanisms that cannot carry one: acting as oneself instead, unasked, would
/// be worse.
fn refuse_authzid(mechanism: &str, credentials: &Credentials) -> Result<()> {
    if credentials.authzid.as_ref().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Error::new(
        IMAP_ERR_ARGUMENT,
        format!("AUTHENTICATE {mechanism}: this mechanism cannot carry an authorization identity; use PLAIN"),
    ))
}

/// The server went on asking when the mechanism had said all it has to say.
fn no_more() -> Error {
    Error::new(
        IMAP_ERR_AUTH,
        "the server sent one challenge too many; exchange cancelled",
    )
}

#[cfg(test)]
#[path = "sasl_tests.rs"]
mod tests;
