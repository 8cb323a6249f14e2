//! Commands on mailboxes. Names are UTF-8 here; on the wire they are modified UTF-7, or UTF-8 once UTF8=ACCEPT is
//! enabled.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, open, text};
use crate::client::known;
use std::ffi::{c_char, c_int};

/// SELECT, or EXAMINE with IMAP_EXAMINE in `flags`: opens a mailbox; `mailbox` NULL is INBOX. Also returns
/// IMAP_READONLY: selected, but only for reading though writing was asked for. What was known of the mailbox before,
/// events included, is forgotten; after NO no mailbox is selected. Items: EXISTS, the number of messages; imap_untagged
/// has the rest ("UIDVALIDITY"). Since 0.1. RFC 9051, 6.3.2, 6.3.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_select(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            open::check_flags(flags, open::IMAP_EXAMINE as c_int)?;
            let command = if flags & open::IMAP_EXAMINE as c_int != 0 {
                const { known("EXAMINE") }
            } else {
                const { known("SELECT") }
            };
            c.typed(command, &[text::optional(mailbox).unwrap_or(b"INBOX")], false)
        })
    }
}

/// CREATE: makes a mailbox. Since 0.1. RFC 9051, 6.3.4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_create(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(const { known("CREATE") }, &[text::required(mailbox, "mailbox")?], false)
        })
    }
}

/// DELETE: removes a mailbox with its messages. Since 0.1. RFC 9051, 6.3.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_delete(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(const { known("DELETE") }, &[text::required(mailbox, "mailbox")?], false)
        })
    }
}

/// RENAME: gives a mailbox another name. Since 0.1. RFC 9051, 6.3.6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_rename(
    conn: *mut imap_conn,
    from: *const c_char,
    to: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("RENAME") },
                &[text::required(from, "from")?, text::required(to, "to")?],
                false,
            )
        })
    }
}

/// SUBSCRIBE: puts a mailbox among the subscribed ones. Since 0.1. RFC 9051, 6.3.7.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_subscribe(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("SUBSCRIBE") },
                &[text::required(mailbox, "mailbox")?],
                false,
            )
        })
    }
}

/// UNSUBSCRIBE: takes a mailbox from among the subscribed ones. Since 0.1. RFC 9051, 6.3.8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_unsubscribe(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("UNSUBSCRIBE") },
                &[text::required(mailbox, "mailbox")?],
                false,
            )
        })
    }
}

/// LIST: the mailboxes below `directory` (NULL: "") that match `pattern` (NULL: "*"). In it * matches anything, %
/// anything within one level. Items: LIST, with names as the server wrote them; IMAP_ARG_MAILBOX_RAW sends such a name
/// back unchanged, imap_utf7_decode makes it readable. Since 0.1. RFC 9051, 6.3.9.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_list(
    conn: *mut imap_conn,
    directory: *const c_char,
    pattern: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("LIST") },
                &[
                    text::optional(directory).unwrap_or_default(),
                    text::optional(pattern).unwrap_or(b"*"),
                ],
                false,
            )
        })
    }
}

/// LSUB: as imap_cmd_list, of the subscribed mailboxes. Items: LSUB. Since 0.1. RFC 3501, 6.3.9.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_lsub(
    conn: *mut imap_conn,
    directory: *const c_char,
    pattern: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("LSUB") },
                &[
                    text::optional(directory).unwrap_or_default(),
                    text::optional(pattern).unwrap_or(b"*"),
                ],
                false,
            )
        })
    }
}

/// STATUS: figures of a mailbox that need not be selected. `names` says which: "MESSAGES UNSEEN", with or without
/// parentheses. Items: STATUS. Since 0.1. RFC 9051, 6.3.11.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_status(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    names: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("STATUS") },
                &[text::required(mailbox, "mailbox")?, text::required(names, "names")?],
                false,
            )
        })
    }
}

/// CHECK: asks for a checkpoint of the selected mailbox. Since 0.1. RFC 3501, 6.4.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_check(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("CHECK") }, &[], false)) }
}

/// CLOSE: removes the messages with \Deleted for good and leaves the selected mailbox, if the server says OK. Since
/// 0.1. RFC 9051, 6.4.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_close(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("CLOSE") }, &[], false)) }
}

/// UNSELECT: leaves the selected mailbox and removes nothing. Since 0.1. RFC 9051, 6.4.2; RFC 3691.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_unselect(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("UNSELECT") }, &[], false)) }
}
