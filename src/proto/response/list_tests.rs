use super::super::fixture::{response, text};
use super::*;

const CHILDREN: u32 = 1 << 2;
const CHILDLESS: u32 = 1 << 3;
const ELSE: u32 = 1 << OTHER;

fn check(line: &str, attributes: u32, delimiter: u8, name: &str, malformed: bool) {
    let response = response(line);
    let entry = read(response.values()).unwrap();
    assert_eq!(
        (entry.attributes, entry.delimiter, entry.malformed),
        (attributes, delimiter, malformed),
        "{line}"
    );
    let mailbox = response.mailbox(entry.name);
    assert_eq!(
        mailbox.map(|m| m.raw),
        (entry.name != 0).then_some(name.as_bytes()),
        "{line}"
    );
}

#[test]
fn attributes_in_any_case_and_unknown() {
    check("* LIST (\\HasNoChildren) \"/\" INBOX", CHILDLESS, b'/', "INBOX", false);
    check(
        "* LIST (\\HASCHILDREN \\noselect) \"/\" a",
        CHILDREN | 1,
        b'/',
        "a",
        false,
    );
    check("* LIST (\\X-New \\Sent) \".\" a", ELSE | 1 << 14, b'.', "a", false);
    check("* LIST () \"/\" a", 0, b'/', "a", false);
    check("* LIST NIL \"/\" a", 0, b'/', "a", false);
    check(
        "* XLIST (\\Inbox \\AllMail) \"/\" a",
        1 << 17 | 1 << 9,
        b'/',
        "a",
        false,
    );
    check(
        "* LSUB (\\Starred \\Spam \\Trash)\"/\" a",
        1 << 12 | 1 << 13 | 1 << 15,
        b'/',
        "a",
        false,
    );
}

#[test]
fn a_lone_backslash_and_a_list_among_the_attributes() {
    check("* LIST (\\HasChildren \\) \"/\" a", CHILDREN | ELSE, b'/', "a", false);
    check("* LIST (\\HasChildren (\\X)) \"/\" a", CHILDREN, b'/', "a", true);
    check("* LIST \\HasChildren \"/\" a", 0, b'/', "a", true);
}

#[test]
fn delimiters() {
    check("* LIST () NIL a", 0, 0, "a", false);
    check("* LIST () \"\" a", 0, 0, "a", false);
    check("* LIST () \"\\\\\" a", 0, b'\\', "a", false);
    check("* LIST () / a", 0, b'/', "a", false);
    check("* LIST () 5 a", 0, b'5', "a", false);
    check("* LIST () {1}\r\n/ a", 0, b'/', "a", false);
    check("* LIST () \"//\" a", 0, 0, "a", true);
    check("* LIST () () a", 0, 0, "a", true);
}

#[test]
fn names_in_any_spelling() {
    check("* LIST () \"/\" \"a \\\"b\\\"\"", 0, b'/', "a \"b\"", false);
    check("* LIST () \"/\" {3}\r\na b", 0, b'/', "a b", false);
    check("* LIST () \"/\" NIL", 0, b'/', "NIL", false);
    check("* LIST () \"/\" 123", 0, b'/', "123", false);
    check("* LIST () \"/\" \"\"", 0, b'/', "", false);
    check(
        "* LIST () \"/\" [Gmail]/Sent\tMail",
        0,
        b'/',
        "[Gmail]/Sent\tMail",
        false,
    );
    check("* LIST () \"/\"", 0, b'/', "", true);
    check("* LIST ()", 0, 0, "", true);
}

#[test]
fn names_that_should_have_been_quoted() {
    check("* LIST () \"/\" My Folder", 0, b'/', "My Folder", true);
    check("* LIST () \".\" INBOX.foo(bar)", 0, b'.', "INBOX.foo(bar)", true);
    check("* LIST (\\X) \"\\\\\" My Folder (x)", ELSE, b'\\', "My Folder", true);
    check("* LIST (\\X) NIL NIL x", ELSE, 0, "NIL x", true);
}

#[test]
fn extended_data() {
    let response = response(
        "* LIST (\\NonExistent) \"/\" \"a&AOk-\" (\"X\" 5 \"CHILDINFO\" (\"SUBSCRIBED\") OLDNAME (\"b&AOk-\"))",
    );
    let values = response.values();
    let entry = read(values).unwrap();
    assert!(!entry.malformed);
    assert!(values.is_list(entry.extended));
    assert_eq!(text(&response, values.first(entry.child_info)), "SUBSCRIBED");
    assert_eq!(response.mailbox(entry.old_name).unwrap().utf8, "b\u{e9}".as_bytes());
    assert_eq!(response.mailbox(entry.name).unwrap().utf8, "a\u{e9}".as_bytes());
}

#[test]
fn a_line_of_nothing_is_no_entry() {
    assert_eq!(read(response("* LIST").values()), None);
}
