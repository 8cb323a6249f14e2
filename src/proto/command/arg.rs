//! The typed arguments of a command. A type says what the octets are, not how they are quoted: that is the encoder's.

/// What an argument is. The type says what the octets mean; how they are quoted follows from the type and the octets.
/// CR, LF and NUL are refused everywhere but in LITERAL. 0 is no type.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_arg_type {
    /// A word, sent as it is: only characters of an atom.
    IMAP_ARG_ATOM = 1,
    /// Any text: sent as an atom where it can be, else quoted, else (8-bit) as a literal.
    IMAP_ARG_ASTRING = 2,
    /// Any text: always quoted, or (8-bit) as a literal.
    IMAP_ARG_STRING = 3,
    /// Any octets, always as a literal. A NUL among them needs a server with BINARY.
    IMAP_ARG_LITERAL = 4,
    /// A mailbox name in UTF-8; goes out as modified UTF-7, or as UTF-8 once UTF8=ACCEPT is enabled.
    IMAP_ARG_MAILBOX = 5,
    /// A mailbox name exactly as the server wrote it in LIST.
    IMAP_ARG_MAILBOX_RAW = 6,
    /// A pattern for LIST in UTF-8: as MAILBOX, but `%` and `*` are wildcards.
    IMAP_ARG_LIST_MAILBOX = 7,
    /// A sequence set: "1", "2:4", "1:3,6:9", "3:*", or "$" (RFC 9051, 9).
    IMAP_ARG_SET = 8,
    /// Flags with blanks between them, with or without parentheses around them. Quoted strings stay as they are.
    IMAP_ARG_FLAGS = 9,
    /// Decimal digits, 20 at most.
    IMAP_ARG_NUMBER = 10,
    /// An INTERNALDATE, "17-Jul-1996 02:44:25 -0700", with or without its quotes.
    IMAP_ARG_DATE = 11,
    /// Ready text (search criteria, fetch items): quotes and parentheses must match; then sent as written, but quoted
    /// strings with 8-bit octets become literals.
    IMAP_ARG_RAW = 12,
    /// An opening parenthesis; ptr NULL and len 0.
    IMAP_ARG_LIST_OPEN = 13,
    /// A closing parenthesis; ptr NULL and len 0.
    IMAP_ARG_LIST_CLOSE = 14,
    /// A mailbox name as imaplib's callers write it: a whole quoted string is unquoted first, valid modified UTF-7
    /// stays as it is, all else is treated as MAILBOX.
    IMAP_ARG_MAILBOX_LENIENT = 15,
    /// As ASTRING; a whole quoted string is unquoted first.
    IMAP_ARG_ASTRING_LENIENT = 16,
    /// As RAW, in parentheses, which are added where they are missing; ALL, FAST and FULL go without.
    IMAP_ARG_ITEMS = 17,
    /// NIL; ptr NULL and len 0.
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
