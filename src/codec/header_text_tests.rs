use super::*;

#[test]
fn encoded_words_become_text() {
    let table: [(&str, &str); 35] = [
        ("", ""),
        ("plain text", "plain text"),
        // RFC 2047, section 8.
        ("=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"),
        ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen"),
        ("=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard"),
        (
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example.",
        ),
        ("=?ISO-8859-1?Q?a?=", "a"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\r\n   =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
        // RFC 2231, section 5.
        ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"),
        ("=?utf-8*de-CH?b?w6Q=?=", "ä"),
        ("a =?utf-8?q?=c3=a4?= b", "a ä b"),
        ("=?UTF-8?Q?=41?=", "A"),
        ("=?utf-8?Q??=", ""),
        // A character between two words, a group of base64 between two words.
        ("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "€"),
        ("=?utf-8?B?4oI=?= =?UTF-8?B?rA==?=", "€"),
        ("=?utf-8?B?4o?= =?utf-8?B?Ks?=", "€"),
        ("=?utf-8?B?4oI=?= =?UTF-8?Q?=AC!?=", "€!"),
        // No blanks between words, words in quotes and in text, blanks in a word.
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("\"=?utf-8?Q?=C3=A4?=\" x", "\"ä\" x"),
        ("x=?utf-8?Q?=C3=A4?=y", "xäy"),
        ("=?utf-8?Q?How are you??=", "How are you?"),
        // Base64 without padding, with other octets inside, with too much, padded inside.
        ("=?utf-8?B?w6Q?=", "ä"),
        ("=?utf-8?B?w 6-Q=?=", "ä"),
        ("=?utf-8?B?w6Q===?=", "ä"),
        ("=?utf-8?B?YQ==Yg==?=", "ab"),
        ("=?utf-8?B?YWJjZ?=", "abc"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCJCIbKEI=?= =?iso-2022-jp?B?GyRCJCQbKEI=?=", "あい"),
        ("=?utf-8?Q?=F0=9F=98=80?=", "😀"),
        ("raw ü and =?utf-8?Q?=C3=BC?=", "raw ü and ü"),
    ];
    for (text, expected) in table {
        assert_eq!(decode(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_decoded_stays_or_is_replaced() {
    let table: [(&[u8], &str); 17] = [
        (b"=?", "=?"),
        (b"=?=", "=?="),
        (b"=?utf-8?Q?never closed", "=?utf-8?Q?never closed"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q", "=?utf-8?Q"),
        (b"=??Q?abc?=", "=??Q?abc?="),
        (b"=?utf 8?Q?abc?=", "=?utf 8?Q?abc?="),
        (
            b"=?x-none?Q?=E4?= =?x-none?Q?=E5?=",
            "=?x-none?Q?=E4?= =?x-none?Q?=E5?=",
        ),
        (b"=?x-none?Q?ascii?=", "ascii"),
        (b"=?utf-8?Q?=FF=41?=", "\u{fffd}A"),
        (b"=?utf-8?Q?=4?= =?utf-8?Q?=zz?=", "=4=zz"),
        (b"\xff raw \xc3\xa4", "\u{fffd} raw ä"),
        (b"a\r\n b\rc\nd\r\n", "a b c d "),
        (b"=?utf-8?Q?a=0D=0ABcc:_x=00y?=", "a Bcc: x\u{fffd}y"),
        (b"a\0b", "a\u{fffd}b"),
        (b"=?iso-2022-kr?B?GyQpQw==?=", "=?iso-2022-kr?B?GyQpQw==?="),
        (b"=?utf-8?Q?a?= =?", "a =?"),
    ];
    for (text, expected) in table {
        assert_eq!(decode(text), expected, "{}", text.escape_ascii());
    }
}

#[test]
fn long_texts_take_time_by_their_length() {
    for (piece, count) in [
        ("=?", 200_000),
        ("=?a?Q?", 100_000),
        ("=?utf-8?Q?=C3?= ", 20_000),
        ("=?utf-8?B?w?= ", 20_000),
        ("=?x-none?Q?=E4?= ", 20_000),
        ("=?a?=", 100_000),
    ] {
        let text = piece.repeat(count);
        let out = decode(text.as_bytes());
        assert!(out.len() <= 3 * text.len(), "{piece}");
    }
}

#[test]
fn every_cut_and_change_gives_some_text() {
    let text = b"=?ISO-8859-1*en?Q?a=E4_b?= =?utf-8?B?4oKs?= x\r\n =?utf-8?q?=E2=82?= =?utf-8?Q?=AC?=";
    for at in 0..text.len() {
        assert!(!decode(&text[..at]).contains('\0'));
        assert!(!decode(&text[at..]).contains('\0'));
        for b in 0..=255 {
            let mut changed = text.to_vec();
            changed[at] = b;
            assert!(!decode(&changed).contains(['\0', '\r', '\n']));
        }
    }
}
