//! The one OpenSSL call that the `openssl` crate lacks: modes of a single connection.

use foreign_types::ForeignTypeRef;
use openssl::ssl::{SslMode, SslRef};
use std::ffi::{c_int, c_long, c_void};

/// SSL_CTRL_MODE of openssl/ssl.h, behind the macro SSL_set_mode.
const CTRL_MODE: c_int = 33;

unsafe extern "C" {
    fn SSL_ctrl(ssl: *mut c_void, cmd: c_int, larg: c_long, parg: *mut c_void) -> c_long;
}

/// Sets what non-blocking writing needs, whatever the context says: a caller's own context may lack it, and a retried
/// write from a buffer that has moved would then fail.
pub fn set_nonblocking_modes(ssl: &mut SslRef) {
    let modes = SslMode::ENABLE_PARTIAL_WRITE | SslMode::ACCEPT_MOVING_WRITE_BUFFER | SslMode::RELEASE_BUFFERS;
    // SAFETY: `ssl` is a live SSL; this command takes the modes as a number and ignores the pointer.
    unsafe {
        SSL_ctrl(
            ssl.as_ptr().cast(),
            CTRL_MODE,
            modes.bits() as c_long,
            std::ptr::null_mut(),
        )
    };
}
