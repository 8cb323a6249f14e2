//! What needs system calls of its own to be tested: signals, forks, descriptors; with small helpers for other tests.

use super::super::{ChildStatus, Transport};
use super::{PollSet, Polled, Wake, process_generation, signal};
use crate::error::*;
use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

pub fn flag_is_set(fd: RawFd, level: i32, option: i32) -> bool {
    let mut value: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `value` has the room that `len` says.
    let rc = unsafe { libc::getsockopt(fd, level, option, (&raw mut value).cast(), &mut len) };
    assert_eq!(rc, 0);
    value != 0
}

pub fn closes_on_exec(fd: RawFd) -> bool {
    // SAFETY: no pointers are passed.
    unsafe { libc::fcntl(fd, libc::F_GETFD) & libc::FD_CLOEXEC != 0 }
}

pub fn is_blocking(fd: RawFd) -> bool {
    // SAFETY: no pointers are passed.
    unsafe { libc::fcntl(fd, libc::F_GETFL) & libc::O_NONBLOCK == 0 }
}

pub fn set_nonblocking(fd: RawFd) {
    // SAFETY: no pointers are passed.
    unsafe { libc::fcntl(fd, libc::F_SETFL, libc::fcntl(fd, libc::F_GETFL) | libc::O_NONBLOCK) };
}

/// The reading and the writing end of a pipe, both in blocking mode.
pub fn pipe() -> (File, File) {
    let mut fds = [-1; 2];
    // SAFETY: `fds` has room for the two descriptors, which nobody else owns.
    unsafe {
        assert_eq!(libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC), 0);
        (File::from_raw_fd(fds[0]), File::from_raw_fd(fds[1]))
    }
}

/// The shortest queue of waiting connections.
pub fn shrink_backlog(listener: &TcpListener) {
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
}

pub fn wait_readable(fd: &impl AsRawFd) {
    let mut set = PollSet::new();
    set.add(fd.as_raw_fd(), libc::POLLIN);
    assert_eq!(set.wait(Some(Duration::from_secs(20))).unwrap(), Polled::Ready);
}

/// Runs `f` in a forked child; its wait status: 0 if `f` returned true, 256 if not or if it panicked, else a signal.
fn in_fork(f: impl FnOnce() -> bool) -> i32 {
    // SAFETY: the child runs `f` and leaves by _exit, so nothing of the parent's is run twice; the allocator is usable
    // after fork in the C libraries this is tested with.
    unsafe {
        let pid = libc::fork();
        assert!(pid >= 0);
        if pid == 0 {
            let ok = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or(false);
            libc::_exit(i32::from(!ok));
        }
        let mut status = 0;
        while libc::waitpid(pid, &mut status, 0) < 0 {}
        status
    }
}

/// The action of `number` in a child process of a test.
fn set_action(number: i32, action: libc::sighandler_t) {
    // SAFETY: only the predefined actions are set, no handler.
    unsafe { libc::signal(number, action) };
}

#[test]
fn generation_stays_in_a_process_and_differs_in_its_forked_child() {
    let ours = process_generation();
    assert_eq!(ours, process_generation());
    let in_child = || {
        let child = process_generation();
        let in_grandchild = || ![ours, child].contains(&process_generation());
        child != ours && child == process_generation() && in_fork(in_grandchild) == 0
    };
    assert_eq!(in_fork(in_child), 0);
    assert_eq!(ours, process_generation());
}

