//! Options: numbers and texts by number (design R12). In: what a caller sets, checked at once. Out: the settings of the
//! other rooms.

use crate::error::{Error, IMAP_ERR_ARGUMENT, IMAP_ERR_UNSUPPORTED, Result};
use crate::net::{Family, NetOptions, TlsOptions, TlsVersion};
use crate::proto::limits::Limits;
use crate::proto::machine::Times;
use openssl::ssl::SslContext;
use std::ffi::{CStr, CString};
use std::sync::{Arc, Mutex, PoisonError};

/// Options. Numbers below 100 take a number (imap_options_set_int), those from 100 a text (imap_options_set_str). Those
/// marked "live" can also change on an open connection (imap_set_int, imap_set_str).
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_opt {
    /// 1: calls that talk never wait. Opening and commands return IMAP_QUEUED at once, waits look and return IMAP_AGAIN;
    /// see "Event loops". Default 0.
    IMAP_OPT_NONBLOCK = 1,
    /// 1: a signal ends a blocking call with IMAP_ERR_INTERRUPTED. Default 0: the call goes on with the time left.
    /// Live.
    IMAP_OPT_RETURN_ON_SIGNAL = 2,
    /// Milliseconds for opening in all, from resolving the name to the capabilities, TLS included; also for a later
    /// STARTTLS where CALL_TIMEOUT_MS is 0. 0 for no limit. Default 60000.
    IMAP_OPT_CONNECT_TIMEOUT_MS = 3,
    /// Milliseconds in which fewer than 1024 octets move and no response is completed, while a command is under way; 0
    /// for no limit. Five times as long for what servers are slow at: SEARCH, SORT, THREAD, COPY, MOVE, EXPUNGE,
    /// APPEND. Default 60000. Live.
    IMAP_OPT_STALL_TIMEOUT_MS = 4,
    /// Milliseconds for each command in all, for IDLE to begin and to end; 0 for no limit, the default. Live.
    IMAP_OPT_CALL_TIMEOUT_MS = 5,
    /// Octets of one line, its CRLF included; 0 for no limit, at most 1 GiB. Default 8388608 (8 MiB). Live. Before
    /// login never more than 64 KiB.
    IMAP_OPT_MAX_LINE = 6,
    /// Octets of one literal; 0 for no limit. Default 268435456 (256 MiB). Live. Before login never more than 4 KiB.
    IMAP_OPT_MAX_LITERAL = 7,
    /// Octets of one response outside its literals; 0 for no limit, at most 1 GiB. Default 8388608 (8 MiB). Live.
    /// Before login never more than 64 KiB.
    IMAP_OPT_MAX_RESPONSE = 8,
    /// Lists inside lists in one response, 1 to 10000; what is deeper becomes IMAP_NODE_JUNK. Default 100. Live.
    IMAP_OPT_MAX_DEPTH = 9,
    /// Octets of events that are kept; beyond, all become one OVERFLOW event. More than that in literals of one
    /// response that no command asked for is IMAP_ERR_LIMIT. 0 for no limit. Default 33554432 (32 MiB). Live.
    IMAP_OPT_MAX_UNASKED = 10,
    /// Octets that are kept of the answer to one command; beyond, IMAP_ERR_LIMIT. 0 for no limit. Default 1073741824 (1
    /// GiB). Live.
    IMAP_OPT_MAX_KEPT = 11,
    /// Responses kept for imap_untagged, the oldest dropped first; 0 keeps none, at most 1000000. Default 1000. Live.
    IMAP_OPT_UNTAGGED_KEEP = 12,
    /// What the trace ring notes, 0 to 5: 0 nothing, 1 commands and status lines, 3 every response line. Default 1.
    /// Live.
    IMAP_OPT_TRACE_LEVEL = 13,
    /// Lines the trace ring holds, 0 to 100000. Default 20, as imaplib's ten exchanges. Live.
    IMAP_OPT_TRACE_KEEP = 14,
    /// 0: any certificate is accepted, and anybody in between can read and change everything. Default 1: it must be
    /// trusted and bear the server's name.
    IMAP_OPT_TLS_VERIFY = 15,
    /// The oldest version of TLS accepted: 10, 11, 12 or 13 for TLS 1.0 to 1.3. Default 12.
    IMAP_OPT_TLS_MIN_VERSION = 16,
    /// 4 or 6: only addresses of IPv4 or IPv6. Default 0: both.
    IMAP_OPT_IP_FAMILY = 17,
    /// 1: TCP keepalive. Default 0.
    IMAP_OPT_KEEPALIVE = 18,
    /// 1: passwords and bearer tokens may cross a network in clear. Default 0. Live.
    IMAP_OPT_ALLOW_PLAINTEXT_AUTH = 19,
    /// 1: host names are resolved in the calling thread, which no time limit can end. Default 0: in a thread of their
    /// own.
    IMAP_OPT_RESOLVE_INLINE = 20,
    /// Literals of at least this many octets are not kept while the rows of an answer are taken one by one: imap_next
    /// returns IMAP_LITERAL, and the octets are read as they arrive. Default 0: never. Live.
    IMAP_OPT_LITERAL_STREAM_MIN = 21,
    /// Milliseconds after which IDLE is ended and begun anew by itself, before the server would end the connection (30
    /// minutes by RFC 2177; some do after 10). 0 for never. Default 1680000 (28 minutes). Live.
    IMAP_OPT_IDLE_RENEW_MS = 22,
    /// Milliseconds between two NOOPs of imap_idle_wait on a server that has no IDLE; 0 for never. Default 60000. Live.
    IMAP_OPT_IDLE_POLL_MS = 23,
    /// File of certificates to trust (PEM) in place of the system's. Unset by default.
    IMAP_OPT_TLS_CA_FILE = 101,
    /// Folder of certificates to trust in place of the system's, named as `openssl rehash` does it. Unset by default.
    IMAP_OPT_TLS_CA_DIR = 102,
    /// File with the client's certificate and its chain (PEM). Unset by default.
    IMAP_OPT_TLS_CERT_FILE = 103,
    /// File with the client's key (PEM, without a passphrase). Default: the file of the certificate.
    IMAP_OPT_TLS_KEY_FILE = 104,
    /// The name or address the server's certificate must have. Default: the host.
    IMAP_OPT_TLS_SERVER_NAME = 105,
    /// A numeric address to connect to; the host stays the name for TLS. Unset by default: the host is resolved.
    IMAP_OPT_CONNECT_ADDR = 106,
    /// A numeric address of this machine to connect from. Unset by default: the system chooses.
    IMAP_OPT_LOCAL_ADDR = 107,
    /// Names of FETCH items with blanks between them ("BODY[] BINARY[2]"): their literals are handed out as IMAP_LITERAL
    /// whatever their size, as by LITERAL_STREAM_MIN. Unset by default. Live.
    IMAP_OPT_LITERAL_STREAM_ITEMS = 108,
}
pub use imap_opt::*;

