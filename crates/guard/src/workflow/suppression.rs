//! Findings that a definition asks not to be told of: `"x-portcullis-ignore": [{"rule", "reason"}]`,
//! in the definition or in any part of it, for what is inside.

use alloc::{format, vec::Vec};

use portcullis_wire::workflow::Severity;

use super::{
    names,
    node::{Node, Pointer},
    rules::{self, Finding, Findings, suppression_invalid},
};

/// The member that asks.
pub(super) const MEMBER: &str = "x-portcullis-ignore";

/// One request.
pub(super) struct Suppression<'t> {
    /// The part of the definition that it is for.
    scope: Pointer,
    /// Where it stands.
    at: Pointer,
    rule: Option<&'t str>,
    /// Why. Without it, nothing is suppressed.
    pub reason: Option<&'t str>,
}

impl Suppression<'_> {
    /// Whether it is for this finding, and may be.
    pub(super) fn covers(&self, finding: &Finding, up_to: Option<Severity>) -> bool {
        let inside =
            finding.at.strip_prefix(&self.scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.rule == Some(finding.rule.id)
            && self.reason.is_some()
            && inside
            && up_to.is_some_and(|up_to| finding.severity <= up_to)
    }
}

/// Everything that a definition asks for.
pub(super) fn read<'t>(root: &Node<'t>) -> Vec<Suppression<'t>> {
    let mut found = Vec::new();
    collect(root, &mut found);
    found
}

fn collect<'t>(node: &Node<'t>, found: &mut Vec<Suppression<'t>>) {
    for (name, value) in node.members() {
        if names::same(name, MEMBER) {
            for entry in value.one_or_many() {
                let text = |name: &str| entry.get(name).and_then(|node| node.json.as_str()).map(str::trim);
                let reason = text("reason").filter(|reason| !reason.is_empty());
                found.push(Suppression {
                    scope: node.at.clone(),
                    at: entry.at.clone(),
                    rule: text("rule"),
                    reason,
                });
            }
        } else {
            collect(&value, found);
        }
    }
    node.elements().for_each(|element| collect(&element, found));
}

/// What is wrong with the requests themselves.
pub(super) fn check(suppressions: &[Suppression<'_>], findings: &mut Findings<'_>) {
    for asked in suppressions {
        match asked.rule {
            Some(rule) if !rules::ALL.iter().any(|known| known.id == rule) => {
                findings.push(&suppression_invalid::RULE, &asked.at, format!("there is no rule `{rule}`"));
            }
            Some(_) if asked.reason.is_none() => {
                findings.push(
                    &suppression_invalid::RULE,
                    &asked.at,
                    "a reason is missing, so nothing is suppressed".into(),
                );
            }
            Some(_) => {}
            None => findings.push(&suppression_invalid::RULE, &asked.at, "`rule` is missing".into()),
        }
    }
}
