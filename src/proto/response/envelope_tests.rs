use super::*;
use crate::proto::response::test_lines::{damaged, item, octets, response, shown};

/// An envelope as one text: "date|subject|from|sender|reply-to|to|cc|bcc|in-reply-to|message-id", addresses as their
/// mailboxes, "!" in front of a malformed one.
fn described(values: Values<'_>, node: u32) -> Option<String> {
    let e = read(values, node)?;
    let mailboxes = |first: u32| {
        let mut out = Vec::new();
        let mut at = first;
        while let Some(a) = address::read(values, at) {
            out.push(shown(a.mailbox));
            at = a.next;
        }
        out.join(",")
    };
    let mark = if e.is_malformed { "!" } else { "" };
    let texts = [shown(e.date), shown(e.subject)];
    let lists = [e.from, e.sender, e.reply_to, e.to, e.cc, e.bcc].map(mailboxes);
    let ids = [shown(e.in_reply_to), shown(e.message_id)];
    Some(format!(
        "{mark}{}",
        [&texts[..], &lists[..], &ids[..]].concat().join("|")
    ))
}

fn envelope(text: &str) -> Option<String> {
    let response = response(&format!("* 1 FETCH (UID 7 ENVELOPE {text} FLAGS ())"));
    let values = response.values();
    described(values, item(values, "ENVELOPE"))
}

const A: &str = r#"((NIL NIL "a" "x"))"#;
const B: &str = r#"((NIL NIL "b" "y"))"#;

#[test]
fn envelopes_as_the_rfc_has_them() {
    let table = [
        (
            format!(r#"("d" "s" {A} {A} {A} ((NIL NIL "a" "x")(NIL NIL "b" "y")) NIL {B} "<r>" "<i>")"#),
            "d|s|a|a|a|a,b||b|<r>|<i>",
        ),
        (
            format!(r#"("wtf" NIL {A}{A}{A} NIL NIL NIL NIL "<i>")"#),
            "wtf|-|a|a|a||||-|<i>",
        ),
        ("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)".to_owned(), "-|-|||||||-|-"),
        (
            format!("(\"\" {{3}}\r\na\"( {A} NIL NIL NIL NIL NIL {{2}}\r\n<> \"\")"),
            "|a\"(|a||||||<>|",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(envelope(&text).as_deref(), Some(expected), "{text}");
    }
}

/// Each form by the server that sends it, where one is known.
#[test]
fn envelopes_in_other_forms() {
    let rest = r#"NIL NIL "<r>" "<i>""#;
    let table = [
        (
            "Yahoo: ()",
            format!(r#"("d" "s" {A} () () {B} {rest})"#),
            "!d|s|a|||b|||<r>|<i>",
        ),
        (
            "missing blank behind NIL",
            format!(r#"("d" NIL{A}{A}{A}{B} {rest})"#),
            "d|-|a|a|a|b|||<r>|<i>",
        ),
        (
            "Outlook, Yahoo: more blanks",
            format!(r#"(  "d"  "s"  {A} {A}  {A} {B}  {rest} )"#),
            "d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "SmarterMail: NIL entry",
            format!(r#"("d" "s" (NIL (NIL NIL "a" "x")) {A} {A} {B} {rest})"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "Domino: parentheses around it",
            format!(r#"(("d" "s" {A} {A} {A} {B} {rest}))"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "nine fields, In-Reply-To missing",
            format!(r#"("d" "s" {A} {A} {A} {B} NIL NIL "<i>")"#),
            "!d|s|a|a|a|b|||-|<i>",
        ),
        (
            "eight fields",
            format!(r#"("d" "s" {A} {A} {A} {B} NIL NIL)"#),
            "!d|s|a|a|a|b|||-|-",
        ),
        (
            "a list missing",
            format!(r#"("d" "s" {A} {A} {A} {B} NIL "<r>" "<i>")"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "subject missing",
            format!(r#"("d" {A} {A} {A} {B} {rest})"#),
            "!d|-|a|a|a|b|||<r>|<i>",
        ),
        (
            "a text in place of a list",
            format!(r#"("d" "s" {A} "?" {A} {B} {rest})"#),
            "!d|s|a||a|b|||<r>|<i>",
        ),
        (
            "iCloud: quotes inside the Message-ID",
            format!(r#"("d" "s" {A} {A} {A} {B} NIL NIL NIL "<"39".R"@R>")"#),
            r#"d|s|a|a|a|b|||-|<"39".R"@R>"#,
        ),
        (
            "nested address list",
            format!(r#"("d" "s" (((NIL NIL "a" "x"))) {A} {A} {B} {rest})"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "eleven fields",
            format!(r#"("d" "s" {A} {A} {A} {B} {rest} "more")"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        (
            "atoms and numbers",
            format!(r#"(d 2024 {A} {A} {A} {B} {rest})"#),
            "!d|2024|a|a|a|b|||<r>|<i>",
        ),
        (
            "an id in a list",
            format!(r#"("d" "s" {A} {A} {A} {B} NIL NIL ("<r>") "<i>")"#),
            "!d|s|a|a|a|b|||<r>|<i>",
        ),
        ("nothing", "()".to_owned(), "!-|-|||||||-|-"),
        ("only a date", "(\"d\")".to_owned(), "!d|-|||||||-|-"),
    ];
    for (what, text, expected) in table {
        assert_eq!(envelope(&text).as_deref(), Some(expected), "{what}");
    }
}

#[test]
fn what_is_no_list_is_no_envelope() {
    for text in ["NIL", "\"d\"", "7", "ENVELOPE"] {
        assert_eq!(envelope(text), None, "{text}");
    }
    let response = response("* 1 FETCH (UID 7)");
    assert_eq!(described(response.values(), 0), None);
    assert_eq!(described(response.values(), 12_345), None);
}

#[test]
fn damaged_envelopes_are_read_without_harm() {
    let line = format!(
        "* 1 FETCH (ENVELOPE (\"d\" {{3}}\r\na\"( {A} () (((\"N\" NIL \"b\" \"y\"))) {B} NIL (NIL) \"<r>\" \"<i>\"))"
    );
    let mut whole = 0;
    for line in damaged(&line) {
        let Some(response) = octets(&line) else { continue };
        let values = response.values();
        for node in 0..70 {
            whole += usize::from(described(values, node).is_some());
        }
    }
    assert!(whole > 1000, "{whole} were envelopes");
}
