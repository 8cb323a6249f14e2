//! Tags: four letters from A to P that nobody can foresee, and a counter. The shape is how a tagged line is told from an
//! odd one.

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

    pub fn next(&mut self) -> Vec<u8> {
        // splitmix64
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        self.counter = self.counter.wrapping_add(1);
        let mut tag = Vec::with_capacity(14);
        tag.extend((0..4).map(|i| b'A' + ((z >> (4 * i)) & 15) as u8));
        let (mut digits, mut at, mut rest) = ([0u8; 10], 10, self.counter);
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        tag.extend_from_slice(&digits[at..]);
        tag
    }
}

/// Four letters from A to P, then digits only.
pub fn has_shape(word: &[u8]) -> bool {
    word.len() > 4 && word[..4].iter().all(|b| (b'A'..=b'P').contains(b)) && word[4..].iter().all(u8::is_ascii_digit)
}
