//! **What**: a credential written into the definition: in a header, in `auth`, in the URL or the
//! payload, or a text in the form of a well-known kind of key.
//!
//! **Why**: definitions are exported, versioned and read by many; what is in them is no secret.
//!
//! ```text
//! bad:  "headers": { "Authorization": "Bearer abcdef0123456789" }
//!       "auth": { "type": "basic", "username": "u", "password": "p" }
//! good: "auth": { "type": "bearer", "secret_ref": "shipping-token" }
//! ```

use alloc::{format, vec::Vec};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{
    expression,
    model::{Action, ActionKind},
    names,
    node::{Node, Text},
    sensitive,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.inline_credential",
    severity: Severity::High,
    summary: "a credential is written into the definition",
    fix: "Store the secret with the host and name it: `\"auth\": { \"type\": \"bearer\", \"secret_ref\": \"…\" }`.",
    check,
};

/// Last words of names that tell about a credential and are none.
const ABOUT: &[&str] = &[
    "algorithm",
    "alias",
    "audience",
    "field",
    "header",
    "id",
    "in",
    "location",
    "method",
    "mode",
    "name",
    "path",
    "placement",
    "prefix",
    "ref",
    "reference",
    "scheme",
    "scope",
    "scopes",
    "type",
    "uri",
    "url",
    "version",
];

/// How schemes of HTTP authentication begin, which are no secret.
const SCHEMES: &[&str] = &["apikey", "basic", "bearer", "digest", "key", "token"];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in &subject.workflow.actions {
        for text in written(action) {
            findings.push(&RULE, &text.at, "a credential stands in the definition".into());
        }
    }
    for slot in &subject.slots {
        if let Some(kind) = known_shape(slot.text.text) {
            findings.push(&RULE, &slot.text.at, format!("{kind} stands in the definition"));
        }
    }
}

/// The credentials of an action that are told by the name of the member that they are in.
fn written<'t>(action: &Action<'t>) -> Vec<Text<'t>> {
    let mut found = Vec::new();
    for field in &action.fields {
        match field.name {
            "headers" => {
                for (name, value) in pairs(&field.node) {
                    let is_one = |text: &Text<'_>| names_credential(name) || names_scheme(text.text);
                    found.extend(value.text().filter(|text| is_one(text) && is_literal(text.text)));
                }
            }
            "auth" | "auth_config" if action.kind != ActionKind::Database => {
                authentication(&field.node, &mut found)
            }
            "url" => found.extend(field.node.text().filter(|text| query_credential(text.text))),
            "field_mapping" | "filter" => {}
            _ => members(&field.node, field.name, &mut found),
        }
    }
    found
}

/// Names and values: of an object, or of a list of objects with `name` and `value`.
pub(super) fn pairs<'t>(node: &Node<'t>) -> Vec<(&'t str, Node<'t>)> {
    let named = node.elements().filter_map(|element| {
        let name = element.any(&["name", "key", "header"]).and_then(|name| name.text())?;
        Some((name.text, element.get("value")?))
    });
    node.members().chain(named).collect()
}

fn authentication<'t>(node: &Node<'t>, found: &mut Vec<Text<'t>>) {
    const KINDS: &[&str] = &[
        "none", "basic", "bearer", "api_key", "hmac", "oauth2", "oauth", "digest", "custom", "token", "jwt",
    ];
    if let Some(text) = node.text() {
        found.extend(Some(text).filter(|text| !names::one_of(text.text, KINDS) && is_literal(text.text)));
        return;
    }
    for (name, value) in node.members() {
        let words = names::words(name);
        let about = words.last().is_some_and(|word| ABOUT.contains(&word.as_str()));
        let is_value = names::one_of(name, &["value", "key", "pass", "bearer", "signature", "header_value"]);
        match value.text() {
            // The name of the header that the credential goes into.
            Some(text) if text.text.get(..2).is_some_and(|two| two.eq_ignore_ascii_case("x-")) => {}
            Some(text) if !about && (is_value || sensitive::is_credential(name)) => {
                found.extend(Some(text).filter(|text| is_literal(text.text)));
            }
            Some(_) => {}
            None => authentication(&value, found),
        }
    }
    node.elements().for_each(|element| authentication(&element, found));
}

/// Members of a payload, at any depth, that are named like a credential and hold what looks like one.
fn members<'t>(node: &Node<'t>, name: &str, found: &mut Vec<Text<'t>>) {
    if names_credential(name) {
        let is_secret = |text: &Text<'_>| {
            let value = text.text.trim();
            value.len() >= 8 && !value.contains(char::is_whitespace) && is_literal(value)
        };
        found.extend(node.text().filter(is_secret));
    }
    for (name, value) in node.members() {
        members(&value, name, found);
    }
    node.elements().for_each(|element| members(&element, name, found));
}

fn names_credential(name: &str) -> bool {
    let words = names::words(name);
    sensitive::is_credential(name) && !words.last().is_some_and(|word| ABOUT.contains(&word.as_str()))
}

/// Whether a value of a header is a credential by itself: a scheme of HTTP authentication, and one word.
fn names_scheme(value: &str) -> bool {
    let mut words = value.split_whitespace();
    let scheme = words.next().is_some_and(|word| names::one_of(word, &["basic", "bearer"]));
    scheme && words.next().is_some_and(|word| word.len() >= 8) && words.next().is_none()
}

/// How references to a stored secret begin.
const REFERENCES: &[&str] =
    &["${", "$(", "secret:", "secret_ref:", "secrets/", "vault:", "ref:", "env:", "arn:", "kms:"];

