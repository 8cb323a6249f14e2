//! Finds a named item in the text of a response, as people cut it out of a FETCH: `25 (INTERNALDATE "..." UID 5)`.
//! In: the text and a name. Out: what stands behind the name, for each place where it stands as a word of its own.
//! Names inside quoted strings and literals do not count. This is for the utilities that take such a text from
//! the caller; responses from the server are parsed elsewhere.

use super::quote;

/// The text behind each occurrence of `name` (any case), blanks skipped. The name ends at a blank, `(` or `"`.
pub(super) fn values<'a>(text: &'a [u8], name: &'static str) -> Values<'a> {
    Values {
        text,
        at: 0,
        name: name.as_bytes(),
        quotes_close: true,
    }
}

pub(super) struct Values<'a> {
    text: &'a [u8],
    at: usize,
    name: &'static [u8],
    /// False once a quote was found open to the end: from there on quotes are ordinary octets, so that the search
    /// stays linear.
    quotes_close: bool,
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while let Some(&octet) = self.text.get(self.at) {
            let rest = self.text.get(self.at..)?;
            let before = self.at.checked_sub(1).and_then(|i| self.text.get(i));
            let is_word_start = before.is_none_or(|o| *o == b'[' || !quote::is_atom_char(o));
            match octet {
                b'"' if self.quotes_close => match quoted_len(rest) {
                    Some(len) => self.at += len,
                    None => self.quotes_close = false,
                },
                b'{' => self.at = self.at.saturating_add(literal_len(rest).unwrap_or(1)),
                _ if is_word_start && starts_with(rest, self.name) => {
                    self.at += self.name.len();
                    let behind = rest.get(self.name.len()..)?;
                    if let Some(b' ' | b'(' | b'"') = behind.first() {
                        return behind.get(behind.iter().position(|o| *o != b' ')?..);
                    }
                }
                _ => self.at += 1,
            }
        }
        None
    }
}

fn starts_with(text: &[u8], name: &[u8]) -> bool {
    text.get(..name.len())
        .is_some_and(|word| word.eq_ignore_ascii_case(name))
}

/// The length of the quoted string that starts here, both quotes included; None if it does not end.
pub(super) fn quoted_len(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The length of the literal that starts here, its header included; None if it is none.
fn literal_len(text: &[u8]) -> Option<usize> {
    let header = text.get(..text.len().min(32))?;
    let end = header.iter().position(|o| *o == b'}')?;
    if header.get(end + 1..end + 3)? != b"\r\n" {
        return None;
    }
    let digits = header.get(1..end)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    let size: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(end + 3))
}

#[cfg(test)]
mod tests {
    use super::values;

    fn first<'a>(text: &'a str, name: &'static str) -> Option<&'a str> {
        values(text.as_bytes(), name)
            .next()
            .map(|value| std::str::from_utf8(value).unwrap())
    }

    #[test]
    fn finds_the_name_as_a_word_in_any_case() {
        assert_eq!(first("1 (UID 5)", "UID"), Some("5)"));
        assert_eq!(first("uid  5", "UID"), Some("5"));
        assert_eq!(first("FLAGS(a)", "FLAGS"), Some("(a)"));
        assert_eq!(first("PERMANENTFLAGS (a)", "FLAGS"), None);
        assert_eq!(first("[FLAGS (a)]", "FLAGS"), Some("(a)]"));
        assert_eq!(first("FLAGSHIP (a) FLAGS (b)", "FLAGS"), Some("(b)"));
        assert_eq!(first("FLAGS", "FLAGS"), None);
        assert_eq!(first("FLAGS ", "FLAGS"), None);
    }

    #[test]
    fn names_inside_strings_do_not_count() {
        assert_eq!(first(r#"X "FLAGS (a)" FLAGS (b)"#, "FLAGS"), Some("(b)"));
        assert_eq!(first(r#"X "\"FLAGS (a)" FLAGS (b)"#, "FLAGS"), Some("(b)"));
        assert_eq!(first("BODY[] {9}\r\nFLAGS (a) FLAGS (b)", "FLAGS"), Some("(b)"));
        assert_eq!(first("BODY[] {9+}\r\nFLAGS (a) FLAGS (b)", "FLAGS"), Some("(b)"));
        assert_eq!(first("BODY[] {1}\r\n\" FLAGS (\"b\")", "FLAGS"), Some("(\"b\")"));
        assert_eq!(first("BODY[] {99}\r\nFLAGS (a)", "FLAGS"), None);
        assert_eq!(first("BODY[] {18446744073709551615}\r\nFLAGS (a)", "FLAGS"), None);
    }

    #[test]
    fn broken_strings_do_not_hide_the_rest() {
        assert_eq!(first(r#"a" FLAGS (b)"#, "FLAGS"), Some("(b)"));
        assert_eq!(first("{x}\r\n FLAGS (b)", "FLAGS"), Some("(b)"));
        assert_eq!(first("BODY[] {9} FLAGS (b)", "FLAGS"), Some("(b)"));
    }

    #[test]
    fn a_million_open_quotes_are_searched_once() {
        let text = format!("\"{} FLAGS (b)", "\\\"".repeat(1_000_000));
        assert_eq!(first(&text, "FLAGS"), Some("(b)"));
    }
}
