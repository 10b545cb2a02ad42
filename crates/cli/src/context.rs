//! Where the module comes from, and a session with the policy that a command is about.

use std::{collections::HashMap, fs, io::Read, path::Path, time::SystemTime};

use portcullis::{Digest, Engine, Error, Guards, Limits, PolicySource, Session};
use portcullis_wire::{
    call::{Call, KeysLoaded},
    catalog::{CatalogDocument, OperationDocument},
    policy::Finding,
};
use serde_json::{Value, json, value::RawValue};

use crate::{
    arguments::{Global, PolicyChoice},
    failure::Failure,
    output,
};

/// The module that was built with this command line; empty if none was.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/portcullis.wasm"));

/// The guard module that was built with this command line; empty if none was.
static EMBEDDED_GUARDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/portcullis-guards.wasm"));

/// The module's bytes: the file that was named, or the embedded one.
///
/// # Errors
/// If the file cannot be read, or nothing is embedded.
pub fn module(global: &Global) -> Result<Vec<u8>, Failure> {
    bytes(global.module.as_deref(), EMBEDDED)
}

/// The guard module's bytes: the file that was named, or the embedded one.
///
/// # Errors
/// If the file cannot be read, or nothing is embedded.
pub fn guard_module(global: &Global) -> Result<Vec<u8>, Failure> {
    bytes(global.module.as_deref(), EMBEDDED_GUARDS)
}

fn bytes(named: Option<&Path>, embedded: &[u8]) -> Result<Vec<u8>, Failure> {
    match named {
        Some(path) => read(path).map_err(|error| unreadable(path, &error)),
        None if embedded.is_empty() => Err(Failure::Input(
            "no module is embedded; run `cargo xtask dist`, or name one with --module FILE".into(),
        )),
        None => Ok(embedded.to_vec()),
    }
}

/// A compiled module. What was precompiled beside this program is used if it is of the same module.
///
/// # Errors
/// If there is no module, or it cannot be used.
pub fn engine(global: &Global) -> Result<Engine, Failure> {
    let wasm = module(global)?;
    let digest = Digest::of(&wasm);
    if let Some(bytes) = precompiled("portcullis.cwasm", global)
        && let Ok(engine) = Engine::from_precompiled(&bytes, Some(digest), limits())
    {
        return Ok(engine);
    }
    Ok(Engine::from_wasm(&wasm, Some(digest), limits())?)
}

/// The guard module with a policy file. What was precompiled beside this program is used if it is of
/// the same module.
///
/// # Errors
/// If there is no module, or the policy cannot be used.
pub fn guards(policy: Option<&Path>, global: &Global) -> Result<Guards, Failure> {
    let source = policy.map(PolicySource::read).transpose()?;
    let wasm = guard_module(global)?;
    let digest = Digest::of(&wasm);
    if let Some(bytes) = precompiled("portcullis-guards.cwasm", global) {
        match Guards::from_precompiled(&bytes, Some(digest), guard_limits(), source.as_ref()) {
            // A policy with mistakes is one however the module was compiled.
            Err(Error::Configuration { findings, .. }) if findings.is_empty() => {}
            loaded => return Ok(loaded?),
        }
    }
    Ok(Guards::from_wasm(&wasm, Some(digest), guard_limits(), source.as_ref())?)
}

/// What was compiled for this machine and stands beside this program.
fn precompiled(file: &str, global: &Global) -> Option<Vec<u8>> {
    if global.module.is_some() {
        return None;
    }
    fs::read(std::env::current_exe().ok()?.with_file_name(file)).ok()
}

/// One thread asks, so one instance is enough.
#[must_use]
pub fn limits() -> Limits {
    Limits { instances: 1, ..Limits::default() }
}

/// The same for the guard module.
#[must_use]
pub fn guard_limits() -> Limits {
    Limits { instances: 1, ..Guards::limits() }
}

/// A session with a policy file.
///
/// # Errors
/// If there is no module, or the policy or the keys cannot be used.
pub fn session(policy: &Path, jwks: Option<&Path>, global: &Global) -> Result<Session, Failure> {
    session_of(&PolicySource::read(policy)?, jwks, global)
}

/// A session with a policy file, whose decisions can carry receipts.
///
/// # Errors
/// As [`session`].
pub fn recording_session(policy: &Path, jwks: Option<&Path>, global: &Global) -> Result<Session, Failure> {
    session_of(&PolicySource::read(policy)?.with_receipts(), jwks, global)
}

/// A session with a policy that was read before.
///
/// # Errors
/// As [`session`].
pub fn session_of(source: &PolicySource, jwks: Option<&Path>, global: &Global) -> Result<Session, Failure> {
    let keys = jwks.map(text).transpose()?;
    let session = Session::new(&engine(global)?, source, keys.as_deref()).map_err(|error| match jwks {
        Some(file) => about_file(file, error),
        None => error.into(),
    })?;
    if let Some(keys) = session.keys() {
        warn_of_keys(keys);
    }
    if session.policy().security_disabled {
        warn("the policy switches security off: every request to a known route passes");
    }
    Ok(session)
}

