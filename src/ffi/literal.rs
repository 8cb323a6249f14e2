//! Messages of any size without holding them. Literals in: while rows are taken with imap_next, those that
//! LITERAL_STREAM_MIN or LITERAL_STREAM_ITEMS name are handed on as they arrive. Literals out: an APPEND whose messages
//! come from the caller's memory or a descriptor, piece by piece.

pub use super::handle::imap_conn;
use super::view::{self, Grows};
use super::{guard, text};
use crate::client::LiteralRead;
use crate::error::*;
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// The literal that imap_next announced. Fields are only ever appended.
#[repr(C)]
pub struct imap_literal {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// Octets of the literal in all, and how many of them were taken.
    pub total: u64,
    pub done: u64,
    /// The message number of the row, 0 if it has none.
    pub number: u32,
    /// The UID, if it came before the literal; else 0: it will be in the row.
    pub uid: u32,
    /// The name of the item as the server wrote it: "BODY[1.2]"; "" if it has none.
    pub item: *const c_char,
    pub item_len: usize,
    /// 1 for a literal8, whose octets may hold NUL.
    pub is_binary: i32,
    /// The command it belongs to.
    pub id: u32,
}

// SAFETY: repr(C), begins with its size, and made of numbers and a pointer that may be NULL.
unsafe impl Grows for imap_literal {
    const FIRST: usize = offset_of!(imap_literal, id) + size_of::<u32>();
}

/// What is known of the literal that waits. `size` is sizeof(imap_literal). `item` is borrowed until the next call that
/// talks or this one again. Returns IMAP_OK; IMAP_END if none waits; IMAP_ERR_ARGUMENT if `info` is NULL or too small.
/// Does not talk. Since 0.1. RFC 9051, 4.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_info(conn: *mut imap_conn, info: *mut imap_literal, size: usize) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let filled = c.literal_info().map(|found| imap_literal {
                    size: 0,
                    total: found.total,
                    done: found.done,
                    number: found.number,
                    uid: found.uid,
                    item: found.item.as_ptr().cast(),
                    item_len: found.item.len() - 1,
                    is_binary: i32::from(found.is_binary),
                    id: found.id,
                });
                view::give_struct(info, size, filled)
            },
        )
    }
}

/// Reads octets of the literal that waits into `buf`: at least one, at most `len`; `*n` says how many. Blocks until
/// there are some, up to the limits of time. Returns IMAP_OK; IMAP_END and 0 when all have been taken (the row follows
/// by imap_next) or none waits; IMAP_AGAIN with IMAP_OPT_NONBLOCK. If the connection ends in the middle, the failure:
/// what was read until then is good. Room for 256 KiB costs least. Talks. Since 0.1. RFC 9051, 4.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_read(conn: *mut imap_conn, buf: *mut c_char, len: usize, n: *mut usize) -> c_int {
    // SAFETY: a handle or NULL, room of `len` octets and a place or NULL, by the interface.
    unsafe {
        guard::put(n, || 0);
        guard::io(conn, |c| {
            if buf.is_null() || len == 0 || isize::try_from(len).is_err() {
                return guard::say(c, IMAP_ERR_ARGUMENT, "imap_literal_read: there is no room to read into");
            }
            let out = std::slice::from_raw_parts_mut(buf.cast(), len);
            match c.literal_read(out) {
                Ok(Ok(LiteralRead::Octets(read))) => {
                    guard::put(n, || read);
                    guard::say(c, IMAP_OK, "octets of a literal")
                }
                Ok(Ok(LiteralRead::End)) => guard::say(c, IMAP_END, "the literal is over"),
                Ok(Err(error)) => guard::note(c, &error),
                Err(stop) => guard::stopped(c, stop),
            }
        })
    }
}

/// Writes what is left of the literal that waits to a descriptor, from where that stands. Returns IMAP_OK when all is
/// written; IMAP_ERR_SYSTEM (imap_last_errno) if the descriptor takes no more: what it took is gone, the rest can still
/// be read or skipped, and the connection stays in step. IMAP_ERR_STATE if no literal waits. Blocks, also for the
/// descriptor. Talks. Since 0.1. RFC 9051, 4.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_to_fd(conn: *mut imap_conn, fd: c_int) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| match c.literal_to_fd(fd) {
            Ok(Ok(())) => guard::say(c, IMAP_OK, "the literal is written"),
            Ok(Err(error)) => guard::note(c, &error),
            Err(stop) => guard::stopped(c, stop),
        })
    }
}

/// Drops what is left of the literal that waits, as it arrives. Returns IMAP_OK; IMAP_ERR_STATE if none waits. Talks, but
/// does not block. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_skip(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    unsafe {
        guard::io(conn, |c| match c.literal_skip() {
            Ok(()) => guard::say(c, IMAP_OK, "the literal is skipped"),
            Err(error) => guard::note(c, &error),
        })
    }
}

/// Octets of the message announced with imap_append_message. Blocks until the server wants them and all `len` have left;
/// `*taken` says how many have (with IMAP_OPT_NONBLOCK fewer, also 0). They go to the server as they are and are not
/// copied. Returns IMAP_OK; IMAP_END if the server has answered the command already, most often with NO: imap_append_end
/// hands that out; IMAP_AGAIN with IMAP_OPT_NONBLOCK if none could go; IMAP_ERR_ARGUMENT for more octets than were
/// announced, of which those that fit have left; IMAP_ERR_STATE if no message is being written. Talks. Since 0.1.
/// RFC 9051, 6.3.12.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_literal_write(
    conn: *mut imap_conn,
    octets: *const c_char,
    len: usize,
    taken: *mut usize,
) -> c_int {
    // SAFETY: a handle or NULL, `len` octets and a place or NULL, by the interface.
    unsafe {
        guard::put(taken, || 0);
        guard::io(conn, |c| {
            let octets = match text::octets(octets, len, "octets") {
                Ok(octets) => octets,
                Err(error) => return guard::note(c, &error),
            };
            let mut gone = 0;
            let written = c.literal_write(octets, &mut gone);
            guard::put(taken, || gone);
            super::append::written(c, written)
        })
    }
}
