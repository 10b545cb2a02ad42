//! **What**: a header whose name or value ends the line, or that the client itself sets.
//!
//! **Why**: a line break begins another header or another request; `Host` and the headers of framing
//! send a request somewhere else than its URL says. In mail, a line break in the subject adds
//! recipients.
//!
//! ```text
//! bad:  "headers": { "Host": "internal" }   "subject": "Hello\r\nBcc: x@evil.test"
//! good: "headers": { "Content-Type": "application/json" }
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown, webhook_inline_credential::pairs};
use crate::workflow::{model::ActionKind, names, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.header_invalid",
    severity: Severity::High,
    summary: "a header or subject breaks the line, or a header is the client's to set",
    fix: "Keep headers to one line each, and leave the host and the framing to the client.",
    check,
};

/// Headers that say where a request goes and where it ends.
const RESERVED: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in &subject.workflow.actions {
        for field in action.fields.iter().filter(|field| field.name == "headers") {
            for (name, value) in pairs(&field.node) {
                if !is_token(name) || value.json.as_str().is_some_and(breaks_line) {
                    findings.push(
                        &RULE,
                        &value.at,
                        format!("the header `{}` cannot be sent as written", shown(name)),
                    );
                } else if action.kind == ActionKind::Webhook && names::one_of(name, RESERVED) {
                    findings.push(
                        &RULE,
                        &value.at,
                        format!("the header `{}` is the client's to set", shown(name)),
                    );
                }
            }
        }
        if action.kind == ActionKind::Email {
            for value in action.recipients.iter().filter_map(|recipient| recipient.value.as_ref()) {
                if value.json.as_str().is_some_and(breaks_line) {
                    findings.push(&RULE, &value.at, "the recipient breaks the line".into());
                }
            }
            for field in action.fields.iter().filter(|field| matches!(field.name, "subject" | "sender")) {
                if field.node.json.as_str().is_some_and(breaks_line) {
                    findings.push(&RULE, &field.node.at, format!("the {} breaks the line", field.name));
                }
            }
        }
    }
}

/// A name by RFC 9110.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char))
}

fn breaks_line(value: &str) -> bool {
    value.chars().any(|char| (char.is_control() && char != '\t') || matches!(char, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn line_breaks_and_headers_of_the_client_are_found() {
        finds(&RULE, &webhook_with(r#""headers":{"X-A":"b\r\nHost: evil.test"}"#), "/actions/0/headers/X-A");
        finds(&RULE, &webhook_with(r#""headers":{"X-A\nB":"c"}"#), "/actions/0/headers/X-A\nB");
        finds(&RULE, &webhook_with(r#""headers":{"host":"internal"}"#), "/actions/0/headers/host");
        finds(
            &RULE,
            &with_action(r#"{"type":"email","subject":"a\nBcc: b@evil.test","body":"x"}"#),
            "/actions/0/subject",
        );
    }

    #[test]
    fn plain_headers_pass() {
        passes(&RULE, &webhook_with(r#""headers":{"Content-Type":"application/json","X-Order":"{{id}}"}"#));
        passes(&RULE, &with_action(r#"{"type":"email","subject":"a","body":"x\ny"}"#));
    }
}
