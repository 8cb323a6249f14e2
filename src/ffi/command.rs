//! Commands. All of them talk, and block until the answer is there or a limit of time has passed. Texts are copied.
//! `*out` gets the result, the caller's to free with imap_response_free; NULL asks for none. "Items" are what
//! imap_response_item has of the result; where none are named it has the text of the answer.
//! Returns: IMAP_OK, IMAP_NO or IMAP_BAD, as the server answered. Refused and not sent: IMAP_ERR_ARGUMENT,
//! IMAP_ERR_STATE, IMAP_ERR_READONLY, IMAP_ERR_UNSUPPORTED, IMAP_ERR_INSECURE, IMAP_ERR_CLOSED. The connection ended:
//! IMAP_ERR_BYE, IMAP_ERR_CLOSED, IMAP_ERR_TIMEOUT, IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT, IMAP_ERR_SYSTEM, IMAP_ERR_TLS.
//! The wait ended, imap_wait continues it: IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN. The comments below name only what a
//! function adds to this.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use std::ffi::{c_char, c_int};

/// One argument of imap_command. Its layout is frozen. Octets are copied before the call returns.
#[repr(C)]
pub struct imap_arg {
    /// Its octets; no NUL is needed behind them.
    pub ptr: *const c_char,
    /// How many.
    pub len: usize,
    /// What they are: a number of imap_arg_type.
    pub type_: i32,
    /// 0, or IMAP_ARG_SECRET.
    pub flags: i32,
}

/// Flag of an argument: masked in the trace and in messages, wiped after sending.
pub const IMAP_ARG_SECRET: i32 = 1;

/// Any command, by name with typed arguments. `name` in any case, with UID before it where that applies: "FETCH", "UID
/// FETCH", "XFOO". `argv` has `argc` arguments; NULL with 0. They are checked before anything is sent, and quoted,
/// encoded or sent as literals by their type and content; literals wait for the server, also where it announces LITERAL+
/// (imap_cmd_append does not wait then). Names the library does not know are sent in every state. STARTTLS, AUTHENTICATE
/// and IDLE have functions of their own and are IMAP_ERR_ARGUMENT here, and so are COMPRESS and UNAUTHENTICATE, which this
/// version does not have. Since 0.1. RFC 9051, 2.2.1, 4, 6; RFC 7888.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_command(
    conn: *mut imap_conn,
    name: *const c_char,
    argv: *const imap_arg,
    argc: usize,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings, arrays and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let args = text::args(argv, argc)?;
            c.command(text::utf8(name, "name")?, &args)
        })
    }
}

/// Any command as ready text, all that follows the tag: "FETCH 1 (FLAGS)". Names as for imap_command. CR, LF, NUL,
/// literal markers, broken quoting, parentheses that do not match and 8-bit octets outside quotes are
/// IMAP_ERR_ARGUMENT; 8-bit quoted strings go out as literals. Since 0.1. RFC 9051, 2.2.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_command_text(
    conn: *mut imap_conn,
    line: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.command_text(text::required(line, "line")?)) }
}

/// imaplib's xatom: an extension command with ready text as arguments, checked as by imap_command_text; `args` NULL for
/// none. A name the library does not know is known to imap_cmd_uid from then on. Since 0.1. RFC 9051, 6.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_xatom(
    conn: *mut imap_conn,
    name: *const c_char,
    args: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.xatom(text::utf8(name, "name")?, text::optional(args).unwrap_or_default())
        })
    }
}

/// imaplib's uid: a command by UID, with ready text as arguments, checked as by imap_command_text. A command that
/// neither the library nor an earlier imap_cmd_xatom knows is IMAP_ERR_UNSUPPORTED. Items: SEARCH, SORT or THREAD for
/// these, else FETCH. The functions that take IMAP_UID do the same with typed arguments. Since 0.1. RFC 9051, 6.4.9.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_uid(
    conn: *mut imap_conn,
    command: *const c_char,
    args: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.uid(
                text::utf8(command, "command")?,
                text::optional(args).unwrap_or_default(),
            )
        })
    }
}
