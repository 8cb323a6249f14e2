use super::super::code_table::*;
use super::super::fixture::{response, text};
use super::*;

fn shown(code: &str) -> String {
    let response = response(format!("* OK [{code}] text"));
    let found = read(response.values()).unwrap();
    let mut out = format!("{:?}", found.kind).replace("IMAP_CODE_", "");
    for (label, value) in [("n", found.number), ("m", u64::from(found.second))] {
        if value != 0 {
            out += &format!(" {label}={value}");
        }
    }
    for (label, node) in [("text", found.text), ("from", found.source), ("set", found.set)] {
        if node != 0 {
            out += &format!(" {label}={}", text(&response, node));
        }
    }
    if found.words != 0 {
        let mut cursor = 0;
        while let Some(word) = super::super::words::next(response.values(), response.data(), found.words, &mut cursor) {
            out += &format!(" {}", text(&response, word));
        }
    }
    if found.malformed {
        out += " !";
    }
    out
}

#[test]
fn each_code_is_read_in_any_case() {
    for (name, kind, holds) in CODES {
        let line = match holds {
            Holds::Nothing | Holds::Anything | Holds::MaybeList => format!("* OK [{}] x", name.to_lowercase()),
            Holds::Small | Holds::Wide | Holds::TwoNumbers => format!("* OK [{name} 5] x"),
            Holds::Text | Holds::Words => format!("* OK [{name} a] x"),
            Holds::List => format!("* OK [{name} (a)] x"),
            Holds::Set => format!("* OK [{name} 5] x"),
            Holds::AppendUid => format!("* OK [{name} 1 5] x"),
            Holds::CopyUid => format!("* OK [{name} 1 5 6] x"),
            Holds::Metadata => format!("* OK [{name} TOOMANY] x"),
        };
        let response = response(&line);
        let found = read(response.values()).unwrap();
        assert_eq!((found.kind, found.malformed), (*kind, false), "{line}");
    }
    let mut numbers: Vec<i32> = CODES.iter().map(|(_, kind, _)| *kind as i32).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=CODES.len() as i32).collect::<Vec<_>>());
}

