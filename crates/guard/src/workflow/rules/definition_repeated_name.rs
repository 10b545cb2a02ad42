//! **What**: a name that occurs twice in one object, or in two spellings in an action.
//!
//! **Why**: readers do not agree which one counts, so the checker and the engine may see different
//! definitions.
//!
//! ```text
//! bad:  { "url": "https://api.example.com/", "url": "https://evil.test/" }
//! ```

use alloc::{format, vec::Vec};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown};
use crate::workflow::{names, node::Node, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "definition.repeated_name",
    severity: Severity::High,
    summary: "a name occurs twice in one object",
    fix: "Keep one of them.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let root = &subject.workflow.root;
    walk(root, findings);
    spellings(root, findings);
    subject.workflow.actions.iter().for_each(|action| spellings(&action.node, findings));
    subject.workflow.triggers.iter().for_each(|trigger| spellings(&trigger.node, findings));
}

fn walk(node: &Node<'_>, findings: &mut Findings<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in node.members() {
        walk(&value, findings);
        seen.push(name);
    }
    seen.sort_unstable();
    for two in seen.windows(2) {
        if let [one, other] = two
            && one == other
        {
            findings.push(&RULE, &node.at, format!("`{}` occurs more than once", shown(one)));
        }
    }
    node.elements().for_each(|element| walk(&element, findings));
}

fn spellings(node: &Node<'_>, findings: &mut Findings<'_>) {
    let names: Vec<&str> = node.members().map(|(name, _)| name).take(100).collect();
    for (at, one) in names.iter().enumerate() {
        let before = names.iter().take(at);
        if before.into_iter().any(|other| one != other && names::same(one, other)) {
            findings.push(&RULE, &node.at, format!("`{}` occurs in two spellings", shown(one)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    #[test]
    fn repeated_names_are_found_at_any_depth() {
        finds(&RULE, &webhook_with(r#""url":"https://evil.test/""#), "/actions/0");
        finds(&RULE, &webhook_with(r#""headers":{"a":"1","a":"2"}"#), "/actions/0/headers");
        finds(&RULE, &webhook_with(r#""URL":"https://evil.test/""#), "/actions/0");
        finds(
            &RULE,
            &with_action(r#"{"type":"email","config":"{\"body\":\"a\",\"body\":\"b\"}"}"#),
            "/actions/0/config",
        );
    }

    #[test]
    fn one_name_in_two_objects_passes() {
        passes(&RULE, &webhook_with(r#""headers":{"url":"x","A":"1","a":"2"}"#));
    }
}
