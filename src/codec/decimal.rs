//! Numbers as decimal digits, written from the right into a place that the caller has: no formatter, no memory.

/// The most digits a number of 64 bits has.
pub const LONGEST: usize = 20;

/// Puts the digits of `n` in front of `at`, which then is where they begin. A place that is too short loses the first
/// digits.
pub fn before(n: u64, place: &mut [u8], at: &mut usize) {
    let mut rest = n;
    loop {
        *at = at.saturating_sub(1);
        if let Some(digit) = place.get_mut(*at) {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
        if rest == 0 || *at == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, before};

    #[test]
    fn digits_as_the_formatter_has_them() {
        for n in [0, 7, 10, 4096, u64::from(u32::MAX), u64::MAX] {
            let (mut place, mut at) = ([b'x'; LONGEST], LONGEST);
            before(n, &mut place, &mut at);
            assert_eq!(&place[at..], n.to_string().as_bytes());
        }
    }

    #[test]
    fn a_short_place_is_not_left() {
        let (mut place, mut at) = ([b'x'; 2], 2);
        before(1234, &mut place, &mut at);
        assert_eq!((&place, at), (b"34", 0));
    }
}
