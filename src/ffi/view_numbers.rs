//! Numbers of messages: SEARCH, SORT, ESEARCH, VANISHED, THREAD. Sets stay ranges, however many messages they name.

pub use super::handle::imap_response;
use super::{guard, view, walk};
use crate::codec::ranges::Ranges;
use crate::error::*;
use crate::proto::response::name::Data;
use crate::proto::response::{Response, esearch, thread, vanished};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The numbers of a SEARCH or SORT, in the order they were sent: messages, or UIDs if the command asked for them. The
/// array is the response's. Returns IMAP_OK, with none too; IMAP_END if the response is neither; IMAP_ERR_ARGUMENT if
/// `numbers` or `count` is NULL. Since 0.1. RFC 3501, 7.2.5; RFC 5256, 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_numbers_get(
    response: *const imap_response,
    numbers: *mut *const u32,
    count: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::put(numbers, std::ptr::null);
        guard::put(count, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            if numbers.is_null() || count.is_null() {
                return IMAP_ERR_ARGUMENT as c_int;
            }
            let Some(answer) = r.inner.numbers() else {
                return IMAP_END as c_int;
            };
            if !answer.numbers.is_empty() {
                guard::put(numbers, || answer.numbers.as_ptr());
            }
            guard::put(count, || answer.numbers.len());
            IMAP_OK as c_int
        })
    }
}

/// Whether something in a SEARCH or SORT is no number of 32 bits, and was left out of imap_numbers_get. Returns 1 or 0.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_numbers_malformed(response: *const imap_response) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::read(response, 0, |r| {
            c_int::from(r.inner.numbers().is_some_and(|a| a.malformed))
        })
    }
}

/// The highest mod-sequence of the messages that a SEARCH or SORT found. Returns IMAP_OK; IMAP_END and 0 if there is
/// none. Since 0.1. RFC 7162, 3.1.5.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_search_modseq(response: *const imap_response, modseq: *mut u64) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(modseq, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            match r.inner.numbers().and_then(|a| a.modseq) {
                Some(found) => {
                    guard::put(modseq, || found);
                    IMAP_OK as c_int
                }
                None => IMAP_END as c_int,
            }
        })
    }
}

/// The next range of the set at a node ("1:3,7,10:*"): `*first` to `*last`, both in it, first <= last; `*` is
/// UINT32_MAX. `*cursor` is 0 at first. Numbers are 32 bits. Returns IMAP_OK; IMAP_END after the last, at what fits no
/// set, and if the node has no text; IMAP_ERR_ARGUMENT if a pointer is NULL. Since 0.1. RFC 9051, 9 (sequence-set).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_set_next(
    response: *const imap_response,
    node: u32,
    cursor: *mut u32,
    first: *mut u32,
    last: *mut u32,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::put(first, || 0);
        guard::put(last, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            if first.is_null() || last.is_null() {
                return IMAP_ERR_ARGUMENT as c_int;
            }
            let next = |at: &mut u32| {
                let set = r.inner.values().text(node)?;
                let mut ranges = Ranges::from(set, *at as usize);
                let range = ranges.next()?;
                // Sets of 4 GiB do not come.
                *at = u32::try_from(ranges.place()).unwrap_or(u32::MAX);
                Some(range)
            };
            match walk::step(cursor, next) {
                Ok(Some(range)) => {
                    guard::put(first, || range.0);
                    guard::put(last, || range.1);
                    IMAP_OK as c_int
                }
                Ok(None) => IMAP_END as c_int,
                Err(code) => code,
            }
        })
    }
}

/// Which results of an ESEARCH are there, as bits.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_esearch_has {
    IMAP_ESEARCH_MIN = 0x1,
    IMAP_ESEARCH_MAX = 0x2,
    IMAP_ESEARCH_COUNT = 0x4,
    IMAP_ESEARCH_ALL = 0x8,
    IMAP_ESEARCH_MODSEQ = 0x10,
    IMAP_ESEARCH_PARTIAL = 0x20,
    IMAP_ESEARCH_ADDTO = 0x40,
    IMAP_ESEARCH_REMOVEFROM = 0x80,
}

