//! A queue that may become very long and then short again: its memory comes and goes in parts, so that nothing is copied
//! when it grows, and what was taken from the front is free for others at once. A short one is one part.

use std::collections::{VecDeque, vec_deque};
use std::iter::{Chain, Flatten};
use std::ops::{Index, IndexMut};
use std::option;

/// Octets of one part.
const PART: usize = 8 * 1024;

type Parts<T> = VecDeque<VecDeque<T>>;

/// Goes through the parts. (Named, so that what it borrows ends with its last use.)
type Iter<'a, T> = Chain<vec_deque::Iter<'a, T>, Flatten<Flatten<option::IntoIter<&'a Parts<T>>>>>;

pub struct Queue<T> {
    first: VecDeque<T>,
    /// Hardly any queue has more than the first part.
    others: Option<Box<Others<T>>>,
    len: usize,
}

/// There is one of these parts, none is empty, and neither is the first.
struct Others<T> {
    parts: Parts<T>,
}

impl<T> Queue<T> {
    const LONGEST: usize = PART / size_of::<T>();

    pub fn new() -> Queue<T> {
        Queue {
            first: VecDeque::new(),
            others: None,
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

    /// Gives the memory of an empty queue back.
    pub fn release(&mut self) {
        if self.is_empty() {
            *self = Queue::new();
        }
    }

    #[inline]
    pub fn push_back(&mut self, element: T) {
        self.len = self.len.wrapping_add(1);
        if self.others.is_some() || self.first.len() >= Self::LONGEST {
            return self.push_behind(element);
        }
        if self.first.capacity() == 0 {
            // Most stay at one element.
            self.first.reserve_exact(1);
        }
        self.first.push_back(element);
    }

    fn push_behind(&mut self, element: T) {
        let new = || Box::new(Others { parts: VecDeque::new() });
        let parts = &mut self.others.get_or_insert_with(new).parts;
        match parts.back_mut().filter(|part| part.len() < Self::LONGEST) {
            Some(part) => part.push_back(element),
            None => {
                let mut part = VecDeque::with_capacity(Self::LONGEST);
                part.push_back(element);
                parts.push_back(part);
            }
        }
    }

    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        let element = self.first.pop_front()?;
        self.len = self.len.wrapping_sub(1);
        if self.first.is_empty() && self.others.is_some() {
            self.next_part();
        }
        Some(element)
    }

    fn next_part(&mut self) {
        let Some(others) = &mut self.others else { return };
        self.first = others.parts.pop_front().unwrap_or_default();
        if others.parts.is_empty() {
            self.others = None;
        }
    }

    fn parts(&self) -> Option<&Parts<T>> {
        self.others.as_ref().map(|o| &o.parts)
    }

    fn parts_mut(&mut self) -> Option<&mut Parts<T>> {
        self.others.as_mut().map(|o| &mut o.parts)
    }

    /// Which of the parts behind the first element `at` is in, and where.
    #[cold]
    fn behind(&self, at: usize) -> Option<(usize, usize)> {
        let mut at = at.checked_sub(self.first.len())?;
        for (i, part) in self.parts()?.iter().enumerate() {
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
            self.first.remove(at)?
        } else {
            self.remove_behind(at)?
        };
        self.len = self.len.wrapping_sub(1);
        Some(removed)
    }

    fn remove_behind(&mut self, at: usize) -> Option<T> {
        let (i, at) = self.behind(at)?;
        let parts = self.parts_mut()?;
        let part = parts.get_mut(i)?;
        let removed = part.remove(at);
        if part.is_empty() {
            parts.remove(i);
        }
        if parts.is_empty() {
            self.others = None;
        }
        removed
    }

    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        match self.first.get(at) {
            None if self.others.is_some() => {
                let (part, at) = self.behind(at)?;
                self.parts()?.get(part)?.get(at)
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
        self.parts_mut()?.get_mut(part)?.get_mut(at)
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
        match self.parts() {
            None => self.first.back(),
            Some(parts) => parts.back()?.back(),
        }
    }

    #[inline]
    pub fn back_mut(&mut self) -> Option<&mut T> {
        match &mut self.others {
            None => self.first.back_mut(),
            Some(others) => others.parts.back_mut()?.back_mut(),
        }
    }

    pub fn iter(&self) -> Iter<'_, T> {
        self.first.iter().chain(self.parts().into_iter().flatten().flatten())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let others = self.others.as_mut().map(|o| &mut o.parts);
        self.first.iter_mut().chain(others.into_iter().flatten().flatten())
    }

    /// Where the element with this key is, in a queue whose keys rise; elsewhere it may not be found.
    pub fn place_of_key(&self, key: u32, key_of: impl Fn(&T) -> u32) -> Option<usize> {
        let mut before = 0usize;
        for part in std::iter::once(&self.first).chain(self.parts().into_iter().flatten()) {
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
        match self.others {
            Some(_) if at >= self.first.len() => index_behind(self.get(at)),
            _ => &self.first[at],
        }
    }
}

impl<T> IndexMut<usize> for Queue<T> {
    #[inline(always)]
    fn index_mut(&mut self, at: usize) -> &mut T {
        match self.others {
            Some(_) if at >= self.first.len() => index_behind(self.get_mut(at)),
            _ => &mut self.first[at],
        }
    }
}

/// As the index of a deque: whoever asks knows that it is there.
#[cold]
fn index_behind<R>(element: Option<R>) -> R {
    match element {
        Some(element) => element,
        None => panic!("no element at this place of the queue"),
    }
}

impl<T> IntoIterator for Queue<T> {
    type Item = T;
    type IntoIter = Chain<vec_deque::IntoIter<T>, Flatten<Flatten<option::IntoIter<Parts<T>>>>>;

    fn into_iter(self) -> Self::IntoIter {
        let others = self.others.map(|o| o.parts);
        self.first.into_iter().chain(others.into_iter().flatten().flatten())
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
