//! Regular expressions, with what they cost.

use alloc::boxed::Box;
use core::fmt;

use regex_lite::{Regex, RegexBuilder};

use crate::limits::{MAX_PATTERN_BYTES, MAX_PATTERN_SOURCE_BYTES};

/// A regular expression that is compiled.
#[derive(Clone)]
pub struct Pattern {
    source: Box<str>,
    regex: Regex,
    /// Its size in memory, at most twice too large: what one character of text costs at worst.
    bytes: u32,
}

/// Nested groups and repetitions, deep enough for people.
const NEST_LIMIT: u32 = 24;

/// The smallest size that is told apart.
const LEAST_BYTES: usize = 256;

impl Pattern {
    /// Compiles a pattern; none, if it is not one, or too large a one.
    pub(crate) fn new(source: &str) -> Option<Self> {
        Self::costing(source).0
    }

    /// As [`Pattern::new`], with the steps that it took to compile it, or to find that it cannot be.
    pub(crate) fn costing(source: &str) -> (Option<Self>, u32) {
        if source.len() > MAX_PATTERN_SOURCE_BYTES {
            return (None, 0);
        }
        // How large it is is told by nothing but the limit that it keeps to. A pattern that is wrong
        // is wrong at every limit, and is not tried long: the largest limit is tried first.
        let mut tries = 0_usize;
        let mut build = |limit: usize| {
            tries = tries.saturating_add(1);
            RegexBuilder::new(source).size_limit(limit).nest_limit(NEST_LIMIT).build().ok()
        };
        let regex = build(MAX_PATTERN_BYTES);
        let mut limit = MAX_PATTERN_BYTES;
        while regex.is_some() && limit > LEAST_BYTES && build(limit >> 1).is_some() {
            limit >>= 1;
        }
        // Each try read the source, and made up to so much of it.
        let bytes = limit.saturating_add(source.len().saturating_mul(8));
        let steps = u32::try_from(tries.saturating_mul(bytes) >> 5).unwrap_or(u32::MAX);
        let bytes = u32::try_from(limit).unwrap_or(u32::MAX);
        (regex.map(|regex| Self { source: source.into(), regex, bytes }), steps)
    }

    /// Its size in memory, in bytes, rounded up to a power of two.
    pub(crate) const fn bytes(&self) -> u32 {
        self.bytes
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether some part of the text matches.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Steps that it takes to look through a text of this many bytes.
    pub(crate) fn steps(&self, bytes: usize) -> u32 {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).saturating_add(1);
        // About a state of the machine per 32 bytes, and some states in the time of one step.
        bytes.saturating_mul(self.bytes >> 7)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}
