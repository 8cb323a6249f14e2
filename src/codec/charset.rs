//! Octets of a named charset become text (names as in RFC 2047, section 2, and the WHATWG's encoding list). In: the name
//! and the octets. Out: text, with U+FFFD for what the charset has not; `None` if nobody knows the charset. The tables
//! are encoding_rs's.

use encoding_rs::Encoding;
use std::borrow::Cow;

/// Names that mailers use and the list does not have.
const ALIASES: [(&str, &str); 7] = [
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("cp950", "big5"),
    ("cp874", "windows-874"),
    ("utf", "utf-8"),
];

/// No charset that is spoken has a longer name.
const MAX_NAME: usize = 40;

/// Charsets nobody here knows whose octets are ASCII, by the start of their names: from the first of these octets on they
/// mean something else.
const SHIFTING: [(&str, &[u8]); 6] = [
    ("iso-2022-", b"\x1b\x0e"),
    ("csiso2022", b"\x1b\x0e"),
    ("hz", b"~"),
    ("utf-7", b"+"),
    ("unicode-1-1-utf-7", b"+"),
    ("x-unicode-2-0-utf-7", b"+"),
];

/// The text that octets stand for. Without a charset, and if it is not known, they still may be UTF-8.
pub fn to_text<'a>(charset: &[u8], octets: &'a [u8]) -> Option<Cow<'a, str>> {
    match encoding(charset, octets) {
        Some(encoding) => Some(encoding.decode_with_bom_removal(octets).0),
        None if shifts(charset, octets) => None,
        None => std::str::from_utf8(octets).ok().map(Cow::Borrowed),
    }
}

fn shifts(charset: &[u8], octets: &[u8]) -> bool {
    SHIFTING.iter().any(|(name, shift)| {
        let start = charset.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && octets.iter().any(|b| shift.contains(b))
    })
}

fn encoding(charset: &[u8], octets: &[u8]) -> Option<&'static Encoding> {
    if charset.len() > MAX_NAME {
        return None;
    }
    // Without a mark it is big-endian in mail (RFC 2781, 4.3), but little-endian in the list.
    if charset.eq_ignore_ascii_case(b"utf-16") && !octets.starts_with(b"\xff\xfe") {
        return Some(encoding_rs::UTF_16BE);
    }
    let known = Encoding::for_label_no_replacement(charset);
    known.or_else(|| {
        let alias = |(name, _): &&(&str, &str)| charset.eq_ignore_ascii_case(name.as_bytes());
        let (_, label) = ALIASES.iter().find(alias)?;
        Encoding::for_label_no_replacement(label.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn charsets_of_mail_by_their_names() {
        let table: [(&str, &[u8], Option<&str>); 27] = [
            ("UTF-8", "é".as_bytes(), Some("é")),
            ("us-ascii", b"a", Some("a")),
            ("ISO-8859-1", b"\xe9", Some("é")),
            ("iso-8859-15", b"\xa4", Some("€")),
            ("Windows-1251", b"\xcf", Some("П")),
            ("koi8-r", b"\xf0", Some("П")),
            ("gb2312", b"\xc4\xe3", Some("你")),
            ("CP936", b"\xc4\xe3", Some("你")),
            ("big5", b"\xa7\x41", Some("你")),
            ("ks_c_5601-1987", b"\xc7\xd1", Some("한")),
            ("iso-2022-jp", b"\x1b$B$\"\x1b(B", Some("あ")),
            ("cp932", b"\x82\xa0", Some("あ")),
            ("utf-8", b"\xef\xbb\xbfx\xff", Some("x\u{fffd}")),
            ("x-unknown", "é".as_bytes(), Some("é")),
            ("x-unknown", b"\xe9", None),
            ("iso-2022-kr", b"\xe9", None),
            ("iso-2022-kr", b"plain", Some("plain")),
            ("ISO-2022-KR", b"\x1b$)C\x0eGQ\x0f", None),
            ("iso-2022-cn", b"\x1b$)A\x0eDc\x0f", None),
            ("csISO2022KR", b"\x0eGQ\x0f", None),
            ("hz-gb-2312", b"~{Dc~}", None),
            ("utf-7", b"Hi +2D3eCQ-", None),
            ("UTF-7", b"Hi", Some("Hi")),
            ("utf-16", b"\x4f\x60", Some("你")),
            ("UTF-16", b"\xfe\xff\x4f\x60", Some("你")),
            ("utf-16", b"\xff\xfe\x60\x4f", Some("你")),
            ("utf-16le", b"\x60\x4f", Some("你")),
        ];
        for (charset, octets, text) in table {
            assert_eq!(to_text(charset.as_bytes(), octets).as_deref(), text, "{charset}");
        }
    }
}
