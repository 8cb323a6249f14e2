//! Tags: four letters from A to P that nobody can foresee, and a counter. The shape is how a tagged line is told from an
//! odd one.

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
        let (mut octets, mut at, mut rest) = ([0u8; Tag::LONGEST], Tag::LONGEST, self.counter);
        loop {
            at -= 1;
            octets[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
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
        let (letters, digits) = word.split_at_checked(4)?;
        let letters = letters.iter().rev().try_fold(0u16, |all, b| {
            let letter = b.wrapping_sub(b'A');
            (letter < 16).then_some(all << 4 | u16::from(letter))
        })?;
        if digits.is_empty() || digits.len() > 1 && digits[0] == b'0' {
            return None;
        }
        let counter = digits.iter().try_fold(0u32, |n, b| {
            let digit = b.wrapping_sub(b'0');
            (digit < 10).then(|| n.checked_mul(10)?.checked_add(u32::from(digit)))?
        })?;
        Some(Tag { counter, letters })
    }
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
