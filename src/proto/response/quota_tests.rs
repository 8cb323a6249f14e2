use super::super::fixture::{response, text};
use super::*;

type Row = (String, Option<u64>, Option<u64>);

fn all(line: &str) -> (String, Vec<Row>, bool) {
    let response = response(line);
    let values = response.values();
    let (mut cursor, mut rows, mut malformed) = (0, Vec::new(), false);
    while let Some(found) = next(values, &mut cursor) {
        rows.push((text(&response, found.name), found.usage, found.limit));
        malformed |= found.malformed;
    }
    assert_eq!(next(values, &mut cursor), None);
    (text(&response, root(values)), rows, malformed)
}

fn check(line: &str, name: &str, rows: &[(&str, Option<u64>, Option<u64>)], malformed: bool) {
    let rows = rows.iter().map(|(n, u, l)| ((*n).to_owned(), *u, *l)).collect();
    assert_eq!(all(line), (name.to_owned(), rows, malformed), "{line}");
}

#[test]
fn several_resources_none_and_unknown_ones() {
    check(
        "* QUOTA \"\" (STORAGE 10 512)",
        "",
        &[("STORAGE", Some(10), Some(512))],
        false,
    );
    check(
        "* QUOTA \"!partition/sda4\" (STORAGE 104 10923847 message 5 18446744073709551615 X-Y 1 2)",
        "!partition/sda4",
        &[
            ("STORAGE", Some(104), Some(10_923_847)),
            ("message", Some(5), Some(u64::MAX)),
            ("X-Y", Some(1), Some(2)),
        ],
        false,
    );
    check("* QUOTA #user=a ()", "#user=a", &[], false);
}

#[test]
fn numbers_that_are_none_are_absent() {
    check(
        "* QUOTA a (STORAGE 1 -1 M 2 3)",
        "a",
        &[("STORAGE", Some(1), None), ("M", Some(2), Some(3))],
        false,
    );
    check("* QUOTA a (STORAGE NIL NIL)", "a", &[("STORAGE", None, None)], false);
    check(
        "* QUOTA a (STORAGE 1 99999999999999999999)",
        "a",
        &[("STORAGE", Some(1), None)],
        false,
    );
}

#[test]
fn broken_ones_give_what_they_have() {
    check(
        "* QUOTA (STORAGE 10 512)",
        "",
        &[("STORAGE", Some(10), Some(512))],
        false,
    );
    check(
        "* QUOTA a STORAGE 10 512",
        "a",
        &[("STORAGE", Some(10), Some(512))],
        false,
    );
    check(
        "* QUOTA a (STORAGE 10 M 2 3)",
        "a",
        &[("STORAGE", Some(10), None), ("M", Some(2), Some(3))],
        true,
    );
    check("* QUOTA a (STORAGE)", "a", &[("STORAGE", None, None)], true);
    check("* QUOTA a (5 10 20)", "a", &[("5", Some(10), Some(20))], true);
    check("* QUOTA a", "a", &[], false);
    check("* QUOTA", "", &[], false);
}
