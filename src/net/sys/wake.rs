//! A descriptor that ends a wait from another thread or from a signal handler.

use super::errno;
use crate::error::{Error, Result};
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};

/// Readable from the first `wake` until `drain`. On Linux one eventfd; elsewhere, or where eventfd is missing, a pipe.
pub struct Wake {
    read_fd: RawFd,
    write_fd: RawFd,
    /// Somebody has woken since the last `drain`: that there is nothing to read needs no system call.
    is_woken: AtomicBool,
}

impl Wake {
    pub fn new() -> Result<Wake> {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: no pointers are passed.
            let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
            if fd >= 0 {
                return Ok(Wake {
                    read_fd: fd,
                    write_fd: fd,
                    is_woken: AtomicBool::new(false),
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
        Ok(Wake {
            read_fd,
            write_fd,
            is_woken: AtomicBool::new(false),
        })
    }

    /// Makes the descriptor readable: one write, async-signal-safe, errno as before. A full pipe is readable already.
    pub fn wake(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: `one` is 8 octets, as an eventfd asks for; errno is a place of the calling thread, saved and put back
        // because the code that a signal handler interrupts may be about to read it.
        unsafe {
            let place = errno_place();
            let saved = *place;
            libc::write(self.write_fd, one.as_ptr().cast(), one.len());
            *place = saved;
        }
        // Only now: who drains in between must find the descriptor readable.
        self.is_woken.store(true, Ordering::SeqCst);
    }

    /// Makes the descriptor unreadable again; true if it had been woken.
    pub fn drain(&self) -> bool {
        if !self.is_woken.swap(false, Ordering::SeqCst) {
            return false;
        }
        let mut octets = [0u8; 64];
        let mut woken = false;
        loop {
            // SAFETY: `octets` is writable for its whole length.
            let n = unsafe { libc::read(self.read_fd, octets.as_mut_ptr().cast(), octets.len()) };
            woken |= n > 0;
            // An eventfd gives its 8 octets once; a pipe may hold more than one read takes.
            if n < octets.len() as isize {
                return woken;
            }
        }
    }

    pub fn fd(&self) -> RawFd {
        self.read_fd
    }
}

impl Drop for Wake {
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
