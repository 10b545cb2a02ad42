//! **What**: conditions that cannot hold together.
//!
//! **Why**: the workflow looks active and never runs: what it should announce or undo does not
//! happen, and nobody is told.
//!
//! ```text
//! bad:  total > 1000 and total < 10      status = "a" and status = "b"      status in []
//! ```

use alloc::vec::Vec;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{model::Condition, subject::Subject, truth};

pub(crate) const RULE: Rule = Rule {
    id: "condition.never_true",
    severity: Severity::High,
    summary: "conditions contradict each other, so the workflow never runs",
    fix: "Correct the values, or join the conditions with `or`.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    let mut together: Vec<&Condition<'_>> = Vec::new();
    // Of several triggers, any one may have started the workflow.
    if let [only] = &workflow.triggers[..] {
        together.extend(&only.conditions);
    }
    together.extend(&workflow.conditions);
    for upto in 1..=together.len() {
        let Some(some) = together.get(..upto) else { break };
        if truth::never(some.iter().copied()) {
            if let Some(last) = some.last() {
                let alone = truth::never([*last]);
                let message = if alone {
                    "the condition never holds"
                } else {
                    "the condition contradicts those before it"
                };
                findings.push(&RULE, &last.node.at, message.into());
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const ACTION: &str = r#"{"type":"email","body":"x"}"#;

    #[test]
    fn the_condition_that_contradicts_is_found() {
        let two = r#"[{"type":"field","field":"total","operator":"gt","value":1000},{"type":"field","field":"total","operator":"lt","value":10}]"#;
        finds(&RULE, &with(two, ACTION), "/conditions/1");
        let and = alloc::format!(r#"[{{"type":"composite","operator":"and","conditions":{two}}}]"#);
        finds(&RULE, &with(&and, ACTION), "/conditions/0");
        let trigger = with(r#"[{"type":"field","field":"s","operator":"eq","value":"a"}]"#, ACTION).replace(
            "[\"create\"]",
            "[\"create\"],\"field_conditions\":{\"s\":{\"operator\":\"EQUALS\",\"value\":\"b\"}}",
        );
        finds(&RULE, &trigger, "/conditions/0");
    }

    #[test]
    fn conditions_that_can_hold_pass() {
        passes(
            &RULE,
            &with(
                r#"[{"type":"field","field":"a","operator":"gt","value":1},{"type":"field","field":"a","operator":"lt","value":10}]"#,
                ACTION,
            ),
        );
        passes(&RULE, &with("[]", ACTION));
    }
}
