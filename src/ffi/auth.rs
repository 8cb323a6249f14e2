//! AUTHENTICATE: with a mechanism of the library, by a callback, or challenge by challenge. Passwords and answers are
//! wiped after use and masked in the trace. Returns and `*out` are those of commands, but a refusal is IMAP_ERR_AUTH,
//! with the server's answer in `*out`; the connection stays open. PLAIN, LOGIN, OAUTHBEARER and XOAUTH2, whoever answers,
//! are IMAP_ERR_INSECURE in clear over a network unless ALLOW_PLAINTEXT_AUTH.

pub use super::handle::{imap_conn, imap_response};
use super::{guard, text};
use crate::client::{Connection, Secrets};
use crate::error::*;
use std::ffi::{c_char, c_int, c_void};
use zeroize::Zeroize;

/// Takes a callback's answer: see imap_reply_set.
pub struct imap_reply {
    octets: Option<Vec<u8>>,
}

/// Called for each challenge (imaplib's authobject). `challenge` is decoded, `len` octets with a NUL behind them, valid
/// during the call. Returns 0 after imap_reply_set to answer, anything else to cancel the exchange. Must not throw or
/// longjmp; a call on the connection is IMAP_ERR_BUSY.
pub type imap_challenge_fn = Option<
    unsafe extern "C" fn(ctx: *mut c_void, challenge: *const c_char, len: usize, reply: *mut imap_reply) -> c_int,
>;

/// Logs in with a mechanism of the library: "PLAIN", "LOGIN" or "CRAM-MD5" (any case); others are IMAP_ERR_UNSUPPORTED.
/// `authzid` is whom to act as, NULL for `user`; only PLAIN can carry it. A first answer goes out with the command
/// where the server announces SASL-IR. Talks. Since 0.1. RFC 9051, 6.2.2; RFC 4616; RFC 2195; RFC 4959.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_authenticate(
    conn: *mut imap_conn,
    mechanism: *const c_char,
    authzid: *const c_char,
    user: *const c_char,
    password: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let who = Secrets {
                authzid: text::optional(authzid),
                user: text::required(user, "user")?,
                password: text::required(password, "password")?,
            };
            c.authenticate(text::utf8(mechanism, "mechanism")?, &who)
        })
    }
}

/// imaplib's login_cram_md5: imap_cmd_authenticate with CRAM-MD5. Talks. Since 0.1. RFC 2195.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_login_cram_md5(
    conn: *mut imap_conn,
    user: *const c_char,
    password: *const c_char,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let who = Secrets {
                authzid: None,
                user: text::required(user, "user")?,
                password: text::required(password, "password")?,
            };
            c.authenticate("CRAM-MD5", &who)
        })
    }
}

/// imaplib's authenticate: any mechanism; `callback` answers each challenge and gets `ctx`. It runs inside the call, on
/// its thread. No first answer goes out with the command. Not with IMAP_OPT_NONBLOCK, nor between imap_queue_begin and
/// imap_queue_end (IMAP_ERR_UNSUPPORTED). Talks. Since 0.1. RFC 9051, 6.2.2.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_cmd_authenticate_callback(
    conn: *mut imap_conn,
    mechanism: *const c_char,
    callback: imap_challenge_fn,
    ctx: *mut c_void,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings and places as the interface asks for.
    unsafe {
        guard::clear(out);
        guard::io(conn, |c| {
            let Some(callback) = callback else {
                return guard::note(c, &Error::new(IMAP_ERR_ARGUMENT, "callback is NULL; nothing was sent"));
            };
            if c.is_queueing() {
                return guard::say(
                    c,
                    IMAP_ERR_UNSUPPORTED,
                    "imap_cmd_authenticate_callback waits: use imap_auth_begin on this connection",
                );
            }
            let begun = text::utf8(mechanism, "mechanism").and_then(|m| c.authenticate_by_caller(m, None));
            let id = match begun {
                Ok(id) => id,
                Err(error) => return guard::note(c, &error),
            };
            loop {
                let rc = guard::settle(c, id, None, out);
                if rc != IMAP_CHALLENGE as c_int {
                    return rc;
                }
                let mut challenge = challenge_with_nul(c, id);
                let mut reply = imap_reply { octets: None };
                let len = challenge.len() - 1;
                let cancelled = callback(ctx, challenge.as_ptr().cast(), len, &raw mut reply) != 0;
                challenge.zeroize();
                let answer = reply.octets.take().filter(|_| !cancelled);
                let answered = c.reply(id, answer.as_deref());
                answer.into_iter().for_each(|mut a| a.zeroize());
                if let Err(error) = answered {
                    return guard::note(c, &error);
                }
            }
        })
    }
}

