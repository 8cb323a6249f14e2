//! Caller's descriptors and functions.

use super::super::sys::tests::pipe;
use super::super::{CustomIo, Received, Transport};
use super::{LIMIT, assert_nothing_to_read, read_octets, wait, write_all};
use crate::error::*;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Instant;

#[test]
fn blocking_socket_of_the_caller_is_never_waited_for_and_keeps_its_mode() {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut transport = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
    assert!(transport.is_local());
    assert_nothing_to_read(&mut transport);
    while transport.write(&[b'x'; 65536]).unwrap().is_some() {}
    theirs.write_all(b"* OK\r\n").unwrap();
    assert_eq!(read_octets(&mut transport, 6).unwrap(), b"* OK\r\n");
    drop(transport);
    assert!(
        super::super::sys::tests::is_blocking(ours.as_raw_fd()),
        "the caller's mode was changed"
    );
}

#[test]
fn blocking_pipes_of_the_caller_are_never_waited_for() {
    let (read_end, mut to_us) = pipe();
    let (mut from_us, write_end) = pipe();
    let mut transport = Transport::fds(read_end.as_raw_fd(), write_end.as_raw_fd(), false).unwrap();
    assert!(transport.is_local());
    assert_nothing_to_read(&mut transport);
    to_us.write_all(b"greeting").unwrap();
    assert_eq!(read_octets(&mut transport, 8).unwrap(), b"greeting");

    // More than the pipe holds: the rest is refused, not waited for.
    let big: Vec<u8> = (0..300_000u32).map(|i| i as u8).collect();
    let mut sent = 0;
    while let Some(n) = transport.write(&big[sent..]).unwrap() {
        sent += n;
    }
    assert!(sent > 0 && sent < big.len(), "{sent} octets went into a pipe");
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        from_us.read_to_end(&mut all).unwrap();
        all
    });
    write_all(&mut transport, &big[sent..]).unwrap();
    drop((transport, write_end));
    assert!(reader.join().unwrap() == big);

    drop(to_us);
    let mut transport = Transport::fds(read_end.as_raw_fd(), read_end.as_raw_fd(), false).unwrap();
    wait(&transport, false, Instant::now() + LIMIT);
    assert_eq!(transport.read(&mut [0; 8]).unwrap(), Received::Eof);
}

#[test]
fn descriptors_are_closed_only_when_that_was_asked() {
    for close_when_done in [false, true] {
        let (read_end, _to_us) = pipe();
        let (mut from_us, write_end) = pipe();
        let (read_fd, write_fd) = (read_end.into_raw_fd(), write_end.into_raw_fd());
        drop(Transport::fds(read_fd, write_fd, close_when_done).unwrap());
        super::super::sys::tests::set_nonblocking(from_us.as_raw_fd());
        let end = from_us.read(&mut [0; 8]);
        assert_eq!(end.is_ok(), close_when_done, "{end:?}");
        if !close_when_done {
            drop(Transport::fds(read_fd, write_fd, true).unwrap());
        }
    }
}

#[test]
fn descriptor_that_is_not_open_is_an_argument_error() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let good = ours.as_raw_fd();
    for (read_fd, write_fd) in [(-1, good), (good, -1), (1_000_000, good)] {
        let error = Transport::fds(read_fd, write_fd, false).err().unwrap();
        assert_eq!(error.code, IMAP_ERR_ARGUMENT);
    }
}

#[test]
fn write_to_a_closed_socket_is_closed() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut transport = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
    drop(theirs);
    let error = transport.write(b"x").unwrap_err();
    assert_eq!((error.code, error.errno), (IMAP_ERR_CLOSED, libc::EPIPE));
}

/// What a test's functions were asked and shall answer.
#[derive(Default)]
struct Script {
    answers: VecDeque<io::Result<Vec<u8>>>,
    waits: Vec<i32>,
    written: Vec<u8>,
    closed: u32,
    lies: bool,
}

struct Scripted(Arc<Mutex<Script>>, Option<RawFd>);

impl CustomIo for Scripted {
    fn read(&mut self, buf: &mut [u8], timeout_ms: i32) -> io::Result<usize> {
        let mut script = self.0.lock().unwrap();
        script.waits.push(timeout_ms);
        if script.lies {
            return Ok(buf.len() + 1);
        }
        let octets = script
            .answers
            .pop_front()
            .unwrap_or(Err(io::ErrorKind::WouldBlock.into()))?;
        buf[..octets.len()].copy_from_slice(&octets);
        Ok(octets.len())
    }

    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let mut script = self.0.lock().unwrap();
        if script.lies {
            return Ok(0);
        }
        script.written.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn close(&mut self) {
        self.0.lock().unwrap().closed += 1;
    }

    fn fd(&self) -> Option<RawFd> {
        self.1
    }
}

fn scripted(answers: Vec<io::Result<Vec<u8>>>, fd: Option<RawFd>) -> (Transport, Arc<Mutex<Script>>) {
    let script = Arc::new(Mutex::new(Script {
        answers: answers.into(),
        ..Script::default()
    }));
    (Transport::custom(Box::new(Scripted(Arc::clone(&script), fd))), script)
}

#[test]
fn functions_of_the_caller_carry_octets_and_are_closed_once() {
    let (mut transport, script) = scripted(
        vec![
            Ok(b"abc".to_vec()),
            Err(io::ErrorKind::WouldBlock.into()),
            Ok(Vec::new()),
        ],
        None,
    );
    assert!(transport.may_block() && !transport.is_local() && transport.poll_fds(true).is_empty());
    transport.set_read_wait(250);
    let mut buf = [0; 8];
    assert_eq!(transport.read(&mut buf).unwrap(), Received::Octets(3));
    assert_eq!(&buf[..3], b"abc");
    assert_eq!(transport.read(&mut buf).unwrap(), Received::Again);
    assert_eq!(transport.read(&mut buf).unwrap(), Received::Eof);
    assert_eq!(transport.write(b"xyz").unwrap(), Some(3));
    transport.close();
    drop(transport);
    let script = script.lock().unwrap();
    assert_eq!(
        (script.written.as_slice(), script.closed, script.waits.as_slice()),
        (&b"xyz"[..], 1, &[250; 3][..])
    );
}

#[test]
fn functions_with_a_descriptor_are_polled_and_never_asked_to_wait() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let (mut transport, script) = scripted(vec![Ok(b"abc".to_vec())], Some(ours.as_raw_fd()));
    assert!(!transport.may_block());
    let events = transport.poll_fds(true).iter().collect::<Vec<_>>();
    assert_eq!(events, [(ours.as_raw_fd(), libc::POLLIN | libc::POLLOUT)]);
    transport.set_read_wait(250);
    transport.read(&mut [0; 8]).unwrap();
    assert_eq!(script.lock().unwrap().waits, [0]);
}

#[test]
fn functions_that_report_impossible_counts_are_an_error() {
    let (mut transport, script) = scripted(Vec::new(), None);
    script.lock().unwrap().lies = true;
    let error = transport.read(&mut [0; 8]).unwrap_err();
    assert!(
        error.message.contains("reported 9 octets where 8 were possible"),
        "{error}"
    );
    assert_eq!(transport.write(b"x").unwrap_err().code, IMAP_ERR_SYSTEM);
}

#[test]
fn error_of_a_function_keeps_its_errno() {
    let (mut transport, _script) = scripted(vec![Err(io::Error::from_raw_os_error(libc::EHOSTUNREACH))], None);
    let error = transport.read(&mut [0; 8]).unwrap_err();
    assert_eq!((error.code, error.errno), (IMAP_ERR_SYSTEM, libc::EHOSTUNREACH));
}
