//! Return codes and the error value. Every code of the C interface stands here once, with its class.

use std::ffi::CStr;
use std::fmt;

/// What a function returned. 0 is done and OK; above 0 nothing failed but the answer is not plain OK; below 0 the call
/// failed. Numbers are never reused or moved.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_rc {
    /// Done; the server answered OK where it was asked.
    IMAP_OK = 0,
    /// The server answered NO.
    IMAP_NO = 1,
    /// The server answered BAD.
    IMAP_BAD = 2,
    /// Not done when the interval given to a wait was over; nothing is wrong: call again.
    IMAP_AGAIN = 3,
    /// The command was submitted and is under way: imap_completed and imap_wait tell what comes of it.
    IMAP_QUEUED = 4,
    /// Something is there to be taken: an event, and after imap_step a row, a literal, a challenge or a result too.
    IMAP_EVENT = 5,
    /// A literal is there to be taken, with imap_literal_read and the like.
    IMAP_LITERAL = 6,
    /// The server sent a challenge: imap_auth_reply answers it, imap_auth_cancel gives up.
    IMAP_CHALLENGE = 7,
    /// There is none, or no more.
    IMAP_END = 8,
    /// SELECT for writing gave a mailbox that can only be read; it is selected.
    IMAP_READONLY = 9,
    /// An argument cannot be used; nothing was sent.
    IMAP_ERR_ARGUMENT = -100,
    /// The handle is NULL or of another kind; nothing was done.
    IMAP_ERR_HANDLE = -101,
    /// Out of memory. In the middle of a response the connection is closed.
    IMAP_ERR_NOMEM = -102,
    /// The connection is inside another call, of another thread or of a callback's own caller; nothing was done.
    IMAP_ERR_BUSY = -103,
    /// The connection was opened before a fork and belongs to the parent; here it can only be freed.
    IMAP_ERR_FORKED = -104,
    /// A fault inside the library; the handle can only be freed.
    IMAP_ERR_INTERNAL = -105,
    /// The command is not allowed in the connection's state; nothing was sent.
    IMAP_ERR_STATE = -106,
    /// The server or this build does not support what was asked; nothing was sent.
    IMAP_ERR_UNSUPPORTED = -107,
    /// A system call failed; imap_last_errno says why. A connection that was open is closed.
    IMAP_ERR_SYSTEM = -108,
    /// The host name could not be resolved.
    IMAP_ERR_RESOLVE = -109,
    /// A time limit passed; the connection is closed.
    IMAP_ERR_TIMEOUT = -110,
    /// The connection was closed before, or ended without a BYE.
    IMAP_ERR_CLOSED = -111,
    /// The server ended the connection with BYE; its text is in the message.
    IMAP_ERR_BYE = -112,
    /// The server broke the protocol; the connection is closed.
    IMAP_ERR_PROTOCOL = -113,
    /// The server sent more than a limit allows; the connection is closed.
    IMAP_ERR_LIMIT = -114,
    /// The server is none of IMAP4, by its greeting or its capabilities; the connection is closed.
    IMAP_ERR_GREETING = -115,
    /// The TLS handshake or a TLS record failed, or a file for TLS cannot be used; the connection is closed.
    IMAP_ERR_TLS = -116,
    /// The server's certificate was not accepted; the connection is closed.
    IMAP_ERR_TLS_VERIFY = -117,
    /// STARTTLS was asked for and is refused, not offered, or ruled out by PREAUTH; the connection is closed.
    IMAP_ERR_TLS_REFUSED = -118,
    /// The server refused the login; the connection stays open.
    IMAP_ERR_AUTH = -119,
    /// The mailbox selected for writing has become read-only; nothing was sent. imap_cmd_select opens it anew, taking
    /// "READ-ONLY" with imap_untagged accepts it as it is.
    IMAP_ERR_READONLY = -120,
    /// A signal arrived (only with IMAP_OPT_RETURN_ON_SIGNAL). The command is still under way: imap_wait continues.
    IMAP_ERR_INTERRUPTED = -121,
    /// imap_wakeup was called. The command is still under way: imap_wait continues.
    IMAP_ERR_WOKEN = -122,
    /// A password would have gone out in clear, or the server announces LOGINDISABLED; nothing was sent.
    IMAP_ERR_INSECURE = -123,
}
pub use imap_rc::*;

