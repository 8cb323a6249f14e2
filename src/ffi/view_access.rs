//! Quota and access: QUOTA, ACL, LISTRIGHTS, MYRIGHTS. The mailbox is imap_mailbox_get's, the roots of QUOTAROOT and the
//! optional rights of LISTRIGHTS are imap_word_next's.

pub use super::handle::imap_response;
use super::response::{bad, give};
use super::{guard, view, walk};
use crate::proto::response::name::Data;
use crate::proto::response::rights::Grant;
use crate::proto::response::{Response, quota, rights};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The root that a QUOTA is about, often "". Returns IMAP_OK; IMAP_END if the response names none. Since 0.1. RFC 9208,
/// 4.2.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_quota_root(
    response: *const imap_response,
    ptr: *mut *const c_char,
    len: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::read(response, bad(ptr, len), |r| {
            let values = r.inner.values();
            let root = (r.inner.data() == Data::Quota).then(|| quota::root(values));
            give(root.and_then(|node| values.word(node)), ptr, len)
        })
    }
}

/// One resource of a quota root.
#[repr(C)]
pub struct imap_quota {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// "STORAGE" (in units of 1024 octets), "MESSAGE", "MAILBOX" or another, as sent.
    pub name: *const c_char,
    pub name_len: usize,
    pub usage: u64,
    /// UINT64_MAX without a limit.
    pub limit: u64,
    /// Whether the server gave a number for each.
    pub has_usage: u32,
    pub has_limit: u32,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_quota {
    const FIRST: usize = offset_of!(imap_quota, malformed) + size_of::<u32>();
}

/// The next resource of a QUOTA. `*cursor` is 0 at first. Returns IMAP_OK; IMAP_END after the last, and if the response
/// is none; IMAP_ERR_ARGUMENT if a pointer is NULL or `size` too small. Since 0.1. RFC 9208, 4.2.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_quota_next(
    response: *const imap_response,
    cursor: *mut u32,
    out: *mut imap_quota,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, `size` writable octets or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let (values, is_quota) = (r.inner.values(), r.inner.data() == Data::Quota);
            let found = match walk::step(cursor, |at| is_quota.then(|| quota::next(values, at)).flatten()) {
                Ok(found) => found,
                Err(code) => return code,
            };
            let filled = found.map(|resource| {
                let name = values.word(resource.name);
                imap_quota {
                    size: 0,
                    name: view::ptr(name),
                    name_len: view::len(name),
                    usage: resource.usage.unwrap_or(0),
                    limit: resource.limit.unwrap_or(u64::MAX),
                    has_usage: u32::from(resource.usage.is_some()),
                    has_limit: u32::from(resource.limit.is_some()),
                    malformed: u32::from(resource.malformed),
                }
            });
            view::give_struct(out, size, filled)
        })
    }
}

/// Who may do what. The letters are those of RFC 4314, 2.1; `-` before an identifier takes rights away.
#[repr(C)]
pub struct imap_rights {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// NULL of MYRIGHTS, which is about oneself.
    pub identifier: *const c_char,
    pub identifier_len: usize,
    pub rights: *const c_char,
    pub rights_len: usize,
    pub malformed: u32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_rights {
    const FIRST: usize = offset_of!(imap_rights, malformed) + size_of::<u32>();
}

/// The next entry of an ACL. `*cursor` is 0 at first. Returns IMAP_OK; IMAP_END after the last, and if the response is
/// none; IMAP_ERR_ARGUMENT if a pointer is NULL or `size` too small. Since 0.1. RFC 4314, 3.6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_acl_next(
    response: *const imap_response,
    cursor: *mut u32,
    out: *mut imap_rights,
    size: usize,
) -> c_int {
    // SAFETY: a handle or NULL, `size` writable octets or NULL and a place or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let is_acl = r.inner.data() == Data::Acl;
            let next = |at: &mut u32| is_acl.then(|| rights::next(r.inner.values(), at)).flatten();
            match walk::step(cursor, next) {
                Ok(entry) => view::give_struct(out, size, entry.map(|e| from_grant(&r.inner, e))),
                Err(code) => code,
            }
        })
    }
}

/// The rights of a MYRIGHTS, or identifier and required rights of a LISTRIGHTS. Returns IMAP_OK; IMAP_END if the response
/// is neither; IMAP_ERR_ARGUMENT if `out` is NULL or `size` too small. Since 0.1. RFC 4314, 3.7 and 3.8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_rights_get(response: *const imap_response, out: *mut imap_rights, size: usize) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        guard::read(response, view::cleared(out, size), |r| {
            let found = rights::read(r.inner.values(), r.inner.data());
            view::give_struct(out, size, found.map(|g| from_grant(&r.inner, g)))
        })
    }
}

fn from_grant(response: &Response, grant: Grant) -> imap_rights {
    let values = response.values();
    let (identifier, rights) = (values.word(grant.identifier), values.word(grant.rights));
    imap_rights {
        size: 0,
        identifier: view::ptr(identifier),
        identifier_len: view::len(identifier),
        rights: view::ptr(rights),
        rights_len: view::len(rights),
        malformed: u32::from(grant.malformed),
    }
}
