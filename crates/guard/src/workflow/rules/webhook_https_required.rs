//! **What**: a URL of another scheme than `https`.
//!
//! **Why**: over cleartext everyone on the way reads the payload and the credential, and may answer.
//!
//! ```text
//! bad:  "http://api.example.com/orders"
//! good: "https://api.example.com/orders"
//! ```

use portcullis_wire::{guard::WebhookReason as Reason, workflow::Severity};

use super::{Findings, Rule};
use crate::workflow::subject::{Subject, UrlVerdict};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.https_required",
    severity: Severity::High,
    summary: "a webhook is not sent over https",
    fix: "Use an `https` URL.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        if url.verdict == UrlVerdict::Blocked(Reason::Scheme) {
            findings.push(&RULE, &url.text.at, "the URL does not begin with `https://`".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn other_schemes_are_found() {
        for url in
            ["http://api.example.com/", "ftp://api.example.com/", "//api.example.com/", "api.example.com"]
        {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
    }

    #[test]
    fn https_passes() {
        for url in ["https://api.example.com/", "HTTPS://api.example.com/"] {
            passes(&RULE, &webhook_to(url));
        }
    }
}
