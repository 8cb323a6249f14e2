//! The system calls of this room, and its only place for `unsafe`.
//!
//! In: descriptors and plain values. Out: plain values, or the error as the system gave it. Nothing here waits except
//! `poll` and the inline form of `resolve`, nothing installs a handler, and every descriptor made here closes on exec.

mod child;
mod clock;
mod fd;
mod fork;
mod poll;
mod random;
mod resolve;
mod signal;
mod socket;
mod tls_mode;
mod wake;

pub use child::ChildStatus;
pub(super) use child::{Child, spawn};
pub use clock::monotonic_ms;
pub(super) use fd::{Descriptor, read_ready, write_ready};
pub use fd::{FdKind, kind_of, read_blocking, write_all};
pub use fork::process_generation;
pub use poll::{PollSet, Polled};
pub use random::unforeseeable_u64;
pub(super) use resolve::{LookupFailure, lookup, scope_id};
pub(super) use signal::with_all_signals_blocked;
pub(super) use socket::{
    bind, connect, local_address, new_socket, peer_address, recv, recv_into, send, set_keepalive, set_nodelay,
    shutdown_both, socket_error, stream_pair,
};
pub(super) use tls_mode::set_nonblocking_modes;
pub use wake::Wake;

/// errno of the call that just failed.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests;
