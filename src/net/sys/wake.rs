//! A descriptor that ends a wait from another thread or from a signal handler.

use super::errno;
use crate::error::{Error, Result};
use std::os::fd::RawFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering, fence};

/// Readable from the first `wake` until `drain`. The descriptor is made when it is first asked for: who never waits, as in
/// an event loop, needs none.
#[derive(Default)]
pub struct Wake {
    ends: OnceLock<Ends>,
    /// Somebody has woken since the last `drain`. The descriptor only ends a wait; this says whether it was meant.
    is_woken: AtomicBool,
}

/// On Linux one eventfd; elsewhere, or where eventfd is missing, a pipe.
struct Ends {
    read_fd: RawFd,
    write_fd: RawFd,
}

impl Wake {
    /// Ends the wait on the descriptor, or else the next one: one write, async-signal-safe, errno as before.
    pub fn wake(&self) {
        self.is_woken.store(true, Ordering::SeqCst);
        // With the one in `fd`: whoever comes second sees what the other did.
        fence(Ordering::SeqCst);
        if let Some(ends) = self.ends.get() {
            ends.write();
        }
    }

    /// True if it had been woken. A write that is still on its way makes the descriptor readable once more, for nothing.
    pub fn drain(&self) -> bool {
        let was_woken = self.is_woken.load(Ordering::SeqCst) && self.is_woken.swap(false, Ordering::SeqCst);
        if was_woken {
            self.clear();
        }
        was_woken
    }

    /// Whether it has been woken since the last `drain`.
    pub fn is_woken(&self) -> bool {
        self.is_woken.load(Ordering::SeqCst)
    }

    /// The descriptor was seen readable: makes it unreadable again, whoever wrote.
    pub fn clear(&self) {
        if let Some(ends) = self.ends.get() {
            ends.read();
        }
    }

    /// What to wait for; made by the first call.
    pub fn fd(&self) -> Result<RawFd> {
        if let Some(ends) = self.ends.get() {
            return Ok(ends.read_fd);
        }
        let made = Ends::new()?;
        let ends = self.ends.get_or_init(|| made);
        fence(Ordering::SeqCst);
        if self.is_woken.load(Ordering::SeqCst) {
            ends.write();
        }
        Ok(ends.read_fd)
    }
}

impl Ends {
    fn new() -> Result<Ends> {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: no pointers are passed.
            let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
            if fd >= 0 {
                return Ok(Ends {
                    read_fd: fd,
                    write_fd: fd,
                });
            }
            if errno() != libc::ENOSYS {
                return Err(Error::system("eventfd: making the wake descriptor", errno()));
            }
        }
        let mut fds = [-1; 2];
        // SAFETY: `fds` has room for the two descriptors the call stores.
        if unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) } != 0 {
            return Err(Error::system("pipe: making the wake descriptor", errno()));
        }
        let [read_fd, write_fd] = fds;
        Ok(Ends { read_fd, write_fd })
    }

    /// A full pipe is readable already.
    fn write(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: `one` is 8 octets, as an eventfd asks for; errno is a place of the calling thread, saved and put back
        // because the code that a signal handler interrupts may be about to read it.
        unsafe {
            let place = errno_place();
            let saved = *place;
            libc::write(self.write_fd, one.as_ptr().cast(), one.len());
            *place = saved;
        }
    }

    /// Until nothing is left: an eventfd gives its 8 octets once, a pipe may hold more than one read takes.
    fn read(&self) {
        let mut octets = [0u8; 64];
        loop {
            // SAFETY: `octets` is writable for its whole length.
            let n = unsafe { libc::read(self.read_fd, octets.as_mut_ptr().cast(), octets.len()) };
            if n < octets.len() as isize {
                return;
            }
        }
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        // SAFETY: both descriptors were made by `new` and belong to this value alone.
        unsafe {
            libc::close(self.read_fd);
            if self.write_fd != self.read_fd {
                libc::close(self.write_fd);
            }
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "hurd", target_os = "dragonfly"))]
unsafe fn errno_place() -> *mut libc::c_int {
    // SAFETY: always callable; the pointer is valid for the calling thread.
    unsafe { libc::__errno_location() }
}

#[cfg(any(target_os = "freebsd", target_os = "macos", target_os = "ios"))]
unsafe fn errno_place() -> *mut libc::c_int {
    // SAFETY: always callable; the pointer is valid for the calling thread.
    unsafe { libc::__error() }
}

#[cfg(any(target_os = "openbsd", target_os = "netbsd", target_os = "android"))]
unsafe fn errno_place() -> *mut libc::c_int {
    // SAFETY: always callable; the pointer is valid for the calling thread.
    unsafe { libc::__errno() }
}