#[test]
fn numbers_of_their_width() {
    for (code, expected) in [
        ("UIDVALIDITY 4294967295", "UIDVALIDITY n=4294967295"),
        ("UIDNEXT 4294967296", "UIDNEXT !"),
        ("UNSEEN 0", "UNSEEN"),
        ("UIDNEXT", "UIDNEXT !"),
        ("UIDNEXT 5 x", "UIDNEXT n=5 !"),
        (
            "HIGHESTMODSEQ 18446744073709551615",
            "HIGHESTMODSEQ n=18446744073709551615",
        ),
        ("HIGHESTMODSEQ -1", "HIGHESTMODSEQ !"),
        ("APPENDLIMIT 35651584", "APPENDLIMIT n=35651584"),
        ("MESSAGELIMIT 1000", "MESSAGELIMIT n=1000"),
        ("MESSAGELIMIT 1000 23221", "MESSAGELIMIT n=1000 m=23221"),
        ("MESSAGELIMIT 1000 x", "MESSAGELIMIT n=1000 !"),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn sets_of_what_was_stored_and_copied() {
    for (code, expected) in [
        ("APPENDUID 38505 3955", "APPENDUID n=38505 set=3955"),
        ("APPENDUID 38505 3955:3957,9", "APPENDUID n=38505 set=3955:3957,9"),
        ("APPENDUID 38505", "APPENDUID n=38505 !"),
        ("APPENDUID 38505 *", "APPENDUID n=38505 set=* !"),
        (
            "COPYUID 701 20:19,500:495 92:97,101:100",
            "COPYUID n=701 from=20:19,500:495 set=92:97,101:100",
        ),
        ("COPYUID 701 ", "COPYUID n=701 !"),
        ("COPYUID", "COPYUID !"),
        ("COPYUID 701 1:3 5", "COPYUID n=701 from=1:3 set=5 !"),
        ("COPYUID 701 1:* 5:9", "COPYUID n=701 from=1:* set=5:9 !"),
        ("COPYUID 701 1 2 junk", "COPYUID n=701 from=1 set=2 !"),
        ("COPYUID 0 1 2", "COPYUID from=1 set=2 !"),
        (
            "COPYUID 701 1:4294967295 1:4294967295",
            "COPYUID n=701 from=1:4294967295 set=1:4294967295",
        ),
        ("MODIFIED 7,9", "MODIFIED set=7,9"),
        ("MODIFIED (7)", "MODIFIED set= !"),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn lists_and_words() {
    for (code, expected) in [
        (
            "PERMANENTFLAGS (\\Deleted [css3-page] \\*)",
            "PERMANENTFLAGS \\Deleted [css3-page] \\*",
        ),
        ("PERMANENTFLAGS (\\Deleted )", "PERMANENTFLAGS \\Deleted"),
        ("PERMANENTFLAGS ()", "PERMANENTFLAGS"),
        ("PERMANENTFLAGS", "PERMANENTFLAGS !"),
        ("BADCHARSET", "BADCHARSET"),
        ("BADCHARSET ()", "BADCHARSET"),
        ("BADCHARSET (US-ASCII \"[x]\")", "BADCHARSET US-ASCII [x]"),
        ("CAPABILITY IMAP4rev1 IDLE", "CAPABILITY IMAP4rev1 IDLE"),
        ("BADCHARSET UTF-8 US-ASCII", "BADCHARSET UTF-8 US-ASCII !"),
        ("BADCHARSET (UTF-8) US-ASCII", "BADCHARSET UTF-8 !"),
        ("PERMANENTFLAGS \\Seen \\*", "PERMANENTFLAGS \\Seen \\* !"),
        ("INPROGRESS (\"A1\" 175 NIL)", "INPROGRESS A1 175 NIL"),
        ("INPROGRESS", "INPROGRESS"),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn texts() {
    for (code, expected) in [
        ("MAILBOXID (F2212ea87)", "MAILBOXID text=F2212ea87"),
        ("MAILBOXID", "MAILBOXID !"),
        ("NOUPDATE \"B02\"", "NOUPDATE text=B02"),
        ("METADATA MAXSIZE 1024", "METADATA n=1024 text=MAXSIZE"),
        ("METADATA LONGENTRIES 2199", "METADATA n=2199 text=LONGENTRIES"),
        ("METADATA NOPRIVATE", "METADATA text=NOPRIVATE"),
        ("METADATA MAXSIZE", "METADATA text=MAXSIZE !"),
        ("METADATA OTHER", "METADATA text=OTHER !"),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn bad_arguments_leave_the_code() {
    assert_eq!(shown("CLOSED something"), "CLOSED !");
    assert_eq!(shown("XUNKNOWN"), "OTHER");
    assert_eq!(shown("XUNKNOWN (a) b"), "OTHER");
}

#[test]
fn without_a_code() {
    for line in [
        "* OK",
        "* OK text",
        "* OK [",
        "* LIST () \"/\" a",
        "* OK [Error=\"a b\" X=0 y] text",
    ] {
        assert_eq!(read(response(line).values()), None, "{line}");
    }
    assert!(read(response("a1 NO [CONTACTADMIN]").values()).is_some());
}

#[test]
fn copies_are_found_by_order() {
    let response = response("A1 OK [COPYUID 9999 20:19,500:495 92:97,101:100] done");
    let pairs = [
        (19, 92),
        (20, 93),
        (495, 94),
        (496, 95),
        (497, 96),
        (498, 97),
        (499, 100),
        (500, 101),
    ];
    for (uid, new) in pairs {
        assert_eq!(response.copy_of(uid), Some(new));
    }
    for uid in [0, 18, 21, 494, 501, u32::MAX] {
        assert_eq!(response.copy_of(uid), None);
    }
}

#[test]
fn nothing_is_mapped_by_sets_that_do_not_fit() {
    for line in [
        "* OK [COPYUID 1 1:3 5:6] x",
        "* OK [COPYUID 1 1:* 1:*] x",
        "* OK [APPENDUID 1 1] x",
    ] {
        let response = response(line);
        assert_eq!(response.copy_of(1), None, "{line}");
    }
}

#[test]
fn a_copyuid_without_a_status() {
    let response = response("* [COPYUID 9999  2:1 101:100] done");
    assert_eq!(response.bare_copyuid().map(|(validity, _)| validity), Some(9999));
    assert_eq!((response.copy_of(1), response.copy_of(2)), (Some(100), Some(101)));
    for line in [
        "* [COPYUID 1 1:2 5]",
        "* [COPYUID 1 1:* 5:*]",
        "* [COPYUID 1 1 5 x]",
        "* [COPYUID 1 1",
        "* [APPENDUID 1 1 5]",
        "* LIST [COPYUID 1 1 5]",
    ] {
        assert_eq!(super::super::fixture::response(line).copied(), [], "{line}");
    }
}
