//! Whether a backtracking engine may need exponential time for a pattern.
//!
//! It may when some text can be matched in two ways around one loop: then each round doubles the
//! ways, and a text that fails in the end makes the engine try them all. The pattern becomes a
//! Glushkov automaton, whose states are the characters of the pattern. Two ways exist if
//! two loops lead from one character to another (`(a+)+`), or if from some character two different
//! characters that accept the same text are reached and lead back to it (`(a|a)*`).
//!
//! What is too large to tell is as bad as what is known to be: a pattern must not hide behind another.

mod automaton;
mod chars;
mod positions;
mod read;
#[cfg(test)]
mod tests;

use automaton::Ways;

/// What is wrong with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It may need exponential time.
    Exponential,
    /// A back reference, which only backtracking engines have.
    BackReference,
    /// Look-around, which only backtracking engines have.
    LookAround,
    /// It is no pattern.
    Invalid,
    /// It is too large to be looked at.
    TooLong,
}

/// Longest pattern that is looked at.
const MAX_PATTERN_BYTES: usize = 1024;

/// What is wrong with a pattern, if anything is.
pub(super) fn flaw(pattern: &str) -> Option<Flaw> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Some(Flaw::TooLong);
    }
    match read::read(pattern) {
        Ok(tree) => match automaton::ways(&tree) {
            Ways::One => None,
            Ways::Several => Some(Flaw::Exponential),
            Ways::Unknown => Some(Flaw::TooLong),
        },
        Err(flaw) => Some(flaw),
    }
}
