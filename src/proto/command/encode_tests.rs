//! What a server reads is the argument, or the argument was refused. Secrets stay where they are put.

#[path = "encode_reader.rs"]
mod reader;

use super::super::arg::{Arg, imap_arg_type, imap_arg_type::*};
use super::{Encoder, Form, Piece};
use crate::codec::{quote, utf7};
use reader::{Reader, Value, on_the_wire};

const PLAIN: Form = Form {
    utf8: false,
    binary: false,
};
const UTF8: Form = Form {
    utf8: true,
    binary: true,
};

fn encoded(kind: imap_arg_type, octets: &[u8], form: Form) -> Option<Vec<u8>> {
    let wire = Encoder::command("X", &[Arg::new(kind, octets), Arg::new(IMAP_ARG_ATOM, b"end")], form).ok()?;
    Some(on_the_wire(&wire))
}

/// What a server takes the argument for, if it was not refused; the command around it must be whole.
fn received(kind: imap_arg_type, octets: &[u8], form: Form) -> Option<Value> {
    let sent = encoded(kind, octets, form)?;
    let (name, mut values) = Reader::command(&sent).unwrap_or_else(|| {
        panic!(
            "{kind:?} {}: not one command: {}",
            octets.escape_ascii(),
            sent.escape_ascii()
        )
    });
    assert_eq!(name, b"X");
    assert_eq!(
        values.pop(),
        Some(Value::Atom(b"end".to_vec())),
        "{}",
        sent.escape_ascii()
    );
    assert_eq!(
        values.len(),
        1,
        "{kind:?} {}: {}",
        octets.escape_ascii(),
        sent.escape_ascii()
    );
    values.pop()
}

fn text(value: Value) -> Vec<u8> {
    match value {
        Value::Atom(text) | Value::String(text) => text,
        Value::List(_) => panic!("a list"),
    }
}

/// All octets alone and inside a word, what ends lines, what announces literals, and much at random.
fn hostile() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for octet in 0..=255_u8 {
        all.push(vec![octet]);
        all.push(vec![b'a', octet]);
        all.push(vec![octet, b'a']);
        all.push(vec![b'a', octet, b'b']);
        all.push(vec![b'"', octet, b'"']);
    }
    let texts: [&[u8]; 26] = [
        b"",
        b"\r\n",
        b"a\r\nA1 LOGOUT",
        b"a\r\n",
        b"{3}",
        b"{3}\r\nabc",
        b"{20+}",
        b"x{0}",
        b"~{5}",
        b"a {3}",
        b"\"",
        b"\"\"",
        b"\"a\" \"b\"",
        b"\"a\\\"",
        b"a\" b \"c",
        b"(",
        b")",
        b"a) (b",
        b"NIL",
        b"nil",
        b"\\",
        b"\\\\\"",
        b"&",
        b"&-",
        b"&AAA-",
        b"a\0b",
    ];
    all.extend(texts.iter().map(|t| t.to_vec()));
    let alphabet = "ab \"\\(){}[]%*&-+~0123\r\n\0\u{e4}\u{1f600},".as_bytes();
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for _ in 0..20_000 {
        let len = random() % 12;
        all.push((0..len).map(|_| alphabet[random() % alphabet.len()]).collect());
    }
    all
}

#[test]
fn a_server_reads_the_text_or_it_was_refused() {
    for form in [PLAIN, UTF8] {
        for octets in hostile() {
            for kind in [
                IMAP_ARG_ASTRING,
                IMAP_ARG_STRING,
                IMAP_ARG_MAILBOX_RAW,
                IMAP_ARG_LITERAL,
                IMAP_ARG_ATOM,
            ] {
                if let Some(value) = received(kind, &octets, form) {
                    assert_eq!(text(value), octets, "{kind:?} {}", octets.escape_ascii());
                }
            }
        }
    }
}

#[test]
fn only_line_ends_and_nul_are_refused_in_strings() {
    for octets in hostile() {
        let has_line_end = octets.iter().any(|b| matches!(b, b'\r' | b'\n' | 0));
        for kind in [IMAP_ARG_ASTRING, IMAP_ARG_STRING, IMAP_ARG_MAILBOX_RAW] {
            assert_eq!(
                received(kind, &octets, PLAIN).is_none(),
                has_line_end,
                "{kind:?} {}",
                octets.escape_ascii()
            );
        }
        let needs_binary = octets.contains(&0);
        assert_eq!(received(IMAP_ARG_LITERAL, &octets, PLAIN).is_none(), needs_binary);
        assert!(received(IMAP_ARG_LITERAL, &octets, UTF8).is_some());
    }
}

