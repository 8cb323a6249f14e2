//! TLS over any `Raw`, for implicit TLS and STARTTLS alike. In: the raw connection, the server's name, a context. Out:
//! octets in clear, or what must be waited for.
//!
//! OpenSSL gets a stream of ours: its own socket BIO can raise SIGPIPE and makes two system calls a record. Below it
//! lies a read-ahead buffer that exists only while octets flow.

use super::peer::Peer;
use super::raw::Raw;
use super::sys::{self, PollSet};
use super::tls_error::{handshake_failure, is_unexpected_eof, record_failure};
use super::{Progress, Received};
use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_NOMEM, IMAP_ERR_TLS, Result};
use openssl::error::ErrorStack;
use openssl::ssl::{ErrorCode, Ssl, SslContext, SslStream, SslVerifyMode};
use openssl::x509::X509VerifyResult;
use openssl::x509::verify::X509CheckFlags;
use std::io::{self, Read, Write};
use std::net::IpAddr;

/// Four full records for one system call.
const READ_AHEAD_OCTETS: usize = 64 * 1024;
/// A full record, for connections that have not received as much at once.
const FIRST_AHEAD_OCTETS: usize = 17 * 1024;

/// What the handshake settled. The texts hold no NUL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsInfo {
    /// As OpenSSL names it: `TLSv1.3`.
    pub version: String,
    pub cipher: String,
    /// The server's certificate (DER).
    pub certificate: Option<Vec<u8>>,
    /// The certificate was checked against trusted ones and against the server's name.
    pub verified: bool,
}

/// What a call that would block waits for; in TLS a read may wait to write and the other way round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Read,
    Write,
}

pub struct Tls {
    stream: SslStream<Below>,
    name: String,
    info: Option<TlsInfo>,
    handshake_wants: Want,
    read_wants: Want,
    write_wants: Want,
    is_at_end: bool,
    /// OpenSSL wants nothing more to be said after a failure.
    has_failed: bool,
    is_own_context: bool,
}

/// A connection's OpenSSL object, told whom to expect. Nothing is sent.
pub fn prepare(server_name: &str, context: &SslContext) -> Result<Ssl> {
    drop(ErrorStack::get());
    let failure = |e: ErrorStack| {
        let reasons = super::tls_error::reasons(&e);
        Error::new(
            IMAP_ERR_TLS,
            format!("cannot begin TLS for server name '{server_name}': {reasons}"),
        )
    };
    let mut ssl = Ssl::new(context).map_err(failure)?;
    sys::set_nonblocking_modes(&mut ssl);
    ssl.set_connect_state();
    let verifies = ssl.verify_mode().contains(SslVerifyMode::PEER);
    match ServerName::parse(server_name)? {
        ServerName::Address(ip) => ssl.param_mut().set_ip(ip).map_err(failure)?,
        ServerName::Name(name) => {
            let param = ssl.param_mut();
            param.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS | X509CheckFlags::NEVER_CHECK_SUBJECT);
            param.set_host(name).map_err(failure)?;
            ssl.set_hostname(name).map_err(failure)?;
        }
        ServerName::Missing if verifies => {
            let message = "TLS needs the server's name to check its certificate; give a host or set TLS_SERVER_NAME";
            return Err(Error::new(IMAP_ERR_ARGUMENT, message));
        }
        ServerName::Missing => {}
    }
    Ok(ssl)
}

/// Whom the certificate must name.
enum ServerName<'a> {
    Address(IpAddr),
    /// Without the dot that ends a full name: certificates are written without it (RFC 6066, 3).
    Name(&'a str),
    Missing,
}

impl ServerName<'_> {
    fn parse(text: &str) -> Result<ServerName<'_>> {
        // The scope of fe80::1%eth0 is known to this machine only, no certificate has it.
        if let Ok(ip) = text.split('%').next().unwrap_or_default().parse() {
            return Ok(ServerName::Address(ip));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() {
            return Ok(ServerName::Missing);
        }
        if !name.bytes().all(|b| b.is_ascii_graphic()) {
            let message = format!(
                "TLS server name \"{}\" is not a host name of printable ASCII (write international names in their xn-- \
                 form)",
                text.escape_debug()
            );
            return Err(Error::new(IMAP_ERR_ARGUMENT, message));
        }
        Ok(ServerName::Name(name))
    }
}

