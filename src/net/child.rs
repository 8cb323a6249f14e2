//! A server started as a child process that speaks IMAP on its standard input and output (imaplib's IMAP4_stream).
//!
//! In: a shell line or arguments. Out: the process and our end of the socket it talks through. Standard error stays the
//! host's.

use super::raw::Raw;
use super::sys::{self, Child};
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use std::ffi::CString;
use std::time::Duration;

/// How long a child may take after its connection is closed, after SIGTERM, and after SIGKILL.
const AFTER_CLOSE: Duration = Duration::from_secs(2);
const AFTER_TERM: Duration = Duration::from_secs(1);
const AFTER_KILL: Duration = Duration::from_secs(1);

/// Runs a line in the shell.
pub fn start_shell(line: &str) -> Result<(Child, Raw)> {
    let c_line = CString::new(line)
        .map_err(|_| Error::new(IMAP_ERR_ARGUMENT, "the shell line contains a NUL; nothing was started"))?;
    if line.trim().is_empty() {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            "the shell line is empty; nothing was started",
        ));
    }
    start(&[c"/bin/sh".to_owned(), c"-c".to_owned(), c_line])
}

/// Runs a program without a shell; a name without `/` is searched in PATH.
pub fn start(args: &[CString]) -> Result<(Child, Raw)> {
    let Some(program) = args.first().filter(|p| !p.is_empty()) else {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            "no program is named; nothing was started",
        ));
    };
    let failure = |e: std::io::Error| {
        let what = format!("cannot start '{}'", program.to_string_lossy().escape_debug());
        Error::system(&what, e.raw_os_error().unwrap_or(libc::EIO))
    };
    let (ours, theirs) = sys::stream_pair().map_err(failure)?;
    let child = sys::spawn(args, theirs.fd()).map_err(failure)?;
    Ok((
        child,
        Raw::Socket {
            fd: ours,
            is_ours: true,
        },
    ))
}

/// Sees a child off whose connection is closed: most end by that alone. Takes four seconds at most; a child that even
/// SIGKILL cannot end by then (it hangs in the kernel) is left to the system.
pub fn see_off(child: &mut Child) {
    for (limit, next) in [
        (AFTER_CLOSE, Some(libc::SIGTERM)),
        (AFTER_TERM, Some(libc::SIGKILL)),
        (AFTER_KILL, None),
    ] {
        if child.wait(limit) {
            return;
        }
        if let Some(signal) = next {
            child.signal(signal);
        }
    }
}

/// An exit status in words. 126 and 127 are those of a shell that could not run its command.
pub fn failure(status: i32) -> String {
    match status {
        126 => "exit status 126: the command could not be run".to_owned(),
        127 => "exit status 127: the command was not found".to_owned(),
        _ => format!("exit status {status}"),
    }
}
