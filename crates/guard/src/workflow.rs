//! Lints workflow definitions.
//!
//! ```text
//! text ─► json ─► read ─► model ─► rules ─► findings ─► suppressions ─► report
//!         tree    both    canonical one file             with a reason   lines, columns
//!                 dialects          each
//! ```
//!
//! A definition is written by people who are not trusted with the host. It is unsafe if a finding
//! is of severity high or critical. Each rule is a file that says what it finds and why, with an
//! example; [`rules`] lists them.

mod canonical;
pub mod expression;
pub mod json;
pub mod locate;
pub mod model;
pub mod names;
pub mod node;
pub mod read;
mod regex;
mod rules;
mod sensitive;
mod simulate;
mod slots;
mod subject;
mod suppression;
mod truth;

use alloc::{format, string::String, vec::Vec};

use portcullis_json::pointer::push_member;
use portcullis_wire::workflow::{
    DefinitionsSection, LintFinding, LintReport, RuleDescription, Severity, WorkflowDocument,
};

pub use simulate::simulate;

use crate::{fields::Fields, template, webhook};
use json::Json;
use node::{Node, Pointer};
use rules::{Finding, Findings};
use subject::Subject;

/// Longest definition, in bytes.
pub const MAX_DEFINITION_BYTES: usize = 1 << 18;

/// From the worst on.
const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// Most findings of a report.
const MAX_FINDINGS: usize = 1000;

/// What a definition may do, by the policy.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Where webhooks may go.
    pub webhooks: &'a webhook::Rules,
    /// What templates may show.
    pub templates: template::Options<'a>,
    /// The rest.
    pub definitions: &'a DefinitionsSection,
}

impl<'a> Options<'a> {
    /// What is known of fields.
    const fn fields(&self) -> &'a Fields {
        self.templates.fields
    }
}

/// What is wrong with the section of a policy.
pub(crate) fn mistakes(section: &DefinitionsSection) -> Vec<portcullis_wire::policy::Finding> {
    let unknown =
        section.severities.keys().filter(|id| !rules::ALL.iter().any(|rule| rule.id == id.as_str()));
    let finding = |id: &String| {
        let mut path = String::from("/definitions/severities");
        push_member(&mut path, id);
        portcullis_wire::policy::Finding {
            code: "rule".into(),
            path,
            message: "there is no such rule".into(),
        }
    };
    unknown.map(finding).collect()
}

/// Everything that is wrong with a definition.
#[must_use]
pub fn lint(definition: &str, options: &Options<'_>) -> LintReport {
    let tree = parse(definition);
    let (mut findings, suppressions) = match &tree {
        Ok(tree) => {
            let root = Node::root(tree);
            let suppressions = suppression::read(&root);
            let subject = Subject::new(read::workflow(root), options);
            let mut findings = Findings::new(options.definitions);
            rules::check(&subject, &mut findings);
            suppression::check(&suppressions, &mut findings);
            (findings.list, suppressions)
        }
        Err(message) => {
            let mut findings = Findings::new(options.definitions);
            findings.push(&rules::definition_unreadable::RULE, &Pointer::new(), message.clone());
            (findings.list, Vec::new())
        }
    };
    let mut report = LintReport::default();
    // Of too many, the worst.
    let worst = SEVERITIES.into_iter().flat_map(|severity| {
        let of_it: Vec<Finding> = findings.extract_if(.., |finding| finding.severity == severity).collect();
        of_it
    });
    for finding in worst.take(MAX_FINDINGS) {
        let reason =
            suppressions.iter().find(|asked| asked.covers(&finding, options.definitions.suppress_up_to));
        let finding = located(definition, finding);
        match reason.and_then(|asked| asked.reason) {
            Some(reason) => report
                .suppressed
                .push(portcullis_wire::workflow::Suppressed { finding, reason: reason.into() }),
            None => report.findings.push(finding),
        }
    }
    report.findings.sort_by(|one, two| {
        two.severity.cmp(&one.severity).then((one.line, one.column).cmp(&(two.line, two.column)))
    });
    report
}

/// The canonical document of a definition in any dialect.
///
/// # Errors
/// What is wrong with the text.
pub fn canonical(definition: &str) -> Result<WorkflowDocument, String> {
    let tree = parse(definition)?;
    Ok(canonical::document(&read::workflow(Node::root(&tree))))
}

/// What the rules are about.
#[must_use]
pub fn rules() -> Vec<RuleDescription> {
    rules::ALL
        .iter()
        .map(|rule| RuleDescription {
            id: rule.id.into(),
            severity: rule.severity,
            summary: rule.summary.into(),
            fix: rule.fix.into(),
        })
        .collect()
}

/// The tree of a definition, its embedded configurations opened.
///
/// # Errors
/// What is wrong with the text.
fn parse(definition: &str) -> Result<Json, String> {
    if definition.len() > MAX_DEFINITION_BYTES {
        return Err(format!("the definition is longer than {MAX_DEFINITION_BYTES} bytes"));
    }
    // What serde_json says of a mistake may repeat the text.
    let mut tree: Json = serde_json::from_str(definition).map_err(|error| {
        format!("the definition is not JSON: line {}, column {}", error.line(), error.column())
    })?;
    if !matches!(tree, Json::Object(_)) {
        return Err("the definition is not a JSON object".into());
    }
    json::open_embedded(&mut tree);
    Ok(tree)
}

fn located(definition: &str, finding: Finding) -> LintFinding {
    let position = locate::locate(definition, &finding.at);
    LintFinding {
        rule: finding.rule.id.into(),
        severity: finding.severity,
        message: finding.message,
        location: finding.at,
        line: position.line,
        column: position.column,
        fix: finding.rule.fix.into(),
    }
}
