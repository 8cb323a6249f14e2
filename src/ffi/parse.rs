//! Responses from memory: without a connection.

pub use super::handle::{imap_options, imap_response};
use super::{guard, text};
use crate::client::options::Options;
use crate::error::*;
use crate::proto::memory;
use std::ffi::{c_char, c_int};
use std::sync::Arc;

/// Reads the response that `len` octets in memory begin with, as it would be read from a server: from a file, a log, a
/// connection of the caller's own. NULs and empty lines before it are skipped. `*used` gets the number of octets that it
/// took, and what was skipped; the next response begins there. `options` gives the limits (MAX_LINE, MAX_LITERAL,
/// MAX_RESPONSE, MAX_DEPTH, MAX_KEPT and, of literals in a status, MAX_UNASKED); NULL for the defaults. `*out` is the
/// caller's, free it with imap_response_free; the octets are copied. It is no part of a command, so a tagged line has no
/// rows, and imap_response_arrival is 0. Returns IMAP_OK; IMAP_AGAIN if the response goes on beyond these octets, or there
/// is none: `*used` is 0, ask again when there are more; IMAP_ERR_PROTOCOL if no end can be found (a line that ends with
/// LF alone, a literal of more than 63 bits); IMAP_ERR_LIMIT if a limit is passed; IMAP_ERR_ARGUMENT if `out` or `used` is
/// NULL, or `octets` with a length; IMAP_ERR_HANDLE if `options` is none; IMAP_ERR_NOMEM. Any thread. Since 0.1. RFC 9051,
/// 7.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_response_parse(
    octets: *const c_char,
    len: usize,
    options: *const imap_options,
    out: *mut *mut imap_response,
    used: *mut usize,
) -> c_int {
    // SAFETY: octets, a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::put(used, || 0);
        guard::plain(IMAP_ERR_INTERNAL as c_int, || {
            if out.is_null() || used.is_null() {
                return IMAP_ERR_ARGUMENT as c_int;
            }
            let limits = if options.is_null() {
                Options::default().limits()
            } else if let Some(options) = <imap_options as super::handle::Marked>::of(options) {
                options.inner.limits()
            } else {
                return IMAP_ERR_HANDLE as c_int;
            };
            match text::octets(octets, len, "octets").and_then(|o| memory::read(o, &limits)) {
                Ok(Some((response, n))) => {
                    guard::put(out, || imap_response::owned(Arc::new(response)));
                    guard::put(used, || n);
                    IMAP_OK as c_int
                }
                Ok(None) => IMAP_AGAIN as c_int,
                Err(error) => error.code as c_int,
            }
        })
    }
}