impl Tls {
    /// Nothing is sent yet: `handshake` does that.
    pub fn new(ssl: Ssl, server_name: &str, raw: Raw, is_own_context: bool) -> Result<Tls> {
        let stream = SslStream::new(
            ssl,
            Below {
                raw,
                ahead: Vec::new(),
                at: 0,
            },
        )
        .map_err(|_| Error::new(IMAP_ERR_NOMEM, "out of memory for a TLS connection"))?;
        Ok(Tls {
            stream,
            name: server_name.to_owned(),
            info: None,
            handshake_wants: Want::Write,
            read_wants: Want::Read,
            write_wants: Want::Write,
            is_at_end: false,
            has_failed: false,
            is_own_context,
        })
    }

    /// Memory that silence does not need.
    pub fn release(&mut self) {
        self.stream.get_mut().release();
    }

    /// Goes on with the handshake as far as it can.
    pub fn handshake(&mut self, peer: &Peer) -> Result<Progress> {
        if self.info.is_some() {
            return Ok(Progress::Ready);
        }
        loop {
            drop(ErrorStack::get());
            let Err(error) = self.stream.do_handshake() else { break };
            match would_block(&error) {
                Some(_) if error.io_error().is_none() => continue,
                Some(want) => {
                    self.handshake_wants = want;
                    return Ok(Progress::Pending);
                }
                None => {
                    let trust = if self.is_own_context {
                        "in the context that was given"
                    } else {
                        "with TLS_CA_FILE"
                    };
                    return Err(handshake_failure(&error, self.stream.ssl(), peer, &self.name, trust));
                }
            }
        }
        let ssl = self.stream.ssl();
        let certificate = ssl.peer_certificate();
        let verified = certificate.is_some()
            && ssl.verify_mode().contains(SslVerifyMode::PEER)
            && ssl.verify_result() == X509VerifyResult::OK;
        self.info = Some(TlsInfo {
            version: ssl.version_str().to_owned(),
            cipher: ssl.current_cipher().map_or("", |c| c.name()).to_owned(),
            certificate: certificate.and_then(|c| c.to_der().ok()),
            verified,
        });
        Ok(Progress::Ready)
    }

    /// At most one record. An end without close_notify is an end like the other: the layer above knows whether a
    /// response was cut short.
    pub fn read(&mut self, buf: &mut [u8], peer: &Peer) -> Result<Received> {
        if self.is_at_end {
            return Ok(Received::Eof);
        }
        loop {
            drop(ErrorStack::get());
            let error = match self.stream.ssl_read(buf) {
                Ok(n) => {
                    self.read_wants = Want::Read;
                    return Ok(Received::Octets(n));
                }
                Err(error) => error,
            };
            match would_block(&error) {
                Some(_) if error.io_error().is_none() => continue,
                Some(want) => {
                    self.read_wants = want;
                    return Ok(Received::Again);
                }
                None if error.code() == ErrorCode::ZERO_RETURN || is_unexpected_eof(&error) => {
                    self.is_at_end = true;
                    return Ok(Received::Eof);
                }
                None => {
                    self.has_failed = true;
                    return Err(record_failure(&error, peer));
                }
            }
        }
    }

    /// Writes at most one record; `None` if that would block, and then the same octets must come again.
    pub fn write(&mut self, buf: &[u8], peer: &Peer) -> Result<Option<usize>> {
        loop {
            drop(ErrorStack::get());
            let error = match self.stream.ssl_write(buf) {
                Ok(n) => {
                    self.write_wants = Want::Write;
                    return Ok(Some(n));
                }
                Err(error) => error,
            };
            match would_block(&error) {
                Some(_) if error.io_error().is_none() => continue,
                Some(want) => {
                    self.write_wants = want;
                    return Ok(None);
                }
                None => {
                    self.has_failed = true;
                    return Err(self.waiting_alert(peer).unwrap_or_else(|| record_failure(&error, peer)));
                }
            }
        }
    }

    /// A server that refuses the client's certificate under TLS 1.3 sends its alert after the handshake and closes: a
    /// write may fail before the alert is read, and the alert is what the caller needs to know.
    fn waiting_alert(&mut self, peer: &Peer) -> Option<Error> {
        drop(ErrorStack::get());
        let error = self.stream.ssl_peek(&mut [0]).err()?;
        let is_alert = error.code() == ErrorCode::SSL && !is_unexpected_eof(&error);
        is_alert.then(|| record_failure(&error, peer))
    }

