use super::*;
use crate::proto::response::fixture::response;
use crate::proto::tree::Tree;

/// What is read without a tree is what the tree has.
fn agree(line: &str) -> bool {
    let response = response(format!("{line}\r\n"));
    let mut sections = Vec::new();
    let mut fetch = Fetch::default();
    if response.plain_items(&mut fetch, |s| sections.push(s)).is_none() {
        return false;
    }
    let tree = Tree::read(response.line(), response.head(), response.data(), MAX_DEPTH);
    let values = crate::proto::tree::Values::new(&tree, response.line());
    let nodes = sections.iter().map(|s| (s.name_node, s.value_node)).collect();
    fetch.sections = nodes;
    assert_eq!(&fetch, tree.fetch(), "{line}");
    assert!(!tree.is_malformed(), "{line}");
    for s in &sections {
        assert_eq!(values.text(s.name_node), Some(s.name), "{line}");
        assert_eq!(values.text(s.value_node), s.octets, "{line}");
    }
    true
}

const MAX_DEPTH: usize = 64;

const ITEMS: &[(&str, bool)] = &[
    ("UID 5", true),
    ("UID 999999999", true),
    ("UID 0", false),
    ("UID 4294967296", false),
    ("UID  5", false),
    ("uid 5", false),
    ("FLAGS ()", true),
    ("FLAGS (\\Seen \\Answered $Junk x)", true),
    ("FLAGS (\\seen NotNil )", true),
    ("FLAGS (NIL \\Seen)", false),
    ("FLAGS (\\Seen  x)", false),
    ("FLAGS (\\Seen [x y] \"q\")", false),
    ("FLAGS (a (b) c)", false),
    ("FLAGS (a", false),
    ("FLAGS NIL", false),
    ("INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"", true),
    ("INTERNALDATE \" 7-jul-1996 02:44:25 +0000\"", true),
    ("INTERNALDATE \"32-Jul-1996 02:44:25 -0700\"", false),
    ("INTERNALDATE NIL", false),
    ("RFC822.SIZE 44827", true),
    ("RFC822.SIZE 0", true),
    ("RFC822.SIZE -1", false),
    ("RFC822.SIZE 12345678901", false),
    ("BODY[] {3}\r\nabc", true),
    ("BODY[1.2.TEXT] {0}\r\n", false),
    ("BODY[1.2.TEXT] {12}\r\n (UID 6)x) x", true),
    ("BODY[1] {5}\r\na) b ", true),
    ("BODY[1] ~{5}\r\na) b ", false),
    ("BODY[TEXT]<7> {2}\r\nab", false),
    ("BODY[HEADER.FIELDS (To)] {2}\r\nab", false),
    ("BODY[1] NIL", false),
    ("BODY[2]", false),
    ("BODY[3] \"x\"", false),
    ("MODSEQ (7)", false),
    ("ENVELOPE NIL", false),
    ("X-NEW (a (b))", false),
];

#[test]
fn items_read_without_a_tree_are_those_of_the_tree() {
    for (first, is_first_plain) in ITEMS {
        for (second, is_second_plain) in ITEMS {
            for end in [")", " )", ") x", "", " UID 6)", "))", ")("] {
                for start in [
                    "* 12 FETCH (",
                    "* 999999999 FETCH (",
                    "* 12 UIDFETCH (",
                    "* 12 fetch (",
                    "* 12 FETCH ( ",
                    "*  1 FETCH (",
                ] {
                    let is_plain = agree(&format!("{start}{first} {second}{end}"));
                    let may_be = *is_first_plain && *is_second_plain && matches!(end, ")" | " UID 6)");
                    let is_start = !start.ends_with(' ');
                    assert!(is_plain || !(may_be && is_start), "{start}{first} {second}{end}");
                }
            }
        }
    }
}

#[test]
fn the_first_words_are_those_of_the_usual_way() {
    for octets in [
        "* 1 FETCH (UID 5)\r\n",
        "* 123456789 FETCH ()\r\n",
        "* 12345678 FETCH (x\r\n",
        "* 00012 FETCH (x\r\n",
        "* LIST () NIL INBOX\r\n",
    ] {
        assert_eq!(
            super::super::head::usual(octets.as_bytes()).map(|(head, _)| head),
            Some(super::super::head::read(octets.as_bytes()))
        );
    }
    for octets in [
        "* 1234567890 FETCH (\r\n",
        "* FETCH (",
        "* 1 FETCH",
        "* 1 FETCH UID",
        "* 1  FETCH (",
        "*1 FETCH (",
        "* 1 fetch (",
        "* LIST NIL",
        "* LISTEN (",
    ] {
        assert_eq!(super::super::head::usual(octets.as_bytes()).map(|(head, _)| head), None);
    }
}
