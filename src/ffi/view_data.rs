//! Words, and names with values: CAPABILITY, ENABLED, FLAGS; ID, METADATA, ANNOTATION.

pub use super::handle::imap_response;
use super::response::{bad, give};
use super::{guard, view, walk};
use crate::proto::response::{Response, entries, words};
use crate::proto::tree::Kind;
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The next word of a list or a response code (without its name), or, for IMAP_ROOT, of the response: capabilities of
/// CAPABILITY and ENABLED, flags of FLAGS, roots of QUOTAROOT, optional rights of LISTRIGHTS (each text one group).
/// `*cursor` is 0 at first. Lists among the words are passed over. Returns IMAP_OK; IMAP_END after the last;
/// IMAP_ERR_ARGUMENT if `cursor` is NULL. Since 0.1. RFC 9051, 7.2 and
/// 7.3.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_word_next(
    response: *const imap_response,
    list: u32,
    cursor: *mut u32,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            let values = r.inner.values();
            match walk::step(cursor, |at| words::next(values, r.inner.data(), list, at)) {
                Ok(node) => give(node.and_then(|n| values.word(n)), ptr, len),
                Err(code) => code,
            }
        })
    }
}

/// A name with a value.
#[repr(C)]
pub struct imap_entry {
    /// How many octets of this struct were filled.
    pub size: usize,
    pub name: *const c_char,
    pub name_len: usize,
    /// NULL for NIL, for a list, and without a value.
    pub value: *const c_char,
    pub value_len: usize,
    /// The node of the value, NIL too; 0 without a value.
    pub value_node: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_entry {
    const FIRST: usize = offset_of!(imap_entry, malformed) + size_of::<u32>();
}

/// The next entry of an ID, METADATA or ANNOTATION. METADATA that only says what has changed has names without values;
/// the value of an ANNOTATION is a list, for imap_pair_next. `*cursor` is 0 at first. Returns IMAP_OK; IMAP_END after
/// the last, and if the response is none of these; IMAP_ERR_ARGUMENT if a pointer is NULL or `size` too small. Since
/// 0.1. RFC 2971, 3.2; RFC 5464, 4.4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_entry_next(
    response: *const imap_response,
    cursor: *mut u32,
    out: *mut imap_entry,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, `size` writable octets or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let data = r.inner.data();
            match walk::step(cursor, |at| entries::next(r.inner.values(), data, at)) {
                Ok(entry) => view::give_struct(out, size, entry.map(|e| from_entry(&r.inner, e))),
                Err(code) => code,
            }
        })
    }
}

/// The next name and value of a list that consists of such: a value of ANNOTATION, extended data of LIST, items of
/// STATUS. `*cursor` is 0 at first. Returns IMAP_OK; IMAP_END after the last; IMAP_ERR_ARGUMENT if a pointer is NULL or
/// `size` too small. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_pair_next(
    response: *const imap_response,
    list: u32,
    cursor: *mut u32,
    out: *mut imap_entry,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, `size` writable octets or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            match walk::step(cursor, |at| entries::next_in(r.inner.values(), list, at)) {
                Ok(entry) => view::give_struct(out, size, entry.map(|e| from_entry(&r.inner, e))),
                Err(code) => code,
            }
        })
    }
}

fn from_entry(response: &Response, entry: entries::Entry) -> imap_entry {
    let values = response.values();
    let name = values.word(entry.name);
    let value = values.text(entry.value);
    let has_value = values.kind(entry.value) != Kind::None;
    imap_entry {
        size: 0,
        name: view::ptr(name),
        name_len: view::len(name),
        value: view::ptr(value),
        value_len: view::len(value),
        value_node: if has_value { entry.value } else { 0 },
        malformed: u32::from(entry.malformed),
    }
}