#[test]
fn strings_are_never_atoms() {
    for octets in hostile() {
        if let Some(value) = received(IMAP_ARG_STRING, &octets, PLAIN) {
            assert_eq!(value, Value::String(octets));
        }
    }
    assert_eq!(
        received(IMAP_ARG_ASTRING, b"nil", PLAIN),
        Some(Value::String(b"nil".to_vec()))
    );
}

#[test]
fn a_server_reads_the_mailbox_or_it_was_refused() {
    for octets in hostile() {
        let name = std::str::from_utf8(&octets).ok();
        for kind in [IMAP_ARG_MAILBOX, IMAP_ARG_LIST_MAILBOX] {
            let Some(value) = received(kind, &octets, PLAIN) else {
                continue;
            };
            assert_eq!(
                utf7::decode(&text(value)).as_deref(),
                name,
                "{kind:?} {}",
                octets.escape_ascii()
            );
        }
        if let Some(value) = received(IMAP_ARG_MAILBOX, &octets, UTF8) {
            assert_eq!(text(value), octets);
        }
    }
    assert!(received(IMAP_ARG_MAILBOX, b"Entw\xfcrfe", PLAIN).is_none());
}

#[test]
fn a_lenient_text_is_itself_or_what_it_quotes() {
    for octets in hostile() {
        let Some(value) = received(IMAP_ARG_ASTRING_LENIENT, &octets, PLAIN) else {
            continue;
        };
        let value = text(value);
        if value != octets {
            let mut reader = Reader { octets: &octets, at: 0 };
            assert_eq!(reader.quoted(), Some(Value::String(value)), "{}", octets.escape_ascii());
            assert_eq!(reader.at, octets.len());
        }
    }
}

#[test]
fn a_lenient_mailbox_is_one_value_without_line_ends() {
    for octets in hostile() {
        if let Some(value) = received(IMAP_ARG_MAILBOX_LENIENT, &octets, PLAIN) {
            assert!(text(value).is_ascii(), "{}", octets.escape_ascii());
        }
    }
}

#[test]
fn flags_are_one_list_of_words() {
    for octets in hostile() {
        let Some(value) = received(IMAP_ARG_FLAGS, &octets, PLAIN) else {
            continue;
        };
        let Value::List(flags) = value else { panic!("no list") };
        let words: Vec<Vec<u8>> = flags.into_iter().map(text).collect();
        let inner = octets
            .strip_prefix(b"(")
            .and_then(|o| o.strip_suffix(b")"))
            .unwrap_or(&octets);
        let expected: Vec<Vec<u8>> = quote::words(inner)
            .map(|w| quote::unquote(w).unwrap_or_else(|| w.to_vec()))
            .collect();
        assert_eq!(words, expected);
    }
}

#[test]
fn sets_numbers_and_dates_are_checked() {
    for octets in hostile() {
        for kind in [IMAP_ARG_SET, IMAP_ARG_NUMBER] {
            if let Some(value) = received(kind, &octets, PLAIN) {
                assert_eq!(value, Value::Atom(octets.clone()));
            }
        }
        assert!(received(IMAP_ARG_DATE, &octets, PLAIN).is_none());
    }
    let date = b"01-Jan-2024 00:00:00 +0000";
    assert_eq!(received(IMAP_ARG_DATE, date, PLAIN), Some(Value::String(date.to_vec())));
}

/// Text sent as written may be many values, but it stays inside its command and announces nothing.
#[test]
fn raw_text_never_leaves_its_command() {
    for form in [PLAIN, UTF8] {
        for octets in hostile() {
            for kind in [IMAP_ARG_RAW, IMAP_ARG_ITEMS] {
                let args = [Arg::new(kind, &octets), Arg::new(IMAP_ARG_ATOM, b"end")];
                let Ok(wire) = Encoder::command("X", &args, form) else {
                    continue;
                };
                let mut quoted_as_literals = 0;
                for piece in &wire.pieces {
                    match piece {
                        Piece::Announced { .. } => unreachable!("the encoder has all octets"),
                        Piece::Literal { octets, .. } => {
                            quoted_as_literals += 1;
                            assert!(!octets.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)));
                        }
                        Piece::Text(text) => {
                            assert!(
                                !text.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)),
                                "{}",
                                text.escape_ascii()
                            );
                            assert!(!ends_like_a_marker(text), "{}", text.escape_ascii());
                        }
                    }
                }
                let quotes = octets.iter().filter(|b| **b == b'"').count();
                assert!(quoted_as_literals <= quotes / 2);
                let sent = on_the_wire(&wire);
                assert!(sent.ends_with(b" end\r\n"), "{}", sent.escape_ascii());
            }
        }
    }
}