/// The results of an ESEARCH; 0 where `has` does not have the bit.
#[repr(C)]
pub struct imap_esearch {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// Bits of imap_esearch_has.
    pub has: u32,
    pub malformed: u32,
    /// Numbers are UIDs.
    pub is_uid: u32,
    pub min: u32,
    pub max: u32,
    pub count: u32,
    pub modseq: u64,
    /// The tag of the command; NULL if the server did not say.
    pub tag: *const c_char,
    pub tag_len: usize,
    /// The range PARTIAL is about, "1:500" or "-1:-100".
    pub partial_range: *const c_char,
    pub partial_range_len: usize,
    /// The node of the set of all that were found, for imap_set_next; 0 for none.
    pub all: u32,
    /// The node of PARTIAL's set; 0 for none.
    pub partial: u32,
    /// The node of a list: position, set, position, set … (RFC 5267, 4.3); the first of its kind.
    pub addto: u32,
    pub removefrom: u32,
    /// Of a search in several mailboxes: the UIDVALIDITY of this one (imap_mailbox_get); RFC 7377.
    pub uidvalidity: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_esearch {
    const FIRST: usize = offset_of!(imap_esearch, uidvalidity) + size_of::<u32>();
}

/// Reads an ESEARCH. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if `out` is NULL or `size` too
/// small. Since 0.1. RFC 9051, 7.3.4; RFC 4731; RFC 9394.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_esearch_get(
    response: *const imap_response,
    out: *mut imap_esearch,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let filled = (r.inner.data() == Data::Esearch).then(|| results(&r.inner));
            view::give_struct(out, size, filled)
        })
    }
}

fn results(response: &Response) -> imap_esearch {
    let values = response.values();
    let found = esearch::read(values);
    let (tag, range) = (values.word(found.tag), values.word(found.partial_range));
    imap_esearch {
        size: 0,
        has: found.has,
        malformed: u32::from(found.malformed),
        is_uid: u32::from(found.is_uid),
        min: found.min,
        max: found.max,
        count: found.count,
        modseq: found.modseq,
        tag: view::ptr(tag),
        tag_len: view::len(tag),
        partial_range: view::ptr(range),
        partial_range_len: view::len(range),
        all: found.all,
        partial: found.partial,
        addto: found.add_to,
        removefrom: found.remove_from,
        uidvalidity: found.uid_validity,
    }
}

/// UIDs of messages that are gone.
#[repr(C)]
pub struct imap_vanished {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// They went before: message numbers are not changed by it.
    pub is_earlier: u32,
    /// The node of the UIDs, for imap_set_next; 0 for none.
    pub uids: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_vanished {
    const FIRST: usize = offset_of!(imap_vanished, malformed) + size_of::<u32>();
}

/// Reads a VANISHED. Returns IMAP_OK; IMAP_END if the response is none; IMAP_ERR_ARGUMENT if `out` is NULL or `size` too
/// small. Since 0.1. RFC 7162, 3.2.10.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_vanished_get(
    response: *const imap_response,
    out: *mut imap_vanished,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let found = (r.inner.data() == Data::Vanished).then(|| vanished::read(r.inner.values()));
            let filled = found.map(|v| imap_vanished {
                size: 0,
                is_earlier: u32::from(v.is_earlier),
                uids: v.set,
                malformed: u32::from(v.malformed),
            });
            view::give_struct(out, size, filled)
        })
    }
}

/// A message in a thread.
#[repr(C)]
pub struct imap_thread_node {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// The message, or its UID if the command asked for UIDs; 0 if it is not in the mailbox: only its answers are.
    pub number: u32,
    /// Its first answer, for imap_thread_get; 0 for none.
    pub child: u32,
    /// The next answer to the same message, or the next thread; 0 for none.
    pub next: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_thread_node {
    const FIRST: usize = offset_of!(imap_thread_node, malformed) + size_of::<u32>();
}

/// Reads one message of a THREAD: `node` is IMAP_ROOT for the first thread, then `child` or `next` of what was read. Both
/// stand behind `node` in the response, so that a walk ends; deeper than the tree (MAX_DEPTH) there is nothing. Returns
/// IMAP_OK; IMAP_END for 0, without threads, and if the response is no THREAD; IMAP_ERR_ARGUMENT if `out` is NULL or
/// `size` too small. Since 0.1. RFC 5256, 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_thread_get(
    response: *const imap_response,
    node: u32,
    out: *mut imap_thread_node,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let is_thread = r.inner.data() == Data::Thread;
            let found = is_thread.then(|| thread::read(r.inner.values(), node)).flatten();
            let filled = found.map(|m| imap_thread_node {
                size: 0,
                number: m.number,
                child: m.child,
                next: m.sibling,
                malformed: u32::from(m.malformed),
            });
            view::give_struct(out, size, filled)
        })
    }
}
