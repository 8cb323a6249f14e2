//! Signal masks of the calling thread, changed for the length of one call. No handler is ever installed.

use std::io;
use std::mem::MaybeUninit;

/// The thread's mask as it was; put back when dropped.
struct SavedMask(libc::sigset_t);

impl SavedMask {
    fn block(set: &libc::sigset_t) -> SavedMask {
        let mut old = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: both sets are valid; a zeroed sigset_t is a valid value, should the call fail.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, set, old.as_mut_ptr());
            SavedMask(old.assume_init())
        }
    }
}

impl Drop for SavedMask {
    fn drop(&mut self) {
        // SAFETY: the set is the one pthread_sigmask gave us.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

pub(super) fn full_set() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigfillset initialises the set.
    unsafe {
        libc::sigfillset(set.as_mut_ptr());
        set.assume_init()
    }
}

pub(super) fn set_of(signals: &[libc::c_int]) -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigemptyset initialises the set; sigaddset refuses numbers it does not know.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for &signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        set.assume_init()
    }
}

/// Runs `f` with every signal blocked; a thread started inside inherits that for its whole life.
pub fn with_all_signals_blocked<T>(f: impl FnOnce() -> T) -> T {
    let _mask = SavedMask::block(&full_set());
    f()
}

/// Runs a write to a descriptor for which the kernel may raise SIGPIPE, so that the host never sees that signal: it is
/// blocked for this thread, taken if this write caused it, and left alone if it was pending before.
pub(super) fn without_sigpipe(write: impl FnOnce() -> io::Result<usize>) -> io::Result<usize> {
    let set = set_of(&[libc::SIGPIPE]);
    let _mask = SavedMask::block(&set);
    let was_pending = sigpipe_is_pending();
    let result = write();
    if !was_pending && matches!(&result, Err(e) if e.raw_os_error() == Some(libc::EPIPE)) {
        let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: all pointers are to live values; the signal's details are not asked for.
        while unsafe { libc::sigtimedwait(&set, std::ptr::null_mut(), &at_once) } < 0 && super::errno() == libc::EINTR {
        }
    }
    result
}

fn sigpipe_is_pending() -> bool {
    let mut pending = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigpending fills the set; zeroed it is the empty set, should the call fail.
    unsafe {
        libc::sigpending(pending.as_mut_ptr());
        libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}
