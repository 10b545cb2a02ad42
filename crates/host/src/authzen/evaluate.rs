//! From questions to answers.

use std::time::Instant;

use portcullis_wire::{Reason, Request};
use serde_json::{Map, Value, json};

use super::{
    AuthZen, Surface,
    facts::{Claims, Who},
    message::{Evaluation, Malformed, Semantic, evaluations, object},
};
use crate::{
    Credential, CredentialOutcome, Decision, Error, Session,
    credential::Caller,
    http::KeysRefresh,
    observe::{Door, Observation, Span},
};

/// Why there is no answer to a whole request.
pub(super) enum Failed {
    Malformed(Malformed),
    Host(Error),
}

impl From<Malformed> for Failed {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Answers one question.
pub(super) async fn single(
    it: &AuthZen,
    surface: &Surface,
    body: &Map<String, Value>,
    now: f64,
) -> Result<Value, Failed> {
    let question = Evaluation::read(body, None)?;
    answer(it, surface, &question, now).await
}

/// Answers a batch, or the one question that it is.
pub(super) async fn batch(
    it: &AuthZen,
    surface: &Surface,
    body: &Map<String, Value>,
    now: f64,
) -> Result<Value, Failed> {
    let semantic = Semantic::read(body)?;
    let Some(items) = evaluations(body)? else { return single(it, surface, body, now).await };
    if items.len() > surface.max_evaluations {
        let most = surface.max_evaluations;
        return Err(Malformed(format!("evaluations: expected at most {most}")).into());
    }
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        let question = object("evaluation", item).and_then(|item| Evaluation::read(item, Some(body)));
        let answer = match question {
            Ok(question) => answer(it, surface, &question, now).await,
            Err(malformed) => Err(malformed.into()),
        };
        let answer = answer.unwrap_or_else(|failed| failed_item(&failed));
        let ends = semantic.ends_after(answer["decision"] == true);
        answers.push(answer);
        if ends {
            break;
        }
    }
    Ok(json!({ "evaluations": answers }))
}

/// The place of a question that has no answer.
fn failed_item(failed: &Failed) -> Value {
    let (status, reason, message) = match failed {
        Failed::Malformed(Malformed(message)) => (400, Reason::RequestMalformed.code(), message.as_str()),
        Failed::Host(error) => (503, error.code(), "there is no decision"),
    };
    json!({
        "decision": false,
        "context": { "reason": reason, "error": { "status": status, "message": message } },
    })
}

async fn answer(
    it: &AuthZen,
    surface: &Surface,
    question: &Evaluation<'_>,
    now: f64,
) -> Result<Value, Failed> {
    let refresh = match ask(it, surface, question, now, false)? {
        Asked::Answered(answer) => return Ok(answer),
        Asked::Wait(refresh) => refresh,
    };
    refresh.await;
    match ask(it, surface, question, now, true)? {
        Asked::Answered(answer) => Ok(answer),
        Asked::Wait(_) => Err(Failed::Host(Error::NoKeys)),
    }
}

enum Asked {
    Answered(Value),
    /// New keys may change the answer.
    Wait(KeysRefresh),
}

/// Asks the policy. `last`: do not wait for keys.
fn ask(
    it: &AuthZen,
    surface: &Surface,
    question: &Evaluation<'_>,
    now: f64,
    last: bool,
) -> Result<Asked, Failed> {
    let start = Instant::now();
    let span = Span::enter(Door::AuthZen, "POST");
    let who = Who::of(surface, question)?;
    let request = surface.request(question)?;
    let answer = it.policy.with_session(|session| decide(session, surface, question, &who, &request, now));
    if !last
        && wants_keys(&answer)
        && let Some(refresh) = it.keys.as_ref().and_then(|keys| keys.refresh())
    {
        return Ok(Asked::Wait(refresh));
    }
    let observe = |observation: &Observation<'_>| {
        span.record(observation);
        it.observer.decided(observation);
    };
    let answered = answer.and_then(|(decision, credential)| {
        let view = decision.view()?;
        observe(&Observation {
            door: Door::AuthZen,
            decision: Ok(&view),
            credential: Some(&credential),
            time: start.elapsed(),
        });
        Ok(told(&view))
    });
    answered.map(Asked::Answered).map_err(|error| {
        observe(&Observation {
            door: Door::AuthZen,
            decision: Err(&error),
            credential: None,
            time: start.elapsed(),
        });
        Failed::Host(error)
    })
}

/// What the caller is told of a decision. What passes as it should needs no more words, but has a
/// receipt if there is one.
fn told(decision: &portcullis_wire::Decision<'_>) -> Value {
    let mut context = match decision.reason {
        Reason::Allowed => Map::new(),
        reason => Map::from_iter([
            ("reason".to_owned(), json!(reason.code())),
            ("stage".to_owned(), json!(decision.stage.map(portcullis_wire::Stage::name))),
        ]),
    };
    if let Some(receipt) = &decision.receipt {
        context.insert("receipt".to_owned(), json!(receipt));
    }
    if context.is_empty() {
        json!({ "decision": decision.decision })
    } else {
        json!({ "decision": decision.decision, "context": context })
    }
}

fn wants_keys(answer: &Result<(Decision, CredentialOutcome), Error>) -> bool {
    match answer {
        Ok((_, credential)) => credential.names_unknown_key(),
        Err(error) => matches!(error, Error::NoKeys),
    }
}

/// Decides for whoever it is.
fn decide(
    session: &mut Session,
    surface: &Surface,
    question: &Evaluation<'_>,
    who: &Who<'_>,
    request: &Request<'_>,
    now: f64,
) -> Result<(Decision, CredentialOutcome), Error> {
    match who {
        Who::Said { claim, roles } => {
            let request = Request { user: surface.user(question, None), ..request.clone() };
            let decision = session.authorize_assumed_with_receipt(claim, roles, &request, now)?;
            Ok((decision, CredentialOutcome::Assumed))
        }
        Who::Bearer(token) if surface.declared.user.is_empty() => {
            session.authorize_with_receipt(&Credential::Token(Some(token)), request, now)
        }
        // What conditions see of the bearer is in the token.
        Who::Bearer(token) => session.with_claims(token, now, |session, caller, claims| {
            let claims: Option<Claims> = claims
                .map(serde_json::from_str)
                .transpose()
                .map_err(|_| Error::Contract("claims that are none"))?;
            let user = claims.as_ref().and_then(|claims| surface.user(question, Some(claims)));
            let request = Request { now: Some(now), user, ..request.clone() };
            let Caller { principal, refused, outcome } = caller;
            let decision = session.decide_for(principal, refused, &request, session.receipts())?;
            Ok((decision, outcome))
        }),
    }
}
