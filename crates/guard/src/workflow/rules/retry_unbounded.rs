//! **What**: a retry policy without a bound, or with one that is none in practice.
//!
//! **Why**: a receiver that fails is called for ever, by every event, and so is whoever pays for it.
//!
//! ```text
//! bad:  { "max_retries": -1 }    { "max_retries": 100000, "retry_delay": 0 }
//! good: { "max_retries": 3, "retry_delay": 30 }
//! ```
//!
//! Milder: more than ten, or several without a delay (medium).

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{json::Json, node::Node, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "retry.unbounded",
    severity: Severity::High,
    summary: "an action is retried without a bound",
    fix: "Set `max_retries` to at most 10 and `retry_delay` to some seconds.",
    check,
};

/// More than this is a habit; more than twice as much is no bound.
const MANY: f64 = 10.0;

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let of_actions = subject.workflow.actions.iter().filter_map(|action| action.get("retry_policy"));
    of_actions.for_each(|policy| judge(policy, findings));
    if let Some(policy) = subject.workflow.root.any(&["retry_policy"]) {
        judge(&policy, findings);
    }
}

fn judge(policy: &Node<'_>, findings: &mut Findings<'_>) {
    let most = match policy.json {
        Json::Object(members) if !members.is_empty() => policy.any(&[
            "max_retries",
            "max_attempts",
            "retries",
            "attempts",
            "max_retry_count",
            "retry_count",
            "limit",
            "max",
        ]),
        Json::Null | Json::Bool(false) | Json::Object(_) => return,
        _ => Some(policy.clone()),
    };
    let Some(most) = most else {
        findings.push(&RULE, &policy.at, "`max_retries` is missing".into());
        return;
    };
    let number = most.json.as_f64().or_else(|| most.json.as_str().and_then(|text| text.trim().parse().ok()));
    let Some(number) = number else {
        findings.push(&RULE, &most.at, "the number of retries has no bound".into());
        return;
    };
    let delay =
        policy.any(&["retry_delay", "delay", "retry_delay_seconds", "backoff", "initial_delay", "interval"]);
    let at_once = delay.is_some_and(|delay| delay.json.as_f64().is_some_and(|delay| delay <= 0.0));
    if number < 0.0 || !number.is_finite() {
        findings.push(&RULE, &most.at, "the number of retries has no bound".into());
    } else if number > MANY * 2.0 {
        findings.push(&RULE, &most.at, format!("{number} retries are as good as no bound"));
    } else if number > MANY || (at_once && number > 3.0) {
        findings.push_as(&RULE, Severity::Medium, &most.at, format!("{number} retries are many"));
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn retries_without_a_bound_are_found() {
        for most in ["-1", "100000", "\"unlimited\"", "null", "21", "\"1000\""] {
            let members = alloc::format!(r#""retry_policy":{{"max_retries":{most},"retry_delay":30}}"#);
            finds(&RULE, &webhook_with(&members), "/actions/0/retry_policy/max_retries");
        }
        finds(&RULE, &webhook_with(r#""retryPolicy":"{\"maxRetries\":-1}""#), "/actions/0/retryPolicy");
        finds(&RULE, &webhook_with(r#""retry_policy":{"retry_delay":1}"#), "/actions/0/retry_policy");
        assert_eq!(
            found(&RULE, &webhook_with(r#""retry_policy":{"max_retries":5,"retry_delay":0}"#)),
            [("/actions/0/retry_policy/max_retries".into(), Severity::Medium)]
        );
    }

    #[test]
    fn bounded_retries_pass() {
        for policy in [r#"{"max_retries":3,"retry_delay":300}"#, "null", "{}", r#"{"max_attempts":10}"#, "3"]
        {
            passes(&RULE, &webhook_with(&alloc::format!(r#""retry_policy":{policy}"#)));
        }
    }
}
