//! Choices and octets out of the fuzzer's input.

/// The input, taken from its front.
pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn of(rest: &'a [u8]) -> Input<'a> {
        Input { rest }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// One octet; 0 when there are none left.
    pub fn octet(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            return 0;
        };
        self.rest = rest;
        *first
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.octet()) % n.max(1)
    }

    /// At most `n` octets.
    pub fn octets(&mut self, n: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(n.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    pub fn all(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }
}

/// Lengths of pieces, different for each seed (xorshift).
pub struct Pieces(pub u64);

impl Pieces {
    pub fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let scale = [3, 20, 500, 70_000][(self.0 >> 60) as usize % 4];
        1 + (self.0 >> 20) as usize % scale
    }
}
