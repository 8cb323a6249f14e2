use super::super::fixture::{response, text};
use super::*;

fn acl(line: &str) -> Vec<(String, String, bool)> {
    let response = response(line);
    let (mut cursor, mut rows) = (0, Vec::new());
    while let Some(found) = next(response.values(), &mut cursor) {
        rows.push((
            text(&response, found.identifier),
            text(&response, found.rights),
            found.malformed,
        ));
    }
    assert_eq!(next(response.values(), &mut cursor), None);
    rows
}

fn row(identifier: &str, rights: &str, malformed: bool) -> (String, String, bool) {
    (identifier.to_owned(), rights.to_owned(), malformed)
}

#[test]
fn entries_with_quoted_identifiers_odd_rights_and_none() {
    assert_eq!(
        acl("* ACL INBOX Fred rwipslda \"-a b\" \"\" anyone {2}\r\n12 NIL x"),
        [
            row("Fred", "rwipslda", false),
            row("-a b", "", false),
            row("anyone", "12", false),
            row("NIL", "x", false)
        ]
    );
    assert_eq!(acl("* ACL INBOX"), []);
    assert_eq!(acl("* ACL INBOX "), []);
    assert_eq!(acl("* ACL"), []);
}

#[test]
fn an_identifier_without_rights() {
    assert_eq!(acl("* ACL INBOX a x b"), [row("a", "x", false), row("b", "", true)]);
    assert_eq!(acl("* ACL INBOX a (x)"), [row("a", "", true)]);
}

#[test]
fn ones_own_and_the_required_ones() {
    for (line, data, identifier, rights, malformed) in [
        ("* MYRIGHTS INBOX rwiptsldaex", Data::MyRights, "", "rwiptsldaex", false),
        ("* MYRIGHTS INBOX \"\"", Data::MyRights, "", "", false),
        ("* MYRIGHTS INBOX", Data::MyRights, "", "", true),
        ("* MYRIGHTS INBOX a b", Data::MyRights, "", "a", true),
        (
            "* LISTRIGHTS ~/Mail smith la r s w",
            Data::ListRights,
            "smith",
            "la",
            false,
        ),
        (
            "* LISTRIGHTS ~/Mail anyone \"\" l r",
            Data::ListRights,
            "anyone",
            "",
            false,
        ),
        ("* LISTRIGHTS ~/Mail anyone", Data::ListRights, "anyone", "", true),
    ] {
        let response = response(line);
        let found = read(response.values(), data).unwrap();
        let texts = (text(&response, found.identifier), text(&response, found.rights));
        assert_eq!(texts, (identifier.to_owned(), rights.to_owned()), "{line}");
        assert_eq!(found.malformed, malformed, "{line}");
    }
}
