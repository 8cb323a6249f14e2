//! The ways a string may stand on the wire: atom, quoted string, or literal (RFC 9051, section 9). In: a value. Out:
//! which forms can carry it, and its quoted form; or a quoted string, and its value. Choosing a form and writing
//! literals is the command encoder's work.

/// ATOM-CHAR: printable US-ASCII without `( ) { % * " \ ]` and the blank.
pub fn is_atom_char(octet: &u8) -> bool {
    matches!(octet, b'!'..=b'~') && !matches!(octet, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// Whether the value may stand as an atom. The empty string may not.
pub fn is_atom(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(is_atom_char)
}

/// Whether the value may stand unquoted where an astring is asked for: an atom that may hold `]`.
pub fn is_astring_atom(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|o| is_atom_char(o) || *o == b']')
}

/// Whether the value may stand unquoted as a LIST pattern: an astring atom that may hold `%` and `*`.
pub fn is_list_atom(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|o| is_atom_char(o) || matches!(o, b']' | b'%' | b'*'))
}

/// Whether the value may stand as a quoted string: no CR, LF or NUL, and octets above 127 only as UTF-8 and only
/// where the connection has UTF-8 enabled. Any other value needs a literal.
pub fn fits_quoted(value: &[u8], allow_utf8: bool) -> bool {
    if value.iter().any(|o| matches!(o, b'\r' | b'\n' | 0)) {
        return false;
    }
    value.is_ascii() || (allow_utf8 && std::str::from_utf8(value).is_ok())
}

/// The octets `quoted` appends for this value.
pub fn quoted_len(value: &[u8]) -> usize {
    let escaped = value.iter().filter(|o| is_quoted_special(o)).count();
    value.len().saturating_add(escaped).saturating_add(2)
}

/// Appends the value as a quoted string. It must have passed `fits_quoted`. `out` grows at most once; where the value
/// is a secret the caller reserves `quoted_len` octets beforehand, so that no copy of `out` stays behind.
pub fn quoted(out: &mut Vec<u8>, value: &[u8]) {
    out.reserve(quoted_len(value));
    out.push(b'"');
    for octet in value {
        if is_quoted_special(octet) {
            out.push(b'\\');
        }
        out.push(*octet);
    }
    out.push(b'"');
}

/// The value of a text that is exactly one well-formed quoted string, else None. A backslash may only stand before
/// a quote or another backslash; octets above 127 must be UTF-8.
pub fn unquote(text: &[u8]) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if !fits_quoted(inner, true) {
        return None;
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut octets = inner.iter();
    while let Some(octet) = octets.next() {
        match octet {
            b'"' => return None,
            b'\\' => value.push(*octets.next().filter(|o| is_quoted_special(o))?),
            _ => value.push(*octet),
        }
    }
    Some(value)
}

/// The words of a text: what blanks separate that are not in a quoted string. None is empty.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |octet| {
        let starts_escape = is_quoted && !is_escaped && *octet == b'\\';
        if *octet == b'"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = starts_escape;
        *octet == b' ' && !is_quoted
    })
    .filter(|word| !word.is_empty())
}

fn is_quoted_special(octet: &u8) -> bool {
    matches!(octet, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        quoted(&mut out, value);
        assert_eq!(out.len(), quoted_len(value));
        out
    }

    /// Every octet against the grammar, spelled out once more.
    #[test]
    fn each_octet_is_in_the_forms_the_grammar_says() {
        for octet in 0..=255_u8 {
            let is_char = (1..128).contains(&octet);
            let is_ctl = octet < 32 || octet == 127;
            let is_other_special = b"(){ \"\\".contains(&octet);
            let (is_wildcard, is_bracket) = (b"%*".contains(&octet), octet == b']');
            let is_plain = is_char && !is_ctl && !is_other_special;
            let value = [b'a', octet];
            assert_eq!(is_atom(&value), is_plain && !is_wildcard && !is_bracket, "{octet}");
            assert_eq!(is_astring_atom(&value), is_plain && !is_wildcard, "{octet}");
            assert_eq!(is_list_atom(&value), is_plain, "{octet}");
            assert_eq!(
                fits_quoted(&value, false),
                is_char && !b"\r\n".contains(&octet),
                "{octet}"
            );
            assert_eq!(
                fits_quoted(&value, true),
                is_char && !b"\r\n".contains(&octet),
                "{octet}"
            );
        }
    }

    #[test]
    fn the_empty_string_is_quoted_and_never_an_atom() {
        assert!(!is_atom(b"") && !is_astring_atom(b"") && !is_list_atom(b""));
        assert!(fits_quoted(b"", false));
        assert_eq!(quote(b""), b"\"\"");
        assert_eq!(unquote(b"\"\""), Some(Vec::new()));
    }

    #[test]
    fn utf8_is_quoted_only_where_it_is_allowed() {
        let value = "Entwürfe".as_bytes();
        assert!(fits_quoted(value, true));
        assert!(!fits_quoted(value, false));
        assert!(!fits_quoted(b"Entw\xfcrfe", true));
        assert!(!fits_quoted("ü\0".as_bytes(), true));
    }

    #[test]
    fn what_is_quoted_unquotes_to_itself() {
        assert_eq!(quote(br#"a "b" \c"#), br#""a \"b\" \\c""#);
        let values: [&[u8]; 7] = [b"a", b"\"", b"\\", b"\\\"", b"\"\\", b" ", "ü".as_bytes()];
        for value in values {
            assert_eq!(unquote(&quote(value)).as_deref(), Some(value));
        }
    }

    #[test]
    fn what_only_looks_quoted_is_not_unquoted() {
        let texts: [&[u8]; 14] = [
            b"",
            b"\"",
            b"a",
            b"\"a",
            b"a\"",
            b" \"a\"",
            b"\"a\" ",
            br#""a" "b""#,
            br#""a"b""#,
            br#""a\""#,
            br#""a\b""#,
            b"\"a\r\n\"",
            b"\"a\0\"",
            b"\"\xff\"",
        ];
        for text in texts {
            assert_eq!(unquote(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn quoting_reserves_once_and_never_grows_a_reserved_buffer() {
        let value = br#"p"a\ss"#;
        let mut out = Vec::with_capacity(quoted_len(value));
        let (start, capacity) = (out.as_ptr(), out.capacity());
        quoted(&mut out, value);
        assert_eq!((out.as_ptr(), out.capacity()), (start, capacity));
    }
}
