//! What no command asked for: a queue of events in order of arrival, and imaplib's table of untagged responses by name.
//! Taking from one leaves the other as it is. Neither talks, so neither brings anything new: imap_cmd_noop does.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};
use std::sync::Arc;

/// Takes the oldest event: an untagged response that no command asked for, or an odd line. A newer EXISTS or RECENT
/// replaces an older one. An event named "OVERFLOW" says that there were too many and all were dropped: look at the
/// mailbox anew. `*out` is the caller's, free it with imap_response_free. Returns IMAP_OK; IMAP_END and NULL if there
/// is none; IMAP_ERR_ARGUMENT if `out` is NULL. Since 0.1. RFC 9051, 5.2, 7.
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

/// imaplib's response(code): takes what is filed under a name (any case): untagged data that no command handed out, and
/// response codes with their arguments ("UIDVALIDITY", "READ-WRITE", "APPENDUID"). The texts are the items of `*out`,
/// oldest first. Kept are the last UNTAGGED_KEEP responses, up to 256 KiB, none with a literal of more than 4 KiB;
/// SELECT begins anew. Taking "READ-ONLY" accepts that the mailbox has become read-only: commands are then sent again.
/// `*out` is the caller's, free it with imap_response_free. Returns IMAP_OK; IMAP_END and NULL if nothing is filed;
/// IMAP_ERR_ARGUMENT if `name` or `out` is NULL. Since 0.1.
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
