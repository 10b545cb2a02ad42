//! **What**: a definition that sends something out and names no rate-limit class.
//!
//! **Why**: a burst of events becomes a burst of messages; the limits of the host are all that is
//! left then.
//!
//! ```text
//! good: "rate_limit_class": "bulk"
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{model::ActionKind, node::Pointer, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "rate_limit.missing",
    severity: Severity::Info,
    summary: "no rate-limit class is named",
    fix: "Name a `rate_limit_class`, for the definition or for the action.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let named = ["rate_limit", "rate_limit_class", "rate_class", "throttle", "rate_limits"];
    if subject.workflow.root.any(&named).is_some_and(|node| !node.json.is_blank()) {
        return;
    }
    let sends = |kind| matches!(kind, ActionKind::Notification | ActionKind::Email | ActionKind::Webhook);
    let mut actions = subject.workflow.actions.iter().filter(|action| sends(action.kind));
    if actions.any(|action| action.get("rate_limit").is_none_or(|node| node.json.is_blank())) {
        findings.push(&RULE, &Pointer::new(), "messages are sent without a rate-limit class".into());
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn sending_without_a_class_is_told() {
        finds(&RULE, &with_action(r#"{"type":"email","body":"x"}"#), "");
    }

    #[test]
    fn a_class_for_the_definition_or_the_action_is_enough() {
        passes(&RULE, &with_action(r#"{"type":"email","body":"x","rate_limit_class":"bulk"}"#));
        passes(
            &RULE,
            &with_action(r#"{"type":"email","body":"x"}"#).replacen('{', r#"{"rateLimitClass":"bulk","#, 1),
        );
        passes(&RULE, &with_action(r#"{"type":"database","operation":"create","table":"t"}"#));
    }
}
