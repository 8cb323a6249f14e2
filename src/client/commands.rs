//! Commands on a connection: the generic doors, and what the typed functions need beyond the command table.

use super::Connection;
use crate::codec::quote;
use crate::error::*;
use crate::proto::command::arg::{Arg, imap_arg_type::*};
use crate::proto::command::encode::{Encoder, Form, Wire};
use crate::proto::command::table::{self, Command};
use crate::proto::command::{arg, criteria};
use crate::proto::machine::job::{Request, Shows, Verb};
use std::borrow::Cow;

/// A submitted job's id, or why nothing was sent.
pub type Call = Result<u32>;

impl Connection {
    pub(super) fn submit(&mut self, request: Request<'_>) -> Call {
        self.may_submit()?;
        let now = self.now_ms();
        self.machine.submit(request, now)
    }

    fn may_submit(&self) -> Result<()> {
        // It would wait for an answer that nobody can give while it waits.
        if self.challenged().is_some() {
            return Err(Error::new(
                IMAP_ERR_STATE,
                "a challenge of AUTHENTICATE waits: answer it with imap_auth_reply or imap_auth_cancel; nothing was sent",
            ));
        }
        Ok(())
    }

    pub fn starttls(&mut self) -> Call {
        if self.transport.as_ref().is_some_and(|t| t.is_tls()) {
            return Err(Error::new(
                IMAP_ERR_STATE,
                "STARTTLS: TLS session already established; nothing was sent",
            ));
        }
        let is_early = self.machine.state() == table::imap_state::IMAP_STATE_NONAUTH;
        if is_early && self.server_name.is_empty() && self.options.text(super::IMAP_OPT_TLS_SERVER_NAME).is_none() {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                "STARTTLS: no name to check the certificate against: give a host or TLS_SERVER_NAME; nothing was sent",
            ));
        }
        // Wrong files are told before anything is sent.
        self.options.tls().map_err(|error| Error {
            message: format!("STARTTLS: {}; nothing was sent", error.message),
            ..error
        })?;
        self.submit(Request::StartTls)
    }

    pub fn recent(&mut self) -> Call {
        self.submit(Request::Recent)
    }

    /// A command of the table with plain values, typed as the table says.
    pub fn typed(&mut self, command: &'static Command, values: &[&[u8]], uid: bool) -> Call {
        let args: Vec<Arg<'_>> = command
            .args
            .iter()
            .zip(values)
            .map(|(kind, value)| Arg::new(*kind, value))
            .collect();
        self.run(command, &args, uid)
    }

    /// A command of the table with typed arguments.
    pub fn run(&mut self, command: &'static Command, args: &[Arg<'_>], uid: bool) -> Call {
        let verb = Verb::known(command, uid);
        let view = Shows::AsCommand;
        if args.is_empty() {
            self.may_submit()?;
            let now = self.now_ms();
            return self.machine.submit_name(verb, view, now);
        }
        let wire = Some(Encoder::command(verb.name(), args, self.machine.form())?);
        self.submit(Request::Command { verb, view, wire })
    }

    /// Any command by name, with typed arguments.
    pub fn command(&mut self, name: &str, args: &[Arg<'_>]) -> Call {
        let verb = self.generic_verb(name)?;
        check_lists(verb.name(), args)?;
        let mut args = args.to_vec();
        if verb.name() == "LOGIN" {
            // Whatever the caller says, a password is one; ready text may hold it beside the user's name.
            let is_alone = args.len() == 1;
            for (i, arg) in args.iter_mut().enumerate() {
                arg.secret |= i > 0 || is_alone || arg.kind == IMAP_ARG_RAW;
            }
        }
        let wire = Some(Encoder::command(verb.name(), &args, self.machine.form())?);
        let view = verb.view();
        self.submit(Request::Command { verb, view, wire })
    }

    /// Any command as ready text after the tag.
    pub fn command_text(&mut self, text: &[u8]) -> Call {
        let blanks = text.iter().rev().take_while(|b| **b == b' ').count();
        let text = &text[..text.len() - blanks];
        let word = |from: usize| {
            text[from..]
                .iter()
                .position(|b| *b == b' ')
                .map_or(text.len(), |i| from + i)
        };
        let mut end = word(0);
        if text[..end].eq_ignore_ascii_case(b"UID") && end < text.len() {
            end = word(end + 1);
        }
        let name = String::from_utf8_lossy(&text[..end]).into_owned();
        let verb = self.generic_verb(&name)?;
        let rest = text.get(end + 1..).unwrap_or_default();
        let wire = Some(self.text_wire(verb.name(), rest)?);
        let view = verb.view();
        self.submit(Request::Command { verb, view, wire })
    }

    /// imaplib's `xatom`: a name nobody knows becomes known in the current state.
    pub fn xatom(&mut self, name: &str, rest: &[u8]) -> Call {
        let verb = self.generic_verb(name)?;
        if verb.command().is_none() {
            let upper = verb.name().to_owned();
            let state = self.machine.state().bit();
            let known = &mut self.rare().known;
            match known.iter_mut().find(|(n, _)| *n == upper) {
                Some((_, states)) => *states |= state,
                None => known.push((upper, state)),
            }
        }
        let wire = Some(self.text_wire(verb.name(), rest)?);
        // Data goes to the table, whatever the command: `xatom("ID")`, then `response("ID")`.
        let view = Shows::OwnText;
        self.submit(Request::Command { verb, view, wire })
    }

    /// imaplib's `uid`: a known command by UID.
    pub fn uid(&mut self, command: &str, rest: &[u8]) -> Call {
        let upper = command.to_ascii_uppercase();
        let mut known = self.rare.iter().flat_map(|r| &r.known);
        if table::find(&upper).is_none() && !known.any(|(n, _)| *n == upper) {
            return Err(Error::new(
                IMAP_ERR_UNSUPPORTED,
                format!(
                    "Unknown IMAP4 UID command: {}; nothing was sent",
                    upper.escape_default()
                ),
            ));
        }
        let verb = self.generic_verb(&format!("UID {upper}"))?;
        let wire = Some(self.text_wire(verb.name(), rest)?);
        let view = verb.view();
        self.submit(Request::Command { verb, view, wire })
    }

    /// The generic doors refuse what has steps of its own, and names that are none.
    fn generic_verb(&self, name: &str) -> Result<Verb> {
        let name = name.trim_matches(' ');
        let verb = Verb::new(name);
        // The caller's words: the verb's are made printable.
        let is_name = name.split(' ').all(|w| quote::is_atom(w.as_bytes()));
        let words = name.split(' ').count();
        if !is_name || words > 1 + usize::from(verb.is_by_uid()) {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!("{:?} is no command name; nothing was sent", verb.name()),
            ));
        }
        match verb.command() {
            Some(c) if c.has(table::STEPS) => Err(Error::new(
                IMAP_ERR_ARGUMENT,
                format!(
                    "{} has steps of its own: use {}; nothing was sent",
                    c.name,
                    table::right_function(c)
                ),
            )),
            _ => Ok(verb),
        }
    }

    fn text_wire<'a>(&self, name: &str, rest: &'a [u8]) -> Result<Wire<'a>> {
        let mut args = Vec::new();
        if !rest.is_empty() {
            args.push(Arg {
                kind: IMAP_ARG_RAW,
                octets: rest,
                secret: name == "LOGIN",
            });
        }
        Encoder::command(name, &args, self.machine.form())
    }

    /// APPEND (RFC 9051, 6.3.12; RFC 6855, 4 in UTF-8 mode).
    pub fn append(
        &mut self,
        mailbox: &[u8],
        flags: Option<&[u8]>,
        date: Option<&[u8]>,
        message: &[u8],
        verbatim: bool,
    ) -> Call {
        let command = const { table::known("APPEND") };
        let form = self.machine.form();
        let mailbox = Arg::new(IMAP_ARG_MAILBOX, mailbox);
        let flags = flags.map(|f| Arg::new(IMAP_ARG_FLAGS, f));
        let date = date.map(|d| Arg::new(IMAP_ARG_DATE, d));
        let message = match verbatim {
            true => Cow::Borrowed(message),
            false => with_crlf(message),
        };
        let mut encoder = Encoder::new("APPEND", &[mailbox], form);
        for arg in [Some(mailbox), flags, date].iter().flatten() {
            encoder.arg(arg)?;
        }
        if form.utf8 {
            encoder.put(b" UTF8 (");
            encoder.literal(message, true);
            encoder.put(b")");
        } else {
            encoder.literal_arg(message)?;
        }
        let verb = Verb::known(command, false);
        let view = verb.view();
        self.submit(Request::Command {
            verb,
            view,
            wire: Some(encoder.finish()),
        })
    }

    /// SEARCH: a charset is named if the caller does, or if 8-bit criteria need one; behind the options, if there are any.
    pub fn search(&mut self, charset: Option<&[u8]>, criteria: &[u8], uid: bool) -> Call {
        let command = const { table::known("SEARCH") };
        let form = self.machine.form();
        let (options, criteria) = criteria::split_options(criteria);
        let charset = search_charset("SEARCH", charset, criteria, form)?;
        let mut args = Vec::new();
        args.extend(options.map(returned).into_iter().flatten());
        if let Some(charset) = charset {
            args.push(Arg::new(IMAP_ARG_ATOM, b"CHARSET"));
            args.push(Arg::new(IMAP_ARG_ASTRING, charset));
        }
        args.push(Arg::new(IMAP_ARG_RAW, criteria));
        self.run(command, &args, uid)
    }

    /// SORT and THREAD: what comes first, the charset, the criteria; before it all what SORT is to return, taken off the
    /// criteria (RFC 5267, 3.1).
    pub fn sort_or_thread(
        &mut self,
        name: &str,
        first: &[u8],
        charset: Option<&[u8]>,
        criteria: &[u8],
        uid: bool,
    ) -> Call {
        let command = find(name)?;
        let (options, criteria) = match name {
            "SORT" => criteria::split_options(criteria),
            _ => (None, criteria),
        };
        if criteria.is_empty() {
            return Err(no_criteria(name));
        }
        let charset = charset.unwrap_or(if criteria.is_ascii() { b"US-ASCII" } else { b"UTF-8" });
        let values = [first, charset, criteria];
        let typed = command.args.iter().zip(values).map(|(kind, v)| Arg::new(*kind, v));
        let returned = options.map(returned);
        let args: Vec<Arg<'_>> = returned.into_iter().flatten().chain(typed).collect();
        self.run(command, &args, uid)
    }

    /// LOGIN: the password is always quoted, and never shown.
    pub fn login(&mut self, user: &[u8], password: &[u8]) -> Call {
        let args = [Arg::new(IMAP_ARG_ASTRING, user), Arg::secret(IMAP_ARG_STRING, password)];
        self.run(const { table::known("LOGIN") }, &args, false)
    }

    /// ID (RFC 2971): names and values in turn, or NIL.
    pub fn id(&mut self, pairs: &[&[u8]]) -> Call {
        if pairs.len() % 2 != 0 {
            return Err(Error::new(
                IMAP_ERR_ARGUMENT,
                "ID: names and values come in pairs; nothing was sent",
            ));
        }
        let mut args = Vec::with_capacity(pairs.len() + 2);
        if pairs.is_empty() {
            args.push(Arg::new(IMAP_ARG_NIL, b""));
        } else {
            args.push(Arg::new(IMAP_ARG_LIST_OPEN, b""));
            args.extend(pairs.iter().map(|p| Arg::new(IMAP_ARG_STRING, p)));
            args.push(Arg::new(IMAP_ARG_LIST_CLOSE, b""));
        }
        self.run(const { table::known("ID") }, &args, false)
    }

    /// EXPUNGE, or UID EXPUNGE of a set (RFC 4315).
    pub fn expunge(&mut self, uid_set: Option<&[u8]>) -> Call {
        let args: Vec<arg::Arg<'_>> = uid_set.map(|s| Arg::new(IMAP_ARG_SET, s)).into_iter().collect();
        self.run(const { table::known("EXPUNGE") }, &args, uid_set.is_some())
    }
}

