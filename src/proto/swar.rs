//! Looks at eight octets at a time, in safe code. For strings of ten to twenty octets a call of `memchr` costs more than
//! the search.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks octets that are zero; those above the lowest marked one may be marked wrongly.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// How many octets come before the first `"` or `\`.
pub fn quote_or_backslash(octets: &[u8]) -> usize {
    let mut words = octets.chunks_exact(8);
    let mut at = 0;
    for word in &mut words {
        let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
        let found = zeros(word ^ (LOW * b'"' as u64)) | zeros(word ^ (LOW * b'\\' as u64));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = words.remainder();
    at + rest
        .iter()
        .position(|b| matches!(b, b'"' | b'\\'))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::quote_or_backslash;

    #[test]
    fn finds_what_a_plain_search_finds() {
        for len in 0..40 {
            for at in 0..=len {
                for hit in [b'"', b'\\'] {
                    for other in [b'x', 0, 0x80, 0xff, b'!', b'#', b'[', b']', 0x5b, 0xa2, 0xdc] {
                        let mut octets = vec![other; len];
                        if let Some(octet) = octets.get_mut(at) {
                            *octet = hit;
                        }
                        let plain = octets.iter().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(len);
                        assert_eq!(quote_or_backslash(&octets), plain, "{octets:?}");
                    }
                }
            }
        }
    }
}