/// Names the file of the keys that an error is about. What is wrong with a policy has findings.
#[must_use]
pub fn about_file(file: &Path, error: Error) -> Failure {
    match error {
        Error::Configuration { message, findings } if findings.is_empty() => {
            Failure::Input(format!("{}: {message}", file.display()))
        }
        error => error.into(),
    }
}

/// Says which keys of a set are left out, and why.
pub fn warn_of_keys(keys: &KeysLoaded) {
    for warning in &keys.warnings {
        let kid = warning.kid.as_deref().map(|kid| format!(" `{kid}`")).unwrap_or_default();
        warn(&format!("key {}{kid} is left out: {}", warning.index, warning.message));
    }
}

/// A session for a question about claims: with a policy, or with just a catalog.
///
/// # Errors
/// As [`session`].
pub fn claim_session(choice: &PolicyChoice, global: &Global) -> Result<Session, Failure> {
    if let Some(policy) = &choice.policy {
        return session(policy, None, global);
    }
    let catalog = match &choice.catalog {
        None => "\"workflow-api\"".into(),
        Some(path) => text(path)?,
    };
    let catalog: &RawValue = serde_json::from_str(&catalog).map_err(|error| {
        let file = choice.catalog.as_deref().unwrap_or(Path::new("the catalog"));
        Failure::Input(format!("{}: this is not JSON: {error}", file.display()))
    })?;
    let engine = engine(global)?;
    let load = |tenancy: Value| {
        // As text: a catalog's mistakes, such as a repeated key, are the module's to find.
        let document = format!(r#"{{"portcullis":1,"catalog":{catalog},"tenancy":{tenancy}}}"#);
        Session::new(&engine, &PolicySource::from_json(document), None)
    };
    let Some(tenant) = &choice.tenant else { return Ok(load(json!({ "mode": "single" }))?) };
    // Without a policy, the tenant that is asked about is taken to be registered. One that cannot be
    // is not, and denied as any malformed tenant is.
    match load(json!({ "mode": "multi", "tenants": [tenant] })) {
        Err(Error::Configuration { findings, .. }) if findings.iter().any(is_about_tenants) => {
            Ok(load(json!({ "mode": "multi" }))?)
        }
        loaded => Ok(loaded?),
    }
}

fn is_about_tenants(finding: &Finding) -> bool {
    finding.path.starts_with("/tenancy/tenants")
}

/// The catalog in force. Its base path is the policy's, where the policy has one.
///
/// # Errors
/// As [`session`].
pub fn catalog(choice: &PolicyChoice, global: &Global) -> Result<(Session, CatalogDocument), Failure> {
    let mut session = claim_session(choice, global)?;
    let policy = session.policy().policy;
    let mut catalog: CatalogDocument = session.ask(&Call::PolicyCatalog { policy })?;
    if let Some(path) = &choice.policy
        && let Ok(Value::Object(policy)) = serde_json::from_str(PolicySource::read(path)?.document())
        && let Some(Value::String(base_path)) =
            policy.get("routes").and_then(|routes| routes.get("base_path"))
    {
        catalog.base_path = Some(base_path.clone());
    }
    Ok((session, catalog))
}

/// What the API's own document calls each operation, by id; nothing unless `wanted`.
///
/// # Errors
/// If the module does not answer.
pub fn original_ids(session: &mut Session, wanted: bool) -> Result<HashMap<String, String>, Failure> {
    if !wanted {
        return Ok(HashMap::new());
    }
    let policy = session.policy().policy;
    let catalog: CatalogDocument = session.ask(&Call::PolicyCatalog { policy })?;
    let original = |operation: OperationDocument| Some((operation.id, operation.original_id?));
    Ok(catalog.operations.into_iter().filter_map(original).collect())
}

/// The text of a file, or of standard input where the name is `-`.
///
/// # Errors
/// If it cannot be read, or is not UTF-8.
pub fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(data(path)?).map_err(|_| unreadable(path, &"it is not UTF-8"))
}

/// The bytes of a file, or of standard input where the name is `-`.
///
/// # Errors
/// If it cannot be read.
pub fn data(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::Input(format!("cannot read {}: {error}", path.display()))
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

fn warn(message: &str) {
    output::note(output::WARN, "warning", message);
}

/// The key of keyed hashes, from its file.
///
/// # Errors
/// What keeps the file from being read.
pub fn hash_key(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let text = file.map(text).transpose()?;
    Ok(text.map(|text| text.trim().to_owned()))
}

/// A time that somebody gave, in seconds since 1970.
///
/// # Errors
/// What is no point in time that a token can speak of: negative, beyond the year 9999, or no number.
pub fn seconds(text: &str) -> Result<f64, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..253_402_300_800.0).contains(seconds));
    seconds.ok_or("expected seconds since 1970, before the year 10000")
}

/// The clock's time, in seconds since 1970.
#[must_use]
pub fn now() -> f64 {
    // A clock before 1970 gives 0, at which nothing has been issued yet.
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
