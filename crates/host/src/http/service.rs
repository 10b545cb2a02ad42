//! The service: one request at a time.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::{
    future::ResponseFuture,
    gate::{Gate, Verdict},
};

/// Lets only allowed requests through to the inner service. [`PortcullisLayer`](super::PortcullisLayer)
/// makes it.
#[derive(Clone, Debug)]
pub struct Portcullis<S> {
    gate: Arc<Gate>,
    inner: S,
}

impl<S> Portcullis<S> {
    pub(super) const fn new(gate: Arc<Gate>, inner: S) -> Self {
        Self { gate, inner }
    }

    /// The inner service.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Portcullis<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    ResBody: From<Bytes>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        match self.gate.decide(&mut request, false) {
            Verdict::Pass => ResponseFuture::forward(self.inner.call(request)),
            Verdict::Refuse(problem) => ResponseFuture::refuse(problem),
            Verdict::Wait(refresh) => {
                // The one that is ready goes with the request; a fresh clone stays for the next.
                let next = self.inner.clone();
                let ready = std::mem::replace(&mut self.inner, next);
                ResponseFuture::wait(refresh, Arc::clone(&self.gate), ready, request)
            }
        }
    }
}