fn ends_like_a_marker(text: &[u8]) -> bool {
    let Some(body) = text.strip_suffix(b"}") else {
        return false;
    };
    let body = body
        .strip_suffix(b"+")
        .or_else(|| body.strip_suffix(b"-"))
        .unwrap_or(body);
    let digits = body.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && body[..body.len() - digits].ends_with(b"{")
}

#[test]
fn command_names_are_checked() {
    for octets in hostile() {
        let name = String::from_utf8_lossy(&octets).into_owned();
        if let Ok(wire) = Encoder::command(&name, &[], PLAIN) {
            let sent = on_the_wire(&wire);
            assert_eq!(sent, [name.as_bytes(), b"\r\n"].concat());
            assert!(!name.bytes().any(|b| b.is_ascii_control()), "{name:?}");
        }
    }
    assert!(Encoder::command("", &[], PLAIN).is_err());
    assert!(Encoder::command("UID FETCH", &[], PLAIN).is_ok());
}

const KINDS: [imap_arg_type; 14] = [
    IMAP_ARG_ATOM,
    IMAP_ARG_ASTRING,
    IMAP_ARG_STRING,
    IMAP_ARG_LITERAL,
    IMAP_ARG_MAILBOX,
    IMAP_ARG_MAILBOX_RAW,
    IMAP_ARG_LIST_MAILBOX,
    IMAP_ARG_FLAGS,
    IMAP_ARG_RAW,
    IMAP_ARG_MAILBOX_LENIENT,
    IMAP_ARG_ASTRING_LENIENT,
    IMAP_ARG_ITEMS,
    IMAP_ARG_NUMBER,
    IMAP_ARG_SET,
];

#[test]
fn secrets_are_masked_whatever_their_type() {
    for kind in KINDS {
        for secret in [
            &b"7391"[..],
            b"hunter2",
            b"h\xc3\xbcnter2",
            b"(hunter2)",
            b"\"hunter2\"",
            b"hun\rter2",
        ] {
            let args = [
                Arg::new(IMAP_ARG_ATOM, b"alice"),
                Arg::secret(kind, secret),
                Arg::new(IMAP_ARG_ATOM, b"end"),
            ];
            match Encoder::command("X", &args, PLAIN) {
                Ok(wire) => {
                    assert_eq!(wire.shown, b"X alice *** end", "{kind:?}");
                    assert!(wire.secret);
                }
                Err(error) => {
                    let leaks = ["7391", "hunter", "nter2", "hun"]
                        .iter()
                        .any(|part| error.message.contains(part));
                    assert!(!leaks, "{kind:?}: {}", error.message);
                }
            }
        }
    }
}

/// A buffer that grows leaves a copy of what it held.
#[test]
fn text_with_secrets_is_never_moved() {
    let secrets: [&[u8]; 6] = [
        b"hunter2",
        b"",
        &[b'"'; 3000],
        &[b'\\'; 9000],
        b"h\xc3\xbcnter2",
        &[b'&'; 5000],
    ];
    for kind in [
        IMAP_ARG_ASTRING,
        IMAP_ARG_STRING,
        IMAP_ARG_MAILBOX,
        IMAP_ARG_LITERAL,
        IMAP_ARG_RAW,
    ] {
        for first in secrets {
            for second in secrets {
                let args = [Arg::secret(IMAP_ARG_ASTRING, first), Arg::secret(kind, second)];
                let mut encoder = Encoder::new("LOGIN", &args, PLAIN);
                for arg in &args {
                    let (place, pieces) = (encoder.text.as_ptr(), encoder.wire.pieces.len());
                    if encoder.arg(arg).is_err() {
                        continue;
                    }
                    let moved = encoder.text.as_ptr() != place;
                    let became_a_piece = encoder.wire.pieces.len() > pieces;
                    assert!(!moved || became_a_piece, "{kind:?}");
                    for piece in &encoder.wire.pieces[pieces..] {
                        let is_in_place = matches!(piece, Piece::Text(text) if text.as_ptr() == place);
                        assert!(
                            is_in_place || matches!(piece, Piece::Literal { .. }),
                            "{kind:?}: text was moved"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_wiped_piece_holds_nothing() {
    for mut piece in [
        Piece::Text(b"hunter2".to_vec()),
        Piece::Literal {
            octets: b"hunter2".to_vec().into(),
            binary: false,
            at_once: false,
        },
    ] {
        piece.wipe();
        assert!(piece.octets().is_empty());
    }
}
