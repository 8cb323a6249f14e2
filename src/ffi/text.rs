//! C strings and arrays on their way in, checked for NULL.

use super::command::imap_arg;
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use crate::proto::command::arg::{Arg, imap_arg_type};
use std::ffi::{CStr, c_char};

/// A C string that may be NULL.
///
/// # Safety
/// `text` is NULL or ends with a NUL and stays for the call.
pub unsafe fn optional<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A C string that may not.
///
/// # Safety
/// As for `optional`.
pub unsafe fn required<'a>(text: *const c_char, what: &str) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise.
    unsafe { optional(text) }.ok_or_else(|| is_null(what))
}

/// A C string that is UTF-8.
///
/// # Safety
/// As for `optional`.
pub unsafe fn utf8<'a>(text: *const c_char, what: &str) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    std::str::from_utf8(unsafe { required(text, what)? })
        .map_err(|_| Error::new(IMAP_ERR_ARGUMENT, format!("{what} is not UTF-8; nothing was sent")))
}

/// Octets with a length; NULL only with length 0.
///
/// # Safety
/// `octets` is NULL or has `len` readable octets that stay for the call.
pub unsafe fn octets<'a>(octets: *const c_char, len: usize, what: &str) -> Result<&'a [u8]> {
    if octets.is_null() {
        return if len == 0 { Ok(&[]) } else { Err(is_null(what)) };
    }
    if isize::try_from(len).is_err() {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            format!("{what} has an impossible length; nothing was sent"),
        ));
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(octets.cast(), len) })
}

/// The arguments of a command.
///
/// # Safety
/// `argv` is NULL or has `argc` arguments whose octets stay for the call.
pub unsafe fn args<'a>(argv: *const imap_arg, argc: usize) -> Result<Vec<Arg<'a>>> {
    if argc == 0 {
        return Ok(Vec::new());
    }
    if argv.is_null() {
        return Err(is_null("argv"));
    }
    if argc > 1_000_000 {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            "argc: more than a million arguments; nothing was sent",
        ));
    }
    // SAFETY: the caller's promise.
    let list = unsafe { std::slice::from_raw_parts(argv, argc) };
    list.iter()
        .enumerate()
        .map(|(i, arg)| {
            let kind = imap_arg_type::from_number(arg.type_).ok_or_else(|| {
                Error::new(
                    IMAP_ERR_ARGUMENT,
                    format!(
                        "argument {}: {} is no argument type; nothing was sent",
                        i + 1,
                        arg.type_
                    ),
                )
            })?;
            let unknown = arg.flags & !super::command::IMAP_ARG_SECRET;
            if unknown != 0 {
                return Err(Error::new(
                    IMAP_ERR_ARGUMENT,
                    format!("argument {}: flags {unknown:#x} are not known; nothing was sent", i + 1),
                ));
            }
            // SAFETY: the caller's promise.
            let octets = unsafe { octets(arg.ptr, arg.len, "an argument")? };
            Ok(Arg {
                kind,
                octets,
                secret: arg.flags & super::command::IMAP_ARG_SECRET != 0,
            })
        })
        .collect()
}

fn is_null(what: &str) -> Error {
    Error::new(IMAP_ERR_ARGUMENT, format!("{what} is NULL; nothing was sent"))
}
