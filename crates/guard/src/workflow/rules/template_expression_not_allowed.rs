//! **What**: a template that does more than show variables through filters, test them with `if` or
//! go through them with `for`; or one that cannot be read.
//!
//! **Why**: expressions are how templates reach into the engine, and the host's settings.
//!
//! ```text
//! bad:  "{{ ''.__class__.__mro__ }}"   "{{ env.KEY }}"   "{{ 7 * 7 }}"   "{% include 'x' %}"   "{{ name"
//! good: "{{ order.number | upper }}"
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{
    expression::{self, Problem},
    model::Condition,
    node::Text,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "template.expression_not_allowed",
    severity: Severity::Critical,
    summary: "a template computes, calls, or reaches into the engine or the host",
    fix: "Use variables, the listed filters, `if` and `for` only; compute the value before the workflow runs.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        report(&slot.text, &slot.template.problems, findings);
        let read = slot.template.problems.is_empty();
        // What this language has and the engine has not: it would not be rendered.
        let refused = |code: &str| matches!(code, "not_allowed" | "syntax" | "limit");
        for refusal in slot.refusals.iter().filter(|refusal| read && refused(&refusal.code)) {
            findings.push(&RULE, &slot.text.at, refusal.message.clone());
        }
    }
    let triggers = subject.workflow.triggers.iter().flat_map(|trigger| &trigger.conditions);
    let actions = subject.workflow.actions.iter().flat_map(|action| &action.conditions);
    for condition in subject.workflow.conditions.iter().chain(triggers).chain(actions) {
        values(condition, findings);
    }
}

/// Templates in what conditions compare with.
fn values(condition: &Condition<'_>, findings: &mut Findings<'_>) {
    for text in condition.value.iter().flat_map(|value| value.strings()) {
        report(&text, &expression::read(text.text).problems, findings);
    }
    condition.children.iter().for_each(|child| values(child, findings));
}

fn report(text: &Text<'_>, problems: &[Problem], findings: &mut Findings<'_>) {
    for problem in problems {
        let message = match problem {
            Problem::Malformed(why) => format!("the template cannot be read: {why}"),
            Problem::Expression(why) => format!("the template holds {why}"),
            Problem::Name(name) => format!("`{}` leads into the engine or the host", shown(name)),
            Problem::Filter(_) => continue,
        };
        findings.push(&RULE, &text.at, message);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn expressions_are_found_wherever_templates_stand() {
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"{{ ''.__class__.__mro__ }}"}"#),
            "/actions/0/body",
        );
        finds(&RULE, &webhook_with(r#""headers":{"X-Home":"{{env.HOME}}"}"#), "/actions/0/headers/X-Home");
        finds(
            &RULE,
            &with_action(r#"{"type":"notification","title":"{% include 'x' %}","body":"y"}"#),
            "/actions/0/title",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"x","recipients":[{"type":"user","value":"{{ f() }}"}]}"#),
            "/actions/0/recipients/0/value",
        );
        finds(
            &RULE,
            &with(
                r#"[{"type":"field","field":"a","operator":"eq","value":"{{ a + 1 }}"}]"#,
                r#"{"type":"email","body":"x"}"#,
            ),
            "/conditions/0/value",
        );
        finds(&RULE, &webhook_with(r#""data":{"{{ 7*7 }}":1}"#), "/actions/0/data/{{ 7*7 }}");
    }

    #[test]
    fn variables_filters_conditions_and_loops_pass() {
        passes(
            &RULE,
            &with_action(
                r#"{"type":"email","body":"{{ a.b | date('%d') }} {% if c %}{{ d[0] }}{% endif %} 5 % {x}"}"#,
            ),
        );
    }
}
