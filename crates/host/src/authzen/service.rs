//! The surface over HTTP.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST},
    request::Parts,
};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use serde_json::Value;
use tower_service::Service;

use super::{
    AuthZen, Surface,
    callers::Refused,
    evaluate::{self, Failed},
    json,
    message::{Malformed, object},
    metadata,
};
use crate::{
    Error,
    http::{Problem, facts, no_decision},
};

/// Comes back as it came.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Largest request, in bytes.
const MAX_BODY_BYTES: usize = 4 << 20;

type Answer = Response<Full<Bytes>>;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Evaluation,
    Evaluations,
    Metadata,
}

/// The endpoint at a path.
pub(super) fn endpoint(surface: &Surface, path: &str) -> Option<Endpoint> {
    let base_path = metadata::base_path(surface);
    if let Some(below) = path.strip_prefix(metadata::PATH) {
        return (below.is_empty() || below == base_path).then_some(Endpoint::Metadata);
    }
    // Whoever forwards to this host may have taken the path of its address away.
    match path.strip_prefix(base_path).unwrap_or(path) {
        "/access/v1/evaluation" => Some(Endpoint::Evaluation),
        "/access/v1/evaluations" => Some(Endpoint::Evaluations),
        _ => None,
    }
}

impl<B> Service<Request<B>> for AuthZen
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Answer;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let it = self.clone();
        Box::pin(async move {
            let id = request.headers().get(REQUEST_ID).cloned();
            let mut answer = respond(&it, request).await.unwrap_or_else(Problem::into_response);
            if let Some(id) = id {
                answer.headers_mut().insert(REQUEST_ID, id);
            }
            Ok(answer)
        })
    }
}

async fn respond<B>(it: &AuthZen, request: Request<B>) -> Result<Answer, Problem>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let surface = it.surface.load_full();
    let found =
        surface.as_ref().and_then(|surface| Some((surface, endpoint(surface, request.uri().path())?)));
    let Some((surface, endpoint)) = found else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "ROUTE_UNKNOWN"));
    };
    let (parts, body) = request.into_parts();
    let allowed = match endpoint {
        Endpoint::Metadata => Method::GET,
        Endpoint::Evaluation | Endpoint::Evaluations => Method::POST,
    };
    if parts.method != allowed {
        let mut answer: Answer =
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_MISMATCH").into_response();
        let allowed = if allowed == Method::GET { "GET" } else { "POST" };
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        return Ok(answer);
    }
    if endpoint == Endpoint::Metadata {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
        let document = metadata::document(surface, host);
        return document.map(|document| ok(&document)).ok_or_else(|| malformed("a host is needed"));
    }
    let now = facts::now();
    authenticate(it, surface, &parts, now).await?;
    let body = read(&parts, body).await?;
    let body = object("the body", &body).map_err(|Malformed(message)| malformed(message))?;
    let answer = match endpoint {
        Endpoint::Evaluation => evaluate::single(it, surface, body, now).await,
        _ => evaluate::batch(it, surface, body, now).await,
    };
    match answer {
        Ok(answer) => Ok(ok(&answer)),
        Err(Failed::Malformed(Malformed(message))) => Err(malformed(message)),
        Err(Failed::Host(error)) => Err(no_decision(&error, it.keys.as_ref())),
    }
}

async fn authenticate(it: &AuthZen, surface: &Surface, parts: &Parts, now: f64) -> Result<(), Problem> {
    let authorization = facts::values(&parts.headers, AUTHORIZATION.as_str());
    let check = || surface.callers.check(&it.rules, &authorization, now);
    let mut checked = check();
    if matches!(checked, Err(Refused::Keys))
        && let Some(refresh) = it.keys.as_ref().and_then(|keys| keys.refresh())
    {
        refresh.await;
        checked = check();
    }
    match checked {
        Ok(()) => Ok(()),
        Err(Refused::Caller(reason)) => Err(Problem::of_credential(reason)),
        Err(Refused::Keys) if it.rules.keys().is_none() => Err(no_decision(&Error::NoKeys, it.keys.as_ref())),
        Err(Refused::Keys) => Err(Problem::of_credential(portcullis_wire::Reason::CredentialInvalid)),
        Err(Refused::Host(error)) => Err(Problem::of_error(&error)),
    }
}

async fn read<B>(parts: &Parts, body: B) -> Result<Value, Problem>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if !is_json(parts) {
        return Err(malformed("content-type: expected application/json"));
    }
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "INPUT_TOO_LARGE"));
        }
        Err(_) => return Err(malformed("the body was cut off")),
    };
    // The parser's own words could repeat a value.
    json::read(&body).map_err(|_| malformed("the body: expected JSON without repeated members"))
}

fn is_json(parts: &Parts) -> bool {
    let mut all = parts.headers.get_all(CONTENT_TYPE).iter();
    match (all.next().and_then(|kind| kind.to_str().ok()), all.next()) {
        (Some(kind), None) => {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
        }
        _ => false,
    }
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "REQUEST_MALFORMED").with_detail(detail)
}

fn ok(document: &Value) -> Answer {
    let mut answer = Response::new(Full::from(document.to_string()));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
