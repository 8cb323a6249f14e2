//! What stands between C and the library (design R6, R7). `plain`: no handle. `read`: responses, options. `conn`: a
//! connection, one call at a time. `talk`: a connection that may send or wait; not in a forked child. `wake`: any time,
//! signal handlers included. No panic passes any of them.

use super::handle::{Marked, imap_conn, imap_response};
use crate::client::{Call, Connection, Stop, Wait};
use crate::error::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Panics inside a guard are reported by return code and message, not on the host's stderr.
fn silence_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !INSIDE.get() {
                before(info);
            }
        }));
    });
}

fn caught<T>(on_panic: T, f: impl FnOnce() -> T) -> (T, bool) {
    silence_own_panics();
    let outer = INSIDE.replace(true);
    let result = catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        // A payload whose own drop panics gets no second chance.
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
    });
    INSIDE.set(outer);
    match result {
        Ok(value) => (value, false),
        Err(()) => (on_panic, true),
    }
}

/// No handle.
pub fn plain<T>(on_panic: T, f: impl FnOnce() -> T) -> T {
    caught(on_panic, f).0
}

/// A handle that is only read, or written by its one owner (options).
///
/// # Safety
/// `handle` is NULL, or memory of at least four octets that stays for the call.
pub unsafe fn read<H: Marked, T>(handle: *const H, otherwise: T, f: impl FnOnce(&H) -> T) -> T
where
    T: Copy,
{
    if handle.is_null() {
        return otherwise;
    }
    // SAFETY: the caller's promise.
    caught(otherwise, || unsafe { H::with(handle, f) }.unwrap_or(otherwise)).0
}

/// The same for a handle that is changed.
///
/// # Safety
/// As for `read`, and nobody else uses the handle meanwhile.
pub unsafe fn write<H: Marked>(handle: *mut H, f: impl FnOnce(&mut H) -> i32) -> i32 {
    // SAFETY: the caller's promise.
    if unsafe { H::of(handle) }.is_none() {
        return IMAP_ERR_HANDLE as i32;
    }
    // SAFETY: the mark says that it is a handle; nobody else uses it, by the caller's promise.
    caught(IMAP_ERR_INTERNAL as i32, || f(unsafe { &mut *handle })).0
}

struct Busy<'a>(&'a AtomicBool);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A connection, in one call at a time. `failed` makes the returned value from a code.
///
/// # Safety
/// `conn` is NULL, or memory of at least four octets that stays for the call.
pub unsafe fn conn<T>(conn: *mut imap_conn, failed: impl Fn(imap_rc) -> T, f: impl FnOnce(&mut Connection) -> T) -> T {
    // SAFETY: the caller's promise.
    let Some(handle) = (unsafe { imap_conn::of(conn) }) else {
        return failed(IMAP_ERR_HANDLE);
    };
    if handle.busy.swap(true, Ordering::Acquire) {
        return failed(IMAP_ERR_BUSY);
    }
    let _busy = Busy(&handle.busy);
    if handle.poisoned.load(Ordering::Relaxed) {
        return failed(IMAP_ERR_INTERNAL);
    }
    // SAFETY: the busy mark makes this the only reference.
    let inner = unsafe { &mut *handle.inner.get() };
    let (value, panicked) = caught(None, || Some(f(inner)));
    if panicked {
        handle.poisoned.store(true, Ordering::Relaxed);
    }
    value.unwrap_or_else(|| failed(IMAP_ERR_INTERNAL))
}

/// A connection that may send or wait: submits a job and waits for its outcome. `out` gets the response.
///
/// # Safety
/// As for `conn`; `out` is NULL or writable.
pub unsafe fn talk(
    handle: *mut imap_conn,
    out: *mut *mut imap_response,
    submit: impl FnOnce(&mut Connection) -> Call,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        clear(out);
        conn(
            handle,
            |rc| rc as i32,
            |c| {
                own_process(handle, c, |c| match submit(c) {
                    Ok(_) if c.is_queueing() => queued(c),
                    Ok(id) => settle(c, id, None, out),
                    Err(error) => note(c, &error),
                })
            },
        )
    }
}

/// A command that was submitted and is not waited for.
pub fn queued(c: &mut Connection) -> i32 {
    c.queued();
    say(c, IMAP_QUEUED, "queued: imap_wait has the result")
}

