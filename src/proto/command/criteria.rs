//! Text that goes out as written: search criteria, fetch items, annotation entries. It is read before it is sent, so
//! that nothing in it can end the command or announce a literal; quoted strings with 8-bit octets become literals.

use crate::codec::quote;
use zeroize::Zeroizing;

/// A stretch of checked text.
#[derive(Debug, PartialEq, Eq)]
pub enum Span<'a> {
    /// Sent as it is.
    Text(&'a [u8]),
    /// The content of a quoted string that cannot go out quoted.
    Literal(Vec<u8>),
}

/// Splits text into spans, or says what is wrong at which octet. `utf8`: quoted strings may hold UTF-8.
pub fn check(text: &[u8], utf8: bool) -> Result<Vec<Span<'_>>, String> {
    let mut spans = Vec::new();
    let (mut at, mut begin, mut depth) = (0usize, 0usize, 0usize);
    let may_be_utf8 = utf8 && std::str::from_utf8(text).is_ok();
    while at < text.len() {
        match text[at] {
            b'\r' | b'\n' | 0 => return Err(format!("CR, LF or NUL at octet {at}")),
            b'"' => {
                let end = quoted_end(text, at)?;
                // It may be a password: LOGIN by ready text.
                let mut content = Zeroizing::new(content(&text[at + 1..end - 1]));
                if !quote::fits_quoted(&content, utf8) {
                    spans.push(Span::Text(&text[begin..at]));
                    spans.push(Span::Literal(std::mem::take(&mut *content)));
                    begin = end;
                }
                at = end;
                continue;
            }
            b'(' => depth += 1,
            b')' => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| format!("a ')' without its '(' at octet {at}"))?;
            }
            b'{' if is_marker(&text[at..]) => {
                return Err(format!(
                    "a literal marker at octet {at}: pass the value as an argument of its own"
                ));
            }
            b if b >= 0x80 && !may_be_utf8 => {
                return Err(format!(
                    "an 8-bit octet outside quotes at octet {at}: put the value in quotes"
                ));
            }
            b if b < 0x20 || b == 0x7f => return Err(format!("a control character at octet {at}")),
            _ => {}
        }
        at += 1;
    }
    if depth != 0 {
        return Err(format!("{depth} '(' without their ')'"));
    }
    spans.push(Span::Text(&text[begin..]));
    Ok(spans)
}

/// Whether some quoted string needs a charset to be named.
pub fn has_8bit(text: &[u8]) -> bool {
    !text.is_ascii()
}

/// Takes `RETURN (…)` off the front of search criteria: what is asked for stands before the charset (RFC 4466, 2.6.1). The
/// options come with their parentheses; broken ones are left where they are, for `check` to refuse.
pub fn split_options(text: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let Some((word, rest)) = text.split_at_checked(6) else {
        return (None, text);
    };
    let list = rest.trim_ascii_start();
    if !word.eq_ignore_ascii_case(b"RETURN") || list.first() != Some(&b'(') {
        return (None, text);
    }
    let (mut at, mut depth) = (0usize, 0usize);
    while let Some(octet) = list.get(at) {
        match octet {
            b'"' => match quoted_end(list, at) {
                Ok(end) => {
                    at = end;
                    continue;
                }
                Err(_) => return (None, text),
            },
            b'(' => depth += 1,
            b')' if depth == 1 => {
                let (options, criteria) = list.split_at(at + 1);
                return (Some(options), criteria.trim_ascii_start());
            }
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    (None, text)
}

/// Whether the criteria name their charset themselves.
pub fn has_charset(text: &[u8]) -> bool {
    let word = text.split(|b| *b == b' ').next().unwrap_or(text);
    word.eq_ignore_ascii_case(b"CHARSET")
}

fn quoted_end(text: &[u8], open: usize) -> Result<usize, String> {
    let mut at = open + 1;
    while at < text.len() {
        match text[at] {
            b'"' => return Ok(at + 1),
            b'\\' if matches!(text.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            b'\\' => return Err(format!("a backslash before neither '\"' nor '\\' at octet {at}")),
            b'\r' | b'\n' | 0 => return Err(format!("CR, LF or NUL at octet {at}")),
            _ => at += 1,
        }
    }
    Err(format!("a quoted string that begins at octet {open} and does not end"))
}

/// What stands between the quotes, escapes resolved. Any octets: the charset is the caller's.
fn content(inner: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for &octet in inner {
        escaped = octet == b'\\' && !escaped;
        if !escaped {
            content.push(octet);
        }
    }
    content
}

/// `{`, digits, an optional sign, `}`: what a server would take for a literal's announcement.
fn is_marker(text: &[u8]) -> bool {
    let digits = text[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = &text[1 + digits..];
    let rest = rest
        .strip_prefix(b"+")
        .or_else(|| rest.strip_prefix(b"-"))
        .unwrap_or(rest);
    digits > 0 && rest.first() == Some(&b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_criteria_pass_unchanged() {
        let text = br#"(FROM "LDJ" OR SEEN (NOT DELETED)) BODY "a \"b\" {3}""#;
        assert_eq!(check(text, false), Ok(vec![Span::Text(text)]));
    }

    #[test]
    fn eight_bit_quoted_strings_become_literals() {
        let spans = check("SUBJECT \"ä\" SEEN".as_bytes(), false).unwrap();
        assert_eq!(
            spans,
            vec![
                Span::Text(b"SUBJECT "),
                Span::Literal("ä".as_bytes().to_vec()),
                Span::Text(b" SEEN")
            ]
        );
        assert_eq!(check("SUBJECT \"ä\"".as_bytes(), true).unwrap().len(), 1);
    }

    #[test]
    fn octets_of_any_charset_become_literals() {
        let spans = check(b"TEXT \"\xe4\\\"\\\\\"", true).unwrap();
        assert_eq!(spans[..2], [Span::Text(b"TEXT "), Span::Literal(b"\xe4\"\\".to_vec())]);
    }

    #[test]
    fn options_are_taken_off_the_front() {
        for (text, options, criteria) in [
            ("RETURN (MIN MAX) ALL", Some("(MIN MAX)"), "ALL"),
            ("return () (SEEN) NEW", Some("()"), "(SEEN) NEW"),
            ("RETURN  (X (a \")\" b) MIN)  1:*", Some("(X (a \")\" b) MIN)"), "1:*"),
            ("RETURN (ALL)", Some("(ALL)"), ""),
            ("RETURN (ALL", None, "RETURN (ALL"),
            ("RETURN (\"ALL) x", None, "RETURN (\"ALL) x"),
            ("RETURNED (A) B", None, "RETURNED (A) B"),
            ("RETURN", None, "RETURN"),
            ("OR RETURN (A)", None, "OR RETURN (A)"),
            ("", None, ""),
        ] {
            let expected = (options.map(str::as_bytes), criteria.as_bytes());
            assert_eq!(split_options(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_could_smuggle_is_refused() {
        for bad in [
            "a\r\nb", "a\0", "BODY {3}", "x{20+} y", "{0}", "(a", "a)", "\"open", "\"a\nb\"", "\"a\\Z\"", "\"a\\", "ä",
            "a\x01",
        ] {
            assert!(check(bad.as_bytes(), false).is_err(), "{bad:?}");
        }
    }
}
