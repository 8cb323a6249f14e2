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
        for letter in (0..4).rev() {
            at -= 1;
            octets[at] = b'A' + ((self.letters >> (4 * letter)) & 15) as u8;
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
        let (letters, digits) = line.split_first_chunk::<4>()?;
        let mut all = 0;
        for letter in letters.iter().rev() {
            let letter = letter.wrapping_sub(b'A');
            if letter > 15 {
                return None;
            }
            all = all << 4 | u16::from(letter);
        }
        let (len, counter) = scan::digits(digits).or_else(|| counter_of(digits))?;
        let is_short = len == 1 || len > 1 && digits.first() != Some(&b'0');
        let tag = Tag { counter, letters: all };
        is_short.then_some((tag, 4 + len))
    }
}

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
    use super::{Tag, Tags, has_shape};

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
