//! What the tests of rules share: a safe definition around the part that a test is about.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::{
    policy::{GuardDocument, WebhooksSection},
    workflow::{LintReport, Severity},
};

use super::Rule;
use crate::{Policy, workflow};

/// A policy with the hosts that tests use.
pub(crate) fn document() -> GuardDocument {
    let mut document: GuardDocument = serde_json::from_str(r#"{"portcullis":1}"#).unwrap();
    document.webhooks = Some(WebhooksSection {
        allow_domains: Some(["api.example.com".into(), "*.hooks.example.com".into()].into()),
        ..WebhooksSection::default()
    });
    document
}

/// A definition's report under a policy.
pub(crate) fn lint(definition: &str, document: &GuardDocument) -> LintReport {
    workflow::lint(definition, &Policy::new(document).unwrap().definitions())
}

/// What a rule finds in a definition: where, and how bad.
pub(crate) fn found(rule: &Rule, definition: &str) -> Vec<(String, Severity)> {
    found_with(rule, definition, &document())
}

/// The same under another policy.
pub(crate) fn found_with(rule: &Rule, definition: &str, document: &GuardDocument) -> Vec<(String, Severity)> {
    let report = lint(definition, document);
    assert!(!report.findings.iter().any(|finding| finding.rule == "definition.unreadable"), "{definition}");
    report
        .findings
        .into_iter()
        .filter(|finding| finding.rule == rule.id)
        .map(|finding| (finding.location, finding.severity))
        .collect()
}

/// A definition with one action.
pub(crate) fn with_action(action: &str) -> String {
    with(r#"[{"type":"field","field":"total","operator":"gt","value":1000}]"#, action)
}

/// A definition with these conditions and one action.
pub(crate) fn with(conditions: &str, action: &str) -> String {
    format!(
        r#"{{"name":"n","status":"active","version":"1","tenant_id":"TenantA","trigger":{{"entity_type":"order",
        "operations":["create"]}},"conditions":{conditions},"actions":[{action}]}}"#
    )
}

/// A webhook action with more members.
pub(crate) fn webhook_with(members: &str) -> String {
    with_action(&format!(
        r#"{{"type":"webhook","method":"POST","url":"https://api.example.com/x","body":{{"id":"{{{{id}}}}"}},{members}}}"#
    ))
}

/// A webhook that goes to a URL.
pub(crate) fn webhook_to(url: &str) -> String {
    let url = serde_json::Value::from(url).to_string();
    with_action(&format!(r#"{{"type":"webhook","method":"POST","url":{url},"body":{{"id":"{{{{id}}}}"}}}}"#))
}

/// Asserts that a rule finds something, of its own severity, at a place.
#[track_caller]
pub(crate) fn finds(rule: &Rule, definition: &str, at: &str) {
    assert_eq!(found(rule, definition), [(at.to_string(), rule.severity)], "{definition}");
}

/// Asserts that a rule finds nothing.
#[track_caller]
pub(crate) fn passes(rule: &Rule, definition: &str) {
    assert_eq!(found(rule, definition), [], "{definition}");
}
