//! `decide`: requests in, decisions out.

use std::{borrow::Cow, io};

use portcullis::{Credential, Decision, Error, Session};
use portcullis_wire::{
    Reason, Request, Stage, Value, Values,
    facts::{CredentialFacts, DataFacts, Origin, ResourceFacts, SearchFacts, Surface},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    arguments::{DecideOptions, Global},
    batch, context,
    failure::Failure,
    output::Exit,
};

/// A line in: who asks, and the facts of the request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
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
    #[serde(borrow, default)]
    roles: Vec<Cow<'a, str>>,
    #[serde(default)]
    preflight: bool,
    /// The time of this request, where it is not that of the run.
    #[serde(default)]
    pub(super) now: Option<f64>,
    #[serde(default)]
    surface: Option<Surface>,
    #[serde(default)]
    origin: Origin,
    #[serde(borrow, default)]
    workflow: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    branch: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    credential: Option<Box<CredentialFacts<'a>>>,
    #[serde(borrow, default)]
    user: Option<Box<Value<'a>>>,
    #[serde(borrow, default)]
    params: Option<Box<Value<'a>>>,
    #[serde(borrow, default)]
    query: Option<Box<Value<'a>>>,
    #[serde(borrow, default)]
    resource: Option<Box<ResourceFacts<'a>>>,
    #[serde(borrow, default)]
    data: Option<Box<DataFacts<'a>>>,
    #[serde(borrow, default)]
    searches: Vec<SearchFacts<'a>>,
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
        let now = line.now.or(options.now).unwrap_or_else(context::now);
        match decide(&mut session, line, now) {
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

/// Asks the module about a line.
///
/// # Errors
/// What befell the sandbox; then deny.
pub(super) fn decide(session: &mut Session, line: Line<'_>, now: f64) -> Result<Decision, Error> {
    let request = Request {
        operation: line.operation,
        method: line.method,
        path: line.path,
        tenant: line.tenant,
        preflight: line.preflight,
        now: Some(now),
        surface: line.surface,
        origin: line.origin,
        workflow: line.workflow,
        branch: line.branch,
        credential: line.credential,
        user: line.user,
        params: line.params,
        query: line.query,
        resource: line.resource,
        data: line.data,
        searches: line.searches,
    };
    let credential = match (line.claim, &line.token) {
        (Some(claim), None) if line.roles.is_empty() => Credential::Claim(claim),
        (Some(claim), None) => return session.authorize_assumed(&claim, &line.roles, &request, now),
        (None, Some(token)) => Credential::Token(token.as_deref()),
        // Neither or both: the facts contradict each other, and the module says so.
        (None, None) => Credential::Token(None),
        (Some(_), Some(_)) => Credential::Authorization(Values::Several),
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
