//! From options to an OpenSSL context: versions, trust, the client's certificate. Files are read here, nothing is sent.

use super::options::TlsOptions;
use super::tls_error::reasons;
use crate::error::{Error, IMAP_ERR_TLS, Result};
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{SslContext, SslContextBuilder, SslMethod, SslMode, SslOptions, SslVerifyMode};
use openssl::x509::verify::X509VerifyFlags;
use std::path::Path;
use zeroize::Zeroizing;

impl TlsOptions {
    /// The context for these options: the one given in them, or a new one. Making one reads the trust store (tens of
    /// milliseconds), so keep it: put it into `context`.
    pub fn context(&self) -> Result<SslContext> {
        if let Some(context) = &self.context {
            return Ok(context.clone());
        }
        // What an earlier failure in this thread left behind would be taken for ours.
        drop(ErrorStack::get());
        let attempt = |e: ErrorStack| tls_failure("cannot make a TLS context", &e);
        let mut builder = SslContext::builder(SslMethod::tls_client()).map_err(attempt)?;
        builder
            .set_min_proto_version(Some(self.min_version.as_ssl()))
            .map_err(attempt)?;
        builder
            .set_mode(SslMode::ENABLE_PARTIAL_WRITE | SslMode::ACCEPT_MOVING_WRITE_BUFFER | SslMode::RELEASE_BUFFERS);
        builder.set_options(SslOptions::NO_COMPRESSION | SslOptions::NO_RENEGOTIATION);
        builder.set_verify(if self.verify {
            SslVerifyMode::PEER
        } else {
            SslVerifyMode::NONE
        });
        // A file or folder that cannot be used is told also where nothing is checked by it.
        if self.verify || self.ca_file.is_some() || self.ca_dir.is_some() {
            self.add_trust(&mut builder)?;
        }
        self.add_client_certificate(&mut builder)?;
        Ok(builder.build())
    }

    fn add_trust(&self, builder: &mut SslContextBuilder) -> Result<()> {
        if self.ca_file.is_none() && self.ca_dir.is_none() {
            return builder
                .set_default_verify_paths()
                .map_err(|e| tls_failure("cannot use the system's trusted certificates; give TLS_CA_FILE", &e));
        }
        // Whatever stands in the given place is trusted, also an intermediate authority or the server's own certificate.
        builder
            .verify_param_mut()
            .set_flags(X509VerifyFlags::PARTIAL_CHAIN)
            .map_err(|e| tls_failure("cannot make a TLS context", &e))?;
        if let Some(file) = &self.ca_file {
            readable("TLS_CA_FILE", file)?;
            builder.set_ca_file(file).map_err(|e| {
                tls_failure(
                    &format!("TLS_CA_FILE '{file}' holds no certificate that can be used (is it PEM?)"),
                    &e,
                )
            })?;
        }
        if let Some(dir) = &self.ca_dir {
            let metadata = std::fs::metadata(dir).map_err(|e| file_failure("TLS_CA_DIR", dir, &e))?;
            if !metadata.is_dir() {
                return Err(Error::system(&format!("TLS_CA_DIR '{dir}'"), libc::ENOTDIR));
            }
            builder
                .load_verify_locations(None, Some(Path::new(dir)))
                .map_err(|e| tls_failure(&format!("TLS_CA_DIR '{dir}' cannot be used"), &e))?;
        }
        Ok(())
    }

    fn add_client_certificate(&self, builder: &mut SslContextBuilder) -> Result<()> {
        let Some(cert_file) = &self.cert_file else {
            let Some(key_file) = &self.key_file else { return Ok(()) };
            let message = format!("TLS_KEY_FILE '{key_file}' is set without TLS_CERT_FILE; give the certificate too");
            return Err(Error::new(crate::error::IMAP_ERR_ARGUMENT, message));
        };
        readable("TLS_CERT_FILE", cert_file)?;
        builder.set_certificate_chain_file(cert_file).map_err(|e| {
            tls_failure(
                &format!("TLS_CERT_FILE '{cert_file}' holds no certificate that can be used (is it PEM?)"),
                &e,
            )
        })?;
        let (option, key_file) = match &self.key_file {
            Some(file) => ("TLS_KEY_FILE", file),
            None => ("TLS_CERT_FILE", cert_file),
        };
        let pem = std::fs::read(key_file).map_err(|e| file_failure(option, key_file, &e))?;
        let pem = Zeroizing::new(pem);
        // With the callback an encrypted key is an error; without it OpenSSL would ask for the passphrase on the
        // host's terminal.
        let key = PKey::private_key_from_pem_callback(&pem, |_| Ok(0)).map_err(|e| {
            let what = format!("{option} '{key_file}' holds no key that can be used (PEM without passphrase)");
            tls_failure(&what, &e)
        })?;
        builder
            .set_private_key(&key)
            .and_then(|()| builder.check_private_key())
            .map_err(|e| {
                tls_failure(
                    &format!("the key of {option} '{key_file}' does not fit '{cert_file}'"),
                    &e,
                )
            })
    }
}

/// Tells a missing file from one with the wrong content: OpenSSL's own words do not.
fn readable(option: &str, file: &str) -> Result<()> {
    std::fs::File::open(file)
        .map(drop)
        .map_err(|e| file_failure(option, file, &e))
}

fn file_failure(option: &str, file: &str, error: &std::io::Error) -> Error {
    Error::system(&format!("{option} '{file}'"), error.raw_os_error().unwrap_or(libc::EIO))
}

fn tls_failure(what: &str, stack: &ErrorStack) -> Error {
    Error::new(IMAP_ERR_TLS, format!("{what}: {}", reasons(stack)))
}
