//! Workflow definitions through the guard module: whatever the text is, the host lives, every finding
//! has a place, and nothing that an event hides comes out of a simulation.
#![no_main]

use std::{fs, path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use portcullis::{
    Error, Guards,
    wire::{
        guard::GuardCall,
        workflow::{LintReport, Simulation, WorkflowDocument},
    },
};
use serde_json::value::RawValue;

const EVENT: &str = r#"{"entity_type":"order","operation":"update",
    "record":{"id":7,"total":12.5,"name":"Ann","ssn":"CANARY-SECRET","card":{"secret":"CANARY-SECRET"}},
    "previous":{"password":"CANARY-SECRET"},"user":{"id":"u1","roles":["sales"],"api_key":"CANARY-SECRET"}}"#;

static GUARDS: LazyLock<Guards> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis-guards.wasm");
    let wasm = fs::read(path).expect("run `cargo xtask dist` first");
    Guards::from_wasm(&wasm, None, Guards::limits(), None).expect("the guard module")
});

fn unless_limited<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(Error::Refused(_) | Error::Limit(_) | Error::Trap(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

fuzz_target!(|definition: &str| {
    let Ok(workflow) = serde_json::from_str::<&RawValue>(definition) else { return };
    let event: &RawValue = serde_json::from_str(EVENT).expect("JSON");
    let lint = GUARDS.with_session(|session| {
        session.ask::<_, LintReport>(&GuardCall::WorkflowLint { policy: session.policy(), workflow })
    });
    if let Some(report) = unless_limited(lint) {
        for finding in &report.findings {
            assert!(finding.location.is_empty() || finding.location.starts_with('/'));
            assert!(finding.line > 0 && finding.column > 0);
        }
    }
    let simulate = GUARDS.with_session(|session| {
        session.ask::<_, Simulation>(&GuardCall::WorkflowSimulate {
            policy: session.policy(),
            workflow,
            event,
        })
    });
    if let Some(simulation) = unless_limited(simulate) {
        let text = serde_json::to_string(&simulation).expect("JSON");
        // What the definition itself says is no secret.
        assert!(definition.contains("CANARY") || !text.contains("CANARY-SECRET"));
    }
    let convert = GUARDS
        .with_session(|session| session.ask::<_, WorkflowDocument>(&GuardCall::WorkflowConvert { workflow }));
    unless_limited(convert);
});
