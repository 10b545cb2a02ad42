//! **What**: a URL with a user name or password, or one that looks as if it had.
//!
//! **Why**: what stands before the `@` reads like the host and is not; and a password in a URL ends in logs.
//!
//! ```text
//! bad:  "https://api.example.com@10.0.0.5/"
//! good: "https://api.example.com/"
//! ```

use portcullis_wire::{guard::WebhookReason as Reason, workflow::Severity};

use super::{Findings, Rule};
use crate::workflow::subject::{Subject, UrlVerdict};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.userinfo",
    severity: Severity::Critical,
    summary: "the URL of a webhook carries a user name or password",
    fix: "Leave out what stands before the `@`; give credentials in `auth` with a `secret_ref`.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        if url.verdict == UrlVerdict::Blocked(Reason::Userinfo) {
            findings.push(&RULE, &url.text.at, "the URL carries a user name or password".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn userinfo_is_found() {
        for url in ["https://api.example.com@10.0.0.5/", "https://u:p@api.example.com/"] {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
    }

    #[test]
    fn an_at_sign_behind_the_host_passes() {
        for url in ["https://api.example.com/@me", "https://api.example.com/?to=a@b.example"] {
            passes(&RULE, &webhook_to(url));
        }
    }
}
