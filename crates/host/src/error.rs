//! What can go wrong, by whose fault.

use portcullis_wire::{call::CallError, policy::Finding};
use thiserror::Error;

/// Why there is no answer. Whoever asked for a decision takes every one of these as a denial.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The operator's: a module, policy, key set or file that cannot be used.
    #[error("{message}")]
    Configuration {
        /// What is wrong and what to do.
        message: String,
        /// With a policy, every mistake in it.
        findings: Vec<Finding>,
    },
    /// A token came, and there are no keys to verify it with.
    #[error("tokens cannot be verified: no key set is loaded")]
    NoKeys,
    /// The caller's: the module read the call and refused it.
    #[error("{}", .0.message)]
    Refused(Box<CallError>),
    /// A limit of the sandbox was reached.
    #[error("the {0} limit was reached")]
    Limit(LimitKind),
    /// The module stopped itself. Its instance answers no more.
    #[error("the module trapped: {0}")]
    Trap(String),
    /// The module does not keep to the ABI.
    #[error("the module does not keep to its contract: {0}")]
    Contract(&'static str),
}

/// The limits of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitKind {
    /// Bytes into the module, checked before they cross.
    Input,
    /// Bytes out of the module.
    Output,
    /// The module's memory.
    Memory,
    /// Time in one call.
    Time,
    /// Instances at once.
    Instances,
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Input => "input size",
            Self::Output => "output size",
            Self::Memory => "memory",
            Self::Time => "time",
            Self::Instances => "instances",
        })
    }
}

impl Error {
    /// A stable code for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(error) => &error.code,
            other => other.kind(),
        }
    }

    /// The kind, as one of few words: for labels of metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Configuration { .. } => "CONFIGURATION",
            Self::NoKeys => "KEYS_UNAVAILABLE",
            Self::Refused(_) => "CALL_REFUSED",
            Self::Limit(_) => "EVALUATION_LIMIT",
            Self::Trap(_) => "MODULE_TRAP",
            Self::Contract(_) => "MODULE_CONTRACT",
        }
    }

    /// Whether the instance that gave this error must not be used again.
    pub(crate) const fn poisons(&self) -> bool {
        match self {
            Self::Trap(_) | Self::Contract(_) => true,
            Self::Limit(kind) => matches!(kind, LimitKind::Memory | LimitKind::Time | LimitKind::Output),
            Self::Configuration { .. } | Self::NoKeys | Self::Refused(_) => false,
        }
    }

    /// Whether the instance has no room for another handle. It is good, but somebody keeps what they
    /// do not release, and every call that needs a handle would fail the same way.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self, Self::Refused(error) if error.code == "LIMIT_REACHED")
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration { message: message.into(), findings: Vec::new() }
    }
}
