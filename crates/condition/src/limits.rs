//! How large a condition may be, and how much one evaluation may do.

/// Longest source, in bytes.
pub const MAX_SOURCE_BYTES: usize = 8192;

/// Deepest nesting: of brackets in the source, and of operations in the tree. A row of operands of
/// `&&`, or of `||`, is one level however long it is.
pub const MAX_DEPTH: usize = 64;

/// Steps of one evaluation, unless the caller says otherwise.
///
/// A step is the evaluation of one node of the tree; whatever reads or makes something long (text,
/// lists, maps, a regular expression at work) takes more of them, in proportion.
pub const DEFAULT_STEPS: u32 = 100_000;

/// Longest string, and byte string, that a condition makes, in bytes.
pub const MAX_STRING_BYTES: usize = 65_536;

/// Longest list, and largest map, that a condition makes.
pub const MAX_ELEMENTS: usize = 10_000;

/// Largest regular expression in memory, in bytes, once it is compiled.
pub const MAX_PATTERN_BYTES: usize = 65_536;
