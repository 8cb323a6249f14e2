use super::super::fixture::{response, text};
use super::*;

fn all_of(line: &str, list: impl Fn(Values<'_>) -> u32) -> Vec<String> {
    let response = response(line);
    let (values, mut cursor, mut words) = (response.values(), 0, Vec::new());
    while let Some(node) = next(values, response.data(), list(values), &mut cursor) {
        words.push(text(&response, node));
    }
    assert_eq!(next(values, response.data(), list(values), &mut cursor), None);
    words
}

fn all(line: &str) -> Vec<String> {
    all_of(line, |_| ROOT)
}

#[test]
fn capabilities_of_any_looks_and_a_trailing_blank() {
    assert_eq!(
        all("* CAPABILITY STARTTLS IMAP4rev1 1234 NIL AUTH=PLAIN "),
        ["STARTTLS", "IMAP4rev1", "1234", "NIL", "AUTH=PLAIN"]
    );
    assert_eq!(all("* CAPABILITY"), [""; 0]);
}

#[test]
fn enabled_may_be_empty() {
    assert_eq!(all("* ENABLED"), [""; 0]);
    assert_eq!(all("* ENABLED CONDSTORE X-GOOD-IDEA"), ["CONDSTORE", "X-GOOD-IDEA"]);
}

#[test]
fn flags_with_a_star_brackets_lists_and_none() {
    assert_eq!(all("* FLAGS ()"), [""; 0]);
    assert_eq!(
        all("* FLAGS (\\Seen \\* [css3-page] 5 \"quoted\" (x) NIL + )"),
        ["\\Seen", "\\*", "[css3-page]", "5", "quoted", "NIL", "+"]
    );
}

#[test]
fn roots_and_optional_rights() {
    assert_eq!(all("* QUOTAROOT INBOX \"\" b"), ["", "b"]);
    assert_eq!(all("* QUOTAROOT comp.mail.mime"), [""; 0]);
    assert_eq!(all("* LISTRIGHTS box anyone \"\" l rs \"\""), ["l", "rs", ""]);
    assert_eq!(all("* LISTRIGHTS box anyone la"), [""; 0]);
    assert_eq!(all("* SEARCH 1 2"), [""; 0]);
}

#[test]
fn words_of_a_code_are_those_behind_its_name() {
    let code = |values: Values<'_>| values.children(ROOT).find(|n| values.kind(*n) == Kind::Code).unwrap();
    assert_eq!(
        all_of("* OK [CAPABILITY IMAP4rev1 IDLE] hi", code),
        ["IMAP4rev1", "IDLE"]
    );
    assert_eq!(all_of("* OK [CAPABILITY] hi", code), [""; 0]);
    assert_eq!(all_of("* OK [X a] hi", |_| 0), [""; 0]);
}
