//! `decide`: requests in, decisions out.

use std::{borrow::Cow, io};

use portcullis::{Credential, Decision, Error, Session};
use portcullis_wire::{Reason, Request, Stage, Values};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    arguments::{DecideOptions, Global},
    batch, context,
    failure::Failure,
    output::Exit,
};

/// A line in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(borrow, default, rename = "id")]
    _id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "batch::given")]
    claim: Option<Values<'a>>,
    #[serde(borrow, default, deserialize_with = "batch::given")]
    token: Option<Option<Cow<'a, str>>>,
    #[serde(borrow, default)]
    operation: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tenant: Values<'a>,
}

/// A line out.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Short {
        decision: bool,
        status: u16,
        stage: Option<Stage>,
        reason: Reason,
        operation: Option<String>,
        tenant: Option<String>,
    },
    Full {
        document: Box<RawValue>,
    },
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &DecideOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::session(&options.policy, options.jwks.as_deref(), global)?;
    batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
        let line: Line<'_> = serde_json::from_slice(line)?;
        let now = options.now.unwrap_or_else(context::now);
        match decide(&mut session, &line, now) {
            Ok(decision) => Ok(answer(&decision, options.full)?),
            Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error.into()),
            // The sandbox gave up on this request. That denies it, and says nothing of the next.
            Err(error) => {
                session = context::session(&options.policy, options.jwks.as_deref(), global)?;
                Ok(Answer::denied(batch::denial(&error)))
            }
        }
    })
}

fn decide(session: &mut Session, line: &Line<'_>, now: f64) -> Result<Decision, Error> {
    let credential = match (&line.claim, &line.token) {
        (Some(claim), None) => Credential::Claim(claim.clone()),
        (None, Some(token)) => Credential::Token(token.as_deref()),
        // Neither or both: the facts contradict each other, and the module says so.
        (None, None) => Credential::Token(None),
        (Some(_), Some(_)) => Credential::Authorization(Values::Several),
    };
    let request = Request {
        operation: line.operation.clone(),
        method: line.method.clone(),
        path: line.path.clone(),
        tenant: line.tenant.clone(),
        ..Request::default()
    };
    session.authorize(&credential, &request, now)
}

fn answer(decision: &Decision, full: bool) -> Result<Answer, Failure> {
    if full {
        let document = decision.json().to_owned();
        return Ok(Answer::Full { document: RawValue::from_string(document).map_err(io::Error::from)? });
    }
    let view = decision.view()?;
    Ok(Answer::Short {
        decision: view.decision,
        status: view.status,
        stage: view.stage,
        reason: view.reason,
        operation: view.operation.map(Cow::into_owned),
        tenant: view.tenant.map(Cow::into_owned),
    })
}

impl Answer {
    fn denied(reason: Reason) -> Self {
        Self::Short {
            decision: false,
            status: reason.status(),
            stage: Some(Stage::Request),
            reason,
            operation: None,
            tenant: None,
        }
    }
}
