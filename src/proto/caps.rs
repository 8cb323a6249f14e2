//! What the server can do, as it said last (RFC 9051, 6.1.1). Names are kept in upper case, with a NUL behind each.

use crate::error::{Error, IMAP_ERR_GREETING, Result};

/// The capability list and how far it can be trusted.
#[derive(Debug, Default, Clone)]
pub struct Caps {
    /// One behind the other.
    names: String,
    /// Where each ends, behind its NUL.
    ends: Vec<u32>,
    /// What is looked at with each command.
    facts: Facts,
    /// The login changed what is offered and the server has not said how.
    pub stale: bool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Facts {
    binary: bool,
    literal_without_waiting: u64,
}

impl Caps {
    /// Takes a new list: the text behind CAPABILITY.
    pub fn set(&mut self, list: &[u8]) {
        self.clear();
        for word in list.split(|b| matches!(b, b' ' | b'\t')).filter(|w| !w.is_empty()) {
            let name = String::from_utf8_lossy(word).to_ascii_uppercase().replace('\0', "?");
            if !self.has(&name) {
                self.names.push_str(&name);
                self.names.push('\0');
                self.ends.push(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
            }
        }
        self.names.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.facts = Facts {
            binary: self.has("BINARY"),
            literal_without_waiting: if self.has("LITERAL+") {
                u64::MAX
            } else if self.has("LITERAL-") || self.has("IMAP4REV2") && !self.has("IMAP4REV1") {
                4096
            } else {
                0
            },
        };
    }

    /// Forgets everything (STARTTLS).
    pub fn clear(&mut self) {
        *self = Caps::default();
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Any case.
    pub fn has(&self, name: &str) -> bool {
        self.all().any(|n| n.eq_ignore_ascii_case(name))
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.names.split_terminator('\0')
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Capability `i`, with its NUL.
    pub fn at(&self, i: usize) -> Option<&str> {
        let end = *self.ends.get(i)? as usize;
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.names.get(start..end)
    }

    /// BINARY is offered.
    pub fn has_binary(&self) -> bool {
        self.facts.binary
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
        self.facts.literal_without_waiting
    }
}
