//! CRAM-MD5 (RFC 2195): the answer to the one challenge is the user name, a blank, and the challenge's HMAC-MD5 under
//! the password in lower-case hexadecimal. The password stays here, but MD5 is weak and the server is not verified: it
//! is no substitute for TLS.

use super::{Credentials, Mechanism, no_more, refuse_authzid};
use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_AUTH, Result};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use zeroize::Zeroizing;

pub(super) const NAME: &str = "CRAM-MD5";

pub(super) struct CramMd5 {
    /// None once the challenge was answered.
    credentials: Option<Credentials>,
}

impl CramMd5 {
    pub(super) fn new(credentials: Credentials) -> Result<CramMd5> {
        refuse_authzid(NAME, &credentials)?;
        Ok(CramMd5 {
            credentials: Some(credentials),
        })
    }
}

impl Mechanism for CramMd5 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn first(&mut self) -> Option<Secret> {
        None
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Secret> {
        let credentials = self.credentials.take().ok_or_else(no_more)?;
        // The digest of nothing is the same every time: whoever saw it once could log in with it.
        if challenge.is_empty() {
            return Err(Error::new(
                IMAP_ERR_AUTH,
                "the server sent an empty challenge; exchange cancelled",
            ));
        }
        let digest = hmac_md5(credentials.secret.as_slice(), challenge);
        Ok(Secret::concat(&[&credentials.user, b" ", &hexadecimal(digest)]))
    }
}

/// HMAC-MD5 of a text under a key (RFC 2104). The key passes through the stack in optimised builds: what was there is
/// written over.
fn hmac_md5(key: &[u8], text: &[u8]) -> [u8; 16] {
    let digest = keyed_digest(key, text);
    overwrite_stack();
    digest
}

#[inline(never)]
fn keyed_digest(key: &[u8], text: &[u8]) -> [u8; 16] {
    // HMAC takes keys of any length.
    Hmac::<Md5>::new_from_slice(key).map_or([0; 16], |mac| mac.chain_update(text).finalize().into_bytes().into())
}

/// Deeper than anything `keyed_digest` calls.
#[inline(never)]
fn overwrite_stack() {
    let mut octets = Zeroizing::new([0x55_u8; 16 * 1024]);
    std::hint::black_box(&mut octets);
}

fn hexadecimal(digest: [u8; 16]) -> [u8; 32] {
    let digits = b"0123456789abcdef";
    let mut text = [0; 32];
    for (pair, octet) in text.chunks_exact_mut(2).zip(digest) {
        pair.copy_from_slice(&[digits[usize::from(octet >> 4)], digits[usize::from(octet & 15)]]);
    }
    text
}
