//! Arguments become the octets of a command. In: typed arguments. Out: a [`Wire`]: text and literals in order, the same
//! for traces with secrets masked. Everything is checked here, before the first octet is sent; only this file writes
//! the text around literals, and only the machine writes their headers.

use super::arg::{Arg, imap_arg_type::*};
use super::criteria::{self, Span};
use crate::codec::{date, flags, numset, quote, utf7};
use crate::error::{Error, IMAP_ERR_ARGUMENT, Result};
use std::borrow::Cow;
use zeroize::{Zeroize, Zeroizing};

/// What decides the form of strings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form {
    /// UTF8=ACCEPT is enabled: strings may be UTF-8 in quotes.
    pub utf8: bool,
    /// BINARY is announced: octets with NUL may go out as literal8.
    pub binary: bool,
}

/// A part of a command.
pub enum Piece<'a> {
    Text(Vec<u8>),
    /// The octets are the caller's as long as nothing has to wait.
    Literal {
        octets: Cow<'a, [u8]>,
        binary: bool,
        /// As in [`Wire`].
        at_once: bool,
    },
    /// A literal whose octets come from the caller later.
    Announced {
        size: u64,
        binary: bool,
        at_once: bool,
    },
}

/// A command without its tag, ready to be sent.
#[derive(Default)]
pub struct Wire<'a> {
    pub pieces: Vec<Piece<'a>>,
    /// What traces show of a command with a secret; of others they show the pieces.
    pub shown: Vec<u8>,
    pub secret: bool,
    /// Literals need not be asked for where the server announces LITERAL+ or LITERAL-. Servers that refuse a command before
    /// they come to its literal may read that as commands (Dovecot 2.3): so only messages, and behind what nobody refuses
    /// for its form.
    pub at_once: bool,
}

impl Wire<'_> {
    /// Octets on the wire, literal headers aside.
    pub fn weight(&self) -> usize {
        self.pieces.iter().map(|p| p.octets().len()).sum()
    }

    /// The same with octets of its own.
    pub fn into_owned(mut self) -> Wire<'static> {
        Wire {
            pieces: std::mem::take(&mut self.pieces)
                .into_iter()
                .map(Piece::into_owned)
                .collect(),
            shown: std::mem::take(&mut self.shown),
            secret: self.secret,
            at_once: self.at_once,
        }
    }
}

impl Piece<'_> {
    /// The same with octets of its own.
    pub fn into_owned(self) -> Piece<'static> {
        match self {
            Piece::Text(text) => Piece::Text(text),
            Piece::Literal {
                octets,
                binary,
                at_once,
            } => Piece::Literal {
                octets: Cow::Owned(octets.into_owned()),
                binary,
                at_once,
            },
            Piece::Announced { size, binary, at_once } => Piece::Announced { size, binary, at_once },
        }
    }

    /// What it is, if it is text.
    pub fn text(&self) -> &[u8] {
        match self {
            Piece::Text(text) => text,
            Piece::Literal { .. } | Piece::Announced { .. } => &[],
        }
    }

    /// The octets it will put on the wire, a literal's header aside.
    pub fn octets(&self) -> &[u8] {
        match self {
            Piece::Text(octets) => octets,
            Piece::Literal { octets, .. } => octets,
            Piece::Announced { .. } => &[],
        }
    }

    /// Leaves nothing of a secret.
    pub fn wipe(&mut self) {
        match self {
            Piece::Text(octets) => octets.zeroize(),
            Piece::Literal {
                octets: Cow::Owned(octets),
                ..
            } => octets.zeroize(),
            // What is the caller's is the caller's to wipe.
            Piece::Literal { .. } | Piece::Announced { .. } => {}
        }
    }
}

impl Drop for Wire<'_> {
    fn drop(&mut self) {
        if self.secret {
            self.pieces.iter_mut().for_each(Piece::wipe);
        }
    }
}

