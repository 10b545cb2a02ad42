//! A module, compiled once, from bytes whose digest was checked.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::digest::{Context, SHA256};
use wasmtime::{
    Config, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig, Strategy,
};

use crate::{
    Error, Limits,
    instance::{CallsOnly, Functions, Guard, Instance, Numbers},
    precompiled,
};

/// How often running calls look at the clock.
const TICK: Duration = Duration::from_millis(10);

/// The version of the raw ABI that this host speaks.
pub(crate) const ABI_VERSION: u32 = 1;

/// The SHA-256 of some bytes. Shown and read as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_all(&[bytes])
    }

    /// The digest of these bytes, one after the other.
    pub(crate) fn of_all(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.finish().as_ref());
        Self(out)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::str::FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::configuration("a SHA-256 digest has 64 hexadecimal digits");
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A compiled module and the limits of its instances. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    wasmtime: wasmtime::Engine,
    module: Module,
    ready: InstancePre<Guard>,
    digest: Digest,
    limits: Limits,
    ticking: Arc<AtomicBool>,
}

impl Engine {
    /// Compiles a module from the bytes of its `.wasm` file; with `expected`, only if that is their
    /// digest. This takes a tenth of a second or more; [`Engine::from_precompiled`] does not.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the digest differs, the bytes are no module, or the module speaks
    /// another ABI.
    pub fn from_wasm(wasm: &[u8], expected: Option<Digest>, limits: Limits) -> Result<Self, Error> {
        Self::compile::<Numbers>(wasm, expected, limits)
    }

    /// As [`Engine::from_wasm`], for a module that answers calls and has no other functions.
    pub(crate) fn calls_only(wasm: &[u8], expected: Option<Digest>, limits: Limits) -> Result<Self, Error> {
        Self::compile::<CallsOnly>(wasm, expected, limits)
    }

    fn compile<F: Functions>(wasm: &[u8], expected: Option<Digest>, limits: Limits) -> Result<Self, Error> {
        let digest = Digest::of(wasm);
        check(digest, expected)?;
        let engine = wasmtime_engine(&limits)?;
        let module = Module::new(&engine, wasm).map_err(|error| unusable(&error))?;
        Self::new::<F>(engine, module, digest, limits)
    }

    /// Loads a module from the bytes of its `.cwasm` file, which [`Engine::precompile`] wrote.
    ///
    /// Such a file holds machine code that is run as it is, so it must come from somewhere as
    /// trusted as this program itself. `expected` is the digest of the `.wasm` file that it was made
    /// from. Use [`Engine::from_wasm`] where only the `.wasm` file's digest can be relied on.
    ///
    /// # Errors
    /// [`Error::Configuration`] as above, or if the file was made by another version of this crate,
    /// with other limits, or for another processor.
    pub fn from_precompiled(bytes: &[u8], expected: Option<Digest>, limits: Limits) -> Result<Self, Error> {
        Self::precompiled::<Numbers>(bytes, expected, limits)
    }

    /// As [`Engine::from_precompiled`], for a module that answers calls and has no other functions.
    pub(crate) fn calls_only_precompiled(
        bytes: &[u8],
        expected: Option<Digest>,
        limits: Limits,
    ) -> Result<Self, Error> {
        Self::precompiled::<CallsOnly>(bytes, expected, limits)
    }

    fn precompiled<F: Functions>(
        bytes: &[u8],
        expected: Option<Digest>,
        limits: Limits,
    ) -> Result<Self, Error> {
        let (digest, code) = precompiled::split(bytes)?;
        check(digest, expected)?;
        let engine = wasmtime_engine(&limits)?;
        let module = precompiled::load(&engine, code).map_err(|error| unusable(&error))?;
        Self::new::<F>(engine, module, digest, limits)
    }

