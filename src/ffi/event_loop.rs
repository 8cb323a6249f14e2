//! Event loops. A connection opened with IMAP_OPT_NONBLOCK never waits: the caller's loop waits for its descriptor and its
//! deadline, and takes steps. Opening and commands return IMAP_QUEUED; imap_step moves them on; imap_completed and
//! imap_wait, imap_next and imap_event_next hand out what came of them. The descriptor changes while connecting and is
//! gone when the connection is closed: ask for it, and for what is wanted of it, after each step. A step may leave octets
//! unread: a loop that is told of changes only (EPOLLET) arms the descriptor anew after each step. imap_wakeup shows in
//! the next step; it does not end the loop's own wait.

use super::guard;
pub use super::handle::imap_conn;
use crate::client::Stepped;
use crate::error::*;
use std::ffi::c_int;

/// What is wanted of a descriptor, and what a loop saw of it.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_want {
    /// Octets to read, or the end of the connection.
    IMAP_WANT_READ = 1,
    /// Room to write.
    IMAP_WANT_WRITE = 2,
}
use imap_want::*;

/// What to wait for: IMAP_WANT_READ of imap_fd, IMAP_WANT_WRITE of imap_write_fd, both or none; 0 if `conn` is no
/// connection or is closed. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_wants(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| 0,
            |c| {
                let interest = c.interest();
                let read = if interest.read { IMAP_WANT_READ as c_int } else { 0 };
                let write = if interest.write { IMAP_WANT_WRITE as c_int } else { 0 };
                read | write
            },
        )
    }
}

/// The descriptor that is written to: that of imap_fd, unless the connection has two; -1 if there is none. It stays the
/// library's. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_write_fd(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| -1, |c| c.descriptors().1.unwrap_or(-1)) }
}

/// In how many milliseconds imap_step wants to be called though nothing happened: for a limit of time, for IDLE, because
/// something is here already (0), or because the connection has ended and no step or result has said so (0). -1 for
/// never. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_timeout(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |_| -1,
            |c| match c.next_deadline() {
                // Rounded up: a loop that wakes just before the deadline would turn without rest.
                Some(wait) => c_int::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(c_int::MAX),
                None => -1,
            },
        )
    }
}

/// Moves the connection on as far as it goes without waiting: connects, shakes hands, sends, receives, looks at the time.
/// `ready` is what the loop saw, bits of imap_want; 0 if the time was over; -1 if the loop cannot tell. The blocking
/// mode of descriptors does not matter.
///
/// Returns IMAP_AGAIN: nothing for the caller; wait as imap_wants and imap_timeout say. IMAP_EVENT: something waits to be
/// taken, by imap_completed, imap_event_next, imap_next (rows of commands that it has been called for), or a challenge by
/// imap_auth_challenge; until it is taken, every step says so. IMAP_ERR_WOKEN after imap_wakeup. Below 0 otherwise: the
/// connection has ended, and all is taken. Talks, but does not block. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_step(conn: *mut imap_conn, ready: c_int) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            let readable = ready < 0 || ready & IMAP_WANT_READ as c_int != 0;
            match c.step_once(readable) {
                Stepped::Again => guard::say(c, IMAP_AGAIN, "nothing to do for now"),
                Stepped::Something => guard::say(c, IMAP_EVENT, "something waits to be taken"),
                Stepped::Woken => guard::say(c, IMAP_ERR_WOKEN, "imap_wakeup was called"),
                Stepped::Dead(error) => guard::note(c, &error),
            }
        })
    }
}
