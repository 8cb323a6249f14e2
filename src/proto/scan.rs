//! Looks at eight or sixteen octets at a time, in safe code. For strings of ten to twenty octets a call of `memchr` costs
//! more than the search.

use crate::codec::numbers;
use wide::u8x16;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many octets come before the first that `marks` marks among sixteen, and `is` says of one.
#[inline(always)]
fn before_by_sixteen(octets: &[u8], marks: impl Fn(u8x16) -> u8x16, is: impl Fn(u8) -> bool) -> usize {
    // Most are among the first sixteen.
    let found = |sixteen: &[u8; 16]| marks(u8x16::new(*sixteen)).move_mask() as u32;
    let Some((sixteen, mut rest)) = octets.split_first_chunk::<16>() else {
        return octets.iter().position(|b| is(*b)).unwrap_or(octets.len());
    };
    let first = found(sixteen);
    if first != 0 {
        return first.trailing_zeros() as usize;
    }
    while let Some((sixteen, behind)) = rest.split_first_chunk::<16>() {
        let next = found(sixteen);
        if next != 0 {
            let skipped = octets.len().wrapping_sub(rest.len());
            return skipped.wrapping_add(next.trailing_zeros() as usize);
        }
        rest = behind;
    }
    octets.len() - rest.len() + rest.iter().position(|b| is(*b)).unwrap_or(rest.len())
}

/// What is behind a word that the text begins with: `strip_prefix`, always as a comparison of a few numbers.
#[inline(always)]
pub fn behind<'a, const N: usize>(text: &'a [u8], word: &[u8; N]) -> Option<&'a [u8]> {
    let (first, behind) = text.split_first_chunk::<N>()?;
    (first == word).then_some(behind)
}

/// Where the first LF is. Many lines are short.
#[inline(always)]
pub fn line_feed(octets: &[u8]) -> Option<usize> {
    const NEAR: usize = 48;
    let Some(near) = octets.first_chunk::<NEAR>() else {
        return memchr::memchr(b'\n', octets);
    };
    let at = before_by_sixteen(near, |v| v.cmp_eq(u8x16::splat(b'\n')), |b| b == b'\n');
    if at < NEAR {
        return Some(at);
    }
    let behind = memchr::memchr(b'\n', octets.get(NEAR..).unwrap_or_default())?;
    Some(behind.wrapping_add(NEAR))
}

/// How many octets come before the first `"` or `\`.
#[inline(always)]
pub fn quote_or_backslash(octets: &[u8]) -> usize {
    before_by_sixteen(
        octets,
        |v| v.cmp_eq(u8x16::splat(b'"')) | v.cmp_eq(u8x16::splat(b'\\')),
        |b| matches!(b, b'"' | b'\\'),
    )
}

/// How many octets come before the first blank, parenthesis or `[`.
#[inline(always)]
pub fn atom_end(octets: &[u8]) -> usize {
    // The two parentheses differ in their lowest bit.
    before_by_sixteen(
        octets,
        |v| {
            v.cmp_eq(u8x16::splat(b' '))
                | (v | u8x16::splat(1)).cmp_eq(u8x16::splat(b')'))
                | v.cmp_eq(u8x16::splat(b'['))
        },
        |b| matches!(b, b' ' | b'(' | b')' | b'['),
    )
}

/// Marks octets that are no digits, of a word whose octets were changed by `^ b'0'`.
const fn no_digits(word: u64) -> u64 {
    // Without the highest bits no octet's sum runs over into the next one.
    ((word & !HIGH).wrapping_add(LOW * 0x76) | word) & HIGH
}

/// Digits that a blank or a parenthesis follows, or nothing, and no more than 32 bits can surely hold: how many they are,
/// and their value.
#[inline(always)]
pub fn short_number(text: &[u8]) -> Option<(usize, u32)> {
    let Some((len, value)) = digits(text) else {
        return number_by_octets(text);
    };
    matches!(text.get(len), Some(b' ' | b'(' | b')')).then_some((len, value))
}

/// One to seven digits that something else follows, in a text of at least eight octets: how many they are, and their
/// value.
#[inline(always)]
pub fn digits(text: &[u8]) -> Option<(usize, u32)> {
    let (word, _) = text.split_first_chunk::<8>()?;
    let digits = u64::from_le_bytes(*word) ^ (LOW * b'0' as u64);
    let others = no_digits(digits);
    let len = (others.trailing_zeros() / 8) as usize;
    if others == 0 || len == 0 {
        return None;
    }
    // The digits move to the end of the word, zeros come before them.
    let digits = digits.wrapping_shl(64u32.wrapping_sub(8 * len as u32));
    Some((len, numbers::eight_digits(digits)))
}

