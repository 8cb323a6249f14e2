//! TLS sessions: octets, ends, alerts, client certificates, versions, files.

use super::super::sys::tests::pipe;
use super::super::{CustomIo, NetOptions, Received, TlsOptions, TlsVersion, Transport};
use super::tls_server::{Identity, TempFile, Wish, context, handshake, serve, serve_clear};
use super::{LIMIT, drive, read_octets, wait, write_all};
use crate::error::*;
use openssl::ssl::{ShutdownResult, SslContext, SslMethod, SslVerifyMode, SslVersion};
use openssl::symm::Cipher;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

fn localhost() -> Identity {
    Identity::new(
        &Wish {
            common_name: "server",
            names: &["localhost"],
            ..Wish::default()
        },
        None,
    )
}

/// Options that trust `identity` itself.
fn trusting(identity: &Identity) -> (TlsOptions, TempFile) {
    let ca = TempFile::new(&identity.cert_pem());
    (
        TlsOptions {
            ca_file: Some(ca.path()),
            ..TlsOptions::default()
        },
        ca,
    )
}

fn connect_tls(port: u16, options: &TlsOptions) -> Result<Transport> {
    let mut transport = Transport::tcp("127.0.0.1", port, &NetOptions::default())?;
    drive(&mut transport)?;
    transport.start_tls("localhost", options)?;
    drive(&mut transport)?;
    Ok(transport)
}

/// Reads until the stream ends or fails.
fn read_end(transport: &mut Transport) -> Result<Received> {
    let end = Instant::now() + LIMIT;
    loop {
        match transport.read(&mut [0; 64])? {
            Received::Again => wait(transport, false, end),
            other => return Ok(other),
        }
    }
}

#[test]
fn octets_go_both_ways_and_what_was_agreed_is_told() {
    let identity = localhost();
    let (options, _ca) = trusting(&identity);
    let (port, server) = serve(context(&identity, |_| ()), |stream| {
        let mut stream = stream.unwrap();
        let mut line = [0; 9];
        stream.read_exact(&mut line).unwrap();
        stream.write_all(b"a1 OK\r\n").unwrap();
        // 0 is the client's close_notify; an end without one would be an error.
        (line, stream.read(&mut [0; 8]).unwrap())
    });
    let mut transport = connect_tls(port, &options).unwrap();
    assert!(transport.is_tls() && transport.is_local());
    write_all(&mut transport, b"a1 NOOP\r\n").unwrap();
    assert_eq!(read_octets(&mut transport, 7).unwrap(), b"a1 OK\r\n");
    let info = transport.tls_info().unwrap().clone();
    assert_eq!((info.version.as_str(), info.verified), ("TLSv1.3", true));
    assert!(
        info.cipher.starts_with("TLS_") && info.certificate == identity.cert.to_der().ok(),
        "{info:?}"
    );
    drop(transport);
    assert_eq!(server.join().unwrap(), (*b"a1 NOOP\r\n", 0));
}

#[test]
fn starttls_goes_over_the_connection_that_spoke_clear_text() {
    let identity = localhost();
    let (options, _ca) = trusting(&identity);
    let context = context(&identity, |_| ());
    let (port, server) = serve_clear(move |mut stream| {
        stream.write_all(b"* OK clear\r\n").unwrap();
        handshake(&context, stream)
            .unwrap()
            .write_all(b"* OK safe\r\n")
            .unwrap();
    });
    let mut transport = Transport::tcp("127.0.0.1", port, &NetOptions::default()).unwrap();
    let early = transport.start_tls("localhost", &options).unwrap_err();
    assert_eq!(early.code, IMAP_ERR_STATE);
    drive(&mut transport).unwrap();
    assert_eq!(read_octets(&mut transport, 12).unwrap(), b"* OK clear\r\n");
    transport.start_tls("localhost", &options).unwrap();
    drive(&mut transport).unwrap();
    assert_eq!(read_octets(&mut transport, 11).unwrap(), b"* OK safe\r\n");
    assert_eq!(
        transport.start_tls("localhost", &options).unwrap_err().code,
        IMAP_ERR_STATE
    );
    server.join().unwrap();
}

