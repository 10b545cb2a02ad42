//! The canonical document of a definition.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::workflow::{
    ActionDocument, ConditionDocument, RecipientDocument, TriggerDocument, WorkflowDocument,
};
use serde_json::Value;

use super::{
    json::Json,
    model::{Action, Condition, ConditionKind, Operator, Recipient, Trigger, Workflow},
    names,
    node::Node,
};

/// The canonical document. What the language does not have is left out, except members of actions,
/// which keep their names.
#[must_use]
pub fn document(workflow: &Workflow<'_>) -> WorkflowDocument {
    let mut triggers: Vec<TriggerDocument> = workflow.triggers.iter().map(trigger).collect();
    let text = |name: &str| workflow.root.get(name).as_ref().and_then(scalar);
    WorkflowDocument {
        name: text("name"),
        description: text("description"),
        status: text("status").map(|status| status.to_ascii_lowercase()),
        version: text("version"),
        tenant_id: workflow.tenant.as_ref().and_then(scalar),
        trigger: (!triggers.is_empty()).then(|| triggers.remove(0)),
        triggers,
        conditions: workflow.conditions.iter().map(condition).collect(),
        actions: workflow.actions.iter().map(action).collect(),
    }
}

fn scalar(node: &Node<'_>) -> Option<String> {
    match node.json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn trigger(trigger: &Trigger<'_>) -> TriggerDocument {
    TriggerDocument {
        entity_type: trigger.entity.as_ref().map(|entity| entity.text.into()),
        operations: trigger.operations.iter().map(|(operation, _)| operation.word().into()).collect(),
        field_conditions: trigger.conditions.iter().map(condition).collect(),
        schedule: trigger.schedule.as_ref().map(|schedule| schedule.json.to_value()),
        is_active: trigger.active,
    }
}

fn condition(one: &Condition<'_>) -> ConditionDocument {
    let written =
        |node: &Option<Node<'_>>| node.as_ref().and_then(|node| node.json.as_str()).map(String::from);
    let config = one.node.any(super::read::CONDITION_CONFIG);
    let query = [Some(&one.node), config.as_ref()]
        .into_iter()
        .flatten()
        .find_map(|node| node.get("query_id").filter(|query| !matches!(query.json, Json::Null)));
    ConditionDocument {
        kind: match one.kind {
            ConditionKind::Unknown => written(&one.type_node).unwrap_or_else(|| one.kind.word().into()),
            known => known.word().into(),
        },
        field: one.field.as_ref().map(|field| field.text.into()),
        operator: match one.operator {
            Operator::Absent => None,
            Operator::Unknown => written(&one.operator_node),
            known => Some(known.word().into()),
        },
        value: one.value.as_ref().map(|value| value.json.to_value()),
        query_id: query.map(|query| query.json.to_value()),
        conditions: one.children.iter().map(condition).collect(),
    }
}

fn action(action: &Action<'_>) -> ActionDocument {
    let mut fields: BTreeMap<String, Value> = BTreeMap::new();
    for field in action.fields.iter().filter(|field| field.name != "is_active") {
        // A condition that is text is no list of conditions, and must not get lost either.
        let name = if names::same(field.name, "conditions") { "run_if" } else { field.name };
        // Of two spellings, the one that says something.
        let says = !field.node.json.is_blank();
        if says || !fields.contains_key(name) {
            fields.insert(name.into(), field.node.json.to_value());
        }
    }
    let written = action.type_node.as_ref().and_then(|node| node.json.as_str());
    ActionDocument {
        kind: match action.kind {
            super::model::ActionKind::Unknown => written.unwrap_or("unknown").into(),
            known => known.word().into(),
        },
        recipients: action.recipients.iter().map(recipient).collect(),
        conditions: action.conditions.iter().map(condition).collect(),
        is_active: action.active,
        fields,
    }
}

fn recipient(recipient: &Recipient<'_>) -> RecipientDocument {
    RecipientDocument {
        kind: recipient.kind.as_ref().map(|kind| kind.text.to_ascii_lowercase()),
        value: recipient.value.as_ref().map(|value| value.json.to_value()),
        notification_config: recipient.node.get("notification_config").map(|own| own.json.to_value()),
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::WorkflowDocument;

    use super::super::canonical;

    #[test]
    fn a_condition_that_is_text_is_kept_and_takes_no_other_name() {
        let definition = r#"{"actions":[{"type":"email","conditions":"a > 1","config":{"conditions":[{"field":"b"}],"type":"x"}}]}"#;
        let document = canonical(definition).unwrap();
        assert_eq!(
            (document.actions[0].conditions.len(), &document.actions[0].fields["run_if"]),
            (1, &"a > 1".into())
        );
        let text = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<WorkflowDocument>(&text).unwrap(), document);
        assert_eq!(canonical(&text).unwrap(), document);
    }
}
