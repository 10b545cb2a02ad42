//! **What**: a URL whose scheme, host or port a template decides.
//!
//! **Why**: whoever changes the record chooses where the payload, and the credential, are sent.
//!
//! ```text
//! bad:  "https://{{customer.domain}}/hook"   "https://api.example.com{{path}}"
//! good: "https://api.example.com/customers/{{customer.id}}"
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::subject::{Subject, UrlVerdict};

pub(crate) const RULE: Rule = Rule {
    id: "webhook.templated_host",
    severity: Severity::Critical,
    summary: "a template decides which host a webhook goes to",
    fix: "Write the host out; templates may stand behind it, in the path and the query.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for url in &subject.urls {
        if url.verdict == UrlVerdict::Templated {
            findings.push(&RULE, &url.text.at, "a template stands before the path of the URL".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn templates_in_front_of_the_path_are_found() {
        for url in ["https://{{h}}/x", "{{url}}", "https://api.example.com{{p}}"] {
            finds(&RULE, &webhook_to(url), "/actions/0/url");
        }
    }

    #[test]
    fn templates_in_path_and_query_pass() {
        for url in ["https://api.example.com/{{id}}?q={{name}}", "https://evil.test/"] {
            passes(&RULE, &webhook_to(url));
        }
    }
}
