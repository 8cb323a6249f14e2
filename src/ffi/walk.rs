//! Going through what repeats in a response: the caller keeps a cursor, 0 before the first.

use super::guard;
use crate::error::IMAP_ERR_ARGUMENT;
use std::ffi::c_int;

/// One step; the error code without a cursor.
///
/// # Safety
/// `cursor` is NULL, or readable and writable.
pub(super) unsafe fn step<T>(cursor: *mut u32, next: impl FnOnce(&mut u32) -> Option<T>) -> Result<Option<T>, c_int> {
    if cursor.is_null() {
        return Err(IMAP_ERR_ARGUMENT as c_int);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = cursor.read();
        let found = next(&mut at);
        guard::put(cursor, || at);
        Ok(found)
    }
}
