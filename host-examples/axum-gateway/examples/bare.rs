//! What `bench.sh` measures the gateway against: `bare origin ADDRESS` answers everything, and
//! `bare proxy ADDRESS ORIGIN` forwards everything as the gateway does, without asking anybody.
#![expect(dead_code, reason = "parts of the gateway are taken along that only it needs")]

#[path = "../src/config.rs"]
mod config;
#[path = "../src/proxy.rs"]
mod proxy;
#[path = "../src/report.rs"]
mod report;
#[path = "../src/server.rs"]
mod server;
#[path = "../src/source.rs"]
mod source;

use std::{future::pending, net::SocketAddr};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::Response,
};
use tokio::net::TcpListener;

use crate::{config::Limits, proxy::Proxy};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (address, router) = match arguments[..] {
        ["origin", address] => (address, Router::new().fallback(|| async { "ok" })),
        ["proxy", address, origin] => {
            let proxy = Proxy::new(&origin.parse().expect("an origin"), Limits::default().origin_time());
            (address, Router::new().fallback(forward).with_state(proxy.expect("an origin")))
        }
        _ => panic!("expected: origin ADDRESS, or proxy ADDRESS ORIGIN"),
    };
    let listener = TcpListener::bind(address).await.expect("a free address");
    server::serve(listener, router, Limits::default(), pending()).await;
}

async fn forward(
    State(proxy): State<Proxy>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    proxy.send(client, request).await
}
