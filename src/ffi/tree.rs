//! The tree of one response line (a result's own line, or a row): values as nodes. A node is a number, 0 is none;
//! IMAP_ROOT as the parent is the line. "* 1 FETCH (FLAGS (\Seen))" has the nodes 1, FETCH and a list. Wrong numbers give nothing.

pub use super::handle::imap_response;
use super::response::{bad, give};
use super::{guard, text};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// As a parent: the line itself.
pub const IMAP_ROOT: u32 = 0xffff_ffff;

/// What a node is.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_node {
    /// No node.
    IMAP_NODE_NONE = 0,
    /// A word: the name of a response or item, a flag, any value that is none of those below.
    IMAP_NODE_ATOM = 1,
    /// An atom of digits that fit 64 bits.
    IMAP_NODE_NUMBER = 2,
    /// A quoted string; its text has the escapes resolved.
    IMAP_NODE_STRING = 3,
    /// A literal; its text is its octets.
    IMAP_NODE_LITERAL = 4,
    /// The atom NIL. Where a string cannot be absent it is a word: read it with imap_node_raw.
    IMAP_NODE_NIL = 5,
    /// Values in parentheses.
    IMAP_NODE_LIST = 6,
    /// The bracketed code of a status: inside are its name, then its values.
    IMAP_NODE_CODE = 7,
    /// The text of a status behind its code, or of a line that is no response.
    IMAP_NODE_TEXT = 8,
    /// Octets that fit nowhere.
    IMAP_NODE_JUNK = 9,
}

/// What the node is, a number of imap_node; IMAP_NODE_NONE for numbers that are no node. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_kind(response: *const imap_response, node: u32) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.tree().kind(node) as c_int) }
}

/// The node's text. Borrowed from the response. Returns IMAP_OK; IMAP_END for NIL, lists, codes and no node. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_text(
    response: *const imap_response,
    node: u32,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            give(r.inner.tree().text(r.inner.line(), node), ptr, len)
        })
    }
}

/// The node exactly as sent: quotes, parentheses and literal markers included. Borrowed from the response; no NUL
/// behind it. Returns IMAP_OK; IMAP_END for no node, and where a literal of 64 KiB or more is inside. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_raw(
    response: *const imap_response,
    node: u32,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            give(r.inner.tree().raw(r.inner.line(), r.inner.raw(), node), ptr, len)
        })
    }
}

/// The node's value if it is a number. Returns IMAP_OK; IMAP_END and 0 if it is none. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_number(response: *const imap_response, node: u32, number: *mut u64) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(number, || 0);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            match r.inner.tree().number(node) {
                Some(n) => {
                    guard::put(number, || n);
                    IMAP_OK as c_int
                }
                None => IMAP_END as c_int,
            }
        })
    }
}

/// The first node inside a list or code, or of the line for IMAP_ROOT; 0 if there is none. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_first(response: *const imap_response, parent: u32) -> u32 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.tree().first(parent)) }
}

/// The node behind this one in the same list; 0 if it is the last. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_next(response: *const imap_response, node: u32) -> u32 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::read(response, 0, |r| r.inner.tree().next(node)) }
}

/// How many nodes a list or code has, or the line for IMAP_ROOT. It counts them: go through long lists with
/// imap_node_next. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_count(response: *const imap_response, parent: u32) -> u32 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::read(response, 0, |r| {
            u32::try_from(r.inner.tree().children(parent).count()).unwrap_or(u32::MAX)
        })
    }
}

/// Node `i` from 0 of a list or code, or of the line for IMAP_ROOT; 0 past the end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_at(response: *const imap_response, parent: u32, i: u32) -> u32 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::read(response, 0, |r| {
            r.inner.tree().children(parent).nth(i as usize).unwrap_or(0)
        })
    }
}

/// In a list of names and values ("(UID 5 FLAGS (\Seen))"), the node behind the name (any case); 0 if the name is not
/// there. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_node_find(response: *const imap_response, list: u32, name: *const c_char) -> u32 {
    // SAFETY: a handle or NULL and a C string or NULL, by the interface.
    unsafe {
        guard::read(response, 0, |r| {
            text::optional(name).map_or(0, |n| r.inner.tree().find(r.inner.line(), list, n))
        })
    }
}
