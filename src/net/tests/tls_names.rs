//! Whose certificate is accepted: trust, validity, names.

use super::super::{NetOptions, TlsOptions, Transport};
use super::drive;
use super::tls_server::{Identity, TempFile, Wish, context, serve};
use crate::error::*;
use openssl::ssl::NameType;
use std::net::TcpStream;

fn connect(port: u16) -> Transport {
    let mut transport = Transport::tcp("127.0.0.1", port, &NetOptions::default()).unwrap();
    drive(&mut transport).unwrap();
    transport
}

/// Connects to a server with this certificate, expecting `name`, trusting `trusted`. Also gives the name that the server
/// was asked for in clear (SNI).
fn try_name(identity: &Identity, trusted: &Identity, name: &str) -> (Result<Transport>, Option<String>) {
    let ca = TempFile::new(&trusted.cert_pem());
    let options = TlsOptions {
        ca_file: Some(ca.path()),
        ..TlsOptions::default()
    };
    let (port, server) = serve(context(identity, |_| ()), |stream: std::result::Result<_, String>| {
        stream.ok().and_then(|s: openssl::ssl::SslStream<TcpStream>| {
            s.ssl().servername(NameType::HOST_NAME).map(str::to_owned)
        })
    });
    let mut transport = connect(port);
    let result = transport
        .start_tls(name, &options)
        .and_then(|()| drive(&mut transport))
        .map(|()| transport);
    (result, server.join().unwrap())
}

/// The error of a refused certificate.
fn refusal(wish: &Wish<'_>, name: &str) -> Error {
    let authority = Identity::authority();
    let error = try_name(&Identity::new(wish, Some(&authority)), &authority, name)
        .0
        .err()
        .unwrap();
    assert_eq!(error.code, IMAP_ERR_TLS_VERIFY, "{error}");
    error
}

fn is_accepted(wish: &Wish<'_>, name: &str) -> Option<String> {
    let authority = Identity::authority();
    let (result, sni) = try_name(&Identity::new(wish, Some(&authority)), &authority, name);
    let transport = result.unwrap();
    assert!(transport.tls_info().unwrap().verified);
    sni
}

#[test]
fn name_in_the_certificate_is_accepted_and_asked_for() {
    let wish = Wish {
        names: &["mail.example.org"],
        ..Wish::default()
    };
    assert_eq!(
        is_accepted(&wish, "mail.example.org").as_deref(),
        Some("mail.example.org")
    );
    assert_eq!(
        is_accepted(&wish, "MAIL.Example.org").as_deref(),
        Some("MAIL.Example.org")
    );
}

#[test]
fn dot_at_the_end_of_a_name_is_left_out() {
    let wish = Wish {
        names: &["mail.example.org"],
        ..Wish::default()
    };
    assert_eq!(
        is_accepted(&wish, "mail.example.org.").as_deref(),
        Some("mail.example.org")
    );
}

#[test]
fn address_in_the_certificate_is_accepted_and_never_asked_for() {
    let wish = Wish {
        ips: &["127.0.0.1", "::1", "fe80::1"],
        ..Wish::default()
    };
    for name in ["127.0.0.1", "::1", "fe80::1%lo"] {
        assert_eq!(is_accepted(&wish, name), None);
    }
}

#[test]
fn other_name_is_a_hostname_mismatch() {
    let error = refusal(
        &Wish {
            names: &["mail.example.org"],
            ..Wish::default()
        },
        "mail.example.com",
    );
    let expected = "Hostname mismatch, certificate is not valid for 'mail.example.com'";
    assert!(error.message.contains(expected), "{error}");
}

#[test]
fn other_address_is_an_ip_address_mismatch() {
    // A name that looks like the address is not the address.
    let error = refusal(
        &Wish {
            names: &["127.0.0.1"],
            ips: &["127.0.0.2"],
            ..Wish::default()
        },
        "127.0.0.1",
    );
    assert!(
        error
            .message
            .contains("IP address mismatch, certificate is not valid for '127.0.0.1'"),
        "{error}"
    );
}

#[test]
fn common_name_alone_names_nobody() {
    let error = refusal(
        &Wish {
            common_name: "mail.example.org",
            ..Wish::default()
        },
        "mail.example.org",
    );
    assert!(error.message.contains("Hostname mismatch"), "{error}");
}

