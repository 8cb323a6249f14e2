use super::super::fixture::{response, text};
use super::*;

type Row = (String, u8, bool);

fn all(line: &str) -> [Vec<Row>; 3] {
    let response = response(line);
    [0, 1, 2].map(|class| {
        let (mut cursor, mut rows) = (0, Vec::new());
        while let Some(entry) = next(response.values(), class, &mut cursor) {
            let prefix = response.mailbox(entry.prefix).map_or(&b""[..], |m| m.utf8);
            rows.push((
                String::from_utf8_lossy(prefix).into_owned(),
                entry.delimiter,
                entry.malformed,
            ));
        }
        assert_eq!(next(response.values(), class, &mut cursor), None);
        rows
    })
}

fn row(prefix: &str, delimiter: u8) -> Row {
    (prefix.to_owned(), delimiter, false)
}

#[test]
fn classes_of_none_one_and_several() {
    assert_eq!(
        all("* NAMESPACE ((\"\" \"/\")) NIL ((\"#shared/\" \"/\")(\"#public.\" \".\"))"),
        [
            vec![row("", b'/')],
            vec![],
            vec![row("#shared/", b'/'), row("#public.", b'.')]
        ]
    );
    assert_eq!(all("* NAMESPACE NIL NIL NIL"), [vec![], vec![], vec![]]);
    assert_eq!(
        all("* NAMESPACE () ((\"~\" NIL)) "),
        [vec![], vec![row("~", 0)], vec![]]
    );
    assert_eq!(all("* NAMESPACE"), [vec![], vec![], vec![]]);
}

#[test]
fn blanks_everywhere() {
    assert_eq!(
        all("* NAMESPACE ( ( \"a\"  \"/\" ) )  NIL  ( )"),
        [vec![row("a", b'/')], vec![], vec![]]
    );
}

#[test]
fn prefixes_in_utf7_and_utf8() {
    assert_eq!(
        all("* NAMESPACE ((\"&AOk-/\" \"/\")) ((\"\u{e9}/\" \"/\")) NIL"),
        [vec![row("\u{e9}/", b'/')], vec![row("\u{e9}/", b'/')], vec![]]
    );
}

#[test]
fn extensions_and_a_translation() {
    let response =
        response("* NAMESPACE ((\"a\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\") \"TRANSLATION\" (\"&AOk-\"))) NIL NIL");
    let entry = next(response.values(), 0, &mut 0).unwrap();
    assert_eq!(text(&response, entry.extension), "X-PARAM");
    assert_eq!(response.mailbox(entry.translation).unwrap().utf8, "\u{e9}".as_bytes());
    assert!(!entry.malformed);
}

#[test]
fn broken_ones_give_what_they_have() {
    let broken = |prefix: &str, delimiter| (prefix.to_owned(), delimiter, true);
    assert_eq!(all("* NAMESPACE (\"a\" \"/\") NIL NIL")[0], [broken("a", b'/')]);
    assert_eq!(all("* NAMESPACE ((\"a\" \"//\")) NIL NIL")[0], [broken("a", 0)]);
    assert_eq!(all("* NAMESPACE ((\"a\")) NIL NIL")[0], [broken("a", 0)]);
    assert_eq!(all("* NAMESPACE (()) NIL NIL")[0], [broken("", 0)]);
    assert_eq!(all("* NAMESPACE ((\"a\" \"/\" X)) NIL NIL")[0], [broken("a", b'/')]);
    assert_eq!(
        all("* NAMESPACE ((\"a\" \"/\" junk"),
        [vec![broken("a", b'/')], vec![], vec![]]
    );
}
