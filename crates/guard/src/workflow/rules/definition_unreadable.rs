//! **What**: a definition, or a configuration in it, that is not JSON.
//!
//! **Why**: what cannot be read cannot be checked, and an engine may read it all the same.
//!
//! ```text
//! bad:  "action_config": "{ \"subject\": "
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{json::Json, node::Node, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "definition.unreadable",
    severity: Severity::High,
    summary: "the definition, or a configuration in it, is not JSON",
    fix: "Write one JSON object; configurations are objects, or the JSON text of one.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    walk(&subject.workflow.root, findings);
    let root = &subject.workflow.root;
    for (name, value) in root.members() {
        let lists = super::super::names::one_of(name, &["actions", "conditions", "triggers"]);
        if lists && !matches!(value.json, Json::Array(_) | Json::Object(_) | Json::Null) {
            findings.push(&RULE, &value.at, alloc::format!("`{name}` is not a list"));
        }
    }
}

fn walk(node: &Node<'_>, findings: &mut Findings<'_>) {
    if matches!(node.json, Json::Unreadable(_)) {
        findings.push(&RULE, &node.at, "the configuration is not JSON".into());
    }
    node.members().for_each(|(_, value)| walk(&value, findings));
    node.elements().for_each(|element| walk(&element, findings));
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{super::testing::*, RULE};

    #[test]
    fn what_is_not_json_is_found() {
        for (definition, at) in [
            ("{", ""),
            ("[]", ""),
            ("", ""),
            ("{\"name\":\"n\",}", ""),
            (r#"{"actions":[{"action_type":"email","action_config":"{"}]}"#, "/actions/0/action_config"),
            (r#"{"actions":"x"}"#, "/actions"),
        ] {
            let report = lint(definition, &document());
            let at_rule: Vec<&str> = report
                .findings
                .iter()
                .filter(|finding| finding.rule == RULE.id)
                .map(|finding| finding.location.as_str())
                .collect();
            assert_eq!(at_rule, [at], "{definition}");
        }
    }

    #[test]
    fn configurations_as_text_pass() {
        passes(
            &RULE,
            &with_action(r#"{"action_type":"email","action_config":"{\"subject\":\"x\",\"body\":\"{\"}"}"#),
        );
    }
}
