//! imaplib's utility functions, and modified UTF-7. They need no connection and may be called by any thread. Texts go
//! into the caller's buffer with a NUL behind them; after IMAP_ERR_ARGUMENT, as for a buffer that is too small, it has "".

pub use super::handle::imap_response;
use super::{guard, text};
use crate::codec::{date, flags, int2ap, utf7};
use crate::error::*;
use crate::proto::line::Line;
use crate::proto::response::name::Name;
use crate::proto::response::{Response, View};
use crate::proto::rows::Gathered;
use std::ffi::{c_char, c_int};
use std::sync::Arc;

/// Octets that every INTERNALDATE of imap_internaldate_format fits, its NUL included.
pub const IMAP_INTERNALDATE_SIZE: usize = 29;
/// Octets that every result of imap_int_to_ap fits, its NUL included.
pub const IMAP_INT_TO_AP_SIZE: usize = 17;

/// imaplib's Internaldate2tuple: reads an INTERNALDATE, bare, quoted, or inside a FETCH response: `1 (INTERNALDATE
/// "17-Jul-1996 02:44:25 -0700")`. `*seconds` is the instant, in seconds since 1970 UTC; `*offset_min` the zone it was
/// written in, in minutes east of UTC. Strict: IMAP_ERR_ARGUMENT and 0 for what is no date. Since 0.1. RFC 9051, 9
/// (date-time).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_internaldate_parse(
    text: *const c_char,
    len: usize,
    seconds: *mut i64,
    offset_min: *mut i32,
) -> c_int {
    // SAFETY: octets and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        guard::put(seconds, || 0);
        guard::put(offset_min, || 0);
        match text::octets(text, len, "text").ok().and_then(date::parse) {
            Some(found) => {
                guard::put(seconds, || found.seconds);
                guard::put(offset_min, || found.offset_min);
                IMAP_OK as c_int
            }
            None => IMAP_ERR_ARGUMENT as c_int,
        }
    })
}

/// imaplib's Time2Internaldate: writes an instant, in seconds since 1970 UTC, as an INTERNALDATE with its quotes, in
/// the zone `offset_min` minutes east of UTC: `"17-Jul-1996 02:44:25 -0700"`. `buf` has `size` octets,
/// IMAP_INTERNALDATE_SIZE being enough. Returns IMAP_OK; IMAP_ERR_ARGUMENT outside the years 1 to 9999, for a zone of a
/// day or more, and for a small buffer. Since 0.1. RFC 9051, 9 (date-time).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_internaldate_format(
    seconds: i64,
    offset_min: c_int,
    buf: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: a buffer of `size` octets, by the interface.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        let text = date::format(seconds, offset_min).unwrap_or_default();
        if text.is_empty() {
            fill(b"", buf, size, std::ptr::null_mut());
            return IMAP_ERR_ARGUMENT as c_int;
        }
        fill(text.as_bytes(), buf, size, std::ptr::null_mut())
    })
}

/// imaplib's Int2AP: a number in base 16 with the digits A to P; 0 is "". `buf` has `size` octets, IMAP_INT_TO_AP_SIZE
/// being enough. Returns IMAP_OK; IMAP_ERR_ARGUMENT if it is too small. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_int_to_ap(number: u64, buf: *mut c_char, size: usize) -> c_int {
    // SAFETY: a buffer of `size` octets, by the interface.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        fill(int2ap::int2ap(number).as_bytes(), buf, size, std::ptr::null_mut())
    })
}

/// imaplib's ParseFlags: the flags in "(\Seen \Flagged)", or in a response with FLAGS. They are the items of `*out`,
/// which is the caller's, free it with imap_response_free. Returns IMAP_OK; IMAP_ERR_ARGUMENT and NULL if there is no
/// flag list. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_flags_parse(text: *const c_char, len: usize, out: *mut *mut imap_response) -> c_int {
    // SAFETY: octets and a place as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        guard::clear(out);
        let Some(found) = text::octets(text, len, "text")
            .ok()
            .and_then(flags::parse)
            .filter(|_| !out.is_null())
        else {
            return IMAP_ERR_ARGUMENT as c_int;
        };
        let with_nul = |flag: &&[u8]| [flag, &b"\0"[..]].concat().into_boxed_slice();
        let view = View::Collected(found.iter().map(with_nul).collect());
        let response = Response::result(
            Name::new(b"FLAGS"),
            Line::synthetic(b""),
            0,
            1,
            Gathered::default(),
            view,
        );
        guard::put(out, || imap_response::owned(Arc::new(response)));
        IMAP_OK as c_int
    })
}

/// A mailbox name from UTF-8, `len` octets, to modified UTF-7 in `buf`, of `size` octets. `*needed` (may be NULL) gets
/// the length of the result without its NUL, also when the buffer is too small: NULL and 0 ask for it. Returns IMAP_OK;
/// IMAP_ERR_ARGUMENT if `text` is not UTF-8 (needed is 0) or the buffer is too small. Since 0.1. RFC 3501, 5.1.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_utf7_encode(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: octets, a buffer of `size` octets and a place as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        guard::put(needed, || 0);
        match text::octets(text, len, "text")
            .ok()
            .and_then(|t| std::str::from_utf8(t).ok())
        {
            Some(text) => fill(utf7::encode(text).as_bytes(), buf, size, needed),
            None => refuse(buf, size),
        }
    })
}

/// A mailbox name from modified UTF-7 to UTF-8; outs as for imap_utf7_encode. Returns IMAP_OK; IMAP_ERR_ARGUMENT if
/// `text` is not valid modified UTF-7 (it is then a name to show and send as it is) or the buffer is too small. Since
/// 0.1. RFC 3501, 5.1.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_utf7_decode(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: octets, a buffer of `size` octets and a place as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        guard::put(needed, || 0);
        match text::octets(text, len, "text").ok().and_then(utf7::decode) {
            Some(text) => fill(text.as_bytes(), buf, size, needed),
            None => refuse(buf, size),
        }
    })
}

/// Text and NUL into a caller's buffer.
///
/// # Safety
/// `buf` is NULL or has `size` writable octets; `needed` is NULL or writable.
pub(super) unsafe fn fill(text: &[u8], buf: *mut c_char, size: usize, needed: *mut usize) -> c_int {
    // SAFETY: a buffer of `size` octets or NULL, and a place or NULL, by the interface.
    unsafe {
        guard::put(needed, || text.len());
        if buf.is_null() || size <= text.len() {
            return refuse(buf, size);
        }
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), buf, text.len());
        buf.add(text.len()).write(0);
    }
    IMAP_OK as c_int
}

/// IMAP_ERR_ARGUMENT, and "" in a caller's buffer: what was in it before must not be taken for the result.
///
/// # Safety
/// `buf` is NULL or has `size` writable octets.
pub(super) unsafe fn refuse(buf: *mut c_char, size: usize) -> c_int {
    if !buf.is_null() && size > 0 {
        // SAFETY: a buffer of at least one octet, by the interface.
        unsafe { buf.write(0) };
    }
    IMAP_ERR_ARGUMENT as c_int
}
