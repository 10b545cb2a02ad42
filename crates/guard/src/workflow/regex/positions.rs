//! Sets of positions of a pattern.

/// Most positions that are told apart.
pub(super) const MAX_POSITIONS: usize = 512;

const WORDS: usize = MAX_POSITIONS / 64;

/// A set of positions, a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Positions([u64; WORDS]);

impl Positions {
    pub(super) const NONE: Self = Self([0; WORDS]);

    pub(super) fn one(position: usize) -> Self {
        Self::of([position].into_iter())
    }

    pub(super) fn of(positions: impl Iterator<Item = usize>) -> Self {
        let mut set = Self::NONE;
        for position in positions {
            if let Some(word) = set.0.get_mut(position >> 6) {
                *word |= bit(position);
            }
        }
        set
    }

    pub(super) fn has(&self, position: usize) -> bool {
        self.0.get(position >> 6).is_some_and(|word| word & bit(position) != 0)
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    pub(super) fn both(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (word, other) in both.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
        both
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, other)| word & other != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            core::iter::from_fn(move || {
                let lowest = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (lowest < 64).then_some(at << 6 | lowest as usize)
            })
        })
    }
}

const fn bit(position: usize) -> u64 {
    1 << (position & 63)
}
