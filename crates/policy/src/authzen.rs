//! Checks of what the native host needs for AuthZEN. It decides nothing here: a mistake that the host
//! would meet at a request is told when the policy is read.

use alloc::{collections::BTreeMap, format, string::String};

use portcullis_json::pointer::push_member;
use portcullis_wire::policy::{AuthzenCallers, PolicyDocument, PrincipalEntry, SecretReference};

use crate::{ClaimValue, Policy, Principal, report::Report};

/// Most questions in one batch.
const MAX_EVALUATIONS: u32 = 10_000;

/// What an operation's id can be made of.
const PARTS: &[&str] = &["resource.type", "resource.id", "action.name"];

impl Report {
    pub(crate) fn authzen(&mut self, document: &PolicyDocument) {
        let Some(section) = &document.authzen else { return };
        match &section.callers {
            AuthzenCallers::Secret(SecretReference::Env(place) | SecretReference::File(place)) => {
                if place.is_empty() {
                    self.push("authzen_secret", "/authzen/callers/secret", "expected where the secret is");
                }
            }
            AuthzenCallers::Token(rules) => {
                const AUDIENCES: &str = "/authzen/callers/token/audiences";
                self.token("/authzen/callers/token", rules);
                if rules.audiences.is_empty() {
                    self.push(
                        "authzen_audience",
                        AUDIENCES,
                        "expected an audience of their own: without one, every user's token would be a caller's",
                    );
                }
                let users =
                    document.token.as_ref().map(|token| token.audiences.as_slice()).unwrap_or_default();
                for (at, audience) in rules.audiences.iter().enumerate() {
                    if users.contains(audience) {
                        self.push(
                            "authzen_audience",
                            format!("{AUDIENCES}/{at}"),
                            "tokens of users are for this audience too, and would be callers' tokens",
                        );
                    }
                }
            }
        }
        if let Some(problem) = section.operation.as_deref().and_then(template_problem) {
            self.push("authzen_operation", "/authzen/operation", problem);
        }
        if section.url.as_deref().is_some_and(|url| !is_base_url(url)) {
            self.push(
                "authzen_url",
                "/authzen/url",
                "expected an address that begins with https://, without a query, a fragment, or a slash at its end",
            );
        }
        if !(1..=MAX_EVALUATIONS).contains(&section.max_evaluations) {
            self.push("authzen_size", "/authzen/max_evaluations", format!("expected 1 to {MAX_EVALUATIONS}"));
        }
    }

    /// Claims that are good under the policy. One that is not would deny everything, unexplained.
    pub(crate) fn principals(&mut self, policy: &Policy, principals: &BTreeMap<String, PrincipalEntry>) {
        for (id, entry) in principals {
            let principal = Principal::assumed(policy, ClaimValue::One(&entry.claim));
            if let Err(reason) = principal.claim() {
                let mut path = String::from("/principals");
                push_member(&mut path, id);
                path.push_str("/claim");
                self.push("principal_claim", path, format!("the claim would be refused: {}", reason.code()));
            }
            for (at, role) in entry.roles.iter().enumerate() {
                if !policy.access.as_ref().is_some_and(|access| access.roles.knows(role)) {
                    let mut path = String::from("/principals");
                    push_member(&mut path, id);
                    path.push_str(&format!("/roles/{at}"));
                    self.push(
                        "principal_role",
                        path,
                        "the policy has no such role, so it would grant nothing",
                    );
                }
            }
        }
    }
}

fn template_problem(template: &str) -> Option<&'static str> {
    let mut rest = template;
    let mut names_action = false;
    while let Some((text, after)) = rest.split_once('{') {
        if text.contains('}') {
            return Some("a `}` without its `{`");
        }
        let Some((part, after)) = after.split_once('}') else { return Some("a `{` without its `}`") };
        if !PARTS.contains(&part) {
            return Some("expected {resource.type}, {resource.id} or {action.name}");
        }
        names_action |= part == "action.name";
        rest = after;
    }
    if rest.contains('}') {
        Some("a `}` without its `{`")
    } else if names_action {
        None
    } else {
        Some("it does not look at {action.name}, so all actions would be one")
    }
}

