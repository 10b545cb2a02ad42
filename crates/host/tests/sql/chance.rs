//! Chance that can be repeated: `PORTCULLIS_SEED` names where it starts.

use std::env;

/// A stream of numbers (SplitMix64).
pub struct Chance(u64);

/// Where it starts, if nothing else is said.
const SEED: u64 = 0x706f_7274_6375_6c6c;

impl Chance {
    pub fn seed() -> u64 {
        match env::var("PORTCULLIS_SEED") {
            Ok(seed) => seed.parse().expect("PORTCULLIS_SEED is a number"),
            Err(_) => SEED,
        }
    }

    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below this.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).expect("small")).expect("small")
    }

    /// Once in this many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}
