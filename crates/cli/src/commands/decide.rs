//! `decide`: requests in, decisions out.

use std::{borrow::Cow, io};

use portcullis::{Credential, Decision, Error, Session};
use portcullis_wire::{
    self as wire, DecisionFacts, PrincipalFacts, Reason, Receipt, Request, Stage, Value, Values,
    facts::{CredentialFacts, DataFacts, Origin, ResourceFacts, SearchFacts, Surface},
};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    arguments::{DecideOptions, Global},
    batch, context,
    failure::Failure,
    output::{self, Exit, WARN},
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
    action: Option<Box<Value<'a>>>,
    #[serde(borrow, default)]
    context: Option<Box<Value<'a>>>,
    #[serde(borrow, default)]
    resource: Option<Box<ResourceFacts<'a>>>,
    #[serde(borrow, default)]
    data: Option<Box<DataFacts<'a>>>,
    #[serde(borrow, default)]
    searches: Vec<SearchFacts<'a>>,
}

/// A line out: the answer, and with `--receipts` what it takes to check it later.
#[derive(Serialize)]
pub(super) struct Answered {
    #[serde(flatten)]
    answer: Answer,
    /// Within the document, where that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt<'static>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Box<RawValue>>,
}

/// The answer in short, or the whole document.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Short(Short),
    Full { document: Box<RawValue> },
}

/// What of a decision most callers look at.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Short {
    decision: bool,
    status: u16,
    stage: Option<Stage>,
    reason: Reason,
    operation: Option<String>,
    tenant: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &DecideOptions, global: &Global) -> Result<Exit, Failure> {
    let open = || match options.receipts {
        true => context::recording_session(&options.policy, options.jwks.as_deref(), global),
        false => context::session(&options.policy, options.jwks.as_deref(), global),
    };
    let mut session = open()?;
    let mut told = false;
    batch::run(io::stdin().lock(), io::stdout().lock(), |line| {
        let line: Line<'_> = serde_json::from_slice(line)?;
        let now = line.now.or(options.now).unwrap_or_else(context::now);
        let decided = match options.receipts {
            true => recorded(&mut session, line, now).map(|(decision, facts)| (decision, Some(facts))),
            false => decide(&mut session, line, now).map(|decision| (decision, None)),
        };
        match decided {
            Ok((decision, facts)) => Ok(answered(&decision, facts, options.full)?),
            Err(Error::NoKeys) => {
                if !told {
                    output::note(WARN, "warning", "tokens came, and without --jwks none can be verified");
                }
                told = true;
                Ok(Answered::denied(Reason::CredentialInvalid, Stage::Authentication))
            }
            Err(error @ (Error::Configuration { .. } | Error::Refused(_))) => Err(error.into()),
            // The sandbox gave up on this request. That denies it, and says nothing of the next.
            Err(error) => {
                session = open()?;
                Ok(Answered::denied(batch::denial(&error), Stage::Request))
            }
        }
    })
}

/// Asks the module about a line.
///
/// # Errors
/// What befell the sandbox; then deny.
pub(super) fn decide(session: &mut Session, line: Line<'_>, now: f64) -> Result<Decision, Error> {
    let (asker, request) = line.asked(now);
    match asker {
        Asker::Assumed(facts) => session.authorize_assumed(&facts.claim, &facts.roles, &request, now),
        Asker::Credential(credential) => session.authorize(&credential.borrowed(), &request, now),
    }
}

/// The same with a receipt, and what it takes to decide it again.
fn recorded<'a>(
    session: &mut Session,
    line: Line<'a>,
    now: f64,
) -> Result<(Decision, DecisionFacts<'a>), Error> {
    let (asker, request) = line.asked(now);
    match asker {
        Asker::Assumed(facts) => {
            let facts = DecisionFacts { principal: Some(facts), refused: None, request };
            Ok((session.decide_from(&facts)?, facts))
        }
        Asker::Credential(credential) => session.authorize_recorded(&credential.borrowed(), &request, now),
    }
}

/// Who asks.
enum Asker<'a> {
    /// A principal that something else has verified.
    Assumed(PrincipalFacts<'a>),
    /// The bearer of this.
    Credential(Bearer<'a>),
}

enum Bearer<'a> {
    Token(Option<Cow<'a, str>>),
    /// The facts contradict each other, and the module says so.
    Several,
}

impl Bearer<'_> {
    fn borrowed(&self) -> Credential<'_> {
        match self {
            Self::Token(token) => Credential::Token(token.as_deref()),
            Self::Several => Credential::Authorization(Values::Several),
        }
    }
}

impl<'a> Line<'a> {
    fn asked(self, now: f64) -> (Asker<'a>, Request<'a>) {
        let request = Request {
            operation: self.operation,
            method: self.method,
            path: self.path,
            tenant: self.tenant,
            preflight: self.preflight,
            now: Some(now),
            surface: self.surface,
            origin: self.origin,
            workflow: self.workflow,
            branch: self.branch,
            credential: self.credential,
            user: self.user,
            params: self.params,
            query: self.query,
            action: self.action,
            context: self.context,
            resource: self.resource,
            data: self.data,
            searches: self.searches,
        };
        let asker = match (self.claim, self.token) {
            (Some(claim), None) => {
                Asker::Assumed(PrincipalFacts { claim, roles: self.roles, ..PrincipalFacts::default() })
            }
            (None, token) => Asker::Credential(Bearer::Token(token.flatten())),
            (Some(_), Some(_)) => Asker::Credential(Bearer::Several),
        };
        (asker, request)
    }
}

/// What a line out says of a decision.
///
/// # Errors
/// If the module's answer is no decision.
pub(super) fn answered(
    decision: &Decision,
    facts: Option<DecisionFacts<'_>>,
    full: bool,
) -> Result<Answered, Failure> {
    let facts = facts.map(|facts| to_raw_value(&facts)).transpose().map_err(io::Error::from)?;
    if full {
        let document = RawValue::from_string(decision.json().to_owned()).map_err(io::Error::from)?;
        return Ok(Answered { answer: Answer::Full { document }, receipt: None, facts });
    }
    let view = decision.view()?;
    let receipt = view.receipt.as_ref().map(Receipt::to_static);
    Ok(Answered { answer: Answer::Short(Short::of(&view)), receipt, facts })
}

impl Short {
    /// What a decision says in short.
    pub(super) fn of(view: &wire::Decision<'_>) -> Self {
        Self {
            decision: view.decision,
            status: view.status,
            stage: view.stage,
            reason: view.reason,
            operation: view.operation.as_deref().map(Into::into),
            tenant: view.tenant.as_deref().map(Into::into),
        }
    }
}

impl Answered {
    fn denied(reason: Reason, stage: Stage) -> Self {
        let short = Short {
            decision: false,
            status: reason.status(),
            stage: Some(stage),
            reason,
            operation: None,
            tenant: None,
        };
        Self { answer: Answer::Short(short), receipt: None, facts: None }
    }
}
