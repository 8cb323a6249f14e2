use super::*;
use crate::proto::response::test_lines::{damaged, item, octets, response, shown};

/// The addresses of a list as "role name|route|mailbox|host", "!" for malformed ones; "!" alone for a malformed list.
fn listed(list: &str) -> Vec<String> {
    let response = response(&format!("* 1 FETCH (A {list})"));
    let values = response.values();
    let list = item(values, "A");
    let mut out = Vec::new();
    let mut at = values.first(list);
    if !is_plain(values, at) {
        out.push("!".to_owned());
        at = first(values, list);
    }
    while let Some(a) = read(values, at) {
        assert_eq!(Some(a), read_any(values, at));
        let role = match a.role {
            Role::Mailbox => "",
            Role::GroupStart => "start ",
            Role::GroupEnd => "end ",
        };
        let mark = if a.is_malformed { "!" } else { "" };
        let texts = [a.name, a.route, a.mailbox, a.host].map(shown).join("|");
        out.push(format!("{role}{texts}{mark}"));
        at = a.next;
    }
    out
}

#[test]
fn address_lists_as_the_rfc_has_them() {
    let table: [(&str, &[&str]); 5] = [
        (r#"(("Ann" NIL "ann" "x.org"))"#, &["Ann|-|ann|x.org"]),
        (
            r#"(("A \"B\"" NIL "a" "x")(NIL "@r:" "b" ""))"#,
            &[r#"A "B"|-|a|x"#, "-|@r:|b|"],
        ),
        (
            "(({3}\r\nä NIL {1}\r\na {1}\r\nx) (NIL NIL \"b\" \"y\"))",
            &["ä |-|a|x", "-|-|b|y"],
        ),
        (
            r#"((NIL NIL "friends" NIL)(NIL NIL "a" "x")(NIL NIL NIL NIL)(NIL NIL "b" "y"))"#,
            &["start -|-|friends|-", "-|-|a|x", "end -|-|-|-", "-|-|b|y"],
        ),
        ("NIL", &["!"]),
    ];
    for (list, expected) in table {
        assert_eq!(listed(list), expected, "{list}");
    }
}

/// Each form by the server that sends it, where one is known.
#[test]
fn address_lists_in_other_forms() {
    let table: [(&str, &str, &[&str]); 23] = [
        ("Yahoo: empty list", "()", &["!"]),
        ("SmarterMail: NIL alone", "(NIL)", &["!"]),
        (
            "SmarterMail: NIL first",
            r#"(NIL (NIL NIL "a" "x"))"#,
            &["!", "-|-|a|x"],
        ),
        (
            "SmarterMail: NIL between",
            r#"((NIL NIL "a" "x") NIL (NIL NIL "b" "y"))"#,
            &["-|-|a|x!", "-|-|b|y"],
        ),
        ("SmarterMail: NIL last", r#"((NIL NIL "a" "x") NIL)"#, &["-|-|a|x!"]),
        ("SmarterMail: four NIL", "(NIL NIL NIL NIL)", &["!"]),
        ("empty address", r#"(() (NIL NIL "a" "x"))"#, &["!", "-|-|a|x"]),
        (
            "Outlook, Yahoo: more blanks",
            r#"(  (  "A"  NIL "a"  "x" )  )"#,
            &["A|-|a|x"],
        ),
        ("no blanks", r#"(("A" NIL "a""x"))"#, &["A|-|a|x"]),
        ("one list deeper", r#"((("A" NIL "a" "x")))"#, &["!", "A|-|a|x"]),
        (
            "all one list deeper",
            r#"((("A" NIL "a" "x")("B" NIL "b" "y")))"#,
            &["!", "A|-|a|x", "B|-|b|y"],
        ),
        (
            "one of them one list deeper",
            r#"(("A" NIL "a" "x")(("B" NIL "b" "y"))("C" NIL "c" "z"))"#,
            &["A|-|a|x", "B|-|b|y!", "C|-|c|z"],
        ),
        (
            "the last ones one list deeper",
            r#"(("A" NIL "a" "x")(("B" NIL "b" "y")("C" NIL "c" "z")))"#,
            &["A|-|a|x", "B|-|b|y!", "C|-|c|z"],
        ),
        ("no list around the texts", r#"("A" NIL "a" "x")"#, &["!", "A|-|a|x!"]),
        (
            "no lists around the texts of two",
            r#"("A" NIL "a" "x" NIL NIL "b" "y")"#,
            &["!", "A|-|a|x!", "-|-|b|y!"],
        ),
        (
            "five texts, the name in two",
            r#"(("A" "B" NIL "a" "x"))"#,
            &["A|-|a|x!"],
        ),
        (
            "seven texts, the name in four",
            r#"(("A" "B" "C" "D" NIL "a" "x"))"#,
            &["A|-|a|x!"],
        ),
        ("five texts, NIL twice", r#"(("A" NIL NIL "a" "x"))"#, &["A|-|a|x!"]),
        ("five texts, one behind", r#"(("A" NIL "a" "x" "y"))"#, &["A|-|a|x!"]),
        ("three texts", r#"(("A" NIL "a"))"#, &["A|-|a|-!"]),
        ("NIL mailbox with a host", r#"((NIL NIL NIL "x"))"#, &["-|-|-|x!"]),
        ("only a name", r#"(("A" NIL NIL NIL))"#, &["A|-|-|-!"]),
        ("atoms", "((A NIL 12 x.org))", &["A|-|12|x.org!"]),
    ];
    for (what, list, expected) in table {
        assert_eq!(listed(list), expected, "{what}");
    }
}

/// Dovecot and UW name a missing host; it is handed out as sent.
#[test]
fn a_servers_word_for_a_missing_host_stays() {
    assert_eq!(
        listed(r#"((NIL NIL "a" "MISSING_DOMAIN")(NIL NIL "b" ".SYNTAX-ERROR."))"#),
        ["-|-|a|MISSING_DOMAIN", "-|-|b|.SYNTAX-ERROR."]
    );
}

#[test]
fn lists_are_gone_through_in_steps_that_end() {
    let lines = [
        r#"* 1 FETCH (A (("A" NIL "a" "x") NIL ((("B" NIL "b" "y")("C" NIL "c" "z"))) (NIL NIL "g" NIL)))"#,
        r#"* 1 FETCH (A ("A" NIL "a" "x" "B" NIL "b" "y" () NIL))"#,
    ];
    for line in lines.into_iter().flat_map(damaged) {
        let Some(response) = octets(&line) else { continue };
        let values = response.values();
        for start in 0..60 {
            let mut at = start;
            while let Some(address) = read(values, at) {
                assert!(address.next == 0 || address.next > at, "{}", line.escape_ascii());
                at = address.next;
            }
            let _ = first(values, start);
        }
    }
}

#[test]
fn deep_nesting_and_many_bad_entries_are_gone_through_once() {
    let deep = format!("{}\"A\" NIL \"a\" \"x\"{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(listed(&deep), ["!", "A|-|a|x"]);
    let many = format!("((NIL NIL \"a\" \"x\"){})", " NIL".repeat(100_000));
    assert_eq!(listed(&many), ["-|-|a|x!"]);
}
