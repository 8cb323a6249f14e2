//! Texts of header fields and parameters in UTF-8. They go into the caller's buffer with a NUL behind them. Nothing is
//! refused: what cannot be decoded stays as sent, octets that are no text become U+FFFD, as NUL does; line ends become
//! blanks, so that a text cannot add a header field to another message.

pub use super::handle::imap_response;
use super::{guard, text, util};
use crate::codec::{header_text, param_text};
use crate::error::*;
use crate::proto::response::param;
use std::ffi::{c_char, c_int};

/// Decodes the encoded words ("=?utf-8?Q?caf=C3=A9?=") of a subject, display name or other header text of `len` octets
/// into `buf`, of `size` octets. `*needed` (may be NULL) gets the length of the result without its NUL, also when the
/// buffer is too small: NULL and 0 ask for it. Returns IMAP_OK; IMAP_ERR_ARGUMENT if the buffer is too small. Since 0.1.
/// RFC 2047.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_header_decode(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: octets, a buffer of `size` octets and a place as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        guard::put(needed, || 0);
        match text::octets(text, len, "text") {
            Ok(text) => util::fill(header_text::decode(text).as_bytes(), buf, size, needed),
            Err(_) => util::refuse(buf, size),
        }
    })
}

/// The value of a parameter, decoded: `node` is the first one (imap_part.params, imap_part.disposition_params), `name`
/// the parameter's ("filename", any case). Pieces and charsets of RFC 2231 ("filename*0*") are put together, encoded
/// words decoded. Outs as for imap_header_decode. Returns IMAP_OK; IMAP_END if there is no such parameter or its value
/// is NIL; IMAP_ERR_ARGUMENT if `name` is NULL or the buffer is too small. After a failure there is "" in the buffer.
/// Since 0.1. RFC 2231.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_param_find(
    response: *const imap_response,
    node: u32,
    name: *const c_char,
    buf: *mut c_char,
    size: usize,
    needed: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL, a buffer of `size` octets and a place as the interface asks for.
    unsafe {
        util::fill(b"", buf, size, needed);
        guard::read(response, IMAP_ERR_HANDLE as c_int, |r| {
            let Some(name) = text::optional(name) else {
                return IMAP_ERR_ARGUMENT as c_int;
            };
            match param_text::find(param::pairs(r.inner.values(), node), name) {
                Some(value) => util::fill(value.as_bytes(), buf, size, needed),
                None => IMAP_END as c_int,
            }
        })
    }
}
