//! Commands on messages. `set` is a sequence set ("1", "2:4", "1:3,6:9", "3:*") of message numbers, or of UIDs with
//! IMAP_UID in `flags`.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, open, text};
use crate::error::Result;
use std::ffi::{c_char, c_int};

/// FETCH: data items of messages, as "FLAGS", "(UID BODY.PEEK[])" or "FAST". Items: FETCH. Since 0.1. RFC 9051, 6.4.5.
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
                "FETCH",
                &[text::required(set, "set")?, text::required(items, "items")?],
                uid,
            )
        })
    }
}

/// PARTIAL: a stretch of a message part (RFC 1730; FETCH with `<start.length>` is its successor). `start` counts from 1.
/// Items: FETCH. Since 0.1.
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
                "PARTIAL",
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

/// STORE: changes flags. `command` is FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT behind it; `flag_list` as
/// "\Deleted" or "(\Seen $Done)". Items: FETCH. Since 0.1. RFC 9051, 6.4.6.
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
                "STORE",
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
                "COPY",
                &[text::required(set, "set")?, text::required(mailbox, "mailbox")?],
                uid,
            )
        })
    }
}

/// MOVE: moves messages to the end of another mailbox. Since 0.1. RFC 9051, 6.4.8.
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
                "MOVE",
                &[text::required(set, "set")?, text::required(mailbox, "mailbox")?],
                uid,
            )
        })
    }
}

/// EXPUNGE: removes the messages with \Deleted for good; all of them if `uid_set` is NULL, else only those of the set
/// (UID EXPUNGE). Items: EXPUNGE, numbers in order. Since 0.1. RFC 9051, 6.4.3; RFC 4315.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_expunge(
    conn: *mut imap_conn,
    uid_set: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.expunge(text::optional(uid_set))) }
}

/// SEARCH: message numbers that match `criteria`, as "UNSEEN FROM "ada"". `charset` may be NULL; criteria with 8-bit
/// characters in quotes are then sent as UTF-8. In UTF-8 mode it must be NULL. Items: SEARCH, numbers and blanks.
/// Since 0.1. RFC 9051, 6.4.4.
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

/// SORT: as SEARCH, in order. `sort_criteria` as "REVERSE DATE", with or without parentheses. `charset` NULL is US-ASCII or,
/// if the criteria need it, UTF-8. Items: SORT. Since 0.1. RFC 5256.
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

/// THREAD: as SEARCH, by conversation. `algorithm` as "REFERENCES". `charset` as for SORT. Items: THREAD. Since 0.1.
/// RFC 5256.
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

/// APPEND: adds a message to a mailbox (NULL: INBOX). `flag_list` as for STORE, `date` as an INTERNALDATE; both may be
/// NULL. `message` is `len` octets. `flags`: IMAP_APPEND_VERBATIM sends them as they are; without it bare CR and bare LF
/// become CRLF. A NUL in the message needs a server with BINARY. Since 0.1. RFC 9051, 6.3.12.
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