/// Each LIST_CLOSE has its LIST_OPEN before it, and the other way round.
fn check_lists(name: &str, args: &[Arg<'_>]) -> Result<()> {
    let mut depth = 0usize;
    for (i, arg) in args.iter().enumerate() {
        match arg.kind {
            IMAP_ARG_LIST_OPEN => depth += 1,
            IMAP_ARG_LIST_CLOSE => {
                depth = depth.checked_sub(1).ok_or_else(|| {
                    let message = format!("{name}: argument {}: a ')' without its '('; nothing was sent", i + 1);
                    Error::new(IMAP_ERR_ARGUMENT, message)
                })?;
            }
            _ => {}
        }
    }
    if depth > 0 {
        let message = format!("{name}: {depth} '(' without their ')'; nothing was sent");
        return Err(Error::new(IMAP_ERR_ARGUMENT, message));
    }
    Ok(())
}

fn find(name: &str) -> Result<&'static Command> {
    table::find(name).ok_or_else(|| Error::new(IMAP_ERR_UNSUPPORTED, format!("{name} is not in the command table")))
}

fn search_charset<'a>(name: &str, charset: Option<&'a [u8]>, text: &[u8], form: Form) -> Result<Option<&'a [u8]>> {
    if text.is_empty() {
        return Err(no_criteria(name));
    }
    if form.utf8 && charset.is_some() {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            format!("{name}: a non-None charset is not valid in UTF8 mode; nothing was sent"),
        ));
    }
    if charset.is_some() || !criteria::has_8bit(text) || criteria::has_charset(text) {
        return Ok(charset);
    }
    if std::str::from_utf8(text).is_err() {
        return Err(Error::new(
            IMAP_ERR_ARGUMENT,
            format!("{name}: the criteria are not UTF-8: name their charset; nothing was sent"),
        ));
    }
    Ok((!form.utf8).then_some(b"UTF-8"))
}

