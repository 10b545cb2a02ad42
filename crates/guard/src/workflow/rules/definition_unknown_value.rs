//! **What**: a type, operator or operation that the language does not have, or that the policy does
//! not list; and an executor that runs code or commands.
//!
//! **Why**: an engine passes over what it does not know, a guard included, or hands it to something
//! that does.
//!
//! ```text
//! bad:  { "type": "shell", "command": "…" }      { "operator": "equalz" }
//!       { "type": "custom", "executor_type": "python" }
//! ```
//!
//! Milder: kinds of recipients, trigger operations, roles (medium), the status (low).

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{
    model::{Action, ActionKind, Condition, ConditionKind, Operation, Operator},
    names,
    node::Node,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "definition.unknown_value",
    severity: Severity::High,
    summary: "a type, operator or operation is not known",
    fix: "Use a word of the language: see the schema of definitions.",
    check,
};

const RECIPIENTS: &[&str] = &[
    "user",
    "role",
    "group",
    "department",
    "attribute",
    "query",
    "dynamic",
    "email",
    "external",
    "users",
    "roles",
    "groups",
    "team",
    "channel",
];
const STATUS: &[&str] = &["draft", "active", "inactive", "paused", "archived"];

/// Words of executors that run what they are given.
const RUNS_CODE: &[&str] = &[
    "bash",
    "binary",
    "cmd",
    "code",
    "command",
    "eval",
    "exec",
    "groovy",
    "javascript",
    "js",
    "lambda",
    "lua",
    "node",
    "os",
    "perl",
    "php",
    "powershell",
    "process",
    "python",
    "ruby",
    "script",
    "sh",
    "shell",
    "sql",
    "ssh",
    "subprocess",
    "system",
];

/// Members that engines with nested actions have, which this language does not.
const NESTED: &[&str] =
    &["on_error", "on_success", "on_complete", "then", "else", "next", "fallback", "actions", "steps"];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    if let Some(status) = &workflow.status
        && !status.json.as_str().is_some_and(|word| names::one_of(word, STATUS))
        && !status.json.is_blank()
    {
        findings.push_as(&RULE, Severity::Low, &status.at, "the status is not known".into());
    }
    for trigger in &workflow.triggers {
        for (_, at) in trigger.operations.iter().filter(|(operation, _)| *operation == Operation::Unknown) {
            findings.push_as(&RULE, Severity::Medium, &at.at, "the operation is not known".into());
        }
        trigger.conditions.iter().for_each(|condition| judge(condition, subject, findings));
    }
    workflow.conditions.iter().for_each(|condition| judge(condition, subject, findings));
    for one in &workflow.actions {
        action(one, subject, findings);
        one.conditions.iter().for_each(|condition| judge(condition, subject, findings));
    }
}

fn action(action: &Action<'_>, subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    match (action.kind, &action.type_node) {
        (ActionKind::Unknown, Some(written)) => {
            let word = written.json.as_str().map(shown).unwrap_or_default();
            findings.push(&RULE, &written.at, format!("there is no action of type `{word}`"));
        }
        (ActionKind::Unknown, None) => findings.push(&RULE, action.at(), "the action has no type".into()),
        (ActionKind::Database, _) if action.operation() == Some(Operation::Unknown) => {
            let at = action.get("operation").map_or_else(|| action.at(), |node: &Node<'_>| &node.at);
            findings.push(&RULE, at, "the operation of the action is missing or not known".into());
        }
        (ActionKind::Custom, _) => executor(action, subject, findings),
        _ => {}
    }
    for field in action.fields.iter().filter(|field| names::one_of(field.name, NESTED)) {
        for kind in field.node.one_or_many().iter().filter_map(|part| part.any(&["type", "action_type"])) {
            if kind.json.as_str().is_some_and(|word| ActionKind::read(word) != ActionKind::Unknown) {
                findings.push(&RULE, &kind.at, "an action within an action is not checked".into());
            }
        }
    }
    for recipient in &action.recipients {
        if let Some(kind) = &recipient.kind
            && !names::one_of(kind.text, RECIPIENTS)
        {
            findings.push_as(
                &RULE,
                Severity::Medium,
                &kind.at,
                format!("there are no recipients of type `{}`", shown(kind.text)),
            );
        }
    }
}

fn executor(action: &Action<'_>, subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let Some(executor) = action.get("executor_type") else { return };
    let Some(text) = executor.json.as_str() else {
        findings.push(&RULE, &executor.at, "the executor is not named by a string".into());
        return;
    };
    match &subject.options.definitions.executors {
        Some(listed) if listed.iter().any(|one| names::same(one, text)) => {}
        Some(_) => findings.push(
            &RULE,
            &executor.at,
            format!("the policy does not allow the executor `{}`", shown(text)),
        ),
        None if names::words(text).iter().any(|word| RUNS_CODE.contains(&word.as_str())) => {
            findings.push(
                &RULE,
                &executor.at,
                format!("the executor `{}` runs code or commands", shown(text)),
            );
        }
        None => {}
    }
}

