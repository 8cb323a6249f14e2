//! A connection that the caller moves himself: two functions instead of a descriptor.

use std::io;
use std::os::fd::RawFd;

/// The caller's own way to read and write.
///
/// Errors of kind `WouldBlock` mean "not now, again later"; 0 from `read` is the end of the stream.
pub trait CustomIo: Send {
    /// Reads at most `buf.len()` octets. With a descriptor it must not wait (`timeout_ms` is 0); without one it may wait
    /// for `timeout_ms` milliseconds, -1 being without limit.
    fn read(&mut self, buf: &mut [u8], timeout_ms: i32) -> io::Result<usize>;
    /// Writes at least one octet, or says `WouldBlock`. Without a descriptor it may wait.
    fn write(&mut self, buf: &[u8]) -> io::Result<usize>;
    /// Called once, when the connection is over; not in a forked child.
    fn close(&mut self);
    /// A descriptor that polls readable and writable as the functions are ready, if there is one. It stays the same.
    fn fd(&self) -> Option<RawFd>;
}
