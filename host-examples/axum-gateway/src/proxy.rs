//! Forwarding: the request as it came, less what belongs to one connection only.

use std::{error::Error as StdError, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version,
        header::{
            ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, ORIGIN,
            PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
        },
        uri::{self, Authority, Scheme},
    },
    response::Response,
};
use http_body_util::LengthLimitError;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use portcullis::{Decision, http::Problem};
use tokio::time::timeout;

/// Headers that belong to one connection (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The way to the origin.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>);

struct Inner {
    client: Client<HttpConnector, Body>,
    authority: Authority,
    host: HeaderValue,
    time: Duration,
}

impl Proxy {
    /// A proxy for this origin, which begins its answers within some time.
    pub fn new(origin: &Uri, time: Duration) -> Option<Self> {
        let authority = origin.authority()?.clone();
        let host = HeaderValue::from_str(authority.as_str()).ok()?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Some(Self(Arc::new(Inner { client, authority, host, time })))
    }

    /// Sends a request of a client to the origin.
    pub async fn send(&self, client: SocketAddr, mut request: Request) -> Response {
        let path = request.uri().path_and_query().cloned();
        let mut parts = uri::Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.0.authority.clone());
        parts.path_and_query = path;
        let Ok(target) = Uri::from_parts(parts) else {
            return Problem::new(StatusCode::BAD_REQUEST, "REQUEST_MALFORMED").into_response();
        };
        *request.uri_mut() = target;
        *request.version_mut() = Version::HTTP_11;
        let headers = request.headers_mut();
        remove_hop_by_hop(headers);
        tell_the_client(headers, client, &self.0.host);
        if is_preflight(&request) {
            // It may have passed without a credential: it has nothing to say but its headers.
            *request.body_mut() = Body::empty();
            remove_body_headers(request.headers_mut());
        }
        match timeout(self.0.time, self.0.client.request(request)).await {
            Ok(Ok(mut answer)) => {
                remove_hop_by_hop(answer.headers_mut());
                answer.map(Body::new)
            }
            Ok(Err(error)) if is_too_large(&error) => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "INPUT_TOO_LARGE").into_response()
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the origin cannot be reached");
                Problem::new(StatusCode::BAD_GATEWAY, "ORIGIN_UNREACHABLE").into_response()
            }
            Err(_) => {
                tracing::error!("the origin does not answer in time");
                Problem::new(StatusCode::GATEWAY_TIMEOUT, "ORIGIN_TIMEOUT").into_response()
            }
        }
    }
}

/// Forwards a request that the gate let through. It asks for the decision, so it cannot be reached
/// past the gate.
pub async fn forward(
    State(proxy): State<Proxy>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    _decision: Decision,
    request: Request,
) -> Response {
    proxy.send(client, request).await
}

/// Takes away what belongs to the client's connection. This comes before the gate, which must not
/// decide by a header that the origin does not see.
pub fn clean(mut request: Request) -> Request {
    remove_hop_by_hop(request.headers_mut());
    request
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn remove_body_headers(headers: &mut HeaderMap) {
    headers.remove(CONTENT_LENGTH);
    headers.remove(CONTENT_TYPE);
    headers.remove(EXPECT);
}

/// What the client said of itself in these headers is not believed.
fn tell_the_client(headers: &mut HeaderMap, client: SocketAddr, origin: &HeaderValue) {
    headers.remove(FORWARDED);
    headers.remove(FORWARDED_HOST);
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
    if let Some(host) = headers.insert(HOST, origin.clone()) {
        headers.insert(FORWARDED_HOST, host);
    }
    match HeaderValue::from_str(&client.ip().to_string()) {
        Ok(address) => drop(headers.insert(FORWARDED_FOR, address)),
        Err(_) => drop(headers.remove(FORWARDED_FOR)),
    }
}

fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<LengthLimitError>() {
            return true;
        }
        next = error.source();
    }
    false
}
