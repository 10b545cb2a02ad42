//! **What**: a filter that is not in the list.
//!
//! **Why**: some switch escaping off (`safe`), others reach into objects (`attr`, `map`) or spend
//! memory (`center`, `batch`); and a filter that does not exist stops the message.
//!
//! ```text
//! bad:  "{{ name | safe }}"
//! good: "{{ name | upper }}"
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{expression::Problem, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "template.unknown_filter",
    severity: Severity::High,
    summary: "a template uses a filter that is not allowed",
    fix: "Use currency, date, default, join, length, lower, mask_card, mask_ssn, number, title, truncate or upper.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        for problem in &slot.template.problems {
            if let Problem::Filter(name) = problem {
                findings.push(&RULE, &slot.text.at, format!("there is no filter `{}`", shown(name)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};
    use crate::workflow::expression::FILTERS;

    #[test]
    fn a_filter_that_is_not_listed_is_found() {
        finds(&RULE, &with_action(r#"{"type":"email","body":"{{ name | safe }}"}"#), "/actions/0/body");
        finds(
            &RULE,
            &webhook_with(r#""headers":{"X":"{{ a | upper | attr('b') }}"}"#),
            "/actions/0/headers/X",
        );
    }

    #[test]
    fn listed_filters_pass_and_the_fix_names_them() {
        for filter in FILTERS {
            passes(
                &RULE,
                &with_action(&alloc::format!(r#"{{"type":"email","body":"{{{{ a | {filter} }}}}"}}"#)),
            );
            assert!(RULE.fix.contains(filter));
        }
    }
}
