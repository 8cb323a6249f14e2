//! Connecting: addresses in turn, failures that keep their errno, options, names.

use super::super::tcp::is_own_echo;
use super::super::{Family, NetOptions, Progress, Received, Transport, sys};
use super::{LIMIT, drive, drive_error, read_octets, wait, write_all};
use crate::error::*;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port of this machine on which nobody listens.
fn closed_port() -> u16 {
    listener().1
}

fn v4() -> NetOptions {
    NetOptions {
        family: Family::V4,
        ..NetOptions::default()
    }
}

fn connected(host: &str, options: &NetOptions) -> (Transport, TcpStream) {
    let (listener, port) = listener();
    let mut transport = Transport::tcp(host, port, options).unwrap();
    drive(&mut transport).unwrap();
    (transport, listener.accept().unwrap().0)
}

#[test]
fn octets_go_both_ways_and_the_end_is_eof() {
    let (mut transport, mut server) = connected("127.0.0.1", &NetOptions::default());
    assert!(transport.is_local() && !transport.is_tls());
    write_all(&mut transport, b"a1 NOOP\r\n").unwrap();
    let mut line = [0; 9];
    server.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"a1 NOOP\r\n");
    super::assert_nothing_to_read(&mut transport);
    server.write_all(b"a1 OK\r\n").unwrap();
    assert_eq!(read_octets(&mut transport, 7).unwrap(), b"a1 OK\r\n");
    drop(server);
    wait(&transport, false, Instant::now() + LIMIT);
    assert_eq!(transport.read(&mut [0; 16]).unwrap(), Received::Eof);
}

#[test]
fn refused_connection_keeps_its_errno() {
    let port = closed_port();
    let error = drive_error(Transport::tcp("127.0.0.1", port, &NetOptions::default()).unwrap());
    assert_eq!((error.code, error.errno), (IMAP_ERR_SYSTEM, libc::ECONNREFUSED));
    assert!(
        error
            .message
            .contains(&format!("127.0.0.1 port {port}: 127.0.0.1: Connection refused")),
        "{error}"
    );
}

