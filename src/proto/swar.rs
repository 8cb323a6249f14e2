//! Looks at eight octets at a time, in safe code. For strings of ten to twenty octets a call of `memchr` costs more than
//! the search.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks octets that are zero; those above the lowest marked one may be marked wrongly.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// Marks octets that are this one.
const fn equal(word: u64, octet: u8) -> u64 {
    zeros(word ^ (LOW * octet as u64))
}

/// How many octets come before the first that `marks` marks in a word of eight, and `is` says of one.
#[inline(always)]
fn before(octets: &[u8], marks: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    let mut rest = octets;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        let found = marks(u64::from_le_bytes(*word));
        if found != 0 {
            let skipped = octets.len().wrapping_sub(rest.len());
            return skipped.wrapping_add((found.trailing_zeros() / 8) as usize);
        }
        rest = behind;
    }
    octets.len() - rest.len() + rest.iter().position(|b| is(*b)).unwrap_or(rest.len())
}

/// How many octets come before the first `"` or `\`.
pub fn quote_or_backslash(octets: &[u8]) -> usize {
    before(
        octets,
        |w| equal(w, b'"') | equal(w, b'\\'),
        |b| matches!(b, b'"' | b'\\'),
    )
}

/// How many octets come before the first blank, parenthesis or `[`.
pub fn atom_end(octets: &[u8]) -> usize {
    // The two parentheses differ in their lowest bit.
    let marks = |w: u64| equal(w, b' ') | equal(w | LOW, b')') | equal(w, b'[');
    before(octets, marks, |b| matches!(b, b' ' | b'(' | b')' | b'['))
}

#[cfg(test)]
mod tests {
    use super::{atom_end, quote_or_backslash};

    #[test]
    fn finds_what_a_plain_search_finds() {
        searches(quote_or_backslash, b"\"\\");
        searches(atom_end, b" ()[");
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
