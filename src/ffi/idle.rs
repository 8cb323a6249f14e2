//! IDLE: the server tells what is new as it happens. What it tells waits as events (imap_event_next) and in imaplib's
//! table (imap_untagged), together with what came between commands. A server without IDLE is asked by NOOP every
//! IDLE_POLL_MS; IDLE is ended and begun anew by itself every IDLE_RENEW_MS.

use super::guard;
pub use super::handle::imap_conn;
use super::rows::interval;
use crate::error::*;
use std::ffi::c_int;

/// Begins IDLE and waits until the server is ready to tell. Until imap_idle_end commands are IMAP_ERR_STATE. Returns
/// IMAP_OK; IMAP_NO or IMAP_BAD if the server refuses; IMAP_QUEUED with IMAP_OPT_NONBLOCK; and what commands return. With
/// NONBLOCK imap_conn_state becomes IMAP_STATE_IDLING, and IDLE is completed (imap_completed) when it has ended, or when
/// the server refuses. Talks. Since 0.1. RFC 2177; RFC 9051, 6.3.13.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_idle_begin(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::talk(conn, std::ptr::null_mut(), |c| c.idle_begin()) }
}

/// Waits until there is an event, for at most `timeout_ms` milliseconds (-1: without such a limit, 0: only looks), and
/// keeps IDLE going meanwhile. Returns IMAP_EVENT: take the events with imap_event_next until there is none; IMAP_AGAIN
/// when the interval is over; IMAP_ERR_WOKEN after imap_wakeup, IMAP_ERR_INTERRUPTED: IDLE still runs; IMAP_ERR_STATE if
/// it does not; and the failures that end a connection. Talks. Since 0.1. RFC 2177; RFC 9051, 6.3.13.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_idle_wait(conn: *mut imap_conn, timeout_ms: c_int) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| match c.idle_wait(interval(timeout_ms)) {
            Ok(Ok(())) => guard::say(c, IMAP_EVENT, "an event is there: imap_event_next"),
            Ok(Err(error)) => guard::note(c, &error),
            Err(stop) => guard::stopped(c, stop),
        })
    }
}

/// Ends IDLE and waits for the server's word. Returns IMAP_OK; IMAP_QUEUED with IMAP_OPT_NONBLOCK; IMAP_ERR_STATE if it
/// does not run; and what commands return. Events that came until then stay. Talks. Since 0.1. RFC 2177.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_idle_end(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::talk(conn, std::ptr::null_mut(), |c| c.idle_end()) }
}
