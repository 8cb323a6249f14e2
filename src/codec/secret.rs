//! Octets that must not stay behind: passwords and the lines made from them. They are wiped when dropped, never
//! printed, and never moved to a larger buffer, since that would leave a copy. Copies the caller makes are the
//! caller's.

use std::fmt;
use zeroize::Zeroizing;

/// A secret of a size chosen when it is made. Debug prints `***`.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// An empty secret with room for this many octets.
    pub fn with_capacity(octets: usize) -> Secret {
        Secret(Zeroizing::new(Vec::with_capacity(octets)))
    }

    /// One secret from several parts.
    pub fn concat(parts: &[&[u8]]) -> Secret {
        let len = parts.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        let mut secret = Secret::with_capacity(len);
        for part in parts {
            secret.0.extend_from_slice(part);
        }
        secret
    }

    /// `len` octets as `fill` writes them into a zeroed buffer; it returns how many it wrote.
    pub(super) fn filled<E>(len: usize, fill: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Result<Secret, E> {
        let mut octets = Zeroizing::new(vec![0; len]);
        let written = fill(&mut octets)?;
        octets.truncate(written);
        Ok(Secret(octets))
    }

    /// Appends a part. False, and nothing appended, if there is no room for all of it.
    #[must_use]
    pub fn push_slice(&mut self, part: &[u8]) -> bool {
        let has_room = part.len() <= self.0.capacity() - self.0.len();
        if has_room {
            self.0.extend_from_slice(part);
        }
        has_room
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&[u8]> for Secret {
    fn from(octets: &[u8]) -> Secret {
        Secret::concat(&[octets])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn is_never_printed_nor_is_its_length() {
        assert_eq!(format!("{:?}", Secret::from(&b"tanstaaf"[..])), "***");
        assert_eq!(format!("{:#?}", Some(Secret::from(&b""[..]))), "Some(\n    ***,\n)");
    }

    #[test]
    fn takes_what_fits_and_refuses_the_rest_whole() {
        let mut secret = Secret::with_capacity(8);
        let start = secret.as_slice().as_ptr();
        assert!(secret.push_slice(b"abc"));
        let too_much = vec![b'x'; secret.0.capacity()];
        assert!(!secret.push_slice(&too_much));
        assert_eq!(secret.as_slice(), b"abc");
        assert!(secret.push_slice(b"defgh"));
        assert!(secret.push_slice(b"") && !secret.is_empty());
        assert_eq!((secret.as_slice(), secret.len()), (&b"abcdefgh"[..], 8));
        assert_eq!(secret.as_slice().as_ptr(), start, "the octets were moved");
    }

    #[test]
    fn parts_are_joined_in_order() {
        assert_eq!(Secret::concat(&[b"a", b"", b"\0", b"bc"]).as_slice(), b"a\0bc");
        assert!(Secret::concat(&[]).is_empty());
    }
}
