//! Any command: by name with typed arguments, or as ready text. Returns are the same for all commands: IMAP_OK, IMAP_NO
//! or IMAP_BAD as the server answered; below 0 if it was refused before sending (IMAP_ERR_ARGUMENT, IMAP_ERR_STATE,
//! IMAP_ERR_READONLY, IMAP_ERR_UNSUPPORTED, IMAP_ERR_INSECURE) or if the connection ended (IMAP_ERR_BYE,
//! IMAP_ERR_CLOSED, IMAP_ERR_TIMEOUT, IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT, IMAP_ERR_SYSTEM, IMAP_ERR_TLS), or if the wait
//! did (IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN: see imap_wait). `*out` is the caller's, free it with imap_response_free;
//! NULL asks for no response. All of them talk, and block up to the limits of time.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use std::ffi::{c_char, c_int};

/// One argument of a command. Its layout is frozen.
#[repr(C)]
pub struct imap_arg {
    /// Its octets.
    pub ptr: *const c_char,
    /// How many.
    pub len: usize,
    /// A number of imap_arg_type.
    pub type_: i32,
    /// 0, or IMAP_ARG_SECRET.
    pub flags: i32,
}

/// Flag of an argument: masked in the trace, wiped after sending.
pub const IMAP_ARG_SECRET: i32 = 1;

/// Sends any command. `name` in any case: "FETCH", "UID FETCH", "XFOO". The arguments are quoted, encoded or sent as
/// literals by their type and content; literals wait for the server unless it announces LITERAL+ or LITERAL-.
/// STARTTLS, AUTHENTICATE, IDLE, COMPRESS and UNAUTHENTICATE are refused: they have functions of their own. Names the
/// library does not know are sent in every state. Since 0.1. RFC 9051, 2.2.1, 4, 6; RFC 7888.
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

/// Sends a command as text, everything behind the tag: "FETCH 1 (FLAGS)". CR, LF, NUL, literal markers and broken
/// quoting are refused. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_command_text(
    conn: *mut imap_conn,
    line: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.command_text(text::required(line, "line")?)) }
}

/// imaplib's xatom: a simple extension command. `args` is ready text, checked as by imap_command_text; NULL for none.
/// A name the library does not know becomes known, so that imap_cmd_uid takes it. Since 0.1.
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

/// imaplib's uid: a command by UID, with ready text as arguments, checked as by imap_command_text. A command nobody
/// knows is IMAP_ERR_UNSUPPORTED. The functions that take IMAP_UID do the same with quoting. Since 0.1. RFC 9051, 6.4.9.
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
