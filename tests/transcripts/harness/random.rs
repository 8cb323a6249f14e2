//! Reproducible chance (splitmix64), and the damage it does to octets.

pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }
}

/// What hurts a parser: delimiters, line ends, markers, and the edges of the octet.
const SHARP: &[u8] = b"\r\n\r\n\0 ()[]{}\"\\*+~%09-<>\t\x7f\x80\xffNAn";
const SHARP_TEXTS: &[&[u8]] = &[
    b"{3}\r\n",
    b"{0}\r\n",
    b"~{2}\r\n",
    b"{65536}\r\n",
    b"\r\n* ",
    b"\r\n+ ",
    b"* OK [",
    b"\\\"",
    b"((",
    b"))",
    b"NIL",
];

/// One to four small damages.
pub fn damage(octets: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let at = random.below(octets.len());
        match random.below(7) {
            0 if !octets.is_empty() => octets[at] ^= 1 << random.below(8),
            1 if !octets.is_empty() => octets[at] = SHARP[random.below(SHARP.len())],
            2 if !octets.is_empty() => {
                let end = (at + 1 + random.below(4)).min(octets.len());
                octets.drain(at..end);
            }
            3 => octets.insert(at, SHARP[random.below(SHARP.len())]),
            4 => {
                let text = SHARP_TEXTS[random.below(SHARP_TEXTS.len())];
                octets.splice(at..at, text.iter().copied());
            }
            5 => {
                let end = (at + 1 + random.below(24)).min(octets.len());
                let again = octets[at..end].to_vec();
                octets.splice(at..at, again);
            }
            _ => octets.truncate(at),
        }
    }
}