/// The kind of trouble a return code stands for, after imaplib's exceptions. A READONLY is an ABORT too, an ABORT an
/// ERROR too.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_class {
    /// No trouble: OK, NO, and the other codes from 0 up except BAD and READONLY.
    IMAP_CLASS_NONE = 0,
    /// imaplib's IMAP4.error.
    IMAP_CLASS_ERROR = 1,
    /// imaplib's IMAP4.abort: the connection is over; a new one may work.
    IMAP_CLASS_ABORT = 2,
    /// imaplib's IMAP4.readonly.
    IMAP_CLASS_READONLY = 3,
    /// A system call, the resolver, or memory failed: Python's OSError.
    IMAP_CLASS_SYSTEM = 4,
    /// A time limit passed: Python's TimeoutError.
    IMAP_CLASS_TIMEOUT = 5,
    /// TLS failed: Python's ssl.SSLError.
    IMAP_CLASS_TLS = 6,
    /// The caller's argument or handle cannot be used: Python's ValueError.
    IMAP_CLASS_ARGUMENT = 7,
    /// A signal or imap_wakeup ended the wait; nothing is lost.
    IMAP_CLASS_INTERRUPTED = 8,
}
pub use imap_class::*;

impl imap_rc {
    pub const ALL: [imap_rc; 34] = [
        IMAP_OK,
        IMAP_NO,
        IMAP_BAD,
        IMAP_AGAIN,
        IMAP_QUEUED,
        IMAP_EVENT,
        IMAP_LITERAL,
        IMAP_CHALLENGE,
        IMAP_END,
        IMAP_READONLY,
        IMAP_ERR_ARGUMENT,
        IMAP_ERR_HANDLE,
        IMAP_ERR_NOMEM,
        IMAP_ERR_BUSY,
        IMAP_ERR_FORKED,
        IMAP_ERR_INTERNAL,
        IMAP_ERR_STATE,
        IMAP_ERR_UNSUPPORTED,
        IMAP_ERR_SYSTEM,
        IMAP_ERR_RESOLVE,
        IMAP_ERR_TIMEOUT,
        IMAP_ERR_CLOSED,
        IMAP_ERR_BYE,
        IMAP_ERR_PROTOCOL,
        IMAP_ERR_LIMIT,
        IMAP_ERR_GREETING,
        IMAP_ERR_TLS,
        IMAP_ERR_TLS_VERIFY,
        IMAP_ERR_TLS_REFUSED,
        IMAP_ERR_AUTH,
        IMAP_ERR_READONLY,
        IMAP_ERR_INTERRUPTED,
        IMAP_ERR_WOKEN,
        IMAP_ERR_INSECURE,
    ];

    /// The code with this number, if there is one.
    pub fn from_number(n: i32) -> Option<imap_rc> {
        Self::ALL.into_iter().find(|c| *c as i32 == n)
    }

    /// The code's own name, and what it means in a few words.
    fn words(self) -> (&'static CStr, &'static CStr) {
        match self {
            IMAP_OK => (c"IMAP_OK", c"done"),
            IMAP_NO => (c"IMAP_NO", c"the server answered NO"),
            IMAP_BAD => (c"IMAP_BAD", c"the server answered BAD"),
            IMAP_AGAIN => (c"IMAP_AGAIN", c"not done yet, call again"),
            IMAP_QUEUED => (c"IMAP_QUEUED", c"the command waits in the queue"),
            IMAP_EVENT => (c"IMAP_EVENT", c"an event is there"),
            IMAP_LITERAL => (c"IMAP_LITERAL", c"a literal is there"),
            IMAP_CHALLENGE => (c"IMAP_CHALLENGE", c"the server sent a challenge"),
            IMAP_END => (c"IMAP_END", c"nothing more comes"),
            IMAP_READONLY => (c"IMAP_READONLY", c"the mailbox is selected, but read-only"),
            IMAP_ERR_ARGUMENT => (c"IMAP_ERR_ARGUMENT", c"an argument cannot be used"),
            IMAP_ERR_HANDLE => (c"IMAP_ERR_HANDLE", c"the handle is NULL or of another kind"),
            IMAP_ERR_NOMEM => (c"IMAP_ERR_NOMEM", c"out of memory"),
            IMAP_ERR_BUSY => (c"IMAP_ERR_BUSY", c"the connection is inside another call"),
            IMAP_ERR_FORKED => (c"IMAP_ERR_FORKED", c"the connection belongs to the parent process"),
            IMAP_ERR_INTERNAL => (c"IMAP_ERR_INTERNAL", c"a fault inside the library"),
            IMAP_ERR_STATE => (c"IMAP_ERR_STATE", c"not allowed in the connection's state"),
            IMAP_ERR_UNSUPPORTED => (c"IMAP_ERR_UNSUPPORTED", c"not supported"),
            IMAP_ERR_SYSTEM => (c"IMAP_ERR_SYSTEM", c"a system call failed"),
            IMAP_ERR_RESOLVE => (c"IMAP_ERR_RESOLVE", c"the host name could not be resolved"),
            IMAP_ERR_TIMEOUT => (c"IMAP_ERR_TIMEOUT", c"a time limit passed"),
            IMAP_ERR_CLOSED => (c"IMAP_ERR_CLOSED", c"the connection is closed"),
            IMAP_ERR_BYE => (c"IMAP_ERR_BYE", c"the server ended the connection"),
            IMAP_ERR_PROTOCOL => (c"IMAP_ERR_PROTOCOL", c"the server broke the protocol"),
            IMAP_ERR_LIMIT => (c"IMAP_ERR_LIMIT", c"the server sent more than a limit allows"),
            IMAP_ERR_GREETING => (c"IMAP_ERR_GREETING", c"not an IMAP4 server"),
            IMAP_ERR_TLS => (c"IMAP_ERR_TLS", c"TLS failed"),
            IMAP_ERR_TLS_VERIFY => (c"IMAP_ERR_TLS_VERIFY", c"the server's certificate was not accepted"),
            IMAP_ERR_TLS_REFUSED => (c"IMAP_ERR_TLS_REFUSED", c"STARTTLS was refused or not offered"),
            IMAP_ERR_AUTH => (c"IMAP_ERR_AUTH", c"the login was refused"),
            IMAP_ERR_READONLY => (c"IMAP_ERR_READONLY", c"the mailbox has become read-only"),
            IMAP_ERR_INTERRUPTED => (c"IMAP_ERR_INTERRUPTED", c"a signal ended the wait"),
            IMAP_ERR_WOKEN => (c"IMAP_ERR_WOKEN", c"imap_wakeup ended the wait"),
            IMAP_ERR_INSECURE => (c"IMAP_ERR_INSECURE", c"the password would go out in clear"),
        }
    }