/// Builds one command.
pub struct Encoder<'n, 'a> {
    wire: Wire<'a>,
    text: Vec<u8>,
    form: Form,
    command: &'n str,
    /// All the text the command can need: a buffer that never grows leaves no copies of secrets behind.
    capacity: usize,
    count: usize,
    after_open: bool,
    /// The argument being written is a secret: not for traces and messages.
    hides: bool,
}

impl<'n, 'a> Encoder<'n, 'a> {
    /// `command` is the name as it goes out ("UID FETCH").
    pub fn new(command: &'n str, args: &[Arg<'a>], form: Form) -> Encoder<'n, 'a> {
        let capacity = args
            .iter()
            .fold(command.len() + 64, |sum, a| sum.saturating_add(6 * a.octets.len() + 8));
        let secret = args.iter().any(|a| a.secret);
        let capacity = if secret {
            capacity
        } else {
            capacity.min(command.len() + 256)
        };
        let mut text = Vec::with_capacity(capacity);
        text.extend_from_slice(command.as_bytes());
        Encoder {
            wire: Wire {
                pieces: Vec::new(),
                shown: if secret {
                    command.as_bytes().to_vec()
                } else {
                    Vec::new()
                },
                secret,
                at_once: command == "APPEND",
            },
            text,
            form,
            command,
            capacity,
            count: 0,
            after_open: false,
            hides: false,
        }
    }

    /// More arguments of a command that has begun to go out: its name is for the errors.
    pub fn continuing(command: &'n str, args: &[Arg<'a>], form: Form) -> Encoder<'n, 'a> {
        let mut encoder = Encoder::new(command, args, form);
        encoder.text.clear();
        encoder.wire.shown.clear();
        encoder
    }

    /// Name and arguments in one go.
    pub fn command(command: &'n str, args: &[Arg<'a>], form: Form) -> Result<Wire<'a>> {
        if !command.split(' ').all(|word| quote::is_atom(word.as_bytes())) {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("{command:?} is no command name; nothing was sent"),
            ));
        }
        let mut encoder = Encoder::new(command, args, form);
        for arg in args {
            encoder.arg(arg)?;
        }
        Ok(encoder.finish())
    }

    /// One more argument.
    pub fn arg(&mut self, arg: &Arg<'a>) -> Result<()> {
        self.count += 1;
        if arg.kind != IMAP_ARG_LIST_CLOSE && !self.after_open {
            self.put(b" ");
        }
        self.after_open = arg.kind == IMAP_ARG_LIST_OPEN;
        self.hides = arg.secret;
        if arg.secret {
            self.wire.shown.extend_from_slice(b"***");
        }
        let written = self.write_arg(arg);
        self.hides = false;
        written
    }

    /// One more argument, which always is a literal.
    pub fn literal_arg(&mut self, octets: Cow<'a, [u8]>) -> Result<()> {
        self.count += 1;
        self.put(b" ");
        self.octets(octets)
    }

    fn octets(&mut self, octets: Cow<'a, [u8]>) -> Result<()> {
        let binary = memchr::memchr(0, &octets).is_some();
        if binary && !self.form.binary {
            return Err(self.refused(b"", "has a NUL octet, which the server takes only with BINARY"));
        }
        self.literal(octets, binary);
        Ok(())
    }

    fn write_arg(&mut self, arg: &Arg<'a>) -> Result<()> {
        let octets = arg.octets;
        match arg.kind {
            IMAP_ARG_ATOM if quote::is_atom(octets) => self.put(octets),
            IMAP_ARG_ATOM => return Err(self.refused(octets, "is not an atom")),
            IMAP_ARG_ASTRING => self.astring(octets)?,
            IMAP_ARG_ASTRING_LENIENT => match quote::unquote(octets) {
                Some(inner) => self.astring(&Zeroizing::new(inner))?,
                None => self.astring(octets)?,
            },
            IMAP_ARG_STRING => self.string(octets)?,
            IMAP_ARG_LITERAL => self.octets(Cow::Borrowed(octets))?,
            IMAP_ARG_MAILBOX => self.mailbox(octets, quote::is_astring_atom)?,
            IMAP_ARG_LIST_MAILBOX => self.mailbox(octets, quote::is_list_atom)?,
            IMAP_ARG_MAILBOX_RAW => self.astring(octets)?,
            IMAP_ARG_MAILBOX_LENIENT => {
                let unquoted = quote::unquote(octets);
                let name = unquoted.as_deref().unwrap_or(octets);
                if !self.form.utf8 && utf7::is_valid(name) {
                    self.astring(name)?;
                } else {
                    self.mailbox(name, quote::is_astring_atom)?;
                }
            }
            IMAP_ARG_SET => match numset::check(octets) {
                Ok(()) => self.put(octets),
                Err(at) => return Err(self.refused(octets, &format!("is not a sequence set (octet {at})"))),
            },
            IMAP_ARG_NUMBER => {
                if octets.is_empty() || octets.len() > 20 || !octets.iter().all(u8::is_ascii_digit) {
                    return Err(self.refused(octets, "is not a number"));
                }
                self.put(octets);
            }
            IMAP_ARG_DATE => {
                let bare = quote::unquote(octets).unwrap_or_else(|| octets.to_vec());
                if bare.len() != 26 || date::parse(&bare).is_none() {
                    return Err(self.refused(octets, "is not an INTERNALDATE (\"DD-Mmm-YYYY HH:MM:SS +HHMM\")"));
                }
                self.quoted(&bare);
            }
            IMAP_ARG_FLAGS => self.flags(octets)?,
            IMAP_ARG_RAW if octets.is_empty() => return Err(self.refused(octets, "is empty")),
            IMAP_ARG_RAW => self.raw(octets)?,
            IMAP_ARG_ITEMS => self.items(octets)?,
            IMAP_ARG_LIST_OPEN => self.put(b"("),
            IMAP_ARG_LIST_CLOSE => self.put(b")"),
            IMAP_ARG_NIL => self.put(b"NIL"),
        }
        Ok(())
    }

    /// The finished command.
    pub fn finish(mut self) -> Wire<'a> {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.wire.pieces.push(Piece::Text(text));
        }
        std::mem::take(&mut self.wire)
    }

    /// Text of the library's own, without a blank before it.
    pub fn put(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
        if self.shows() {
            self.wire.shown.extend_from_slice(text);
        }
    }

    /// What is written is to be shown, and not as the pieces show it.
    fn shows(&self) -> bool {
        self.wire.secret && !self.hides
    }

    /// A literal; `binary` sends it as literal8. Of a command with a secret the octets are copied, to be wiped.
    pub fn literal(&mut self, octets: impl Into<Cow<'a, [u8]>>, binary: bool) {
        let octets = octets.into();
        let capacity = if self.wire.secret { self.capacity } else { 0 };
        let text = std::mem::replace(&mut self.text, Vec::with_capacity(capacity));
        if self.shows() {
            let marker = format!("{}{{{}}}", if binary { "~" } else { "" }, octets.len());
            self.wire.shown.extend_from_slice(marker.as_bytes());
        }
        self.wire.pieces.push(Piece::Text(text));
        self.wire.pieces.push(Piece::Literal {
            octets: if self.wire.secret {
                Cow::Owned(octets.into_owned())
            } else {
                octets
            },
            binary,
            at_once: self.wire.at_once,
        });
    }

    fn quoted(&mut self, value: &[u8]) {
        quote::quoted(&mut self.text, value);
        if self.shows() {
            quote::quoted(&mut self.wire.shown, value);
        }
    }

    fn astring(&mut self, value: &[u8]) -> Result<()> {
        // NIL as an atom reads like the absent value.
        if quote::is_astring_atom(value) && !value.eq_ignore_ascii_case(b"NIL") {
            self.put(value);
            return Ok(());
        }
        self.string(value)
    }

    fn string(&mut self, value: &[u8]) -> Result<()> {
        if value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return Err(self.refused(value, "has CR, LF or NUL in it"));
        }
        if quote::fits_quoted(value, self.form.utf8) {
            self.quoted(value);
        } else {
            self.literal(value.to_vec(), false);
        }
        Ok(())
    }

    fn mailbox(&mut self, name: &[u8], is_atom: fn(&[u8]) -> bool) -> Result<()> {
        let Ok(utf8) = std::str::from_utf8(name) else {
            return Err(self.refused(name, "is a mailbox name that is not UTF-8"));
        };
        if name.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return Err(self.refused(name, "has CR, LF or NUL in it"));
        }
        // Most names are the same in both.
        let is_same = name.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'&');
        let encoded = match self.form.utf8 || is_same {
            true => Cow::Borrowed(utf8),
            false => Cow::Owned(utf7::encode(utf8)),
        };
        let octets = encoded.as_bytes();
        if is_atom(octets) && !octets.eq_ignore_ascii_case(b"NIL") {
            self.put(octets);
            return Ok(());
        }
        self.string(octets)
    }

    fn flags(&mut self, flags: &[u8]) -> Result<()> {
        let inner = flags
            .strip_prefix(b"(")
            .and_then(|f| f.strip_suffix(b")"))
            .unwrap_or(flags);
        let is_flag = |f: &[u8]| {
            let name = f.strip_prefix(b"\\").unwrap_or(f);
            let is_atom = !name.is_empty() && name.iter().all(|b| quote::is_atom_char(b) || matches!(b, b']' | b'['));
            is_atom || f.is_ascii() && quote::unquote(f).is_some()
        };
        let mut list = Vec::with_capacity(flags.len() + 2);
        list.push(b'(');
        for flag in quote::words(inner) {
            if !is_flag(flag) {
                let flag = String::from_utf8_lossy(if self.hides { b"a word" } else { flag });
                return Err(self.refused(flags, &format!("has {flag:?}, which is not a flag")));
            }
            if list.len() > 1 {
                list.push(b' ');
            }
            list.extend_from_slice(flag);
            self.wire.at_once &= flags::is_settable(flag);
        }
        list.push(b')');
        self.put(&list);
        Ok(())
    }

    fn items(&mut self, items: &[u8]) -> Result<()> {
        let is_macro = [&b"ALL"[..], b"FAST", b"FULL"]
            .iter()
            .any(|m| m.eq_ignore_ascii_case(items));
        // An empty list has a meaning elsewhere: SETQUOTA takes all limits away with it.
        let wants_some = || matches!(self.command.trim_start_matches("UID "), "FETCH" | "STATUS" | "SORT");
        if items.iter().all(|b| matches!(b, b' ' | b'(' | b')')) && wants_some() {
            return Err(self.refused(items, "has no items"));
        }
        if is_macro || items.starts_with(b"(") && items.ends_with(b")") {
            return self.raw(items);
        }
        self.put(b"(");
        self.raw(items)?;
        self.put(b")");
        Ok(())
    }

    fn raw(&mut self, text: &[u8]) -> Result<()> {
        let spans = criteria::check(text, self.form.utf8).map_err(|why| self.refused(text, &format!("has {why}")))?;
        for span in spans {
            match span {
                Span::Text(text) => self.put(text),
                Span::Literal(octets) => self.literal(octets, false),
            }
        }
        Ok(())
    }

    fn refused(&self, value: &[u8], why: &str) -> Error {
        let shown = if self.hides {
            String::from("a value")
        } else {
            let short: String = String::from_utf8_lossy(value).chars().take(80).collect();
            format!("{short:?}")
        };
        Error::new(
            IMAP_ERR_ARGUMENT,
            format!(
                "{}: argument {}: {shown} {why}; nothing was sent",
                self.command, self.count
            ),
        )
    }
}

impl Drop for Encoder<'_, '_> {
    fn drop(&mut self) {
        if self.wire.secret {
            self.text.zeroize();
        }
    }
}

#[cfg(test)]
#[path = "encode_tests.rs"]
mod tests;
