//! imaplib's Int2AP: a number in base 16 with the digits A to P, as imaplib makes its tags from. Not part of IMAP.

/// Most significant digit first; 0 has no digits.
pub fn int2ap(number: u64) -> String {
    let digits = (u64::BITS - number.leading_zeros()).div_ceil(4);
    (0..digits)
        .rev()
        .map(|place| char::from(b'A' + (number >> (4 * place) & 15) as u8))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::int2ap;

    /// Values computed with CPython's Int2AP.
    #[test]
    fn equals_cpython() {
        for (number, text) in [
            (0, ""),
            (1, "B"),
            (15, "P"),
            (16, "BA"),
            (26, "BK"),
            (255, "PP"),
            (4_096, "BAAA"),
            (65_535, "PPPP"),
            (1_234_567, "BCNGIH"),
            (u64::MAX - 1, "PPPPPPPPPPPPPPPO"),
            (u64::MAX, "PPPPPPPPPPPPPPPP"),
        ] {
            assert_eq!(int2ap(number), text);
        }
    }
}
