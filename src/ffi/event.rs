//! What no command asked for: events in order of arrival, and beside them imaplib's table. Taking from one leaves the
//! other as it is. Neither talks.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};
use std::sync::Arc;

/// The oldest event not yet taken: an untagged response that no command asked for. A newer EXISTS or RECENT replaces an
/// older one. An event named "OVERFLOW" says that there were too many and all were dropped: look at the mailbox anew.
/// `*out` is the caller's, free it with imap_response_free. Returns IMAP_OK, or IMAP_END and NULL if there is none.
/// Since 0.1. RFC 9051, 5.2, 7.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_event_next(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                if out.is_null() {
                    return IMAP_ERR_ARGUMENT as c_int;
                }
                match c.machine_mut().events.pop() {
                    Some(event) => {
                        guard::put(out, || imap_response::owned(event));
                        IMAP_OK as c_int
                    }
                    None => IMAP_END as c_int,
                }
            },
        )
    }
}

/// imaplib's response(code): takes what is filed under a name (any case) out of the table: untagged data no command
/// took, and response codes with their arguments ("UIDVALIDITY", "READ-WRITE", "APPENDUID"). The items of `*out` are
/// the texts, oldest first. Taking "READ-ONLY" takes note that the mailbox has become read-only. `*out` is the
/// caller's. Returns IMAP_OK, or IMAP_END and NULL if nothing is filed. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_untagged(
    conn: *mut imap_conn,
    name: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL and a place or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let name = text::optional(name).and_then(|n| std::str::from_utf8(n).ok());
                let (Some(name), false) = (name, out.is_null()) else {
                    return IMAP_ERR_ARGUMENT as c_int;
                };
                match c.machine_mut().take_untagged(name) {
                    Some(filed) => {
                        guard::put(out, || imap_response::owned(Arc::new(filed)));
                        IMAP_OK as c_int
                    }
                    None => IMAP_END as c_int,
                }
            },
        )
    }
}