#[test]
fn end_with_and_without_close_notify_is_eof_and_stays_eof() {
    for says_goodbye in [true, false] {
        for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
            let identity = localhost();
            let (options, _ca) = trusting(&identity);
            let context = context(&identity, |b| b.set_max_proto_version(Some(version)).unwrap());
            let (port, server) = serve(context, move |stream| {
                let mut stream = stream.unwrap();
                stream.write_all(b"* BYE").unwrap();
                if says_goodbye {
                    assert_eq!(stream.shutdown().unwrap(), ShutdownResult::Sent);
                }
            });
            let mut transport = connect_tls(port, &options).unwrap();
            assert_eq!(read_octets(&mut transport, 100).unwrap(), b"* BYE");
            assert_eq!(read_end(&mut transport).unwrap(), Received::Eof);
            server.join().unwrap();
        }
    }
}

#[test]
fn many_records_are_read_ahead_and_announced_until_they_are_read() {
    let identity = localhost();
    let (options, _ca) = trusting(&identity);
    let (port, server) = serve(context(&identity, |_| ()), |stream| {
        let mut stream = stream.unwrap();
        for i in 0..200u8 {
            stream.write_all(&[i; 100]).unwrap();
        }
        stream.read(&mut [0; 8]).unwrap()
    });
    let mut transport = connect_tls(port, &options).unwrap();
    let expected: Vec<u8> = (0..200u8).flat_map(|i| [i; 100]).collect();
    let mut was_buffered = 0;
    let mut got = Vec::new();
    // Odd sizes cut records; `read_octets` itself checks that nothing buffered is ever waited for.
    while got.len() < expected.len() {
        got.extend(read_octets(&mut transport, 37.min(expected.len() - got.len())).unwrap());
        was_buffered += usize::from(transport.has_buffered());
    }
    assert!(got == expected && was_buffered > 300, "{was_buffered}");
    assert_eq!(transport.read(&mut [0; 8]).unwrap(), Received::Again);
    assert!(!transport.has_buffered());
    drop(transport);
    assert_eq!(server.join().unwrap(), 0);
}

/// Fills the way to a peer that does not read, then goes on from other memory, as a queue that moves does.
fn write_through_a_full_socket(options: &TlsOptions, identity: &Identity) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let context = context(identity, |_| ());
    let (begin_reading, may_read) = std::sync::mpsc::channel::<usize>();
    let server = std::thread::spawn(move || {
        let mut stream = handshake(&context, theirs).unwrap();
        let mut all = vec![0; may_read.recv().unwrap()];
        stream.read_exact(&mut all).unwrap();
        all
    });
    let mut transport = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
    transport.start_tls("localhost", options).unwrap();
    drive(&mut transport).unwrap();
    let octets: Vec<u8> = (0..4_000_000u32).map(|i| (i / 7) as u8).collect();
    let mut sent = 0;
    while let Some(n) = transport.write(&octets[sent..]).unwrap() {
        sent += n;
    }
    assert!(sent < octets.len(), "the socket took everything");
    begin_reading.send(octets.len()).unwrap();
    let moved = octets[sent..].to_vec();
    write_all(&mut transport, &moved).unwrap();
    assert!(server.join().unwrap() == octets);
}

#[test]
fn blocked_write_goes_on_from_other_memory() {
    let identity = localhost();
    write_through_a_full_socket(&trusting(&identity).0, &identity);
}

