//! What a piece of work costs: CPU, wall time, and the peak of memory above what was resident before.

use std::fmt;
use std::time::Instant;

pub struct Cost {
    cpu_us: f64,
    begun: Instant,
    resident_kib: f64,
}

pub struct Spent {
    cpu_us: f64,
    wall_us: f64,
    peak_kib: f64,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "cpu_us={:.0} wall_us={:.0} peak_kib={:.0}",
            self.cpu_us, self.wall_us, self.peak_kib
        )
    }
}

impl Cost {
    pub fn begin() -> Cost {
        // The peak begins anew at what is resident now.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Cost {
            resident_kib: status_kib("VmRSS:"),
            cpu_us: cpu_us(),
            begun: Instant::now(),
        }
    }

    pub fn end(self) -> Spent {
        let wall_us = self.begun.elapsed().as_nanos() as f64 / 1e3;
        let cpu_us = cpu_us() - self.cpu_us;
        Spent {
            cpu_us,
            wall_us,
            peak_kib: (status_kib("VmHWM:") - self.resident_kib).max(0.0),
        }
    }
}

/// A figure of /proc/self/status, in KiB; 0 if it is not there.
pub fn status_kib(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("");
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0.0)
}

fn cpu_us() -> f64 {
    // SAFETY: a struct of plain numbers that getrusage fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let us = |t: libc::timeval| t.tv_sec as f64 * 1e6 + t.tv_usec as f64;
    us(usage.ru_utime) + us(usage.ru_stime)
}

/// As many descriptors as the system allows.
pub fn files_raise() {
    // SAFETY: a struct of plain numbers that is filled and handed back.
    unsafe {
        let mut files: libc::rlimit = std::mem::zeroed();
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut files);
        files.rlim_cur = files.rlim_max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &files);
    }
}