/// Nobody listens, and the system has chosen the very port that is connected to as ours: both ends are the same socket.
#[test]
fn connection_to_its_own_port_is_known_as_none() {
    let socket = sys::new_socket(&(Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    sys::bind(socket.fd(), Ipv4Addr::LOCALHOST.into()).unwrap();
    let own = sys::local_address(socket.fd()).unwrap().1.unwrap();
    sys::connect(socket.fd(), &own).unwrap();
    let theirs = sys::peer_address(socket.fd()).unwrap().1;
    assert_eq!(theirs, Some(own));
    assert!(is_own_echo(socket.fd(), theirs));

    let (transport, server) = connected("127.0.0.1", &NetOptions::default());
    let theirs = server.local_addr().unwrap();
    assert!(!is_own_echo(transport.fd().unwrap(), Some(theirs)));
}

#[test]
fn empty_host_tries_all_local_addresses_and_keeps_the_errno() {
    let error = drive_error(Transport::tcp("", closed_port(), &NetOptions::default()).unwrap());
    assert_eq!((error.code, error.errno), (IMAP_ERR_SYSTEM, libc::ECONNREFUSED));
    assert!(
        error.message.contains("::1: ") && error.message.contains("127.0.0.1: "),
        "{error}"
    );
}

#[test]
fn second_address_is_tried_when_the_first_refuses() {
    let (mut transport, mut server) = connected("", &NetOptions::default());
    server.write_all(b"x").unwrap();
    assert_eq!(read_octets(&mut transport, 1).unwrap(), b"x");
}

#[test]
fn name_is_resolved_in_a_thread_and_inline_alike() {
    for resolve_inline in [false, true] {
        let (listener, port) = listener();
        let mut transport = Transport::tcp(
            "localhost",
            port,
            &NetOptions {
                resolve_inline,
                ..NetOptions::default()
            },
        )
        .unwrap();
        // A loop waits for the answer; there is no socket before the first drive.
        assert_eq!(transport.fd().is_some(), !resolve_inline);
        drive(&mut transport).unwrap();
        listener.accept().unwrap();
    }
}

#[test]
fn name_that_does_not_exist_is_a_resolver_error() {
    for resolve_inline in [false, true] {
        let options = NetOptions {
            resolve_inline,
            ..NetOptions::default()
        };
        // RFC 6761: no name under .invalid ever exists.
        let error = match Transport::tcp("no-such-host.invalid", 143, &options) {
            Ok(transport) => drive_error(transport),
            Err(error) => error,
        };
        assert_eq!(error.code, IMAP_ERR_RESOLVE);
        assert!(
            error
                .message
                .starts_with("cannot resolve host 'no-such-host.invalid': "),
            "{error}"
        );
    }
}

#[test]
fn lookup_dropped_half_way_leaves_nothing_that_can_crash() {
    for _ in 0..20 {
        let transport = Transport::tcp("localhost", 1, &NetOptions::default()).unwrap();
        assert_eq!(transport.poll_fds(false).iter().count(), 1);
        drop(transport);
    }
}

#[test]
fn host_with_blank_nul_or_control_character_is_refused() {
    for host in ["local host", "localhost\0", "local\r\nhost", "\tlocalhost", "a\u{7f}"] {
        let error = Transport::tcp(host, 143, &NetOptions::default()).err().unwrap();
        assert_eq!(error.code, IMAP_ERR_ARGUMENT);
        assert!(
            !error.message.contains('\0') && !error.message.contains('\n'),
            "{error:?}"
        );
    }
}

#[test]
fn connect_addr_replaces_the_lookup() {
    let options = NetOptions {
        connect_addr: Some("127.0.0.1".into()),
        ..NetOptions::default()
    };
    let (transport, _server) = connected("mail.example.invalid", &options);
    assert!(transport.is_local());
    let options = NetOptions {
        connect_addr: Some("localhost".into()),
        ..NetOptions::default()
    };
    let error = Transport::tcp("x", 143, &options).err().unwrap();
    assert_eq!(error.code, IMAP_ERR_ARGUMENT);
    assert!(
        error.message.contains("CONNECT_ADDR") && error.message.contains("localhost"),
        "{error}"
    );
}

#[test]
fn local_addr_is_the_one_the_server_sees() {
    let options = NetOptions {
        local_addr: Some("127.0.0.2".into()),
        ..NetOptions::default()
    };
    // "" gives ::1 too, which cannot be reached from an IPv4 address and is left out.
    for host in ["127.0.0.1", ""] {
        let (_transport, server) = connected(host, &options);
        assert_eq!(server.peer_addr().unwrap().ip(), Ipv4Addr::new(127, 0, 0, 2));
    }
    let error = Transport::tcp("::1", 143, &options).err().unwrap();
    assert!(error.message.contains("LOCAL_ADDR"), "{error}");
}

#[test]
fn local_addr_of_another_machine_is_named_as_the_cause() {
    let options = NetOptions {
        local_addr: Some("192.0.2.1".into()),
        ..NetOptions::default()
    };
    let error = drive_error(Transport::tcp("127.0.0.1", closed_port(), &options).unwrap());
    assert_eq!((error.code, error.errno), (IMAP_ERR_SYSTEM, libc::EADDRNOTAVAIL));
    assert!(error.message.contains("LOCAL_ADDR"), "{error}");
}

#[test]
fn family_leaves_out_the_other_addresses() {
    let error = Transport::tcp(
        "127.0.0.1",
        143,
        &NetOptions {
            family: Family::V6,
            ..v4()
        },
    )
    .err()
    .unwrap();
    assert_eq!(error.code, IMAP_ERR_RESOLVE);
    let error = drive_error(Transport::tcp("", closed_port(), &v4()).unwrap());
    assert!(!error.message.contains("::1"), "{error}");
}

#[test]
fn socket_sends_small_commands_at_once() {
    let (transport, _server) = connected(
        "127.0.0.1",
        &NetOptions {
            keepalive: true,
            ..v4()
        },
    );
    let fd = transport.fd().unwrap();
    assert!(super::super::sys::tests::flag_is_set(
        fd,
        libc::IPPROTO_TCP,
        libc::TCP_NODELAY
    ));
    assert!(super::super::sys::tests::flag_is_set(
        fd,
        libc::SOL_SOCKET,
        libc::SO_KEEPALIVE
    ));
    assert!(super::super::sys::tests::closes_on_exec(fd));
}

/// A listener whose queue is full: connecting to it neither succeeds nor fails.
fn silent_listener(address: IpAddr) -> Option<(TcpListener, u16, Vec<TcpStream>)> {
    let listener = TcpListener::bind((address, 0)).ok()?;
    super::super::sys::tests::shrink_backlog(&listener);
    let mut held = Vec::new();
    let address = listener.local_addr().unwrap();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        held.push(stream);
        assert!(held.len() < 64, "the listener's queue does not fill");
    }
    Some((listener, address.port(), held))
}

#[test]
fn address_that_does_not_answer_gives_way_after_its_share_of_the_time() {
    // A machine without IPv6 has no second address here.
    let Some((_silent, port, _held)) = silent_listener(Ipv6Addr::LOCALHOST.into()) else {
        return;
    };
    let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) else {
        return;
    };
    let mut transport = Transport::tcp("", port, &NetOptions::default()).unwrap();
    let now = Instant::now();
    transport.set_connect_deadline(Some(now + Duration::from_secs(60)));
    assert_eq!(transport.drive(now).unwrap(), Progress::Pending);
    assert_eq!(
        transport.deadline(),
        Some(now + Duration::from_secs(30)),
        "two addresses share a minute"
    );
    assert_eq!(
        transport.drive(now + Duration::from_secs(29)).unwrap(),
        Progress::Pending
    );
    let first = transport.fd();
    transport.drive(now + Duration::from_secs(30)).unwrap();
    drive(&mut transport).unwrap();
    listener.accept().unwrap();
    assert!(first.is_some() && transport.deadline().is_none());
}

