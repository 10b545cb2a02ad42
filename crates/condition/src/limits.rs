//! How large a condition may be, and how much one evaluation may do.

/// Longest source, in bytes.
pub const MAX_SOURCE_BYTES: usize = 8192;

/// Deepest nesting: of brackets in the source, and of operations in the tree. A row of operands of
/// `&&`, or of `||`, is one level however long it is.
pub const MAX_DEPTH: usize = 64;

/// Steps of one evaluation, unless the caller says otherwise.
///
/// A step is the evaluation of one node of the tree; whatever reads or makes something long (text,
/// lists, maps, the digits of a double, a regular expression that is compiled or at work) takes more of
/// them, in proportion. An explanation takes its steps out of the same stock.
pub const DEFAULT_STEPS: u32 = 100_000;

/// Longest string, and byte string, that a condition makes, in bytes.
pub const MAX_STRING_BYTES: usize = 65_536;

/// Longest list, and largest map, that a condition makes.
pub const MAX_ELEMENTS: usize = 10_000;

/// Largest regular expression in memory, in bytes, once it is compiled.
pub const MAX_PATTERN_BYTES: usize = 65_536;

/// Longest regular expression as it is written, in bytes: as long as a condition that holds it.
pub const MAX_PATTERN_SOURCE_BYTES: usize = MAX_SOURCE_BYTES;

/// Largest regular expressions of one condition together, in memory, in bytes. Each counts as the power
/// of two that it fits in, from 256 on.
pub const MAX_PATTERNS_BYTES: usize = 262_144;

#[cfg(test)]
mod tests;
