//! Reads both dialects, in any spelling, into the canonical [`model`](super::model).
//!
//! Reading never fails: a part of the wrong shape is left out here, and a rule says so. What a rule
//! looks at is the canonical shape, so no rule knows of dialects.

mod action;
mod condition;

use alloc::vec::Vec;

pub(super) use condition::CONFIG as CONDITION_CONFIG;
pub use condition::filter;

use super::{
    model::{Operation, Trigger, Workflow},
    node::{Node, Text},
};

pub(super) const ENTITY: &[&str] = &["entity_type", "entity", "entity_name", "table", "target_entity"];
pub(super) const OPERATIONS: &[&str] = &["operations", "operation", "events", "event"];
pub(super) const SCHEDULE: &[&str] = &["schedule", "cron", "cron_expression"];
pub(super) const ACTIVE: &[&str] = &["is_active", "active", "enabled"];

/// Reads a definition.
#[must_use]
pub fn workflow(root: Node<'_>) -> Workflow<'_> {
    let several = |names: &[&str]| root.any(names).map(|node| node.one_or_many()).unwrap_or_default();
    let triggers: Vec<Trigger<'_>> =
        [several(&["trigger"]), several(&["triggers"])].concat().into_iter().map(trigger).collect();
    let conditions =
        root.any(&["conditions", "condition"]).map(|node| condition::list(&node)).unwrap_or_default();
    let shared = root.any(&["recipients"]).map(|node| action::recipients(&node)).unwrap_or_default();
    let actions =
        several(&["actions", "action"]).into_iter().map(|node| action::action(node, &shared)).collect();
    Workflow {
        name: root.get("name").and_then(|node| node.text()),
        status: root.get("status"),
        tenant: root.any(&["tenant_id", "tenant"]),
        triggers,
        conditions,
        actions,
        root,
    }
}

fn trigger(node: Node<'_>) -> Trigger<'_> {
    let mut entity = node.any(ENTITY).and_then(|node| node.text());
    let mut operations = Vec::new();
    for named in node.any(OPERATIONS).map(|node| node.one_or_many()).unwrap_or_default() {
        for word in named.json.as_str().unwrap_or_default().split([',', '|']) {
            // `order.created` names the entity too.
            let (before, operation) = word.rsplit_once(['.', ':']).unwrap_or(("", word));
            if entity.is_none() && !before.is_empty() {
                entity = Some(Text { text: before, at: named.at.clone() });
            }
            operations.push((Operation::read(operation), named.clone()));
        }
    }
    let schedule = node.any(SCHEDULE).filter(|node| !node.json.is_blank());
    if schedule.is_some() && operations.is_empty() {
        operations.extend(schedule.clone().map(|node| (Operation::Tick, node)));
    }
    Trigger {
        entity,
        operations,
        conditions: node
            .any(&["field_conditions", "conditions"])
            .map(|node| filter(&node))
            .unwrap_or_default(),
        schedule,
        active: is_active(&node),
        node,
    }
}

/// Whether a part is switched on, as it is unless it says otherwise.
fn is_active(node: &Node<'_>) -> bool {
    node.any(ACTIVE).and_then(|active| active.json.as_bool()).unwrap_or(true)
}
