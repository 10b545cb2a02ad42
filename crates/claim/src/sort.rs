//! Sorting, all of it in one place.
//!
//! What is sorted are indexes, by a comparison that is called and not built in: every other type
//! and every other comparison that the standard library sorts by takes some 8 KB of the module.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The indexes of `count` items in order. Items that are equal keep theirs.
#[must_use]
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&one, &two| compare(one, two));
    order
}

/// The items in the order of their keys. Items whose keys are equal keep theirs.
#[must_use]
pub fn sorted_by_key<T: Clone, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let key = |at: usize| items.get(at).map(&key);
    let order = order(items.len(), &|one, two| key(one).cmp(&key(two)));
    order.into_iter().filter_map(|at| items.get(at).cloned()).collect()
}

/// The texts in byte order.
#[must_use]
pub fn sorted<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    sorted_by_key(texts, |text| *text)
}
