//! **What**: a URL that is missing, or that readers do not agree on: white space, controls or
//! backslashes in it, an odd spelling of the host, a port that the policy does not allow.
//!
//! **Why**: where the checker and the client read different hosts, the check is worth nothing.
//!
//! ```text
//! bad:  "https://api.example.com\\@evil.test/"   "https://0x7f.1/"   "https://api.example.com:25/"
//! good: "https://api.example.com/"
//! ```
//!
//! Milder: a webhook without any URL (medium), which does nothing.

use portcullis_wire::{guard::WebhookReason as Reason, workflow::Severity};

use super::{Findings, Rule};
use crate::workflow::{
    model::ActionKind,
    subject::{Subject, UrlVerdict},
};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.url_invalid",
    severity: Severity::High,
    summary: "the URL of a webhook is missing or not written as every reader reads it",
    fix: "Write scheme, host and path plainly, with no port or an allowed one.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        let UrlVerdict::Blocked(reason) = url.verdict else { continue };
        let message = match reason {
            Reason::TooLong => "the URL is too long",
            Reason::Character => {
                "the URL holds a space, a control character, a backslash or one that does not show"
            }
            Reason::HostInvalid => "the host is not written as every reader reads it",
            Reason::PortInvalid => "the port is not a number from 1 to 65535",
            Reason::PortNotAllowed => "the policy does not allow the port",
            Reason::AddressInvalid | Reason::NotResolved | Reason::EvaluationLimit => {
                "the URL cannot be checked"
            }
            // Rules of their own.
            Reason::Allowed
            | Reason::Scheme
            | Reason::Userinfo
            | Reason::HostLocal
            | Reason::IpLiteral
            | Reason::DomainNotAllowed
            | Reason::AddressNotPublic => continue,
        };
        findings.push(&RULE, &url.text.at, message.into());
    }
    for action in subject.actions(ActionKind::Webhook) {
        match action.get("url") {
            Some(url) if url.json.as_str().is_none() && !url.json.is_blank() => {
                findings.push(&RULE, &url.at, "the URL is not a string".into());
            }
            Some(url) if !url.json.is_blank() => {}
            _ => findings.push_as(&RULE, Severity::Medium, action.at(), "the webhook has no URL".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn urls_that_readers_do_not_agree_on_are_found() {
        for url in [
            "https://api.example.com\\@evil.test/",
            "https://0x7f.1/",
            "https://api.example.com:25/",
            "https://api.example.com /",
            "https://",
            "https://api.example.com:0443/",
            "https://{host}/",
        ] {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
        finds(
            &RULE,
            &with_action(r#"{"type":"webhook","url":["https://api.example.com/"]}"#),
            "/actions/0/url",
        );
    }

    #[test]
    fn a_webhook_without_a_url_does_nothing() {
        assert_eq!(
            found(&RULE, &with_action(r#"{"type":"webhook"}"#)),
            [("/actions/0".into(), Severity::Medium)]
        );
    }

    #[test]
    fn plain_urls_pass() {
        passes(&RULE, &webhook_to("https://api.example.com:443/a?b=c#d"));
    }
}
