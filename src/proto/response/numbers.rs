//! SEARCH and SORT (RFC 3501, 7.2.5; RFC 5256, section 4; RFC 7162, 3.1.5). In: the octets behind the name; no tree is built, since
//! a line may hold a million numbers. Out: the numbers, and MODSEQ wherever it stands.

use super::arguments;
use crate::codec::numbers::Numbers;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub numbers: Box<[u32]>,
    pub modseq: Option<u64>,
    pub malformed: bool,
    /// They were decoded while they arrived, and are not in the line.
    pub is_own: bool,
}

pub fn read(octets: &[u8]) -> Answer {
    // Every number but the last has a blank behind it, and one digit at least.
    let blanks = octets.iter().filter(|b| **b == b' ').count();
    let mut numbers = Vec::with_capacity((blanks + 1).min(octets.len() / 2 + 1));
    let mut answer = Answer::default();
    let mut decoder = Numbers::default();
    let mut rest = octets;
    loop {
        let done = decoder.feed(rest, &mut numbers, usize::MAX);
        rest = rest.get(done..).unwrap_or_default();
        let Some(octet) = rest.first() else { break };
        let end = if *octet == b'(' {
            memchr::memchr(b')', rest).map_or(rest.len(), |i| i + 1)
        } else {
            // A word that is no number.
            rest.iter().position(|b| matches!(b, b' ' | b'(')).unwrap_or(rest.len())
        };
        let (found, behind) = rest.split_at(end.max(1).min(rest.len()));
        match modseq(found) {
            Some(modseq) => answer.modseq = modseq.or(answer.modseq),
            None => answer.malformed = true,
        }
        rest = behind;
    }
    decoder.finish(&mut numbers);
    answer.malformed |= decoder.malformed;
    answer.numbers = numbers.into_boxed_slice();
    answer
}

/// `(MODSEQ n)`; with a bad number nothing but the name is known.
fn modseq(list: &[u8]) -> Option<Option<u64>> {
    let inside = list.strip_prefix(b"(")?.strip_suffix(b")")?;
    let mut words = inside.split(|b| *b == b' ').filter(|w| !w.is_empty());
    let is_modseq = words.next()?.eq_ignore_ascii_case(b"MODSEQ");
    is_modseq.then(|| arguments::digits(words.next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(octets: &[u8], numbers: &[u32], modseq: Option<u64>, malformed: bool) {
        let expected = Answer {
            numbers: Box::from(numbers),
            modseq,
            malformed,
            ..Answer::default()
        };
        assert_eq!(read(octets), expected, "{}", octets.escape_ascii());
    }

    #[test]
    fn answers_as_servers_send_them() {
        check(b"", &[], None, false);
        check(b" ", &[], None, false);
        check(b"2 3 6 ", &[2, 3, 6], None, false);
        check(b"2 5 (MODSEQ 917162500)", &[2, 5], Some(917_162_500), false);
        check(b"2 5(modseq 18446744073709551615)", &[2, 5], Some(u64::MAX), false);
        check(b"2 (MODSEQ 7) 5", &[2, 5], Some(7), false);
        check(b"(MODSEQ 7)", &[], Some(7), false);
    }

    #[test]
    fn broken_ones_give_their_numbers() {
        check(b"2 x 5", &[2, 5], None, true);
        check(b"2 -1 5", &[2, 5], None, true);
        check(b"2 3:9 5", &[2, 5], None, true);
        check(b"1.5 7,8 5", &[5], None, true);
        check(b"4294967296 5", &[5], None, true);
        check(b"2 (MODSEQ -1)", &[2], None, false);
        check(b"2 (MODSEQ", &[2], None, true);
        check(b"2 (MODSEQ 3 5", &[2], None, true);
        check(b"2 () 5", &[2, 5], None, true);
        check(b"2 (X 1) 5 )", &[2, 5], None, true);
    }
}
