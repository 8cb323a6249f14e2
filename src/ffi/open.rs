//! Opening and closing. A failed open still gives a connection: read the error from it, then free it. Opening talks,
//! and blocks up to CONNECT_TIMEOUT_MS.

pub use super::handle::{imap_conn, imap_options, imap_response};
use super::{guard, text};
use crate::client::known;
use crate::client::options::Options;
use crate::client::{Connection, Stop, Target, Wait, imap_tls};
use crate::error::*;
use crate::net::{ChildStatus, CustomIo};
use std::ffi::{CString, c_char, c_int, c_long, c_void};
use std::io;
use std::os::fd::RawFd;
use std::sync::OnceLock;

/// Bits of the `flags` that functions take, here and below. Each function says which it knows; others are
/// IMAP_ERR_ARGUMENT.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_flag {
    /// Message numbers are UIDs: the command is sent with UID before it.
    IMAP_UID = 1,
    /// Open the mailbox for reading only.
    IMAP_EXAMINE = 2,
    /// Send the message as it is, line ends included.
    IMAP_APPEND_VERBATIM = 4,
    /// The descriptors stay open when the connection closes.
    IMAP_FD_KEEP = 8,
    /// The way is private (a tunnel): passwords may cross it without TLS.
    IMAP_FD_SECURE = 16,
}
pub use imap_flag::*;

/// Connects to a server, reads its greeting, and asks for its capabilities unless the greeting told them. `host` is a
/// name or a numeric address in UTF-8, without a port; "" is this machine. `port` 0 is the usual one (993 with
/// IMAP_TLS_IMPLICIT, else 143). `tls` is a number of imap_tls; the certificate is checked against `host`. `options`
/// may be NULL for the defaults.
///
/// Returns IMAP_OK; IMAP_QUEUED with IMAP_OPT_NONBLOCK: imap_last_id is what imap_wait and imap_completed know the
/// opening by. Otherwise there is no connection: IMAP_ERR_ARGUMENT, IMAP_ERR_RESOLVE, IMAP_ERR_SYSTEM (errno),
/// IMAP_ERR_TIMEOUT, IMAP_ERR_TLS, IMAP_ERR_TLS_VERIFY, IMAP_ERR_TLS_REFUSED, IMAP_ERR_GREETING, IMAP_ERR_BYE,
/// IMAP_ERR_CLOSED, IMAP_ERR_PROTOCOL, IMAP_ERR_LIMIT. After IMAP_ERR_INTERRUPTED imap_wait continues.
///
/// `*out` is the caller's whatever is returned: free it with imap_logout_and_free or imap_free. After a failure it says
/// what happened (imap_last_message). It is NULL only if `options` is no options handle, or if memory, descriptors or
/// random octets ran out. Any thread. Since 0.1. RFC 9051, 2.1, 7.1; RFC 8314.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_open(
    host: *const c_char,
    port: c_int,
    tls: c_int,
    options: *const imap_options,
    out: *mut *mut imap_conn,
) -> c_int {
    // SAFETY: C strings, handles and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        open(out, options, tls, |tls| {
            let host = text::utf8(host, "host")?.to_owned();
            let default = if tls == imap_tls::IMAP_TLS_IMPLICIT { 993 } else { 143 };
            let port = match port {
                0 => default,
                _ => u16::try_from(port)
                    .map_err(|_| Error::new(IMAP_ERR_ARGUMENT, format!("port {port} is not between 0 and 65535")))?,
            };
            Ok(Target::Host { host, port })
        })
    })
}

/// Starts a line of /bin/sh and talks to its standard input and output (imaplib's IMAP4_stream), without TLS; its
/// standard error stays the caller's. When the connection is closed the process gets two seconds to end by itself, one
/// more after SIGTERM, then SIGKILL, and is waited for. Returns and owns as imap_open. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_open_command(
    shell_line: *const c_char,
    options: *const imap_options,
    out: *mut *mut imap_conn,
) -> c_int {
    // SAFETY: C strings, handles and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        open(out, options, imap_tls::IMAP_TLS_NONE as c_int, |_| {
            Ok(Target::Shell(text::utf8(shell_line, "shell_line")?.to_owned()))
        })
    })
}