fn is_base_url(url: &str) -> bool {
    let authority = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    authority.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.ends_with('/')
            && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use crate::load;

    fn findings(authzen: &str, more: &str) -> Vec<(String, String)> {
        let text = format!(
            r#"{{"portcullis":1,"token":{{"audiences":["users"],"algorithms":["ES256"]}},"authzen":{authzen}{more}}}"#
        );
        match load(&text, None) {
            Ok(_) => Vec::new(),
            Err(error) => error.findings.into_iter().map(|finding| (finding.path, finding.code)).collect(),
        }
    }

    fn finding(path: &str, code: &str) -> (String, String) {
        (path.into(), code.into())
    }

    const SECRET: &str = r#"{"callers":{"secret":{"env":"CALLERS"}}"#;

    #[test]
    fn a_section_without_a_way_to_know_callers_is_refused() {
        assert_eq!(findings(&format!("{SECRET}}}"), ""), []);
        assert_eq!(findings("{}", ""), [finding("/authzen", "missing_member")]);
        assert_eq!(
            findings(r#"{"callers":{"secret":{"env":""}}}"#, ""),
            [finding("/authzen/callers/secret", "authzen_secret")]
        );
    }

    #[test]
    fn users_are_no_callers() {
        let token = |audiences| {
            findings(
                &format!(r#"{{"callers":{{"token":{{"audiences":{audiences},"algorithms":["ES256"]}}}}}}"#),
                "",
            )
        };
        assert_eq!(token(r#"["pdp"]"#), []);
        assert_eq!(token("[]"), [finding("/authzen/callers/token/audiences", "authzen_audience")]);
        assert_eq!(
            token(r#"["pdp","users"]"#),
            [finding("/authzen/callers/token/audiences/1", "authzen_audience")]
        );
        assert_eq!(
            findings(r#"{"callers":{"token":{"audiences":["pdp"],"algorithms":["none"]}}}"#, ""),
            [finding("/authzen/callers/token/algorithms/0", "token_rules")]
        );
    }

    #[test]
    fn templates_and_addresses_are_checked() {
        let with = |member: &str| findings(&format!("{SECRET},{member}}}"), "");
        for good in ["{action.name}", "app.{resource.type}.{action.name}", "{action.name}-{resource.id}"] {
            assert_eq!(with(&format!(r#""operation":"{good}""#)), [], "{good}");
        }
        for bad in [
            "app",
            "{action}",
            "{action.name",
            "action.name}",
            "{{action.name}",
            "{resource.type}",
            "{action.name}}",
        ] {
            assert_eq!(
                with(&format!(r#""operation":"{bad}""#)),
                [finding("/authzen/operation", "authzen_operation")],
                "{bad}"
            );
        }
        assert_eq!(with(r#""url":"https://pdp.test/tenant""#), []);
        for bad in [
            "pdp.test",
            "https://",
            "https:///a",
            "https://pdp.test/",
            "https://pdp.test?a",
            "https://pdp.test/#a",
            "https://pdp test",
        ] {
            assert_eq!(with(&format!(r#""url":"{bad}""#)), [finding("/authzen/url", "authzen_url")], "{bad}");
        }
        assert_eq!(with(r#""max_evaluations":0"#), [finding("/authzen/max_evaluations", "authzen_size")]);
    }

    #[test]
    fn claims_of_principals_are_good_ones() {
        let with = |claim: &str| {
            findings(&format!("{SECRET}}}"), &format!(r#","principals":{{"a/b":{{"claim":"{claim}"}}}}"#))
        };
        assert_eq!(with("a:workflow-api"), []);
        assert_eq!(with("a:workflow-api;"), [finding("/principals/a~1b/claim", "principal_claim")]);
        assert_eq!(with("a:other"), [finding("/principals/a~1b/claim", "principal_claim")]);
    }

    #[test]
    fn roles_of_principals_are_known_and_attributes_are_members() {
        let with = |entry: &str| {
            let roles = r#""roles":{"permissions":["a:b"],"roles":{"clerk":{"permissions":["a:b"]}}}"#;
            let entry = format!(r#""claim":"a:workflow-api",{entry}"#);
            findings(&format!("{SECRET}}}"), &format!(r#",{roles},"principals":{{"ada":{{{entry}}}}}"#))
        };
        assert_eq!(with(r#""roles":["clerk"],"attributes":{"staff":true,"teams":[1,{"a":null}]}"#), []);
        assert_eq!(
            with(r#""roles":["clerk","klerk"]"#),
            [finding("/principals/ada/roles/1", "principal_role")]
        );
        assert_eq!(with(r#""attributes":[]"#), [finding("/principals/ada/attributes", "wrong_type")]);
    }
}
