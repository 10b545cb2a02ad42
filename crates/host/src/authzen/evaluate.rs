//! From questions to answers.

use std::time::Instant;

use portcullis_wire::{Reason, Request, Values};
use serde_json::{Map, Value, json};

use super::{
    AuthZen, Surface,
    message::{Evaluation, Malformed, Semantic, evaluations, object},
};
use crate::{
    Credential, CredentialOutcome, Decision, Error,
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
    let credential = credential(surface, question)?;
    let request = Request {
        operation: Some(surface.operations.of(question)),
        tenant: tenant(question)?,
        ..Request::default()
    };
    let answer = it.policy.authorize_with_receipt(&credential, &request, now);
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

/// Who the subject is: a token that is to be verified, or what the caller says, or what the policy
/// says of an id.
fn credential<'a>(surface: &'a Surface, question: &Evaluation<'a>) -> Result<Credential<'a>, Malformed> {
    let properties = question.subject.properties;
    match properties.and_then(|properties| properties.get("token")) {
        None => {}
        Some(Value::String(token)) => return Ok(Credential::Token(Some(token))),
        Some(_) => return Err(Malformed("subject.properties.token: expected a string".into())),
    }
    let claim = match properties.and_then(|properties| properties.get(&surface.claim_name)) {
        Some(said) => values(said).ok_or_else(|| {
            Malformed(format!("subject.properties.{}: expected a string", surface.claim_name))
        })?,
        None => match surface.principals.get(question.subject.id) {
            Some(entry) => Values::One(entry.claim.as_str().into()),
            None => Values::Absent,
        },
    };
    Ok(Credential::Claim(claim))
}

/// The permission claim as in a token: nothing, a string, or a list of strings.
fn values(said: &Value) -> Option<Values<'_>> {
    match said {
        Value::Null => Some(Values::Absent),
        Value::String(one) => Some(Values::One(one.into())),
        Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            Some(Values::collect(texts?))
        }
        _ => None,
    }
}

fn tenant<'a>(question: &Evaluation<'a>) -> Result<Values<'a>, Malformed> {
    match question.resource.properties.and_then(|properties| properties.get("tenant_id")) {
        None | Some(Value::Null) => Ok(Values::Absent),
        Some(Value::String(tenant)) => Ok(Values::One(tenant.into())),
        Some(_) => Err(Malformed("resource.properties.tenant_id: expected a string".into())),
    }
}