/// As imap_open_command, without a shell: `argv` is the program, searched in PATH if its name has no slash, and its
/// arguments, ended by NULL. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_open_argv(
    argv: *const *const c_char,
    options: *const imap_options,
    out: *mut *mut imap_conn,
) -> c_int {
    // SAFETY: C strings, handles and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        open(out, options, imap_tls::IMAP_TLS_NONE as c_int, |_| {
            let mut args = Vec::new();
            let mut at = argv;
            while !at.is_null() && !(*at).is_null() {
                let arg = text::required(*at, "argv")?;
                args.push(CString::new(arg).unwrap_or_default());
                at = at.add(1);
            }
            if args.is_empty() {
                return Err(Error::new(
                    IMAP_ERR_ARGUMENT,
                    "argv names no program; nothing was started",
                ));
            }
            Ok(Target::Argv(args))
        })
    })
}

/// Talks through open descriptors, which may be one and the same. Their blocking mode does not matter and is not
/// changed. `flags`: IMAP_FD_KEEP, IMAP_FD_SECURE. `tls` is a number of imap_tls; `host` is the name the certificate is
/// checked against, NULL without TLS. The connection owns the descriptors and closes them, unless IMAP_FD_KEEP; those
/// of a call that is refused because of `flags`, `tls` or a descriptor that is not open, or that gives no connection,
/// stay the caller's. Returns and owns as imap_open. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_open_fd(
    read_fd: c_int,
    write_fd: c_int,
    flags: c_int,
    host: *const c_char,
    tls: c_int,
    options: *const imap_options,
    out: *mut *mut imap_conn,
) -> c_int {
    // SAFETY: C strings, handles and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        open(out, options, tls, |_| {
            check_flags(flags, IMAP_FD_KEEP as c_int | IMAP_FD_SECURE as c_int)?;
            Ok(Target::Descriptors {
                read: read_fd,
                write: write_fd,
                close: flags & IMAP_FD_KEEP as c_int == 0,
                host: optional_host(host)?,
                is_private: flags & IMAP_FD_SECURE as c_int != 0,
            })
        })
    })
}

/// Functions that carry a connection (imaplib's overridable read, send and shutdown). They are called inside the
/// library's calls, on the calling thread, and must not throw or longjmp. A call on the connection that they carry is
/// IMAP_ERR_BUSY.
#[repr(C)]
pub struct imap_io {
    /// Set by the caller: sizeof(imap_io).
    pub size: usize,
    /// Handed to each function as it is.
    pub ctx: *mut c_void,
    /// Reads up to `len` octets into `buf`. Returns how many; 0 at the end of the stream; -1 with errno (EAGAIN or EINTR:
    /// nothing yet). With a descriptor it must not wait; without one it may wait up to `timeout_ms` milliseconds. After
    /// octets it is called again: what waits inside is found although the descriptor does not tell of it.
    pub read: Option<unsafe extern "C" fn(ctx: *mut c_void, buf: *mut c_char, len: usize, timeout_ms: c_int) -> c_long>,
    /// Writes up to `len` octets, at least one. Returns how many, or -1 with errno (EAGAIN or EINTR: not now). Without a
    /// descriptor it may wait.
    pub write: Option<unsafe extern "C" fn(ctx: *mut c_void, buf: *const c_char, len: usize) -> c_long>,
    /// Called once, when the connection is over, but not in a forked child; may be NULL.
    pub close: Option<unsafe extern "C" fn(ctx: *mut c_void)>,
    /// What is waited for while the functions say EAGAIN; -1 if there is none: a loop then comes by imap_timeout alone.
    pub fd: c_int,
    /// 0, or IMAP_FD_SECURE.
    pub flags: c_int,
}

/// Talks through functions of the caller; `*io` is copied. `tls` and `host` as for imap_open_fd. A call that is refused
/// because of `*io` or the number `tls`, or that gives no connection, does not call close. Returns and owns as
/// imap_open. Any thread. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_open_io(
    io: *const imap_io,
    host: *const c_char,
    tls: c_int,
    options: *const imap_options,
    out: *mut *mut imap_conn,
) -> c_int {
    // SAFETY: C strings, handles and places as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        open(out, options, tls, |_| {
            let wrong = |what: &str| Error::new(IMAP_ERR_ARGUMENT, format!("imap_io: {what}"));
            let io = io.as_ref().ok_or_else(|| wrong("is NULL"))?;
            if io.size < size_of::<imap_io>() {
                return Err(wrong("size is less than sizeof(imap_io)"));
            }
            check_flags(io.flags, IMAP_FD_SECURE as c_int)?;
            let (Some(read), Some(write)) = (io.read, io.write) else {
                return Err(wrong("read or write is NULL"));
            };
            let is_private = io.flags & IMAP_FD_SECURE as c_int != 0;
            let functions = Functions {
                ctx: io.ctx,
                read,
                write,
                close: io.close,
                fd: io.fd,
            };
            Ok(Target::Functions {
                io: Box::new(functions),
                host: optional_host(host)?,
                is_private,
            })
        })
    })
}

