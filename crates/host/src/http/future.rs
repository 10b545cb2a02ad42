//! The answer to come: the inner service's, or the gate's own.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    Problem,
    gate::{Gate, KeysRefresh, Verdict},
};

pin_project! {
    /// The answer of [`Portcullis`](super::Portcullis).
    pub struct ResponseFuture<S, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S::Future, S, B>,
    }
}

pin_project! {
    #[project = Projected]
    enum State<F, S, B> {
        Refused { problem: Option<Problem> },
        Forwarded { #[pin] answer: F },
        Waiting { refresh: KeysRefresh, held: Option<Held<S, B>> },
    }
}

/// A request that waits for keys, and the service that is ready for it.
struct Held<S, B> {
    gate: Arc<Gate>,
    inner: S,
    request: Request<B>,
}

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(super) const fn refuse(problem: Problem) -> Self {
        Self { state: State::Refused { problem: Some(problem) } }
    }

    pub(super) const fn forward(answer: S::Future) -> Self {
        Self { state: State::Forwarded { answer } }
    }

    pub(super) fn wait(refresh: KeysRefresh, gate: Arc<Gate>, inner: S, request: Request<B>) -> Self {
        Self { state: State::Waiting { refresh, held: Some(Held { gate, inner, request }) } }
    }
}

impl<S, B, ResBody> Future for ResponseFuture<S, B>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    ResBody: From<Bytes>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                Projected::Forwarded { answer } => return answer.poll(context),
                Projected::Refused { problem } => {
                    let problem = problem.take().expect("polled after it was ready");
                    return Poll::Ready(Ok(problem.into_response()));
                }
                Projected::Waiting { refresh, held } => {
                    ready!(refresh.as_mut().poll(context));
                    let Held { gate, mut inner, mut request } = held.take().expect("it waits once");
                    match gate.decide(&mut request, true) {
                        Verdict::Pass => State::Forwarded { answer: inner.call(request) },
                        Verdict::Refuse(problem) => State::Refused { problem: Some(problem) },
                        Verdict::Wait(_) => unreachable!("it waits once"),
                    }
                }
            };
            state.set(next);
        }
    }
}
