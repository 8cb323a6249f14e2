//! Sets of numbers as servers send them, `41,43:116,*` (RFC 9051, section 9, sequence-set; RFC 4315, uid-set). In: the
//! octets. Out: one range after the other, never expanded. What the numbers count is not known here.

/// What `*` stands for: the largest number in use.
pub const STAR: u32 = u32::MAX;

/// Goes through a set. Ends at the first octet that fits no set.
#[derive(Clone, Debug)]
pub struct Ranges<'a> {
    set: &'a [u8],
    at: usize,
}

impl<'a> Ranges<'a> {
    pub fn of(set: &'a [u8]) -> Ranges<'a> {
        Ranges { set, at: 0 }
    }

    /// Goes on from a place that `place` gave.
    pub fn from(set: &'a [u8], place: usize) -> Ranges<'a> {
        Ranges { set, at: place }
    }

    /// Where the next range begins.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The number or `*` at the current place.
    fn number(&mut self) -> Option<u32> {
        let rest = self.set.get(self.at..)?;
        if rest.first() == Some(&b'*') {
            self.at += 1;
            return Some(STAR);
        }
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let mut value = 0_u32;
        for digit in &rest[..digits] {
            value = value.checked_mul(10)?.checked_add(u32::from(digit - b'0'))?;
        }
        self.at += digits;
        (digits > 0).then_some(value)
    }

    fn range(&mut self) -> Option<(u32, u32)> {
        let first = self.number()?;
        if self.set.get(self.at) != Some(&b':') {
            return Some((first, first));
        }
        self.at += 1;
        let last = self.number()?;
        // 4:2 is 2:4, by the RFC.
        Some((first.min(last), first.max(last)))
    }
}

impl Iterator for Ranges<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let start = self.at;
        let range = self.range();
        match (range, self.set.get(self.at)) {
            (Some(range), None) => Some(range),
            // A comma belongs to the range before it; one at the end is no harm.
            (Some(range), Some(b',')) => {
                self.at += 1;
                Some(range)
            }
            // Not even this range is one.
            _ => {
                self.at = start;
                None
            }
        }
    }
}

/// All of it is a set, without numbers 0 and without a comma too many.
pub fn is_set(set: &[u8]) -> bool {
    let mut ranges = Ranges::of(set);
    ranges.by_ref().all(|(first, _)| first != 0) && ranges.at == set.len() && !matches!(set.last(), None | Some(b','))
}

/// How many numbers the set has up to its first fault, if it has no `*`.
pub fn count(set: &[u8]) -> Option<u64> {
    let mut count = 0_u64;
    for (first, last) in Ranges::of(set) {
        if last == STAR && set.contains(&b'*') {
            return None;
        }
        count = count.checked_add(u64::from(last - first) + 1)?;
    }
    Some(count)
}

/// Pairs the numbers of two sets by their order, range by range (RFC 4315, section 3: COPYUID).
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    source: Ranges<'a>,
    target: Ranges<'a>,
    /// What is left of the ranges under way.
    from: Option<(u32, u32)>,
    to: Option<(u32, u32)>,
}

/// `count` numbers from `source` on stand beside as many from `target` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub source: u32,
    pub target: u32,
    pub count: u64,
}

impl<'a> Pairs<'a> {
    pub fn of(source: &'a [u8], target: &'a [u8]) -> Pairs<'a> {
        Pairs {
            source: Ranges::of(source),
            target: Ranges::of(target),
            from: None,
            to: None,
        }
    }
}

impl Iterator for Pairs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let (from, from_end) = self.from.take().or_else(|| self.source.next())?;
        let (to, to_end) = self.to.take().or_else(|| self.target.next())?;
        let more = (from_end - from).min(to_end - to);
        let rest = |start: u32, end: u32| {
            let next = start.checked_add(more)?.checked_add(1)?;
            (next <= end).then_some((next, end))
        };
        self.from = rest(from, from_end);
        self.to = rest(to, to_end);
        Some(Run {
            source: from,
            target: to,
            count: u64::from(more) + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(set: &str) -> (Vec<(u32, u32)>, bool) {
        (Ranges::of(set.as_bytes()).collect(), is_set(set.as_bytes()))
    }

    #[test]
    fn ranges_stay_ranges_and_are_put_in_order() {
        assert_eq!(all("1:3,7,10:*"), (vec![(1, 3), (7, 7), (10, STAR)], true));
        assert_eq!(all("3:1"), (vec![(1, 3)], true));
        assert_eq!(all("*:5"), (vec![(5, STAR)], true));
        assert_eq!(all("4294967295"), (vec![(STAR, STAR)], true));
    }

    #[test]
    fn what_is_no_set_gives_the_ranges_before_the_fault() {
        for (set, ranges) in [
            ("", vec![]),
            ("x", vec![]),
            ("1,", vec![(1, 1)]),
            ("1,,2", vec![(1, 1)]),
            ("1:", vec![]),
            ("1:2:3", vec![]),
            ("5,1:2x", vec![(5, 5)]),
            ("5,4294967296,7", vec![(5, 5)]),
            ("5 6", vec![]),
            ("0", vec![(0, 0)]),
            ("-1:-100", vec![]),
        ] {
            assert_eq!(all(set), (ranges, false), "{set}");
        }
    }

    #[test]
    fn goes_on_from_a_place() {
        let set = b"1:3,7,10:*";
        let mut ranges = Ranges::of(set);
        ranges.next();
        let mut rest = Ranges::from(set, ranges.place());
        assert_eq!(rest.next(), Some((7, 7)));
        assert_eq!(Ranges::from(set, 99).next(), None);
    }

    #[test]
    fn counts_without_expanding() {
        assert_eq!(count(b"1:4294967294,7"), Some(4_294_967_295));
        assert_eq!(count(b"20:19,500:495"), Some(8));
        assert_eq!(count(b"1:*"), None);
        assert_eq!(count(b""), Some(0));
    }

    #[test]
    fn pairs_by_order_with_reversed_ranges() {
        let run = |source, target, count| Run { source, target, count };
        let runs: Vec<Run> = Pairs::of(b"20:19,500:495", b"92:97,101:100").collect();
        assert_eq!(runs, [run(19, 92, 2), run(495, 94, 4), run(499, 100, 2)]);
        let runs: Vec<Run> = Pairs::of(b"4294967290:4294967295", b"1:6").collect();
        assert_eq!(runs, [run(4_294_967_290, 1, 6)]);
        assert_eq!(Pairs::of(b"1:3", b"7").collect::<Vec<_>>(), [run(1, 7, 1)]);
        assert_eq!(Pairs::of(b"", b"7").next(), None);
    }
}
