//! Tags: four letters from A to P that nobody can foresee, and a counter. The shape is how a tagged line is told from an
//! odd one.

use crate::codec::decimal;
use crate::proto::scan;

/// One tag, as numbers: a job on the wire needs no memory for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    counter: u32,
    letters: u16,
}

/// A tag as it goes out.
pub struct TagText {
    octets: [u8; Tag::LONGEST],
    start: u8,
}

impl TagText {
    pub fn as_slice(&self) -> &[u8] {
        self.octets.get(usize::from(self.start)..).unwrap_or_default()
    }
}

impl Tag {
    /// The most octets that a tag has.
    pub const LONGEST: usize = 14;

    pub fn text(self) -> TagText {
        let (mut octets, mut at) = ([0u8; Tag::LONGEST], Tag::LONGEST);
        decimal::before(u64::from(self.counter), &mut octets, &mut at);
        at = at.saturating_sub(4);
        if let Some(letters) = octets.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *letters = letters_of(self.letters);
        }
        TagText {
            octets,
            start: at as u8,
        }
    }

    /// Reads what `text` writes, and nothing else.
    pub fn read(word: &[u8]) -> Option<Tag> {
        let (tag, len) = Tag::at_front(word)?;
        (len == word.len()).then_some(tag)
    }

    /// The tag at the beginning of a line, and its length; what follows is no digit.
    pub fn at_front(line: &[u8]) -> Option<(Tag, usize)> {
        let (word, digits) = line.split_first_chunk::<4>()?;
        let letters = number_of(*word)?;
        let (len, counter) = scan::digits(digits).or_else(|| counter_of(digits))?;
        let is_short = len == 1 || len > 1 && digits.first() != Some(&b'0');
        let tag = Tag { counter, letters };
        is_short.then_some((tag, 4 + len))
    }
}

/// Each half octet as a letter from A to P, the lowest first.
fn letters_of(number: u16) -> [u8; 4] {
    let n = u32::from(number);
    let n = (n | n << 8) & 0x00ff_00ff;
    let n = (n | n << 4) & 0x0f0f_0f0f;
    n.wrapping_add(ALL_A).to_le_bytes()
}

/// The same backwards.
fn number_of(letters: [u8; 4]) -> Option<u16> {
    // What is below A borrows, which leaves a high half octet too.
    let n = u32::from_le_bytes(letters).wrapping_sub(ALL_A);
    if n & 0xf0f0_f0f0 != 0 {
        return None;
    }
    let n = (n | n >> 4) & 0x00ff_00ff;
    Some((n | n >> 8) as u16)
}

const ALL_A: u32 = u32::from_le_bytes(*b"AAAA");

/// Digit by digit, where few or many stand at the end.
#[cold]
fn counter_of(digits: &[u8]) -> Option<(usize, u32)> {
    let (mut counter, mut len) = (0u32, 0);
    while let Some(digit) = digits.get(len).map(|b| b.wrapping_sub(b'0')).filter(|d| *d <= 9) {
        counter = counter.checked_mul(10)?.checked_add(u32::from(digit))?;
        len += 1;
    }
    Some((len, counter))
}

/// The source of tags.
pub struct Tags {
    random: u64,
    counter: u32,
}

impl Tags {
    pub fn new(seed: u64) -> Tags {
        Tags {
            random: seed,
            counter: 0,
        }
    }

    pub fn next(&mut self) -> Tag {
        // splitmix64
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        self.counter = self.counter.wrapping_add(1);
        Tag {
            counter: self.counter,
            letters: z as u16,
        }
    }
}

/// Four letters from A to P, then digits only.
pub fn has_shape(word: &[u8]) -> bool {
    word.len() > 4 && word[..4].iter().all(|b| (b'A'..=b'P').contains(b)) && word[4..].iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{Tag, Tags, has_shape, letters_of, number_of};

    #[test]
    fn letters_are_half_octets() {
        for number in [0, 1, 0x1234, 0xf00f, 0xabcd, u16::MAX] {
            let letters = letters_of(number);
            let expected = [0, 4, 8, 12].map(|shift| b'A' + (number >> shift & 15) as u8);
            assert_eq!(letters, expected);
            assert_eq!(number_of(letters), Some(number));
            for at in 0..4 {
                for octet in (0..=255).filter(|b| !(b'A'..=b'P').contains(b)) {
                    let mut odd = letters;
                    odd[at] = octet;
                    assert_eq!(number_of(odd), None, "{odd:?}");
                }
            }
        }
    }

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let mut tags = Tags::new(7);
        for counter in [0, 1, 9, 10, 12345, u32::MAX - 1] {
            tags.counter = counter;
            let tag = tags.next();
            let text = tag.text();
            assert!(has_shape(text.as_slice()));
            assert_eq!(Tag::read(text.as_slice()), Some(tag));
        }
        for odd in [
            &b""[..],
            b"ABCD",
            b"ABCD01",
            b"ABCDx",
            b"ABCQ1",
            b"abcd1",
            b"ABCD4294967296",
            b"ABC1",
        ] {
            assert_eq!(Tag::read(odd), None, "{odd:?}");
        }
    }
}
