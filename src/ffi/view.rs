//! Structs that the caller gives with its size (design R3). In: a filled struct of this library's version. Out: as much
//! of it as the caller's version has. Newer programs with a longer struct get zeros behind it, and `size` tells them.

use crate::error::{IMAP_END, IMAP_ERR_ARGUMENT, IMAP_ERR_HANDLE, IMAP_OK};
use std::ffi::{c_char, c_int};

/// No struct of the interface grows to this; a larger size is a mistake, and nothing is written.
const TOO_LARGE: usize = 4096;

/// A struct of the interface that may grow at its end.
///
/// # Safety
/// It is `repr(C)`, its first field is `size: usize`, and all zeros is a value of it.
pub(super) unsafe trait Grows {
    /// Octets of its first version: programs with less do not exist. `offset_of!` its last field and that one's size,
    /// since fields that are appended later do not change it.
    const FIRST: usize;
}

fn is_place<T: Grows>(out: *mut T, size: usize) -> bool {
    !out.is_null() && out.is_aligned() && (T::FIRST..TOO_LARGE).contains(&size)
}

/// Clears the caller's struct; the code for a handle that is none.
///
/// # Safety
/// `out` is NULL or has `size` writable octets.
pub(super) unsafe fn cleared<T: Grows>(out: *mut T, size: usize) -> c_int {
    if is_place(out, size) {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<u8>().write_bytes(0, size) };
    }
    IMAP_ERR_HANDLE as c_int
}

/// A view's return code; after one that could not be read the caller's struct is cleared.
///
/// # Safety
/// `out` is NULL or has `size` writable octets.
pub(super) unsafe fn settled<T: Grows>(rc: c_int, out: *mut T, size: usize) -> c_int {
    if rc == IMAP_ERR_HANDLE as c_int {
        // SAFETY: the caller's promise.
        unsafe { cleared(out, size) };
    }
    rc
}

/// Fills the caller's struct and sets its `size` to the number of octets filled: IMAP_OK. Without a value it is all
/// zeros: IMAP_END. IMAP_ERR_ARGUMENT, and nothing written, if `out` is NULL or `size` that of no version.
///
/// # Safety
/// `out` is NULL or has `size` writable octets.
#[inline]
pub(super) unsafe fn give_struct<T: Grows>(out: *mut T, size: usize, value: Option<T>) -> c_int {
    if !is_place(out, size) {
        return IMAP_ERR_ARGUMENT as c_int;
    }
    let value = match value {
        // Most callers were compiled with this version.
        Some(value) if size == size_of::<T>() => {
            // SAFETY: the caller's promise.
            unsafe {
                out.write_unaligned(value);
                out.cast::<usize>().write_unaligned(size);
            }
            return IMAP_OK as c_int;
        }
        other => other,
    };
    let place = out.cast::<u8>();
    let filled = if value.is_some() { size.min(size_of::<T>()) } else { 0 };
    // SAFETY: the caller's promise; `size` comes first in every version, by the trait's.
    unsafe {
        if let Some(value) = value {
            std::ptr::copy_nonoverlapping((&raw const value).cast::<u8>(), place, filled);
        }
        if filled < size {
            place.add(filled).write_bytes(0, size - filled);
        }
        place.cast::<usize>().write(filled);
    }
    if filled == 0 {
        IMAP_END as c_int
    } else {
        IMAP_OK as c_int
    }
}

/// A text's place; NULL for none.
pub(super) fn ptr(text: Option<&[u8]>) -> *const c_char {
    text.map_or(std::ptr::null(), |t| t.as_ptr().cast())
}

/// A text's length; 0 for none.
pub(super) fn len(text: Option<&[u8]>) -> usize {
    text.map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Sample {
        size: usize,
        first: u32,
        appended: u32,
        newest: u64,
    }

    // SAFETY: as the trait asks for.
    unsafe impl Grows for Sample {
        const FIRST: usize = offset_of!(Sample, first) + size_of::<u32>();
    }

    const VALUE: Sample = Sample {
        size: 0,
        first: 1,
        appended: 2,
        newest: 3,
    };

    fn dirty() -> [Sample; 2] {
        let sample = Sample {
            size: 9,
            first: 9,
            appended: 9,
            newest: 9,
        };
        [sample; 2]
    }

    #[test]
    fn each_version_gets_the_fields_it_knows() {
        for (size, filled) in [
            (Sample::FIRST, Sample::FIRST),
            (size_of::<Sample>(), size_of::<Sample>()),
        ] {
            let mut out = dirty();
            // SAFETY: `size` octets are there.
            let rc = unsafe { give_struct(out.as_mut_ptr(), size, Some(VALUE)) };
            assert_eq!((rc, out[0].size, out[0].first), (IMAP_OK as c_int, filled, 1));
            let whole = size == size_of::<Sample>();
            assert_eq!((out[0].appended, out[0].newest), if whole { (2, 3) } else { (9, 9) });
            assert_eq!(out[1], dirty()[1]);
        }
    }

    #[test]
    fn a_newer_program_gets_zeros_behind_and_is_told() {
        let mut out = dirty();
        // SAFETY: both samples are there.
        let rc = unsafe { give_struct(out.as_mut_ptr(), size_of_val(&out), Some(VALUE)) };
        assert_eq!(
            (rc, out[0].size, out[0].newest),
            (IMAP_OK as c_int, size_of::<Sample>(), 3)
        );
        assert_eq!((out[1].size, out[1].first, out[1].newest), (0, 0, 0));
    }

    #[test]
    fn without_a_value_all_is_zero() {
        let mut out = dirty();
        // SAFETY: one sample is there.
        let rc = unsafe { give_struct(out.as_mut_ptr(), size_of::<Sample>(), None) };
        assert_eq!((rc, out[0].size, out[0].newest), (IMAP_END as c_int, 0, 0));
        let mut out = dirty();
        // SAFETY: one sample is there.
        let rc = unsafe { cleared(out.as_mut_ptr(), size_of::<Sample>()) };
        assert_eq!((rc, out[0].size, out[0].newest), (IMAP_ERR_HANDLE as c_int, 0, 0));
        assert_eq!(out[1], dirty()[1]);
    }

    #[test]
    fn sizes_of_no_version_and_null_are_refused_and_nothing_is_written() {
        for size in [0, 4, Sample::FIRST - 1, TOO_LARGE, usize::MAX] {
            let mut out = dirty();
            // SAFETY: nothing is written.
            let rc = unsafe {
                cleared(out.as_mut_ptr(), size);
                give_struct(out.as_mut_ptr(), size, Some(VALUE))
            };
            assert_eq!((rc, out), (IMAP_ERR_ARGUMENT as c_int, dirty()));
        }
        // SAFETY: NULL is fine.
        let rc = unsafe { give_struct(std::ptr::null_mut::<Sample>(), size_of::<Sample>(), Some(VALUE)) };
        assert_eq!(rc, IMAP_ERR_ARGUMENT as c_int);
    }
}
