//! **What**: an action that makes the very change which triggers the definition, with nothing that
//! ends it.
//!
//! **Why**: each run starts the next one.
//!
//! ```text
//! bad:  on update of `order`: update `order`
//! good: on update of `order`, where status is "new": set status to "seen"
//! ```
//!
//! It ends if a condition on a field does not hold after the write, or asks for a change of a field
//! that is not written.

use alloc::vec::Vec;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    expression,
    json::Json,
    model::{Action, ActionKind, Condition, ConditionKind, Operation, Operator, Trigger},
    names,
    node::Node,
    subject::Subject,
    truth,
};

pub(crate) const RULE: Rule = Rule {
    id: "trigger.feeds_itself",
    severity: Severity::High,
    summary: "an action makes the change that triggers the definition",
    fix: "Add a condition that no longer holds after the write, or one that a written field `changed` is not.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in subject.actions(ActionKind::Database) {
        let Some(target) = action.target() else { continue };
        let fed = subject.workflow.triggers.iter().find(|trigger| {
            let same = trigger.entity.as_ref().is_some_and(|entity| is_same_entity(entity.text, target.text));
            same && trigger.active
                && feeds(action, trigger)
                && !ends(action, trigger, &subject.workflow.conditions)
        });
        if fed.is_some() {
            findings.push(&RULE, &target.at, "the action starts the workflow again, without end".into());
        }
    }
}

/// `order`, `orders` and `public.orders` are one.
fn is_same_entity(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> alloc::string::String {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        name.strip_suffix('s').unwrap_or(&name).into()
    };
    names::same(&plain(one), &plain(other))
}

fn feeds(action: &Action<'_>, trigger: &Trigger<'_>) -> bool {
    match action.operation() {
        Some(Operation::Create) => trigger.on(Operation::Create),
        Some(Operation::Update) => trigger.on(Operation::Update),
        Some(Operation::Upsert) => trigger.on(Operation::Create) || trigger.on(Operation::Update),
        // What is deleted is not deleted again.
        _ => false,
    }
}

fn ends<'t>(action: &Action<'t>, trigger: &Trigger<'t>, conditions: &[Condition<'t>]) -> bool {
    let written: Vec<(&str, Node<'t>)> =
        action.get("field_mapping").iter().flat_map(|mapping| mapping.members()).collect();
    let all = trigger.conditions.iter().chain(conditions).chain(&action.conditions);
    all.into_iter().any(|condition| ended_by(condition, &written))
}

/// Whether a condition does not hold after the write.
fn ended_by(condition: &Condition<'_>, written: &[(&str, Node<'_>)]) -> bool {
    if condition.kind == ConditionKind::Composite {
        return match condition.operator {
            Operator::And => condition.children.iter().any(|child| ended_by(child, written)),
            Operator::Or => {
                !condition.children.is_empty()
                    && condition.children.iter().all(|child| ended_by(child, written))
            }
            _ => false,
        };
    }
    let Some(field) = &condition.field else { return false };
    let value = written.iter().find(|(name, _)| names::same(name, field.text)).map(|(_, value)| value);
    let is_change =
        matches!(condition.operator, Operator::Changed | Operator::Increased | Operator::Decreased);
    match value {
        None => is_change,
        Some(value) if is_change || value.json.as_str().is_some_and(expression::is_template) => false,
        Some(value) => {
            // The written value as a condition: together with this one, it cannot hold.
            let is = Condition {
                kind: ConditionKind::Field,
                operator: if matches!(value.json, Json::Null) { Operator::IsNull } else { Operator::Eq },
                value: Some(value.clone()),
                children: Vec::new(),
                ..condition.clone()
            };
            truth::never([condition, &is])
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use super::{super::testing::*, RULE};

    fn on_update(conditions: &str, members: &str) -> String {
        let action = format!(
            r#"{{"type":"database","operation":"update","table":"orders","filter":{{"id":"{{{{id}}}}"}},{members}}}"#
        );
        with(conditions, &action).replace("[\"create\"]", "[\"UPDATE\"]")
    }

    #[test]
    fn a_write_that_starts_the_next_run_is_found() {
        finds(&RULE, &on_update("[]", r#""fields":{"seen":true}"#), "/actions/0/table");
        let still_holds = r#"[{"type":"field","field":"status","operator":"eq","value":"new"}]"#;
        finds(&RULE, &on_update(still_holds, r#""fields":{"seen":true}"#), "/actions/0/table");
        finds(&RULE, &on_update(still_holds, r#""fields":{"status":"{{next}}"}"#), "/actions/0/table");
        let create = r#"{"type":"database","operation":"insert","table":"order","fields":{"a":1}}"#;
        finds(&RULE, &with("[]", create), "/actions/0/table");
    }

    #[test]
    fn a_write_that_ends_it_passes() {
        let status = r#"[{"type":"field","field":"status","operator":"eq","value":"new"}]"#;
        passes(&RULE, &on_update(status, r#""fields":{"status":"seen"}"#));
        passes(
            &RULE,
            &on_update(
                r#"[{"type":"field","field":"seen","operator":"ne","value":true}]"#,
                r#""fields":{"seen":true}"#,
            ),
        );
        passes(
            &RULE,
            &on_update(r#"[{"type":"field","field":"seen","operator":"is_null"}]"#, r#""fields":{"seen":1}"#),
        );
        passes(
            &RULE,
            &on_update(
                r#"[{"type":"field","field":"total","operator":"changed"}]"#,
                r#""fields":{"seen":true}"#,
            ),
        );
        passes(
            &RULE,
            &with(
                "[]",
                r#"{"type":"database","operation":"update","table":"order","filter":{"id":1},"fields":{"a":1}}"#,
            ),
        );
        passes(&RULE, &on_update("[]", r#""fields":{"a":1}"#).replace("orders", "inventory"));
    }
}
