//! **What**: code in a condition, in an action, or in the parameters of a custom one.
//!
//! **Why**: an engine that evaluates it runs whatever the author of a definition writes.
//!
//! ```text
//! bad:  { "type": "custom", "expression": "__import__('os').system('id')" }
//! good: { "type": "field", "field": "total", "operator": "gt", "value": 1000 }
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    model::{Condition, ConditionKind},
    names,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "condition.code",
    severity: Severity::High,
    summary: "a condition or parameter holds code",
    fix: "Use conditions on fields, or have the host name what it runs.",
    check,
};

/// What code is written with, and comparisons are not.
const CODE: &[&str] = &[
    "__",
    "eval(",
    "exec(",
    "import ",
    "require(",
    "system(",
    "subprocess",
    "function(",
    "=>",
    "lambda ",
    "os.",
    "process.",
    "globalthis",
    "constructor",
    "${",
    "`",
    ";",
    "java.lang",
    "runtime.",
    "getclass",
    "open(",
    "fetch(",
];

/// Members that hold what is to be run.
const TO_RUN: &[&str] = &["code", "command", "eval", "exec", "function", "script", "shell", "source_code"];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    let actions = workflow.actions.iter().flat_map(|action| &action.conditions);
    workflow.conditions.iter().chain(actions).for_each(|condition| judge(condition, findings));
    for action in &workflow.actions {
        let inside = action.get("parameters").into_iter().flat_map(|parameters| parameters.members());
        let unknown = action.fields.iter().filter(|field| !field.known);
        let own = unknown.map(|field| (field.name, field.node.clone()));
        for (name, value) in own.chain(inside) {
            if names::one_of(name, TO_RUN) && !value.json.is_blank() {
                findings.push(&RULE, &value.at, alloc::format!("`{name}` is run"));
            }
        }
    }
}

fn judge(condition: &Condition<'_>, findings: &mut Findings<'_>) {
    if matches!(condition.kind, ConditionKind::Custom | ConditionKind::Unknown) {
        let config = condition.node.any(&["condition_config", "config"]);
        let shown = ["expression", "value", "condition", "formula"];
        for node in [Some(&condition.node), config.as_ref()].into_iter().flatten() {
            for (name, value) in node.members() {
                if names::one_of(name, TO_RUN) && !value.json.is_blank() {
                    findings.push(&RULE, &value.at, alloc::format!("`{name}` is run"));
                }
            }
            for text in shown.iter().filter_map(|name| node.get(name)).filter_map(|value| value.text()) {
                let lower = text.text.to_ascii_lowercase();
                if CODE.iter().any(|sign| lower.contains(sign)) {
                    findings.push(&RULE, &text.at, "the condition is code".into());
                }
            }
        }
    }
    condition.children.iter().for_each(|child| judge(child, findings));
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const ACTION: &str = r#"{"type":"email","body":"x"}"#;

    #[test]
    fn code_is_found() {
        finds(
            &RULE,
            &with(r#"[{"type":"custom","expression":"__import__('os').system('id')"}]"#, ACTION),
            "/conditions/0/expression",
        );
        let config = r#"[{"condition_type":"CUSTOM","condition_config":{"script":"fetch('/x')"}}]"#;
        finds(&RULE, &with(config, ACTION), "/conditions/0/condition_config/script");
        let config = r#"[{"type":"custom","executor_type":"python","config":{"code":"x"}}]"#;
        finds(&RULE, &with(config, ACTION), "/conditions/0/config/code");
        finds(
            &RULE,
            &with_action(r#"{"type":"custom","executor_type":"x","parameters":{"code":"1"}}"#),
            "/actions/0/parameters/code",
        );
    }

    #[test]
    fn a_member_that_is_run_is_found() {
        finds(&RULE, &webhook_with(r#""exec":"ls""#), "/actions/0/exec");
    }

    #[test]
    fn comparisons_and_named_parameters_pass() {
        passes(
            &RULE,
            &with(r#"[{"type":"custom","expression":"total > 1000 and status == 'new'"}]"#, ACTION),
        );
        passes(
            &RULE,
            &with_action(r#"{"type":"custom","executor_type":"score","parameters":{"model":"a; b"}}"#),
        );
    }
}
