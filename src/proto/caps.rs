//! What the server can do, as it said last (RFC 9051, 6.1.1). Names are kept in upper case, with a NUL behind each.

use crate::error::{Error, IMAP_ERR_GREETING, Result};

/// The capability list and how far it can be trusted.
#[derive(Debug, Default, Clone)]
pub struct Caps {
    names: Vec<String>,
    /// The login changed what is offered and the server has not said how.
    pub stale: bool,
}

impl Caps {
    /// Takes a new list: the text behind CAPABILITY.
    pub fn set(&mut self, list: &[u8]) {
        self.names.clear();
        for word in list.split(|b| matches!(b, b' ' | b'\t')).filter(|w| !w.is_empty()) {
            let mut name = String::from_utf8_lossy(word).to_ascii_uppercase().replace('\0', "?");
            name.push('\0');
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        self.stale = false;
    }

    /// Forgets everything (STARTTLS).
    pub fn clear(&mut self) {
        *self = Caps::default();
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Any case.
    pub fn has(&self, name: &str) -> bool {
        self.names
            .iter()
            .any(|n| n.trim_end_matches('\0').eq_ignore_ascii_case(name))
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Capability `i`, with its NUL.
    pub fn at(&self, i: usize) -> Option<&str> {
        self.names.get(i).map(String::as_str)
    }

    /// imaplib's PROTOCOL_VERSION, with a NUL. A server that offers revision 1 too is used as that.
    pub fn protocol_version(&self) -> Result<&'static str> {
        [
            ("IMAP4REV1", "IMAP4REV1\0"),
            ("IMAP4", "IMAP4\0"),
            ("IMAP4REV2", "IMAP4REV2\0"),
        ]
        .into_iter()
        .find(|(name, _)| self.has(name))
        .map(|(_, with_nul)| with_nul)
        .ok_or_else(|| {
            Error::new(
                IMAP_ERR_GREETING,
                "server not IMAP4 compliant: it announces neither IMAP4, IMAP4rev1 nor IMAP4rev2; connection closed",
            )
        })
    }

    /// Literals up to this size need no waiting (RFC 7888).
    pub fn literal_without_waiting(&self) -> u64 {
        if self.has("LITERAL+") {
            u64::MAX
        } else if self.has("LITERAL-") || self.has("IMAP4REV2") && !self.has("IMAP4REV1") {
            4096
        } else {
            0
        }
    }
}
