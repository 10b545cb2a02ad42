//! **What**: a deletion that runs on every event: neither the definition nor its trigger has a
//! condition.
//!
//! **Why**: a destructive step should need a reason, so that a wrong event does not delete.
//!
//! ```text
//! bad:  "trigger": { "operations": ["update"] }, "conditions": [], "actions": [ delete … ]
//! good: "conditions": [{ "type": "field", "field": "status", "operator": "eq", "value": "void" }]
//! ```
//!
//! Not for what runs by the clock, where the filter is the condition, and not for what follows a
//! deletion.

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    model::{ActionKind, Operation},
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "database.unconditional_write",
    severity: Severity::High,
    summary: "a deletion runs on every event",
    fix: "Add a condition to the definition, its trigger or the action.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    if !workflow.conditions.is_empty() {
        return;
    }
    let on_every_event = workflow.triggers.iter().any(|trigger| {
        trigger.conditions.is_empty()
            && (trigger.on(Operation::Create)
                || trigger.on(Operation::Update)
                || trigger.on(Operation::Select))
    });
    if !on_every_event {
        return;
    }
    for action in subject.actions(ActionKind::Database).filter(|action| action.conditions.is_empty()) {
        if matches!(action.operation(), Some(Operation::Delete | Operation::Wipe)) {
            findings.push(
                &RULE,
                action.at(),
                "the deletion runs on every event, for there is no condition".into(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const DELETE: &str = r#"{"type":"database","operation":"delete","table":"t","filter":{"a":"{{a}}"}}"#;

    #[test]
    fn a_deletion_on_every_event_is_found() {
        finds(&RULE, &with("[]", DELETE), "/actions/0");
    }

    #[test]
    fn a_condition_anywhere_or_a_clock_is_enough() {
        passes(&RULE, &with_action(DELETE));
        passes(&RULE, &with("[]", DELETE).replace("[\"create\"]", "[\"tick\"]"));
        passes(&RULE, &with("[]", DELETE).replace("[\"create\"]", "[\"delete\"]"));
        passes(
            &RULE,
            &with("[]", DELETE).replace("[\"create\"]", "[\"update\"],\"field_conditions\":{\"s\":\"void\"}"),
        );
        passes(&RULE, &with("[]", &DELETE.replace("delete", "update")));
    }
}
