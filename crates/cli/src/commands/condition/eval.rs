//! `condition eval`: a condition and facts in, its value out.

use std::{borrow::Cow, collections::BTreeMap, io, path::PathBuf};

use clap::Args;
use portcullis::Error;
use portcullis_wire::call::{
    Call, ConditionError, ConditionEvaluated, Evaluation, ResidualView, TaggedValue,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{facts, session, shown};
use crate::{
    arguments::Global,
    batch,
    failure::Failure,
    output::{self, Exit},
    reply::Reply,
};

/// Options of `condition eval`.
#[derive(Debug, Args)]
pub struct EvalOptions {
    /// The condition
    #[arg(value_name = "EXPR")]
    expr: Option<String>,
    /// The facts (JSON file); `-` reads them from standard input
    #[arg(long, value_name = "FILE", requires = "expr")]
    facts: Option<PathBuf>,
    /// One fact; may be given several times
    #[arg(long, value_name = "NAME=JSON", requires = "expr")]
    set: Vec<String>,
    /// The types of the variables (JSON file)
    #[arg(long, value_name = "FILE", requires = "expr")]
    types: Option<PathBuf>,
    /// A variable that nothing is known of; may be given several times
    #[arg(long, value_name = "NAME", requires = "expr")]
    unknown: Vec<String>,
}

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow)]
    expr: Cow<'a, str>,
    #[serde(borrow, default)]
    bindings: BTreeMap<Cow<'a, str>, TaggedValue<'a>>,
}

/// A line out.
#[derive(Serialize, Deserialize)]
struct Answer {
    value: Option<Box<RawValue>>,
    error: Option<ConditionError>,
}

pub(super) fn run(options: &EvalOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = session(global)?;
    let Some(expr) = &options.expr else {
        return batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
            let Line { expr, bindings, .. } = serde_json::from_slice(line)?;
            let evaluation = Evaluation { expr, bindings, types: None, unknown: Vec::new(), explain: false };
            match session.ask(&Call::ConditionEval(evaluation)) {
                Ok(answer) => Ok(answer),
                Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error.into()),
                // The sandbox gave up on this condition, and that says nothing of the next.
                Err(_) => {
                    session = super::session(global)?;
                    let message = "the sandbox gave up on it".into();
                    let error = ConditionError { kind: "limit".into(), offset: 0, message };
                    Ok(Answer { value: None, error: Some(error) })
                }
            }
        });
    };
    let evaluation = Evaluation {
        expr: expr.as_str().into(),
        bindings: facts::facts(options.facts.as_deref(), &options.set)?,
        types: options.types.as_deref().map(facts::types).transpose()?,
        unknown: options.unknown.iter().map(|name| name.as_str().into()).collect(),
        explain: true,
    };
    let reply = Reply::to(&mut session, &Call::ConditionEval(evaluation))?;
    let answer: ConditionEvaluated<'_> = reply.view()?;
    if global.json {
        output::json(&answer)?;
    } else {
        output::text(&shown::evaluated(expr, &answer))?;
    }
    Ok(Exit::allow_if(holds(&answer)))
}

/// Whether there is a value, and it is not false.
pub(super) fn holds(answer: &ConditionEvaluated<'_>) -> bool {
    match (&answer.value, &answer.residual) {
        (Some(value), _) => *value != TaggedValue::Bool(false),
        (None, Some(residual)) => *residual == ResidualView::Always,
        (None, None) => false,
    }
}
