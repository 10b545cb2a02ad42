//! **What**: a restricted field in a text that is shown or sent, without a masking filter.
//!
//! **Why**: messages and payloads are kept where nobody guards them: in mailboxes, in logs of other
//! systems, on lock screens.
//!
//! ```text
//! bad:  "body": "Your number: {{ssn}}"             "{{ssn | upper}}"
//! good: "body": "Your number: {{ssn | mask_ssn}}"
//! ```
//!
//! Milder: copied into a field that is restricted too (medium). To find a row by it is what such
//! fields are for.

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{sensitive, slots::Place, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "template.sensitive_unmasked",
    severity: Severity::High,
    summary: "a restricted field is shown or sent unmasked",
    fix: "Leave the field out, or put it through `mask_card` or `mask_ssn`.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for slot in &subject.slots {
        let is_kept = |name: &str| sensitive::is_restricted(&[name.into()], subject.options.fields());
        let severity = match slot.place {
            Place::Mapping if slot.target.is_some_and(is_kept) => Severity::Medium,
            Place::Mapping | Place::Parameter => Severity::High,
            place if place.is_shown() => Severity::High,
            _ => continue,
        };
        let mut found = false;
        for output in &slot.template.outputs {
            if sensitive::is_restricted(&output.path, subject.options.fields()) && !output.is_masked() {
                let message = format!(
                    "`{}` is restricted and stands unmasked in {}",
                    output.dotted(),
                    slot.place.word()
                );
                findings.push_as(&RULE, severity, &slot.text.at, message);
                found = true;
            }
        }
        // It may be used without being shown, in a condition: that tells something of it too.
        let used = slot.refusals.iter().any(|refusal| refusal.code == "restricted");
        if used && !found {
            let message = format!("a restricted field is used unmasked in {}", slot.place.word());
            findings.push_as(&RULE, severity, &slot.text.at, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    #[test]
    fn every_shown_place_is_looked_at() {
        finds(
            &RULE,
            &with_action(r#"{"type":"notification","title":"{{api_token}}","body":"x"}"#),
            "/actions/0/title",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","subject":"{{ssn}}","body":"x"}"#),
            "/actions/0/subject",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","config":{"content":"{{ssn | upper}}"}}"#),
            "/actions/0/config/content",
        );
        finds(
            &RULE,
            &webhook_with(r#""headers":{"X-Ref":"{{ user.password }}"}"#),
            "/actions/0/headers/X-Ref",
        );
        finds(&RULE, &webhook_with(r#""payload_fields":["id","ssn"]"#), "/actions/0/payload_fields/1");
        finds(
            &RULE,
            &webhook_with(r#""payload":{"a":[{"b":"{{credit_card_number}}"}]}"#),
            "/actions/0/payload/a/0/b",
        );
        finds(&RULE, &webhook_to("https://api.example.com/?t={{token}}"), "/actions/0/url");
        let tested = r#"{"type":"email","body":"{% if ssn == '1' %}x{% endif %}"}"#;
        finds(&RULE, &with_action(tested), "/actions/0/body");
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"{% for t in tokens %}{{ t }}{% endfor %}"}"#),
            "/actions/0/body",
        );
    }

    #[test]
    fn configurations_are_looked_at_however_many_there_are_and_what_is_done_on_errors() {
        finds(
            &RULE,
            &with_action(r#"{"type":"email","config":{"config":{"body":"{{ssn}}"}}}"#),
            "/actions/0/config/config/body",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","config":{"subject":"x"},"action_config":{"body":"{{ssn}}"}}"#),
            "/actions/0/action_config/body",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"notification","title":"x","priority":"{{api_key}}"}"#),
            "/actions/0/priority",
        );
        finds(
            &RULE,
            &with_action(r#"{"type":"email","body":"x","on_failure":{"type":"email","body":"{{ssn}}"}}"#),
            "/actions/0/on_failure/body",
        );
    }

    #[test]
    fn a_copy_into_a_field_that_is_not_restricted_is_found() {
        let copy = |field: &str| {
            let fields = alloc::format!(r#"{{"{field}":"{{{{ssn}}}}"}}"#);
            with_action(&alloc::format!(
                r#"{{"type":"database","operation":"create","table":"t","fields":{fields}}}"#
            ))
        };
        finds(&RULE, &copy("note"), "/actions/0/fields/note");
        assert_eq!(found(&RULE, &copy("ssn")), [("/actions/0/fields/ssn".into(), Severity::Medium)]);
    }

    #[test]
    fn masked_fields_and_words_in_prose_pass() {
        passes(
            &RULE,
            &with_action(
                r#"{"type":"email","body":"{{ssn | mask_ssn}} {{card_number | default('') | mask_card}}"}"#,
            ),
        );
        passes(
            &RULE,
            &with_action(r#"{"type":"email","body":"Your secret password and token, {{passenger_name}}"}"#),
        );
        passes(
            &RULE,
            &webhook_with(
                r#""payload_fields":["id","ssn | mask_ssn"],"auth":{"type":"bearer","secret_ref":"s"}"#,
            ),
        );
        passes(
            &RULE,
            &with_action(
                r#"{"type":"database","operation":"update","table":"t","filter":{"token":"{{token}}"}}"#,
            ),
        );
    }
}
