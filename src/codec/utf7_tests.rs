use super::{decode, encode, is_valid};

/// Text and its spelling; the third and fourth are the examples of RFC 3501, 5.1.3.
const PAIRS: &[(&str, &str)] = &[
    ("", ""),
    ("INBOX", "INBOX"),
    ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
    ("☺!", "&Jjo-!"),
    ("台北日本語", "&U,BTF2XlZyyKng-"),
    ("A&B", "A&-B"),
    ("&", "&-"),
    ("&&", "&-&-"),
    ("é&", "&AOk-&-"),
    ("&é", "&-&AOk-"),
    ("é-", "&AOk--"),
    ("Entwürfe", "Entw&APw-rfe"),
    ("éé", "&AOkA6Q-"),
    ("ééé", "&AOkA6QDp-"),
    ("😀", "&2D3eAA-"),
    ("\u{10ffff}", "&2,,f,w-"),
    ("\r\n\0\x7f", "&AA0ACgAAAH8-"),
    (r#"a "b\c" %*]{1}"#, r#"a "b\c" %*]{1}"#),
];

#[test]
fn spells_and_reads_back_known_names() {
    for (text, name) in PAIRS {
        assert_eq!(encode(text), *name);
        assert_eq!(decode(name.as_bytes()).as_deref(), Some(*text), "{name}");
        assert!(is_valid(name.as_bytes()));
    }
}

#[test]
fn refuses_every_other_spelling() {
    let names: &[(&str, &[u8])] = &[
        ("no shift back", b"&Jjo!"),
        ("no shift back at the end", b"&Jjo"),
        ("a lone shift", b"&"),
        ("superfluous shift (the RFC's)", b"&U,BTFw-&ZeVnLIqe-"),
        ("superfluous shift", b"&AOk-&AOk-"),
        ("superfluous shift after an ampersand", b"&-&AOk-&AOk-"),
        ("printable text in base64", b"&AGE-"),
        ("printable text after other text", b"&AOkAYQ-"),
        ("a blank in base64", b"&ACA-"),
        ("an ampersand in base64", b"&ACY-"),
        ("a tilde in base64", b"&AH4-"),
        ("left-over bits", b"&AOl-"),
        ("left-over digit", b"&AOkA-"),
        ("one digit", b"&A-"),
        ("half a unit", b"&AA-"),
        ("a unit and a half", b"&AOkA6-"),
        ("padding", b"&AOk=-"),
        ("a slash for the comma", b"&U/BTFw-"),
        ("a high surrogate alone", b"&2D0-"),
        ("a low surrogate alone", b"&3gA-"),
        ("surrogates the wrong way round", b"&3gDYPQ-"),
        ("raw UTF-8", "Entwürfe".as_bytes()),
        ("raw Latin-1", b"Entw\xfcrfe"),
        ("8-bit in base64", b"&\xc3\xa9-"),
        ("a control character", b"a\tb"),
        ("DEL", b"a\x7f"),
    ];
    for (what, name) in names {
        assert_eq!(decode(name), None, "{what}");
        assert!(!is_valid(name), "{what}");
    }
}

#[test]
fn random_texts_come_back_and_stay_printable() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..100_000 {
        let text = random.text();
        let name = encode(&text);
        assert!(
            name.bytes().all(|o| (0x20..0x7f).contains(&o)),
            "{text:?} gave {name:?}"
        );
        assert_eq!(decode(name.as_bytes()).as_ref(), Some(&text), "{name:?}");
    }
}

#[test]
fn random_octets_decode_only_to_what_encodes_to_them() {
    let alphabet = b"&&&--AOkQ6,2D3e+/ ~\x7f\xc3";
    let mut random = Random(0x0123_4567_89ab_cdef);
    let mut valid = 0;
    for _ in 0..300_000 {
        let len = random.below(10);
        let name: Vec<u8> = (0..len).map(|_| alphabet[random.below(alphabet.len())]).collect();
        if let Some(text) = decode(&name) {
            assert_eq!(encode(&text).as_bytes(), name);
            valid += 1;
        }
    }
    assert!(
        valid > 1_000,
        "only {valid} names were valid: the test proves too little"
    );
}

/// xorshift64: the same texts at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// Up to 11 characters from all planes, with many `&`, `-` and neighbours of the printable range.
    fn text(&mut self) -> String {
        let len = self.below(12);
        (0..len)
            .map(|_| match self.below(6) {
                0 => '&',
                1 => '-',
                2 => char::from(self.below(256) as u8),
                3 => char::from(b' ' + self.below(95) as u8),
                4 => char::from_u32(self.below(0xd800) as u32).unwrap(),
                _ => char::from_u32(0xe000 + self.below(0x110000 - 0xe000) as u32).unwrap(),
            })
            .collect()
    }
}
