//! A whole ENVELOPE or body in one call, for languages in which a call costs more than what it does: the bindings read
//! messages so. Numbers go to `numbers`, which has room for `room`; the octets of all texts, one behind the other and
//! without NULs, to `texts`, of `size` octets. Among the numbers stands a text as its length, 4294967295 for NIL.
//! `*count` and `*needed` get how many numbers and octets there are, also if they do not fit.

use super::guard;
pub use super::handle::imap_response;
use crate::error::{IMAP_END, IMAP_ERR_ARGUMENT, IMAP_ERR_HANDLE, IMAP_OK};
use crate::proto::response::flat::Flat;
use crate::proto::tree::Values;
use std::ffi::{c_char, c_int};

/// The ENVELOPE at a node. The numbers: 1 if it is malformed, else 0; the texts date, subject, in-reply-to and
/// message-id; then, for each of from, sender, reply-to, to, cc and bcc, how many addresses there are, and of each its
/// kind (imap_address_kind) and the texts name, route, mailbox and host. Returns IMAP_OK; IMAP_END if there is none
/// (NIL); IMAP_ERR_ARGUMENT if it does not fit, or `numbers` or `texts` is NULL with room. Since 0.1. RFC 9051, 7.5.2
/// (ENVELOPE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_envelope_flat(
    response: *const imap_response,
    node: u32,
    numbers: *mut u32,
    room: usize,
    count: *mut usize,
    texts: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, `room` numbers, `size` octets, and places or NULL, by the interface.
    unsafe {
        let places = Places {
            numbers,
            room,
            count,
            texts,
            size,
            needed,
        };
        places.clear();
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            places.fill(r.inner.values(), |out, values| out.envelope(values, node))
        })
    }
}

/// The body at a node (BODY, BODYSTRUCTURE): the part there and all below it, in reading order. The numbers of each part:
/// the index of the part that it is in, 4294967295 for the outermost; the text of its number ("1.2"; NIL for the
/// multipart of an inner message); 1 for a multipart, else 0; IMAP_PART_BAD_ bits; its size in octets and its lines, each
/// as two numbers, the lower 32 bits first, both 4294967295 if it is not told; the texts type, subtype, id, description,
/// encoding, MD5, disposition and location; for the parameters of the type, and again for those of the disposition: the
/// first one's node for imap_param_find (0 for none), how many there are, and the texts name and value of each; how many
/// languages there are, and their texts; 1 if an envelope follows, else 0, and then the numbers of imap_envelope_flat.
/// Returns as that does. Since 0.1. RFC 9051, 7.5.2 (BODYSTRUCTURE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_body_flat(
    response: *const imap_response,
    node: u32,
    numbers: *mut u32,
    room: usize,
    count: *mut usize,
    texts: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, `room` numbers, `size` octets, and places or NULL, by the interface.
    unsafe {
        let places = Places {
            numbers,
            room,
            count,
            texts,
            size,
            needed,
        };
        places.clear();
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            places.fill(r.inner.values(), |out, values| out.body(values, node))
        })
    }
}

/// Where the caller wants it.
struct Places {
    numbers: *mut u32,
    room: usize,
    count: *mut usize,
    texts: *mut c_char,
    size: usize,
    needed: *mut usize,
}

impl Places {
    /// # Safety
    /// The places are NULL or writable.
    unsafe fn clear(&self) {
        // SAFETY: the caller's promise.
        unsafe {
            guard::put(self.count, || 0);
            guard::put(self.needed, || 0);
        }
    }

    /// # Safety
    /// `numbers` has room for `room`, `texts` for `size`, or they are NULL; the places are NULL or writable.
    unsafe fn fill(&self, values: Values<'_>, write: impl FnOnce(&mut Flat<'_>, Values<'_>) -> bool) -> c_int {
        let too_large = self.room > isize::MAX as usize / size_of::<u32>() || self.size > isize::MAX as usize;
        if too_large || !self.numbers.is_aligned() {
            return IMAP_ERR_ARGUMENT as c_int;
        }
        // SAFETY: the caller's promise; the sizes are those of slices.
        unsafe {
            let mut out = Flat::new(
                slice(self.numbers, self.room),
                slice(self.texts.cast::<u8>(), self.size),
            );
            if !write(&mut out, values) {
                return IMAP_END as c_int;
            }
            guard::put(self.count, || out.count);
            guard::put(self.needed, || out.octets);
            if out.fits() {
                IMAP_OK as c_int
            } else {
                IMAP_ERR_ARGUMENT as c_int
            }
        }
    }
}

/// # Safety
/// `place` is NULL or has `len` writable values that nobody else uses.
unsafe fn slice<'a, T>(place: *mut T, len: usize) -> &'a mut [T] {
    if place.is_null() {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(place, len) }
}
