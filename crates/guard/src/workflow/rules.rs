//! The rules, one file each, and what they have in common.
//!
//! A rule finds one kind of mistake. Its severity is the worst that it reports; where a case is
//! milder, its file says when.

pub(super) mod action_unreachable;
pub(super) mod condition_always_true;
pub(super) mod condition_code;
pub(super) mod condition_never_true;
pub(super) mod condition_unsafe_regex;
pub(super) mod database_entity_not_allowed;
pub(super) mod database_identifier_invalid;
pub(super) mod database_raw_filter;
pub(super) mod database_unconditional_write;
pub(super) mod database_unfiltered_write;
pub(super) mod definition_repeated_name;
pub(super) mod definition_unknown_field;
pub(super) mod definition_unknown_value;
pub(super) mod definition_unreadable;
pub(super) mod link_unsafe;
pub(super) mod payload_whole_event;
pub(super) mod rate_limit_missing;
pub(super) mod recipient_external_personal_data;
pub(super) mod retry_unbounded;
pub(super) mod role_privileged_action;
pub(super) mod suppression_invalid;
pub(super) mod template_expression_not_allowed;
pub(super) mod template_name_invalid;
pub(super) mod template_sensitive_unmasked;
pub(super) mod template_undeclared_variable;
pub(super) mod template_unknown_filter;
pub(super) mod tenant_cross_access;
pub(super) mod tenant_missing;
pub(super) mod trigger_feeds_itself;
pub(super) mod webhook_domain_not_allowed;
pub(super) mod webhook_header_invalid;
pub(super) mod webhook_https_required;
pub(super) mod webhook_inline_credential;
pub(super) mod webhook_ip_blocked;
pub(super) mod webhook_templated_host;
pub(super) mod webhook_transport_weakened;
pub(super) mod webhook_url_invalid;
pub(super) mod webhook_userinfo;

#[cfg(test)]
pub(super) mod testing;

use alloc::{string::String, vec::Vec};

use portcullis_wire::workflow::{DefinitionsSection, Severity};

use super::{node::Pointer, subject::Subject};

/// A rule.
pub(super) struct Rule {
    /// Its stable id.
    pub id: &'static str,
    /// The worst that it reports.
    pub severity: Severity,
    /// What it finds.
    pub summary: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Looks for it.
    pub check: fn(&Subject<'_, '_>, &mut Findings<'_>),
}

/// All of them.
pub(super) const ALL: &[&Rule] = &[
    &action_unreachable::RULE,
    &condition_always_true::RULE,
    &condition_code::RULE,
    &condition_never_true::RULE,
    &condition_unsafe_regex::RULE,
    &database_entity_not_allowed::RULE,
    &database_identifier_invalid::RULE,
    &database_raw_filter::RULE,
    &database_unconditional_write::RULE,
    &database_unfiltered_write::RULE,
    &definition_repeated_name::RULE,
    &definition_unknown_field::RULE,
    &definition_unknown_value::RULE,
    &definition_unreadable::RULE,
    &link_unsafe::RULE,
    &payload_whole_event::RULE,
    &rate_limit_missing::RULE,
    &recipient_external_personal_data::RULE,
    &retry_unbounded::RULE,
    &role_privileged_action::RULE,
    &suppression_invalid::RULE,
    &template_expression_not_allowed::RULE,
    &template_name_invalid::RULE,
    &template_sensitive_unmasked::RULE,
    &template_undeclared_variable::RULE,
    &template_unknown_filter::RULE,
    &tenant_cross_access::RULE,
    &tenant_missing::RULE,
    &trigger_feeds_itself::RULE,
    &webhook_domain_not_allowed::RULE,
    &webhook_header_invalid::RULE,
    &webhook_https_required::RULE,
    &webhook_inline_credential::RULE,
    &webhook_ip_blocked::RULE,
    &webhook_templated_host::RULE,
    &webhook_transport_weakened::RULE,
    &webhook_url_invalid::RULE,
    &webhook_userinfo::RULE,
];

/// Asks every rule.
pub(super) fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for rule in ALL {
        (rule.check)(subject, findings);
    }
}

/// For rules about the text or about suppressions, which are checked elsewhere.
pub(super) fn elsewhere(_: &Subject<'_, '_>, _: &mut Findings<'_>) {}

/// One thing that is wrong.
pub(super) struct Finding {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub message: String,
    pub at: Pointer,
}

/// What has been found so far.
pub(super) struct Findings<'a> {
    policy: &'a DefinitionsSection,
    /// In the order of the rules.
    pub list: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) const fn new(policy: &'a DefinitionsSection) -> Self {
        Self { policy, list: Vec::new() }
    }

    /// Adds a finding of the rule's own severity.
    pub(super) fn push(&mut self, rule: &'static Rule, at: &Pointer, message: String) {
        self.push_as(rule, rule.severity, at, message);
    }

    /// Adds a finding of a milder severity. What the policy says of the rule caps it.
    pub(super) fn push_as(&mut self, rule: &'static Rule, severity: Severity, at: &Pointer, message: String) {
        let severity = match self.policy.severities.get(rule.id) {
            Some(level) => match level.severity() {
                // The worst case gets what the policy says; milder ones stay below it.
                Some(level) if severity == rule.severity => level,
                Some(level) => severity.min(level),
                None => return,
            },
            None => severity,
        };
        if !self
            .list
            .iter()
            .any(|known| core::ptr::eq(known.rule, rule) && known.at == *at && known.message == message)
        {
            self.list.push(Finding { rule, severity, message, at: at.clone() });
        }
    }
}

/// A value as a message shows it: short, and nothing of it if it may be a secret.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
