//! Octets that nobody can foresee, from the system: OpenSSL's generator would load all of OpenSSL for a connection in
//! clear.

use super::errno;
use crate::error::{Error, Result};

/// A number that nobody can foresee.
pub fn unforeseeable_u64() -> Result<u64> {
    let mut octets = [0u8; 8];
    // SAFETY: `octets` is writable for its whole length, which is below the call's limit of 256.
    if unsafe { libc::getentropy(octets.as_mut_ptr().cast(), octets.len()) } != 0 {
        return Err(Error::system("getentropy: no random octets", errno()));
    }
    Ok(u64::from_ne_bytes(octets))
}
