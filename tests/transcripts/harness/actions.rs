//! `>` lines: what the caller does.

use super::player::Player;
use super::text;
use imap4::codec::secret::Secret;
use imap4::error::Result as ImapResult;
use imap4::proto::command::arg::{Arg, imap_arg_type, imap_arg_type::*};
use imap4::proto::command::encode::Encoder;
use imap4::proto::machine::job::{Request, Verb};
use imap4::sasl;

impl Player {
    pub fn act(&mut self, label: Option<&str>, verb: &str, rest: &str) -> Result<(), String> {
        let now = self.now_ms;
        match verb {
            "open" => self.submit(
                label,
                Ok(Request::Open {
                    starttls: rest == "starttls",
                }),
            ),
            "starttls" => self.submit(label, Ok(Request::StartTls)),
            "recent" => self.submit(label, Ok(Request::Recent)),
            "login" => {
                let (user, password) = rest.split_once(' ').ok_or("login needs a user and a password")?;
                let (user, password) = (text::octets(user)?, text::octets(password)?);
                let args = [
                    Arg::new(IMAP_ARG_ASTRING, &user),
                    Arg::secret(IMAP_ARG_STRING, &password),
                ];
                let request = self.encoded("LOGIN", &args);
                self.submit(label, request);
            }
            "command" => {
                let (name, rest) = command_name(rest);
                let raw = text::octets(rest)?;
                let args = [Arg::new(IMAP_ARG_RAW, &raw)];
                let request = self.encoded(name, if rest.is_empty() { &[] } else { &args });
                self.submit(label, request);
            }
            "args" => {
                let mut parts = rest.split(" | ");
                let name = parts.next().unwrap_or_default();
                let mut values = Vec::new();
                for part in parts {
                    values.push(typed(part)?);
                }
                let args: Vec<Arg<'_>> = values
                    .iter()
                    .map(|(kind, octets, secret)| Arg {
                        kind: *kind,
                        octets,
                        secret: *secret,
                    })
                    .collect();
                let request = self.encoded(name, &args);
                self.submit(label, request);
            }
            "authenticate" => {
                let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
                let initial = match initial.strip_prefix("initial") {
                    Some(octets) => Some(Secret::from(
                        &text::octets(octets.strip_prefix(' ').unwrap_or(octets))?[..],
                    )),
                    None => None,
                };
                let clear = sasl::is_clear(mechanism);
                self.submit(
                    label,
                    Ok(Request::Authenticate {
                        mechanism: mechanism.to_owned(),
                        initial,
                        clear,
                    }),
                );
            }
            "reply" => self.reply(rest)?,
            "idle" => self.submit(label, Ok(Request::Idle)),
            "append" => {
                let request = self.append(rest);
                self.submit(label, request);
            }
            "cancel" => {
                let why = (!rest.is_empty()).then(|| rest.to_owned());
                self.refused = self.machine.reply(self.last_job, None, why, now).err();
            }
            "tls" => self.machine.tls_ready(now),
            "eof" => self.machine.ended(now, None),
            "close" => self.machine.close(),
            "tick" => {
                let ms: u64 = rest
                    .parse()
                    .map_err(|_| format!("{rest} is no number of milliseconds"))?;
                self.now_ms += ms;
                let now = self.now_ms;
                self.machine.count_time(now);
                self.machine.tick(now);
            }
            "secure" => self.machine.secure = true,
            "insecure" => self.machine.secure = false,
            "hold" => self.held = true,
            "leak" => {
                let n: usize = rest.parse().map_err(|_| format!("{rest} is no number of octets"))?;
                self.leak(n);
            }
            "go" => self.held = false,
            _ => match self.act_in_steps(label, verb, rest) {
                Some(done) => done?,
                None => return Err(format!("there is no action {verb}")),
            },
        }
        self.drain();
        Ok(())
    }

    fn encoded<'a>(&self, name: &str, args: &[Arg<'a>]) -> ImapResult<Request<'a>> {
        let verb = Verb::new(name);
        let wire = match args {
            [] => None,
            args => Some(Encoder::command(verb.name(), args, self.machine.form())?),
        };
        let view = verb.view();
        Ok(Request::Command { verb, view, wire })
    }

    fn submit(&mut self, label: Option<&str>, request: ImapResult<Request<'_>>) {
        let now = self.now_ms;
        match request.and_then(|request| self.machine.submit(request, now)) {
            Ok(id) => {
                self.last_job = id;
                self.selected = None;
                if let Some(label) = label {
                    self.labels.insert(label.to_owned(), id);
                }
            }
            Err(error) => self.refused = Some(error),
        }
    }
}

/// The first word, or two if the first is UID.
fn command_name(text: &str) -> (&str, &str) {
    let from = if text.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("UID ")) {
        4
    } else {
        0
    };
    match text[from..].find(' ') {
        Some(blank) => (&text[..from + blank], &text[from + blank + 1..]),
        None => (text, ""),
    }
}

/// `mailbox INBOX`, `secret string hunter2`, `nil`
fn typed(part: &str) -> Result<(imap_arg_type, Vec<u8>, bool), String> {
    let (part, secret) = match part.strip_prefix("secret ") {
        Some(rest) => (rest, true),
        None => (part, false),
    };
    let (kind, value) = part.split_once(' ').unwrap_or((part, ""));
    let kind = match kind {
        "atom" => IMAP_ARG_ATOM,
        "astring" => IMAP_ARG_ASTRING,
        "string" => IMAP_ARG_STRING,
        "literal" => IMAP_ARG_LITERAL,
        "mailbox" => IMAP_ARG_MAILBOX,
        "mailbox_raw" => IMAP_ARG_MAILBOX_RAW,
        "list_mailbox" => IMAP_ARG_LIST_MAILBOX,
        "set" => IMAP_ARG_SET,
        "flags" => IMAP_ARG_FLAGS,
        "number" => IMAP_ARG_NUMBER,
        "date" => IMAP_ARG_DATE,
        "raw" => IMAP_ARG_RAW,
        "open" => IMAP_ARG_LIST_OPEN,
        "close" => IMAP_ARG_LIST_CLOSE,
        "mailbox_lenient" => IMAP_ARG_MAILBOX_LENIENT,
        "astring_lenient" => IMAP_ARG_ASTRING_LENIENT,
        "items" => IMAP_ARG_ITEMS,
        "nil" => IMAP_ARG_NIL,
        _ => return Err(format!("there is no argument type {kind}")),
    };
    // `literal 5000 x`: five thousand times.
    let octets = match value.split_once(" times ") {
        Some((times, unit)) => {
            let times: usize = times.parse().map_err(|_| format!("{times} is no number"))?;
            text::octets(unit)?.repeat(times)
        }
        None => text::octets(value)?,
    };
    Ok((kind, octets, secret))
}