#[test]
fn wildcard_stands_for_one_whole_label_only() {
    assert!(
        is_accepted(
            &Wish {
                names: &["*.example.org"],
                ..Wish::default()
            },
            "mail.example.org"
        )
        .is_some()
    );
    refusal(
        &Wish {
            names: &["*.example.org"],
            ..Wish::default()
        },
        "a.mail.example.org",
    );
    refusal(
        &Wish {
            names: &["m*.example.org"],
            ..Wish::default()
        },
        "mail.example.org",
    );
}

#[test]
fn self_signed_certificate_is_refused_as_such() {
    let identity = Identity::new(
        &Wish {
            names: &["localhost"],
            ..Wish::default()
        },
        None,
    );
    let error = try_name(&identity, &Identity::authority(), "localhost")
        .0
        .err()
        .unwrap();
    assert_eq!(error.code, IMAP_ERR_TLS_VERIFY);
    assert!(
        error.message.contains("self-signed certificate") || error.message.contains("self signed"),
        "{error}"
    );
    assert!(error.message.contains("TLS_CA_FILE"), "{error}");
}

#[test]
fn self_signed_certificate_that_is_trusted_is_accepted() {
    let identity = Identity::new(
        &Wish {
            names: &["localhost"],
            ..Wish::default()
        },
        None,
    );
    try_name(&identity, &identity, "localhost").0.unwrap();
}

#[test]
fn certificate_that_is_trusted_itself_needs_no_authority() {
    let identity = Identity::new(
        &Wish {
            names: &["localhost"],
            ..Wish::default()
        },
        Some(&Identity::authority()),
    );
    try_name(&identity, &identity, "localhost").0.unwrap();
}

#[test]
fn unknown_authority_is_refused() {
    let identity = Identity::new(
        &Wish {
            names: &["localhost"],
            ..Wish::default()
        },
        Some(&Identity::authority()),
    );
    let error = try_name(&identity, &Identity::new(&Wish::default(), None), "localhost")
        .0
        .err()
        .unwrap();
    assert_eq!(error.code, IMAP_ERR_TLS_VERIFY);
    assert!(
        error.message.contains("unable to get local issuer certificate"),
        "{error}"
    );
}

#[test]
fn system_trust_does_not_hold_for_an_unknown_authority() {
    let identity = Identity::new(
        &Wish {
            names: &["localhost"],
            ..Wish::default()
        },
        Some(&Identity::authority()),
    );
    let (port, server) = serve(context(&identity, |_| ()), |stream| stream.is_ok());
    let mut transport = connect(port);
    transport.start_tls("localhost", &TlsOptions::default()).unwrap();
    assert_eq!(drive(&mut transport).unwrap_err().code, IMAP_ERR_TLS_VERIFY);
    assert!(!server.join().unwrap(), "the server was told nothing of the refusal");
}

#[test]
fn expired_certificate_is_refused_as_such() {
    let error = refusal(
        &Wish {
            names: &["localhost"],
            is_expired: true,
            ..Wish::default()
        },
        "localhost",
    );
    assert!(error.message.contains("certificate has expired"), "{error}");
}

#[test]
fn without_verification_anything_is_accepted_and_said_to_be_unverified() {
    let identity = Identity::new(
        &Wish {
            common_name: "x",
            is_expired: true,
            ..Wish::default()
        },
        None,
    );
    for name in ["127.0.0.1", "localhost", ""] {
        let (port, server) = serve(context(&identity, |_| ()), |stream| stream.is_ok());
        let mut transport = connect(port);
        transport
            .start_tls(
                name,
                &TlsOptions {
                    verify: false,
                    ..TlsOptions::default()
                },
            )
            .unwrap();
        drive(&mut transport).unwrap();
        let info = transport.tls_info().unwrap();
        assert!(!info.verified && info.certificate == identity.cert.to_der().ok());
        assert!(server.join().unwrap());
    }
}

#[test]
fn names_that_cannot_be_checked_are_refused_before_anything_is_sent() {
    for name in [
        "",
        ".",
        "mail\0.example.org",
        "mail.example.org\0",
        "maïl.example.org",
        "a b",
        &"a".repeat(300),
    ] {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let fd = std::os::fd::AsRawFd::as_raw_fd(&ours);
        let mut transport = Transport::fds(fd, fd, false).unwrap();
        let error = transport.start_tls(name, &TlsOptions::default()).unwrap_err();
        assert!([IMAP_ERR_ARGUMENT, IMAP_ERR_TLS].contains(&error.code), "{error}");
        assert!(!error.message.contains('\0') && !transport.is_tls() && !transport.is_closed());
        drop((transport, ours));
        assert_eq!(
            std::io::Read::read(&mut &theirs, &mut [0]).unwrap(),
            0,
            "something was sent"
        );
    }
}
