//! Templates through the guard module: whatever the text is, the host lives, nothing takes longer
//! than the deadline, and a restricted value is never shown.
#![no_main]

use std::{fs, path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use portcullis::{
    Error, Guards,
    wire::guard::{Channel, GuardCall, TemplateRendered},
};
use serde_json::value::RawValue;

const CONTEXT: &str = r#"{"name":"Ann","items":[1,2,3],"user":{"name":"Ann","password":"CANARY-SECRET"},
    "secret_hint":"CANARY-SECRET","rows":[{"qty":1,"token":"CANARY-SECRET"}]}"#;

static GUARDS: LazyLock<Guards> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis-guards.wasm");
    let wasm = fs::read(path).expect("run `cargo xtask dist` first");
    Guards::from_wasm(&wasm, None, Guards::limits(), None).expect("the guard module")
});

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let Ok(template) = std::str::from_utf8(rest) else { return };
    let channel = [Channel::Html, Channel::Text, Channel::Json, Channel::Header][usize::from(first % 4)];
    let context: &RawValue = serde_json::from_str(CONTEXT).expect("JSON");
    let answer = GUARDS.with_session(|session| {
        let template = template.into();
        session.ask(&GuardCall::TemplateRender { policy: session.policy(), channel, template, context })
    });
    match answer {
        Ok(TemplateRendered::Output(text)) => {
            // What the template itself says is no secret.
            assert!(template.contains("CANARY") || !text.contains("CANARY-SECRET"));
            assert!(text.len() <= 65_536);
        }
        Ok(TemplateRendered::Failed { .. }) | Err(Error::Limit(_) | Error::Trap(_)) => {}
        Err(error) => panic!("{error}"),
    }
});
