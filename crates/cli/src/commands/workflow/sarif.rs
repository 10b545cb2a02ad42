//! Findings as SARIF 2.1.0, which code hosts show beside the definition.

use portcullis_wire::workflow::{LintFinding, LintReport, RuleDescription, Severity};
use serde_json::{Value, json};

/// The log of one run over one file.
pub(super) fn log(file: &str, report: &LintReport, rules: &[RuleDescription]) -> Value {
    let rules: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.summary },
                "help": { "text": rule.fix },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let found = report.findings.iter().map(|finding| result(file, finding));
    let suppressed = report.suppressed.iter().map(|suppressed| {
        let mut result = result(file, &suppressed.finding);
        result["suppressions"] = json!([{ "kind": "inSource", "justification": suppressed.reason }]);
        result
    });
    let results: Vec<Value> = found.chain(suppressed).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "portcullis", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(file: &str, finding: &LintFinding) -> Value {
    json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": file },
                "region": { "startLine": finding.line, "startColumn": finding.column },
            },
            "logicalLocations": [{ "fullyQualifiedName": finding.location }],
        }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info | Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}
