//! Whether a backtracking engine may need exponential time for a pattern.
//!
//! It may when some text can be matched in two ways around one loop: then each round doubles the
//! ways, and a text that fails in the end makes the engine try them all. The pattern becomes a
//! Glushkov automaton, whose states are the characters of the pattern. Two ways exist if
//! two loops lead from one character to another (`(a+)+`), or if from some character two different
//! characters that accept the same text are reached and lead back to it (`(a|a)*`).

mod automaton;
#[cfg(test)]
mod tests;

use regex_syntax::ast::{self, parse::ParserBuilder};

use automaton::Automaton;

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
    /// It is longer than [`MAX_PATTERN_BYTES`].
    TooLong,
}

/// Longest pattern that is looked at.
const MAX_PATTERN_BYTES: usize = 1024;

/// What is wrong with a pattern, if anything is.
pub(super) fn flaw(pattern: &str) -> Option<Flaw> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Some(Flaw::TooLong);
    }
    // Tables of Unicode are not needed to tell whether two parts overlap: one letter stands for
    // everything beyond ASCII.
    let ascii: alloc::string::String =
        pattern.chars().map(|char| if char.is_ascii() { char } else { '\u{7f}' }).collect();
    match ParserBuilder::new().nest_limit(50).build().parse(&ascii) {
        Ok(pattern) => Automaton::new(&ascii, &pattern).is_ambiguous().then_some(Flaw::Exponential),
        Err(error) => Some(match error.kind() {
            ast::ErrorKind::UnsupportedBackreference => Flaw::BackReference,
            ast::ErrorKind::UnsupportedLookAround => Flaw::LookAround,
            _ => Flaw::Invalid,
        }),
    }
}
