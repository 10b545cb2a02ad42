//! **What**: a request not to be told of a finding that names no rule, an unknown one, or no reason.
//!
//! **Why**: a suppression without a reason cannot be reviewed; nothing is suppressed then.
//!
//! ```text
//! bad:  "x-portcullis-ignore": [{ "rule": "link.unsafe" }]
//! good: "x-portcullis-ignore": [{ "rule": "link.unsafe", "reason": "the link is checked by the portal" }]
//! ```

use portcullis_wire::workflow::Severity;

use super::{Rule, elsewhere};

pub(crate) const RULE: Rule = Rule {
    id: "suppression.invalid",
    severity: Severity::Medium,
    summary: "a suppression names no known rule or no reason",
    fix: "Give `rule`, the id of a rule, and `reason`, a sentence.",
    check: elsewhere,
};

#[cfg(test)]
mod tests {
    use alloc::format;

    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    fn ignoring(entry: &str) -> alloc::string::String {
        with_action(&format!(r#"{{"type":"email","body":"{{{{ssn}}}}","x-portcullis-ignore":[{entry}]}}"#))
    }

    #[test]
    fn requests_without_a_rule_or_a_reason_are_found_and_suppress_nothing() {
        for entry in [
            r#"{"rule":"template.sensitive_unmasked"}"#,
            r#"{"rule":"template.sensitive_unmasked","reason":" "}"#,
            r#"{"rule":"nothing","reason":"x"}"#,
            r#"{"reason":"x"}"#,
        ] {
            let report = lint(&ignoring(entry), &document());
            assert!(report.findings.iter().any(|finding| finding.rule == RULE.id), "{entry}");
            assert!(
                report.findings.iter().any(|finding| finding.rule == "template.sensitive_unmasked"),
                "{entry}"
            );
        }
    }

    #[test]
    fn a_reason_suppresses_in_its_own_part_and_up_to_the_policys_severity() {
        let entry = r#"{"rule":"template.sensitive_unmasked","reason":"a test tenant"}"#;
        let definition = ignoring(entry);
        let report = lint(&definition, &document());
        assert!(!report.findings.iter().any(|finding| finding.rule == "template.sensitive_unmasked"));
        assert_eq!(report.suppressed.len(), 1);
        assert_eq!(report.suppressed[0].reason, "a test tenant");

        let mut policy = document();
        policy.definitions.suppress_up_to = Some(Severity::Medium);
        assert_eq!(lint(&definition, &policy).suppressed, []);

        let elsewhere =
            definition.replacen("\"actions\":[", r#""actions":[{"type":"email","body":"{{ssn}}"},"#, 1);
        let report = lint(&elsewhere, &document());
        assert_eq!((report.suppressed.len(), report.worst()), (1, Some(Severity::High)));
    }
}