/// The number options, and what they may be.
const NUMBERS: &[(imap_opt, i64, i64, i64)] = &[
    (IMAP_OPT_NONBLOCK, 0, 0, 1),
    (IMAP_OPT_RETURN_ON_SIGNAL, 0, 0, 1),
    (IMAP_OPT_CONNECT_TIMEOUT_MS, 60_000, 0, i32::MAX as i64),
    (IMAP_OPT_STALL_TIMEOUT_MS, 60_000, 0, i32::MAX as i64),
    (IMAP_OPT_CALL_TIMEOUT_MS, 0, 0, i32::MAX as i64),
    (IMAP_OPT_MAX_LINE, 8 << 20, 0, 1 << 30),
    (IMAP_OPT_MAX_LITERAL, 256 << 20, 0, i64::MAX),
    (IMAP_OPT_MAX_RESPONSE, 8 << 20, 0, 1 << 30),
    (IMAP_OPT_MAX_DEPTH, 100, 1, 10_000),
    (IMAP_OPT_MAX_UNASKED, 32 << 20, 0, i64::MAX),
    (IMAP_OPT_MAX_KEPT, 1 << 30, 0, i64::MAX),
    (IMAP_OPT_UNTAGGED_KEEP, 1_000, 0, 1_000_000),
    (IMAP_OPT_TRACE_LEVEL, 1, 0, 5),
    (IMAP_OPT_TRACE_KEEP, 20, 0, 100_000),
    (IMAP_OPT_TLS_VERIFY, 1, 0, 1),
    (IMAP_OPT_TLS_MIN_VERSION, 12, 10, 13),
    (IMAP_OPT_IP_FAMILY, 0, 0, 6),
    (IMAP_OPT_KEEPALIVE, 0, 0, 1),
    (IMAP_OPT_ALLOW_PLAINTEXT_AUTH, 0, 0, 1),
    (IMAP_OPT_RESOLVE_INLINE, 0, 0, 1),
    (IMAP_OPT_LITERAL_STREAM_MIN, 0, 0, i64::MAX),
    (IMAP_OPT_IDLE_RENEW_MS, 28 * 60_000, 0, i32::MAX as i64),
    (IMAP_OPT_IDLE_POLL_MS, 60_000, 0, i32::MAX as i64),
];

