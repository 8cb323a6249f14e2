//! A queue that may become very long and then short again: its memory comes and goes in parts, so that nothing is copied
//! when it grows, and what was taken from the front is free for others at once. A short one is one part.

use std::collections::{VecDeque, vec_deque};
use std::iter::{Chain, Flatten};
use std::ops::{Index, IndexMut};

/// Octets of one part.
const PART: usize = 8 * 1024;

/// Goes through the parts. (Named, so that what it borrows ends with its last use.)
type Iter<'a, T> = Chain<vec_deque::Iter<'a, T>, Flatten<vec_deque::Iter<'a, VecDeque<T>>>>;

pub struct Queue<T> {
    first: VecDeque<T>,
    /// None of these is empty, and `first` is not if there is one.
    others: VecDeque<VecDeque<T>>,
    len: usize,
}

impl<T> Queue<T> {
    const LONGEST: usize = PART / size_of::<T>();

    /// Most stay at one element.
    pub fn new() -> Queue<T> {
        Queue {
            first: VecDeque::with_capacity(1),
            others: VecDeque::new(),
            len: 0,
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn push_back(&mut self, element: T) {
        self.len = self.len.wrapping_add(1);
        if self.others.is_empty() && self.first.len() < Self::LONGEST {
            return self.first.push_back(element);
        }
        self.push_behind(element);
    }

    fn push_behind(&mut self, element: T) {
        match self.others.back_mut().filter(|part| part.len() < Self::LONGEST) {
            Some(part) => part.push_back(element),
            None => {
                let mut part = VecDeque::with_capacity(Self::LONGEST);
                part.push_back(element);
                self.others.push_back(part);
            }
        }
    }

    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        let element = self.first.pop_front()?;
        self.len = self.len.wrapping_sub(1);
        if self.first.is_empty() {
            self.next_part();
        }
        Some(element)
    }

    #[inline]
    fn next_part(&mut self) {
        if !self.others.is_empty() {
            self.first = self.others.pop_front().unwrap_or_default();
            if self.others.is_empty() {
                self.others = VecDeque::new();
            }
        }
    }

    /// Which of the parts behind the first element `at` is in, and where.
    #[cold]
    fn behind(&self, at: usize) -> Option<(usize, usize)> {
        let mut at = at.checked_sub(self.first.len())?;
        for (i, part) in self.others.iter().enumerate() {
            match at.checked_sub(part.len()) {
                None => return Some((i, at)),
                Some(rest) => at = rest,
            }
        }
        None
    }

    pub fn remove(&mut self, at: usize) -> Option<T> {
        if at == 0 {
            return self.pop_front();
        }
        // The first part keeps an element at 0, so it does not run out here.
        let removed = if at < self.first.len() {
            self.first.remove(at)
        } else {
            let (part, at) = self.behind(at)?;
            let removed = self.others.get_mut(part)?.remove(at);
            if self.others.get(part).is_some_and(VecDeque::is_empty) {
                self.others.remove(part);
            }
            removed
        };
        self.len = self.len.wrapping_sub(usize::from(removed.is_some()));
        removed
    }

    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        match self.first.get(at) {
            None if !self.others.is_empty() => {
                let (part, at) = self.behind(at)?;
                self.others.get(part)?.get(at)
            }
            found => found,
        }
    }

    #[inline]
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        if at < self.first.len() {
            return self.first.get_mut(at);
        }
        let (part, at) = self.behind(at)?;
        self.others.get_mut(part)?.get_mut(at)
    }

    #[inline]
    pub fn front(&self) -> Option<&T> {
        self.first.front()
    }

    #[inline]
    pub fn front_mut(&mut self) -> Option<&mut T> {
        self.first.front_mut()
    }

    #[inline]
    pub fn back(&self) -> Option<&T> {
        self.others.back().unwrap_or(&self.first).back()
    }

    #[inline]
    pub fn back_mut(&mut self) -> Option<&mut T> {
        self.others.back_mut().unwrap_or(&mut self.first).back_mut()
    }

    pub fn iter(&self) -> Iter<'_, T> {
        self.first.iter().chain(self.others.iter().flatten())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.first.iter_mut().chain(self.others.iter_mut().flatten())
    }

    /// Where the element with this key is, in a queue whose keys rise; elsewhere it may not be found.
    pub fn place_of_key(&self, key: u32, key_of: impl Fn(&T) -> u32) -> Option<usize> {
        let mut before = 0usize;
        for part in std::iter::once(&self.first).chain(&self.others) {
            if part.back().is_some_and(|last| key_of(last) >= key) {
                let at = part.binary_search_by_key(&key, &key_of).ok()?;
                return before.checked_add(at);
            }
            before = before.checked_add(part.len())?;
        }
        None
    }
}

