//! Many commands at once, and answers row by row. A command that was submitted has an id; imap_wait hands out its result,
//! in any order. The library puts on the wire together what may be there together: a command that changes the state
//! (SELECT, ENABLE, LOGOUT, …) waits for those before it, and so does one that asks for the same kind of data, unless
//! the data says whose it is: STATUS of different mailboxes, FETCH of different messages, SEARCH and SORT with RETURN. A
//! connection that ends says of each command whether it was answered, was never sent, or may have been carried out.

use super::command::imap_arg;
pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::client::{Connection, Row};
use crate::error::*;
use std::ffi::{c_char, c_int};
use std::time::Duration;

/// Submits any command as imap_command does, and does not wait for its answer. `*id` is its id. Returns IMAP_QUEUED, or
/// what imap_command returns for a command that is not sent. Talks, but does not block. Since 0.1. RFC 9051, 5.5.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_submit(
    conn: *mut imap_conn,
    name: *const c_char,
    argv: *const imap_arg,
    argc: usize,
    id: *mut u32,
) -> c_int {
    // SAFETY: handles, C strings, arrays and places as the interface asks for.
    unsafe {
        guard::put(id, || 0);
        guard::io(conn, |c| {
            let begun = text::args(argv, argc).and_then(|args| c.command(text::utf8(name, "name")?, &args));
            submitted(c, begun, id)
        })
    }
}

/// Submits any command as ready text, as imap_command_text does. Returns as imap_submit. Talks, but does not block.
/// Since 0.1. RFC 9051, 5.5.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_submit_text(conn: *mut imap_conn, line: *const c_char, id: *mut u32) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::put(id, || 0);
        guard::io(conn, |c| {
            let begun = text::required(line, "line").and_then(|line| c.command_text(line));
            submitted(c, begun, id)
        })
    }
}

/// # Safety
/// `id` is NULL or writable.
unsafe fn submitted(c: &mut Connection, begun: Result<u32>, id: *mut u32) -> c_int {
    match begun {
        Ok(job) => {
            // SAFETY: the caller's promise.
            unsafe { guard::put(id, || job) };
            guard::queued(c)
        }
        Err(error) => guard::note(c, &error),
    }
}

/// From here on commands are only queued: every function that sends one returns IMAP_QUEUED at once, with NULL in
/// `*out`, and imap_last_id is the command's id. They leave together at imap_queue_end, or when the caller waits, or
/// when 64 KiB are waiting. Returns IMAP_OK. Talks, but does not block. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_queue_begin(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            c.queue_begin();
            guard::say(c, IMAP_OK, "queue: commands are collected")
        })
    }
}

/// Sends what was queued, as far as it goes without waiting, and lets commands wait for their answers again. Returns
/// IMAP_OK; a failed connection shows in the results. Talks, but does not block. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_queue_end(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            c.queue_end();
            guard::say(c, IMAP_OK, "queue: commands are on their way")
        })
    }
}

/// The oldest command that has been completed and whose result nobody has taken: its id in `*id`. imap_wait takes the
/// result. `timeout_ms` is how long to wait for one, in milliseconds; 0 only looks, -1 waits without such a limit.
/// Returns IMAP_OK; IMAP_AGAIN when the interval is over; IMAP_END if no command is under way and none is left;
/// IMAP_ERR_STATE as imap_wait, and where there is only an IDLE, which imap_idle_end ends; IMAP_ERR_INTERRUPTED,
/// IMAP_ERR_WOKEN; with these `*id` is 0. Talks. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_completed(conn: *mut imap_conn, timeout_ms: c_int, id: *mut u32) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(id, || 0);
        guard::io(conn, |c| match c.completed(interval(timeout_ms)) {
            Ok(Some(done)) => {
                guard::put(id, || done);
                guard::say(c, IMAP_OK, "a command is completed: imap_wait has the result")
            }
            Ok(None) => guard::say(c, IMAP_END, "no command is under way"),
            Err(stop) => guard::stopped(c, stop),
        })
    }
}

