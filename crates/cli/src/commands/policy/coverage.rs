//! What the cases of a policy exercise, as far as the decisions tell.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use portcullis::{PolicySource, Session};
use portcullis_wire::call::{Call, PolicyTable};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    claim::Rule,
    failure::Failure,
    output::{BOLD, DIM, PLAIN, Plain},
    table::{Cell, Table},
};

/// Most names of what is not exercised that are shown.
const MOST_NAMES: usize = 4;

/// Things of one kind, each with whether a case exercised it.
#[derive(Debug, Default)]
struct Kind(BTreeMap<String, bool>);

impl Kind {
    fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| (name, false)).collect())
    }

    /// The names of a section of the policy.
    fn section(section: &Value) -> Self {
        Self::of(section.as_object().into_iter().flat_map(Map::keys).cloned())
    }

    /// Marks what is of this kind; what is not is passed over.
    fn exercise(&mut self, name: &Value) {
        if let Some(exercised) = name.as_str().and_then(|name| self.0.get_mut(name)) {
            *exercised = true;
        }
    }

    fn covered(self) -> Covered {
        let of = self.0.len();
        let missing: Vec<String> =
            self.0.into_iter().filter_map(|(name, exercised)| (!exercised).then_some(name)).collect();
        Covered { exercised: of - missing.len(), of, missing }
    }
}

/// What grants where no rule matches, as policies call it.
const EVERYONE_ELSE: &str = "everyone_else";

/// The rules of all types, as `TYPE/RULE`.
fn type_rules(types: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for (of, section) in types.as_object().into_iter().flatten() {
        let rules = section["rules"].as_array().into_iter().flatten();
        names.extend(rules.filter_map(|rule| Some(format!("{of}/{}", rule["name"].as_str()?))));
        if section["everyone_else"].is_object() {
            names.push(format!("{of}/{EVERYONE_ELSE}"));
        }
    }
    names
}

/// Counts while cases run.
#[derive(Debug)]
pub(super) struct Tally {
    operations: Kind,
    /// By claim and rule, as one rule may stand in several claims.
    rules: BTreeMap<(String, String), bool>,
    workflows: Kind,
    types: Kind,
    /// As `TYPE/RULE`; `TYPE/everyone_else` where that grants anything.
    type_rules: Kind,
    roles: Kind,
}

impl Tally {
    /// Nothing counted yet of what a policy has.
    ///
    /// # Errors
    /// If the policy cannot be read, or the module does not answer.
    pub(super) fn of(session: &mut Session, policy: &Path) -> Result<Self, Failure> {
        let handle = session.policy().policy;
        let table: PolicyTable = session.ask(&Call::PolicyTable { policy: handle })?;
        let document: Value =
            serde_json::from_str(PolicySource::read(policy)?.document()).map_err(std::io::Error::from)?;
        Ok(Self {
            operations: Kind::of(table.operations),
            rules: BTreeMap::new(),
            workflows: Kind::section(&document["workflows"]),
            types: Kind::section(&document["types"]),
            type_rules: Kind::of(type_rules(&document["types"])),
            roles: Kind::section(&document["roles"]["roles"]),
        })
    }

    /// Counts one decision.
    pub(super) fn count(&mut self, request: &Map<String, Value>, decision: &Value) {
        let absent = Value::Null;
        let asked = |member: &str| request.get(member).unwrap_or(&absent);
        let trace = decision["trace"].as_array().map_or(&[][..], Vec::as_slice);
        let reached: BTreeSet<&str> = trace.iter().filter_map(|step| step["stage"].as_str()).collect();
        self.operations.exercise(&decision["operation"]);
        // A stage that was reached tells that those before it were passed.
        if reached.contains("authentication") {
            self.workflows.exercise(asked("workflow"));
            self.types.exercise(&asked("data")["type"]);
        }
        let scope = &decision["data_scope"];
        if let (Some(of), Some(rules)) = (scope["type"].as_str(), scope["rules"].as_array()) {
            let everyone_else = Value::from(EVERYONE_ELSE);
            let matched = if rules.is_empty() { std::slice::from_ref(&everyone_else) } else { &**rules };
            for rule in matched.iter().filter_map(Value::as_str) {
                self.type_rules.exercise(&Value::from(format!("{of}/{rule}")));
            }
        }
        if reached.contains("operation") {
            let roles = asked("roles").as_array().map_or(&[][..], Vec::as_slice);
            roles.iter().for_each(|role| self.roles.exercise(role));
        }
        if let Some(claim) = asked("claim").as_str() {
            let tenants = Rule::tenants(claim);
            for rule in Rule::all(claim).filter(|rule| Some(*rule) != tenants) {
                let decided = decision["matched"]["rule"] == rule.text;
                *self.rules.entry((claim.to_owned(), rule.text.to_owned())).or_default() |= decided;
            }
        }
    }

    /// What was counted.
    pub(super) fn coverage(self) -> Coverage {
        let rules = Covered {
            exercised: self.rules.values().filter(|decided| **decided).count(),
            of: self.rules.len(),
            missing: self
                .rules
                .into_iter()
                .filter_map(|((claim, rule), decided)| (!decided).then(|| format!("{rule} of {claim}")))
                .collect(),
        };
        Coverage {
            operations: self.operations.covered(),
            claim_rules: rules,
            workflows: self.workflows.covered(),
            types: self.types.covered(),
            type_rules: self.type_rules.covered(),
            roles: self.roles.covered(),
        }
    }
}

/// What the cases of a file exercised.
#[derive(Debug, Serialize)]
pub(super) struct Coverage {
    operations: Covered,
    claim_rules: Covered,
    workflows: Covered,
    types: Covered,
    type_rules: Covered,
    roles: Covered,
}

/// How many of one kind, and which were not.
#[derive(Debug, Serialize)]
struct Covered {
    exercised: usize,
    of: usize,
    missing: Vec<String>,
}

impl Coverage {
    /// For people: a line for each kind of which there are any.
    pub(super) fn shown(&self) -> String {
        let mut table = Table::default();
        for (kind, covered) in [
            ("operations", &self.operations),
            ("claim rules", &self.claim_rules),
            ("workflows", &self.workflows),
            ("types", &self.types),
            ("rules of types", &self.type_rules),
            ("roles", &self.roles),
        ] {
            if covered.of == 0 {
                continue;
            }
            let mut missing: Vec<String> =
                covered.missing.iter().take(MOST_NAMES).map(|name| Plain(name).to_string()).collect();
            if covered.missing.len() > MOST_NAMES {
                missing.push(format!("… and {} more", covered.missing.len() - MOST_NAMES));
            }
            let not = if missing.is_empty() { "" } else { "not: " };
            table.row([
                Cell::new(BOLD, kind),
                Cell::new(PLAIN, format!("{}/{}", covered.exercised, covered.of)),
                Cell::new(DIM, format!("{not}{}", missing.join(", "))),
            ]);
        }
        table.render()
    }
}
