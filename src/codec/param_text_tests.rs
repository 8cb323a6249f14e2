use super::*;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn found(params: Pairs<'_>, name: &str) -> Option<String> {
    find(
        params.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())),
        name.as_bytes(),
    )
}

#[test]
fn parameters_are_put_together_and_decoded() {
    let table: [(&str, Pairs<'_>, Option<&str>); 27] = [
        ("plain", &[("FileName", "a.txt")], Some("a.txt")),
        (
            "not there",
            &[("filenam", "a"), ("filenames", "b"), ("name", "c")],
            None,
        ),
        (
            "RFC 2231, section 3",
            &[("filename*0", "ftp://"), ("filename*1", "cs.utk.edu/x")],
            Some("ftp://cs.utk.edu/x"),
        ),
        (
            "RFC 2231, section 4",
            &[("filename*", "us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A")],
            Some("This is ***fun***"),
        ),
        (
            "RFC 2231, section 4.1",
            &[
                ("filename*0*", "us-ascii'en'This%20is%20even%20more%20"),
                ("filename*1*", "%2A%2A%2Afun%2A%2A%2A%20"),
                ("filename*2", "isn't it!"),
            ],
            Some("This is even more ***fun*** isn't it!"),
        ),
        ("charset", &[("filename*", "iso-8859-1''%E4%f6")], Some("äö")),
        ("no charset", &[("filename*", "''%C3%A4")], Some("ä")),
        ("no quotes", &[("filename*", "a%20%C3%A4")], Some("a ä")),
        (
            "unknown charset",
            &[("filename*", "x-none''%C3%A4%FF")],
            Some("ä\u{fffd}"),
        ),
        ("broken percent", &[("filename*", "utf-8''100%&%4")], Some("100%&%4")),
        (
            "pieces in any order",
            &[("filename*1", "b"), ("filename*2", "c"), ("filename*0", "a")],
            Some("abc"),
        ),
        (
            "ten pieces and more",
            &[
                ("filename*0", "0"),
                ("filename*10", "a"),
                ("filename*1", "1"),
                ("filename*2", "2"),
                ("filename*3", "3"),
                ("filename*4", "4"),
                ("filename*5", "5"),
                ("filename*6", "6"),
                ("filename*7", "7"),
                ("filename*8", "8"),
                ("filename*9", "9"),
            ],
            Some("0123456789a"),
        ),
        (
            "a character between pieces",
            &[("filename*0*", "utf-8''%E2%82"), ("filename*1*", "%AC.txt")],
            Some("€.txt"),
        ),
        ("a gap", &[("filename*0", "a"), ("filename*2", "c")], Some("a")),
        (
            "numbers from 1",
            &[("filename*1", "a"), ("filename*2", "b")],
            Some("ab"),
        ),
        (
            "a piece twice",
            &[("filename*0", "a"), ("filename*0", "b"), ("filename*1", "c")],
            Some("ac"),
        ),
        (
            "an encoded word that says to be encoded",
            &[("filename*", "=?utf-8?Q?=C3=A4?=.txt")],
            Some("ä.txt"),
        ),
        (
            "twice the same",
            &[
                ("filename*0", "a"),
                ("filename*0", "b"),
                ("filename", "c"),
                ("filename", "d"),
            ],
            Some("a"),
        ),
        ("the first", &[("filename", "c"), ("filename", "d")], Some("c")),
        (
            "for those who know nothing else",
            &[("filename", "a.txt"), ("filename*", "utf-8''%C3%A4.txt")],
            Some("ä.txt"),
        ),
        (
            "pieces before the plain one",
            &[
                ("filename", "x"),
                ("filename*0*", "utf-8''%C3%A4"),
                ("filename*1", ".txt"),
            ],
            Some("ä.txt"),
        ),
        (
            "the end of pieces only",
            &[("filename", "x"), ("filename*7", ".txt")],
            Some("x"),
        ),
        (
            "encoded words",
            &[("filename", "=?utf-8?Q?=C3=A4?=.txt")],
            Some("ä.txt"),
        ),
        (
            "encoded words in pieces",
            &[("filename*0", "=?utf-8?Q?=C3"), ("filename*1", "=A4?=.txt")],
            Some("ä.txt"),
        ),
        ("raw UTF-8", &[("filename", "ä.txt")], Some("ä.txt")),
        (
            "no numbers",
            &[
                ("filename*x", "a"),
                ("filename**", "b"),
                ("filename*-1", "c"),
                ("filename*99999999999", "d"),
            ],
            None,
        ),
        (
            "line ends and NUL",
            &[("filename*", "utf-8''a%0D%0Ab%00")],
            Some("a b\u{fffd}"),
        ),
    ];
    for (what, params, expected) in table {
        assert_eq!(found(params, "filename").as_deref(), expected, "{what}");
    }
}

#[test]
fn many_pieces_take_time_by_their_number() {
    let names: Vec<String> = (0..50_000).rev().map(|n| format!("f*{n}*")).collect();
    let params: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "%41")).collect();
    assert_eq!(found(&params, "F").map(|v| v.len()), Some(50_000));
}
