//! What a workflow would do for an event.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::LintFinding;
use crate::guard::WebhookReason;

/// An event, as a definition sees it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDocument {
    /// The entity that changed.
    pub entity_type: String,
    /// What happened to it: `create`, `update`, `delete`, `select` or `tick`.
    pub operation: String,
    /// The record, as it is now.
    #[serde(default)]
    pub record: Map<String, Value>,
    /// The record as it was before, if it is known.
    #[serde(default)]
    pub previous: Option<Map<String, Value>>,
    /// Who acts: `id`, `roles`, `permissions` and what templates may name.
    #[serde(default)]
    pub user: Option<Map<String, Value>>,
    /// What stored queries answer, by their ids.
    #[serde(default)]
    pub queries: Map<String, Value>,
}

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// The event does not tell.
    Unknown,
}

/// What a workflow would do for an event. Nothing has been sent or written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// Whether the actions would run.
    pub outcome: Outcome,
    /// Whether each trigger fits.
    pub triggers: Vec<TriggerOutcome>,
    /// Whether each condition holds.
    pub conditions: Vec<ConditionOutcome>,
    /// What each action would do if it ran.
    pub actions: Vec<ActionOutcome>,
}

/// Whether a trigger fits the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriggerOutcome {
    /// Where it is, as a JSON Pointer.
    pub location: String,
    /// Whether it fits.
    pub outcome: Outcome,
    /// Whether its conditions hold.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<ConditionOutcome>,
}

/// Whether a condition holds, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionOutcome {
    /// Where it is, as a JSON Pointer.
    pub location: String,
    /// The field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// How it compares.
    pub operator: Cow<'static, str>,
    /// What it compares with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<Value>,
    /// The field's value; stars if it is restricted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actual: Option<Value>,
    /// Whether it holds.
    pub outcome: Outcome,
    /// Why that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub why: Option<Cow<'static, str>>,
    /// The parts of a composite.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<ConditionOutcome>,
}

/// What an action would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionOutcome {
    /// Where it is, as a JSON Pointer.
    pub location: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Whether its own conditions hold, and it is switched on.
    pub outcome: Outcome,
    /// Its own conditions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conditions: Vec<ConditionOutcome>,
    /// What is wrong with it, of severity high or critical: it must not run.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub refused: Vec<LintFinding>,
    /// Its texts with values put in.
    pub texts: Vec<RenderedText>,
    /// Where it would send a request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub webhook: Option<WebhookOutcome>,
    /// What it would do to the database.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub database: Option<DatabasePlan>,
}

/// A text with values put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedText {
    /// Where the template is, as a JSON Pointer.
    pub location: String,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Cow<'static, str>>,
}

/// Where a request would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookOutcome {
    /// The URL with values put in.
    pub url: Option<String>,
    /// What the policy says of it, before its host is resolved.
    pub reason: WebhookReason,
}

/// What an action would do to the database. Names are of the policy's list; values are parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatabasePlan {
    /// `create`, `update`, `delete`, `select` or `upsert`.
    pub operation: Cow<'static, str>,
    /// The entity.
    pub entity: String,
    /// The tenant whose rows are reached; it is a part of every filter and of every new row.
    pub tenant: String,
    /// What is written.
    pub set: Vec<(String, Value)>,
    /// Which rows; all must hold.
    pub filter: Vec<FilterPlan>,
}

/// A part of a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterPlan {
    /// All hold.
    And(Vec<FilterPlan>),
    /// One holds.
    Or(Vec<FilterPlan>),
    /// It does not hold.
    Not(Vec<FilterPlan>),
    /// A field compared with a value.
    Test {
        /// The field.
        field: String,
        /// `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in`, `not_in`, `contains`, `starts_with`,
        /// `ends_with`, `is_null` or `is_not_null`.
        operator: Cow<'static, str>,
        /// The value.
        value: Value,
    },
}
