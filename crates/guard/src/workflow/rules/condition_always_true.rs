//! **What**: a condition that holds whatever happens.
//!
//! **Why**: it reads like a guard and is none.
//!
//! ```text
//! bad:  { "operator": "or", "conditions": [ total > 5, total <= 5 ] }     "has_any_role": ["*"]
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{subject::Subject, truth};

pub(crate) const RULE: Rule = Rule {
    id: "condition.always_true",
    severity: Severity::High,
    summary: "a condition holds whatever happens",
    fix: "Say what must hold, or leave the condition out if nothing must.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    let triggers = workflow.triggers.iter().flat_map(|trigger| &trigger.conditions);
    let actions = workflow.actions.iter().flat_map(|action| &action.conditions);
    for condition in workflow.conditions.iter().chain(triggers).chain(actions) {
        if truth::always(condition) {
            findings.push(&RULE, &condition.node.at, "the condition holds whatever happens".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const ACTION: &str = r#"{"type":"email","body":"x"}"#;

    #[test]
    fn guards_that_are_none_are_found() {
        for condition in [
            r#"{"type":"composite","operator":"OR","conditions":[{"type":"field","field":"a","operator":"gt","value":5},{"type":"field","field":"a","operator":"lte","value":5}]}"#,
            r#"{"type":"role","operator":"has_any_role","roles":["*"]}"#,
            r#"{"type":"custom","expression":"1 == 1"}"#,
            r#"{"condition_type":"composite","condition_config":{"operator":"and","conditions":[]}}"#,
            r#"{"type":"FIELD_VALUE","field":"a","operator":"MATCHES","value":"^.*$"}"#,
        ] {
            finds(&RULE, &with(&alloc::format!("[{condition}]"), ACTION), "/conditions/0");
        }
    }

    #[test]
    fn guards_pass() {
        passes(&RULE, &with_action(ACTION));
        passes(&RULE, &with("[]", ACTION));
    }
}
