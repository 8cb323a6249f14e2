//! A TLS server in a thread, with certificates made on the spot.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{Ssl, SslContext, SslContextBuilder, SslMethod, SslStream};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Name, X509NameRef};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

/// A certificate with its key.
pub struct Identity {
    pub cert: X509,
    pub key: PKey<Private>,
}

/// What a certificate shall say.
#[derive(Default)]
pub struct Wish<'a> {
    pub common_name: &'a str,
    pub names: &'a [&'a str],
    pub ips: &'a [&'a str],
    pub is_ca: bool,
    pub is_expired: bool,
}

impl Identity {
    /// Signed by `issuer`, or by itself.
    pub fn new(wish: &Wish<'_>, issuer: Option<&Identity>) -> Identity {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        let mut subject = X509Name::builder().unwrap();
        // OpenSSL makes no empty ones.
        let common_name = if wish.common_name.is_empty() {
            "nobody"
        } else {
            wish.common_name
        };
        subject.append_entry_by_nid(Nid::COMMONNAME, common_name).unwrap();
        let subject = subject.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        static SERIAL: AtomicU32 = AtomicU32::new(1);
        let serial = BigNum::from_u32(SERIAL.fetch_add(1, Ordering::Relaxed))
            .unwrap()
            .to_asn1_integer()
            .unwrap();
        builder.set_serial_number(&serial).unwrap();
        builder.set_subject_name(&subject).unwrap();
        let issuer_name: &X509NameRef = issuer.map_or(&subject, |i| i.cert.subject_name());
        builder.set_issuer_name(issuer_name).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder
            .set_not_before(&Asn1Time::from_unix(1_600_000_000).unwrap())
            .unwrap();
        let end = if wish.is_expired {
            Asn1Time::from_unix(1_600_000_001)
        } else {
            Asn1Time::days_from_now(2)
        };
        builder.set_not_after(&end.unwrap()).unwrap();
        if wish.is_ca {
            builder
                .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
                .unwrap();
        }
        if !wish.names.is_empty() || !wish.ips.is_empty() {
            let mut names = SubjectAlternativeName::new();
            for name in wish.names {
                names.dns(name);
            }
            for ip in wish.ips {
                names.ip(ip);
            }
            let extension = names.build(&builder.x509v3_context(None, None)).unwrap();
            builder.append_extension(extension).unwrap();
        }
        builder
            .sign(issuer.map_or(&key, |i| &i.key), MessageDigest::sha256())
            .unwrap();
        Identity {
            cert: builder.build(),
            key,
        }
    }

    pub fn authority() -> Identity {
        Identity::new(
            &Wish {
                common_name: "Test Authority",
                is_ca: true,
                ..Wish::default()
            },
            None,
        )
    }

    pub fn cert_pem(&self) -> Vec<u8> {
        self.cert.to_pem().unwrap()
    }

    pub fn key_pem(&self) -> Vec<u8> {
        self.key.private_key_to_pem_pkcs8().unwrap()
    }
}

/// A file that is gone when the value is.
pub struct TempFile(PathBuf);

impl TempFile {
    pub fn new(content: &[u8]) -> TempFile {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("imap4-net-test-{}-{number}.pem", std::process::id()));
        std::fs::write(&path, content).unwrap();
        TempFile(path)
    }

    pub fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub fn context(identity: &Identity, configure: impl FnOnce(&mut SslContextBuilder)) -> SslContext {
    let mut builder = SslContext::builder(SslMethod::tls_server()).unwrap();
    builder.set_certificate(&identity.cert).unwrap();
    builder.set_private_key(&identity.key).unwrap();
    configure(&mut builder);
    builder.build()
}

/// Accepts one connection, in clear, and gives it to `f`.
pub fn serve_clear<T: Send + 'static>(f: impl FnOnce(TcpStream) -> T + Send + 'static) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || f(listener.accept().unwrap().0)))
}

pub fn handshake<S: Read + Write>(context: &SslContext, stream: S) -> Result<SslStream<S>, String> {
    let mut stream = SslStream::new(Ssl::new(context).unwrap(), stream).unwrap();
    match stream.accept() {
        Ok(()) => Ok(stream),
        Err(e) => Err(e.to_string()),
    }
}

/// Accepts one connection, shakes hands, and gives it to `f`, or why that failed.
pub fn serve<T: Send + 'static>(
    context: SslContext,
    f: impl FnOnce(Result<SslStream<TcpStream>, String>) -> T + Send + 'static,
) -> (u16, JoinHandle<T>) {
    serve_clear(move |stream| f(handshake(&context, stream)))
}