/// Whether something is written out, beside templates, references and the name of a scheme.
fn is_literal(value: &str) -> bool {
    let words = value.split_whitespace().filter(|word| !names::one_of(word, SCHEMES));
    let rest = words.collect::<Vec<&str>>().join(" ");
    let is_reference = REFERENCES.iter().any(|prefix| rest.starts_with(prefix));
    if is_reference || rest.is_empty() || names::same(&rest, "none") {
        return false;
    }
    if !expression::is_template(&rest) {
        return true;
    }
    // What is left beside the templates.
    let mut left = 0_usize;
    let mut text = rest.as_str();
    while let Some((before, inside)) = text.split_once("{{") {
        left = left.saturating_add(before.trim().len());
        text = inside.split_once("}}").map_or("", |(_, after)| after);
    }
    left.saturating_add(text.trim().len()) >= 6
}

fn query_credential(url: &str) -> bool {
    let Some((_, query)) = url.split_once('?') else { return false };
    let parameters = query.split(['&', ';', '#']).filter_map(|parameter| parameter.split_once('='));
    parameters.into_iter().any(|(name, value)| names_credential(name) && is_literal(value))
}

/// Kinds of keys that are known by how they begin.
fn known_shape(text: &str) -> Option<&'static str> {
    const PREFIXES: &[(&str, usize, &str)] = &[
        ("AKIA", 16, "an AWS access key"),
        ("ASIA", 16, "an AWS access key"),
        ("sk_live_", 16, "a payment key"),
        ("rk_live_", 16, "a payment key"),
        ("ghp_", 30, "a GitHub token"),
        ("gho_", 30, "a GitHub token"),
        ("ghs_", 30, "a GitHub token"),
        ("github_pat_", 30, "a GitHub token"),
        ("glpat-", 20, "a GitLab token"),
        ("xoxb-", 20, "a Slack token"),
        ("xoxp-", 20, "a Slack token"),
        ("AIza", 30, "a Google key"),
    ];
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    text.split(|char| !is_part(char)).find_map(|word| {
        let mut parts = word.split('.');
        let is_jwt = word.starts_with("eyJ")
            && parts.clone().count() == 3
            && parts.all(|part| part.len() >= 4)
            && word.split('.').nth(1).is_some_and(|payload| payload.starts_with("eyJ"));
        if is_jwt {
            return Some("a JSON Web Token");
        }
        PREFIXES.iter().find_map(|(prefix, rest, kind)| {
            let length = word.strip_prefix(prefix)?.len();
            (length >= *rest).then_some(*kind)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn credentials_are_found_wherever_they_stand() {
        finds(
            &RULE,
            &webhook_with(r#""headers":{"Authorization":"Bearer abcdef0123"}"#),
            "/actions/0/headers/Authorization",
        );
        finds(
            &RULE,
            &webhook_with(r#""headers":[{"name":"X-Api-Key","value":"k-123456"}]"#),
            "/actions/0/headers/0/value",
        );
        finds(
            &RULE,
            &webhook_with(r#""auth":{"type":"basic","username":"u","password":"p"}"#),
            "/actions/0/auth/password",
        );
        finds(
            &RULE,
            &webhook_with(r#""auth_type":"bearer","auth_config":{"token":"abc"}"#),
            "/actions/0/auth_config/token",
        );
        finds(
            &RULE,
            &webhook_with(r#""payload":{"a":{"apiKey":"0123456789"}}"#),
            "/actions/0/payload/a/apiKey",
        );
        finds(&RULE, &webhook_to("https://api.example.com/?a=1&api_key=abc"), "/actions/0/url");
        finds(
            &RULE,
            &webhook_with(r#""headers":{"X-Note":"ghp_0123456789abcdefghijABCDEFGHIJ012345"}"#),
            "/actions/0/headers/X-Note",
        );
        for header in [r#""X-Custom":"Bearer abcdef0123""#, r#""X-Signature-Key":"abcdef0123""#] {
            let name = header.split('"').nth(1).unwrap();
            let found = webhook_with(&alloc::format!(r#""headers":{{{header}}}"#));
            finds(&RULE, &found, &alloc::format!("/actions/0/headers/{name}"));
        }
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"}"#),
            "/actions/0/body",
        );
        finds(
            &RULE,
            &webhook_with(r#""auth":{"type":"bearer","secret_ref":"sk_live_0123456789abcdefgh"}"#),
            "/actions/0/auth/secret_ref",
        );
    }

    #[test]
    fn references_and_what_is_about_credentials_pass() {
        for members in [
            r#""auth":{"type":"bearer","secret_ref":"shipping-token"}"#,
            r#""auth_type":"api_key","auth_config":{"header_name":"X-Api-Key","secret_ref":"k"}"#,
            r#""auth":{"type":"api_key","key":"X-Api-Key","secret_ref":"k"}"#,
            r#""auth":"bearer""#,
            r#""headers":{"Content-Type":"application/json","Idempotency-Key":"{{id}}","X-Author":"sales"}"#,
            r#""headers":{"Authorization":"Bearer ${secrets.shipping}"}"#,
            r#""headers":{"X-Note":"Bearer of news","X-Level":"basic","X-Plan":"Basic {{plan}}"}"#,
            r#""payload":{"token_type":"order-token","key":"value-of-key","note":"our secret sale"}"#,
            r#""auth_config":{"token_url":"https://api.example.com/token","client_id":"c","client_secret_ref":"s"}"#,
        ] {
            passes(&RULE, &webhook_with(members));
        }
    }
}
