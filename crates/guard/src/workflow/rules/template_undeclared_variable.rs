//! **What**: a template that names a variable which the policy does not declare.
//!
//! **Why**: templates see what they are given and no more, so the message is not sent.
//!
//! ```text
//! policy: "templates": { "variables": ["order"] }
//! bad:    "{{ customer.name }}"
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::subject::Subject;

pub(crate) const RULE: Rule = Rule {
    id: "template.undeclared_variable",
    severity: Severity::Medium,
    summary: "a template names a variable that the policy does not declare",
    fix: "Use a declared variable, or have it added to `templates.variables` of the policy.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        for refusal in slot.refusals.iter().filter(|refusal| refusal.code == "undeclared") {
            findings.push(&RULE, &slot.text.at, refusal.message.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn only_declared_variables_may_be_named() {
        let mut policy = document();
        policy.templates.variables = Some(["order".into()].into());
        let body = |body: &str| with_action(&alloc::format!(r#"{{"type":"email","body":"{body}"}}"#));
        assert_eq!(
            found_with(&RULE, &body("{{customer.name}}"), &policy),
            [("/actions/0/body".into(), Severity::Medium)]
        );
        assert_eq!(found_with(&RULE, &body("{{order.name}}"), &policy), []);
        passes(&RULE, &body("{{customer.name}}"));
    }
}
