//! Response codes: what stands in brackets in a status.

pub use super::handle::imap_response;
use super::{guard, view};
use crate::error::*;
use crate::proto::response::code_table::IMAP_CODE_COPYUID;
use crate::proto::response::decoded::imap_copied;
use crate::proto::response::{Response, code};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The code of a status; imap_code_kind says which fields a code has, the others are 0.
#[repr(C)]
pub struct imap_code {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// A number of imap_code_kind.
    pub kind: u32,
    /// The argument is not what the code asks for: what could be read of it is there.
    pub malformed: u32,
    /// As sent, in any case.
    pub name: *const c_char,
    pub name_len: usize,
    /// Of a code that is not known: the argument as sent.
    pub text: *const c_char,
    pub text_len: usize,
    pub number: u64,
    pub second: u32,
    /// The node of a list (or of the code), for imap_word_next.
    pub words: u32,
    /// Nodes of sets, for imap_set_next.
    pub source: u32,
    pub set: u32,
    /// The node of the code: inside are its name, then its values.
    pub node: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_code {
    const FIRST: usize = offset_of!(imap_code, node) + size_of::<u32>();
}

/// Reads the code of a status, tagged or not. A COPYUID that came without a status has its number and imap_copyuid_get,
/// and is malformed. Returns IMAP_OK; IMAP_END if there is none; IMAP_ERR_ARGUMENT if `out` is
/// NULL or `size` too small. Since 0.1. RFC 9051, 7.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_code_get(response: *const imap_response, out: *mut imap_code, size: usize) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            view::give_struct(out, size, from_code(&r.inner).or_else(|| bare(&r.inner)))
        })
    }
}

fn from_code(response: &Response) -> Option<imap_code> {
    let values = response.values();
    let code = code::read(values).filter(|_| response.status().is_some())?;
    let name = values.word(code.name);
    let text = if code.is_free {
        response.texts().argument()
    } else {
        values.word(code.text)
    };
    Some(imap_code {
        size: 0,
        kind: code.kind as u32,
        malformed: u32::from(code.malformed),
        name: view::ptr(name),
        name_len: view::len(name),
        text: view::ptr(text),
        text_len: view::len(text),
        number: code.number,
        second: code.second,
        words: code.words,
        source: code.source,
        set: code.set,
        node: code.node,
    })
}

fn bare(response: &Response) -> Option<imap_code> {
    let (validity, _) = response.bare_copyuid()?;
    let name = c"COPYUID".to_bytes();
    Some(imap_code {
        size: 0,
        kind: IMAP_CODE_COPYUID as u32,
        malformed: 1,
        name: view::ptr(Some(name)),
        name_len: name.len(),
        text: std::ptr::null(),
        text_len: 0,
        number: u64::from(validity),
        second: 0,
        words: 0,
        source: 0,
        set: 0,
        node: 0,
    })
}

/// Which copy is whose, by the COPYUID of a COPY or MOVE: ranges in the order of the server's sets. The array is the
/// response's. Returns IMAP_OK; IMAP_END if there is no COPYUID whose sets are equally long; IMAP_ERR_ARGUMENT if
/// `ranges` or `count` is NULL. Since 0.1. RFC 4315, 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_copyuid_get(
    response: *const imap_response,
    ranges: *mut *const imap_copied,
    count: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::put(ranges, std::ptr::null);
        guard::put(count, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            if ranges.is_null() || count.is_null() {
                return IMAP_ERR_ARGUMENT as c_int;
            }
            let copied = r.inner.copied();
            if copied.is_empty() {
                return IMAP_END as c_int;
            }
            guard::put(ranges, || copied.as_ptr());
            guard::put(count, || copied.len());
            IMAP_OK as c_int
        })
    }
}

/// The UID of the copy of one message, by the COPYUID of a COPY or MOVE. It looks through the ranges: for many messages
/// imap_copyuid_get is faster. Returns IMAP_OK; IMAP_END and 0 if the code does not name the message. Since 0.1. RFC
/// 4315, 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_copyuid_map(response: *const imap_response, uid: u32, new_uid: *mut u32) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(new_uid, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| match r.inner.copy_of(uid) {
            Some(copy) => {
                guard::put(new_uid, || copy);
                IMAP_OK as c_int
            }
            None => IMAP_END as c_int,
        })
    }
}