    /// Compiles a module for this machine, for [`Engine::from_precompiled`].
    ///
    /// # Errors
    /// [`Error::Configuration`] if the bytes are no module.
    pub fn precompile(wasm: &[u8], limits: &Limits) -> Result<Vec<u8>, Error> {
        let engine = wasmtime_engine(limits)?;
        let code = engine.precompile_module(wasm).map_err(|error| unusable(&error))?;
        Ok(precompiled::join(Digest::of(wasm), &code))
    }

    /// The digest of the `.wasm` file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The limits of every instance.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The names of what the module exports, in its order, and how many things it imports.
    #[must_use]
    pub fn interface(&self) -> (Vec<String>, usize) {
        let exports = self.0.module.exports().map(|export| export.name().to_owned()).collect();
        (exports, self.0.module.imports().count())
    }

    pub(crate) fn ready(&self) -> &InstancePre<Guard> {
        &self.0.ready
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.0.wasmtime
    }

    /// How many ticks a call may take: one more than the time, as the first may be about to end.
    pub(crate) fn deadline(&self) -> u64 {
        let ticks = self.0.limits.call_time.as_millis().div_ceil(TICK.as_millis());
        u64::try_from(ticks).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn new<F: Functions>(
        wasmtime: wasmtime::Engine,
        module: Module,
        digest: Digest,
        limits: Limits,
    ) -> Result<Self, Error> {
        let mut linker = Linker::new(&wasmtime);
        // The imports serve the JavaScript side only; what this host calls never reaches them.
        linker.define_unknown_imports_as_traps(&module).map_err(|error| unusable(&error))?;
        let ready = linker.instantiate_pre(&module).map_err(|error| unusable(&error))?;
        let ticking = Arc::new(AtomicBool::new(true));
        tick(wasmtime.weak(), Arc::downgrade(&ticking))?;
        let engine = Self(Arc::new(Inner { wasmtime, module, ready, digest, limits, ticking }));
        // A module that cannot even start is the operator's to replace, whatever it died of.
        Instance::<F>::new(&engine).map_err(|error| match error {
            Error::Configuration { .. } => error,
            other => Error::configuration(format!("the module cannot be used: {other}")),
        })?;
        Ok(engine)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.ticking.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("digest", &self.0.digest).finish_non_exhaustive()
    }
}

fn check(digest: Digest, expected: Option<Digest>) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != digest => {
            Err(Error::configuration(format!("the module's digest is {digest}; expected {expected}")))
        }
        _ => Ok(()),
    }
}

fn unusable(error: &wasmtime::Error) -> Error {
    // Of some mistakes wasmtime prints whole lists, an element a line.
    let error = format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ");
    Error::configuration(format!("the module cannot be used: {error}"))
}

fn wasmtime_engine(limits: &Limits) -> Result<wasmtime::Engine, Error> {
    let mut pool = PoolingAllocationConfig::default();
    let instances = u32::try_from(limits.instances.saturating_add(SPARE_INSTANCES)).unwrap_or(u32::MAX);
    pool.total_core_instances(instances)
        .total_memories(instances)
        .total_tables(instances.saturating_mul(2))
        // The function table, and the table of JavaScript values that only JavaScript fills.
        .max_tables_per_module(2)
        .max_memory_size(limits.memory_bytes);
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .epoch_interruption(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    wasmtime::Engine::new(&config).map_err(|error| unusable(&error))
}

/// Beyond those in the pool: one to check a policy before it is taken, and sessions of their own.
const SPARE_INSTANCES: usize = 16;

/// A thread that lets time pass for running calls. It ends with the engine.
fn tick(engine: wasmtime::EngineWeak, ticking: Weak<AtomicBool>) -> Result<(), Error> {
    let run = move || {
        while ticking.upgrade().is_some_and(|ticking| ticking.load(Ordering::Relaxed)) {
            std::thread::sleep(TICK);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        }
    };
    match std::thread::Builder::new().name("portcullis-clock".into()).spawn(run) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::configuration(format!("no thread for the clock: {error}"))),
    }
}