#[test]
fn context_of_the_caller_needs_no_modes_but_its_verification_is_kept_to() {
    let identity = localhost();
    let mut builder = SslContext::builder(SslMethod::tls()).unwrap();
    builder.cert_store_mut().add_cert(identity.cert.clone()).unwrap();
    builder.set_verify(SslVerifyMode::PEER);
    let options = TlsOptions {
        context: Some(builder.build()),
        ..TlsOptions::default()
    };
    write_through_a_full_socket(&options, &identity);

    let other = Identity::new(
        &Wish {
            names: &["elsewhere"],
            ..Wish::default()
        },
        None,
    );
    let mut builder = SslContext::builder(SslMethod::tls()).unwrap();
    builder.cert_store_mut().add_cert(other.cert.clone()).unwrap();
    builder.set_verify(SslVerifyMode::PEER);
    let options = TlsOptions {
        context: Some(builder.build()),
        ..TlsOptions::default()
    };
    let (port, server) = serve(context(&other, |_| ()), |stream| stream.is_ok());
    let error = connect_tls(port, &options).err().unwrap();
    assert!(
        error.code == IMAP_ERR_TLS_VERIFY && error.message.contains("Hostname mismatch"),
        "{error}"
    );
    server.join().unwrap();
}

#[test]
fn one_context_serves_many_connections() {
    let identity = localhost();
    let (mut options, ca) = trusting(&identity);
    options.context = Some(options.context().unwrap());
    // The file is read once.
    drop(ca);
    for _ in 0..3 {
        let (port, server) = serve(context(&identity, |_| ()), |stream| stream.is_ok());
        assert!(connect_tls(port, &options).unwrap().tls_info().unwrap().verified);
        assert!(server.join().unwrap());
    }
}

/// Copies until the end. Not `io::copy`: that splices, and Linux holds a pipe's lock while it waits to splice into it.
fn pump(mut from: impl Read, mut to: impl Write) {
    let mut buf = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut buf) {
        if to.write_all(&buf[..n]).is_err() {
            return;
        }
    }
}

#[test]
fn tls_goes_over_pipes() {
    let identity = localhost();
    let (options, _ca) = trusting(&identity);
    let (our_end, to_us) = pipe();
    let (from_us, their_end) = pipe();
    let (plain, server_end) = UnixStream::pair().unwrap();
    let (plain_reader, context) = (plain.try_clone().unwrap(), context(&identity, |_| ()));
    std::thread::spawn(move || pump(from_us, plain));
    std::thread::spawn(move || pump(plain_reader, to_us));
    let server = std::thread::spawn(move || handshake(&context, server_end).unwrap().write_all(b"hello").unwrap());
    let mut transport = Transport::fds(our_end.as_raw_fd(), their_end.as_raw_fd(), false).unwrap();
    transport.start_tls("localhost", &options).unwrap();
    drive(&mut transport).unwrap();
    assert_eq!(read_octets(&mut transport, 5).unwrap(), b"hello");
    server.join().unwrap();
}

#[test]
fn server_that_speaks_no_tls_is_said_to() {
    let (port, server) = serve_clear(|mut stream| {
        stream.write_all(b"* OK IMAP4rev1 ready\r\n").unwrap();
        stream.read(&mut [0; 1000]).unwrap()
    });
    let error = connect_tls(
        port,
        &TlsOptions {
            verify: false,
            ..TlsOptions::default()
        },
    )
    .err()
    .unwrap();
    assert_eq!(error.code, IMAP_ERR_TLS);
    assert!(error.message.contains("is not TLS"), "{error}");
    server.join().unwrap();
}

#[test]
fn server_that_hangs_up_in_the_handshake_is_a_tls_error() {
    let (port, server) = serve_clear(|mut stream| stream.read(&mut [0; 1000]).map(drop).unwrap());
    let error = connect_tls(
        port,
        &TlsOptions {
            verify: false,
            ..TlsOptions::default()
        },
    )
    .err()
    .unwrap();
    assert_eq!(error.code, IMAP_ERR_TLS);
    assert!(error.message.contains("closed the connection"), "{error}");
    server.join().unwrap();
}

