//! STARTTLS, and what the TLS session turned out to be.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, view};
use std::ffi::{c_char, c_int};
use std::mem::offset_of;

/// What is known of the TLS session. Fields are only ever appended.
#[repr(C)]
pub struct imap_tls_info {
    /// How many octets of this struct were filled.
    pub size: usize,
    /// The version: "TLSv1.3".
    pub version: *const c_char,
    /// The cipher, by OpenSSL's name.
    pub cipher: *const c_char,
    /// The server's certificate (DER), peer_der_len octets; NULL if it sent none.
    pub peer_der: *const c_char,
    pub peer_der_len: usize,
    /// 1 if the certificate was checked against trusted ones and the server's name, else 0.
    pub verified: i32,
}

// SAFETY: repr(C), begins with its size, and may be all zeros.
unsafe impl view::Grows for imap_tls_info {
    const FIRST: usize = offset_of!(imap_tls_info, peer_der);
}

/// STARTTLS: turns a clear connection into TLS and asks for the capabilities anew; all that was known before, events
/// included, is forgotten. Returns IMAP_OK. IMAP_ERR_UNSUPPORTED, and nothing sent, if the server does not announce it;
/// IMAP_ERR_STATE if TLS is on already or after the login; IMAP_ERR_ARGUMENT, IMAP_ERR_SYSTEM or IMAP_ERR_TLS, and
/// nothing sent, if the name or a file for TLS cannot be used. After any other failure the connection is closed:
/// IMAP_ERR_TLS_REFUSED with the server's answer in `*out`; IMAP_ERR_TLS and IMAP_ERR_TLS_VERIFY if the handshake
/// failed; IMAP_ERR_PROTOCOL if octets in clear came behind the OK. `*out` is the caller's, free it with
/// imap_response_free; NULL asks for none. Talks. Since 0.1. RFC 9051, 6.2.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_starttls(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe { guard::talk(conn, out, |c| c.starttls()) }
}

/// Fills `*info`, whose size in octets is `size`: sizeof(imap_tls_info). Texts and certificate are borrowed until the
/// next call that talks. Returns IMAP_OK; IMAP_END without TLS; IMAP_ERR_ARGUMENT if `info` is NULL or too small. Does
/// not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_tls_info_get(conn: *mut imap_conn, info: *mut imap_tls_info, size: usize) -> c_int {
    // SAFETY: a handle or NULL and `size` writable octets or NULL, by the interface.
    unsafe {
        view::cleared(info, size);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let texts = c.tls_texts().map(|(v, c)| (v.as_ptr(), c.as_ptr()));
                let known = c.tls_info();
                let filled = texts.zip(known).map(|((version, cipher), known)| {
                    let der = known.certificate.as_deref();
                    imap_tls_info {
                        size: 0,
                        version,
                        cipher,
                        peer_der: der.map_or(std::ptr::null(), |d| d.as_ptr().cast()),
                        peer_der_len: der.map_or(0, <[u8]>::len),
                        verified: i32::from(known.verified),
                    }
                });
                view::give_struct(info, size, filled)
            },
        )
    }
}
