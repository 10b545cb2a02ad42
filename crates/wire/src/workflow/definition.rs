//! The canonical shape of a workflow definition, as both dialects are converted to.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A workflow definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkflowDocument {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it runs: `draft`, `active`, `inactive`, `paused` or `archived`.
    #[serde(default)]
    pub status: Option<String>,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// The tenant that it belongs to.
    #[serde(default)]
    pub tenant_id: Option<String>,
    /// What starts it.
    #[serde(default)]
    pub trigger: Option<TriggerDocument>,
    /// What starts it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<TriggerDocument>,
    /// All must hold.
    #[serde(default)]
    pub conditions: Vec<ConditionDocument>,
    /// What it does, in this order.
    #[serde(default)]
    pub actions: Vec<ActionDocument>,
}

/// What starts a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriggerDocument {
    /// The entity whose changes start it.
    pub entity_type: Option<String>,
    /// The changes: `create`, `update`, `delete`, `select`, `tick`.
    pub operations: Vec<String>,
    /// Conditions on the entity's fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field_conditions: Vec<ConditionDocument>,
    /// When it runs by the clock, as for cron.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Value>,
    /// False if it is switched off.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub is_active: bool,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConditionDocument {
    /// What it looks at: `field`, `time`, `role`, `query_match`, `composite` or `custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The field that it tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How it compares; for a composite `and`, `or` or `not`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What it compares with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The stored query that it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_id: Option<Value>,
    /// The parts of a composite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionDocument>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionDocument {
    /// What it does: `notification`, `email`, `webhook`, `database` or `custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who gets it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<RecipientDocument>,
    /// Conditions of this action alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionDocument>,
    /// False if it is switched off.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub is_active: bool,
    /// What else it needs, by its type: `title`, `body`, `subject`, `url`, `method`, `headers`,
    /// `auth`, `payload_fields`, `operation`, `target_entity`, `field_mapping`, `filter`,
    /// `record_id`, `executor_type`, `retry_policy` and others.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Value>,
}

/// Who gets a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecipientDocument {
    /// `user`, `role`, `group`, `department`, `attribute`, `query` or `dynamic`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Which one; of an attribute, `name:value`.
    pub value: Option<Value>,
    /// What differs for this recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_config: Option<Value>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_yes(value: &bool) -> bool {
    *value
}
