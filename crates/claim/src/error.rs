//! Why a claim is refused: what, where, and what was expected instead.

use thiserror::Error;

/// A claim that was refused, with the byte offset of the first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}: expected {expected}")]
pub struct ClaimError {
    kind: ErrorKind,
    offset: usize,
    expected: &'static str,
}

impl ClaimError {
    pub(crate) const fn new(kind: ErrorKind, offset: usize, expected: &'static str) -> Self {
        Self { kind, offset, expected }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where it is wrong: a byte offset into the claim, from 0 to its length.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What would have been right there.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

/// The kinds of mistakes in a claim. The codes of [`ErrorKind::code`] are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The value is empty.
    #[error("no rule")]
    Missing,
    /// The value is longer than the limit; nothing of it was read.
    #[error("value too large")]
    TooLarge,
    /// Nothing stands between two `;`, before the first, or after the last.
    #[error("empty rule")]
    EmptyRule,
    /// The rule begins with something other than `a` or `d`.
    #[error("unknown effect")]
    Effect,
    /// The effect is not followed by `:`.
    #[error("no `:` after the effect")]
    Colon,
    /// A segment of an operation is empty or holds a character that it may not.
    #[error("malformed operation")]
    Operation,
    /// A tenant id is empty, too long, or holds a character that it may not.
    #[error("malformed tenant id")]
    Tenant,
    /// A tenant id is listed twice. Asked once the list is otherwise well formed.
    #[error("repeated tenant id")]
    DuplicateTenant,
    /// The claim has more than one tenant rule.
    #[error("second tenant rule")]
    MultipleTenantRules,
    /// The target is well formed and not in the catalog.
    #[error("unknown target")]
    UnknownTarget,
    /// The tenant id is well formed and not registered (builder and validator only).
    #[error("unknown tenant")]
    UnknownTenant,
}

impl ErrorKind {
    /// The stable code, in snake case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLarge => "too_large",
            Self::EmptyRule => "empty_rule",
            Self::Effect => "effect",
            Self::Colon => "colon",
            Self::Operation => "operation",
            Self::Tenant => "tenant",
            Self::DuplicateTenant => "duplicate_tenant",
            Self::MultipleTenantRules => "multiple_tenant_rules",
            Self::UnknownTarget => "unknown_target",
            Self::UnknownTenant => "unknown_tenant",
        }
    }
}
