//! Panics on demand, for the tests of the border: only with the feature `provoke`, which no library that is shipped has.
//! Not in the header.

use super::guard;
use super::handle::{imap_conn, imap_response};
use std::ffi::c_int;

/// A fault inside a call that talks.
#[unsafe(export_name = "imap_provoke_panic")]
pub unsafe extern "C" fn panic_talking(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the tests.
    unsafe { guard::talk(conn, std::ptr::null_mut(), |_| panic!("provoked by a test")) }
}

/// A fault while a response is read: -1 is what the guard answers with then.
#[unsafe(export_name = "imap_provoke_panic_reading")]
pub unsafe extern "C" fn panic_reading(response: *const imap_response) -> c_int {
    // SAFETY: a handle or NULL, by the tests.
    unsafe { guard::read(response, -1, |_| panic!("provoked by a test")) }
}
