//! The ceilings on what a server may send (design B8). They are plain numbers; 0 given by a caller means "none" and
//! arrives here as the type's maximum.

/// Ceilings in force on a connection.
#[derive(Debug, Clone)]
pub struct Limits {
    /// One line, CRLF included.
    pub max_line: usize,
    /// One response outside its literals.
    pub max_response: usize,
    /// One literal kept in memory.
    pub max_literal: u64,
    /// Nesting of lists in one response.
    pub max_depth: usize,
    /// Octets of unasked data kept as events.
    pub max_unasked: usize,
    /// Number of unasked responses kept as events.
    pub max_unasked_items: usize,
    /// Octets of data kept for one command that asked for it.
    pub max_kept: usize,
    /// Untagged status lines during one command.
    pub max_status_lines: usize,
    /// Items in imaplib's table (0: the table is off).
    pub untagged_keep: usize,
    /// Octets in imaplib's table.
    pub untagged_octets: usize,
    /// Literals larger than this are not filed in imaplib's table.
    pub untagged_literal: usize,
}

/// Before login a server has nothing long to say.
pub const EARLY_RESPONSE: usize = 64 * 1024;
/// Before login no literal is expected at all; a few servers send short ones (ID values).
pub const EARLY_LITERAL: u64 = 4 * 1024;
/// A SASL challenge, decoded or not.
pub const CHALLENGE: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_line: 8 << 20,
            max_response: 8 << 20,
            max_literal: 256 << 20,
            max_depth: 100,
            max_unasked: 32 << 20,
            max_unasked_items: 200_000,
            max_kept: 1 << 30,
            max_status_lines: 20_000,
            untagged_keep: 1_000,
            untagged_octets: 256 << 10,
            untagged_literal: 4 << 10,
        }
    }
}

impl Limits {
    /// The tighter ceilings on one response that hold until the login is done.
    pub fn early(&self) -> Limits {
        Limits {
            max_line: self.max_line.min(EARLY_RESPONSE),
            max_response: self.max_response.min(EARLY_RESPONSE),
            max_literal: self.max_literal.min(EARLY_LITERAL),
            max_kept: self.max_kept.min(EARLY_RESPONSE),
            max_unasked: self.max_unasked.min(EARLY_RESPONSE),
            ..self.clone()
        }
    }
}
