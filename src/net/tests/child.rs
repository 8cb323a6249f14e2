//! Child processes: their streams, their end, and a host that reaps them itself.

use super::super::{ChildStatus, Received, Transport};
use super::{LIMIT, read_octets, wait, write_all};
use crate::error::*;
use std::time::{Duration, Instant};

#[test]
fn shell_line_talks_through_its_standard_streams() {
    let mut transport = Transport::shell("printf 'hello '; exec cat").unwrap();
    assert!(transport.is_local() && transport.child_pid().unwrap() > 0);
    assert_eq!(read_octets(&mut transport, 6).unwrap(), b"hello ");
    write_all(&mut transport, b"a1 NOOP\r\n").unwrap();
    assert_eq!(read_octets(&mut transport, 9).unwrap(), b"a1 NOOP\r\n");
    assert_eq!(transport.child_status(), Some(ChildStatus::Running));
    let begun = Instant::now();
    transport.close();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "cat ends by itself when its input does"
    );
    assert_eq!(transport.child_status(), Some(ChildStatus::Exited(0)));
}

#[test]
fn argv_searches_the_path_and_needs_no_quoting() {
    let mut transport = Transport::argv(&[c"echo".into(), c"a  b;$HOME".into()]).unwrap();
    assert_eq!(read_octets(&mut transport, 100).unwrap(), b"a  b;$HOME\n");
}

#[test]
fn program_that_does_not_exist_is_named() {
    let error = Transport::argv(&[c"no-such-program-at-all".into()]).err().unwrap();
    assert_eq!((error.code, error.errno), (IMAP_ERR_SYSTEM, libc::ENOENT));
    assert!(error.message.contains("no-such-program-at-all"), "{error}");
}

#[test]
fn nothing_to_start_is_an_argument_error() {
    for error in [
        Transport::argv(&[]).err(),
        Transport::argv(&[c"".into()]).err(),
        Transport::shell(" ").err(),
    ] {
        assert_eq!(error.unwrap().code, IMAP_ERR_ARGUMENT);
    }
    assert_eq!(Transport::shell("echo\0").err().unwrap().code, IMAP_ERR_ARGUMENT);
}

#[test]
fn status_tells_how_the_child_ended() {
    for (line, status) in [
        ("exit 7", ChildStatus::Exited(7)),
        ("kill -9 $$", ChildStatus::Killed(9)),
    ] {
        let mut transport = Transport::shell(line).unwrap();
        wait(&transport, false, Instant::now() + LIMIT);
        assert_eq!(transport.read(&mut [0; 8]).unwrap(), Received::Eof);
        transport.close();
        assert_eq!(transport.child_status(), Some(status));
    }
}

#[test]
fn child_that_ignores_its_end_and_sigterm_is_killed_within_bound() {
    let mut transport = Transport::shell("trap '' TERM; echo; while :; do sleep 0.05; done").unwrap();
    assert_eq!(read_octets(&mut transport, 1).unwrap(), b"\n");
    let begun = Instant::now();
    transport.close();
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_millis(2900) && took < Duration::from_secs(5),
        "{took:?}"
    );
    assert_eq!(transport.child_status(), Some(ChildStatus::Killed(libc::SIGKILL)));
}

#[test]
fn child_that_outlives_its_connection_gets_sigterm() {
    let mut transport = Transport::shell("echo; exec sleep 60").unwrap();
    assert_eq!(read_octets(&mut transport, 1).unwrap(), b"\n");
    transport.close();
    assert_eq!(transport.child_status(), Some(ChildStatus::Killed(libc::SIGTERM)));
}