#[test]
fn versions_below_the_minimum_are_refused() {
    let identity = localhost();
    for (server_max, minimum) in [
        (SslVersion::TLS1_1, TlsVersion::V1_2),
        (SslVersion::TLS1_2, TlsVersion::V1_3),
    ] {
        let context = context(&identity, |b| {
            b.set_security_level(0);
            b.set_min_proto_version(Some(SslVersion::TLS1)).unwrap();
            b.set_max_proto_version(Some(server_max)).unwrap();
        });
        let (port, server) = serve(context, |stream| stream.is_ok());
        let options = TlsOptions {
            min_version: minimum,
            ..trusting(&identity).0
        };
        let options = TlsOptions {
            verify: false,
            ca_file: None,
            ..options
        };
        let error = connect_tls(port, &options).err().unwrap();
        assert_eq!(error.code, IMAP_ERR_TLS);
        assert!(error.message.contains("TLS_MIN_VERSION"), "{error}");
        assert!(!server.join().unwrap());
    }
    assert_eq!(TlsOptions::default().min_version, TlsVersion::V1_2);
}

/// A server that wants certificates signed by `authority`; tells the name in the one it got.
fn wants_client(authority: &Identity, identity: &Identity) -> SslContext {
    context(identity, |b| {
        b.cert_store_mut().add_cert(authority.cert.clone()).unwrap();
        b.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    })
}

#[test]
fn client_certificate_is_shown_from_one_file_or_two() {
    let (authority, identity) = (Identity::authority(), localhost());
    let client = Identity::new(
        &Wish {
            common_name: "jane",
            ..Wish::default()
        },
        Some(&authority),
    );
    let (cert, key) = (TempFile::new(&client.cert_pem()), TempFile::new(&client.key_pem()));
    let both = TempFile::new(&[client.key_pem(), client.cert_pem()].concat());
    for (cert_file, key_file) in [(cert.path(), Some(key.path())), (both.path(), None)] {
        let (port, server) = serve(wants_client(&authority, &identity), |stream| {
            let certificate = stream.unwrap().ssl().peer_certificate().unwrap();
            certificate
                .subject_name()
                .entries()
                .next()
                .unwrap()
                .data()
                .as_slice()
                .to_vec()
        });
        let (options, _ca) = trusting(&identity);
        connect_tls(
            port,
            &TlsOptions {
                cert_file: Some(cert_file),
                key_file,
                ..options
            },
        )
        .unwrap();
        assert_eq!(server.join().unwrap(), b"jane");
    }
}

#[test]
fn missing_client_certificate_is_a_tls_error_with_the_alert_at_the_first_read_or_in_the_handshake() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let (authority, identity) = (Identity::authority(), localhost());
        let (options, _ca) = trusting(&identity);
        let context = context(&identity, |b| {
            b.cert_store_mut().add_cert(authority.cert.clone()).unwrap();
            b.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
            b.set_max_proto_version(Some(version)).unwrap();
        });
        let (port, server) = serve(context, |stream| stream.is_ok());
        let error = match connect_tls(port, &options) {
            Ok(mut transport) => read_end(&mut transport).unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.code, IMAP_ERR_TLS);
        assert!(
            error.message.contains("alert") && error.message.contains("TLS_CERT_FILE"),
            "{error}"
        );
        assert!(!server.join().unwrap());
    }
}

