//! The corpus of workflow definitions: each row says whether it is safe, and which rules must speak.
//!
//! A definition is unsafe if a finding is of severity high or critical. Safe rows show that there
//! are no false alarms, in both dialects; every rule that can reach high has a row that it speaks on.

use std::collections::BTreeSet;

use portcullis_guard::{
    Policy,
    workflow::{canonical, lint, rules},
};
use portcullis_wire::workflow::{LintReport, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Row<'a> {
    why: String,
    verdict: String,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(borrow)]
    definition: &'a RawValue,
}

fn policy() -> Policy {
    Policy::load(r#"{"portcullis":1,"webhooks":{"allow_domains":["api.example.com","*.hooks.example.com"]}}"#)
        .unwrap()
}

fn corpus() -> Vec<Row<'static>> {
    serde_json::from_str(include_str!("data/workflows.json")).unwrap()
}

fn is_unsafe(report: &LintReport) -> bool {
    report.worst() >= Some(Severity::High)
}

#[test]
fn every_row_gets_its_verdict_for_its_reason() {
    let policy = policy();
    let mut wrong = Vec::new();
    for row in corpus() {
        let report = lint(row.definition.get(), &policy.definitions());
        let spoken: BTreeSet<&str> = report.findings.iter().map(|finding| &*finding.rule).collect();
        let silent: Vec<&String> = row.rules.iter().filter(|rule| !spoken.contains(rule.as_str())).collect();
        if is_unsafe(&report) != (row.verdict == "unsafe") || !silent.is_empty() {
            wrong.push(format!("{}: {}, {spoken:?}, silent {silent:?}", row.why, row.verdict));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_that_can_reach_high_has_a_row() {
    let named: BTreeSet<String> = corpus().into_iter().flat_map(|row| row.rules).collect();
    for rule in rules() {
        // What the policy lists, and what is wrong with the text alone, is tested beside the rules.
        let beside = ["database.entity_not_allowed", "definition.repeated_name"];
        let mild = rule.severity < Severity::High;
        assert!(mild || beside.contains(&&*rule.id) || named.contains(&*rule.id), "{}", rule.id);
    }
}

#[test]
fn findings_point_into_the_definition() {
    let policy = policy();
    for row in corpus() {
        let value: serde_json::Value = serde_json::from_str(row.definition.get()).unwrap();
        for finding in lint(row.definition.get(), &policy.definitions()).findings {
            assert!(value.pointer(&finding.location).is_some(), "{}: {}", row.why, finding.location);
            assert!(finding.line == 1 && finding.column >= 1 && !finding.fix.is_empty());
        }
    }
}

#[test]
fn the_canonical_document_of_a_canonical_document_is_itself_and_gets_the_same_verdict() {
    let policy = policy();
    for row in corpus() {
        let Ok(document) = canonical(row.definition.get()) else { continue };
        let text = serde_json::to_string(&document).unwrap();
        assert_eq!(canonical(&text).unwrap(), document, "{}", row.why);
        // A suppression is no part of the canonical shape, and text that is not JSON has none.
        let beside = row.rules.iter().any(|rule| {
            ["definition.unreadable", "definition.unknown_field", "tenant.missing", "tenant.cross_access"]
                .contains(&rule.as_str())
        });
        if !beside && !row.definition.get().contains("x-portcullis-ignore") {
            let report = lint(&text, &policy.definitions());
            assert_eq!(is_unsafe(&report), row.verdict == "unsafe", "{}: {text}", row.why);
        }
    }
}
