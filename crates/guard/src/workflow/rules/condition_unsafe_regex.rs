//! **What**: a pattern that a backtracking engine may need exponential time for, that only such
//! engines read, or that data writes.
//!
//! **Why**: one record with the right text stops the workers.
//!
//! ```text
//! bad:  "matches": "(a+)+$"      "^(\\w+\\s?)*$"      "{{pattern}}"
//! good: "matches": "^[A-Z]{2}\\d+$"
//! ```
//!
//! Milder: look-around (medium), which is slow in some engines only.

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    expression,
    model::{ActionKind, Condition, Operator},
    read,
    regex::{self, Flaw},
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "condition.unsafe_regex",
    severity: Severity::High,
    summary: "a pattern may take exponential time",
    fix: "Let each text match in one way only, or match with a linear-time engine.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    let triggers = workflow.triggers.iter().flat_map(|trigger| &trigger.conditions);
    let actions = workflow.actions.iter().flat_map(|action| &action.conditions);
    workflow
        .conditions
        .iter()
        .chain(triggers)
        .chain(actions)
        .for_each(|condition| pattern(condition, findings));
    for action in subject.actions(ActionKind::Database) {
        for field in action.fields.iter().filter(|field| field.name == "filter") {
            read::filter(&field.node).iter().for_each(|condition| pattern(condition, findings));
        }
    }
}

fn pattern(condition: &Condition<'_>, findings: &mut Findings<'_>) {
    condition.children.iter().for_each(|child| pattern(child, findings));
    if condition.operator != Operator::Matches {
        return;
    }
    for value in condition.value.iter().flat_map(|value| value.one_or_many()) {
        let Some(text) = value.text() else { continue };
        let (severity, message) = if expression::is_template(text.text) {
            (Severity::High, "data writes the pattern")
        } else {
            match regex::flaw(text.text) {
                None => continue,
                Some(Flaw::Exponential) => (Severity::High, "the pattern may take exponential time"),
                Some(Flaw::BackReference) => {
                    (Severity::High, "the pattern refers back, which takes exponential time")
                }
                Some(Flaw::TooLong) => (Severity::High, "the pattern is too long to be checked"),
                Some(Flaw::LookAround) => {
                    (Severity::Medium, "the pattern looks around, which linear-time engines do not")
                }
                Some(Flaw::Invalid) => (Severity::Medium, "the pattern cannot be read"),
            }
        };
        findings.push_as(&RULE, severity, &text.at, message.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const ACTION: &str = r#"{"type":"email","body":"x"}"#;

    fn matches(pattern: &str) -> alloc::string::String {
        let pattern = serde_json::Value::from(pattern);
        with(
            &alloc::format!(r#"[{{"type":"field","field":"name","operator":"matches","value":{pattern}}}]"#),
            ACTION,
        )
    }

    #[test]
    fn exponential_patterns_and_patterns_from_data_are_found() {
        for pattern in ["(a+)+$", r"^(\w+\s?)*$", r"(a)\1", "{{pattern}}"] {
            finds(&RULE, &matches(pattern), "/conditions/0/value");
        }
        let nested = r#"[{"type":"composite","operator":"or","conditions":[{"type":"field","field":"a","operator":"REGEX","value":"(a|a)*$"}]}]"#;
        finds(&RULE, &with(nested, ACTION), "/conditions/0/conditions/0/value");
        let filter =
            r#"{"type":"database","operation":"delete","table":"t","filter":{"a":{"regex":"(a*)*b"}}}"#;
        finds(&RULE, &with_action(filter), "/actions/0/filter/a/regex");
    }

    #[test]
    fn patterns_with_one_way_pass() {
        for pattern in [r"^[A-Z]{2}\d+$", r"^(\d+,)*\d+$", "urgent"] {
            passes(&RULE, &matches(pattern));
        }
    }
}
