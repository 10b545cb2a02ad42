//! Advice about what is exposed, to whom, and what rules come to.

use alloc::{format, vec::Vec};
use core::fmt::Arguments;

use portcullis_wire::policy::{AuthenticationMode, Finding};

use crate::{
    access::{Access, Requirement, Workflow},
    condition::{Condition, Constant},
    privacy::{Grant, Type},
    report::{Entry, Report, escaped},
    roles::{Permission, Roles},
};

/// More findings than this are not listed one by one.
const MAX_FINDINGS: usize = 200;

/// What is not wrong and still worth knowing, in the order of the names.
pub(super) fn advise(access: &Access) -> Vec<Finding> {
    let mut report = Report::default();
    surfaces(access, &mut report);
    for it in &access.requirements {
        operation(it, &access.roles, &mut report);
        if report.findings.len() > MAX_FINDINGS {
            break;
        }
    }
    for it in &access.workflow_list {
        workflow(it, &access.roles, &mut report);
        if report.findings.len() > MAX_FINDINGS {
            break;
        }
    }
    for it in &access.type_list {
        of_type(it, &mut report);
    }
    report.findings.truncate(MAX_FINDINGS);
    report.findings
}

fn surfaces(access: &Access, report: &mut Report) {
    let workflows = &access.workflow_list;
    let exposed_types = access.type_list.iter().any(|of| of.exposed);
    let explicit =
        "nothing is reachable unless it says `exposed: true`; elsewhere the opposite may be the default";
    if !access.surfaces.workflow_api && !workflows.is_empty() {
        let message = "the Workflow API is off, so no workflow runs, not even from inside; switch it on";
        report.push("workflow_api_off", "/surfaces/workflow_api", message);
    } else if !workflows.is_empty() && !workflows.iter().any(|it| it.exposed) {
        report.push(
            "nothing_exposed",
            "/workflows",
            format!("no workflow can be run from outside: {explicit}"),
        );
    }
    if !access.surfaces.data_api && exposed_types {
        let message = "the Data API is off, so exposed types cannot be reached; switch it on";
        report.push("data_api_off", "/surfaces/data_api", message);
    } else if access.surfaces.data_api && !exposed_types {
        report.push("nothing_exposed", "/types", format!("no type can be reached from outside: {explicit}"));
    }
}

fn operation(it: &Requirement, roles: &Roles, report: &mut Report) {
    let at = Entry { section: "operations", name: &it.id };
    if it.authentication == Some(AuthenticationMode::None) {
        let message = "whoever reaches it may ask, without a credential, and no claim is looked at; ask \
                       for `user_and_admin` unless that is meant";
        report.push("open_operation", format!("{at}/authentication"), message);
    }
    held(it.permission, roles, at, report);
    if let Some(condition) = &it.condition {
        constant(condition, format_args!("{at}/condition"), "nobody may ask for it", report);
    }
}

/// Whether anybody can come past a permission.
fn held(permission: Option<Permission>, roles: &Roles, at: Entry<'_>, report: &mut Report) {
    if let Some(name) = permission.and_then(|permission| roles.unheld(permission)) {
        let message =
            format!("no role gives `{name}`, so nobody reaches this from outside; give it to a role");
        report.push("permission_unheld", format!("{at}/permission"), message);
    }
}

fn workflow(it: &Workflow, roles: &Roles, report: &mut Report) {
    let at = Entry { section: "workflows", name: &it.name };
    if it.exposed && it.authentication == AuthenticationMode::None {
        let message = "anyone who knows the name can run it; ask for `user_and_admin` unless that is meant";
        report.push("open_workflow", format!("{at}/authentication"), message);
    }
    if it.ignore_privacy_rules {
        let message = "whoever runs it reaches all data; drop this, or narrow the condition";
        report.push("privacy_ignored", format!("{at}/ignore_privacy_rules"), message);
    }
    if it.exposed {
        held(it.permission, roles, at, report);
    }
    if let Some(condition) = &it.condition {
        constant(condition, format_args!("{at}/condition"), "it never runs", report);
    }
    for (index, action) in it.actions.iter().enumerate() {
        if let Some(condition) = &action.condition {
            constant(
                condition,
                format_args!("{at}/actions/{index}/condition"),
                "the action never runs",
                report,
            );
        }
    }
}

fn constant(condition: &Condition, path: Arguments<'_>, never: &str, report: &mut Report) {
    match condition.constant() {
        Some(Constant::Holds) => {
            report.push(
                "condition_always",
                format!("{path}"),
                "it holds whatever the facts are; leave it out",
            );
        }
        Some(Constant::False) => {
            report.push(
                "condition_never",
                format!("{path}"),
                format!("it holds of nothing, so {never}; mend it"),
            );
        }
        Some(Constant::Fails) => {
            report.push(
                "condition_fails",
                format!("{path}"),
                format!("it fails whatever the facts are, so {never}; mend it"),
            );
        }
        None => {}
    }
}

fn of_type(it: &Type, report: &mut Report) {
    let at = format!("/types/{}", escaped(&it.name));
    if it.rules.is_empty() && it.everyone_else == Grant::default() {
        let message = "it has no rules, so nobody sees any of it; write a rule, or grant to `everyone_else`";
        report.push("type_without_rules", at.as_str(), message);
    }
    let everyone = it.everyone_else;
    if it.exposed && (everyone.create || everyone.modify || everyone.delete) {
        let message = "whoever no rule is for can write it by the Data API, without a credential, too";
        report.push("open_type", format!("{at}/everyone_else"), message);
    }
    let mut shadowed_by = None;
    for (index, rule) in it.rules.iter().enumerate() {
        let at = format!("{at}/rules/{index}");
        if rule.too_deep_to_find {
            let message =
                "it looks further than one relation, which no search can follow: `find` is not granted";
            report.push("find_too_deep", format!("{at}/when"), message);
        } else if rule.grant == Grant::default() {
            let message = "it grants nothing; whom it matches are left without what everyone else has";
            report.push("rule_grants_nothing", format!("{at}/grant"), message);
        }
        match (rule.condition.constant(), shadowed_by) {
            (Some(Constant::Holds), None) => shadowed_by = Some(rule),
            (Some(Constant::False), _) => {
                report.push("condition_never", format!("{at}/when"), "it holds of nothing; drop the rule");
            }
            (Some(Constant::Fails), _) => {
                let message = "it fails whatever the facts are, and a rule that fails is not passed over: \
                               nobody sees any of this type; mend it";
                report.push("condition_fails", format!("{at}/when"), message);
            }
            _ => {}
        }
    }
    let Some(always) = shadowed_by else { return };
    for (index, rule) in it.rules.iter().enumerate() {
        if rule.name != always.name && always.grant.unite(rule.grant) == always.grant {
            let message =
                format!("`{}` matches always and grants all of this; drop one of them", always.name);
            report.push("rule_shadowed", format!("{at}/rules/{index}"), message);
        }
    }
    if everyone != Grant::default() {
        let message = format!("`{}` matches always, so nobody is left for this", always.name);
        report.push("everyone_else_unreached", format!("{at}/everyone_else"), message);
    }
}