/// A connection that may send or wait, in another shape than one job.
///
/// # Safety
/// As for `conn`.
pub unsafe fn io(handle: *mut imap_conn, f: impl FnOnce(&mut Connection) -> i32) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { conn(handle, |rc| rc as i32, |c| own_process(handle, c, f)) }
}

/// Any thread, any time, signal handlers too: at most one write to a descriptor.
///
/// # Safety
/// `conn` is NULL, or memory of at least four octets that stays for the call.
pub unsafe fn wake(conn: *mut imap_conn) -> i32 {
    // SAFETY: the caller's promise.
    match unsafe { imap_conn::of(conn) } {
        Some(handle) => {
            handle.wake.wake();
            IMAP_OK as i32
        }
        None => IMAP_ERR_HANDLE as i32,
    }
}

/// # Safety
/// `handle` is the handle of `c`, inside its guard.
unsafe fn own_process(handle: *mut imap_conn, c: &mut Connection, f: impl FnOnce(&mut Connection) -> i32) -> i32 {
    // A row ends with the next call that talks.
    // SAFETY: the caller's promise; the busy mark makes this the only reference to the row.
    unsafe { (*handle).row_mut() }.give_back(c);
    if c.is_own_process() {
        let rc = f(c);
        c.close_if_over();
        return rc;
    }
    let error = Error::new(
        IMAP_ERR_FORKED,
        "this connection was opened before a fork and belongs to the parent process; here it can only be freed",
    );
    note(c, &error)
}

/// Waits for a job and hands out what came of it.
///
/// # Safety
/// `out` is NULL or writable.
pub unsafe fn settle(c: &mut Connection, id: u32, limit: Option<Duration>, out: *mut *mut imap_response) -> i32 {
    match c.wait(id, limit) {
        Ok(Wait::Done(outcome)) => {
            let rc = outcome.rc;
            // Who asks for no result is given none, and it is not made.
            let response = if out.is_null() {
                None
            } else {
                outcome.response(c.max_depth())
            };
            if let Some(response) = &response {
                // SAFETY: the caller's promise.
                unsafe { put(out, || imap_response::owned(Arc::clone(response))) };
            }
            c.last_mut().set_outcome(outcome, response);
            rc as i32
        }
        Ok(Wait::Idling) => say(c, IMAP_OK, "IDLE: begun"),
        Ok(Wait::Unknown) => say(c, IMAP_ERR_ARGUMENT, "imap_wait: no command of this id is waiting"),
        Err(stop) => stopped(c, stop),
    }
}

/// A wait ended before what it waited for came.
pub fn stopped(c: &mut Connection, stop: Stop) -> i32 {
    match stop {
        Stop::Again => say(c, IMAP_AGAIN, "not done yet: imap_wait continues"),
        Stop::Interrupted => say(c, IMAP_ERR_INTERRUPTED, "a signal ended the wait: imap_wait continues"),
        Stop::Woken => say(c, IMAP_ERR_WOKEN, "imap_wakeup ended the wait: imap_wait continues"),
        Stop::Challenged => say(
            c,
            IMAP_CHALLENGE,
            "the server sent a challenge: imap_auth_reply or imap_auth_cancel",
        ),
        Stop::Unwritten => say(
            c,
            IMAP_ERR_STATE,
            "APPEND: its message is not written: imap_literal_write or imap_literal_from_fd, then imap_append_end",
        ),
        Stop::Unended => say(
            c,
            IMAP_ERR_STATE,
            "IDLE: nobody ends it: imap_idle_wait for events, imap_idle_end",
        ),
    }
}

/// Leaves fixed words in the slot and returns the code.
pub fn say(c: &mut Connection, rc: imap_rc, words: &'static str) -> i32 {
    c.last_mut().set_words(rc, words);
    rc as i32
}

/// Leaves an error in the slot and returns its code.
pub fn note(c: &mut Connection, error: &Error) -> i32 {
    c.last_mut().set_error(error);
    error.code as i32
}

/// Writes an out-parameter unless it is NULL.
///
/// # Safety
/// `out` is NULL or writable.
pub unsafe fn put<T>(out: *mut T, value: impl FnOnce() -> T) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.write(value()) };
    }
}

/// Sets an out-pointer to NULL.
///
/// # Safety
/// `out` is NULL or writable.
pub unsafe fn clear<T>(out: *mut *mut T) {
    // SAFETY: the caller's promise.
    unsafe { put(out, std::ptr::null_mut) };
}
