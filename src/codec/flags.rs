//! The flags of a flag list (RFC 9051, section 9, flag-list). In: the list `(\Seen foo)`, or a response text that
//! holds `FLAGS (...)`, or a `PERMANENTFLAGS (...)` code. Out: the flags, as they stand. What a flag means, and
//! whether it may be one, is not judged: servers invent names, and keywords like `[test]` are in use.

use super::item;

/// Whether no server refuses a command because of the form of this flag: a keyword, or a system flag that can be set
/// (RFC 9051, 2.3.2).
pub fn is_settable(flag: &[u8]) -> bool {
    let system = [&b"\\Answered"[..], b"\\Deleted", b"\\Draft", b"\\Flagged", b"\\Seen"];
    !matches!(flag.first(), None | Some(b'\\' | b'"')) || system.iter().any(|s| s.eq_ignore_ascii_case(flag))
}

/// The flags of the first flag list, each as it stands in the text: a quoted flag keeps its quotes, a list inside
/// the list is one flag. None if there is no flag list or it does not end; an empty list has no flags.
pub fn parse(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut values = item::values(text, "FLAGS").chain(item::values(text, "PERMANENTFLAGS"));
    if let Some(list) = values.find(|value| value.starts_with(b"(")) {
        return split(list).map(|(flags, _)| flags);
    }
    match split(text.trim_ascii())? {
        (flags, []) => Some(flags),
        _ => None,
    }
}

/// The flags of the list that starts here, and what follows the list.
fn split(text: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut flags = Vec::new();
    let mut rest = text.strip_prefix(b"(")?;
    loop {
        match rest.first()? {
            b' ' => rest = rest.get(1..)?,
            b')' => return Some((flags, rest.get(1..)?)),
            _ => {
                let (flag, behind) = rest.split_at_checked(flag_len(rest)?)?;
                flags.push(flag);
                rest = behind;
            }
        }
    }
}

/// The length of the flag that starts here: to the next blank or closing parenthesis outside quotes and inner lists.
fn flag_len(text: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' if at == 0 || depth > 0 => at += item::quoted_len(text.get(at..)?)?,
            b'(' => (at, depth) = (at + 1, depth + 1),
            b')' if depth > 0 => (at, depth) = (at + 1, depth - 1),
            b' ' | b')' if depth == 0 => return Some(at),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn flags(text: &str) -> Option<Vec<&str>> {
        parse(text.as_bytes()).map(|list| {
            list.into_iter()
                .map(|flag| std::str::from_utf8(flag).unwrap())
                .collect()
        })
    }

    fn some<'a>(list: &[&'a str]) -> Option<Vec<&'a str>> {
        Some(list.to_vec())
    }

    #[test]
    fn reads_a_bare_list_and_response_texts() {
        for text in [
            r"(\Seen foo)",
            r"FLAGS (\Seen foo)",
            r"flags(\Seen foo)",
            r"1 (FLAGS (\Seen foo) UID 5)",
            r"1 (UID 5 FLAGS (\Seen foo))",
            r"(FLAGS (\Seen foo) UID 5)",
            r" FLAGS (\Seen foo))",
            r#"1 (X "FLAGS (no)" FLAGS (\Seen foo))"#,
            r"[PERMANENTFLAGS (\Seen foo)] Limited",
            r"(  \Seen  foo  )",
        ] {
            assert_eq!(flags(text), some(&[r"\Seen", "foo"]), "{text}");
        }
    }

    #[test]
    fn odd_flags_stay_as_they_are() {
        assert_eq!(flags(r"(\Seen [test])"), some(&[r"\Seen", "[test]"]));
        assert_eq!(flags(r"(\Answered \*)"), some(&[r"\Answered", r"\*"]));
        assert_eq!(flags(r"(\HasChildren \)"), some(&[r"\HasChildren", r"\"]));
        assert_eq!(
            flags(r#"("two words" a"b "c")"#),
            some(&[r#""two words""#, r#"a"b"#, r#""c""#])
        );
        assert_eq!(flags(r#"("a\") b" c)"#), some(&[r#""a\") b""#, "c"]));
        assert_eq!(flags("(a (b (c) d) e)"), some(&["a", "(b (c) d)", "e"]));
        assert_eq!(
            flags("(5 + NIL ] $Junk é)"),
            some(&["5", "+", "NIL", "]", "$Junk", "é"])
        );
    }

    #[test]
    fn flags_that_are_not_utf8_survive() {
        assert_eq!(parse(b"FLAGS (\xff\xfe a)"), Some(vec![&b"\xff\xfe"[..], b"a"]));
    }

    #[test]
    fn an_empty_list_has_no_flags_and_no_list_is_none() {
        for text in ["()", "( )", "FLAGS ()", "1 (FLAGS () UID 5)"] {
            assert_eq!(flags(text), some(&[]), "{text}");
        }
        for text in [
            "",
            "(",
            ")",
            r"(\Seen",
            r"\Seen",
            "FLAGS",
            "FLAGS (",
            "FLAGS NIL",
            "1 (UID 5)",
            "(a) b",
            "(a (b)",
        ] {
            assert_eq!(flags(text), None, "{text}");
        }
        assert_eq!(
            flags(r"[PERMANENTFLAGS Answered \Flagged \[test] \*)] no opening parenthesis"),
            None
        );
        assert_eq!(flags("(\"open)"), None);
    }

    #[test]
    fn a_value_that_is_no_list_is_passed_over() {
        assert_eq!(flags("FLAGS NIL FLAGS (a)"), some(&["a"]));
    }

    /// Trying each of them would take minutes.
    #[test]
    fn a_hundred_thousand_open_lists_are_searched_once() {
        assert_eq!(flags(&"FLAGS (".repeat(100_000)), None);
        assert_eq!(flags(&"(".repeat(1_000_000)), None);
    }
}
