use super::*;
use crate::proto::response::Response;
use crate::proto::response::test_lines::{damaged, item, octets, response, shown};

fn structure(text: &str) -> (Response, u32) {
    let response = response(&format!("* 1 FETCH (UID 7 BODYSTRUCTURE {text} FLAGS ())"));
    let root = item(response.values(), "BODYSTRUCTURE");
    (response, root)
}

/// All parts in reading order, found one by one.
fn parts(values: Values<'_>, root: u32, wanted: Wanted<'_>) -> Vec<u32> {
    let mut out = Vec::new();
    let mut after = 0;
    while let Some(node) = search(values, root, after, wanted) {
        assert!(node > after);
        out.push(node);
        after = node;
    }
    out
}

fn name(values: Values<'_>, node: u32) -> String {
    let part = body::read(values, node).unwrap();
    format!("{}/{}", shown(part.media_type), shown(part.subtype)).to_lowercase()
}

const ENVELOPE: &str = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

fn leaf(name: &str) -> String {
    let (media_type, subtype) = name.split_once('/').unwrap();
    let lines = if media_type == "text" { " 1" } else { "" };
    format!(r#"("{media_type}" "{subtype}" NIL NIL NIL "7BIT" 1{lines} NIL ("attachment" ("filename" "x")))"#)
}

fn message(body: &str) -> String {
    format!(r#"("message" "rfc822" NIL NIL NIL "7BIT" 1 {ENVELOPE} {body} 1 NIL ("inline" NIL))"#)
}

/// The example of RFC 9051, 6.4.5.1.
fn example() -> String {
    let (plain, gif, stream) = (leaf("text/plain"), leaf("image/gif"), leaf("application/octet-stream"));
    let three = message(&format!(r#"({plain}{stream} "mixed")"#));
    let (html, richtext) = (leaf("text/html"), leaf("text/richtext"));
    let four_two = message(&format!(r#"({plain}({plain}{richtext} "alternative") "mixed")"#));
    format!(r#"({plain}{stream}{three}({gif}{four_two} "mixed" ("BOUNDARY" "b") NIL NIL NIL){html} "mixed")"#)
}

const EXAMPLE: [(&str, &str); 17] = [
    ("", "multipart/mixed"),
    ("1", "text/plain"),
    ("2", "application/octet-stream"),
    ("3", "message/rfc822"),
    ("-", "multipart/mixed"),
    ("3.1", "text/plain"),
    ("3.2", "application/octet-stream"),
    ("4", "multipart/mixed"),
    ("4.1", "image/gif"),
    ("4.2", "message/rfc822"),
    ("-", "multipart/mixed"),
    ("4.2.1", "text/plain"),
    ("4.2.2", "multipart/alternative"),
    ("4.2.2.1", "text/plain"),
    ("4.2.2.2", "text/richtext"),
    ("5", "text/html"),
    ("x", ""),
];

#[test]
fn numbers_and_reading_order_of_the_rfcs_example() {
    let (response, root) = structure(&example());
    let values = response.values();
    let found: Vec<(String, String)> = parts(values, root, Wanted::default())
        .into_iter()
        .map(|n| (number(values, root, n).unwrap_or("-".to_owned()), name(values, n)))
        .collect();
    let expected: Vec<(String, String)> = EXAMPLE[..16]
        .iter()
        .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
        .collect();
    assert_eq!(found, expected);
    for (wanted, media_type) in &EXAMPLE[..16] {
        if *wanted != "-" {
            let node = find(values, root, wanted.as_bytes()).unwrap();
            assert_eq!(name(values, node), *media_type, "{wanted}");
            assert_eq!(number(values, root, node).as_deref(), Some(*wanted));
        }
    }
    for wanted in [
        "0",
        "6",
        "1.1",
        "1.",
        ".1",
        "1..1",
        "01",
        "3.3",
        "4.2.2.3",
        "4.2.2.2.1",
        "-1",
        "+1",
        "x",
        "1.TEXT",
        "4294967296",
        "99999999999999999999",
    ] {
        assert_eq!(find(values, root, wanted.as_bytes()), None, "{wanted}");
    }
    // Nodes that are no parts.
    for node in [0, 1, root - 1, root + 2, u32::MAX] {
        assert_eq!(number(values, root, node), None, "{node}");
    }
}

#[test]
fn numbers_of_bodies_without_a_multipart() {
    let (response, root) = structure(&leaf("text/plain"));
    let values = response.values();
    assert_eq!(number(values, root, root).as_deref(), Some("1"));
    assert_eq!(find(values, root, b"1"), Some(root));
    assert_eq!(find(values, root, b"1.1"), None);
    assert_eq!(find(values, root, b"2"), None);
    // A message in a message in a message.
    let (response, root) = structure(&message(&message(&leaf("text/plain"))));
    let values = response.values();
    let found: Vec<Option<String>> = parts(values, root, Wanted::default())
        .into_iter()
        .map(|n| number(values, root, n))
        .collect();
    assert_eq!(found, ["1", "1.1", "1.1.1"].map(|n| Some(n.to_owned())));
    let text = find(values, root, b"1.1.1").unwrap();
    assert_eq!(name(values, text), "text/plain");
}

/// The server counts what it could not describe.
#[test]
fn entries_that_are_no_parts_keep_their_numbers() {
    let text = leaf("text/plain");
    let (response, root) = structure(&format!(r#"(NIL {text} () NIL {text} "mixed")"#));
    let values = response.values();
    let found: Vec<String> = parts(values, root, Wanted::default())
        .into_iter()
        .filter_map(|n| number(values, root, n))
        .collect();
    assert_eq!(found, ["", "2", "5"]);
    assert_eq!(find(values, root, b"1"), None);
    assert_eq!(find(values, root, b"3"), None);
    assert!(find(values, root, b"5").is_some());
}

#[test]
fn parts_are_found_by_type_and_disposition() {
    let (response, root) = structure(&example());
    let values = response.values();
    let found = |media_type: Option<&str>, disposition: Option<&str>| {
        let wanted = Wanted {
            media_type: media_type.map(str::as_bytes),
            disposition: disposition.map(str::as_bytes),
        };
        let numbers = parts(values, root, wanted)
            .into_iter()
            .map(|n| number(values, root, n).unwrap_or("-".to_owned()));
        numbers.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found(Some("text/html"), None), "5");
    assert_eq!(found(Some("TEXT/Plain"), None), "1 3.1 4.2.1 4.2.2.1");
    assert_eq!(found(Some("image/*"), None), "4.1");
    assert_eq!(found(Some("image"), None), "4.1");
    assert_eq!(found(Some("*/*"), Some("INLINE")), "3 4.2");
    assert_eq!(found(Some("*/gif"), Some("attachment")), "4.1");
    assert_eq!(found(Some("multipart/*"), None), " - 4 - 4.2.2");
    assert_eq!(
        found(None, Some("attachment")),
        "1 2 3.1 3.2 4.1 4.2.1 4.2.2.1 4.2.2.2 5"
    );
    assert_eq!(found(Some("text/htm"), None), "");
    assert_eq!(found(Some("text/"), None), "");
    assert_eq!(found(None, Some("inlin")), "");
}

/// From every node on, not only from parts.
#[test]
fn the_search_goes_on_behind_any_node() {
    let (response, root) = structure(&example());
    let values = response.values();
    let all = parts(values, root, Wanted::default());
    for after in 0..400 {
        let expected = all.iter().copied().find(|n| *n > after);
        assert_eq!(search(values, root, after, Wanted::default()), expected, "{after}");
    }
    assert_eq!(search(values, root, u32::MAX, Wanted::default()), None);
    assert_eq!(search(values, 0, 0, Wanted::default()), None);
}

#[test]
fn ten_thousand_levels_use_no_stack_and_wide_bodies_little_time() {
    let depth = 6_000;
    let text = leaf("text/plain");
    let deep = format!("{}{text}{}", "(".repeat(depth), r#" "mixed")"#.repeat(depth));
    let (response, root) = structure(&deep);
    let values = response.values();
    let wanted = Wanted {
        media_type: Some(b"text"),
        disposition: None,
    };
    let inner = search(values, root, 0, wanted).unwrap();
    let number = number(values, root, inner).unwrap();
    assert_eq!(number.len(), 2 * depth - 1);
    assert_eq!(find(values, root, number.as_bytes()), Some(inner));
    assert_eq!(search(values, root, inner, wanted), None);
    let wide = format!(r#"({} "mixed")"#, format!(r#"({text} "mixed")"#).repeat(30_000));
    let (response, root) = structure(&wide);
    assert_eq!(search_all(response.values(), root, wanted).count(), 30_000);
    let messages = (0..2_000).fold(text, |body, _| message(&body));
    let (response, root) = structure(&messages);
    assert_eq!(parts(response.values(), root, wanted).len(), 1);
}

#[test]
fn damaged_structures_are_walked_without_harm() {
    let text = leaf("text/plain");
    let line = format!(
        "* 1 FETCH (BODYSTRUCTURE ({text}{}(NIL \"mixed\")() \"MIXED\" (\"B\" \"y\") NIL))",
        message(&format!(r#"({text}{text} "mixed")"#)),
    );
    let mut found = 0;
    for line in damaged(&line) {
        let Some(response) = octets(&line) else { continue };
        let values = response.values();
        for root in [item(values, "BODYSTRUCTURE"), 3, 5, 9] {
            let all = parts(values, root, Wanted::default());
            let at_once: Vec<u32> = search_all(values, root, Wanted::default()).collect();
            assert_eq!(all, at_once, "{}", line.escape_ascii());
            for node in all {
                if let Some(number) = number(values, root, node) {
                    assert_eq!(
                        find(values, root, number.as_bytes()),
                        Some(node),
                        "{}",
                        line.escape_ascii()
                    );
                    found += 1;
                }
            }
        }
    }
    assert!(found > 1_000, "{found} parts");
}
