//! One sandbox: its memory, its functions, its limits. Nothing here knows what a call means.

use serde::{Deserialize, Serialize};
use wasmtime::{
    Memory, PoolConcurrencyLimitError, ResourceLimiter, Store, Trap, TypedFunc, WasmParams, WasmResults,
};

use crate::{Engine, Error, LimitKind, engine::ABI_VERSION};
use portcullis_wire::call::{Answer, CallError};

/// The input buffer that an instance keeps; longer inputs get one of their own.
const BUFFER_BYTES: u32 = 16 * 1024;

/// Watches what an instance asks for.
pub(crate) struct Guard {
    memory_bytes: usize,
    memory_refused: bool,
}

impl ResourceLimiter for Guard {
    fn memory_growing(&mut self, _now: usize, wanted: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        let granted = wanted <= self.memory_bytes;
        self.memory_refused |= !granted;
        Ok(granted)
    }

    fn table_growing(&mut self, now: usize, _wanted: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        // Tables are made in their first size. Only the JavaScript side has more to put into one.
        Ok(now == 0)
    }
}

/// The functions that a module has beside calls, if it has any.
pub(crate) trait Functions: Sized {
    /// Finds them among the module's exports.
    fn find(exports: &mut Exports<'_>) -> Result<Self, Error>;
}

/// The decision module's: what is asked for every request, in numbers.
pub(crate) struct Numbers {
    permit: TypedFunc<(u32, u32, u32), u32>,
    allows: TypedFunc<(u32, u32, u32), u32>,
    release: TypedFunc<u32, u32>,
    filter: TypedFunc<(u32, u32, u32), u64>,
}

impl Functions for Numbers {
    fn find(exports: &mut Exports<'_>) -> Result<Self, Error> {
        Ok(Self {
            permit: exports.function("portcullis_permit")?,
            allows: exports.function("portcullis_allows")?,
            release: exports.function("portcullis_release")?,
            filter: exports.function("portcullis_filter")?,
        })
    }
}

/// The guard module's: there are none.
pub(crate) struct CallsOnly;

impl Functions for CallsOnly {
    fn find(_exports: &mut Exports<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

/// What an instance exports.
pub(crate) struct Exports<'a> {
    instance: wasmtime::Instance,
    store: &'a mut Store<Guard>,
}

impl Exports<'_> {
    fn function<P: WasmParams, R: WasmResults>(&mut self, name: &str) -> Result<TypedFunc<P, R>, Error> {
        self.instance
            .get_typed_func(&mut *self.store, name)
            .map_err(|error| Error::configuration(format!("not a Portcullis module: `{name}`: {error}")))
    }
}

pub(crate) struct Instance<F = Numbers> {
    store: Store<Guard>,
    memory: Memory,
    buffer: u32,
    input: Vec<u8>,
    deadline: u64,
    /// It stopped half-way through something, so nothing in it can be relied on.
    stopped: bool,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    call: TypedFunc<(u32, u32), u64>,
    functions: F,
    input_bytes: usize,
    output_bytes: usize,
}

impl<F: Functions> Instance<F> {
    pub(crate) fn new(engine: &Engine) -> Result<Self, Error> {
        let limits = engine.limits();
        let guard = Guard { memory_bytes: limits.memory_bytes, memory_refused: false };
        let mut store = Store::new(engine.wasmtime(), guard);
        store.limiter(|guard| guard);
        store.epoch_deadline_trap();
        store.set_epoch_deadline(engine.deadline());
        let instance = engine.ready().instantiate(&mut store).map_err(|error| fault(&store, &error))?;
        let mut exports = Exports { instance, store: &mut store };
        let abi_version: TypedFunc<(), u32> = exports.function("portcullis_abi_version")?;
        let version = abi_version.call(&mut store, ()).map_err(|error| fault(&store, &error))?;
        // Another version may have other functions, so this is said first.
        if version != ABI_VERSION {
            let message = format!("the module speaks ABI {version}; expected {ABI_VERSION}");
            return Err(Error::configuration(message));
        }
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| Error::configuration("not a Portcullis module: it exports no `memory`"))?;
        let mut exports = Exports { instance, store: &mut store };
        let mut it = Self {
            alloc: exports.function("portcullis_alloc")?,
            free: exports.function("portcullis_free")?,
            call: exports.function("portcullis_call")?,
            functions: F::find(&mut exports)?,
            memory,
            buffer: 0,
            input: Vec::new(),
            deadline: engine.deadline(),
            stopped: false,
            input_bytes: limits.input_bytes,
            output_bytes: limits.output_bytes,
            store,
        };
        it.buffer = it.run(|it| it.allocate(BUFFER_BYTES))?;
        Ok(it)
    }

    /// Makes a call and reads its answer.
    pub(crate) fn ask<'a, T: Deserialize<'a>>(&'a mut self, call: &impl Serialize) -> Result<T, Error> {
        let bytes = self.ask_bytes(call)?;
        match serde_json::from_slice::<Answer<T>>(bytes) {
            Ok(Answer::Ok(answer)) => Ok(answer),
            Ok(Answer::Error(error)) => Err(Error::Refused(Box::new(error))),
            Err(_) => Err(Error::Contract("an answer that is not of the call")),
        }
    }

