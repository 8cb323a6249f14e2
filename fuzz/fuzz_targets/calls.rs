//! Sequences of public C calls (`tests/capi/support/calls.h`), which end the program if something does not hold.
#![no_main]

use imap4 as _;
use std::ffi::{c_char, c_uchar};

unsafe extern "C" {
    fn calls_play(name: *const c_char, octets: *const c_uchar, len: usize);
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    // SAFETY: the function reads `len` octets and a C string, and keeps neither.
    unsafe { calls_play(c"an input of the fuzzer".as_ptr(), octets.as_ptr(), octets.len()) };
});