/// Drops the answer of a command: what has come of it, what still comes, and its result. One that waits its turn
/// behind others is not sent. The connection stays in step. Returns IMAP_OK; IMAP_ERR_ARGUMENT if no command of this `id`
/// is known; IMAP_ERR_STATE for what has steps of its own (opening, AUTHENTICATE, IDLE, an APPEND with a message in
/// pieces). Talks, but does not block. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_discard(conn: *mut imap_conn, id: u32) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            let id = if id == 0 { c.machine().last_id() } else { id };
            match c.discard(id) {
                Ok(true) => guard::say(c, IMAP_OK, "the answer is dropped"),
                Ok(false) => guard::say(c, IMAP_ERR_ARGUMENT, "imap_discard: no command of this id is known"),
                Err(error) => guard::note(c, &error),
            }
        })
    }
}

/// The next untagged response of a command's answer, as soon as it is there: rows are read one at a time, and memory does
/// not grow with their number. `id` is the command's, 0 the last one's. `timeout_ms` as for imap_completed.
///
/// Returns IMAP_OK with `*row`, which is borrowed until the next call that talks, and may be read like any response;
/// imap_response_keep copies it. IMAP_LITERAL: a literal is there to be taken with imap_literal_read, imap_literal_to_fd
/// or imap_literal_skip before the row that it is in is complete; what is left of it at the next call is dropped.
/// IMAP_END: the command was answered; imap_wait hands out its result, without the rows that were taken. IMAP_AGAIN when
/// the interval is over. Failures are those of imap_wait; rows that came before them were good. IMAP_ERR_ARGUMENT if no
/// command of this id is known. With all but IMAP_OK `*row` is NULL.
///
/// Rows that come before the first call for their command are kept, up to MAX_KEPT: in an event loop call it once when
/// the command is submitted. Other commands may be submitted meanwhile. Waiting for another one's result keeps the rows
/// that come too; they are handed out here later. imap_discard ends the reading early. Talks. Since 0.1. RFC 9051, 7.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_next(
    conn: *mut imap_conn,
    id: u32,
    timeout_ms: c_int,
    row: *mut *const imap_response,
) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(row, std::ptr::null);
        guard::io(conn, |c| {
            if row.is_null() {
                return guard::say(c, IMAP_ERR_ARGUMENT, "imap_next: row is NULL");
            }
            // SAFETY: inside the guard of this very connection.
            let current = (*conn).row_mut();
            let id = if id == 0 { c.machine().last_id() } else { id };
            let found = match current.response() {
                Some(place) => c.next(id, interval(timeout_ms), place),
                None => Ok(Row::Unknown),
            };
            let kept = match found {
                Ok(Row::Here) => None,
                Ok(Row::Kept(kept)) => Some(kept),
                Ok(Row::Literal) => return guard::say(c, IMAP_LITERAL, "a literal waits to be read"),
                Ok(Row::Ended) => {
                    current.rest();
                    return ended(c, id);
                }
                Ok(Row::Unknown) => {
                    return guard::say(c, IMAP_ERR_ARGUMENT, "imap_next: no command of this id is known");
                }
                Err(stop) => return guard::stopped(c, stop),
            };
            if let Some(kept) = kept {
                current.set(kept);
            }
            *row = current.hand_out();
            guard::say(c, IMAP_OK, "a row")
        })
    }
}

/// A failure is said at once; it is the result of imap_wait too.
fn ended(c: &mut Connection, id: u32) -> c_int {
    match c.machine().failure_of(id) {
        Some(error) => guard::note(c, &error),
        None => guard::say(c, IMAP_END, "the command was answered: imap_wait has the result"),
    }
}

/// Octets done and in all of the literal that is under way for a command, received or sent: for showing progress of
/// long messages between waits that end with IMAP_AGAIN. `id` 0 is the last command. Returns IMAP_OK; IMAP_END and 0 if
/// none of 64 KiB or more is under way. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_progress(conn: *mut imap_conn, id: u32, done: *mut u64, total: *mut u64) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        guard::put(done, || 0);
        guard::put(total, || 0);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let id = if id == 0 { c.machine().last_id() } else { id };
                match c.machine().progress(id) {
                    Some((so_far, all)) => {
                        guard::put(done, || so_far);
                        guard::put(total, || all);
                        IMAP_OK as c_int
                    }
                    None => IMAP_END as c_int,
                }
            },
        )
    }
}

/// Milliseconds as C gives them; below 0 there is no limit.
pub(super) fn interval(timeout_ms: c_int) -> Option<Duration> {
    u64::try_from(timeout_ms).ok().map(Duration::from_millis)
}
