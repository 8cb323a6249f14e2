//! Child processes: started with a socket as standard input and output, and waited for by name, never by handler.
//!
//! The host may reap every child itself, and the number of a reaped child may be given to a stranger. So the child is
//! held by a pidfd where there is one: signals and waits through it cannot hit another process.

use super::{Descriptor, PollSet, errno, signal};
use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

/// How a child process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildStatus {
    Running,
    Exited(i32),
    /// Ended by this signal.
    Killed(i32),
    /// Gone, and somebody else has taken its status.
    Unknown,
}

pub struct Child {
    pid: libc::pid_t,
    pidfd: Option<Descriptor>,
    status: ChildStatus,
}

unsafe extern "C" {
    static environ: *const *mut libc::c_char;
}

/// Frees what posix_spawn's preparation reserved.
struct SpawnPlan {
    actions: libc::posix_spawn_file_actions_t,
    attributes: libc::posix_spawnattr_t,
}

impl Drop for SpawnPlan {
    fn drop(&mut self) {
        // SAFETY: both were initialised by `spawn_plan` before the value existed.
        unsafe {
            libc::posix_spawn_file_actions_destroy(&mut self.actions);
            libc::posix_spawnattr_destroy(&mut self.attributes);
        }
    }
}

/// posix_spawn's functions return the error number instead of setting errno.
fn check(rc: libc::c_int) -> io::Result<()> {
    if rc == 0 {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(rc))
    }
}

/// `socket` becomes standard input and output; no signal is blocked; those that hosts commonly ignore act by default.
fn spawn_plan(socket: RawFd) -> io::Result<SpawnPlan> {
    let mut actions = MaybeUninit::uninit();
    let mut attributes = MaybeUninit::uninit();
    // SAFETY: each value is initialised by its own function before anything else sees it; if the second fails, the
    // first is destroyed.
    let mut plan = unsafe {
        check(libc::posix_spawn_file_actions_init(actions.as_mut_ptr()))?;
        if let Err(e) = check(libc::posix_spawnattr_init(attributes.as_mut_ptr())) {
            libc::posix_spawn_file_actions_destroy(actions.as_mut_ptr());
            return Err(e);
        }
        SpawnPlan {
            actions: actions.assume_init(),
            attributes: attributes.assume_init(),
        }
    };
    let defaults = signal::set_of(&[libc::SIGPIPE, libc::SIGCHLD, libc::SIGXFSZ]);
    let none = signal::set_of(&[]);
    let flags = (libc::POSIX_SPAWN_SETSIGMASK | libc::POSIX_SPAWN_SETSIGDEF) as libc::c_short;
    // SAFETY: `plan` is initialised, the sets are live.
    unsafe {
        check(libc::posix_spawn_file_actions_adddup2(&mut plan.actions, socket, 0))?;
        check(libc::posix_spawn_file_actions_adddup2(&mut plan.actions, socket, 1))?;
        check(libc::posix_spawnattr_setsigmask(&mut plan.attributes, &none))?;
        check(libc::posix_spawnattr_setsigdefault(&mut plan.attributes, &defaults))?;
        check(libc::posix_spawnattr_setflags(&mut plan.attributes, flags))?;
    }
    Ok(plan)
}

/// Starts `args`, its program searched in PATH, with `socket` as standard input and output; standard error is inherited.
pub fn spawn(args: &[CString], socket: RawFd) -> io::Result<Child> {
    let Some(program) = args.first() else {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    };
    let plan = spawn_plan(socket)?;
    let mut argv: Vec<*mut libc::c_char> = args.iter().map(|a| a.as_ptr().cast_mut()).collect();
    argv.push(std::ptr::null_mut());
    let mut pid: libc::pid_t = 0;
    // SAFETY: `argv` ends with NULL and points into `args`, which outlives the call and is not written to; `environ` is
    // read as every spawning program does.
    check(unsafe {
        libc::posix_spawnp(
            &mut pid,
            program.as_ptr(),
            &plan.actions,
            &plan.attributes,
            argv.as_ptr(),
            environ.cast(),
        )
    })?;
    Ok(Child {
        pid,
        pidfd: pidfd_open(pid),
        status: ChildStatus::Running,
    })
}

impl Child {
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// How the child stands now; does not wait.
    pub fn status(&mut self) -> ChildStatus {
        if self.status == ChildStatus::Running {
            self.status = self.reap();
        }
        self.status
    }

