//! **What**: a URL whose host the policy does not list.
//!
//! **Why**: data leaves to whoever owns the host, and look-alikes of a listed name are cheap.
//!
//! ```text
//! bad:  "https://api.example.com.evil.test/"
//! good: "https://api.example.com/"
//! ```

use portcullis_wire::{guard::WebhookReason as Reason, workflow::Severity};

use super::{Findings, Rule};
use crate::workflow::subject::{Subject, UrlVerdict};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.domain_not_allowed",
    severity: Severity::High,
    summary: "a webhook goes to a host that the policy does not allow",
    fix: "Use an allowed host, or have the host added to `webhooks.allow_domains` of the policy.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        if url.verdict == UrlVerdict::Blocked(Reason::DomainNotAllowed) {
            findings.push(&RULE, &url.text.at, "the policy does not allow the host".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn hosts_that_are_not_listed_are_found() {
        for url in [
            "https://evil.test/x",
            "https://notapi.example.com.evil.test/",
            "https://example.com/",
            "https://hooks.example.com/",
        ] {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
    }

    #[test]
    fn listed_hosts_pass() {
        for url in ["https://api.example.com/", "https://a.hooks.example.com/x"] {
            passes(&RULE, &webhook_to(url));
        }
    }
}