#[test]
fn threads_agree_on_the_generation() {
    let in_child = || {
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(process_generation)).collect();
        let seen: Vec<u64> = threads.into_iter().map(|t| t.join().unwrap_or(0)).collect();
        seen.iter().all(|g| *g == process_generation())
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn pipe_with_closed_reader_is_an_error_and_not_sigpipe() {
    let in_child = || {
        set_action(libc::SIGPIPE, libc::SIG_DFL);
        let (from_us, write_end) = pipe();
        let (read_end, _to_us) = pipe();
        let mut transport = Transport::fds(read_end.as_raw_fd(), write_end.as_raw_fd(), false).unwrap();
        drop(from_us);
        let error = transport.write(b"x").unwrap_err();
        (error.code, error.errno) == (IMAP_ERR_CLOSED, libc::EPIPE)
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn sockets_and_children_raise_no_sigpipe() {
    let in_child = || {
        set_action(libc::SIGPIPE, libc::SIG_DFL);
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut socket = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
        drop(theirs);
        let mut child = Transport::shell("exit 0").unwrap();
        wait_readable(&child.fd().unwrap());
        child.write(b"x").is_err() && socket.write(b"x").is_err()
    };
    assert_eq!(in_fork(in_child), 0);
}

/// Whether SIGPIPE waits for this thread, and whether it is blocked here.
fn sigpipe_pending_and_blocked() -> (bool, bool) {
    // SAFETY: both sets are filled by the calls before they are read.
    unsafe {
        let (mut pending, mut mask) = (signal::set_of(&[]), signal::set_of(&[]));
        libc::sigpending(&mut pending);
        libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), &mut mask);
        (
            libc::sigismember(&pending, libc::SIGPIPE) == 1,
            libc::sigismember(&mask, libc::SIGPIPE) == 1,
        )
    }
}

#[test]
fn sigpipe_that_was_pending_before_stays_pending() {
    let in_child = || {
        set_action(libc::SIGPIPE, libc::SIG_DFL);
        let set = signal::set_of(&[libc::SIGPIPE]);
        // SAFETY: `set` is live; the signal is blocked when it is raised.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
            libc::raise(libc::SIGPIPE);
        }
        let broken = || Err(std::io::Error::from_raw_os_error(libc::EPIPE));
        signal::without_sigpipe(broken).is_err() && sigpipe_pending_and_blocked() == (true, true)
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn mask_of_the_thread_is_restored_after_a_write() {
    let in_child = || {
        let before = sigpipe_pending_and_blocked();
        let inside = signal::without_sigpipe(|| Ok(usize::from(sigpipe_pending_and_blocked().1)));
        before == (false, false) && inside.ok() == Some(1) && sigpipe_pending_and_blocked() == (false, false)
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn transport_dropped_in_a_forked_child_stays_usable_in_the_parent() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut socket = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
    let mut child = Transport::shell("exec cat").unwrap();
    let pid = child.child_pid().unwrap();
    let begun = std::time::Instant::now();
    let in_child = || {
        // Closing, as dropping, must neither shut the streams down nor wait for somebody else's child.
        socket.close();
        child.close();
        child.child_pid().is_none()
    };
    assert_eq!(in_fork(in_child), 0);
    assert!(begun.elapsed() < Duration::from_secs(1));
    theirs.write_all(b"x").unwrap();
    let mut octet = [0];
    socket.read(&mut octet).unwrap();
    assert_eq!(
        (&octet, child.child_pid(), child.child_status()),
        (b"x", Some(pid), Some(ChildStatus::Running))
    );
    child.write(b"y").unwrap();
    wait_readable(&child.fd().unwrap());
    child.read(&mut octet).unwrap();
    assert_eq!(&octet, b"y");
}

#[test]
fn child_reaped_by_the_host_is_fine() {
    let mut transport = Transport::shell("exit 3").unwrap();
    let pid = transport.child_pid().unwrap();
    let mut status = 0;
    // SAFETY: `status` is live.
    assert_eq!(unsafe { libc::waitpid(pid, &mut status, 0) }, pid);
    transport.close();
    assert_eq!(transport.child_status(), Some(ChildStatus::Unknown));
}

#[test]
fn host_that_ignores_sigchld_is_fine() {
    let in_child = || {
        set_action(libc::SIGCHLD, libc::SIG_IGN);
        let begun = std::time::Instant::now();
        let mut transport = Transport::shell("exec cat").unwrap();
        let was_running = transport.child_status() == Some(ChildStatus::Running);
        transport.close();
        let took = begun.elapsed();
        was_running && transport.child_status() == Some(ChildStatus::Unknown) && took < Duration::from_millis(1900)
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn child_starts_with_no_signal_blocked_and_without_our_descriptors() {
    let first = Transport::shell("exec cat").unwrap();
    let wake = Wake::default();
    let (socket, wake_fd) = (first.fd().unwrap(), wake.fd().unwrap());
    let line = format!(
        "grep SigBlk /proc/self/status; for fd in {socket} {wake_fd}; do test -e /proc/$$/fd/$fd && echo open; done"
    );
    let mut transport = signal::with_all_signals_blocked(|| Transport::shell(&line)).unwrap();
    let octets = super::super::tests::read_octets(&mut transport, 1000).unwrap();
    assert_eq!(String::from_utf8(octets).unwrap(), "SigBlk:\t0000000000000000\n");
}

#[test]
fn wake_is_readable_until_drained_however_often_it_was_woken() {
    let wake = Wake::default();
    let fd = wake.fd().unwrap();
    assert!(closes_on_exec(fd) && !is_blocking(fd));
    assert!(!wake.drain());
    for _ in 0..100 {
        wake.wake();
    }
    let mut set = PollSet::new();
    set.add(fd, libc::POLLIN);
    assert_eq!(set.wait(None).unwrap(), Polled::Ready);
    assert_eq!(set.revents(fd), libc::POLLIN);
    assert!(wake.drain());
    assert_eq!(set.wait(Some(Duration::ZERO)).unwrap(), Polled::TimedOut);
}

#[test]
fn wake_before_the_first_wait_ends_it() {
    let wake = Wake::default();
    wake.wake();
    let mut set = PollSet::new();
    set.add(wake.fd().unwrap(), libc::POLLIN);
    assert_eq!(set.wait(Some(Duration::ZERO)).unwrap(), Polled::Ready);
    assert!(wake.drain());
    assert!(!wake.drain());
    assert_eq!(set.wait(Some(Duration::ZERO)).unwrap(), Polled::TimedOut);
}

#[test]
fn wake_while_its_descriptor_is_being_made_is_not_lost() {
    for _ in 0..2000 {
        let wake = std::sync::Arc::new(Wake::default());
        let (theirs, both) = (wake.clone(), std::sync::Arc::new(std::sync::Barrier::new(2)));
        let start = both.clone();
        let thread = std::thread::spawn(move || {
            start.wait();
            theirs.wake();
        });
        both.wait();
        let mut set = PollSet::new();
        set.add(wake.fd().unwrap(), libc::POLLIN);
        assert_eq!(set.wait(Some(Duration::from_secs(20))).unwrap(), Polled::Ready);
        assert!(wake.drain());
        thread.join().unwrap();
        // What was written too late for the drain makes it readable, which says nothing.
        wake.clear();
        assert!(!wake.drain());
    }
}

#[test]
fn wake_from_another_thread_ends_a_wait_and_leaves_errno() {
    let wake = std::sync::Arc::new(Wake::default());
    let theirs = std::sync::Arc::clone(&wake);
    let fd = wake.fd().unwrap();
    let thread = std::thread::spawn(move || theirs.wake());
    wait_readable(&fd);
    thread.join().unwrap();
    // SAFETY: closing a descriptor that does not exist sets errno and does nothing else.
    unsafe { libc::close(-1) };
    wake.wake();
    assert_eq!(super::errno(), libc::EBADF);
}

#[test]
fn signal_ends_a_wait_as_interrupted() {
    extern "C" fn nothing(_: libc::c_int) {}
    let in_child = || {
        // SAFETY: the handler does nothing; the interval timer goes on ringing, so that a signal that comes before the
        // wait has begun is followed by another.
        unsafe {
            libc::signal(
                libc::SIGALRM,
                nothing as extern "C" fn(libc::c_int) as libc::sighandler_t,
            );
            let soon = libc::timeval {
                tv_sec: 0,
                tv_usec: 20_000,
            };
            libc::setitimer(
                libc::ITIMER_REAL,
                &libc::itimerval {
                    it_interval: soon,
                    it_value: soon,
                },
                std::ptr::null_mut(),
            );
        }
        PollSet::new().wait(Some(Duration::from_secs(20))).ok() == Some(Polled::Interrupted)
    };
    assert_eq!(in_fork(in_child), 0);
}

#[test]
fn poll_set_joins_the_wishes_for_one_descriptor() {
    let mut set = PollSet::new();
    set.add(7, libc::POLLIN);
    set.add(7, libc::POLLOUT);
    assert_eq!(set.iter().collect::<Vec<_>>(), [(7, libc::POLLIN | libc::POLLOUT)]);
}
