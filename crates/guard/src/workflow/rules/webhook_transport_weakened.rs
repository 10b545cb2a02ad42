//! **What**: a webhook that switches the verification of certificates off, or follows redirects.
//!
//! **Why**: without verification anyone on the way is the host; a redirect leads from an allowed host
//! to any other.
//!
//! ```text
//! bad:  "verify_ssl": false     "insecure": true
//! good: (nothing: certificates are verified, redirects are not followed)
//! ```
//!
//! Milder: redirects (medium), as a host may check each hop.

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{json::Json, model::ActionKind, names, node::Node, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.transport_weakened",
    severity: Severity::High,
    summary: "a webhook does not verify the host's certificate, goes by way of another host, or follows redirects",
    fix: "Leave the member out.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in subject.actions(ActionKind::Webhook) {
        for (name, value) in all_members(&action.node) {
            if names::one_of(
                name,
                &["verify_ssl", "verify_tls", "ssl_verify", "tls_verify", "verify", "verify_certificate"],
            ) {
                if is(value.json, false) {
                    findings.push(&RULE, &value.at, format!("`{name}` switches verification off"));
                }
            } else if names::one_of(
                name,
                &["insecure", "skip_tls_verify", "insecure_skip_verify", "ignore_ssl_errors"],
            ) {
                if is(value.json, true) {
                    findings.push(&RULE, &value.at, format!("`{name}` switches verification off"));
                }
            } else if names::one_of(name, &["proxy", "proxies", "http_proxy", "https_proxy", "connect_to"]) {
                if !value.json.is_blank() && !is(value.json, false) {
                    findings.push(
                        &RULE,
                        &value.at,
                        format!("`{name}` sends the request by way of another host"),
                    );
                }
            } else if names::one_of(name, &["follow_redirects", "allow_redirects"]) && is(value.json, true) {
                findings.push_as(&RULE, Severity::Medium, &value.at, "redirects are followed".into());
            }
        }
    }
}

/// Members of the action and of the objects in it, but not of what is sent.
fn all_members<'t>(node: &Node<'t>) -> alloc::vec::Vec<(&'t str, Node<'t>)> {
    let mut found = alloc::vec::Vec::new();
    for (name, value) in node.members() {
        if names::one_of(name, &["body", "payload", "data", "headers", "payload_fields"]) {
            continue;
        }
        found.extend(all_members(&value));
        found.push((name, value));
    }
    found
}

fn is(json: &Json, wanted: bool) -> bool {
    match json {
        Json::Bool(value) => *value == wanted,
        Json::String(text) => text.eq_ignore_ascii_case(if wanted { "true" } else { "false" }),
        Json::Number(number) => number.as_f64() == Some(f64::from(u8::from(wanted))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn switched_off_verification_is_found() {
        finds(&RULE, &webhook_with(r#""verify_ssl":false"#), "/actions/0/verify_ssl");
        finds(&RULE, &webhook_with(r#""options":{"insecure":"true"}"#), "/actions/0/options/insecure");
        finds(&RULE, &webhook_with(r#""proxy":"http://10.0.0.1:3128""#), "/actions/0/proxy");
        let milder = found(&RULE, &webhook_with(r#""followRedirects":true"#));
        assert_eq!(milder, [("/actions/0/followRedirects".into(), Severity::Medium)]);
    }

    #[test]
    fn verification_and_payloads_pass() {
        passes(&RULE, &webhook_with(r#""proxy":null,"https_proxy":false"#));
        passes(&RULE, &webhook_with(r#""verify_ssl":true,"insecure":false,"payload":{"verify":false}"#));
    }
}
