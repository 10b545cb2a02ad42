//! What a host knows of a request beyond its envelope: who asks by which credential, and the data
//! that is asked for. Everything is gathered before the call.

use alloc::{borrow::Cow, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

use crate::Value;

/// Which door a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The operations of the catalog.
    Operations,
    /// Workflows that are run by name.
    WorkflowApi,
    /// Things of a type, read and written from outside.
    DataApi,
    /// The application itself shows or binds things; what it changes, its workflows change.
    App,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From outside.
    #[default]
    External,
    /// From the application itself: a scheduled run, a bulk run, another workflow. Only the host
    /// knows this; nothing that a request carries says it.
    Internal,
}

impl Origin {
    /// Whether this is [`Origin::External`].
    #[must_use]
    pub const fn is_external(&self) -> bool {
        matches!(self, Self::External)
    }
}

/// What a store of credentials says of one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// It is there and was not ended.
    #[default]
    Active,
    /// It ended by itself.
    Expired,
    /// It was taken back.
    Revoked,
    /// Its user logged out, here or everywhere.
    LoggedOut,
    /// There is no such credential.
    Unknown,
}

/// A credential that is not a token with a claim, as the store that keeps it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CredentialFacts<'a> {
    /// The session of a user.
    User(#[serde(borrow)] SessionFacts<'a>),
    /// An API token of an administrator: it reads and writes whatever is exposed.
    AdminToken(#[serde(borrow)] AdminTokenFacts<'a>),
}

/// A user's session. Its lifetime is judged from these, so what is missing denies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct SessionFacts<'a> {
    /// What the store says of it.
    #[serde(default)]
    pub state: CredentialState,
    /// When the user logged in, in seconds since 1970.
    #[serde(default)]
    pub issued_at: Option<f64>,
    /// When it was last used.
    #[serde(default)]
    pub last_used_at: Option<f64>,
    /// Whether the user asked to stay logged in.
    #[serde(default)]
    pub keep_logged_in: bool,
    /// Whether the user logged in with a second factor.
    #[serde(default)]
    pub two_factor: bool,
    /// The branch that it was made on; any, if none is named.
    #[serde(borrow, default)]
    pub branch: Option<Cow<'a, str>>,
    /// The user's roles.
    #[serde(borrow, default)]
    pub roles: Vec<Cow<'a, str>>,
    /// The tenants that the user belongs to.
    #[serde(borrow, default)]
    pub tenants: Vec<Cow<'a, str>>,
}

/// An administrator's API token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct AdminTokenFacts<'a> {
    /// What the store says of it.
    #[serde(default)]
    pub state: CredentialState,
    /// The branches that it has reached by a deployment.
    #[serde(borrow, default)]
    pub deployed_to: Vec<Cow<'a, str>>,
    /// Its roles.
    #[serde(borrow, default)]
    pub roles: Vec<Cow<'a, str>>,
    /// The tenants that it is for.
    #[serde(borrow, default)]
    pub tenants: Vec<Cow<'a, str>>,
}

/// The one thing that an operation or workflow is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ResourceFacts<'a> {
    /// Whose it is.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Cow<'a, str>>,
    /// Its members, as conditions see them; null where there is no such thing.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub record: Value<'a>,
}

/// What is asked of things of one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct DataFacts<'a> {
    /// The type.
    #[serde(borrow, rename = "type")]
    pub type_name: Cow<'a, str>,
    /// What is asked; on the Data API it follows from the method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<DataAction>,
    /// The id of the thing that is asked for.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Cow<'a, str>>,
    /// The thing as it is stored; null where there is none.
    #[serde(borrow, default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub record: Value<'a>,
    /// Whose it is, where the store keeps things of several tenants.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<Cow<'a, str>>,
    /// The field to bind.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'a, str>>,
    /// What a search is narrowed by.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<ConstraintFacts<'a>>,
    /// What is to be written: an object, or a list of them to create.
    #[serde(borrow, default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown"))]
    pub body: Value<'a>,
}

/// One constraint of a search. Its value is the host's to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ConstraintFacts<'a> {
    /// The field that is looked at.
    #[serde(borrow)]
    pub field: Cow<'a, str>,
    /// Whether the application's own page defines it, and not the caller.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub page_defined: bool,
}

/// What may be asked of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum DataAction {
    /// Find things by constraints.
    Search,
    /// See one thing that is at hand.
    View,
    /// Open the files of one thing.
    File,
    /// Bind an input to a field of one thing.
    Autobind,
    /// Make one thing.
    Create,
    /// Make several things; those that may not be made are left out.
    CreateMany,
    /// Change some fields of one thing.
    Modify,
    /// Change one thing as a whole: fields that are left out are emptied.
    Replace,
    /// Remove one thing.
    Delete,
}

/// Candidates of one search that a condition looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct SearchFacts<'a> {
    /// The search, as the workflow names it.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// What the store found. What the caller may not find is left out by the module.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "typescript", tsify(type = "unknown[]"))]
    pub records: Vec<Value<'a>>,
}
