//! Lints workflow definitions.
