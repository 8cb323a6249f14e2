//! Versions, features, return codes and their names.

use super::{guard, text};
use crate::error::{IMAP_CLASS_NONE, imap_rc};
use std::ffi::{c_char, c_int};

/// The library's version, as "0.1.0". Valid for ever. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_version_string() -> *const c_char {
    guard::plain(std::ptr::null(), || {
        concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
    })
}

/// The library's version as a number: major * 10000 + minor * 100 + patch. Compare it with IMAP4_VERSION_NUMBER, the
/// version of the header that a program was compiled with. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_version_number() -> c_int {
    guard::plain(0, || {
        let number = |text: &str| text.parse::<c_int>().unwrap_or(0);
        let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
        number(major) * 10_000 + number(minor) * 100 + number(env!("CARGO_PKG_VERSION_PATCH"))
    })
}

/// Whether this build can do something: "tls", "starttls", "ssl-ctx", "child-process", "cram-md5", "plain", "login",
/// "utf7", "utf8-accept", "literal-plus", in any case. Returns 1 or 0; 0 for NULL and for names it does not know. Any
/// thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_has_feature(name: *const c_char) -> c_int {
    guard::plain(0, || {
        let features = [
            "tls",
            "starttls",
            "ssl-ctx",
            "child-process",
            "cram-md5",
            "plain",
            "login",
            "utf7",
            "utf8-accept",
            "literal-plus",
        ];
        // SAFETY: a C string or NULL, by the interface.
        let name = unsafe { text::optional(name) };
        c_int::from(name.is_some_and(|n| features.iter().any(|f| f.as_bytes().eq_ignore_ascii_case(n))))
    })
}

/// The name of a return code, as "IMAP_ERR_TIMEOUT"; "unknown" for numbers that are none. Valid for ever. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_error_name(rc: c_int) -> *const c_char {
    guard::plain(std::ptr::null(), || {
        imap_rc::from_number(rc).map_or(c"unknown", imap_rc::name).as_ptr()
    })
}

/// What a return code means, in a few English words; "unknown return code" for numbers that are none. What happened in
/// a particular call is said by imap_last_message. Valid for ever. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_error_text(rc: c_int) -> *const c_char {
    guard::plain(std::ptr::null(), || {
        imap_rc::from_number(rc)
            .map_or(c"unknown return code", imap_rc::text)
            .as_ptr()
    })
}

/// The class of a return code, a number of imap_class; IMAP_CLASS_NONE for numbers that are no code. Any thread. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_error_class(rc: c_int) -> c_int {
    guard::plain(0, || {
        imap_rc::from_number(rc).map_or(IMAP_CLASS_NONE, imap_rc::class) as c_int
    })
}
