//! CRAM-MD5 (RFC 2195): the answer to the one challenge is the user name, a blank, and the challenge's HMAC-MD5 under
//! the password in lower-case hexadecimal. The password stays here, but MD5 is weak and the server is not verified: it
//! is no substitute for TLS.

use super::{Credentials, Mechanism, no_more, refuse_authzid};
use crate::codec::secret::Secret;
use crate::error::{Error, IMAP_ERR_AUTH, Result};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

pub(super) const NAME: &str = "CRAM-MD5";

/// Octets of an MD5 block.
const BLOCK: usize = 64;

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
        let credentials = self.credentials.take().ok_or_else(|| no_more(NAME))?;
        // The digest of nothing is the same every time: whoever saw it once could log in with it.
        if challenge.is_empty() {
            let message = "AUTHENTICATE CRAM-MD5: the server sent an empty challenge; exchange cancelled";
            return Err(Error::new(IMAP_ERR_AUTH, message));
        }
        let digest = hmac_md5(credentials.secret.as_slice(), challenge);
        Ok(Secret::concat(&[&credentials.user, b" ", &hexadecimal(digest)]))
    }
}

/// HMAC-MD5 of a text under a key (RFC 2104). Written out because the hmac crate leaves the key on the stack in
/// optimised builds (it was found there after the exchange); here what holds the key is wiped.
fn hmac_md5(key: &[u8], text: &[u8]) -> [u8; 16] {
    let mut inner_pad = Zeroizing::new([0x36; BLOCK]);
    let mut outer_pad = Zeroizing::new([0x5c; BLOCK]);
    let digest = (key.len() > BLOCK).then(|| digest_of_key(key));
    let key = digest.as_ref().map_or(key, |digest| digest.as_slice());
    for ((inner, outer), octet) in inner_pad.iter_mut().zip(outer_pad.iter_mut()).zip(key) {
        *inner ^= octet;
        *outer ^= octet;
    }
    let inner = Md5::new()
        .chain_update(inner_pad.as_slice())
        .chain_update(text)
        .finalize();
    Md5::new()
        .chain_update(outer_pad.as_slice())
        .chain_update(inner)
        .finalize()
        .into()
}

/// The MD5 of a key longer than a block. The hasher keeps the key's last octets in its buffer: other octets are written
/// over them.
fn digest_of_key(key: &[u8]) -> Zeroizing<[u8; 16]> {
    let mut md5 = Md5::new_with_prefix(key);
    let digest = Zeroizing::new(md5.finalize_reset().into());
    md5.update([0; BLOCK - 1]);
    std::hint::black_box(&md5);
    digest
}

fn hexadecimal(digest: [u8; 16]) -> [u8; 32] {
    let digits = b"0123456789abcdef";
    let mut text = [0; 32];
    for (pair, octet) in text.chunks_exact_mut(2).zip(digest) {
        pair.copy_from_slice(&[digits[usize::from(octet >> 4)], digits[usize::from(octet & 15)]]);
    }
    text
}
