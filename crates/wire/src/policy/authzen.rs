//! The section of the policy that opens the AuthZEN surface of the native host.

use alloc::string::String;

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

use super::TokenSection;

/// OpenID AuthZEN 1.0 at the native host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthzenSection {
    /// Whose questions are answered. What they say of a subject is taken as fact.
    pub callers: AuthzenCallers,
    /// How an operation's id is made of a question, such as `app.{resource.type}.{action.name}`. Without
    /// it, and for ids themselves, `action.name` is the operation's id.
    #[serde(default)]
    pub operation: Option<String>,
    /// The address under which callers reach this host, for its metadata: `https`, without a query.
    #[serde(default)]
    pub url: Option<String>,
    /// Most questions in one batch; 1 to 10,000.
    #[serde(default = "default_evaluations")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10000)))]
    pub max_evaluations: u32,
}

const fn default_evaluations() -> u32 {
    1000
}

/// How callers prove who they are, in the `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthzenCallers {
    /// By a token of the issuer that users have too, for an audience that no user's token is for.
    Token(TokenSection),
    /// By a secret of at least 32 bytes, as a bearer token.
    Secret(SecretReference),
}

/// Where a secret is: never in the policy itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretReference {
    /// In an environment variable of the host.
    Env(String),
    /// In a file, relative to where the host runs; a line break at its end does not count.
    File(String),
}

/// A subject that callers name by its id alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrincipalEntry {
    /// The permission claim.
    pub claim: String,
}
