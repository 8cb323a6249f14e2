//! The parts of a BODY or BODYSTRUCTURE, whose node is the part that holds all others. Numbers are those of
//! imap_cmd_fetch: "BODY[1.2]".

pub use super::handle::imap_response;
use super::{guard, text, util, view};
use crate::error::*;
use crate::proto::response::body_walk::Wanted;
use crate::proto::response::{body, body_walk, param};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// A bit of imap_part.malformed: type or subtype are missing or misplaced.
pub const IMAP_PART_BAD_TYPE: u32 = 1;
/// A bit of imap_part.malformed: parameters, id, description or encoding are.
pub const IMAP_PART_BAD_FIELDS: u32 = 2;
/// A bit of imap_part.malformed: octets or lines are no numbers.
pub const IMAP_PART_BAD_SIZE: u32 = 4;
/// A bit of imap_part.malformed: a multipart without parts or with something else between them, a message without
/// envelope or body.
pub const IMAP_PART_BAD_PARTS: u32 = 8;
/// A bit of imap_part.malformed: MD5, disposition, language or location are missing or misplaced.
pub const IMAP_PART_BAD_EXTENSION: u32 = 16;

const _: () = assert!(
    IMAP_PART_BAD_TYPE == body::BAD_TYPE
        && IMAP_PART_BAD_FIELDS == body::BAD_FIELDS
        && IMAP_PART_BAD_SIZE == body::BAD_SIZE
        && IMAP_PART_BAD_PARTS == body::BAD_PARTS
        && IMAP_PART_BAD_EXTENSION == body::BAD_EXTENSION
);

/// One part. Fields are only ever appended.
#[repr(C)]
pub struct imap_part {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// As sent: compare without regard to case. "MULTIPART" of a multipart.
    pub media_type: *const c_char,
    pub media_type_len: usize,
    pub subtype: *const c_char,
    pub subtype_len: usize,
    pub id: *const c_char,
    pub id_len: usize,
    /// May have encoded words: imap_header_decode.
    pub description: *const c_char,
    pub description_len: usize,
    pub encoding: *const c_char,
    pub encoding_len: usize,
    pub md5: *const c_char,
    pub md5_len: usize,
    /// "attachment", "inline"; its parameters are `disposition_params`.
    pub disposition: *const c_char,
    pub disposition_len: usize,
    pub location: *const c_char,
    pub location_len: usize,
    /// The size in octets, encoded as sent; -1 if it is not told, as with multiparts.
    pub octets: i64,
    /// The lines of a text or message; -1 if they are not told.
    pub lines: i64,
    /// The first parameter of the type, for imap_param_get and imap_param_find; 0 for none.
    pub params: u32,
    /// The first parameter of the disposition; 0 for none.
    pub disposition_params: u32,
    /// The languages: a node that is a text, or a list of texts; 0 for none.
    pub language: u32,
    /// Of a part that is a message: its envelope, for imap_envelope_get; 0 otherwise.
    pub envelope: u32,
    /// Of a part that is a message: its body, a part; 0 otherwise.
    pub body: u32,
    /// Of a multipart: its first part; 0 otherwise.
    pub child: u32,
    /// The part behind this one in the same multipart; 0 for the last.
    pub next: u32,
    /// 1 for a multipart, else 0.
    pub is_multipart: i32,
    /// IMAP_PART_BAD_ bits; 0 if the part is as the RFC has it.
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_part {
    const FIRST: usize = offset_of!(imap_part, malformed) + size_of::<u32>();
}

/// One parameter of a type or disposition. Fields are only ever appended.
#[repr(C)]
pub struct imap_param {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// As sent: compare without regard to case. One that is cut in pieces has several: imap_param_find joins them.
    pub name: *const c_char,
    pub name_len: usize,
    pub value: *const c_char,
    pub value_len: usize,
    /// The node of the next parameter, 0 for the last.
    pub next: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_param {
    const FIRST: usize = offset_of!(imap_param, malformed) + size_of::<u32>();
}

/// Reads the part at a node: that of BODY or BODYSTRUCTURE, or one of imap_part or imap_part_find. Returns IMAP_OK;
/// IMAP_END if there is none (NIL, `()`); IMAP_ERR_ARGUMENT if `out` is NULL or too small. Since 0.1. RFC 9051, 7.5.2
/// (BODYSTRUCTURE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_part_get(
    response: *const imap_response,
    node: u32,
    out: *mut imap_part,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let filled = body::read(r.inner.values(), node).map(|p| from_part(&p));
            view::give_struct(out, size, filled)
        });
        view::settled(rc, out, size)
    }
}

fn from_part(p: &body::Part<'_>) -> imap_part {
    let size = |number: Option<u64>| number.and_then(|n| i64::try_from(n).ok()).unwrap_or(-1);
    imap_part {
        size: 0,
        media_type: view::ptr(p.media_type),
        media_type_len: view::len(p.media_type),
        subtype: view::ptr(p.subtype),
        subtype_len: view::len(p.subtype),
        id: view::ptr(p.id),
        id_len: view::len(p.id),
        description: view::ptr(p.description),
        description_len: view::len(p.description),
        encoding: view::ptr(p.encoding),
        encoding_len: view::len(p.encoding),
        md5: view::ptr(p.md5),
        md5_len: view::len(p.md5),
        disposition: view::ptr(p.disposition),
        disposition_len: view::len(p.disposition),
        location: view::ptr(p.location),
        location_len: view::len(p.location),
        octets: size(p.octets),
        lines: size(p.lines),
        params: p.params,
        disposition_params: p.disposition_params,
        language: p.language,
        envelope: p.envelope,
        body: p.body,
        child: p.child,
        next: p.next,
        is_multipart: i32::from(p.is_multipart),
        malformed: p.malformed,
    }
}

