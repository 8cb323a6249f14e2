use super::super::fixture::{response, text};
use super::*;
use crate::proto::response::Response;

struct Found(Results, Response);

impl Found {
    fn text(&self, node: u32) -> String {
        text(&self.1, node)
    }
}

fn check(line: &str, has: u32, malformed: bool) -> Found {
    let response = response(line);
    let results = read(response.values());
    assert_eq!((results.has, results.malformed), (has, malformed), "{line}");
    Found(results, response)
}

#[test]
fn all_results() {
    let found = check(
        "* ESEARCH (TAG \"A282\") UID MIN 2 MAX 47 COUNT 25 ALL 2,10:11,47 MODSEQ 917162500000",
        MIN | MAX | COUNT | ALL | MODSEQ,
        false,
    );
    assert_eq!(
        (found.0.min, found.0.max, found.0.count, found.0.modseq),
        (2, 47, 25, 917_162_500_000)
    );
    assert_eq!(
        (found.text(found.0.tag), found.text(found.0.all)),
        ("A282".to_owned(), "2,10:11,47".to_owned())
    );
    assert!(found.0.is_uid);
}

#[test]
fn a_tag_as_an_atom_none_and_no_results() {
    let found = check("* ESEARCH (TAG A1)", 0, false);
    assert_eq!((found.text(found.0.tag), found.0.is_uid), ("A1".to_owned(), false));
    let found = check("* ESEARCH UID COUNT 5", COUNT, false);
    assert_eq!((found.0.tag, found.0.is_uid, found.0.count), (0, true, 5));
    check("* ESEARCH", 0, false);
    check("* ESEARCH () ALL 5", ALL, true);
}

#[test]
fn partial_with_ranges_from_the_end_and_nil() {
    let found = check(
        "* ESEARCH (TAG \"a\") PARTIAL (-1:-100 200:250,252:300)",
        PARTIAL,
        false,
    );
    assert_eq!(found.text(found.0.partial_range), "-1:-100");
    assert_eq!(found.text(found.0.partial), "200:250,252:300");
    let found = check(
        "* ESEARCH (TAG \"a\") PARTIAL (1:500 NIL) ALL NIL",
        PARTIAL | ALL,
        false,
    );
    assert_eq!(
        (found.text(found.0.partial_range), found.0.partial, found.0.all),
        ("1:500".to_owned(), 0, 0)
    );
    check("* ESEARCH (TAG \"a\") PARTIAL 1:500", 0, true);
    check("* ESEARCH (TAG \"a\") PARTIAL ()", 0, true);
}

#[test]
fn updates_with_positions() {
    let found = check(
        "* ESEARCH (TAG \"B01\") UID ADDTO (0 32768:32769 1 5) REMOVEFROM (0 32768) ADDTO (2 9)",
        ADD_TO | REMOVE_FROM,
        false,
    );
    let second = |found: &Found, list| {
        let values = found.1.values();
        found.text(values.next(values.first(list)))
    };
    assert_eq!(second(&found, found.0.add_to), "32768:32769");
    assert_eq!(second(&found, found.0.remove_from), "32768");
    check("* ESEARCH (TAG \"B01\") ADDTO 5", 0, true);
}

#[test]
fn a_search_in_several_mailboxes() {
    let line = "* ESEARCH (TAG \"t\" MAILBOX \"a&AOk-\" UIDVALIDITY 1) UID ALL 4001,4003";
    let found = check(line, ALL, false);
    assert_eq!(found.0.uid_validity, 1);
    assert_eq!(found.1.mailbox(found.0.mailbox).unwrap().utf8, "a\u{e9}".as_bytes());
}

#[test]
fn unknown_results_are_passed_over() {
    let found = check("* ESEARCH (TAG \"a\") RELEVANCY (4 99) X-Y NIL COUNT 17", COUNT, false);
    assert_eq!(found.0.count, 17);
}

#[test]
fn results_in_parentheses() {
    let found = check(
        "* ESEARCH (TAG \"a\") UID (COUNT 5 ALL 1:5) MIN 1",
        COUNT | ALL | MIN,
        true,
    );
    assert_eq!(
        (found.0.count, found.text(found.0.all), found.0.min),
        (5, "1:5".to_owned(), 1)
    );
    let found = check("* ESEARCH (COUNT 5) (MIN 2) ((MAX 3)) ", COUNT | MIN | MAX, true);
    assert_eq!((found.0.count, found.0.min), (5, 2));
}

#[test]
fn bad_values_are_absent() {
    check("* ESEARCH (TAG \"a\") COUNT -1 MIN 4294967296 MAX 5", MAX, true);
    check("* ESEARCH (TAG \"a\") COUNT", 0, true);
    check("* ESEARCH (TAG \"a\") ALL 1:3,x", ALL, true);
    let found = check("* ESEARCH (TAG \"a\") MODSEQ (5)", MODSEQ, false);
    assert_eq!(found.0.modseq, 5);
}