    pub fn add_interest(&self, set: &mut PollSet, want_write: bool) {
        let raw = &self.stream.get_ref().raw;
        let mut add = |want: Want| raw.add_interest(set, want == Want::Read, want == Want::Write);
        if self.info.is_none() {
            return add(self.handshake_wants);
        }
        add(self.read_wants);
        if want_write {
            add(self.write_wants);
        }
    }

    /// Octets that a read gives without asking the connection below.
    pub fn has_buffered(&self) -> bool {
        self.stream.ssl().pending() > 0 || !self.stream.get_ref().is_empty()
    }

    /// What lies below may hold octets of its own. A handshake reads them to the end itself.
    pub fn may_hold(&self) -> bool {
        self.info.is_some() && self.read_wants == Want::Read && self.raw().may_hold()
    }

    pub fn info(&self) -> Option<&TlsInfo> {
        self.info.as_ref()
    }

    pub fn raw(&self) -> &Raw {
        &self.stream.get_ref().raw
    }

    pub fn raw_mut(&mut self) -> &mut Raw {
        &mut self.stream.get_mut().raw
    }

    /// Says close_notify if that can be done without waiting, then ends the connection below.
    pub fn close(&mut self) {
        if self.info.is_some() && !self.has_failed && !self.raw().may_block() {
            drop(ErrorStack::get());
            // One attempt: a server that does not take it sees the end of the stream instead.
            let _ = self.stream.shutdown();
            drop(ErrorStack::get());
        }
        self.raw_mut().close();
    }
}

fn would_block(error: &openssl::ssl::Error) -> Option<Want> {
    match error.code() {
        ErrorCode::WANT_READ => Some(Want::Read),
        ErrorCode::WANT_WRITE => Some(Want::Write),
        _ => None,
    }
}

/// The stream under OpenSSL: the raw connection with a read-ahead buffer.
struct Below {
    raw: Raw,
    ahead: Vec<u8>,
    at: usize,
}

impl Below {
    fn is_empty(&self) -> bool {
        self.at >= self.ahead.len()
    }

    fn release(&mut self) {
        if self.is_empty() {
            (self.ahead, self.at) = (Vec::new(), 0);
        }
    }
}

impl Read for Below {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_empty() {
            self.at = 0;
            let was_full = !self.ahead.is_empty() && self.ahead.len() == self.ahead.capacity();
            let wanted = if was_full {
                READ_AHEAD_OCTETS
            } else {
                FIRST_AHEAD_OCTETS
            };
            self.ahead.clear();
            if self.ahead.capacity() < wanted {
                self.ahead
                    .try_reserve_exact(wanted)
                    .map_err(|_| io::ErrorKind::OutOfMemory)?;
            }
            if let Err(e) = self.raw.read_into(&mut self.ahead) {
                // Nothing flows: an idle connection keeps no buffer.
                self.ahead = Vec::new();
                return Err(settled(e));
            }
        }
        let waiting = self.ahead.get(self.at..).unwrap_or_default();
        let n = waiting.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..n), waiting.get(..n)) {
            to.copy_from_slice(from);
        }
        self.at += n;
        Ok(n)
    }
}

impl Write for Below {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.raw.write(buf).map_err(settled)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The `openssl` crate takes "not connected" for "try again", which would go on for ever, and a call that a signal cut
/// short for a failure.
fn settled(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::Interrupted => io::ErrorKind::WouldBlock.into(),
        io::ErrorKind::NotConnected => io::Error::from_raw_os_error(libc::ECONNRESET),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn read_ahead_exists_only_while_octets_flow() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let raw = Raw::from_fds(ours.as_raw_fd(), ours.as_raw_fd(), false).unwrap();
        let mut below = Below {
            raw,
            ahead: Vec::new(),
            at: 0,
        };
        theirs.write_all(b"header and record").unwrap();
        let mut buf = [0; 6];
        assert_eq!(below.read(&mut buf).unwrap(), 6);
        assert_eq!((&buf, below.is_empty()), (b"header", false));
        let mut rest = [0; 100];
        assert_eq!(below.read(&mut rest).unwrap(), 11);
        assert_eq!(below.read(&mut rest).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        assert_eq!(below.ahead.capacity(), 0);
        theirs.write_all(b"more").unwrap();
        assert_eq!(below.read(&mut buf[..2]).unwrap(), 2);
        below.release();
        assert_eq!(below.read(&mut rest).unwrap(), 2);
        below.release();
        assert_eq!(below.ahead.capacity(), 0);
    }
}
