//! The hosts, behind one trait: whatever decides takes the same cases and gives the same bytes.

mod native;
mod program;
mod wasmtime;

use std::path::Path;

pub use native::Native;
pub use program::Program;
pub use wasmtime::Wasmtime;

use portcullis_wire::{Request, Values};
use serde::Deserialize;
use serde_json::Value;

use crate::corpus::{Case, Group};

/// Something that decides.
pub trait Host {
    /// Takes the policy and the keys of a group.
    ///
    /// # Errors
    /// Why they cannot be used.
    fn load(&mut self, group: &Group) -> Result<(), String>;

    /// Decides one case at `now`: the decision document as JSON.
    ///
    /// # Errors
    /// What befell the host.
    fn decide(&mut self, case: &Case, now: f64) -> Result<String, String>;
}

/// The host with this name: `native`, `wasmtime`, `node` or `python`.
///
/// # Errors
/// If there is no such host, or it cannot be started. `module` is the folder that `cargo xtask
/// dist` fills.
pub fn by_name(name: &str, module: &Path) -> Result<Box<dyn Host>, String> {
    Ok(match name {
        "native" => Box::new(Native::new(&module.join("portcullis.wasm"))?),
        "wasmtime" => Box::new(Wasmtime::new(&module.join("portcullis.wasm"))?),
        "node" => Box::new(Program::node()?),
        "python" => Box::new(Program::python(module)?),
        _ => return Err(format!("there is no host `{name}`; expected native, wasmtime, node or python")),
    })
}

/// The folder that `cargo xtask dist` fills.
#[must_use]
pub fn dist() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../pkg/dist")
}

fn request(case: &Case, now: f64) -> Result<Request<'_>, String> {
    let facts = match &case.facts {
        Some(facts) => Request::deserialize(facts).map_err(|error| error.to_string())?,
        None => Request::default(),
    };
    Ok(Request {
        operation: case.operation.as_deref().map(Into::into),
        method: case.method.as_deref().map(Into::into),
        path: case.path.as_deref().map(Into::into),
        tenant: values(&case.tenant)?,
        preflight: case.preflight,
        now: Some(now),
        ..facts
    })
}

fn values(value: &Value) -> Result<Values<'_>, String> {
    Values::deserialize(value).map_err(|error| error.to_string())
}
