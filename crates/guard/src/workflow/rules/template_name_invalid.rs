//! **What**: the name of a stored template that leads out of where templates are stored.
//!
//! **Why**: engines look templates up as files; a path, or a name that data chooses, finds others.
//!
//! ```text
//! bad:  "template": "../../etc/passwd"     "template": "{{name}}"
//! good: "template": "orders/confirmation"
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::subject::Subject;

pub(crate) const RULE: Rule = Rule {
    id: "template.name_invalid",
    severity: Severity::High,
    summary: "the name of a stored template leads out of where they are stored",
    fix: "Name a stored template: letters, digits, `_`, `-`, `.` and single `/` between them.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    for action in &subject.workflow.actions {
        for field in action.fields.iter().filter(|field| field.name == "template") {
            if field.node.json.as_str().is_some_and(|name| !name.is_empty() && !is_name(name)) {
                findings.push(&RULE, &field.node.at, "the template is not named by a plain name".into());
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ' ' | ':');
    name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain))
        && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::{super::testing::*, RULE};

    #[test]
    fn names_that_lead_out_are_found() {
        for name in [
            "../../etc/passwd",
            "/etc/passwd",
            "{{name}}",
            "a//b",
            "..\\\\a",
            "a/.hidden",
            "x{% if a %}{% endif %}",
        ] {
            let action = format!(r#"{{"type":"email","subject":"x","template":"{name}"}}"#);
            finds(&RULE, &with_action(&action), "/actions/0/template");
        }
    }

    #[test]
    fn plain_names_pass() {
        for name in ["branded", "orders/confirmation", "mail-2.html", "Größe", ""] {
            passes(&RULE, &with_action(&format!(r#"{{"type":"email","subject":"x","template":"{name}"}}"#)));
        }
    }
}
