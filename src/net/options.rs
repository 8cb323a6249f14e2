//! What a caller may choose about a connection and about TLS. Values only; used by `tcp` and `tls_context`.

use openssl::ssl::{SslContext, SslVersion};

/// Which addresses of a host are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    #[default]
    Any,
    V4,
    V6,
}

#[derive(Clone, Debug, Default)]
pub struct NetOptions {
    /// A numeric address to connect to instead of resolving the host; the host stays the name for TLS.
    pub connect_addr: Option<String>,
    /// A numeric address of this machine to connect from.
    pub local_addr: Option<String>,
    pub family: Family,
    pub keepalive: bool,
    /// Resolve in the calling thread: no thread is started, but neither is the wait limited.
    pub resolve_inline: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    V1_0,
    V1_1,
    #[default]
    V1_2,
    V1_3,
}

impl TlsVersion {
    pub(super) fn as_ssl(self) -> SslVersion {
        match self {
            TlsVersion::V1_0 => SslVersion::TLS1,
            TlsVersion::V1_1 => SslVersion::TLS1_1,
            TlsVersion::V1_2 => SslVersion::TLS1_2,
            TlsVersion::V1_3 => SslVersion::TLS1_3,
        }
    }
}

#[derive(Clone)]
pub struct TlsOptions {
    /// Whether the server's certificate and name must be right.
    pub verify: bool,
    /// Versions before 1.2 also need a context of the caller's own: OpenSSL 3 refuses their hashes at its default
    /// security level.
    pub min_version: TlsVersion,
    /// Certificates (PEM) to trust; the system's if neither a file nor a folder is given.
    pub ca_file: Option<String>,
    /// A folder of certificates to trust, named by hash as `openssl rehash` makes it.
    pub ca_dir: Option<String>,
    /// The client's certificate with its chain (PEM).
    pub cert_file: Option<String>,
    /// The client's key (PEM, without passphrase); in the certificate's file if not given.
    pub key_file: Option<String>,
    /// A ready context, the caller's own or one from `TlsOptions::context`: used instead of all the above.
    pub context: Option<SslContext>,
    /// The context is the caller's own: whom it trusts is not for the options above to say.
    pub is_own_context: bool,
}

impl Default for TlsOptions {
    fn default() -> Self {
        TlsOptions {
            verify: true,
            min_version: TlsVersion::default(),
            ca_file: None,
            ca_dir: None,
            cert_file: None,
            key_file: None,
            context: None,
            is_own_context: false,
        }
    }
}
