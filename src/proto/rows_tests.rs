use super::*;
use crate::proto::response::View;
use crate::proto::response::fetch::Fetch;
use crate::proto::response::fixture::response;
use crate::proto::response::name::Name;
use crate::proto::tree::Kind;

const LINES: &[&str] = &[
    "* 1 FETCH (UID 5 FLAGS (\\Seen $Junk) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44827)",
    "* 2 FETCH (UID 6 BODY[] {3}\r\nabc FLAGS ())",
    "* 3 FETCH (BODY[1] {5}\r\n\"a\" ) BODY[2] {0}\r\n BODY[3] {1}\r\nx)",
    "* 4 FETCH (ENVELOPE (\"d\" \"a \\\"b\\\" c\" ((\"A \\\\ B\" NIL \"a\" \"x.org\")) NIL NIL NIL NIL NIL NIL \"<1@x>\"))",
    "* 5 FETCH (ENVELOPE (\" begins with a blank\" \"stray \"quote\" in it\" NIL NIL NIL NIL NIL NIL NIL \"<1@x>\"))",
    "* 6 FETCH (ENVELOPE ({4}\r\na\" b {2}\r\n\" \"c\" NIL) X \"open)",
    "* 7 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"a\"\"b\" \")\") NIL NIL \"7BIT\" 1 1) \"MIXED\"))",
    "* 8 FETCH (X-NEW nil NIL y[\" ] BODY[HEADER.FIELDS (\"To\" \"Cc\")] \"x\" \"\" \"\\\\\")",
    "* 9 FETCH (X \"",
    "* 10 FETCH junk \" \" )",
    "* 11 FETCH (X \"nul\0 in it\" Y \"z\")",
    "* 12 FETCH (BODY[] {2}\r\na\0\0)",
    "* 13 FETCH",
    "* 14 FETCH (BODY[] {3}\r\nabc",
    "* 15 FETCH (BODY[] {3}\r\nabc{1}\r\nx)",
    "* 16 UIDFETCH (FLAGS (\\Seen) X \"y\")",
    "* LIST () \"/\" \"a\\\"b\"",
    "* 17 EXISTS",
];

fn answer(lines: &[&str]) -> Response {
    let mut rows = Gathered::default();
    for (i, line) in lines.iter().enumerate() {
        rows.push(response(format!("{line}\r\n")).arrived(7 + i as u64));
    }
    let name = Name::of_command("FETCH\0");
    Response::result(name, Line::synthetic(b"A1 OK x"), 1, 64, rows, View::OwnText)
}

/// Everything that a row shows; with each text whether a NUL is behind it.
fn shown(row: &Response) -> Vec<String> {
    let (mut fetch, mut sections) = (Fetch::default(), Vec::new());
    let plain = row.plain_items(&mut fetch, |s| sections.push(format!("{s:?}")));
    let mut out = vec![format!("{plain:?} {fetch:?} {sections:?}")];
    let tree = row.tree();
    out.push(format!(
        "{} {:?} {:?} {} {}",
        row.raw().escape_ascii(),
        row.number(),
        row.name(),
        row.arrival(),
        tree.is_malformed()
    ));
    for node in 0..60 {
        let text = row.values().text(node).map(|t| t.escape_ascii().to_string());
        let word = row.values().word(node).map(|t| t.escape_ascii().to_string());
        let raw = tree
            .raw(row.line(), row.raw(), node)
            .map(|t| t.escape_ascii().to_string());
        let places = (tree.kind(node), tree.first(node), tree.next(node), tree.number(node));
        out.push(format!("{places:?} {text:?} {word:?} {raw:?}"));
    }
    out.push(format!("{:?} {:?}", row.item_count(None), row.item(None, 0)));
    out.push(format!("{:?}", tree.fetch()));
    out
}

#[test]
fn a_packed_row_says_what_it_said_before() {
    let result = answer(LINES);
    assert_eq!(result.row_count(), LINES.len());
    for (i, line) in LINES.iter().enumerate() {
        let was = shown(&response(format!("{line}\r\n")).arrived(7 + i as u64));
        let row = result.row(i).expect("a row");
        // Rows behind the first have a tree: nothing of them is read without it.
        assert_eq!(shown(&row)[1..], was[1..], "{line}");
        assert_eq!(shown(&row.to_owned_line()), was, "{line}");
        let without_a_tree = answer(&[line]).row(0).expect("a row");
        assert_eq!(shown(&without_a_tree)[0], was[0], "{line}");
    }
    assert!(result.row(LINES.len()).is_none());
}

#[test]
fn only_rows_of_a_fetch_that_can_be_put_together_again_are_packed() {
    let result = answer(LINES);
    let packed = |i: usize| result.row(i).expect("a row").is_packed();
    let alone: Vec<usize> = (0..LINES.len()).filter(|i| !packed(*i)).collect();
    // A NUL on the wire, also behind a literal; other names.
    assert_eq!(alone, [10, 11, 16, 17]);
}

/// C keeps pointers until the result is freed, whatever else it looks at meanwhile.
#[test]
fn texts_stay_where_they_are_while_other_rows_are_read() {
    let result = answer(LINES);
    let texts = || {
        let mut places = Vec::new();
        for i in 0..LINES.len() {
            let row = result.row(i).expect("a row");
            let kinds = (1..60).filter(|n| !matches!(row.tree().kind(*n), Kind::None));
            places.extend(kinds.filter_map(|n| row.values().text(n).map(|t| (t.as_ptr() as usize, t.to_vec()))));
            places.push((row.raw().as_ptr() as usize, row.raw().to_vec()));
        }
        places
    };
    let first = texts();
    assert_eq!(first, texts());
}

#[test]
fn several_threads_read_the_rows_at_once() {
    let lines: Vec<&str> = LINES.iter().cycle().take(12 * LINES.len()).copied().collect();
    let result = answer(&lines);
    let expected: Vec<Vec<String>> = (0..lines.len())
        .map(|i| shown(&result.row(i).expect("a row"))[1..].to_vec())
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let (result, expected) = (&result, &expected);
            scope.spawn(move || {
                for step in 0..expected.len() {
                    let i = (step * (thread + 1)) % expected.len();
                    let row = result.row(i).expect("a row");
                    assert_eq!(shown(&row)[1..], expected[i], "row {i}");
                }
            });
        }
    });
}

#[test]
fn rows_are_taken_in_order_and_cost_less_and_less() {
    let mut rows = Gathered::default();
    for n in 1..=3000 {
        rows.push(response(format!("* {n} FETCH (UID {n} X \"{}\")", "y".repeat(n % 90))).arrived(n as u64));
    }
    assert!(rows.0.as_ref().expect("rows").chunks.len() > 1);
    let mut kept = rows.kept();
    assert!(kept < 3000 * 150);
    for n in 1..=3000u64 {
        let row = rows.pop_front().expect("a row");
        assert_eq!((row.arrival(), row.number()), (n, Some(n as u32)));
        assert!(!row.is_packed() && rows.kept() < kept);
        kept = rows.kept();
    }
    assert!(rows.pop_front().is_none() && rows.kept() == 0 && rows.is_empty());
}
