use super::*;
use crate::proto::response::test_lines::{item, response, shown};

/// Parameters as "name=value", "!" behind malformed ones.
fn listed(list: &str) -> Vec<String> {
    let response = response(&format!("* 1 FETCH (A {list})"));
    let values = response.values();
    let mut at = values.first(item(values, "A"));
    let mut out = Vec::new();
    while let Some(param) = read(values, at) {
        let mark = if param.is_malformed { "!" } else { "" };
        out.push(format!("{}={}{mark}", shown(param.name), shown(param.value)));
        at = param.next;
    }
    out
}

#[test]
fn parameters_in_every_form() {
    let table: [(&str, &str, &[&str]); 11] = [
        (
            "as the RFC has them",
            r#"("CHARSET" "utf-8" "a" "")"#,
            &["CHARSET=utf-8", "a="],
        ),
        ("literals", "(\"name\" {3}\r\na\"b)", &["name=a\"b"]),
        ("none", "()", &[]),
        ("NIL", "NIL", &[]),
        ("mail.ru: value NIL", r#"("boundary" NIL)"#, &["boundary=-!"]),
        (
            "Exchange: empty name",
            r#"("" NIL "charset" "x")"#,
            &["=-!", "charset=x"],
        ),
        ("name NIL", r#"(NIL "x" "a" "b")"#, &["-=x!", "a=b"]),
        ("odd count", r#"("a" "b" "c")"#, &["a=b", "c=-!"]),
        (
            "pairs in lists",
            r#"(("a" "b") ("c" "d") ())"#,
            &["a=b!", "c=d!", "-=-!"],
        ),
        ("value in a list", r#"("a" ("b") "c" "d")"#, &["a=b!", "c=d"]),
        ("atoms", "(charset utf-8 n 7)", &["charset=utf-8!", "n=7!"]),
    ];
    for (what, list, expected) in table {
        assert_eq!(listed(list), expected, "{what}");
    }
}

/// Domino: `3D"` in front of a value. The response is contained; the value may be cut.
#[test]
fn broken_quoting_inside_a_value_is_contained() {
    let response = response(r#"* 1 FETCH (A ("charset" "3D"utf-8"" "name" "x") UID 7)"#);
    let values = response.values();
    let first = read(values, values.first(item(values, "A"))).unwrap();
    assert_eq!(shown(first.name), "charset");
    assert_eq!(values.number(item(values, "UID")), Some(7));
}