#[test]
fn pending_connection_waits_without_spinning() {
    let (_listener, port, _held) = silent_listener(Ipv4Addr::LOCALHOST.into()).unwrap();
    let mut transport = Transport::tcp("127.0.0.1", port, &NetOptions::default()).unwrap();
    for _ in 0..3 {
        assert_eq!(transport.drive(Instant::now()).unwrap(), Progress::Pending);
    }
    assert_eq!(transport.deadline(), None, "the only address has all the time there is");
    let set = transport.poll_fds(false);
    assert_eq!(
        set.iter().collect::<Vec<_>>(),
        [(transport.fd().unwrap(), libc::POLLOUT)]
    );
    assert_eq!(
        set.clone().wait(Some(Duration::ZERO)).unwrap(),
        super::super::sys::Polled::TimedOut
    );
}

#[test]
fn closed_transport_refuses_everything() {
    let (mut transport, mut server) = connected("127.0.0.1", &NetOptions::default());
    transport.close();
    transport.close();
    assert_eq!(server.read(&mut [0; 8]).unwrap(), 0);
    assert_eq!(transport.read(&mut [0; 8]).unwrap_err().code, IMAP_ERR_CLOSED);
    assert_eq!(transport.write(b"x").unwrap_err().code, IMAP_ERR_CLOSED);
    assert_eq!(transport.drive(Instant::now()).unwrap_err().code, IMAP_ERR_CLOSED);
    assert!(transport.poll_fds(true).is_empty() && transport.fd().is_none());
}

#[test]
fn reset_connection_is_closed_and_keeps_its_errno() {
    let (mut transport, server) = connected("127.0.0.1", &NetOptions::default());
    write_all(&mut transport, b"unread").unwrap();
    // Closing a socket with unread octets sends a reset.
    super::super::sys::tests::wait_readable(&server);
    drop(server);
    wait(&transport, false, Instant::now() + LIMIT);
    let error = transport.read(&mut [0; 8]).unwrap_err();
    assert_eq!((error.code, error.errno), (IMAP_ERR_CLOSED, libc::ECONNRESET));
    let error = write_all(&mut transport, b"x").unwrap_err();
    assert_eq!((error.code, error.errno), (IMAP_ERR_CLOSED, libc::EPIPE));
}

#[test]
fn idle_clear_connection_takes_less_than_4_kib() {
    // What it reserves beside itself: the peer's name.
    assert!(
        std::mem::size_of::<Transport>() < 512,
        "{}",
        std::mem::size_of::<Transport>()
    );
}
