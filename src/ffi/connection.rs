//! What a connection is, knows and last said; and waiting for it. All but imap_wait do not talk: they answer at once,
//! from what is known, and leave the error as it is.

pub use super::handle::{imap_conn, imap_response};
use super::rows::interval;
use super::{guard, text};
use crate::error::*;
use crate::proto::command::table::imap_state;
use std::ffi::{CStr, CString, c_char, c_int};

/// The state, a number of imap_state (imaplib's state); IMAP_STATE_LOGOUT if `conn` is no connection. Since 0.1. RFC
/// 9051, 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_conn_state(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| imap_state::IMAP_STATE_LOGOUT as c_int,
            |c| match c.machine().is_idling() {
                true => imap_state::IMAP_STATE_IDLING as c_int,
                false => c.machine().state() as c_int,
            },
        )
    }
}

/// imaplib's name of a state: "NONAUTH", "AUTH", "SELECTED", "LOGOUT", "IDLING"; "" for other numbers. Valid for ever.
/// Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn imap_state_name(state: c_int) -> *const c_char {
    guard::plain(c"".as_ptr(), || {
        let name = match imap_state::ALL.into_iter().find(|s| *s as c_int == state) {
            Some(imap_state::IMAP_STATE_NONAUTH) => c"NONAUTH",
            Some(imap_state::IMAP_STATE_AUTH) => c"AUTH",
            Some(imap_state::IMAP_STATE_SELECTED) => c"SELECTED",
            Some(imap_state::IMAP_STATE_LOGOUT) => c"LOGOUT",
            Some(imap_state::IMAP_STATE_IDLING) => c"IDLING",
            None => c"",
        };
        name.as_ptr()
    })
}

/// Whether the selected mailbox was opened for reading only, by IMAP_EXAMINE or by the server's answer to SELECT
/// (imaplib's is_readonly): 1 or 0. One that becomes read-only later shows by IMAP_ERR_READONLY. 0 if `conn` is no
/// connection. Does not talk. Since 0.1. RFC 9051, 6.3.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_is_readonly(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| 0, |c| c_int::from(c.machine().is_readonly())) }
}

/// Whether UTF8=ACCEPT is enabled (imaplib's utf8_enabled). Returns 1 or 0. Since 0.1. RFC 6855.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_utf8_enabled(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| 0, |c| c_int::from(c.machine().utf8_enabled())) }
}

/// The protocol in use (imaplib's PROTOCOL_VERSION): "IMAP4REV1" if the server offers it, else "IMAP4", else
/// "IMAP4REV2"; "" if it is not known. Valid for ever. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_protocol_version(conn: *mut imap_conn) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| c"".as_ptr(),
            |c| {
                c.machine()
                    .caps
                    .protocol_version()
                    .map_or(c"".as_ptr(), |v| v.as_ptr().cast())
            },
        )
    }
}

/// The greeting (imaplib's welcome). `*out` is the caller's, free it with imap_response_free. Returns IMAP_OK; IMAP_END
/// and NULL if none came. Since 0.1. RFC 9051, 7.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_greeting(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| match c.machine().greeting() {
                Some(greeting) => {
                    guard::put(out, || imap_response::owned(greeting.clone()));
                    IMAP_OK as c_int
                }
                None => IMAP_END as c_int,
            },
        )
    }
}

/// Whether the server announced a capability (any case), by what it said last. Returns 1 or 0. Since 0.1. RFC 9051,
/// 6.1.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_has_capability(conn: *mut imap_conn, name: *const c_char) -> c_int {
    // SAFETY: a handle or NULL and a C string or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| 0,
            |c| {
                let name = text::optional(name).and_then(|n| std::str::from_utf8(n).ok());
                c_int::from(name.is_some_and(|n| c.machine().caps.has(n)))
            },
        )
    }
}

/// How many capabilities are known; 0 if none are. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_capability_count(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| 0,
            |c| c_int::try_from(c.machine().caps.len()).unwrap_or(c_int::MAX),
        )
    }
}

/// Capability `i` from 0, in upper case, in the server's order; NULL past the end. Borrowed until the next call that
/// talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_capability_at(conn: *mut imap_conn, i: c_int) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| std::ptr::null(),
            |c| {
                let name = usize::try_from(i).ok().and_then(|i| c.machine().caps.at(i));
                name.map_or(std::ptr::null(), |n| n.as_ptr().cast())
            },
        )
    }
}

/// Whether a login may have changed the capabilities without the server saying how. imap_cmd_capability asks; the
/// library itself asks before it decides by them. Returns 1 or 0. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_capability_is_stale(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| 0, |c| c_int::from(c.machine().caps.stale)) }
}

/// The descriptor that is read from (imaplib's socket); -1 if there is none. It stays the library's: do not read, write
/// or close it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_fd(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| -1, |c| c.fd().unwrap_or(-1)) }
}

/// What the last call that talks returned. IMAP_ERR_HANDLE if `conn` is no connection, IMAP_ERR_BUSY inside another
/// call. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_error(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |rc| rc as c_int, |c| c.last().rc as c_int) }
}

