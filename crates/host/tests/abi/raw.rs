//! The least that a host does.

use std::{fs, path::Path, sync::LazyLock};

use serde_json::Value;
use wasmtime::{
    Engine, ExternType, Instance, Linker, Memory, Module, Store, TypedFunc, WasmParams, WasmResults,
};

/// Longest input that the module takes, as `ABI.md` says.
pub const MAX_INPUT: u32 = 32 << 20;

static SHIPPED: LazyLock<(Engine, Module)> = LazyLock::new(|| {
    let path = root().join("pkg/dist/portcullis.wasm");
    let wasm =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()));
    let engine = Engine::default();
    let module = Module::new(&engine, wasm).expect("the shipped module");
    (engine, module)
});

/// The workspace.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Whether files that hold what the module says are to be written anew.
pub fn rewrites() -> bool {
    std::env::var_os("PORTCULLIS_REWRITE").is_some()
}

pub fn module() -> &'static Module {
    &SHIPPED.1
}

/// An instance, and how often it called what it imports.
pub struct Raw {
    store: Store<u32>,
    instance: Instance,
    memory: Memory,
}

/// Memory that the module gave out.
#[derive(Clone, Copy)]
pub struct Buffer {
    pub address: u32,
    pub length: u32,
}

impl Raw {
    pub fn new() -> Self {
        let (engine, module) = &*SHIPPED;
        let mut linker = Linker::<u32>::new(engine);
        for import in module.imports() {
            let ExternType::Func(signature) = import.ty() else { panic!("an import that is no function") };
            let called = linker.func_new(import.module(), import.name(), signature, |mut caller, _, _| {
                *caller.data_mut() += 1;
                Err(wasmtime::Error::msg("an import was called"))
            });
            called.expect("a function");
        }
        let mut store = Store::new(engine, 0);
        let instance = linker.instantiate(&mut store, module).expect("an instance");
        let memory = instance.get_memory(&mut store, "memory").expect("memory");
        Self { store, instance, memory }
    }

    fn run<P: WasmParams, R: WasmResults>(&mut self, name: &str, parameters: P) -> R {
        let function: TypedFunc<P, R> =
            self.instance.get_typed_func(&mut self.store, name).expect("an export");
        function.call(&mut self.store, parameters).unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    pub fn abi_version(&mut self) -> u32 {
        self.run("portcullis_abi_version", ())
    }

    pub fn alloc(&mut self, length: u32) -> u32 {
        self.run("portcullis_alloc", length)
    }

    pub fn free(&mut self, address: u32, length: u32) {
        self.run("portcullis_free", (address, length))
    }

    pub fn call_at(&mut self, address: u32, length: u32) -> u64 {
        self.run("portcullis_call", (address, length))
    }

    pub fn permit_at(&mut self, policy: u32, address: u32, length: u32) -> u32 {
        self.run("portcullis_permit", (policy, address, length))
    }

    pub fn allows(&mut self, principal: u32, operation: u32, tenant: u32) -> u32 {
        self.run("portcullis_allows", (principal, operation, tenant))
    }

    pub fn release(&mut self, handle: u32) -> u32 {
        self.run("portcullis_release", handle)
    }

    /// A buffer with this in it.
    pub fn give(&mut self, bytes: &[u8]) -> Buffer {
        let length = u32::try_from(bytes.len()).expect("an input");
        let address = self.alloc(length);
        assert_ne!(address, 0, "no memory for {length} bytes");
        self.memory.write(&mut self.store, address as usize, bytes).expect("a buffer in memory");
        Buffer { address, length }
    }

    pub fn take(&mut self, buffer: Buffer) {
        self.free(buffer.address, buffer.length);
    }

    pub fn bytes(&self, address: u32, length: u32) -> Vec<u8> {
        let (start, length) = (address as usize, length as usize);
        self.memory.data(&self.store)[start..start + length].to_vec()
    }

    pub fn answer(&self, packed: u64) -> String {
        assert_ne!(packed, 0, "no answer");
        let bytes = self.bytes((packed >> 32) as u32, (packed & 0xffff_ffff) as u32);
        String::from_utf8(bytes).expect("text")
    }

    /// Makes a call.
    pub fn call(&mut self, call: impl AsRef<[u8]>) -> String {
        let call = call.as_ref();
        // No input is an input too, and lies within a buffer as any other.
        let buffer = self.give(if call.is_empty() { b" " } else { call });
        let packed = self.call_at(buffer.address, u32::try_from(call.len()).expect("an input"));
        let answer = self.answer(packed);
        self.take(buffer);
        answer
    }

    /// Makes a call that must do what it says.
    #[track_caller]
    pub fn ok(&mut self, call: &Value) -> Value {
        let mut answer: Value = serde_json::from_str(&self.call(call.to_string())).expect("JSON");
        let ok = answer.get_mut("ok").map(Value::take);
        ok.unwrap_or_else(|| panic!("{call}: {answer}"))
    }

    /// Makes a call that must not, and gives its code.
    #[track_caller]
    pub fn error(&mut self, call: impl AsRef<[u8]>) -> String {
        let text = self.call(call);
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        answer["error"]["code"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned()
    }

    pub fn permit(&mut self, policy: u32, claim: &str) -> u32 {
        let buffer = self.give(claim.as_bytes());
        let handle = self.permit_at(policy, buffer.address, buffer.length);
        self.take(buffer);
        handle
    }

    /// A policy with one tenant rule needed, and its handle.
    pub fn policy(&mut self) -> u32 {
        let document = r#"{"portcullis":1,"tenancy":{"mode":"multi","tenants":["A","B"]}}"#;
        handle(&self.ok(&serde_json::json!({ "policy.load": { "document": document } })), "policy")
    }

    pub fn memory_bytes(&self) -> usize {
        self.memory.data_size(&self.store)
    }

    pub fn imports_called(&self) -> u32 {
        *self.store.data()
    }
}

/// A handle in an answer.
#[track_caller]
pub fn handle(answer: &Value, member: &str) -> u32 {
    let handle = answer[member].as_u64().and_then(|handle| u32::try_from(handle).ok());
    handle.unwrap_or_else(|| panic!("no {member}: {answer}"))
}
