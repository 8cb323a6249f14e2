//! Typed views. One call reads a node of a response line (imap_node_find(row, list, "ENVELOPE")) and fills a struct;
//! give its sizeof as `size`. Texts are borrowed from the response and have a NUL behind them; NIL and absent ones are
//! NULL, empty ones are not. What servers send in other forms than the RFC's gives the best value that can be had and
//! `malformed` is not 0; imap_node_raw has the octets. Any thread may read, several at once.

pub use super::handle::imap_response;
use super::{guard, view};
use crate::error::IMAP_ERR_HANDLE;
use crate::proto::response::{address, envelope};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// An envelope. The addresses are nodes for imap_address_get, 0 for none. Fields are only ever appended.
#[repr(C)]
pub struct imap_envelope {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// As sent: no valid date with some messages.
    pub date: *const c_char,
    pub date_len: usize,
    /// May have encoded words: imap_header_decode.
    pub subject: *const c_char,
    pub subject_len: usize,
    pub in_reply_to: *const c_char,
    pub in_reply_to_len: usize,
    pub message_id: *const c_char,
    pub message_id_len: usize,
    pub from: u32,
    pub sender: u32,
    pub reply_to: u32,
    pub to: u32,
    pub cc: u32,
    pub bcc: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_envelope {
    const FIRST: usize = offset_of!(imap_envelope, malformed) + size_of::<u32>();
}

/// What an entry of an address list is.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_address_kind {
    IMAP_ADDRESS_MAILBOX = 1,
    /// A group begins: `mailbox` is its name, the addresses up to its end are in it.
    IMAP_ADDRESS_GROUP_START = 2,
    IMAP_ADDRESS_GROUP_END = 3,
}

/// One address. Fields are only ever appended.
#[repr(C)]
pub struct imap_address {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// The display name; may have encoded words: imap_header_decode.
    pub name: *const c_char,
    pub name_len: usize,
    /// The source route; hardly ever there.
    pub route: *const c_char,
    pub route_len: usize,
    /// What stands before the @; of the start of a group the group's name.
    pub mailbox: *const c_char,
    pub mailbox_len: usize,
    /// What stands behind the @. Some servers have a word of their own for a missing one (MISSING_DOMAIN).
    pub host: *const c_char,
    pub host_len: usize,
    /// A number of imap_address_kind.
    pub kind: i32,
    /// The node of the next address, 0 for the last.
    pub next: u32,
    /// Also not 0 if entries that are no address stood behind it.
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_address {
    const FIRST: usize = offset_of!(imap_address, malformed) + size_of::<u32>();
}

/// Reads the ENVELOPE at a node. Returns IMAP_OK; IMAP_END if it is none (NIL); IMAP_ERR_ARGUMENT if `out` is NULL or
/// too small. Since 0.1. RFC 9051, 7.5.2 (ENVELOPE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_envelope_get(
    response: *const imap_response,
    node: u32,
    out: *mut imap_envelope,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let filled = envelope::read(r.inner.values(), node).map(|e| imap_envelope {
                size: 0,
                date: view::ptr(e.date),
                date_len: view::len(e.date),
                subject: view::ptr(e.subject),
                subject_len: view::len(e.subject),
                in_reply_to: view::ptr(e.in_reply_to),
                in_reply_to_len: view::len(e.in_reply_to),
                message_id: view::ptr(e.message_id),
                message_id_len: view::len(e.message_id),
                from: e.from,
                sender: e.sender,
                reply_to: e.reply_to,
                to: e.to,
                cc: e.cc,
                bcc: e.bcc,
                malformed: u32::from(e.is_malformed),
            });
            view::give_struct(out, size, filled)
        });
        view::settled(rc, out, size)
    }
}

/// Reads the address at a node: `for (n = e.to; imap_address_get(row, n, &a, sizeof a) == IMAP_OK; n = a.next)` goes
/// through a list. Entries that are no address are left out. Returns IMAP_OK; IMAP_END if there is none at the node, as
/// at 0; IMAP_ERR_ARGUMENT if `out` is NULL or too small. Since 0.1. RFC 9051, 7.5.2 (ENVELOPE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_address_get(
    response: *const imap_response,
    node: u32,
    out: *mut imap_address,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        let rc = guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let filled = address::read(r.inner.values(), node).map(|a| imap_address {
                size: 0,
                name: view::ptr(a.name),
                name_len: view::len(a.name),
                route: view::ptr(a.route),
                route_len: view::len(a.route),
                mailbox: view::ptr(a.mailbox),
                mailbox_len: view::len(a.mailbox),
                host: view::ptr(a.host),
                host_len: view::len(a.host),
                kind: a.role as i32,
                next: a.next,
                malformed: u32::from(a.is_malformed),
            });
            view::give_struct(out, size, filled)
        });
        view::settled(rc, out, size)
    }
}