/// The text options.
const TEXTS: &[imap_opt] = &[
    IMAP_OPT_TLS_CA_FILE,
    IMAP_OPT_TLS_CA_DIR,
    IMAP_OPT_TLS_CERT_FILE,
    IMAP_OPT_TLS_KEY_FILE,
    IMAP_OPT_TLS_SERVER_NAME,
    IMAP_OPT_CONNECT_ADDR,
    IMAP_OPT_LOCAL_ADDR,
    IMAP_OPT_LITERAL_STREAM_ITEMS,
];

/// Options that may change while a connection is open.
const LIVE: &[imap_opt] = &[
    IMAP_OPT_RETURN_ON_SIGNAL,
    IMAP_OPT_STALL_TIMEOUT_MS,
    IMAP_OPT_CALL_TIMEOUT_MS,
    IMAP_OPT_MAX_LINE,
    IMAP_OPT_MAX_LITERAL,
    IMAP_OPT_MAX_RESPONSE,
    IMAP_OPT_MAX_DEPTH,
    IMAP_OPT_MAX_UNASKED,
    IMAP_OPT_MAX_KEPT,
    IMAP_OPT_UNTAGGED_KEEP,
    IMAP_OPT_TRACE_LEVEL,
    IMAP_OPT_TRACE_KEEP,
    IMAP_OPT_ALLOW_PLAINTEXT_AUTH,
    IMAP_OPT_LITERAL_STREAM_MIN,
    IMAP_OPT_IDLE_RENEW_MS,
    IMAP_OPT_IDLE_POLL_MS,
    IMAP_OPT_LITERAL_STREAM_ITEMS,
];

/// One set of options. A clone is a copy that shares its memory until one of them changes: connections take one when
/// they are opened.
#[derive(Clone, Default)]
pub struct Options {
    settings: Arc<Settings>,
}

#[derive(Clone)]
struct Settings {
    numbers: [i64; NUMBERS.len()],
    /// Shared, so that a text that was handed out stays where it is when another option changes.
    texts: [Option<Arc<CStr>>; TEXTS.len()],
    ssl_context: Option<SslContext>,
    /// Made once for each set of options: reading the trusted certificates costs more than a handshake.
    made_context: Arc<Mutex<Option<SslContext>>>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            numbers: NUMBERS
                .iter()
                .map(|n| n.1)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap_or([0; NUMBERS.len()]),
            texts: Default::default(),
            ssl_context: None,
            made_context: Arc::default(),
        }
    }
}

