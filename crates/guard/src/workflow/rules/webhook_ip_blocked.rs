//! **What**: a URL whose host is an address, or a name that only the machine or its network knows.
//!
//! **Why**: that is how a workflow reaches services that trust everyone inside: metadata, databases, consoles.
//!
//! ```text
//! bad:  "https://169.254.169.254/"   "https://[::1]/"   "https://localhost/"
//! good: "https://api.example.com/"
//! ```

use portcullis_wire::{guard::WebhookReason as Reason, workflow::Severity};

use super::{Findings, Rule};
use crate::workflow::subject::{Subject, UrlVerdict};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.ip_blocked",
    severity: Severity::Critical,
    summary: "a webhook goes to an address, or into the own network",
    fix: "Use the public name of an allowed host.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        let message = match url.verdict {
            UrlVerdict::Blocked(Reason::AddressNotPublic) => "the host is an address that is not public",
            UrlVerdict::Blocked(Reason::IpLiteral) => {
                "the host is an address, which the policy does not allow"
            }
            UrlVerdict::Blocked(Reason::HostLocal) => "the host is a name of the machine or its network",
            _ => continue,
        };
        findings.push(&RULE, &url.text.at, message.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn addresses_and_local_names_are_found() {
        for url in [
            "https://[::1]/",
            "https://169.254.169.254/",
            "https://10.0.0.5/",
            "https://localhost/",
            "https://8.8.8.8/",
            "https://db.internal/",
        ] {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
    }

    #[test]
    fn public_names_pass() {
        for url in ["https://api.example.com/", "https://evil.test/"] {
            passes(&RULE, &webhook_to(url));
        }
    }
}
