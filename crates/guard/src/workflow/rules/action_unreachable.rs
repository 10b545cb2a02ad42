//! **What**: an action that never runs: its own conditions contradict those of the definition, or
//! nothing triggers the definition.
//!
//! **Why**: whoever reads the definition relies on it.
//!
//! Milder: no trigger at all (medium), as the definition may be started by hand; triggers that are
//! switched off (low).

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{node::Pointer, subject::Subject, truth};

pub(crate) const RULE: Rule = Rule {
    id: "action.unreachable",
    severity: Severity::High,
    summary: "an action never runs",
    fix: "Correct the action's conditions, or give the definition a trigger.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    for action in workflow.actions.iter().filter(|action| !action.conditions.is_empty()) {
        let contradicts = truth::never(workflow.conditions.iter().chain(&action.conditions));
        if contradicts && !truth::never(&workflow.conditions) {
            findings.push(&RULE, action.at(), "the conditions of the action never hold".into());
        }
    }
    if workflow.actions.is_empty() {
        return;
    }
    if workflow.triggers.iter().all(|trigger| trigger.operations.is_empty()) {
        findings.push_as(&RULE, Severity::Medium, &Pointer::new(), "nothing triggers the definition".into());
    } else if !workflow.triggers.iter().any(|trigger| trigger.active) {
        findings.push_as(&RULE, Severity::Low, &Pointer::new(), "every trigger is switched off".into());
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn an_action_whose_conditions_contradict_is_found() {
        let action =
            r#"{"type":"email","body":"x","conditions":[{"field":"total","operator":"lt","value":10}]}"#;
        finds(&RULE, &with_action(action), "/actions/0");
    }

    #[test]
    fn milder_cases() {
        let definition = with_action(r#"{"type":"email","body":"x"}"#);
        assert_eq!(found(&RULE, &definition.replace("[\"create\"]", "[]")), [("".into(), Severity::Medium)]);
        let off = definition.replace("[\"create\"]", "[\"create\"],\"is_active\":false");
        assert_eq!(found(&RULE, &off), [("".into(), Severity::Low)]);
    }

    #[test]
    fn an_action_that_can_run_passes() {
        passes(
            &RULE,
            &with_action(
                r#"{"type":"email","body":"x","conditions":[{"field":"total","operator":"lt","value":2000}]}"#,
            ),
        );
    }
}