/// What the last call that talks came to, in one line without control characters: "SELECT: NO [NONEXISTENT] Unknown
/// mailbox". Never NULL; of no connection, what IMAP_ERR_HANDLE means. Borrowed until the next call that talks. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_message(conn: *mut imap_conn) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |rc| words(rc.text()), |c| words(c.last().message())) }
}

/// The server's own text in its answer to the last call that talks, its code included: "[NONEXISTENT] Unknown mailbox";
/// of the BYE, if that ended the connection; "" if it gave no answer. Never NULL. Borrowed until the next call that
/// talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_text(conn: *mut imap_conn) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| words(c""), |c| words(c.last().text())) }
}

/// The response code in that answer, upper case, without its argument: "NONEXISTENT"; "" if there was none. Never NULL.
/// Borrowed until the next call that talks. Since 0.1. RFC 9051, 7.1; RFC 5530.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_code(conn: *mut imap_conn) -> *const c_char {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| words(c""), |c| words(c.last().code())) }
}

/// errno of the system call that made the last call that talks fail (ETIMEDOUT for a limit of time); 0 if none did.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_errno(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| 0, |c| c.last().errno) }
}

/// Reads a number option in force on the connection into `*value`. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and 0 if there
/// is no such option. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_get_int(conn: *mut imap_conn, option: c_int, value: *mut i64) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(value, || 0);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| match c.options().get_int(option) {
                Ok(number) => {
                    guard::put(value, || number);
                    IMAP_OK as c_int
                }
                Err(error) => error.code as c_int,
            },
        )
    }
}

/// Reads a text option in force on the connection into `*value`; NULL if it is not set. Borrowed until imap_set_str
/// changes it or the connection is freed. Returns IMAP_OK; IMAP_ERR_UNSUPPORTED and NULL if there is no such option. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_get_str(conn: *mut imap_conn, option: c_int, value: *mut *const c_char) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(value, std::ptr::null);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| match c.options().get_text(option) {
                Ok(found) => {
                    guard::put(value, || found.map_or(std::ptr::null(), |t| t.as_ptr()));
                    IMAP_OK as c_int
                }
                Err(error) => error.code as c_int,
            },
        )
    }
}

/// Changes a number option of the open connection, one of those marked "live" in imap_opt, from the next call on.
/// Returns IMAP_OK; IMAP_ERR_ARGUMENT if the value is out of range; IMAP_ERR_UNSUPPORTED for other options. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_set_int(conn: *mut imap_conn, option: c_int, value: i64) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                c.set_int(option, value)
                    .map_or_else(|e| e.code as c_int, |()| IMAP_OK as c_int)
            },
        )
    }
}

/// Changes a text option of the open connection, one of those marked "live" in imap_opt, from the next call on. The text
/// is copied; NULL goes back to the default. Returns IMAP_OK; IMAP_ERR_ARGUMENT if it is not UTF-8; IMAP_ERR_UNSUPPORTED
/// for other options. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_set_str(conn: *mut imap_conn, option: c_int, value: *const c_char) -> c_int {
    // SAFETY: a handle or NULL and a C string or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let value = text::optional(value).map(|v| CString::new(v).unwrap_or_default());
                c.set_text(option, value)
                    .map_or_else(|e| e.code as c_int, |()| IMAP_OK as c_int)
            },
        )
    }
}

/// Continues a call that returned IMAP_ERR_INTERRUPTED, IMAP_ERR_WOKEN or IMAP_AGAIN. `id` is the command's, as
/// imap_last_id gives it; 0 is the last. `timeout_ms` is how many milliseconds this wait may last before it returns
/// IMAP_AGAIN; -1 for no such limit. The limits of time of the call itself hold all the while. Returns what the call
/// would have returned, for IDLE that it has begun; IMAP_ERR_ARGUMENT if nothing of this `id` is under way;
/// IMAP_ERR_STATE, where only a limit would end the wait and there is none, for an APPEND whose octets are missing.
/// `*out` is the caller's, free it with imap_response_free; NULL asks for no response. Talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_wait(
    conn: *mut imap_conn,
    id: u32,
    timeout_ms: c_int,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::clear(out);
        guard::io(conn, |c| {
            let id = if id == 0 { c.machine().last_id() } else { id };
            guard::settle(c, id, interval(timeout_ms), out)
        })
    }
}

/// The id of the last command on this connection, for imap_wait; 0 if there was none. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_last_id(conn: *mut imap_conn) -> u32 {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| 0, |c| c.machine().last_id()) }
}

/// Makes the call that waits on the connection return IMAP_ERR_WOKEN, or else the next one that waits; imap_wait
/// continues it. Any thread and any signal handler, at any time between the open's return and imap_free. Returns
/// IMAP_OK or IMAP_ERR_HANDLE. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_wakeup(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::wake(conn) }
}

fn words(text: &CStr) -> *const c_char {
    text.as_ptr()
}
