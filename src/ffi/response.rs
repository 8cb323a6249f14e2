//! Responses: what a command brought. A result has a status and the untagged responses that belong to it (its rows); an
//! untagged response, an event or the greeting is one line. All views are of the same octets: imaplib's items, the
//! rows, the tree. Functions that give a text set `*ptr` and `*len`; after IMAP_END and IMAP_ERR_HANDLE there is no
//! text, and these are cleared. Any thread may read, several at once.

pub use super::handle::imap_response;
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// The status of a response (RFC 9051, 7.1).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_status {
    /// Data, not a status.
    IMAP_STATUS_NONE = 0,
    IMAP_STATUS_OK = 1,
    IMAP_STATUS_NO = 2,
    IMAP_STATUS_BAD = 3,
    IMAP_STATUS_BYE = 4,
    IMAP_STATUS_PREAUTH = 5,
}

/// Frees a response; NULL is fine, and borrowed ones (imap_response_row) are left alone. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_free(response: *mut imap_response) {
    // SAFETY: a handle or NULL, by the interface.
    guard::plain((), || unsafe { imap_response::free(response) });
}

/// One more handle of the same response, also of a borrowed one, which then outlives what it was borrowed from. No
/// octets are copied but those of a row of a FETCH. `*out` is the caller's, free it with imap_response_free. Returns
/// IMAP_OK; IMAP_ERR_ARGUMENT if `out` is NULL. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_keep(response: *const imap_response, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            if out.is_null() {
                return IMAP_ERR_ARGUMENT as c_int;
            }
            guard::put(out, || imap_response::owned(r.kept()));
            IMAP_OK as c_int
        })
    }
}

/// The status, a number of imap_status; IMAP_STATUS_NONE if `response` is none. Since 0.1. RFC 9051, 7.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_status(response: *const imap_response) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.status().map_or(0, |s| s as c_int)) }
}

/// The text of a status, its bracketed code included. Borrowed from the response. Returns IMAP_OK; IMAP_END if it is no
/// status. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_text(
    response: *const imap_response,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            give(r.inner.status().map(|_| r.inner.texts().text()), ptr, len)
        })
    }
}

/// The text of a status without its code. Borrowed from the response. Returns IMAP_OK; IMAP_END if it is no status.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_message(
    response: *const imap_response,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            give(r.inner.status().map(|_| r.inner.texts().message()), ptr, len)
        })
    }
}

/// The code of a status: its name in upper case, and its argument as sent, NULL if it has none ("UIDVALIDITY",
/// "3857529045"). Borrowed from the response. Returns IMAP_OK; IMAP_END if there is no code. Since 0.1. RFC 9051, 7.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_code(
    response: *const imap_response,
    name: *mut *const c_char,
    name_len: *mut usize,
    argument: *mut *const c_char,
    argument_len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        bad(argument, argument_len);
        guard::read(response, bad(name, name_len), |r| {
            let texts = r.inner.status().map(|_| r.inner.texts());
            give(texts.and_then(|t| t.argument()), argument, argument_len);
            give(texts.and_then(|t| t.code()), name, name_len)
        })
    }
}

/// The name in upper case: of a result the command's ("UID FETCH"), of an untagged response its own ("FETCH", "EXISTS",
/// "OK", "OVERFLOW"); "" of a line that has none. Never NULL. Borrowed from the response. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_name(response: *const imap_response) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, c"".as_ptr(), |r| r.inner.name().with_nul().as_ptr().cast()) }
}

/// The number before the name: 12 in "* 12 EXISTS". Returns IMAP_OK; IMAP_END and 0 if there is none. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_number(response: *const imap_response, number: *mut u32) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(number, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| match r.inner.number() {
            Some(n) => {
                guard::put(number, || n);
                IMAP_OK as c_int
            }
            None => IMAP_END as c_int,
        })
    }
}

/// The response's place in the order in which the lines of its connection arrived, from 1; 0 if `response` is none. An
/// EXPUNGE event between two rows of a FETCH changes the message numbers of the rows after it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_arrival(response: *const imap_response) -> u64 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.arrival()) }
}

/// The line exactly as it came, CRLF included, but without the octets of literals of 64 KiB or more, which nodes and
/// items have, and of literals that were streamed. Borrowed from the response; no NUL behind it. Returns IMAP_OK. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_raw(
    response: *const imap_response,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe { guard::read(response, bad(ptr, len), |r| give(Some(r.inner.raw()), ptr, len)) }
}

/// Whether some of the line fits no rule of the protocol; the tree holds it as IMAP_NODE_JUNK. Returns 1 or 0. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_malformed(response: *const imap_response) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| c_int::from(r.inner.tree().is_malformed())) }
}

/// How many untagged responses belong to the result; 0 for what is no result. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_row_count(response: *const imap_response) -> usize {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.row_count()) }
}

/// Untagged response `i` from 0, in order of arrival; NULL past the end. Borrowed from the result; imap_response_keep
/// makes it the caller's. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_row(response: *const imap_response, i: usize) -> *const imap_response {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, std::ptr::null(), |r| r.row(i)) }
}

/// imaplib's view: how many items there are under a name ("FETCH", any case), or, with NULL, of what imaplib hands out
/// for the command; after NO that is the one text of the answer. 0 is imaplib's [None]. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_item_count(response: *const imap_response, name: *const c_char) -> usize {
    // SAFETY: a handle or NULL and a C string or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.item_count(text::optional(name))) }
}

/// imaplib's view: item `i` from 0, `name` as for imap_response_item_count. `*ptr` is its text as sent ("1 (FLAGS
/// (\Seen) BODY[] {5}"); `*literal` the octets of the literal behind it, NULL if there is none. What follows a literal
/// is the next item (")"). Outs may be NULL. Borrowed from the response. Returns IMAP_OK; IMAP_END past the end. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_item(
    response: *const imap_response,
    name: *const c_char,
    i: usize,
    ptr: *mut *const c_char,
    len: *mut usize,
    literal: *mut *const c_char,
    literal_len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL and places or NULL, by the interface.
    unsafe {
        bad(literal, literal_len);
        guard::read(response, bad(ptr, len), |r| {
            match r.inner.item(text::optional(name), i) {
                Some((item, octets)) => {
                    give(octets, literal, literal_len);
                    give(Some(item), ptr, len)
                }
                None => IMAP_END as c_int,
            }
        })
    }
}

/// Clears a text's places; the code for a handle that is none.
///
/// # Safety
/// Both are NULL or writable.
pub(super) unsafe fn bad(ptr: *mut *const c_char, len: *mut usize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        guard::put(ptr, std::ptr::null);
        guard::put(len, || 0);
    }
    IMAP_ERR_HANDLE as c_int
}

/// Hands out a text: IMAP_OK, or IMAP_END if there is none.
///
/// # Safety
/// Both are NULL or writable.
pub(super) unsafe fn give(text: Option<&[u8]>, ptr: *mut *const c_char, len: *mut usize) -> c_int {
    let Some(text) = text else { return IMAP_END as c_int };
    // SAFETY: the caller's promise.
    unsafe {
        guard::put(ptr, || text.as_ptr().cast());
        guard::put(len, || text.len());
    }
    IMAP_OK as c_int
}
