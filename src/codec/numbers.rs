//! Numbers apart by blanks, as SEARCH and SORT send them (RFC 3501, 7.2.5; RFC 5256, section 4). In: octets, in any
//! pieces. Out: the numbers, in a block of at most so many. It stops at whatever is neither digit nor blank; digits right
//! before that are a number only if it can stand behind one (`5(MODSEQ 7)`, the line's end), else part of another word.

/// The decoder's memory between pieces.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// A number that may go on in the next piece. Beyond 32 bits it stays at TOO_BIG.
    partial: Option<u64>,
    /// A number did not fit 32 bits, or was none, and was left out.
    pub malformed: bool,
}

const TOO_BIG: u64 = u32::MAX as u64 + 1;

const ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

impl Numbers {
    /// Decodes until the octets end, one is neither digit nor blank, or `out` holds `max` numbers; returns how many
    /// octets are done with. A number at the end of the octets is kept back: `feed` goes on with it, `finish` ends it.
    /// 53 instructions a number of up to seven digits, its blank included.
    pub fn feed(&mut self, octets: &[u8], out: &mut Vec<u32>, max: usize) -> usize {
        let mut at = 0;
        loop {
            // Whole numbers of up to seven digits, eight octets at a look.
            if self.partial.is_none() {
                while let Some(chunk) = octets.get(at..).and_then(|o| o.first_chunk::<8>()) {
                    let word = u64::from_le_bytes(*chunk) ^ ZEROS;
                    // The high bit of each octet above 9; right up to the first such, which is all that is asked.
                    let others = (word.wrapping_add(0x7676_7676_7676_7676) | word) & HIGH_BITS;
                    let digits = others.trailing_zeros() / 8;
                    if digits == 0 || digits == 8 || out.len() >= max {
                        break;
                    }
                    let number = eight_digits(word << (64 - 8 * digits));
                    at += digits as usize;
                    // One blank behind it is what everybody sends.
                    if octets.get(at) != Some(&b' ') {
                        self.partial = Some(u64::from(number));
                        break;
                    }
                    out.push(number);
                    at += 1;
                }
            }
            match octets.get(at) {
                Some(digit @ b'0'..=b'9') => {
                    if self.partial.is_none() && out.len() >= max {
                        return at;
                    }
                    let value = self.partial.unwrap_or(0) * 10 + u64::from(digit - b'0');
                    self.partial = Some(value.min(TOO_BIG));
                }
                Some(b' ') => self.finish(out),
                Some(b'(' | b'\r' | b'\n') => {
                    self.finish(out);
                    return at;
                }
                Some(_) => {
                    self.malformed |= self.partial.take().is_some();
                    return at;
                }
                None => return at,
            }
            at += 1;
        }
    }

    /// The octets ended: so does a number at their end.
    pub fn finish(&mut self, out: &mut Vec<u32>) {
        match self.partial.take().map(u32::try_from) {
            Some(Ok(number)) => out.push(number),
            Some(Err(_)) => self.malformed = true,
            None => {}
        }
    }
}

/// Eight digits less `0`, the first in the lowest octet: pairs, then fours, then all.
#[inline(always)]
pub fn eight_digits(word: u64) -> u32 {
    let pairs = word.wrapping_mul(10).wrapping_add(word >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    (low.wrapping_add(high) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(octets: &[u8]) -> (Vec<u32>, usize, bool) {
        let (mut numbers, mut out) = (Numbers::default(), Vec::new());
        let done = numbers.feed(octets, &mut out, usize::MAX);
        numbers.finish(&mut out);
        (out, done, numbers.malformed)
    }

    #[test]
    fn numbers_of_every_length() {
        let text = b"1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 4294967295 7";
        let (out, done, malformed) = whole(text);
        assert_eq!(
            out,
            [
                1,
                12,
                123,
                1234,
                12345,
                123_456,
                1_234_567,
                12_345_678,
                123_456_789,
                1_234_567_890,
                u32::MAX,
                7
            ]
        );
        assert_eq!((done, malformed), (text.len(), false));
    }

    #[test]
    fn stops_at_what_is_no_number() {
        for (text, numbers, done) in [
            (&b"2 3(MODSEQ 5)"[..], vec![2, 3], 3),
            (b"2 3 (MODSEQ 5)", vec![2, 3], 4),
            (b"1234567(MODSEQ 5)", vec![1_234_567], 7),
            (b"  5   6  \r\n", vec![5, 6], 9),
            (b"", vec![], 0),
            (b"-1 5", vec![], 0),
        ] {
            assert_eq!(whole(text), (numbers, done, false), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn digits_that_begin_another_word_are_no_number() {
        for (text, done) in [
            (&b"5 1:3"[..], 3),
            (b"5 1234567:3 ", 9),
            (b"5 123456789,3", 11),
            (b"5 1.5 ", 3),
            (b"5 6\x006789012", 3),
            (b"5 6\xb0\xb16789", 3),
        ] {
            assert_eq!(whole(text), (vec![5], done, true), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn numbers_beyond_32_bits_are_left_out_and_said() {
        assert_eq!(whole(b"5 4294967296 6"), (vec![5, 6], 14, true));
        assert_eq!(whole(&[b'9'; 100]), (vec![], 100, true));
    }

    #[test]
    fn pieces_and_blocks_give_the_same() {
        let text: Vec<u8> = (0..400_u32)
            .flat_map(|i| format!("{} ", i.wrapping_mul(97_003_211)).into_bytes())
            .chain(*b"(MODSEQ 7)")
            .collect();
        let expected = whole(&text).0;
        assert_eq!(expected.len(), 400);
        for piece in 1..24 {
            for max in [1, 2, 7, 1000] {
                let (mut numbers, mut all, mut block, mut at) = (Numbers::default(), Vec::new(), Vec::new(), 0);
                while at < text.len() {
                    let end = text.len().min(at + piece);
                    let done = numbers.feed(&text[at..end], &mut block, max);
                    assert!(block.len() <= max, "{piece} {max}");
                    at += done;
                    let is_full = block.len() == max;
                    all.append(&mut block);
                    if done == 0 && !is_full {
                        break;
                    }
                }
                assert_eq!(&text[at..], b"(MODSEQ 7)", "{piece} {max}");
                assert_eq!(all, expected, "{piece} {max}");
            }
        }
    }
}
