//! `replay`: is what was decided once decided alike now?

use std::{borrow::Cow, io};

use portcullis::{Error, changed};
use portcullis_wire::{DecisionFacts, Reason, Receipt, Stage};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    arguments::{Global, ReplayOptions},
    batch::{self, Fault},
    commands::decide::Short,
    context,
    failure::Failure,
    output::Exit,
};

/// A line that `decide --receipts` has written: the answer, its receipt, and what it was made from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    /// The whole answer, or …
    #[serde(default)]
    document: Option<Value>,
    /// … the answer in short.
    #[serde(default)]
    decision: Option<bool>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    stage: Option<Stage>,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(borrow, default)]
    operation: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tenant: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    receipt: Option<Receipt<'a>>,
    #[serde(borrow, default)]
    facts: Option<DecisionFacts<'a>>,
}

/// A line out.
#[derive(Serialize)]
struct Compared {
    same: bool,
    /// What is not as it was, by its name: `module`, `policy`, `claim`, `facts`, `now`, `answer`.
    difference: Option<Map<String, Value>>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &ReplayOptions, global: &Global) -> Result<Exit, Failure> {
    let open = || context::recording_session(&options.policy, None, global);
    let mut session = open()?;
    let mut all_same = true;
    let exit = batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
        let stored: Stored<'_> = serde_json::from_slice(line)?;
        let facts = stored.facts.as_ref().ok_or(Fault::Shape("there are no `facts` to decide from"))?;
        let again = match session.decide_from(facts) {
            Ok(decision) => Again::of(&decision)?,
            Err(Error::Refused(_)) => {
                return Err(Fault::Shape("`facts` is not what a decision was made from"));
            }
            Err(error @ Error::Configuration { .. }) => return Err(error.into()),
            // The sandbox gave up on this line: it has no such answer any more.
            Err(error) => {
                session = open()?;
                Again::gave_up(&error)
            }
        };
        let difference = stored.difference(&again)?;
        let same = difference.is_empty();
        all_same &= same;
        Ok(Compared { same, difference: (!same).then_some(difference) })
    })?;
    Ok(if exit == Exit::Allow { Exit::allow_if(all_same) } else { exit })
}

/// What is decided now.
struct Again {
    receipt: Option<Receipt<'static>>,
    document: Value,
    short: Value,
}

impl Again {
    fn of(decision: &portcullis::Decision) -> Result<Self, Fault> {
        let view = decision.view()?;
        let document = serde_json::from_str(decision.json())?;
        Ok(Self {
            receipt: view.receipt.as_ref().map(Receipt::to_static),
            document: without_receipt(document),
            short: serde_json::to_value(Short::of(&view))?,
        })
    }

    fn gave_up(error: &Error) -> Self {
        let answer = json!(error.code());
        Self { receipt: None, document: answer.clone(), short: answer }
    }
}

impl Stored<'_> {
    fn difference(&self, again: &Again) -> Result<Map<String, Value>, Fault> {
        let within;
        let (receipt, answer, found) = match &self.document {
            Some(document) => {
                within = document.get("receipt").map(Receipt::deserialize).transpose()?;
                (within.as_ref(), without_receipt(document.clone()), &again.document)
            }
            None => (self.receipt.as_ref(), self.short(), &again.short),
        };
        let receipt = receipt.ok_or(Fault::Shape("there is no `receipt`"))?;
        let mut difference = Map::new();
        if let Some(now) = &again.receipt {
            let (was, is) = (serde_json::to_value(receipt)?, serde_json::to_value(now)?);
            for part in changed(receipt, now) {
                let name = part.name();
                difference.insert(name.into(), json!({ "stored": was[name], "found": is[name] }));
            }
        }
        if answer != *found {
            difference.insert("answer".into(), json!({ "stored": answer, "found": found }));
        }
        Ok(difference)
    }

    fn short(&self) -> Value {
        let Self { decision, status, stage, reason, operation, tenant, .. } = self;
        json!({
            "decision": decision, "status": status, "stage": stage, "reason": reason,
            "operation": operation, "tenant": tenant,
        })
    }
}

/// The answer itself.
fn without_receipt(mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.remove("receipt");
    }
    document
}
