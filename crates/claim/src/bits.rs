//! A set of small indexes, one bit each.

use alloc::{vec, vec::Vec};

#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set that can hold the indexes below `len` without growing.
    pub(crate) fn with_len(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)] }
    }

    #[inline]
    pub(crate) fn contains(&self, index: u32) -> bool {
        self.words.get((index / 64) as usize).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Adds one index, growing as needed.
    pub(crate) fn insert(&mut self, index: u32) {
        let at = (index / 64) as usize;
        if at >= self.words.len() {
            self.words.resize(at.saturating_add(1), 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (index % 64);
        }
    }

    /// Adds every index from `start` up to, not including, `end`, a word at a time.
    pub(crate) fn insert_range(&mut self, start: u32, end: u32) {
        let mut at = start;
        while at < end {
            let offset = at % 64;
            let count = end.saturating_sub(at).min(64_u32.saturating_sub(offset));
            let mask = if count == 64 { u64::MAX } else { (1_u64 << count).wrapping_sub(1) << offset };
            if let Some(word) = self.words.get_mut((at / 64) as usize) {
                *word |= mask;
            }
            at = at.saturating_add(count);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Whether every index of `other` is in this set too.
    pub(crate) fn is_superset(&self, other: &Self) -> bool {
        other.words.iter().enumerate().all(|(at, word)| word & !self.words.get(at).copied().unwrap_or(0) == 0)
    }

    /// What both sets hold.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(one, two)| one & two).collect() }
    }

    /// How many indexes the set holds.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().fold(0, |sum, word| sum.saturating_add(word.count_ones() as usize))
    }
}
