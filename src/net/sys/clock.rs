//! The clock that limits of time are counted on: it only goes forward, whatever happens to the time of day.

/// Milliseconds since some moment in the past.
pub fn monotonic_ms() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` has room for what the call stores. It cannot fail: POSIX has this clock.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let (seconds, nanoseconds) = (now.tv_sec as u64, now.tv_nsec as u64);
    seconds.saturating_mul(1_000).saturating_add(nanoseconds / 1_000_000)
}
