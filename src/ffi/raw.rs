//! imaplib's send, readline and read: octets past the protocol, between commands. They talk, and block up to
//! STALL_TIMEOUT_MS or CALL_TIMEOUT_MS, whichever is less. While a command is under way they are IMAP_ERR_STATE. A read
//! that returned IMAP_ERR_INTERRUPTED or IMAP_ERR_WOKEN has taken nothing: call it again. After other failures on the
//! way the connection is closed.

pub use super::handle::imap_conn;
use super::response::{bad, give};
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// Sends `len` octets as they are, CRLF and all. Returns IMAP_OK when all have left. After IMAP_ERR_INTERRUPTED or
/// IMAP_ERR_WOKEN some may have: call it with 0 octets to send the rest. Talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_raw_send(conn: *mut imap_conn, octets: *const c_char, len: usize) -> c_int {
    // SAFETY: a handle or NULL and octets as the interface asks for.
    unsafe {
        guard::io(conn, |c| {
            let sent = text::octets(octets, len, "octets").and_then(|o| c.raw_send(o));
            done(c, sent)
        })
    }
}

/// Reads one line, its CRLF included, of at most MAX_LINE octets. Borrowed until the next call that talks; no NUL
/// behind it. Returns IMAP_OK. Talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_raw_readline(conn: *mut imap_conn, ptr: *mut *const c_char, len: *mut usize) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        bad(ptr, len);
        guard::io(conn, |c| {
            let line = c.raw_readline().map(|line| {
                give(Some(line), ptr, len);
            });
            done(c, line)
        })
    }
}

/// Reads exactly `n` octets, at most MAX_LITERAL. Borrowed until the next call that talks; no NUL behind them. Returns
/// IMAP_OK. Talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_raw_read(
    conn: *mut imap_conn,
    n: usize,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        bad(ptr, len);
        guard::io(conn, |c| {
            let octets = c.raw_read(n).map(|octets| {
                give(Some(octets), ptr, len);
            });
            done(c, octets)
        })
    }
}

fn done(c: &mut crate::client::Connection, result: Result<()>) -> c_int {
    match result {
        Ok(()) => {
            *c.last_mut() = Default::default();
            IMAP_OK as c_int
        }
        Err(error) => guard::note(c, &error),
    }
}
