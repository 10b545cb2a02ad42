//! Ten million decisions leave the process as large as it was.
#![cfg(target_os = "linux")]

use std::fs;

use portcullis::{Engine, Limits, PolicySource, Session};
use portcullis_tests::hosts;
use portcullis_wire::{Request, Values};

const DECISIONS: u32 = 10_000_000;
/// How many share a permit.
const ROUND: u32 = 100;
/// What the allocator and the kernel may round up: less than a byte for five decisions.
const ROUNDING: u64 = 2 << 20;

/// Resident memory in bytes: the second number of `statm` counts pages.
fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: u64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
    pages * 4096
}

#[test]
fn ten_million_decisions_take_no_memory() {
    let wasm = fs::read(hosts::dist().join("portcullis.wasm")).expect("run `cargo xtask dist`");
    let engine = Engine::from_wasm(&wasm, None, Limits::default()).expect("a module");
    let policy = r#"{"portcullis": 1, "tenancy": {"mode": "multi", "tenants": ["TenantA", "TenantB"]}}"#;
    let mut session = Session::new(&engine, &PolicySource::from_json(policy), None).expect("a policy");
    let claims = ["a:workflow-api;a:tenants:TenantA", "d:workflow-api;a:workflow-api.rpc;a:tenants", "x"];
    let paths = ["/workflow-api/rpc/resume", "/workflow-api/search/processes", "/nowhere"];
    let mut decide = |count: u32| {
        let mut allowed = 0;
        for round in 0..count / ROUND {
            let permit = session.permit(claims[round as usize % claims.len()]).expect("a permit");
            for at in 0..ROUND as usize {
                let request = Request {
                    method: Some("POST".into()),
                    path: Some(paths[at % paths.len()].into()),
                    tenant: Values::One(if at % 2 == 0 { "TenantA" } else { "TenantB" }.into()),
                    ..Request::default()
                };
                allowed += u32::from(session.decide(permit, &request).expect("a decision").allowed());
            }
            session.release(permit).expect("released");
        }
        allowed
    };
    decide(100_000);
    let before = resident();
    let allowed = decide(DECISIONS);
    let grown = resident().saturating_sub(before);
    assert!(allowed > 0 && allowed < DECISIONS);
    assert!(grown < ROUNDING, "{grown} bytes more after {DECISIONS} decisions");
    println!("{grown} bytes more after {DECISIONS} decisions");
}
