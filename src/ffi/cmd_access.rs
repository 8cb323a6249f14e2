//! Commands on rights, quotas and annotations.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::client::known;
use std::ffi::{c_char, c_int};

/// GETACL: who may do what with a mailbox. Items: ACL. Since 0.1. RFC 4314, 3.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_getacl(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(const { known("GETACL") }, &[text::required(mailbox, "mailbox")?], false)
        })
    }
}

/// SETACL: gives `who` the rights `what`: "lrs", or "+r" and "-r" to change them. Since 0.1. RFC 4314, 3.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_setacl(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    who: *const c_char,
    what: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("SETACL") },
                &[
                    text::required(mailbox, "mailbox")?,
                    text::required(who, "who")?,
                    text::required(what, "what")?,
                ],
                false,
            )
        })
    }
}

/// DELETEACL: takes all rights on a mailbox from `who`. Since 0.1. RFC 4314, 3.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_deleteacl(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    who: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("DELETEACL") },
                &[text::required(mailbox, "mailbox")?, text::required(who, "who")?],
                false,
            )
        })
    }
}

/// MYRIGHTS: what the user may do with a mailbox. Items: MYRIGHTS. Since 0.1. RFC 4314, 3.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_myrights(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("MYRIGHTS") },
                &[text::required(mailbox, "mailbox")?],
                false,
            )
        })
    }
}

/// GETQUOTA: use and limits of a quota root. Items: QUOTA. Since 0.1. RFC 9208, 4.1.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_getquota(
    conn: *mut imap_conn,
    root: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(const { known("GETQUOTA") }, &[text::required(root, "root")?], false)
        })
    }
}

/// GETQUOTAROOT: the quota roots of a mailbox, and their use. Items: QUOTAROOT; those of "QUOTA" by that name. Since
/// 0.1. RFC 9208, 4.1.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_getquotaroot(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("GETQUOTAROOT") },
                &[text::required(mailbox, "mailbox")?],
                false,
            )
        })
    }
}

/// SETQUOTA: sets limits of a quota root: "STORAGE 512", with or without parentheses. Items: QUOTA. Since 0.1. RFC
/// 9208, 4.1.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_setquota(
    conn: *mut imap_conn,
    root: *const c_char,
    limits: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("SETQUOTA") },
                &[text::required(root, "root")?, text::required(limits, "limits")?],
                false,
            )
        })
    }
}

/// GETANNOTATION: annotations of mailboxes; `mailbox` may be a pattern as for LIST. `entry` and `attribute` are ready
/// text, quoted strings or lists of them: "\"/comment\"", "\"value.priv\"". A command of the draft ANNOTATEMORE, in no
/// RFC. Items: ANNOTATION. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_getannotation(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    entry: *const c_char,
    attribute: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("GETANNOTATION") },
                &[
                    text::required(mailbox, "mailbox")?,
                    text::required(entry, "entry")?,
                    text::required(attribute, "attribute")?,
                ],
                false,
            )
        })
    }
}

/// SETANNOTATION: sets annotations; `attributes` is a list of names and values: "(\"value.priv\" \"x\")". Otherwise as
/// imap_cmd_getannotation. Items: ANNOTATION. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_setannotation(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    entry: *const c_char,
    attributes: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("SETANNOTATION") },
                &[
                    text::required(mailbox, "mailbox")?,
                    text::required(entry, "entry")?,
                    text::required(attributes, "attributes")?,
                ],
                false,
            )
        })
    }
}