    /// Waits until the child has ended, for at most `limit`; true if it has.
    pub fn wait(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut pause = Duration::from_millis(1);
        loop {
            if self.status() != ChildStatus::Running {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let mut set = PollSet::new();
            let nap = match &self.pidfd {
                // A pidfd polls readable once its process has ended.
                Some(fd) => {
                    set.add(fd.fd(), libc::POLLIN);
                    left
                }
                None => left.min(pause),
            };
            if set.wait(Some(nap)).is_err() {
                return false;
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// Sends a signal, if the child is still there.
    pub fn signal(&mut self, number: i32) {
        if self.status() != ChildStatus::Running {
            return;
        }
        // Some sandboxes and tools have pidfd_open but not this call.
        let is_sent = self.pidfd.as_ref().is_some_and(|fd| pidfd_send_signal(fd.fd(), number));
        if !is_sent {
            // SAFETY: no pointers are passed. The child was running a moment ago and not reaped, so the number is its.
            unsafe {
                libc::kill(self.pid, number);
            }
        }
    }

    fn reap(&self) -> ChildStatus {
        match &self.pidfd {
            Some(fd) => reap_pidfd(fd.fd()).unwrap_or_else(|| reap_pid(self.pid)),
            None => reap_pid(self.pid),
        }
    }
}

fn reap_pid(pid: libc::pid_t) -> ChildStatus {
    let mut status = 0;
    loop {
        // SAFETY: `status` is live.
        match unsafe { libc::waitpid(pid, &mut status, libc::WNOHANG) } {
            0 => return ChildStatus::Running,
            n if n == pid && libc::WIFEXITED(status) => return ChildStatus::Exited(libc::WEXITSTATUS(status)),
            n if n == pid && libc::WIFSIGNALED(status) => return ChildStatus::Killed(libc::WTERMSIG(status)),
            n if n == pid => return ChildStatus::Running,
            _ if errno() == libc::EINTR => continue,
            _ => return ChildStatus::Unknown,
        }
    }
}

/// `None` where the kernel has pidfds but cannot wait for one (Linux 5.3).
#[cfg(target_os = "linux")]
fn reap_pidfd(pidfd: RawFd) -> Option<ChildStatus> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    loop {
        // SAFETY: `info` has room for the answer; it is zeroed, so it may be read even if nothing was stored, and its
        // child fields are read only after the kernel reported a child.
        unsafe {
            let rc = libc::waitid(
                libc::P_PIDFD,
                pidfd as libc::id_t,
                info.as_mut_ptr(),
                libc::WEXITED | libc::WNOHANG,
            );
            if rc == 0 {
                let info = info.assume_init();
                return Some(match info.si_code {
                    _ if info.si_signo != libc::SIGCHLD => ChildStatus::Running,
                    libc::CLD_EXITED => ChildStatus::Exited(info.si_status()),
                    _ => ChildStatus::Killed(info.si_status()),
                });
            }
        }
        match errno() {
            libc::EINTR => continue,
            libc::EINVAL => return None,
            _ => return Some(ChildStatus::Unknown),
        }
    }
}

#[cfg(target_os = "linux")]
fn pidfd_open(pid: libc::pid_t) -> Option<Descriptor> {
    // SAFETY: no pointers are passed; pidfds close on exec by themselves.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    RawFd::try_from(fd)
        .ok()
        .filter(|fd| *fd >= 0)
        .map(|fd| Descriptor::new(fd, true))
}

#[cfg(target_os = "linux")]
fn pidfd_send_signal(pidfd: RawFd, number: i32) -> bool {
    let no_info: *const libc::siginfo_t = std::ptr::null();
    // SAFETY: NULL asks the kernel to fill the details in itself.
    let rc = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, number, no_info, 0) };
    // A process that has gone is no reason to signal whoever has its number now.
    rc == 0 || !matches!(errno(), libc::ENOSYS | libc::EPERM)
}

#[cfg(not(target_os = "linux"))]
fn reap_pidfd(_pidfd: RawFd) -> Option<ChildStatus> {
    None
}

#[cfg(not(target_os = "linux"))]
fn pidfd_open(_pid: libc::pid_t) -> Option<Descriptor> {
    None
}

#[cfg(not(target_os = "linux"))]
fn pidfd_send_signal(_pidfd: RawFd, _number: i32) -> bool {
    false
}
