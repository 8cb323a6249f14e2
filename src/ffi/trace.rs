//! The trace ring (imaplib's debug and print_log): the last lines sent ("> …") and received ("< …"), cut at 512 octets,
//! secrets masked by asterisks. TRACE_LEVEL says which, TRACE_KEEP how many. The library prints nothing. None of these
//! talk.

use super::guard;
pub use super::handle::imap_conn;
use super::response::{bad, give};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// How many lines the ring holds now. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_trace_count(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| 0,
            |c| c_int::try_from(c.machine().trace.len()).unwrap_or(c_int::MAX),
        )
    }
}

/// Line `i`, 0 being the oldest. `*unix_ms` is when it passed, in milliseconds since 1970 UTC, and may be NULL.
/// Borrowed until the next call that talks. Returns IMAP_OK; IMAP_END past the end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_trace_line(
    conn: *mut imap_conn,
    i: c_int,
    ptr: *mut *const c_char,
    len: *mut usize,
    unix_ms: *mut i64,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        bad(ptr, len);
        guard::put(unix_ms, || 0);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let line = usize::try_from(i).ok().and_then(|i| c.trace_line(i));
                if let Some((_, at)) = line {
                    guard::put(unix_ms, || at);
                }
                give(line.map(|(text, _)| text), ptr, len)
            },
        )
    }
}

/// Empties the ring. Returns IMAP_OK. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_trace_clear(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                c.machine_mut().trace.clear();
                IMAP_OK as c_int
            },
        )
    }
}
