//! Options: set by number, read back by number. A connection takes a copy when it is opened, so one set serves any
//! number of connections and may be changed or freed afterwards.

pub use super::handle::imap_options;
use super::{guard, text};
use crate::client::options::Options;
use crate::error::*;
use foreign_types::ForeignType;
use std::ffi::{CString, c_char, c_int, c_void};

/// OpenSSL's SSL_CTX.
pub type ssl_ctx_st = c_void;

/// Makes a set of options, all at their defaults. `*out` is the caller's, free it with imap_options_free. Returns
/// IMAP_OK, or IMAP_ERR_ARGUMENT if `out` is NULL. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_new(out: *mut *mut imap_options) -> c_int {
    guard::plain(IMAP_ERR_INTERNAL as c_int, || {
        if out.is_null() {
            return IMAP_ERR_ARGUMENT as c_int;
        }
        // SAFETY: writable, by the interface.
        unsafe { guard::put(out, || Box::into_raw(imap_options::boxed(Options::default()))) };
        IMAP_OK as c_int
    })
}

/// Frees options; NULL is fine. Connections opened with them are not affected. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_free(options: *mut imap_options) {
    // SAFETY: a handle or NULL, by the interface.
    guard::plain((), || unsafe { imap_options::free(options) });
}

/// Sets a number option (imap_opt below 100). Returns IMAP_OK; IMAP_ERR_ARGUMENT if the value is out of range;
/// IMAP_ERR_UNSUPPORTED if this version has no such number option. No other thread may use the options meanwhile. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_set_int(options: *mut imap_options, option: c_int, value: i64) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::write(options, |o: &mut imap_options| code(o.inner.set_int(option, value))) }
}

/// Sets a text option (imap_opt from 100): UTF-8, copied. NULL goes back to the default. Files are looked at when a
/// connection is opened. Returns IMAP_OK; IMAP_ERR_ARGUMENT if the text is not UTF-8; IMAP_ERR_UNSUPPORTED if this
/// version has no such text option. No other thread may use the options meanwhile. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_set_str(
    options: *mut imap_options,
    option: c_int,
    value: *const c_char,
) -> c_int {
    // SAFETY: a handle or NULL and a C string or NULL, by the interface.
    unsafe {
        guard::write(options, |o: &mut imap_options| {
            let value = text::optional(value).map(|v| CString::new(v).unwrap_or_default());
            code(o.inner.set_text(option, value))
        })
    }
}

/// Reads a number option into `*value`. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and 0 if there is no such option. Any
/// thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_get_int(options: *const imap_options, option: c_int, value: *mut i64) -> c_int {
    // SAFETY: a handle or NULL and a writable place or NULL, by the interface.
    unsafe {
        guard::put(value, || 0);
        guard::read(options, IMAP_ERR_HANDLE as c_int, |o| match o.inner.get_int(option) {
            Ok(number) => {
                guard::put(value, || number);
                IMAP_OK as c_int
            }
            Err(error) => error.code as c_int,
        })
    }
}

/// Reads a text option into `*value`; NULL if it is not set. The text is borrowed until the option is set again or the
/// options are freed. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and NULL if there is no such option. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_get_str(
    options: *const imap_options,
    option: c_int,
    value: *mut *const c_char,
) -> c_int {
    // SAFETY: a handle or NULL and a writable place or NULL, by the interface.
    unsafe {
        guard::put(value, std::ptr::null);
        guard::read(options, IMAP_ERR_HANDLE as c_int, |o| match o.inner.get_text(option) {
            Ok(found) => {
                guard::put(value, || found.map_or(std::ptr::null(), |t| t.as_ptr()));
                IMAP_OK as c_int
            }
            Err(error) => error.code as c_int,
        })
    }
}

/// Uses a TLS context of the caller's own (imaplib's ssl_context), for programs that share this library's libssl. Its
/// reference count is raised: the caller may free theirs. The context alone decides about versions, certificates to
/// trust and whether they are checked; TLS_VERIFY and TLS_MIN_VERSION do not count. If it checks certificates
/// (SSL_VERIFY_PEER), the server's name is checked too. With one of TLS_CA_FILE, TLS_CA_DIR, TLS_CERT_FILE and
/// TLS_KEY_FILE beside it, opening fails with IMAP_ERR_ARGUMENT. NULL goes back to the options. Returns IMAP_OK. No
/// other thread may use the options meanwhile. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_options_set_ssl_ctx(options: *mut imap_options, ctx: *mut ssl_ctx_st) -> c_int {
    // SAFETY: a handle or NULL and an SSL_CTX or NULL, by the interface. The clone raises the count; the value that was
    // made from the caller's pointer is forgotten, so that his reference stays his.
    unsafe {
        guard::write(options, |o: &mut imap_options| {
            let context = (!ctx.is_null()).then(|| {
                let theirs = std::mem::ManuallyDrop::new(openssl::ssl::SslContext::from_ptr(ctx.cast()));
                openssl::ssl::SslContext::clone(&theirs)
            });
            o.inner.set_ssl_context(context);
            IMAP_OK as c_int
        })
    }
}

fn code(result: Result<()>) -> c_int {
    result.map_or_else(|e| e.code as c_int, |()| IMAP_OK as c_int)
}
