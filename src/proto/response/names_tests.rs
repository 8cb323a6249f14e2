use super::super::fixture::response;
use crate::proto::response::{Response, arguments};

fn check(response: &Response, node: u32, raw: &str, utf8: &str) {
    let found = response.mailbox(node).unwrap();
    assert_eq!((found.raw, found.utf8), (raw.as_bytes(), utf8.as_bytes()));
}

fn check_first(line: &str, raw: &str, utf8: &str) {
    let response = response(line);
    check(&response, arguments::first(response.values()), raw, utf8);
}

#[test]
fn decoded_where_it_is_modified_utf7_and_left_alone_where_not() {
    check_first("* STATUS \"Entw&APw-rfe\" ()", "Entw&APw-rfe", "Entw\u{fc}rfe");
    check_first("* STATUS A&-B ()", "A&-B", "A&B");
    check_first("* STATUS A&B ()", "A&B", "A&B");
    check_first("* STATUS \"Entw\u{fc}rfe\" ()", "Entw\u{fc}rfe", "Entw\u{fc}rfe");
    check_first("* ACL {5}\r\nA&-B\0 x y", "A&-B\0", "A&-B\0");
    check_first("* METADATA NIL /a b", "NIL", "NIL");
}

#[test]
fn a_status_name_that_should_have_been_quoted() {
    check_first("* STATUS My &APw- Box (MESSAGES 1)", "My &APw- Box", "My \u{fc} Box");
    check_first("* STATUS INBOX.a(b) (MESSAGES 1)", "INBOX.a(b)", "INBOX.a(b)");
}

#[test]
fn with_utf8_accepted_names_are_not_decoded() {
    let response = response("* STATUS A&-B ()").in_utf8(true);
    check(&response, arguments::first(response.values()), "A&-B", "A&-B");
}

#[test]
fn what_is_no_name_is_none() {
    let response = response("* STATUS (MESSAGES 1)");
    assert_eq!(response.mailbox(arguments::first(response.values())), None);
    assert_eq!(response.mailbox(0), None);
    assert_eq!(response.mailbox(u32::MAX), None);
}

/// C reads names up to their NUL.
#[test]
fn texts_made_have_a_nul_behind_them() {
    let response = response("* LIST () \"/\" My &APw- Box");
    let entry = crate::proto::response::list::read(response.values()).unwrap();
    let names = response.views.get();
    assert!(names.is_none());
    check(&response, entry.name, "My &APw- Box", "My \u{fc} Box");
    let made = super::Names::read(response.values(), response.data(), b"() \"/\" My &APw- Box", false);
    for (_, raw, utf8) in &made.made {
        for (_, end) in [raw.unwrap(), *utf8] {
            assert_eq!(made.buf.get(end), Some(&0));
        }
    }
    assert_eq!(made.made.len(), 1);
}
