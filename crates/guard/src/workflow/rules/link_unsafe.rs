//! **What**: a link in a message that runs code, or that a template decides.
//!
//! **Why**: who clicks trusts the message; `javascript:` runs in the session of the reader.
//!
//! ```text
//! bad:  "link": "javascript:alert(1)"
//! good: "link": "/orders/{{id}}"
//! ```
//!
//! Milder: a link whose host a template decides (medium).

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{model::ActionKind, slots::Place, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "link.unsafe",
    severity: Severity::High,
    summary: "a link in a message runs code, or a template decides where it leads",
    fix: "Use a path of the product, or an https URL whose host is written out.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        let kind = subject.workflow.actions.get(slot.action).map(|action| action.kind);
        if slot.place != Place::Url || !matches!(kind, Some(ActionKind::Notification | ActionKind::Email)) {
            continue;
        }
        let plain: alloc::string::String =
            slot.text.text.chars().filter(|char| !char.is_whitespace() && !char.is_control()).collect();
        let plain = plain.to_ascii_lowercase();
        if ["javascript:", "vbscript:", "data:", "file:"].iter().any(|scheme| plain.starts_with(scheme)) {
            findings.push(&RULE, &slot.text.at, "the link runs code or opens a file".into());
        } else if plain.starts_with("{{") || plain.starts_with("https://{{") || plain.starts_with("//{{") {
            findings.push_as(
                &RULE,
                Severity::Medium,
                &slot.text.at,
                "a template decides where the link leads".into(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn links_that_run_code_are_found() {
        finds(
            &RULE,
            &with_action(r#"{"type":"notification","body":"x","link":" Java\tscript:alert(1)"}"#),
            "/actions/0/link",
        );
        let milder = found(&RULE, &with_action(r#"{"type":"notification","body":"x","link":"{{url}}"}"#));
        assert_eq!(milder, [("/actions/0/link".into(), Severity::Medium)]);
    }

    #[test]
    fn paths_and_https_pass() {
        passes(&RULE, &with_action(r#"{"type":"notification","body":"x","link":"/orders/{{id}}"}"#));
        passes(
            &RULE,
            &with_action(r#"{"type":"notification","body":"x","link":"https://api.example.com/{{id}}"}"#),
        );
    }
}
