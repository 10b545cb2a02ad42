//! What `bench.sh` measures the gateway against: `bare origin ADDRESS` answers everything, and
//! `bare proxy ADDRESS ORIGIN` forwards everything as the gateway does, without asking anybody;
//! `bare limited ADDRESS ORIGIN` has the gateway's limits, too: it is the gateway without its gate.
#![expect(dead_code, reason = "parts of the gateway are taken along that only it needs")]

#[path = "../src/config.rs"]
mod config;
#[path = "../src/limits.rs"]
mod limits;
#[path = "../src/proxy.rs"]
mod proxy;
#[path = "../src/report.rs"]
mod report;
#[path = "../src/server.rs"]
mod server;
#[path = "../src/source.rs"]
mod source;

use std::{future::pending, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::Response,
};
use tokio::net::TcpListener;

use crate::{
    config::Limits,
    limits::Limiter,
    proxy::{Proxy, clean},
};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (address, router) = match arguments[..] {
        ["origin", address] => (address, Router::new().fallback(|| async { "ok" })),
        ["proxy", address, origin] => (address, proxy(origin)),
        ["limited", address, origin] => {
            let limits = Limits::default();
            let limiter = Arc::new(Limiter::new(limits.concurrent_requests, limits.body_bytes));
            (address, proxy(origin).layer(middleware::from_fn_with_state(limiter, limit)))
        }
        _ => panic!("expected: origin ADDRESS, or proxy or limited ADDRESS ORIGIN"),
    };
    let listener = TcpListener::bind(address).await.expect("a free address");
    server::serve(listener, router, Limits::default(), pending()).await;
}

fn proxy(origin: &str) -> Router {
    let origin = origin.parse().expect("an origin");
    let proxy = Proxy::new(&origin, Limits::default().origin_time()).expect("an origin");
    Router::new().fallback(forward).with_state(proxy)
}

async fn limit(State(limiter): State<Arc<Limiter>>, request: Request, next: Next) -> Response {
    match limiter.admit(request) {
        Ok((request, _place)) => next.run(clean(request)).await,
        Err(problem) => problem.into_response(),
    }
}

async fn forward(
    State(proxy): State<Proxy>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    proxy.send(client, request).await
}
