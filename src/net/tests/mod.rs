//! Transports against listeners, pipes, children and TLS servers inside this process; nothing leaves the machine.

mod child;
mod fds;
mod tcp;
mod tls;
mod tls_names;
mod tls_server;

use super::sys::Polled;
use super::{Progress, Received, Transport};
use crate::error::{Error, Result};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine; a test that needs it has failed.
pub const LIMIT: Duration = Duration::from_secs(20);

/// Waits as a client does: for the transport's own descriptors and its deadline.
pub fn wait(transport: &Transport, want_write: bool, until: Instant) {
    let until = transport.deadline().map_or(until, |d| d.min(until));
    let mut set = transport.poll_fds(want_write);
    set.wait(Some(until.saturating_duration_since(Instant::now()))).unwrap();
}

/// Drives until the connection is ready or has failed.
pub fn drive(transport: &mut Transport) -> Result<()> {
    let end = Instant::now() + LIMIT;
    loop {
        let now = Instant::now();
        assert!(now < end, "the connection neither stood nor failed in time");
        match transport.drive(now)? {
            Progress::Ready => return Ok(()),
            Progress::Pending => wait(transport, false, end),
        }
    }
}

pub fn drive_error(mut transport: Transport) -> Error {
    let error = drive(&mut transport).expect_err("the connection was not to stand");
    assert!(transport.is_closed(), "a failed connection is closed");
    error
}

/// Reads until `n` octets are there or the stream ends.
pub fn read_octets(transport: &mut Transport, n: usize) -> Result<Vec<u8>> {
    let end = Instant::now() + LIMIT;
    let mut octets = Vec::new();
    let mut buf = [0; 4096];
    while octets.len() < n {
        assert!(Instant::now() < end, "{} of {n} octets came", octets.len());
        let room = (n - octets.len()).min(buf.len());
        match transport.read(&mut buf[..room])? {
            Received::Octets(got) => octets.extend_from_slice(&buf[..got]),
            Received::Eof => break,
            Received::Again => {
                assert!(!transport.has_buffered(), "octets announced as buffered were not given");
                wait(transport, false, end);
            }
        }
    }
    Ok(octets)
}

pub fn write_all(transport: &mut Transport, mut octets: &[u8]) -> Result<()> {
    let end = Instant::now() + LIMIT;
    while !octets.is_empty() {
        assert!(Instant::now() < end, "{} octets could not be written", octets.len());
        match transport.write(octets)? {
            Some(n) => octets = &octets[n..],
            None => wait(transport, true, end),
        }
    }
    Ok(())
}

/// Nothing is to be read now and nothing came in a moment in which it could have.
pub fn assert_nothing_to_read(transport: &mut Transport) {
    assert_eq!(transport.read(&mut [0; 16]).unwrap(), Received::Again);
    assert_eq!(
        transport.poll_fds(false).wait(Some(Duration::ZERO)).unwrap(),
        Polled::TimedOut
    );
}
