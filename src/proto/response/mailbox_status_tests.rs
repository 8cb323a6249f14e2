use super::super::fixture::{response, text};
use super::*;
use Item::*;

fn check(line: &str, name: &str, numbers: &[(Item, u64)], malformed: bool) {
    let response = response(line);
    let counts = read(response.values()).unwrap();
    let all = [
        Messages,
        Recent,
        Unseen,
        UidNext,
        UidValidity,
        Size,
        Deleted,
        DeletedStorage,
        HighestModSeq,
        AppendLimit,
    ];
    let found: Vec<(Item, u64)> = all
        .into_iter()
        .filter(|i| counts.has(*i))
        .map(|i| (i, counts.get(i)))
        .collect();
    assert_eq!((found.as_slice(), counts.malformed), (numbers, malformed), "{line}");
    assert_eq!(response.mailbox(counts.name).unwrap().raw, name.as_bytes(), "{line}");
}

#[test]
fn items_by_name_and_width() {
    check(
        "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
        "blurdybloop",
        &[(Messages, 231), (UidNext, 44292)],
        false,
    );
    check(
        "* STATUS \"\" (size 18446744073709551615 uidvalidity 4294967295 DELETED 3 HIGHESTMODSEQ 7011231777)",
        "",
        &[
            (UidValidity, 4_294_967_295),
            (Size, u64::MAX),
            (Deleted, 3),
            (HighestModSeq, 7_011_231_777),
        ],
        false,
    );
    check(
        "* STATUS 123 (DELETED-STORAGE 5000000000 RECENT 0 UNSEEN 0)",
        "123",
        &[(Recent, 0), (Unseen, 0), (DeletedStorage, 5_000_000_000)],
        false,
    );
}

#[test]
fn a_trailing_blank_and_an_empty_list() {
    check("* STATUS a (MESSAGES 1) ", "a", &[(Messages, 1)], false);
    check("* STATUS a (MESSAGES 1 )", "a", &[(Messages, 1)], false);
    check("* STATUS a ()", "a", &[], false);
}

#[test]
fn a_name_of_8_bits_without_quotes() {
    check(
        "* STATUS Entw\u{fc}rfe (MESSAGES 1)",
        "Entw\u{fc}rfe",
        &[(Messages, 1)],
        false,
    );
}

#[test]
fn unknown_items_have_values_of_any_shape() {
    check(
        "* STATUS a (X (a (b) c) Y NIL Z \"s\" MESSAGES 1 W {2}\r\nab UNSEEN 2)",
        "a",
        &[(Messages, 1), (Unseen, 2)],
        false,
    );
}

#[test]
fn append_limit_nil_is_no_limit() {
    check("* STATUS a (APPENDLIMIT NIL)", "a", &[(AppendLimit, u64::MAX)], false);
    check("* STATUS a (APPENDLIMIT 7)", "a", &[(AppendLimit, 7)], false);
}

#[test]
fn mailbox_id_in_parentheses_and_without() {
    for line in [
        "* STATUS a (MAILBOXID (F22) UNSEEN 1)",
        "* STATUS a (MAILBOXID F22 UNSEEN 1)",
    ] {
        let response = response(line);
        let counts = read(response.values()).unwrap();
        assert_eq!(text(&response, counts.mailbox_id), "F22");
        assert!(counts.has(MailboxId) && counts.has(Unseen) && !counts.malformed);
    }
}

#[test]
fn bad_numbers_are_absent() {
    check("* STATUS a (MESSAGES -1 UNSEEN 2)", "a", &[(Unseen, 2)], true);
    check("* STATUS a (MESSAGES 9.37e+06 UNSEEN 2)", "a", &[(Unseen, 2)], true);
    check("* STATUS a (MESSAGES 4294967296 UNSEEN 2)", "a", &[(Unseen, 2)], true);
    check("* STATUS a (HIGHESTMODSEQ (-1) UNSEEN 2)", "a", &[(Unseen, 2)], true);
    check(
        "* STATUS a (HIGHESTMODSEQ (5) UNSEEN \"2\")",
        "a",
        &[(Unseen, 2), (HighestModSeq, 5)],
        false,
    );
}

#[test]
fn a_missing_value_does_not_shift_the_others() {
    check("* STATUS a (MESSAGES UNSEEN 2)", "a", &[(Unseen, 2)], true);
    check("* STATUS a (UNSEEN 2 MESSAGES)", "a", &[(Unseen, 2)], true);
    check("* STATUS a", "a", &[], true);
}
