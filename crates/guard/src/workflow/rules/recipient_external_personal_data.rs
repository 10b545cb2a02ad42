//! **What**: a message with personal data to a mailbox outside the organisation.
//!
//! **Why**: nobody there has agreed to keep it, and an address that is written out outlives the
//! reason for it.
//!
//! ```text
//! bad:  "body": "{{customer.email}} moved to {{address}}" to "someone@mail.test"
//! good: the same to { "type": "role", "value": "support" }
//! ```

use alloc::format;

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{expression, model::Recipient, names, sensitive, slots::Place, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "recipient.external_personal_data",
    severity: Severity::High,
    summary: "personal data is sent to a mailbox outside the organisation",
    fix: "Send to users, roles or groups, leave the data out, or list the domain in `workflows.internal_domains`.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for (index, action) in subject.workflow.actions.iter().enumerate() {
        let shown = subject
            .slots
            .iter()
            .filter(|slot| slot.action == index && matches!(slot.place, Place::Title | Place::Body));
        let personal = shown.flat_map(|slot| &slot.template.outputs).find(|output| {
            (sensitive::is_personal(&output.path)
                || sensitive::is_restricted(&output.path, subject.options.fields()))
                && !output.is_masked()
        });
        let Some(personal) = personal else { continue };
        for recipient in action.recipients.iter().filter(|recipient| is_external(recipient, subject)) {
            let message = format!("`{}` is sent to a mailbox outside the organisation", personal.dotted());
            findings.push(&RULE, &recipient.node.at, message);
        }
    }
}

/// Whether a recipient is a mailbox that is written out and not the organisation's.
fn is_external(recipient: &Recipient<'_>, subject: &Subject<'_, '_>) -> bool {
    if recipient
        .kind
        .as_ref()
        .is_some_and(|kind| names::one_of(kind.text, &["external", "external_email", "public"]))
    {
        return true;
    }
    let mut addresses = recipient.value.iter().flat_map(|value| value.strings());
    addresses.any(|address| {
        let domain = address.text.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('>').trim());
        let is_own = |domain: &str| {
            subject.options.definitions.internal_domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
        };
        !expression::is_template(address.text)
            && domain.is_some_and(|domain| domain.contains('.') && !is_own(domain))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    fn mail(body: &str, recipient: &str) -> alloc::string::String {
        with_action(&alloc::format!(
            r#"{{"type":"email","subject":"x","body":"{body}","recipients":[{recipient}]}}"#
        ))
    }

    #[test]
    fn personal_data_to_a_foreign_mailbox_is_found() {
        finds(
            &RULE,
            &mail("{{customer.email}}", r#"{"type":"user","value":"x@mail.test"}"#),
            "/actions/0/recipients/0",
        );
        finds(&RULE, &mail("{{shippingAddress}}", r#""X <x@mail.test>""#), "/actions/0/recipients/0");
        finds(
            &RULE,
            &mail("{{phone}}", r#"{"recipient_type":"EXTERNAL","recipient_id":"7"}"#),
            "/actions/0/recipients/0",
        );
    }

    #[test]
    fn own_mailboxes_users_and_harmless_texts_pass() {
        let mut policy = document();
        policy.definitions.internal_domains = [alloc::string::String::from("example.com")].into();
        let own = mail("{{email}}", r#"{"type":"user","value":"ops@Example.com"}"#);
        assert_eq!(found_with(&RULE, &own, &policy), []);
        passes(&RULE, &mail("{{email}}", r#"{"type":"user","value":"{{customer_id}}"}"#));
        passes(&RULE, &mail("{{email}}", r#"{"type":"role","value":"support"}"#));
        passes(&RULE, &mail("Order {{number}}", r#"{"type":"user","value":"x@mail.test"}"#));
    }
}