#[test]
fn alert_is_told_even_if_a_write_fails_first() {
    let (authority, identity) = (Identity::authority(), localhost());
    let (options, _ca) = trusting(&identity);
    let (port, server) = serve(wants_client(&authority, &identity), |stream| stream.is_ok());
    let mut transport = connect_tls(port, &options).unwrap();
    assert!(!server.join().unwrap());
    let end = Instant::now() + LIMIT;
    let error = loop {
        assert!(Instant::now() < end);
        match transport.write(&[b'x'; 1000]) {
            Ok(Some(_)) => {}
            Ok(None) => wait(&transport, true, end),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code, IMAP_ERR_TLS);
    assert!(error.message.contains("certificate required"), "{error}");
}

#[test]
fn file_that_cannot_be_used_is_named() {
    let (identity, other) = (localhost(), localhost());
    let cert = TempFile::new(&identity.cert_pem());
    let junk = TempFile::new(b"not PEM at all\n");
    let other_key = TempFile::new(&other.key_pem());
    let locked = identity
        .key
        .private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"secret")
        .unwrap();
    let locked = TempFile::new(&locked);
    let missing = Some("/nonexistent/file.pem".to_owned());
    let base = TlsOptions::default;
    let with_key = |key: &TempFile| TlsOptions {
        cert_file: Some(cert.path()),
        key_file: Some(key.path()),
        ..base()
    };
    let cases = [
        (
            TlsOptions {
                ca_file: missing.clone(),
                ..base()
            },
            IMAP_ERR_SYSTEM,
            "/nonexistent/file.pem".to_owned(),
        ),
        (
            TlsOptions {
                ca_dir: missing.clone(),
                ..base()
            },
            IMAP_ERR_SYSTEM,
            "/nonexistent/file.pem".to_owned(),
        ),
        (
            TlsOptions {
                cert_file: missing.clone(),
                ..base()
            },
            IMAP_ERR_SYSTEM,
            "/nonexistent/file.pem".to_owned(),
        ),
        (
            TlsOptions {
                key_file: missing,
                ..base()
            },
            IMAP_ERR_ARGUMENT,
            "TLS_CERT_FILE".to_owned(),
        ),
        (
            TlsOptions {
                ca_file: Some(junk.path()),
                ..base()
            },
            IMAP_ERR_TLS,
            junk.path(),
        ),
        (
            TlsOptions {
                ca_dir: Some(junk.path()),
                ..base()
            },
            IMAP_ERR_SYSTEM,
            junk.path(),
        ),
        (
            TlsOptions {
                cert_file: Some(junk.path()),
                ..base()
            },
            IMAP_ERR_TLS,
            junk.path(),
        ),
        (
            TlsOptions {
                cert_file: Some(cert.path()),
                ..base()
            },
            IMAP_ERR_TLS,
            cert.path(),
        ),
        (with_key(&junk), IMAP_ERR_TLS, junk.path()),
        (with_key(&other_key), IMAP_ERR_TLS, other_key.path()),
        (with_key(&locked), IMAP_ERR_TLS, "without passphrase".to_owned()),
    ];
    for (options, code, named) in cases {
        let error = options.context().err().unwrap();
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(&named), "{error}");
        assert_eq!(error.errno != 0, code == IMAP_ERR_SYSTEM, "{error:?}");
    }
}

/// A way that takes octets and then turns out not to be connected.
struct Unconnected;

impl CustomIo for Unconnected {
    fn read(&mut self, _: &mut [u8], _: i32) -> std::io::Result<usize> {
        Err(std::io::Error::from_raw_os_error(libc::ENOTCONN))
    }

    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        Ok(buf.len())
    }

    fn close(&mut self) {}

    fn fd(&self) -> Option<RawFd> {
        None
    }
}

#[test]
fn connection_that_is_none_ends_the_handshake() {
    let mut transport = Transport::custom(Box::new(Unconnected));
    transport
        .start_tls(
            "localhost",
            &TlsOptions {
                verify: false,
                ..TlsOptions::default()
            },
        )
        .unwrap();
    assert_eq!(transport.drive(Instant::now()).unwrap_err().code, IMAP_ERR_TLS);
}

#[test]
fn handshake_with_a_silent_server_waits_without_spinning() {
    let (ours, _theirs) = UnixStream::pair().unwrap();
    let mut transport = Transport::fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
    transport
        .start_tls(
            "localhost",
            &TlsOptions {
                verify: false,
                ..TlsOptions::default()
            },
        )
        .unwrap();
    transport.drive(Instant::now()).unwrap();
    let set = transport.poll_fds(true);
    assert_eq!(set.iter().collect::<Vec<_>>(), [(ours.as_raw_fd(), libc::POLLIN)]);
    assert_eq!(
        set.clone().wait(Some(Duration::ZERO)).unwrap(),
        super::super::sys::Polled::TimedOut
    );
    assert!(transport.tls_info().is_none());
}
