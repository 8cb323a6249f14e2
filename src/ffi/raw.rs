//! imaplib's send, readline and read: octets past the engine, between commands. A line or octets that were read are
//! borrowed until the next call that talks. Refused with IMAP_ERR_STATE while a command is in flight. After a failure
//! the connection is closed.

pub use super::handle::imap_conn;
use super::response::{bad, give};
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// Sends `len` octets as they are. Returns IMAP_OK when all have left. Talks. Since 0.1.
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

/// Reads one line, its CRLF included, up to MAX_LINE. Returns IMAP_OK. Talks. Since 0.1.
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

/// Reads exactly `n` octets. Returns IMAP_OK. Talks. Since 0.1.
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
