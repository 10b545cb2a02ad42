//! The JavaScript door: values in, values out, errors as `Error` with a `code`.

use portcullis_wire::call::{Call, CallError, ClaimErrorView};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    abi,
    answers::Failure,
    calls::{self, Sink},
    state,
};

/// Answers one call. Throws an `Error` with `code`, and where there is more, `findings` or `claim`.
#[wasm_bindgen(skip_typescript)]
pub fn call(call: JsValue) -> Result<JsValue, JsValue> {
    match Call::deserialize(serde_wasm_bindgen::Deserializer::from(call)) {
        Ok(call) => state::with(|state| calls::answer(state, call, Js)),
        // The text may repeat what the caller gave, and that may be a credential.
        Err(_) => Js.error(&Failure::Malformed("not a call of this module".into()).into()),
    }
}

/// Whether a principal's claim allows an operation for a tenant, both by index. Without a tenant,
/// as a request without the tenant header.
#[wasm_bindgen(skip_typescript)]
pub fn allows(principal: u32, operation: u32, tenant: u32) -> bool {
    state::allows(principal, operation, tenant)
}

/// Gives a handle back.
#[wasm_bindgen(skip_typescript)]
pub fn release(handle: u32) -> bool {
    abi::portcullis_release(handle) == 1
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** Answers one call; the README lists the calls. Throws an Error with a stable `code`. */
export function call(call: Call): unknown;
/** Whether a claim allows an operation for a tenant, by index; tenant 0xffffffff: no header. */
export function allows(principal: number, operation: number, tenant: number): boolean;
/** Gives a handle back. */
export function release(handle: number): boolean;
";

struct Js;

impl Sink for Js {
    type Output = Result<JsValue, JsValue>;

    fn ok(self, answer: &impl Serialize) -> Self::Output {
        let values = serde_wasm_bindgen::Serializer::json_compatible();
        answer.serialize(&values).map_err(Into::into)
    }

    fn error(self, error: &CallError) -> Self::Output {
        let thrown = js_sys::Error::new(&error.message);
        let values = serde_wasm_bindgen::Serializer::json_compatible();
        let mut members = vec![("code", JsValue::from_str(&error.code))];
        if !error.findings.is_empty() {
            members.push(("findings", error.findings.serialize(&values)?));
        }
        if let Some(claim) = &error.claim {
            members.push(("claim", ClaimErrorView::serialize(claim, &values)?));
        }
        for (name, value) in members {
            js_sys::Reflect::set(&thrown, &name.into(), &value)?;
        }
        Err(thrown.into())
    }
}
