//! What OpenSSL reports, in words for the person who has to act. Certificate verdicts read as Python's ssl words them.

use super::peer::Peer;
use crate::error::{Error, IMAP_ERR_CLOSED, IMAP_ERR_TLS, IMAP_ERR_TLS_VERIFY};
use openssl::error::ErrorStack;
use openssl::ssl::{self, ErrorCode, SslRef};
use openssl::x509::X509VerifyResult;

/// X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of openssl/x509_vfy.h.
const HOSTNAME_MISMATCH: i32 = 62;
const IP_ADDRESS_MISMATCH: i32 = 64;
/// SSL_R_CERTIFICATE_VERIFY_FAILED and SSL_R_UNEXPECTED_EOF_WHILE_READING of openssl/sslerr.h.
const CERTIFICATE_VERIFY_FAILED: i32 = 134;
const UNEXPECTED_EOF: i32 = 294;

/// The reasons on OpenSSL's error stack, the first cause first.
pub fn reasons(stack: &ErrorStack) -> String {
    let mut texts: Vec<String> = Vec::new();
    for error in stack.errors() {
        let text = match error.reason() {
            Some(text) => text.to_owned(),
            None => format!("OpenSSL error {:#x}", error.code()),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        "no reason given".to_owned()
    } else {
        texts.join(", ")
    }
}

/// The stream ended without TLS's own end mark: OpenSSL 3 says so by an error, 1.1.1 by a failed call without errno.
pub fn is_unexpected_eof(error: &ssl::Error) -> bool {
    match error.ssl_error() {
        Some(stack) => stack.errors().iter().any(|e| e.reason_code() == UNEXPECTED_EOF),
        None => error.code() == ErrorCode::SYSCALL && error.io_error().is_none(),
    }
}

/// A failed handshake with `peer`, which was to prove that it is `name`; `trust` says where whom to trust is said.
pub fn handshake_failure(error: &ssl::Error, ssl: &SslRef, peer: &Peer, name: &str, trust: &str) -> Error {
    let broken = error.io_error().map(|io| super::broken("TLS handshake with", peer, io));
    // A server that hangs up before it has read all of our hello resets the connection instead.
    let hung_up = broken.as_ref().is_some_and(|b| b.code == IMAP_ERR_CLOSED);
    if hung_up || is_unexpected_eof(error) {
        let message = format!(
            "TLS handshake with {peer}: the server closed the connection (does it speak TLS on this port, and this \
             version of TLS?)"
        );
        let errno = broken.map_or(0, |b| b.errno);
        return Error {
            errno,
            ..Error::new(IMAP_ERR_TLS, message)
        };
    }
    if let Some(broken) = broken {
        return Error {
            code: IMAP_ERR_TLS,
            ..broken
        };
    }
    let Some(stack) = error.ssl_error() else {
        return Error::new(IMAP_ERR_TLS, format!("TLS handshake with {peer}: {error}"));
    };
    if stack
        .errors()
        .iter()
        .any(|e| e.reason_code() == CERTIFICATE_VERIFY_FAILED)
    {
        return verify_failure(ssl.verify_result(), peer, name, trust);
    }
    let text = reasons(stack);
    Error::new(
        IMAP_ERR_TLS,
        format!("TLS handshake with {peer}: {text}{}", advice(&text)),
    )
}

/// A failed read or write after the handshake.
pub fn record_failure(error: &ssl::Error, peer: &Peer) -> Error {
    if let Some(io) = error.io_error() {
        return super::broken("TLS with", peer, io);
    }
    let text = error.ssl_error().map_or_else(|| error.to_string(), reasons);
    Error::new(
        IMAP_ERR_TLS,
        format!("TLS connection to {peer}: {text}{}", advice(&text)),
    )
}

fn verify_failure(verdict: X509VerifyResult, peer: &Peer, name: &str, trust: &str) -> Error {
    let authority = format!("name the authority that signed it {trust}");
    let (text, advice) = match verdict.as_raw() {
        HOSTNAME_MISMATCH => (
            format!("Hostname mismatch, certificate is not valid for '{name}'"),
            "connect by a name that stands in its subjectAltName, or set TLS_SERVER_NAME to one",
        ),
        IP_ADDRESS_MISMATCH => (
            format!("IP address mismatch, certificate is not valid for '{name}'"),
            "connect by the server's name, or set TLS_SERVER_NAME to it",
        ),
        // Expired, and not yet valid: X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID.
        10 | 9 => (
            verdict.error_string().to_owned(),
            "renew it on the server, or check this machine's clock",
        ),
        _ => (verdict.error_string().to_owned(), authority.as_str()),
    };
    Error::new(
        IMAP_ERR_TLS_VERIFY,
        format!("TLS with {peer}: certificate verify failed: {text}; {advice}"),
    )
}

/// What to do about OpenSSL's most frequent reasons.
fn advice(reasons: &str) -> &'static str {
    if reasons.contains("wrong version number")
        || reasons.contains("packet length too long")
        || reasons.contains("record layer failure")
    {
        " (what the server sent is not TLS: a port for clear text or STARTTLS?)"
    } else if reasons.contains("alert certificate required") || reasons.contains("alert handshake failure") {
        " (sent by the server; if it wants a client certificate, give TLS_CERT_FILE)"
    } else if reasons.contains("alert unknown ca") || reasons.contains("alert bad certificate") {
        " (sent by the server: it does not accept the client's certificate)"
    } else if reasons.contains("unsupported protocol") || reasons.contains("alert protocol version") {
        " (no version of TLS that both sides allow; see TLS_MIN_VERSION)"
    } else if reasons.contains("alert") {
        " (sent by the server)"
    } else {
        ""
    }
}
