//! **What**: a payload or message that takes in the whole event or record.
//!
//! **Why**: what is added to the record later is sent too, and nobody decides about it.
//!
//! ```text
//! bad:  "payload_fields": ["*"]      "body": "{{ event }}"      "include_all_fields": true
//! good: "payload_fields": ["id", "status"]
//! ```
//!
//! Milder: in a message inside the product (medium).

use alloc::{format, string::String};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    json::Json,
    model::ActionKind,
    names,
    slots::{Place, Slot},
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "payload.whole_event",
    severity: Severity::High,
    summary: "the whole event or record is sent out",
    fix: "Name the fields that the receiver needs.",
    check,
};

/// Names under which templates find all that there is.
const WHOLE: &[&str] = &[
    "after",
    "before",
    "context",
    "entity",
    "event",
    "event_data",
    "new",
    "new_record",
    "new_values",
    "object",
    "old",
    "old_record",
    "old_values",
    "payload",
    "record",
    "row",
    "this",
    "trigger",
    "trigger_data",
];

/// Members that ask for everything.
const EVERYTHING: &[&str] = &[
    "all_fields",
    "full_payload",
    "include_all",
    "include_all_fields",
    "include_entity",
    "include_event",
    "include_record",
    "send_all",
    "send_all_fields",
    "send_full_entity",
    "send_full_event",
    "whole_event",
];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        let Some(action) = subject.workflow.actions.get(slot.action) else { continue };
        let severity = match (slot.place, action.kind) {
            (Place::Payload | Place::Header | Place::Url, _)
            | (Place::Title | Place::Body, ActionKind::Email) => Severity::High,
            (Place::Title | Place::Body, _) => Severity::Medium,
            _ => continue,
        };
        if let Some(whole) = whole(slot, subject) {
            findings.push_as(
                &RULE,
                severity,
                &slot.text.at,
                format!("`{whole}` stands for the whole record"),
            );
        }
    }
    for action in &subject.workflow.actions {
        for field in &action.fields {
            let asks = names::one_of(field.name, EVERYTHING) && matches!(field.node.json, Json::Bool(true));
            if asks {
                findings.push(&RULE, &field.node.at, format!("`{}` asks for everything", field.name));
            }
        }
    }
}

fn whole(slot: &Slot<'_>, subject: &Subject<'_, '_>) -> Option<String> {
    let text = slot.text.text.trim();
    let at_fields = slot.place == Place::Payload;
    if at_fields && (names::one_of(text, &["*", "**", "all", "__all__", "$"]) || text.ends_with(".*")) {
        return Some(text.into());
    }
    let entity_is = |name: &str| {
        let entities = subject.workflow.triggers.iter().filter_map(|trigger| trigger.entity.as_ref());
        entities.into_iter().any(|entity| names::same(name, entity.text))
    };
    slot.template.outputs.iter().find_map(|output| match &output.path[..] {
        [only] if names::one_of(only, WHOLE) || entity_is(only) => Some(only.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn everything_is_found_in_its_spellings() {
        finds(&RULE, &webhook_with(r#""payload_fields":["*"]"#), "/actions/0/payload_fields/0");
        finds(&RULE, &webhook_with(r#""payload_fields":"*""#), "/actions/0/payload_fields");
        finds(&RULE, &webhook_with(r#""payload_fields":["order.*"]"#), "/actions/0/payload_fields/0");
        finds(&RULE, &webhook_with(r#""payload":"{{ event }}""#), "/actions/0/payload");
        finds(&RULE, &webhook_with(r#""payload":{"order":"{{order}}"}"#), "/actions/0/payload/order");
        finds(&RULE, &webhook_with(r#""include_all_fields":true"#), "/actions/0/include_all_fields");
        finds(&RULE, &with_action(r#"{"type":"email","body":"{{record}}"}"#), "/actions/0/body");
        let milder = found(&RULE, &with_action(r#"{"type":"notification","body":"{{record}}"}"#));
        assert_eq!(milder, [("/actions/0/body".into(), Severity::Medium)]);
    }

    #[test]
    fn named_fields_pass() {
        passes(
            &RULE,
            &webhook_with(
                r#""payload_fields":["id","order.status"],"payload":{"event":"order.created","n":"{{event.id}}"}"#,
            ),
        );
    }
}
