//! **What**: a message that runs code: through its link, or in its text; or a link that a template
//! decides.
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
        let is_text = matches!(slot.place, Place::Title | Place::Body);
        if is_text
            && matches!(kind, Some(ActionKind::Notification | ActionKind::Email))
            && is_active(slot.text.text)
        {
            findings.push(&RULE, &slot.text.at, "the message holds code that its reader would run".into());
        }
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

/// Whether a text has elements or attributes of HTML that run code or load other documents.
fn is_active(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let elements = [
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "<base",
        "<form",
        "<meta",
        "<svg",
        "javascript:",
        "vbscript:",
    ];
    let handler = lower.split('<').skip(1).any(|tag| {
        let tag = tag.split('>').next().unwrap_or(tag);
        let names =
            tag.split(['=']).filter_map(|part| part.split([' ', '/', '"', '\'', '\n', '\t']).next_back());
        names.into_iter().any(|name| name.len() > 3 && name.starts_with("on") && tag.contains('='))
    });
    elements.iter().any(|element| lower.contains(element)) || handler
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
    fn texts_that_run_code_are_found() {
        for body in ["<b>x</b><script>y</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:x'>"]
        {
            let action = alloc::format!(r#"{{"type":"email","body":"{body}"}}"#);
            finds(&RULE, &with_action(&action), "/actions/0/body");
        }
        passes(&RULE, &with_action(r#"{"type":"email","body":"<p class='one'>a < b, only = on</p>"}"#));
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
