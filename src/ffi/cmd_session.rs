//! Commands on the session: capabilities, login, logout.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::client::known;
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use std::ffi::{c_char, c_int};

/// CAPABILITY: asks what the server can do; then see imap_has_capability. Items: CAPABILITY. Since 0.1. RFC 9051,
/// 6.1.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_capability(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("CAPABILITY") }, &[], false)) }
}

/// NOOP: lets the server tell what is new, which then waits as events (imap_event_next). Since 0.1. RFC 9051, 6.1.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_noop(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("NOOP") }, &[], false)) }
}

/// LOGOUT: says goodbye; the connection is closed and the state is IMAP_STATE_LOGOUT. The result has the status BYE and
/// the BYE texts as items; if the server sends no BYE, its tagged answer. Since 0.1. RFC 9051, 6.1.3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_logout(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("LOGOUT") }, &[], false)) }
}

/// LOGIN. The password is sent quoted or as a literal, masked in the trace, and wiped after sending. A refusal is
/// IMAP_ERR_AUTH with the server's answer in `*out`; the connection stays open. IMAP_ERR_INSECURE, and nothing sent, if
/// the server announces LOGINDISABLED, or if the password would cross a network in clear and ALLOW_PLAINTEXT_AUTH is 0;
/// loopback, local sockets, pipes and child processes are no network. Since 0.1. RFC 9051, 6.2.3.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_login(
    conn: *mut imap_conn,
    user: *const c_char,
    password: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.login(text::required(user, "user")?, text::required(password, "password")?)
        })
    }
}

/// ID: says who the client is and asks who the server is. `pairs` are names and values in turn, `count` strings in all,
/// at most 1000; 0 sends NIL. Items: ID. Since 0.1. RFC 2971.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_id(
    conn: *mut imap_conn,
    pairs: *const *const c_char,
    count: usize,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.id(&strings(pairs, count)?)) }
}

/// ENABLE: switches extensions on; `capability` is one name or several with blanks between them: "UTF8=ACCEPT". Only
/// before a mailbox is selected. IMAP_ERR_UNSUPPORTED if the server does not announce ENABLE. UTF-8 mode follows what
/// the server says it enabled: see imap_utf8_enabled. Since 0.1. RFC 5161, RFC 6855.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_enable(
    conn: *mut imap_conn,
    capability: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(
                const { known("ENABLE") },
                &[text::required(capability, "capability")?],
                false,
            )
        })
    }
}

/// NAMESPACE: the prefixes of personal, other users' and shared mailboxes. Items: NAMESPACE. Since 0.1. RFC 2342.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_namespace(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.typed(const { known("NAMESPACE") }, &[], false)) }
}

/// PROXYAUTH: an administrator becomes another user (a command of Netscape's servers, in no RFC). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_proxyauth(
    conn: *mut imap_conn,
    user: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            c.typed(const { known("PROXYAUTH") }, &[text::required(user, "user")?], false)
        })
    }
}

/// imaplib's recent: the RECENT count, if one arrived that imap_untagged or this function has not taken yet; nothing is
/// sent then. Else NOOP, and what that brings. Items: RECENT, none if nothing is new. Since 0.1. RFC 3501, 7.3.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_recent(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| c.recent()) }
}

unsafe fn strings<'a>(list: *const *const c_char, count: usize) -> Result<Vec<&'a [u8]>> {
    if count > 0 && list.is_null() || count > 1_000 {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            "pairs is NULL or has more than 1000 strings; nothing was sent",
        ));
    }
    // SAFETY: `count` C strings, by the interface.
    (0..count)
        .map(|i| unsafe { text::required(*list.add(i), "a string of pairs") })
        .collect()
}
