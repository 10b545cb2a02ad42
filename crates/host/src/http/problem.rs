//! Denials as HTTP answers: status, `WWW-Authenticate`, `Retry-After`, and a body of RFC 9457.

use std::time::Duration;

use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::Serialize;

use crate::{Error, LimitKind, wire};

/// After how many seconds it may be worth to try again where nobody knows better.
const RETRY_AFTER_S: u64 = 1;

/// Why a request is refused, as its sender is told: the reason code and the stage, never the
/// policy's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    reason: String,
    stage: Option<&'static str>,
    detail: Option<String>,
    retry_after: Option<Duration>,
}

/// The members of the body. The type is `about:blank`, so the title is that of the status.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

impl Problem {
    /// A problem with a reason code of one's own.
    #[must_use]
    pub fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into(), stage: None, detail: None, retry_after: None }
    }

    /// The denial of a decision.
    #[must_use]
    pub fn of_decision(decision: &wire::Decision<'_>) -> Self {
        let wire::Outward { stage, reason } = decision.told();
        let (reason, stage) = (reason.code(), stage.map(wire::Stage::name));
        let status = StatusCode::from_u16(decision.status).ok().filter(|status| !status.is_success());
        Self { stage, ..Self::new(status.unwrap_or(StatusCode::FORBIDDEN), reason) }
    }

    /// There is no decision.
    #[must_use]
    pub fn of_error(error: &Error) -> Self {
        match error {
            Error::Limit(LimitKind::Input) => {
                Self::new(StatusCode::BAD_REQUEST, wire::Reason::InputTooLarge.code())
            }
            other => Self::new(StatusCode::SERVICE_UNAVAILABLE, other.code()),
        }
    }

    /// A credential that is refused before a policy is asked.
    pub(crate) fn of_credential(reason: wire::Reason) -> Self {
        let stage = Some(wire::Stage::Authentication.name());
        Self { stage, ..Self::new(StatusCode::UNAUTHORIZED, reason.code()) }
    }

    /// Says more, to people. It must not repeat what a request brought.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Says when it may be worth to try again, where the status is 429 or 503: what is left of a rate
    /// limit's window, say. It is told in whole seconds, rounded up; without it, one second.
    #[must_use]
    pub fn with_retry_after(self, after: Duration) -> Self {
        Self { retry_after: Some(after), ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The reason code.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The answer.
    #[must_use]
    pub fn into_response<B: From<bytes::Bytes>>(self) -> Response<B> {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Denied"),
            status: self.status.as_u16(),
            reason: &self.reason,
            stage: self.stage,
            detail: self.detail.as_deref(),
        };
        // Texts and a number under names of their own: writing them does not fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = Response::new(B::from(body.into()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.status {
            StatusCode::UNAUTHORIZED if self.reason == wire::Reason::AuthenticationRequired.code() => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
            }
            StatusCode::FORBIDDEN => {
                headers.insert(
                    WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer error=\"insufficient_scope\""),
                );
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, whole_seconds(self.retry_after).into());
            }
            _ => {}
        }
        response
    }
}

/// Rounded up: whoever comes back in time must not be too early.
fn whole_seconds(after: Option<Duration>) -> u64 {
    let seconds = |after: Duration| after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
    after.map_or(RETRY_AFTER_S, seconds).max(RETRY_AFTER_S)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn answer(problem: Problem) -> (u16, Option<String>, Option<String>, String) {
        let response: Response<Bytes> = problem.into_response();
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        (
            response.status().as_u16(),
            header(WWW_AUTHENTICATE),
            header(RETRY_AFTER),
            String::from_utf8(response.body().to_vec()).unwrap(),
        )
    }

    #[test]
    fn a_challenge_names_an_error_only_where_a_credential_came() {
        let (status, challenge, _, body) =
            answer(Problem::of_credential(wire::Reason::AuthenticationRequired));
        assert_eq!((status, challenge.as_deref()), (401, Some("Bearer")));
        assert_eq!(
            body,
            r#"{"type":"about:blank","title":"Unauthorized","status":401,"reason":"AUTHENTICATION_REQUIRED","stage":"authentication"}"#
        );
        let (_, challenge, _, _) = answer(Problem::of_credential(wire::Reason::CredentialInvalid));
        assert_eq!(challenge.as_deref(), Some("Bearer error=\"invalid_token\""));
        let (_, challenge, _, _) = answer(Problem::new(StatusCode::FORBIDDEN, "OPERATION_DENIED"));
        assert_eq!(challenge.as_deref(), Some("Bearer error=\"insufficient_scope\""));
    }

    #[test]
    fn limits_say_when_to_try_again() {
        let (status, challenge, retry, _) =
            answer(Problem::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
        assert_eq!((status, challenge, retry.as_deref()), (429, None, Some("1")));
        let (status, _, retry, body) = answer(Problem::of_error(&Error::NoKeys));
        assert_eq!((status, retry.as_deref()), (503, Some("1")));
        assert!(body.contains("KEYS_UNAVAILABLE"), "{body}");
        for (after, told) in [(0, "1"), (1, "1"), (999, "1"), (1000, "1"), (1001, "2"), (29_500, "30")] {
            let limited = Problem::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED");
            let (_, _, retry, _) = answer(limited.with_retry_after(Duration::from_millis(after)));
            assert_eq!(retry.as_deref(), Some(told), "{after} ms");
        }
        let denied = Problem::new(StatusCode::FORBIDDEN, "OPERATION_DENIED");
        assert_eq!(answer(denied.with_retry_after(Duration::from_secs(5))).2, None);
    }
}