impl Options {
    /// Sets a number option.
    pub fn set_int(&mut self, option: i32, value: i64) -> Result<()> {
        let at = number_place(option)?;
        let (name, _, low, high) = NUMBERS[at];
        let fits =
            (low..=high).contains(&value) && !(name == IMAP_OPT_IP_FAMILY && value != 0 && value != 4 && value != 6);
        if !fits {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("{name:?}: {value} is not between {low} and {high}"),
            ));
        }
        self.changed().numbers[at] = value;
        Ok(())
    }

    pub fn get_int(&self, option: i32) -> Result<i64> {
        Ok(self.settings.numbers[number_place(option)?])
    }

    /// Sets a text option; `None` goes back to the default.
    pub fn set_text(&mut self, option: i32, value: Option<CString>) -> Result<()> {
        let at = text_place(option)?;
        if value.as_ref().is_some_and(|v| v.to_str().is_err()) {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("{:?}: the text is not UTF-8", TEXTS[at]),
            ));
        }
        self.changed().texts[at] = value.map(Arc::from);
        Ok(())
    }

    pub fn get_text(&self, option: i32) -> Result<Option<&CStr>> {
        Ok(self.settings.texts[text_place(option)?].as_deref())
    }

    /// The caller's own TLS settings.
    pub fn set_ssl_context(&mut self, context: Option<SslContext>) {
        self.changed().ssl_context = context;
    }

    /// It may change on an open connection.
    pub fn is_live(option: i32) -> bool {
        LIVE.iter().any(|o| *o as i32 == option)
    }

    /// Settings of its own, to be changed; a context made of the old ones does not count any more.
    fn changed(&mut self) -> &mut Settings {
        let settings = Arc::make_mut(&mut self.settings);
        settings.made_context = Arc::default();
        settings
    }

    pub(super) fn number(&self, option: imap_opt) -> i64 {
        NUMBERS
            .iter()
            .position(|n| n.0 == option)
            .map_or(0, |at| self.settings.numbers[at])
    }

    pub(super) fn text(&self, option: imap_opt) -> Option<String> {
        let at = TEXTS.iter().position(|t| *t == option)?;
        let text = self.settings.texts[at].as_ref()?;
        text.to_str().ok().map(str::to_owned)
    }

    pub fn limits(&self) -> Limits {
        let size = |option| match self.number(option) {
            0 => usize::MAX / 4,
            n => usize::try_from(n).unwrap_or(usize::MAX / 4),
        };
        Limits {
            max_line: size(IMAP_OPT_MAX_LINE),
            max_response: size(IMAP_OPT_MAX_RESPONSE),
            max_literal: size(IMAP_OPT_MAX_LITERAL) as u64,
            max_depth: size(IMAP_OPT_MAX_DEPTH),
            max_unasked: size(IMAP_OPT_MAX_UNASKED),
            max_kept: size(IMAP_OPT_MAX_KEPT),
            untagged_keep: usize::try_from(self.number(IMAP_OPT_UNTAGGED_KEEP)).unwrap_or(0),
            ..Limits::default()
        }
    }

    pub(super) fn times(&self) -> Times {
        let ms = |option| u64::try_from(self.number(option)).unwrap_or(0);
        Times {
            connect_ms: ms(IMAP_OPT_CONNECT_TIMEOUT_MS),
            stall_ms: ms(IMAP_OPT_STALL_TIMEOUT_MS),
            call_ms: ms(IMAP_OPT_CALL_TIMEOUT_MS),
            idle_renew_ms: ms(IMAP_OPT_IDLE_RENEW_MS),
            idle_poll_ms: ms(IMAP_OPT_IDLE_POLL_MS),
        }
    }

    /// Which literals pass through: from this size on, and of these items.
    pub(super) fn streaming(&self) -> (u64, Vec<String>) {
        let items = self.text(IMAP_OPT_LITERAL_STREAM_ITEMS).unwrap_or_default();
        let items = items.split(' ').filter(|i| !i.is_empty()).map(str::to_owned).collect();
        let min = u64::try_from(self.number(IMAP_OPT_LITERAL_STREAM_MIN)).unwrap_or(0);
        (min, items)
    }

    pub(super) fn net(&self) -> NetOptions {
        NetOptions {
            connect_addr: self.text(IMAP_OPT_CONNECT_ADDR),
            local_addr: self.text(IMAP_OPT_LOCAL_ADDR),
            family: match self.number(IMAP_OPT_IP_FAMILY) {
                4 => Family::V4,
                6 => Family::V6,
                _ => Family::Any,
            },
            keepalive: self.number(IMAP_OPT_KEEPALIVE) != 0,
            resolve_inline: self.number(IMAP_OPT_RESOLVE_INLINE) != 0,
        }
    }

    /// TLS settings with a context ready to use.
    pub(super) fn tls(&self) -> Result<TlsOptions> {
        let files = [
            IMAP_OPT_TLS_CA_FILE,
            IMAP_OPT_TLS_CA_DIR,
            IMAP_OPT_TLS_CERT_FILE,
            IMAP_OPT_TLS_KEY_FILE,
        ];
        if self.settings.ssl_context.is_some() && files.iter().any(|f| self.text(*f).is_some()) {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                "an SSL_CTX of the caller's own and TLS_CA_FILE, TLS_CA_DIR, TLS_CERT_FILE or TLS_KEY_FILE exclude each other",
            ));
        }
        let mut tls = TlsOptions {
            verify: self.number(IMAP_OPT_TLS_VERIFY) != 0,
            min_version: match self.number(IMAP_OPT_TLS_MIN_VERSION) {
                10 => TlsVersion::V1_0,
                11 => TlsVersion::V1_1,
                13 => TlsVersion::V1_3,
                _ => TlsVersion::V1_2,
            },
            ca_file: self.text(IMAP_OPT_TLS_CA_FILE),
            ca_dir: self.text(IMAP_OPT_TLS_CA_DIR),
            cert_file: self.text(IMAP_OPT_TLS_CERT_FILE),
            key_file: self.text(IMAP_OPT_TLS_KEY_FILE),
            context: self.settings.ssl_context.clone(),
            is_own_context: self.settings.ssl_context.is_some(),
        };
        if tls.context.is_none() {
            let mut made = self
                .settings
                .made_context
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if made.is_none() {
                *made = Some(tls.context()?);
            }
            tls.context = made.clone();
        }
        Ok(tls)
    }
}

fn number_place(option: i32) -> Result<usize> {
    NUMBERS
        .iter()
        .position(|n| n.0 as i32 == option)
        .ok_or_else(|| unknown(option, "number"))
}

fn text_place(option: i32) -> Result<usize> {
    TEXTS
        .iter()
        .position(|t| *t as i32 == option)
        .ok_or_else(|| unknown(option, "text"))
}

fn unknown(option: i32, kind: &str) -> Error {
    Error::new(
        IMAP_ERR_UNSUPPORTED,
        format!("option {option} is no {kind} option of this version"),
    )
}