/// imaplib's with-block: LOGOUT if that is still possible, then imap_free. Returns what LOGOUT returned, IMAP_OK if the
/// connection was over already; the handle is freed all the same. Only after IMAP_ERR_BUSY it is not, and NULL is
/// IMAP_ERR_HANDLE. Blocks up to the limits of time; imap_wakeup does not end it. Talks. Since 0.1. RFC 9051, 6.1.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_logout_and_free(conn: *mut imap_conn) -> c_int {
    // SAFETY: a handle or NULL, by the interface.
    let rc = unsafe {
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                if c.machine().dead().is_some() || !c.is_own_process() {
                    return IMAP_OK as c_int;
                }
                match c.typed(const { known("LOGOUT") }, &[], false) {
                    // Nobody could go on waiting afterwards: a wakeup, also one from before, does not end it.
                    Ok(id) => loop {
                        let rc = guard::settle(c, id, None, std::ptr::null_mut());
                        if rc != IMAP_ERR_WOKEN as c_int {
                            break rc;
                        }
                    },
                    Err(error) => guard::note(c, &error),
                }
            },
        )
    };
    if rc != IMAP_ERR_BUSY as c_int && rc != IMAP_ERR_HANDLE as c_int {
        // SAFETY: the guard has seen that it is a connection.
        guard::plain((), || unsafe { imap_conn::free(conn) });
    }
    rc
}

/// Closes the connection at once and says nothing to the server (imaplib's shutdown). Error and state stay to be read;
/// commands are then IMAP_ERR_CLOSED. NULL is fine; inside another call nothing is done. May wait for a child process
/// as imap_free. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_shutdown(conn: *mut imap_conn) {
    // SAFETY: a handle or NULL, by the interface.
    unsafe { guard::conn(conn, |_| (), |c| c.shutdown()) }
}

/// Closes the connection without LOGOUT and frees it; NULL is fine. In a forked child only the child's copies of the
/// descriptors are closed. A connection that is inside a call of another thread is left alone. May wait up to four
/// seconds for a child process that does not end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_free(conn: *mut imap_conn) {
    // SAFETY: a handle or NULL, by the interface.
    guard::plain((), || unsafe { imap_conn::free(conn) });
}

/// The process behind imap_open_command or imap_open_argv: its number in `*pid`. Returns IMAP_OK; IMAP_END and 0 if
/// there is none. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_child_pid(conn: *mut imap_conn, pid: *mut c_int) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(pid, || 0);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| match c.transport_mut().and_then(|t| t.child_pid()) {
                Some(number) => {
                    guard::put(pid, || number);
                    IMAP_OK as c_int
                }
                None => IMAP_END as c_int,
            },
        )
    }
}

/// How that process ended: `*status` as waitpid gives it; also after imap_shutdown. Returns IMAP_OK; IMAP_AGAIN and 0
/// while it runs; IMAP_END and 0 if there is none, or if somebody else has waited for it. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_child_status(conn: *mut imap_conn, status: *mut c_int) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe {
        guard::put(status, || 0);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| match c.transport_mut().and_then(|t| t.child_status()) {
                Some(ChildStatus::Running) => IMAP_AGAIN as c_int,
                Some(ChildStatus::Exited(code)) => {
                    guard::put(status, || (code & 0xff) << 8);
                    IMAP_OK as c_int
                }
                Some(ChildStatus::Killed(signal)) => {
                    guard::put(status, || signal & 0x7f);
                    IMAP_OK as c_int
                }
                Some(ChildStatus::Unknown) | None => IMAP_END as c_int,
            },
        )
    }
}

