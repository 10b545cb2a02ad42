//! Linting workflow definitions: what a policy says of it, and what comes out.

mod definition;
mod simulation;

pub use definition::{
    ActionDocument, ConditionDocument, RecipientDocument, TriggerDocument, WorkflowDocument,
};
pub use simulation::{
    ActionOutcome, ConditionOutcome, DatabasePlan, EventDocument, FilterPlan, Outcome, RenderedText,
    Simulation, TriggerOutcome, WebhookOutcome,
};

use alloc::{borrow::Cow, collections::BTreeMap, string::String, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

/// What workflow definitions may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DefinitionsSection {
    /// The tenant whose definitions these are. Null: each names its own.
    #[serde(default)]
    pub tenant: Option<String>,
    /// The entities that database actions may use, each with the fields that they may write; an
    /// empty list of fields stands for any. Null: any entity.
    #[serde(default)]
    pub entities: Option<BTreeMap<String, Vec<String>>>,
    /// Entities whose changes need a role: those that say who may do what are known already.
    #[serde(default)]
    pub privileged_entities: Vec<String>,
    /// The roles that exist. Null: any.
    #[serde(default)]
    pub roles: Option<Vec<String>>,
    /// The executors of custom actions. Null: any that does not run code or commands.
    #[serde(default)]
    pub executors: Option<Vec<String>>,
    /// Domains whose mailboxes are the organisation's own.
    #[serde(default)]
    pub internal_domains: Vec<String>,
    /// Rules with another severity than their own, or `off`.
    #[serde(default)]
    pub severities: BTreeMap<String, RuleLevel>,
    /// The highest severity that a definition may ask not to be told of; null for none.
    #[serde(default = "high")]
    pub suppress_up_to: Option<Severity>,
}

impl Default for DefinitionsSection {
    fn default() -> Self {
        Self {
            tenant: None,
            entities: None,
            privileged_entities: Vec::new(),
            roles: None,
            executors: None,
            internal_domains: Vec::new(),
            severities: BTreeMap::new(),
            suppress_up_to: high(),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a default has the type of its field")]
const fn high() -> Option<Severity> {
    Some(Severity::High)
}

/// How bad a finding is, from the least on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// A habit to drop.
    Low,
    /// It does harm together with something else.
    Medium,
    /// It does harm.
    High,
    /// It hands out the host, the database or another tenant.
    Critical,
}

impl Severity {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a policy makes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RuleLevel {
    /// The rule is not asked.
    Off,
    /// Good to know.
    Info,
    /// A habit to drop.
    Low,
    /// It does harm together with something else.
    Medium,
    /// It does harm.
    High,
    /// It hands out the host, the database or another tenant.
    Critical,
}

impl RuleLevel {
    /// The severity; none if the rule is not asked.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
        }
    }
}

/// Answer to `workflow.lint`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintReport {
    /// What is wrong, the worst first, then by position.
    pub findings: Vec<LintFinding>,
    /// What is wrong and was, with a reason, asked to be kept quiet about.
    pub suppressed: Vec<Suppressed>,
}

impl LintReport {
    /// The severity of the worst finding.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LintFinding {
    /// The rule's stable id.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    #[cfg_attr(feature = "typescript", tsify(type = "'info' | 'low' | 'medium' | 'high' | 'critical'"))]
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, as a JSON Pointer (RFC 6901) into the definition.
    pub location: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// What to do.
    pub fix: Cow<'static, str>,
}

/// A finding that the definition asks not to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The finding.
    pub finding: LintFinding,
    /// Why its author thinks that it does not matter here.
    pub reason: String,
}

/// What a rule is about, for listings and for tools that show findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleDescription {
    /// The rule's stable id.
    pub id: Cow<'static, str>,
    /// Its severity, unless the policy says otherwise or the case is milder.
    pub severity: Severity,
    /// What it finds.
    pub summary: Cow<'static, str>,
    /// What to do.
    pub fix: Cow<'static, str>,
}
