//! Commands on messages of the selected mailbox. `set` is a sequence set ("1", "2:4", "1:3,6:9", "3:*") of message
//! numbers, or of UIDs with IMAP_UID in `flags`, which is 0 otherwise.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, open, text};
use crate::client::known;
use crate::error::Result;
use std::ffi::{c_char, c_int};

/// FETCH: data items of messages: "FLAGS", "(UID BODY.PEEK[])", "FAST"; parentheses are added where they are missing.
/// Items: FETCH. Since 0.1. RFC 9051, 6.4.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_fetch(
    conn: *mut imap_conn,
    set: *const c_char,
    items: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.typed(
                const { known("FETCH") },
                &[text::required(set, "set")?, text::required(items, "items")?],
                uid,
            )
        })
    }
}

/// PARTIAL: `length` octets from `start` (from 1) of the item `part`, "RFC822" or "BODY[1]", of message `number`. A
/// command of RFC 1730 that few servers have; FETCH with `<start.length>` is its successor. Items: FETCH. Since 0.1.
/// RFC 1730, 6.4.6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_partial(
    conn: *mut imap_conn,
    number: *const c_char,
    part: *const c_char,
    start: u32,
    length: u32,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("PARTIAL") },
                &[
                    text::required(number, "number")?,
                    text::required(part, "part")?,
                    start.to_string().as_bytes(),
                    length.to_string().as_bytes(),
                ],
                false,
            )
        })
    }
}

/// STORE: changes flags. `command` is "FLAGS", "+FLAGS" or "-FLAGS", perhaps with ".SILENT" behind it; `flag_list` is
/// "\Deleted" or "(\Seen $Done)". Items: FETCH, the flags as they are now. Since 0.1. RFC 9051, 6.4.6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_store(
    conn: *mut imap_conn,
    set: *const c_char,
    command: *const c_char,
    flag_list: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.typed(
                const { known("STORE") },
                &[
                    text::required(set, "set")?,
                    text::required(command, "command")?,
                    text::required(flag_list, "flag_list")?,
                ],
                uid,
            )
        })
    }
}

/// COPY: copies messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.7.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_copy(
    conn: *mut imap_conn,
    set: *const c_char,
    mailbox: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.typed(
                const { known("COPY") },
                &[text::required(set, "set")?, text::required(mailbox, "mailbox")?],
                uid,
            )
        })
    }
}

/// MOVE: moves messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.8; RFC 6851.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_move(
    conn: *mut imap_conn,
    set: *const c_char,
    mailbox: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.typed(
                const { known("MOVE") },
                &[text::required(set, "set")?, text::required(mailbox, "mailbox")?],
                uid,
            )
        })
    }
}

/// EXPUNGE: removes the messages with \Deleted for good: all of them if `uid_set` is NULL, else those among these UIDs
/// (UID EXPUNGE). Items: EXPUNGE, message numbers in the order in which they went. Since 0.1. RFC 9051, 6.4.3; RFC
/// 4315.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_expunge(
    conn: *mut imap_conn,
    uid_set: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.expunge(text::optional(uid_set))) }
}

/// SEARCH: which messages match `criteria`: `UNSEEN FROM "ada"`. `charset` names the charset of their 8-bit octets,
/// which must be in quotes; NULL means UTF-8 if there are any. In UTF-8 mode it has to be NULL. Items: SEARCH, numbers
/// with blanks between them, "" if nothing matches. With what is to be returned in front of the criteria,
/// `RETURN (COUNT) UNSEEN`, the answer is a row instead: imap_esearch_get. Since 0.1. RFC 9051, 6.4.4; RFC 4731.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_search(
    conn: *mut imap_conn,
    charset: *const c_char,
    criteria: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.search(text::optional(charset), text::required(criteria, "criteria")?, uid)
        })
    }
}

/// SORT: as imap_cmd_search, in an order: `sort_criteria` is "REVERSE DATE", with or without parentheses. `charset`
/// NULL is US-ASCII, or UTF-8 if the criteria have 8-bit octets. Items: SORT. Since 0.1. RFC 5256; RFC 5267, 3.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_sort(
    conn: *mut imap_conn,
    sort_criteria: *const c_char,
    charset: *const c_char,
    criteria: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.sort_or_thread(
                "SORT",
                text::required(sort_criteria, "sort_criteria")?,
                text::optional(charset),
                text::required(criteria, "criteria")?,
                uid,
            )
        })
    }
}

/// THREAD: as imap_cmd_search, grouped by conversation; `algorithm` is "REFERENCES" or "ORDEREDSUBJECT". `charset` as
/// for imap_cmd_sort. Items: THREAD. Since 0.1. RFC 5256.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_thread(
    conn: *mut imap_conn,
    algorithm: *const c_char,
    charset: *const c_char,
    criteria: *const c_char,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let uid = uid(flags)?;
            c.sort_or_thread(
                "THREAD",
                text::required(algorithm, "algorithm")?,
                text::optional(charset),
                text::required(criteria, "criteria")?,
                uid,
            )
        })
    }
}

/// APPEND: adds a message to a mailbox, which need not be selected (NULL: INBOX). `flag_list` as for imap_cmd_store and
/// `date` as imap_internaldate_format writes it; both may be NULL. `message` is `len` octets; bare CR and bare LF
/// become CRLF unless `flags` has IMAP_APPEND_VERBATIM. A NUL in it needs a server with BINARY. Since 0.1. RFC 9051,
/// 6.3.12; RFC 6855, 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_append(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    flag_list: *const c_char,
    date: *const c_char,
    message: *const c_char,
    len: usize,
    flags: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings, octets and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            open::check_flags(flags, open::IMAP_APPEND_VERBATIM as c_int)?;
            c.append(
                text::optional(mailbox).unwrap_or(b"INBOX"),
                text::optional(flag_list),
                text::optional(date),
                text::octets(message, len, "message")?,
                flags & open::IMAP_APPEND_VERBATIM as c_int != 0,
            )
        })
    }
}

fn uid(flags: c_int) -> Result<bool> {
    open::check_flags(flags, open::IMAP_UID as c_int)?;
    Ok(flags & open::IMAP_UID as c_int != 0)
}