unsafe fn open(
    out: *mut *mut imap_conn,
    options: *const imap_options,
    tls: c_int,
    target: impl FnOnce(imap_tls) -> Result<Target>,
) -> c_int {
    if out.is_null() {
        return IMAP_ERR_ARGUMENT as c_int;
    }
    // SAFETY: the callers' promises.
    unsafe {
        guard::clear(out);
        let options = match options.is_null() {
            true => defaults().clone(),
            false => {
                let mut copy = None;
                guard::read(options, (), |o| copy = Some(o.inner.clone()));
                match copy {
                    Some(options) => options,
                    None => return IMAP_ERR_HANDLE as c_int,
                }
            }
        };
        let mut c = match Connection::new(options) {
            Ok(c) => c,
            Err(error) => return error.code as c_int,
        };
        let begun = imap_tls::from_number(tls)
            .ok_or_else(|| Error::new(IMAP_ERR_ARGUMENT, format!("tls: {tls} is no number of imap_tls")))
            .and_then(|mode| Ok((mode, target(mode)?)));
        let rc = match begun {
            Ok((mode, target)) => match c.open(target, mode) {
                Ok(id) => opened(&mut c, id),
                Err(error) => error.code,
            },
            Err(error) => {
                let rc = error.code;
                c.fail(error);
                rc
            }
        };
        guard::put(out, || Box::into_raw(imap_conn::boxed(c)));
        rc as c_int
    }
}

fn opened(c: &mut Connection, id: u32) -> imap_rc {
    if c.is_queueing() {
        guard::queued(c);
        return IMAP_QUEUED;
    }
    match c.wait(id, None) {
        Ok(Wait::Done(outcome)) => {
            let rc = outcome.rc;
            c.last_mut().set_outcome(outcome, None);
            rc
        }
        // Nobody else has the handle yet: a signal ends the open only where that was asked for.
        Err(Stop::Interrupted) => {
            guard::stopped(c, Stop::Interrupted);
            IMAP_ERR_INTERRUPTED
        }
        _ => {
            guard::note(c, &Error::new(IMAP_ERR_INTERNAL, "the open ended without an outcome"));
            IMAP_ERR_INTERNAL
        }
    }
}

/// One TLS context serves all connections without options.
fn defaults() -> &'static Options {
    static DEFAULTS: OnceLock<Options> = OnceLock::new();
    DEFAULTS.get_or_init(Options::default)
}

unsafe fn optional_host(host: *const c_char) -> Result<String> {
    if host.is_null() {
        return Ok(String::new());
    }
    // SAFETY: a C string, by the interface.
    unsafe { text::utf8(host, "host") }.map(str::to_owned)
}

pub(super) fn check_flags(flags: c_int, known: c_int) -> Result<()> {
    if flags & !known == 0 {
        return Ok(());
    }
    Err(Error::new(
        IMAP_ERR_ARGUMENT,
        format!("flags: {:#x} is not known here; nothing was sent", flags & !known),
    ))
}

struct Functions {
    ctx: *mut c_void,
    read: unsafe extern "C" fn(*mut c_void, *mut c_char, usize, c_int) -> c_long,
    write: unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> c_long,
    close: Option<unsafe extern "C" fn(*mut c_void)>,
    fd: c_int,
}

// SAFETY: the caller's functions are called by one thread at a time, whichever makes the call, as the header says.
unsafe impl Send for Functions {}

impl CustomIo for Functions {
    fn read(&mut self, buf: &mut [u8], timeout_ms: i32) -> io::Result<usize> {
        // SAFETY: the buffer is ours for the call; the function is the caller's promise.
        let n = unsafe { (self.read)(self.ctx, buf.as_mut_ptr().cast(), buf.len(), timeout_ms) };
        moved(n, "read")
    }

    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        // SAFETY: the buffer is ours for the call; the function is the caller's promise.
        let n = unsafe { (self.write)(self.ctx, buf.as_ptr().cast(), buf.len()) };
        moved(n, "write")
    }

    fn close(&mut self) {
        if let Some(close) = self.close.take() {
            // SAFETY: the function is the caller's promise.
            unsafe { close(self.ctx) };
        }
    }

    fn fd(&self) -> Option<RawFd> {
        (self.fd >= 0).then_some(self.fd)
    }
}

/// What a function says it has moved, or the errno that it left.
fn moved(n: c_long, which: &str) -> io::Result<usize> {
    usize::try_from(n).map_err(|_| match io::Error::last_os_error() {
        e if e.raw_os_error() == Some(0) => {
            io::Error::other(format!("the caller's {which} function failed without an errno"))
        }
        e => e,
    })
}
