//! Small modules that speak the raw ABI, each wrong in one way.

use std::{fmt::Write, time::Duration};

use portcullis::{
    Credential, Decision, Engine, Error, Limits, PolicyHandle, PolicySource,
    wire::{Request, Values},
};

/// Never ends.
pub const FOREVER: &str = "(loop $forever (br $forever)) (unreachable)";

/// Where the answer that a test chooses stands.
const CHOSEN: usize = 4096;

const LOADED: &str = r#"{"ok":{"policy":1,"operations":1,"tenants":1,"tenant_header":"T","security_disabled":false,"advice":[]}}"#;
const TABLE: &str = r#"{"ok":{"operations":["op"],"tenants":["t"]}}"#;
const ASSUMED: &str = r#"{"ok":{"principal":7}}"#;
pub const ALLOWED: &str = r#"{"ok":{"decision":true,"status":200,"stage":null,"reason":"ALLOWED","operation":null,"tenant":null,"principal":null,"matched":null,"trace":[]}}"#;

/// A module that allows everything, but for the parts that a test replaces.
#[derive(Clone)]
pub struct Stub {
    parts: Vec<(&'static str, String)>,
    chosen: Vec<u8>,
}

impl Stub {
    pub fn new() -> Self {
        let parts = [
            ("memory", r#"(memory (export "memory") 2)"#),
            ("version", "(i32.const 1)"),
            ("alloc", "(i32.const 65536)"),
            ("free", ""),
            ("permit", "(i32.const 7)"),
            ("allows", "(i32.const 1)"),
            ("release", "(i32.const 1)"),
            ("filter", "(i64.const 0)"),
            ("more", ""),
        ];
        let parts = parts.map(|(name, text)| (name, text.to_owned())).into();
        Self { parts, chosen: Vec::new() }.answering(ALLOWED)
    }

    /// Replaces a part: `memory`, `more` (further definitions), or the body of a function. `decide`
    /// is what `portcullis_call` does with a request.
    pub fn with(mut self, part: &'static str, wat: &str) -> Self {
        self.parts.retain(|(name, _)| *name != part);
        self.parts.push((part, wat.to_owned()));
        self
    }

    /// Leaves a function out.
    pub fn without(mut self, part: &'static str) -> Self {
        self.parts.retain(|(name, _)| *name != part);
        self
    }

    /// Answers every request with these bytes.
    pub fn answering(mut self, answer: impl AsRef<[u8]>) -> Self {
        self.chosen = answer.as_ref().into();
        self.with("decide", &packed(CHOSEN, answer.as_ref().len()))
    }

    /// Does something else with requests that have this character in them.
    pub fn at(self, character: char, wat: &str) -> Self {
        let otherwise = self.part("decide").unwrap_or_default().to_owned();
        let byte = u32::from(character);
        let body = format!(
            "(if (call $has (local.get $at) (local.get $length) (i32.const {byte})) (then {wat} (return)))
             {otherwise}"
        );
        self.with("decide", &body)
    }

    pub fn wasm(&self) -> Vec<u8> {
        wat::parse_str(self.wat()).expect("a module")
    }

    pub fn engine(&self, limits: Limits) -> Result<Engine, Error> {
        Engine::from_wasm(&self.wasm(), None, limits)
    }

    pub fn handle(&self) -> PolicyHandle {
        let engine = self.engine(limits()).expect("a module");
        PolicyHandle::new(&engine, policy(), None).expect("a policy")
    }

    fn part(&self, part: &str) -> Option<&str> {
        self.parts.iter().find(|(name, _)| *name == part).map(|(_, wat)| wat.as_str())
    }

    fn wat(&self) -> String {
        let mut wat = format!(
            "(module {}\n{}\n{HAS}\n",
            self.part("memory").unwrap_or_default(),
            self.part("more").unwrap_or_default()
        );
        let mut texts = 1024;
        let mut text = |wat: &mut String, text: &str| {
            data(wat, texts, text.as_bytes());
            let answer = packed(texts, text.len());
            texts += text.len();
            answer
        };
        let (loaded, table, assumed) =
            (text(&mut wat, LOADED), text(&mut wat, TABLE), text(&mut wat, ASSUMED));
        data(&mut wat, CHOSEN, &self.chosen);
        for (part, signature) in [
            ("version", r#""portcullis_abi_version") (result i32)"#),
            ("alloc", r#""portcullis_alloc") (param $length i32) (result i32)"#),
            ("free", r#""portcullis_free") (param i32 i32)"#),
            ("permit", r#""portcullis_permit") (param i32 i32 i32) (result i32)"#),
            ("allows", r#""portcullis_allows") (param i32 i32 i32) (result i32)"#),
            ("release", r#""portcullis_release") (param i32) (result i32)"#),
            ("filter", r#""portcullis_filter") (param i32 i32 i32) (result i64)"#),
        ] {
            if let Some(body) = self.part(part) {
                writeln!(wat, "(func (export {signature} {body})").expect("text");
            }
        }
        if let Some(decide) = self.part("decide") {
            // The tenth byte of a call tells which it is.
            let call = format!(
                r#"(func (export "portcullis_call") (param $at i32) (param $length i32) (result i64)
                  (local $kind i32)
                  (local.set $kind (i32.load8_u offset=9 (local.get $at)))
                  (if (i32.eq (local.get $kind) (i32.const {})) (then (return {loaded})))
                  (if (i32.eq (local.get $kind) (i32.const {})) (then (return {table})))
                  (if (i32.eq (local.get $kind) (i32.const {})) (then (return {assumed})))
                  {decide})"#,
                u32::from('l'),
                u32::from('t'),
                u32::from('a'),
            );
            wat.push_str(&call);
        }
        wat.push(')');
        wat
    }
}

/// Whether a byte is among some.
const HAS: &str = "(func $has (param $at i32) (param $length i32) (param $byte i32) (result i32)
  (local $end i32)
  (local.set $end (i32.add (local.get $at) (local.get $length)))
  (block $none
    (loop $next
      (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
      (if (i32.eq (i32.load8_u (local.get $at)) (local.get $byte)) (then (return (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
  (i32.const 0))";

fn data(wat: &mut String, at: usize, bytes: &[u8]) {
    write!(wat, "(data (i32.const {at}) \"").expect("text");
    for byte in bytes {
        write!(wat, "\\{byte:02x}").expect("text");
    }
    wat.push_str("\")\n");
}

/// The answer that a test chose.
pub fn chosen() -> String {
    packed(CHOSEN, ALLOWED.len())
}

/// The result of `portcullis_call` for an answer of so many bytes there.
pub fn packed(address: usize, length: usize) -> String {
    format!("(i64.const 0x{address:08x}{length:08x})")
}

/// Limits that a stub reaches soon.
pub fn limits() -> Limits {
    Limits {
        memory_bytes: 1 << 20,
        call_time: Duration::from_millis(50),
        input_bytes: 64 << 10,
        output_bytes: 4096,
        instances: 2,
        cached_tokens: 8,
    }
}

pub fn policy() -> PolicySource {
    PolicySource::from_json("{}")
}

pub fn request(operation: &str) -> Request<'_> {
    Request { operation: Some(operation.into()), ..Request::default() }
}

/// Asks whether an operation is allowed.
pub fn ask(handle: &PolicyHandle, operation: &str) -> Result<Decision, Error> {
    handle.authorize(&Credential::Claim(Values::One("a:op".into())), &request(operation), 0.0)
}