/// Reads the parameter at a node, as sent: `for (n = p.params; imap_param_get(row, n, &q, sizeof q) == IMAP_OK; n =
/// q.next)` goes through all. Returns IMAP_OK; IMAP_END if there is none at the node, as at 0; IMAP_ERR_ARGUMENT if
/// `out` is NULL or too small. Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_param_get(
    response: *const imap_response,
    node: u32,
    out: *mut imap_param,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let filled = param::read(r.inner.values(), node).map(|p| imap_param {
                size: 0,
                name: view::ptr(p.name),
                name_len: view::len(p.name),
                value: view::ptr(p.value),
                value_len: view::len(p.value),
                next: p.next,
                malformed: u32::from(p.is_malformed),
            });
            view::give_struct(out, size, filled)
        });
        view::settled(rc, out, size)
    }
}

/// The node of a part by its number within the body at node `body`: "1.2.3"; "" is the body itself. Returns IMAP_OK;
/// IMAP_END and 0 if there is no such part; IMAP_ERR_ARGUMENT if `number` is NULL. Since 0.1. RFC 9051, 6.4.5.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_part_find(
    response: *const imap_response,
    body: u32,
    number: *const c_char,
    node: *mut u32,
) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(node, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let Some(number) = text::optional(number) else {
                return IMAP_ERR_ARGUMENT as c_int;
            };
            give_node(body_walk::find(r.inner.values(), body, number), node)
        })
    }
}

/// The number of the part at `node` within the body at node `body`, in `buf`, of `size` octets, with a NUL: "1.2.3"; ""
/// of a body that is a multipart. Returns IMAP_OK; IMAP_END if it is no part of the body, or the multipart of an inner
/// message, which has no number; IMAP_ERR_ARGUMENT if the buffer is too small. After a failure there is "" in it.
/// Since 0.1. RFC 9051, 6.4.5.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_part_number(
    response: *const imap_response,
    body: u32,
    node: u32,
    buf: *mut c_char,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and a buffer of `size` octets or NULL, by the interface.
    unsafe {
        util::fill(b"", buf, size, std::ptr::null_mut());
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            match body_walk::number(r.inner.values(), body, node) {
                Some(number) => util::fill(number.as_bytes(), buf, size, std::ptr::null_mut()),
                None => IMAP_END as c_int,
            }
        })
    }
}

/// The next part of the body at node `body` that is of a type and has a disposition, behind the node `after` in reading
/// order; 0 begins with the body itself. Inner messages' parts are looked at too. Each call goes down to `after` anew:
/// imap_part_search_all finds all parts of a large body in one go. `media_type` is "text/html",
/// "image/*" or "image"; NULL takes any; `disposition` is "attachment" or NULL for any, also none. Letters' case does
/// not matter. Returns IMAP_OK; IMAP_END and 0 if there is no further one. Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_part_search(
    response: *const imap_response,
    body: u32,
    after: u32,
    media_type: *const c_char,
    disposition: *const c_char,
    node: *mut u32,
) -> c_int {
    // SAFETY: a handle or NULL, C strings or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(node, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let wanted = Wanted {
                media_type: text::optional(media_type),
                disposition: text::optional(disposition),
            };
            give_node(body_walk::search(r.inner.values(), body, after, wanted), node)
        })
    }
}

/// The parts that imap_part_search would find, one after the other, all at once: their nodes go to `nodes`, which has
/// room for `room`. `*count` (may be NULL) gets how many there are, also if they do not fit: NULL and 0 ask for it.
/// Returns IMAP_OK; IMAP_END if there are none; IMAP_ERR_ARGUMENT if they do not fit, then `nodes` has the first ones.
/// Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_part_search_all(
    response: *const imap_response,
    body: u32,
    media_type: *const c_char,
    disposition: *const c_char,
    nodes: *mut u32,
    room: usize,
    count: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, C strings or NULL, and places for `room` nodes and a number or NULL, by the interface.
    unsafe {
        guard::put(count, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let wanted = Wanted {
                media_type: text::optional(media_type),
                disposition: text::optional(disposition),
            };
            let room = if nodes.is_null() { 0 } else { room };
            let mut found: usize = 0;
            for node in body_walk::search_all(r.inner.values(), body, wanted) {
                if found < room {
                    nodes.add(found).write(node);
                }
                found += 1;
            }
            guard::put(count, || found);
            match found {
                0 => IMAP_END as c_int,
                _ if found > room => IMAP_ERR_ARGUMENT as c_int,
                _ => IMAP_OK as c_int,
            }
        })
    }
}

/// Hands out a node: IMAP_OK, or IMAP_END if there is none.
///
/// # Safety
/// `place` is NULL or writable.
unsafe fn give_node(node: Option<u32>, place: *mut u32) -> c_int {
    let Some(node) = node else { return IMAP_END as c_int };
    // SAFETY: the caller's promise.
    unsafe { guard::put(place, || node) };
    IMAP_OK as c_int
}