    /// Makes a call; the answer is JSON in the module's memory until the next one.
    pub(crate) fn ask_bytes(&mut self, call: &impl Serialize) -> Result<&[u8], Error> {
        let mut input = std::mem::take(&mut self.input);
        input.clear();
        let written = serde_json::to_writer(&mut input, call);
        let place = match written {
            Ok(()) => self.ask_json(&input),
            Err(_) => Err(Error::Contract("a call that is not JSON")),
        };
        input.shrink_to(BUFFER_BYTES as usize);
        self.input = input;
        let (start, end) = place?;
        self.memory.data(&self.store).get(start..end).ok_or(Error::Contract("an answer outside of memory"))
    }

    fn ask_json(&mut self, input: &[u8]) -> Result<(usize, usize), Error> {
        self.run(|it| {
            let packed = it.with_input(input, |it, address, length| {
                it.call.call(&mut it.store, (address, length)).map_err(|error| fault(&it.store, &error))
            })?;
            it.place(packed)
        })
    }

    /// Where a packed answer is.
    fn place(&self, packed: u64) -> Result<(usize, usize), Error> {
        if packed == 0 {
            return Err(Error::Contract("no answer"));
        }
        let start = (packed >> 32) as usize;
        let length = (packed & 0xffff_ffff) as usize;
        if length > self.output_bytes {
            return Err(Error::Limit(LimitKind::Output));
        }
        Ok((start, start.saturating_add(length)))
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory.data_size(&self.store)
    }

    /// Runs something in the sandbox, within the time of one call; nothing, once it was stopped.
    #[inline]
    fn run<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.stopped {
            return Err(Error::Trap("this sandbox was stopped before".into()));
        }
        self.store.set_epoch_deadline(self.deadline);
        self.store.data_mut().memory_refused = false;
        let outcome = run(self);
        self.stopped = matches!(&outcome, Err(error) if error.poisons());
        outcome
    }

    /// Puts bytes into the module's memory for the time of one call.
    fn with_input<T>(
        &mut self,
        input: &[u8],
        run: impl FnOnce(&mut Self, u32, u32) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if input.len() > self.input_bytes {
            return Err(Error::Limit(LimitKind::Input));
        }
        let length = u32::try_from(input.len()).map_err(|_| Error::Limit(LimitKind::Input))?;
        let own = length > BUFFER_BYTES;
        let address = if own { self.allocate(length)? } else { self.buffer };
        let start = address as usize;
        let place = self.memory.data_mut(&mut self.store).get_mut(start..start.saturating_add(input.len()));
        place.ok_or(Error::Contract("a buffer outside of memory"))?.copy_from_slice(input);
        let answer = run(self, address, length)?;
        if own {
            self.free.call(&mut self.store, (address, length)).map_err(|error| fault(&self.store, &error))?;
        }
        Ok(answer)
    }

    fn allocate(&mut self, length: u32) -> Result<u32, Error> {
        let address = self.alloc.call(&mut self.store, length).map_err(|error| fault(&self.store, &error))?;
        match address {
            0 if self.store.data().memory_refused => Err(Error::Limit(LimitKind::Memory)),
            0 => Err(Error::Limit(LimitKind::Input)),
            address => Ok(address),
        }
    }
}

impl Instance<Numbers> {
    /// Compiles a claim for a policy: a principal's handle.
    pub(crate) fn permit(&mut self, policy: u32, claim: &str) -> Result<u32, Error> {
        let handle = self.run(|it| {
            it.with_input(claim.as_bytes(), |it, address, length| {
                let permit = it.functions.permit.call(&mut it.store, (policy, address, length));
                permit.map_err(|error| fault(&it.store, &error))
            })
        })?;
        if handle == 0 { Err(Error::Refused(Box::new(too_many()))) } else { Ok(handle) }
    }

    /// Filters whole lines of records; what is shown is in the module's memory until the next call.
    pub(crate) fn filter(&mut self, filter: u32, lines: &[u8]) -> Result<&[u8], Error> {
        let (start, end) = self.run(|it| {
            let packed = it.with_input(lines, |it, address, length| {
                let filtered = it.functions.filter.call(&mut it.store, (filter, address, length));
                filtered.map_err(|error| fault(&it.store, &error))
            })?;
            it.place(packed)
        })?;
        self.memory.data(&self.store).get(start..end).ok_or(Error::Contract("an answer outside of memory"))
    }

    #[inline]
    pub(crate) fn allows(&mut self, principal: u32, operation: u32, tenant: u32) -> Result<bool, Error> {
        self.run(|it| match it.functions.allows.call(&mut it.store, (principal, operation, tenant)) {
            Ok(answer) => Ok(answer == 1),
            Err(error) => Err(fault(&it.store, &error)),
        })
    }

    pub(crate) fn release(&mut self, handle: u32) -> Result<bool, Error> {
        self.run(|it| {
            let released = it.functions.release.call(&mut it.store, handle);
            Ok(released.map_err(|error| fault(&it.store, &error))? == 1)
        })
    }
}

fn too_many() -> CallError {
    CallError {
        code: "LIMIT_REACHED".into(),
        message: "too many principals are kept, or the policy is gone; release some".into(),
        findings: Vec::new(),
        claim: None,
    }
}

/// What a failed call means: by kind of trap and by what the guard saw, never by an error's text.
fn fault(store: &Store<Guard>, error: &wasmtime::Error) -> Error {
    if error.is::<PoolConcurrencyLimitError>() {
        return Error::Limit(LimitKind::Instances);
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => Error::Limit(LimitKind::Time),
        _ if store.data().memory_refused => Error::Limit(LimitKind::Memory),
        Some(trap) => Error::Trap(trap.to_string()),
        None => Error::Trap(format!("{error:#}")),
    }
}