/// One to seven digits at the end, in a text of at least eight octets: how many they are, and their value.
#[inline(always)]
pub fn digits_at_end(text: &[u8]) -> Option<(usize, u32)> {
    let (_, word) = text.split_last_chunk::<8>()?;
    let digits = u64::from_le_bytes(*word) ^ (LOW * b'0' as u64);
    let others = no_digits(digits);
    let len = (others.leading_zeros() / 8) as usize;
    if others == 0 || len == 0 {
        return None;
    }
    // What is before them becomes zeros.
    let digits = digits & u64::MAX.wrapping_shl(64u32.wrapping_sub(8 * len as u32));
    Some((len, numbers::eight_digits(digits)))
}

fn number_by_octets(text: &[u8]) -> Option<(usize, u32)> {
    let mut value = 0u32;
    for (len, octet) in text.iter().enumerate() {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            return (len > 0 && matches!(octet, b' ' | b'(' | b')')).then_some((len, value));
        }
        if len == 9 {
            return None;
        }
        // Nine digits are less than 32 bits.
        value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    (!text.is_empty()).then_some((text.len(), value))
}

#[cfg(test)]
mod tests {
    use super::{atom_end, digits_at_end, line_feed, number_by_octets, quote_or_backslash, short_number};

    #[test]
    fn a_number_is_what_it_is_digit_by_digit() {
        for digits in [
            "",
            "0",
            "7",
            "10",
            "123",
            "0099",
            "65536",
            "100003",
            "9999999",
            "99999999",
            "999999999",
            "4294967295",
        ] {
            for behind in [
                "",
                " ",
                ")",
                "(",
                "x",
                ") UID 5\r\n",
                " 1234567890",
                ":5\r\n      ",
                "/       ",
                "\u{80}      ",
            ] {
                let text = format!("{digits}{behind}");
                assert_eq!(
                    short_number(text.as_bytes()),
                    number_by_octets(text.as_bytes()),
                    "{text}"
                );
            }
        }
        assert_eq!(short_number(b"44827)\r\n"), Some((5, 44_827)));
        assert_eq!(short_number(b"1234567)\r\n"), Some((7, 1_234_567)));
        assert_eq!(short_number(b"987654321)\r\n"), Some((9, 987_654_321)));
    }

    #[test]
    fn digits_at_the_end_are_what_they_are() {
        for digits in ["", "0", "7", "42", "0099", "4096", "65536", "99", "1234567"] {
            for before in [
                "BODY[] {",
                "UID 12 x",
                "\u{80}\u{80}\u{80}\u{80}",
                "/:/:/:/:/",
                "1234567{",
            ] {
                let text = format!("{before}{digits}");
                let expected = digits.parse().ok().map(|value: u32| (digits.len(), value));
                assert_eq!(digits_at_end(text.as_bytes()), expected, "{text}");
            }
        }
        assert_eq!(digits_at_end(b"{4096"), None);
        assert_eq!(digits_at_end(b"{12345678"), None);
    }

    #[test]
    fn finds_what_a_plain_search_finds() {
        searches(quote_or_backslash, b"\"\\");
        searches(atom_end, b" ()[");
    }

    #[test]
    fn finds_the_first_line_feed() {
        for len in 0..120 {
            let mut octets = vec![b'x'; len];
            assert_eq!(line_feed(&octets), None);
            for at in (0..len).rev() {
                octets[at] = b'\n';
                assert_eq!(line_feed(&octets), Some(at));
            }
        }
    }

    fn searches(search: fn(&[u8]) -> usize, hits: &[u8]) {
        for len in 0..40 {
            for at in 0..=len {
                for &hit in hits {
                    for other in 0..=255u8 {
                        let mut octets = vec![other; len];
                        if let Some(octet) = octets.get_mut(at) {
                            *octet = hit;
                        }
                        let plain = octets.iter().position(|b| hits.contains(b)).unwrap_or(len);
                        assert_eq!(search(&octets), plain, "{octets:?}");
                    }
                }
            }
        }
    }
}
