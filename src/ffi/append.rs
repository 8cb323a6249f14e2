//! APPEND of messages that need not be in memory, one or several in one command.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::client::{Connection, LiteralWritten, Stop};
use crate::error::*;
use std::ffi::{c_char, c_int};

/// Begins an APPEND to a mailbox (NULL is INBOX). Then come imap_append_message and imap_literal_write or
/// imap_literal_from_fd, once, or several times where the server announces MULTIAPPEND; then imap_append_end. `*id` is
/// the command's id. Until the end other commands are IMAP_ERR_STATE; imap_shutdown gives up. Returns IMAP_QUEUED, or
/// what commands return that are not sent. Talks, but does not block. Since 0.1. RFC 9051, 6.3.12; RFC 3502.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_append_begin(conn: *mut imap_conn, mailbox: *const c_char, id: *mut u32) -> c_int {
    // SAFETY: a handle or NULL, a C string or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(id, || 0);
        guard::io(conn, |c| {
            match c.append_begin(text::optional(mailbox).unwrap_or(b"INBOX")) {
                Ok(job) => {
                    guard::put(id, || job);
                    guard::say(c, IMAP_QUEUED, "APPEND: begun")
                }
                Err(error) => guard::note(c, &error),
            }
        })
    }
}

/// Announces one message of exactly `size` octets, which follow by imap_literal_write or imap_literal_from_fd, as they
/// are: line ends must be CRLF. `flags` and `date` are those of imap_cmd_append, NULL for none. Returns IMAP_OK;
/// IMAP_ERR_STATE if no APPEND is being written, or if octets of the message before are missing; IMAP_ERR_UNSUPPORTED
/// for a second message without MULTIAPPEND. Talks, but does not block. Since 0.1. RFC 9051, 6.3.12; RFC 3502.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_append_message(
    conn: *mut imap_conn,
    flags: *const c_char,
    date: *const c_char,
    size: u64,
) -> c_int {
    // SAFETY: a handle or NULL and C strings or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            match c.append_message(text::optional(flags), text::optional(date), size) {
                Ok(()) => guard::say(c, IMAP_OK, "APPEND: the message may follow"),
                Err(error) => guard::note(c, &error),
            }
        })
    }
}

/// Writes what is left of the announced message from a descriptor, read from where that stands. Returns as
/// imap_literal_write; IMAP_ERR_ARGUMENT if the descriptor ends before the message does, IMAP_ERR_SYSTEM if it cannot be
/// read. Blocks, also for the descriptor. With IMAP_OPT_NONBLOCK it blocks for the descriptor only: IMAP_AGAIN if not all
/// could go. After IMAP_AGAIN, a signal or imap_wakeup call it again: what was read and has not left is kept, up to
/// 256 KiB, and goes first. Talks. Since 0.1. RFC 9051, 6.3.12.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_from_fd(conn: *mut imap_conn, fd: c_int) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| {
            let mut sent = c.literal_from_fd(fd);
            match &mut sent {
                Ok(Err(error)) if error.code == IMAP_ERR_ARGUMENT => {
                    error.message.push_str("; write the rest, or close the connection");
                }
                _ => {}
            }
            written(c, sent)
        })
    }
}

/// Ends the APPEND and waits for the server's answer. Returns and `*out` as imap_cmd_append; IMAP_ERR_STATE if octets of
/// a message are missing. Talks. Since 0.1. RFC 9051, 6.3.12.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_append_end(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe { guard::talk(conn, out, Connection::append_end) }
}

/// APPEND of one message of `size` octets from a descriptor, without a copy in memory: imap_append_begin to
/// imap_append_end in one call. Returns and `*out` as imap_cmd_append; IMAP_ERR_ARGUMENT, and nothing sent, if the
/// descriptor is not open for reading. If it ends early (IMAP_ERR_ARGUMENT) or fails later (IMAP_ERR_SYSTEM) the
/// connection is closed: the server waits for octets that never come. After IMAP_ERR_INTERRUPTED and IMAP_ERR_WOKEN go
/// on with imap_literal_from_fd and imap_append_end. Not with IMAP_OPT_NONBLOCK (IMAP_ERR_UNSUPPORTED).
/// Talks. Since 0.1. RFC 9051, 6.3.12.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_append_fd(
    conn: *mut imap_conn,
    mailbox: *const c_char,
    flags: *const c_char,
    date: *const c_char,
    fd: c_int,
    size: u64,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::clear(out);
        guard::io(conn, |c| {
            if c.is_queueing() {
                return guard::say(
                    c,
                    IMAP_ERR_UNSUPPORTED,
                    "imap_cmd_append_fd waits: use imap_append_begin on this connection",
                );
            }
            let (flags, date) = (text::optional(flags), text::optional(date));
            // Before anything of the command leaves.
            let checked = c.message_text(flags, date, size);
            if let Err(error) = checked.and_then(|_| if size > 0 { Connection::can_read(fd) } else { Ok(()) }) {
                return guard::note(c, &error);
            }
            let id = match c.append_begin(text::optional(mailbox).unwrap_or(b"INBOX")) {
                Ok(id) => id,
                Err(error) => return guard::note(c, &error),
            };
            if let Err(error) = c.append_message(flags, date, size) {
                c.give_up_append(id);
                return guard::note(c, &error);
            }
            match c.literal_from_fd(fd) {
                Ok(Ok(_)) => {}
                Ok(Err(mut error)) => {
                    c.give_up_append(id);
                    error.message.push_str("; connection closed");
                    return guard::note(c, &error);
                }
                Err(stop) => return guard::stopped(c, stop),
            }
            match c.append_end() {
                Ok(_) => guard::settle(c, id, None, out),
                Err(error) => guard::note(c, &error),
            }
        })
    }
}

/// The return code of what was written.
pub(super) fn written(c: &mut Connection, written: std::result::Result<Result<LiteralWritten>, Stop>) -> c_int {
    match written {
        Ok(Ok(LiteralWritten::Octets(_))) => guard::say(c, IMAP_OK, "APPEND: written"),
        Ok(Ok(LiteralWritten::Answered)) => guard::say(c, IMAP_END, "APPEND: the server has answered: imap_append_end"),
        Ok(Err(error)) => guard::note(c, &error),
        Err(stop) => guard::stopped(c, stop),
    }
}
