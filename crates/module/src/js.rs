//! The JavaScript door: calls as JSON text, and the few that are made for every request as values.

use std::borrow::Cow;

use portcullis_wire::{Reason, Request, Values, call::CallError};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{Deserializer, Serializer};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    answers::Failure,
    calls::{self, Asker},
    state,
};

/// Answers one call, given as JSON, as JSON.
#[wasm_bindgen(skip_typescript)]
pub fn call(call: &str) -> String {
    let mut answer = Vec::new();
    calls::run(call.as_bytes(), &mut answer);
    String::from_utf8(answer).unwrap_or_default()
}

/// What a plain request says. Whoever has more to say makes the call `decide`, whose reader refuses
/// unknown members at every level; this one passes them over.
#[derive(Deserialize)]
struct PlainRequest<'a> {
    #[serde(borrow, default)]
    operation: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tenant: Values<'a>,
    #[serde(default)]
    preflight: bool,
    #[serde(default)]
    now: Option<f64>,
}

/// Decides one plain request: the call `decide`, without text in between. Throws an `Error` with `code`.
#[wasm_bindgen(skip_typescript)]
pub fn decide(
    policy: u32,
    principal: Option<u32>,
    refused: Option<String>,
    request: JsValue,
) -> Result<JsValue, JsValue> {
    // What is wrong is not repeated: the caller may have given a credential by mistake.
    let malformed = |what: &str| Failure::Malformed(what.into());
    let decided = || {
        let refused = match refused {
            Some(code) => Some(Reason::from_code(&code).ok_or(malformed("no reason to refuse"))?),
            None => None,
        };
        let request = PlainRequest::deserialize(Deserializer::from(request));
        let PlainRequest { operation, method, path, tenant, preflight, now } =
            request.map_err(|_| malformed("not the facts of a request"))?;
        Ok((refused, Request { operation, method, path, tenant, preflight, now, ..Request::default() }))
    };
    let (refused, request) = decided().map_err(thrown)?;
    state::with(|state| {
        let asker = Asker { policy, principal, refused };
        let (decision, _) = asker.decide(state, &request, false).map_err(thrown)?;
        Ok(decision.view().serialize(&Serializer::json_compatible())?)
    })
}

/// Compiles a claim for a policy. A principal's handle; 0 if the policy is unknown, or too many
/// principals are kept.
#[wasm_bindgen(skip_typescript)]
pub fn permit(policy: u32, claim: &str) -> u32 {
    state::permit(policy, claim)
}

/// Whether a principal's claim allows an operation for a tenant, both by index. Without a tenant,
/// as a request without the tenant header.
#[wasm_bindgen(skip_typescript)]
pub fn allows(principal: u32, operation: u32, tenant: u32) -> bool {
    state::allows(principal, operation, tenant)
}

/// Says that the signature of a presumed principal's token is genuine: the call `token.confirm`. The principal's
/// handle; 0 if nobody is presumed by this one, or too many principals are kept.
#[wasm_bindgen(skip_typescript)]
pub fn confirm(presumed: u32) -> u32 {
    state::with(|state| state.confirm(presumed)).unwrap_or(0)
}

/// Gives a handle back.
#[wasm_bindgen(skip_typescript)]
pub fn release(handle: u32) -> bool {
    state::release(handle)
}

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** Names something that lives in the module. 0 names nothing. */
export type Handle = number;
/** What came where one value may come. */
export type Values = string | string[] | null;
/** Answers one call: `Call` as JSON in, `Answer` as JSON out. */
export function call(call: string): string;
/** Every answer has this frame. */
export type Answer<T> = { ok: T } | { error: CallError };
/** Decides a request that says no more than operation, method, path, tenant, preflight and now. */
export function decide(policy: number, principal: number | undefined, refused: Reason | undefined, request: Request): Decision;
/** Compiles a claim for a policy: a principal's handle; 0 if the policy is unknown or too many are kept. */
export function permit(policy: number, claim: string): number;
/** Whether a claim allows an operation for a tenant, by index; tenant 0xffffffff: no header. */
export function allows(principal: number, operation: number, tenant: number): boolean;
/** Says that the signature of a presumed principal's token is genuine: the principal's handle, or 0. */
export function confirm(presumed: number): number;
/** Gives a handle back. */
export function release(handle: number): boolean;
";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Error)]
    type Thrown;

    #[wasm_bindgen(constructor, js_class = "Error")]
    fn new(message: &str) -> Thrown;

    #[wasm_bindgen(method, setter)]
    fn set_code(this: &Thrown, code: &str);
}

fn thrown(failure: Failure) -> JsValue {
    let error = CallError::from(failure);
    let thrown = Thrown::new(&error.message);
    thrown.set_code(&error.code);
    thrown.into()
}