/// Sets a callback's answer: `len` octets, copied. Not base64: the library encodes. To be called inside the callback
/// only. Returns IMAP_OK, or IMAP_ERR_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_reply_set(reply: *mut imap_reply, octets: *const c_char, len: usize) -> c_int {
    // SAFETY: the callback's argument and octets as the interface asks for.
    guard::plain(IMAP_ERR_INTERNAL as c_int, || unsafe {
        match (reply.as_mut(), text::octets(octets, len, "octets")) {
            (Some(reply), Ok(octets)) => {
                let before = reply.octets.replace(octets.to_vec());
                before.into_iter().for_each(|mut b| b.zeroize());
                IMAP_OK as c_int
            }
            _ => IMAP_ERR_ARGUMENT as c_int,
        }
    })
}

/// Begins AUTHENTICATE with any mechanism. `initial` is the first answer, `len` octets, sent with the command where the
/// server announces SASL-IR, else as the answer to an empty first challenge; NULL for none. Returns IMAP_CHALLENGE:
/// read it with imap_auth_challenge, then imap_auth_reply or imap_auth_cancel; until then other commands are
/// IMAP_ERR_STATE, and waits for what was queued behind it return IMAP_CHALLENGE too. Or returns how it ended, as
/// imap_cmd_authenticate does. Talks. Since 0.1. RFC 9051, 6.2.2; RFC 4959.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_auth_begin(
    conn: *mut imap_conn,
    mechanism: *const c_char,
    initial: *const c_char,
    len: usize,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, C strings, octets and places as the interface asks for.
    unsafe {
        guard::talk(conn, out, |c| {
            let first = text::octets(initial, len, "initial")?;
            c.authenticate_by_caller(
                text::utf8(mechanism, "mechanism")?,
                (!initial.is_null()).then_some(first),
            )
        })
    }
}

/// The challenge that waits, decoded. Borrowed until the next call that talks; no NUL behind it. Returns IMAP_OK;
/// IMAP_END if none waits. Does not talk. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_auth_challenge(conn: *mut imap_conn, ptr: *mut *const c_char, len: *mut usize) -> c_int {
    // SAFETY: a handle or NULL and places or NULL, by the interface.
    unsafe {
        super::response::bad(ptr, len);
        guard::conn(
            conn,
            |rc| rc as c_int,
            |c| {
                let challenge = c.challenged().and_then(|id| c.machine().challenge(id));
                super::response::give(challenge.map(|s| s.as_slice()), ptr, len)
            },
        )
    }
}

/// Answers the challenge that waits: `len` octets, copied. Not base64: the library encodes. Returns as imap_auth_begin;
/// IMAP_ERR_STATE if none waits. Talks. Since 0.1.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_auth_reply(
    conn: *mut imap_conn,
    reply: *const c_char,
    len: usize,
    out: *mut *mut imap_response,
) -> c_int {
    // SAFETY: handles, octets and places as the interface asks for.
    unsafe { guard::talk(conn, out, |c| answer(c, Some(text::octets(reply, len, "reply")?))) }
}

/// Cancels the exchange with "*". The server's refusal is the result: IMAP_ERR_AUTH. IMAP_ERR_STATE if no challenge
/// waits. Talks. Since 0.1. RFC 9051, 6.2.2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imap_auth_cancel(conn: *mut imap_conn, out: *mut *mut imap_response) -> c_int {
    // SAFETY: a handle or NULL and a place or NULL, by the interface.
    unsafe { guard::talk(conn, out, |c| answer(c, None)) }
}

fn answer(c: &mut Connection, octets: Option<&[u8]>) -> Result<u32> {
    let Some(id) = c.challenged() else {
        return Err(Error::new(
            IMAP_ERR_STATE,
            "no challenge is waiting for an answer; nothing was sent",
        ));
    };
    c.reply(id, octets)?;
    Ok(id)
}

fn challenge_with_nul(c: &Connection, id: u32) -> Vec<u8> {
    let challenge = c.machine().challenge(id).map(|s| s.as_slice()).unwrap_or_default();
    let mut with_nul = Vec::with_capacity(challenge.len() + 1);
    with_nul.extend_from_slice(challenge);
    with_nul.push(0);
    with_nul
}