fn judge(condition: &Condition<'_>, subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    if let (ConditionKind::Unknown, Some(written)) = (condition.kind, &condition.type_node)
        && !written.json.as_str().is_some_and(|word| names::one_of(word, &["always", "never"]))
    {
        let word = written.json.as_str().map(shown).unwrap_or_default();
        findings.push(&RULE, &written.at, format!("there is no condition of type `{word}`"));
    }
    if let (Operator::Unknown, Some(written)) = (condition.operator, &condition.operator_node)
        && !matches!(condition.kind, ConditionKind::Custom | ConditionKind::Time | ConditionKind::QueryMatch)
    {
        let word = written.json.as_str().map(shown).unwrap_or_default();
        findings.push(&RULE, &written.at, format!("there is no operator `{word}`"));
    }
    if condition.kind == ConditionKind::Role
        && !matches!(condition.operator, Operator::HasPermission)
        && let Some(listed) = &subject.options.definitions.roles
    {
        for role in condition.value.iter().flat_map(Node::one_or_many) {
            if !role.json.as_str().is_some_and(|role| listed.iter().any(|one| one == role)) {
                findings.push_as(&RULE, Severity::Medium, &role.at, "the policy has no such role".into());
            }
        }
    }
    condition.children.iter().for_each(|child| judge(child, subject, findings));
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn words_that_the_language_does_not_have_are_found() {
        finds(&RULE, &with_action(r#"{"type":"shell","command":"ls"}"#), "/actions/0/type");
        finds(&RULE, &with_action(r#"{"title":"x"}"#), "/actions/0");
        finds(
            &RULE,
            &with_action(r#"{"type":"database","operation":"obliterate","table":"t"}"#),
            "/actions/0/operation",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"custom","executor_type":"python_script"}"#),
            "/actions/0/executor_type",
        );
        let operator = r#"[{"type":"field","field":"a","operator":"equalz","value":1}]"#;
        finds(&RULE, &with(operator, r#"{"type":"email","body":"x"}"#), "/conditions/0/operator");
        finds(
            &RULE,
            &with(r#"[{"type":"moon_phase"}]"#, r#"{"type":"email","body":"x"}"#),
            "/conditions/0/type",
        );
    }

    #[test]
    fn actions_within_actions_are_found_and_settings_are_not() {
        for (member, at) in [
            (r#""on_failure":{"type":"webhook","url":"https://evil.test/"}"#, "/actions/0/on_failure/type"),
            (r#""then":[{"action_type":"email","body":"x"}]"#, "/actions/0/then/0/action_type"),
        ] {
            finds(&RULE, &with_action(&format!(r#"{{"type":"email","body":"x",{member}}}"#)), at);
        }
        for member in [r#""on_error":"stop""#, r#""on_error":{"type":"retry","times":3}"#, r#""next":1"#] {
            passes(&RULE, &with_action(&format!(r#"{{"type":"email","body":"x",{member}}}"#)));
        }
    }

    #[test]
    fn milder_cases() {
        let recipient = r#"{"type":"email","body":"x","recipients":[{"type":"planet","value":"x"}]}"#;
        assert_eq!(
            found(&RULE, &with_action(recipient)),
            [("/actions/0/recipients/0/type".into(), Severity::Medium)]
        );
        let trigger = with_action(r#"{"type":"email","body":"x"}"#).replace("[\"create\"]", "[\"explode\"]");
        assert_eq!(found(&RULE, &trigger), [("/trigger/operations/0".into(), Severity::Medium)]);
    }

    #[test]
    fn what_the_policy_lists_binds() {
        let mut policy = document();
        policy.definitions.executors = Some([String::from("score")].into());
        policy.definitions.roles = Some([String::from("sales")].into());
        let definition = |executor: &str, role: &str| {
            with(
                &format!(r#"[{{"type":"role","operator":"has_any_role","roles":["{role}"]}}]"#),
                &format!(r#"{{"type":"custom","executor_type":"{executor}"}}"#),
            )
        };
        assert_eq!(found_with(&RULE, &definition("score", "sales"), &policy), []);
        assert_eq!(
            found_with(&RULE, &definition("other", "sales"), &policy),
            [("/actions/0/executor_type".into(), Severity::High)]
        );
        assert_eq!(
            found_with(&RULE, &definition("score", "king"), &policy),
            [("/conditions/0/roles/0".into(), Severity::Medium)]
        );
    }

    #[test]
    fn every_spelling_of_a_known_word_passes() {
        for operator in
            ["eq", "equals", "EQUALS", "greaterThan", "NOT_IN", "starts_with", "ENDS_WITH", "is_null", ">="]
        {
            let condition =
                format!(r#"[{{"type":"FIELD_VALUE","field":"a","operator":"{operator}","value":1}}]"#);
            passes(
                &RULE,
                &with(
                    &condition,
                    r#"{"type":"EMAIL","body":"x","recipients":[{"type":"ROLE","value":"a"}]}"#,
                ),
            );
        }
        passes(&RULE, &with_action(r#"{"type":"custom","executor_type":"credit_score"}"#));
    }
}