impl<T> Index<usize> for Queue<T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, at: usize) -> &T {
        if at < self.first.len() {
            return &self.first[at];
        }
        match self.behind(at) {
            Some((part, at)) => &self.others[part][at],
            None => &self.first[at],
        }
    }
}

impl<T> IndexMut<usize> for Queue<T> {
    #[inline(always)]
    fn index_mut(&mut self, at: usize) -> &mut T {
        if at < self.first.len() {
            return &mut self.first[at];
        }
        match self.behind(at) {
            Some((part, at)) => &mut self.others[part][at],
            None => &mut self.first[at],
        }
    }
}

impl<T> IntoIterator for Queue<T> {
    type Item = T;
    type IntoIter = Chain<vec_deque::IntoIter<T>, Flatten<vec_deque::IntoIter<VecDeque<T>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others.into_iter().flatten())
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use std::collections::VecDeque;

    /// Elements of 64 octets: a part is 128 of them.
    type Long = [u32; 16];

    fn element(n: u32) -> Long {
        [n; 16]
    }

    fn same(queue: &mut Queue<Long>, plain: &mut VecDeque<Long>) {
        assert_eq!(queue.len(), plain.len());
        assert!(queue.iter().eq(plain.iter()));
        assert!(queue.iter_mut().eq(plain.iter_mut()));
        assert_eq!((queue.front(), queue.back()), (plain.front(), plain.back()));
        assert_eq!(queue.back_mut(), plain.back_mut());
        for at in [
            0,
            1,
            100,
            127,
            128,
            129,
            300,
            plain.len().saturating_sub(1),
            plain.len(),
        ] {
            assert_eq!(queue.get(at), plain.get(at));
            assert_eq!(queue.get_mut(at), plain.get_mut(at));
            if at < plain.len() {
                assert_eq!(queue[at], plain[at]);
                assert_eq!(queue.place_of_key(plain[at][0], |e| e[0]), Some(at));
            }
        }
        assert_eq!(queue.place_of_key(u32::MAX, |e| e[0]), None);
    }

    #[test]
    fn it_is_a_deque_whatever_its_length() {
        let (mut queue, mut plain) = (Queue::new(), VecDeque::new());
        let (mut next, mut dice) = (0u32, 1u64);
        for round in 0..3000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // First mostly filled, then mostly emptied.
            let (fills, at) = (
                (dice >> 40) % 10 < if round < 1500 { 7 } else { 2 },
                (dice >> 45) as usize % 700,
            );
            for _ in 0..(dice >> 33) % 5 {
                if fills {
                    queue.push_back(element(next));
                    plain.push_back(element(next));
                    next += 1;
                } else {
                    assert_eq!(queue.pop_front(), plain.pop_front());
                }
            }
            if round % 7 == 0 {
                assert_eq!(queue.remove(at), plain.remove(at));
            }
            if round % 20 == 0 {
                same(&mut queue, &mut plain);
            }
        }
        assert!(queue.into_iter().eq(plain));
    }

    #[test]
    fn an_empty_one_has_nothing() {
        let mut queue = Queue::<Long>::new();
        assert!(
            queue.is_empty() && queue.pop_front().is_none() && queue.remove(0).is_none() && queue.remove(3).is_none()
        );
        assert!(queue.get(0).is_none() && queue.front().is_none() && queue.back().is_none());
    }
}
