//! The typed arguments of a command. A type says what the octets are, not how they are quoted: that is the encoder's.

/// What an argument is. The numbers are those of the C interface.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_arg_type {
    /// A word sent as it is; only characters of an atom.
    IMAP_ARG_ATOM = 1,
    /// Any text: sent as an atom if it can be, else quoted, else (8-bit) as a literal.
    IMAP_ARG_ASTRING = 2,
    /// Any text: always quoted, or (8-bit) a literal.
    IMAP_ARG_STRING = 3,
    /// Any octets, always as a literal.
    IMAP_ARG_LITERAL = 4,
    /// A mailbox name in UTF-8.
    IMAP_ARG_MAILBOX = 5,
    /// A mailbox name exactly as LIST gave it.
    IMAP_ARG_MAILBOX_RAW = 6,
    /// A LIST pattern in UTF-8: like a mailbox, but `%` and `*` are wildcards.
    IMAP_ARG_LIST_MAILBOX = 7,
    /// A sequence set: "1", "2:4", "1:3,6:9", "3:*".
    IMAP_ARG_SET = 8,
    /// Flags, with or without the parentheses around them.
    IMAP_ARG_FLAGS = 9,
    /// Decimal digits.
    IMAP_ARG_NUMBER = 10,
    /// An INTERNALDATE, with or without its quotes.
    IMAP_ARG_DATE = 11,
    /// Search criteria, fetch items and the like: checked, then sent as written; 8-bit quoted strings become literals.
    IMAP_ARG_RAW = 12,
    /// An opening parenthesis; ptr is not looked at.
    IMAP_ARG_LIST_OPEN = 13,
    /// A closing parenthesis; ptr is not looked at.
    IMAP_ARG_LIST_CLOSE = 14,
    /// A mailbox as imaplib's callers write it: one quoted string is unquoted first, modified UTF-7 stays as it is.
    IMAP_ARG_MAILBOX_LENIENT = 15,
    /// An ASTRING; one quoted string is unquoted first.
    IMAP_ARG_ASTRING_LENIENT = 16,
    /// Items in parentheses, which are added where they are missing; ALL, FAST and FULL go without.
    IMAP_ARG_ITEMS = 17,
    /// NIL; ptr is not looked at.
    IMAP_ARG_NIL = 18,
}
pub use imap_arg_type::*;

impl imap_arg_type {
    pub fn from_number(n: i32) -> Option<imap_arg_type> {
        let all = [
            IMAP_ARG_ATOM,
            IMAP_ARG_ASTRING,
            IMAP_ARG_STRING,
            IMAP_ARG_LITERAL,
            IMAP_ARG_MAILBOX,
            IMAP_ARG_MAILBOX_RAW,
            IMAP_ARG_LIST_MAILBOX,
            IMAP_ARG_SET,
            IMAP_ARG_FLAGS,
            IMAP_ARG_NUMBER,
            IMAP_ARG_DATE,
            IMAP_ARG_RAW,
            IMAP_ARG_LIST_OPEN,
            IMAP_ARG_LIST_CLOSE,
            IMAP_ARG_MAILBOX_LENIENT,
            IMAP_ARG_ASTRING_LENIENT,
            IMAP_ARG_ITEMS,
            IMAP_ARG_NIL,
        ];
        all.into_iter().find(|t| *t as i32 == n)
    }
}

/// One argument, borrowed from the caller until it is encoded.
#[derive(Clone, Copy)]
pub struct Arg<'a> {
    pub kind: imap_arg_type,
    pub octets: &'a [u8],
    /// Masked in traces, wiped after sending.
    pub secret: bool,
}

impl<'a> Arg<'a> {
    pub fn new(kind: imap_arg_type, octets: &'a [u8]) -> Arg<'a> {
        Arg {
            kind,
            octets,
            secret: false,
        }
    }

    pub fn secret(kind: imap_arg_type, octets: &'a [u8]) -> Arg<'a> {
        Arg {
            kind,
            octets,
            secret: true,
        }
    }
}
