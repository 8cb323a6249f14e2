//! The name of a FETCH item that is a section of a message (RFC 9051, 6.4.5.1; RFC 3516): `BODY[1.2.HEADER.FIELDS (To
//! Cc)]<0>`. In: the name as the server wrote it. Out: part number, which piece, origin.

/// Which piece of a message or part a section is.
#[repr(C)]
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum imap_section_kind {
    /// All of it: BODY[], BODY[1], RFC822.
    IMAP_SECTION_WHOLE = 0,
    /// HEADER, and RFC822.HEADER.
    IMAP_SECTION_HEADER = 1,
    /// HEADER.FIELDS
    IMAP_SECTION_HEADER_FIELDS = 2,
    /// HEADER.FIELDS.NOT
    IMAP_SECTION_HEADER_FIELDS_NOT = 3,
    /// TEXT, and RFC822.TEXT.
    IMAP_SECTION_TEXT = 4,
    /// MIME: the header of a part.
    IMAP_SECTION_MIME = 5,
    /// None of these: read the item's name.
    IMAP_SECTION_OTHER = 6,
}
use imap_section_kind::*;

/// A section's name, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    pub part: &'a [u8],
    pub kind: imap_section_kind,
    pub is_binary: bool,
    pub origin: u64,
}

impl<'a> Section<'a> {
    /// `None` if the name is not one of a section.
    pub fn read(item: &'a [u8]) -> Option<Section<'a>> {
        let whole = |kind| Section {
            part: &item[..0],
            kind,
            is_binary: false,
            origin: 0,
        };
        let is = |name: &[u8], word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        let open = item.iter().position(|b| *b == b'[');
        let (name, rest) = item.split_at(open.unwrap_or(item.len()));
        if is(name, "RFC822") {
            return Some(whole(IMAP_SECTION_WHOLE));
        } else if is(name, "RFC822.HEADER") {
            return Some(whole(IMAP_SECTION_HEADER));
        } else if is(name, "RFC822.TEXT") {
            return Some(whole(IMAP_SECTION_TEXT));
        }
        let is_binary = is(name, "BINARY") || is(name, "BINARY.PEEK");
        if !is_binary && !is(name, "BODY") && !is(name, "BODY.PEEK") {
            return None;
        }
        let rest = rest.strip_prefix(b"[")?;
        let close = rest.iter().rposition(|b| *b == b']')?;
        let (inside, behind) = (&rest[..close], &rest[close + 1..]);
        // "1.2.MIME": digits and dots are the part, the rest is the piece.
        let part_end = inside
            .iter()
            .position(|b| !b.is_ascii_digit() && *b != b'.')
            .unwrap_or(inside.len());
        let part = inside[..part_end].strip_suffix(b".").unwrap_or(&inside[..part_end]);
        let piece = inside[part_end..]
            .split(|b| matches!(b, b' ' | b'('))
            .next()
            .unwrap_or_default();
        let kind = match piece {
            b"" => IMAP_SECTION_WHOLE,
            p if is(p, "HEADER") => IMAP_SECTION_HEADER,
            p if is(p, "HEADER.FIELDS") => IMAP_SECTION_HEADER_FIELDS,
            p if is(p, "HEADER.FIELDS.NOT") => IMAP_SECTION_HEADER_FIELDS_NOT,
            p if is(p, "TEXT") => IMAP_SECTION_TEXT,
            p if is(p, "MIME") => IMAP_SECTION_MIME,
            _ => IMAP_SECTION_OTHER,
        };
        Some(Section {
            part,
            kind,
            is_binary,
            origin: origin(behind),
        })
    }
}

/// A name as most servers write it, understood, and with a NUL behind it in memory: C can be shown it without a copy.
pub struct Common {
    /// A NUL is behind it in memory.
    pub item: &'static [u8],
    pub section: Section<'static>,
}

const fn common_of(with_nul: &'static [u8], part: &'static [u8], kind: imap_section_kind) -> Common {
    let section = Section {
        part,
        kind,
        is_binary: false,
        origin: 0,
    };
    let (item, _) = with_nul.split_at(with_nul.len() - 1);
    Common { item, section }
}

static COMMON: [Common; 4] = [
    common_of(b"BODY[]\0", b"", IMAP_SECTION_WHOLE),
    common_of(b"BODY[HEADER]\0", b"", IMAP_SECTION_HEADER),
    common_of(b"BODY[TEXT]\0", b"", IMAP_SECTION_TEXT),
    common_of(b"BODY[1]\0", b"1", IMAP_SECTION_WHOLE),
];

impl Common {
    /// The same name, if it is a common one.
    #[inline]
    pub fn find(item: &[u8]) -> Option<&'static Common> {
        COMMON.iter().find(|common| common.item == item)
    }
}

/// The number in `<0>` or, as some servers answer, `<0.20>`.
fn origin(behind: &[u8]) -> u64 {
    let digits = behind.strip_prefix(b"<").unwrap_or_default();
    let digits = digits.split(|b| !b.is_ascii_digit()).next().unwrap_or_default();
    std::str::from_utf8(digits)
        .ok()
        .and_then(|d| d.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn common_names_are_understood_as_others() {
        for common in &super::COMMON {
            let read = super::Section::read(common.item);
            assert_eq!(read.as_ref(), Some(&common.section));
        }
    }

    use super::*;

    fn read(item: &str) -> Option<(&str, imap_section_kind, bool, u64)> {
        let section = Section::read(item.as_bytes())?;
        let part = std::str::from_utf8(section.part).unwrap();
        Some((part, section.kind, section.is_binary, section.origin))
    }

    #[test]
    fn parts_pieces_and_origins() {
        assert_eq!(read("BODY[]"), Some(("", IMAP_SECTION_WHOLE, false, 0)));
        assert_eq!(read("body[1.2.mime]"), Some(("1.2", IMAP_SECTION_MIME, false, 0)));
        assert_eq!(read("BODY[1]<512>"), Some(("1", IMAP_SECTION_WHOLE, false, 512)));
        assert_eq!(read("BODY[TEXT]<0.20>"), Some(("", IMAP_SECTION_TEXT, false, 0)));
        assert_eq!(read("BINARY[3]<7>"), Some(("3", IMAP_SECTION_WHOLE, true, 7)));
        assert_eq!(
            read("BODY[4.HEADER.FIELDS (\"X]\" To)]"),
            Some(("4", IMAP_SECTION_HEADER_FIELDS, false, 0))
        );
        assert_eq!(
            read("BODY[HEADER.FIELDS.NOT (To)]"),
            Some(("", IMAP_SECTION_HEADER_FIELDS_NOT, false, 0))
        );
        assert_eq!(read("RFC822.HEADER"), Some(("", IMAP_SECTION_HEADER, false, 0)));
        assert_eq!(read("BODY.PEEK[2.TEXT]"), Some(("2", IMAP_SECTION_TEXT, false, 0)));
        assert_eq!(read("binary.peek[3]<7>"), Some(("3", IMAP_SECTION_WHOLE, true, 7)));
        assert_eq!(read("RFC822[]"), Some(("", IMAP_SECTION_WHOLE, false, 0)));
        assert_eq!(read("BODY[1.X]"), Some(("1", IMAP_SECTION_OTHER, false, 0)));
    }

    #[test]
    fn what_is_no_section() {
        for item in [
            "BODY",
            "BODYSTRUCTURE",
            "UID",
            "BODY[",
            "BINARY.SIZE[1]",
            "BODY.PEEK",
            "BODY.PEEKS[]",
            "",
        ] {
            assert_eq!(read(item), None, "{item}");
        }
    }
}