    pub fn name(self) -> &'static CStr {
        self.words().0
    }

    pub fn text(self) -> &'static CStr {
        self.words().1
    }

    /// The class of trouble (the contract between codes and imaplib's exceptions).
    pub fn class(self) -> imap_class {
        match self {
            IMAP_OK | IMAP_NO | IMAP_AGAIN | IMAP_QUEUED | IMAP_EVENT | IMAP_LITERAL | IMAP_CHALLENGE | IMAP_END => {
                IMAP_CLASS_NONE
            }
            IMAP_BAD | IMAP_ERR_BUSY | IMAP_ERR_STATE | IMAP_ERR_UNSUPPORTED | IMAP_ERR_GREETING
            | IMAP_ERR_TLS_REFUSED | IMAP_ERR_AUTH | IMAP_ERR_INSECURE => IMAP_CLASS_ERROR,
            IMAP_ERR_FORKED | IMAP_ERR_INTERNAL | IMAP_ERR_CLOSED | IMAP_ERR_BYE | IMAP_ERR_PROTOCOL
            | IMAP_ERR_LIMIT => IMAP_CLASS_ABORT,
            IMAP_READONLY | IMAP_ERR_READONLY => IMAP_CLASS_READONLY,
            IMAP_ERR_SYSTEM | IMAP_ERR_RESOLVE | IMAP_ERR_NOMEM => IMAP_CLASS_SYSTEM,
            IMAP_ERR_TIMEOUT => IMAP_CLASS_TIMEOUT,
            IMAP_ERR_TLS | IMAP_ERR_TLS_VERIFY => IMAP_CLASS_TLS,
            IMAP_ERR_ARGUMENT | IMAP_ERR_HANDLE => IMAP_CLASS_ARGUMENT,
            IMAP_ERR_INTERRUPTED | IMAP_ERR_WOKEN => IMAP_CLASS_INTERRUPTED,
        }
    }
}

/// A failure: its code, one printable line for the person who has to act, and errno where a system call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: imap_rc,
    pub message: String,
    pub errno: i32,
}

impl Error {
    pub fn new(code: imap_rc, message: impl Into<String>) -> Error {
        Error {
            code,
            message: message.into(),
            errno: 0,
        }
    }

    /// A failed system call: `what` says what was attempted.
    pub fn system(what: &str, errno: i32) -> Error {
        Error {
            code: IMAP_ERR_SYSTEM,
            message: format!("{what}: {}", reason(errno)),
            errno,
        }
    }
}

/// The system's words for an errno, without the number that the error value carries anyway.
pub fn reason(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
pub type Result<T> = std::result::Result<T, Error>;