/// What a search is to return, before its charset.
fn returned(options: &[u8]) -> [Arg<'_>; 2] {
    [Arg::new(IMAP_ARG_ATOM, b"RETURN"), Arg::new(IMAP_ARG_RAW, options)]
}

fn no_criteria(name: &str) -> Error {
    Error::new(
        IMAP_ERR_ARGUMENT,
        format!("{name}: at least one search criterion is needed; nothing was sent"),
    )
}

/// Bare CR and bare LF become CRLF. Most messages have neither, and are not copied.
fn with_crlf(message: &[u8]) -> Cow<'_, [u8]> {
    if has_crlf_only(message) {
        return Cow::Borrowed(message);
    }
    let mut out = Vec::with_capacity(message.len() + message.len() / 32);
    let mut at = 0;
    while let Some(i) = memchr::memchr2(b'\r', b'\n', &message[at..]) {
        out.extend_from_slice(&message[at..at + i]);
        out.extend_from_slice(b"\r\n");
        let is_pair = message[at + i] == b'\r' && message.get(at + i + 1) == Some(&b'\n');
        at += i + 1 + usize::from(is_pair);
    }
    out.extend_from_slice(&message[at..]);
    Cow::Owned(out)
}

/// Every CR stands before an LF and every LF behind a CR. Without a branch, sixteen octets go at a time.
fn has_crlf_only(message: &[u8]) -> bool {
    let (Some(first), Some(last)) = (message.first(), message.last()) else {
        return true;
    };
    let behind = message.get(1..).unwrap_or_default();
    let mut blocks = message.chunks(4096).zip(behind.chunks(4096));
    let is_good = |(these, next): (&[u8], &[u8])| {
        let odd = |(a, b): (&u8, &u8)| (*a == b'\r') != (*b == b'\n');
        !these.iter().zip(next).fold(false, |any, pair| any | odd(pair))
    };
    *first != b'\n' && *last != b'\r' && blocks.all(is_good)
}

#[cfg(test)]
mod tests {
    use super::with_crlf;
    use std::borrow::Cow;

    #[test]
    fn line_ends_become_crlf_once() {
        let all = |m: &[u8]| with_crlf(m).into_owned();
        assert_eq!(all(b"a\nb\rc\r\nd\r\r\n\n"), b"a\r\nb\r\nc\r\nd\r\n\r\n\r\n");
        assert_eq!(all(b"\nb"), b"\r\nb");
        assert_eq!(all(b"b\r"), b"b\r\n");
    }

    #[test]
    fn what_has_crlf_only_is_not_copied() {
        let long = b"0123456789\r\n".repeat(1_000);
        for message in [&b""[..], b"a", b"\r\n", b"\r\n\r\na\r\nb", &long] {
            assert!(matches!(with_crlf(message), Cow::Borrowed(_)));
        }
        for at in [0, 1, 4_094, 4_095, 4_096, 4_097, 11_999] {
            for octet in [b'\r', b'\n'] {
                let mut message = b"x".repeat(12_000);
                message[at] = octet;
                assert_eq!(with_crlf(&message).len(), 12_001, "{octet} at {at}");
            }
        }
    }
}
