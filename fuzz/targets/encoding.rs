//! Arguments of any octets become exactly one command, or are refused: a server, here a reader written from the grammar,
//! finds as many arguments as were given, and in each the octets that were given.

use super::input::Input;
use super::reader::{Reader, Value, on_the_wire};
use imap4::codec::utf7;
use imap4::proto::command::arg::{Arg, imap_arg_type, imap_arg_type::*};
use imap4::proto::command::encode::{Encoder, Form};

/// Those that carry one value; RAW and ITEMS carry ready text, for which only "one line" is promised.
const VALUES: &[imap_arg_type] = &[
    IMAP_ARG_ATOM,
    IMAP_ARG_ASTRING,
    IMAP_ARG_STRING,
    IMAP_ARG_LITERAL,
    IMAP_ARG_MAILBOX,
    IMAP_ARG_MAILBOX_RAW,
    IMAP_ARG_LIST_MAILBOX,
    IMAP_ARG_SET,
    IMAP_ARG_NUMBER,
    IMAP_ARG_DATE,
];
const TEXTS: &[imap_arg_type] = &[
    IMAP_ARG_RAW,
    IMAP_ARG_ITEMS,
    IMAP_ARG_FLAGS,
    IMAP_ARG_MAILBOX_LENIENT,
    IMAP_ARG_ASTRING_LENIENT,
];

pub fn run(octets: &[u8]) {
    let mut input = Input::of(octets);
    let choice = input.octet();
    let form = Form {
        utf8: choice & 1 != 0,
        binary: choice & 2 != 0,
    };
    let is_secret = choice & 4 != 0;
    let mut given = Vec::new();
    let are_texts = choice & 8 != 0;
    while !input.is_empty() && given.len() < 5 {
        let kinds = if are_texts { TEXTS } else { VALUES };
        let kind = kinds[input.below(kinds.len())];
        let n = usize::from(input.octet());
        given.push((kind, input.octets(n)));
    }
    let mut args: Vec<Arg<'_>> = given
        .iter()
        .map(|(kind, octets)| Arg {
            kind: *kind,
            octets,
            secret: is_secret,
        })
        .collect();
    args.push(Arg::new(IMAP_ARG_ATOM, b"end"));
    let Ok(wire) = Encoder::command("X", &args, form) else {
        return;
    };
    let sent = on_the_wire(&wire);
    if are_texts {
        return one_command(&sent);
    }
    let (name, values) = Reader::command(&sent).unwrap_or_else(|| panic!("not one command: {}", sent.escape_ascii()));
    assert_eq!(name, b"X");
    assert_eq!(values.len(), args.len(), "{}", sent.escape_ascii());
    assert_eq!(values.last(), Some(&Value::Atom(b"end".to_vec())));
    for ((kind, octets), value) in given.iter().zip(&values) {
        same(*kind, octets, value, form);
    }
}

fn same(kind: imap_arg_type, given: &[u8], value: &Value, form: Form) {
    let octets = match value {
        Value::Atom(octets) | Value::String(octets) => octets,
        Value::List(_) => panic!("{kind:?} became a list"),
    };
    match kind {
        IMAP_ARG_MAILBOX | IMAP_ARG_LIST_MAILBOX if !form.utf8 => {
            let text = std::str::from_utf8(given).expect("mailboxes are UTF-8");
            assert_eq!(octets, utf7::encode(text).as_bytes());
        }
        IMAP_ARG_DATE => assert!(octets.windows(given.trim_ascii().len().min(11)).count() > 0),
        IMAP_ARG_NUMBER | IMAP_ARG_SET => assert!(octets.iter().all(|b| b.is_ascii_digit() || b",:*$".contains(b))),
        _ => assert_eq!(octets, given, "{kind:?}"),
    }
}

/// Ready text may hold anything but a line end or a literal that the encoder did not make.
fn one_command(sent: &[u8]) {
    let mut rest = sent;
    loop {
        let at = rest
            .windows(2)
            .position(|w| w == b"\r\n")
            .expect("a command ends with CRLF");
        let line = &rest[..at];
        assert!(
            !line.iter().any(|b| matches!(b, 0 | b'\r' | b'\n')),
            "{}",
            sent.escape_ascii()
        );
        rest = &rest[at + 2..];
        if rest.is_empty() {
            return;
        }
        let open = line
            .iter()
            .rposition(|b| *b == b'{')
            .expect("a line that goes on ends with a literal's header");
        let digits = line[open + 1..].strip_suffix(b"}").expect("a literal's header");
        let size: usize = std::str::from_utf8(digits)
            .ok()
            .and_then(|d| d.parse().ok())
            .expect("a size");
        rest = rest.get(size..).expect("the literal is there");
    }
}
