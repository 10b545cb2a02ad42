//! Signed bundles: what is asked of one, and what it says of itself.

use alloc::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Handle;

/// A bundle's signed line, and what is asked of the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct OnBundle<'a> {
    /// The keys.
    pub keys: Handle,
    /// The signed line, without its line break.
    #[serde(borrow)]
    pub line: Cow<'a, str>,
    /// Whether the signature is genuine.
    pub genuine: bool,
    /// The time in seconds since 1970. Without one, a bundle that expires is refused.
    #[serde(default)]
    pub now: Option<f64>,
    /// The name that it must have.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'a, str>>,
    /// The least version that it may have.
    #[serde(default)]
    pub at_least: u64,
    /// The signed line of the bundle in force. One of another name, or an older version, is refused.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<Cow<'a, str>>,
    /// Whether it may be older than the one in force.
    #[serde(default)]
    pub older: bool,
}

/// Answer to `bundle.conclude`: a bundle to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct BundleConcluded<'a> {
    /// The manifest as JSON text, exactly as it was signed.
    #[serde(borrow)]
    pub manifest: Cow<'a, str>,
    /// Whether this is the manifest of the bundle in force.
    pub unchanged: bool,
}
