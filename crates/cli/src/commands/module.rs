//! `module`: what the module is, whether it is the right one, and its machine code.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use clap::{Args, Subcommand};
use portcullis::{Digest, Engine, Error, PolicySource, Session};
use portcullis_wire::call::{Call, Version};
use serde::{Deserialize, Serialize};

use crate::{
    arguments::Global,
    context,
    failure::Failure,
    help,
    output::{self, BOLD, Exit, GOOD, PLAIN},
    table::{Cell, Table},
};

/// The commands below `module`.
#[derive(Debug, Subcommand)]
pub enum ModuleCommand {
    /// Show the module: digest, size, versions, exports, limits
    Info,
    /// Check that the module is the expected one, loads, and speaks this host's ABI
    Verify(VerifyOptions),
    /// Compile the module for this machine
    Precompile(PrecompileOptions),
}

/// Options of `module verify`.
#[derive(Debug, Args)]
#[command(after_help = help::MODULE_VERIFY)]
pub struct VerifyOptions {
    /// The SHA-256 that the module must have, in hexadecimal
    #[arg(long, value_name = "SHA256", conflicts_with = "manifest")]
    pub expected: Option<String>,
    /// The manifest that names the SHA-256
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
}

/// Options of `module precompile`.
#[derive(Debug, Args)]
#[command(after_help = help::MODULE_PRECOMPILE)]
pub struct PrecompileOptions {
    /// Where to write the machine code
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Compile the guard module
    #[arg(long)]
    pub guards: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &ModuleCommand, global: &Global) -> Result<Exit, Failure> {
    match command {
        ModuleCommand::Info => info(global),
        ModuleCommand::Verify(options) => verify(options, global),
        ModuleCommand::Precompile(options) => precompile(options, global),
    }
}

#[derive(Serialize)]
struct Info {
    sha256: String,
    bytes: usize,
    version: String,
    abi: u32,
    exports: Vec<String>,
    imports: usize,
    limits: Limits,
}

/// The limits of a sandbox: bytes and milliseconds.
#[derive(Serialize)]
struct Limits {
    memory_bytes: usize,
    input_bytes: usize,
    output_bytes: usize,
    call_ms: u128,
}

fn info(global: &Global) -> Result<Exit, Failure> {
    let bytes = context::module(global)?.len();
    let started = Instant::now();
    let engine = context::engine(global)?;
    let loaded = started.elapsed();
    let version = version(&engine)?;
    let (exports, imports) = engine.interface();
    let limits = engine.limits();
    let info = Info {
        sha256: engine.digest().to_string(),
        bytes,
        version: version.version.into_owned(),
        abi: version.abi,
        exports,
        imports,
        limits: Limits {
            memory_bytes: limits.memory_bytes,
            input_bytes: limits.input_bytes,
            output_bytes: limits.output_bytes,
            call_ms: limits.call_time.as_millis(),
        },
    };
    if global.json {
        output::json(&info)?;
    } else {
        output::text(&shown(&info, loaded, global))?;
    }
    Ok(Exit::Allow)
}

fn shown(info: &Info, loaded: Duration, global: &Global) -> String {
    let Limits { memory_bytes, input_bytes, output_bytes, call_ms } = info.limits;
    let mib = |bytes: usize| bytes >> 20;
    let exports: Vec<&str> =
        info.exports.iter().map(String::as_str).filter(|name| name.starts_with("portcullis_")).collect();
    let source = global.module.as_ref().map_or_else(|| "embedded".into(), |path| path.display().to_string());
    let mut table = Table::default();
    let mut row = |name: &str, value: String| table.row([Cell::new(BOLD, name), Cell::new(PLAIN, value)]);
    row("module", source);
    row("version", format!("{}, ABI {}", info.version, info.abi));
    row("sha256", info.sha256.clone());
    row("size", format!("{} bytes", info.bytes));
    row("loaded in", milliseconds(loaded));
    row("exports", format!("{} in all; raw ABI: {}", info.exports.len(), exports.join(", ")));
    row("imports", format!("{}, for JavaScript only: they trap here", info.imports));
    row(
        "limits",
        format!(
            "{} MiB memory, {call_ms} ms a call, {} MiB in, {} MiB out",
            mib(memory_bytes),
            mib(input_bytes),
            mib(output_bytes)
        ),
    );
    table.render()
}

#[derive(Serialize)]
struct Verified {
    sha256: String,
    expected: Option<String>,
    /// Whether the digest is the expected one, and the module can be used.
    valid: bool,
    version: Option<String>,
    abi: Option<u32>,
    error: Option<String>,
}

fn verify(options: &VerifyOptions, global: &Global) -> Result<Exit, Failure> {
    let expected = expected(options)?;
    let wasm = context::module(global)?;
    // Compiled from its bytes: machine code that lies ready says nothing about them.
    let version = Engine::from_wasm(&wasm, expected, context::limits()).and_then(|engine| version(&engine));
    let (version, error) = match version {
        Ok(version) => (Some(version), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let verified = Verified {
        sha256: Digest::of(&wasm).to_string(),
        expected: expected.map(|digest| digest.to_string()),
        valid: error.is_none(),
        abi: version.as_ref().map(|version| version.abi),
        version: version.map(|version| version.version.into_owned()),
        error,
    };
    if global.json {
        output::json(&verified)?;
    } else {
        output::text(&verdict(&verified))?;
    }
    Ok(Exit::allow_if(verified.valid))
}

fn verdict(verified: &Verified) -> String {
    let Verified { sha256, expected, version, abi, error, .. } = verified;
    let (sign, _, style) = output::verdict(verified.valid);
    match (error, version, abi) {
        (None, Some(version), Some(abi)) => {
            let expected = if expected.is_some() { "as expected" } else { "compared with nothing" };
            format!(
                "{style}{sign} valid{style:#}  sha256 {sha256}, {expected}\n  version {version}, ABI {abi}\n"
            )
        }
        _ => format!("{style}{sign} not valid{style:#}  {}\n", error.as_deref().unwrap_or_default()),
    }
}

/// The digest that the module must have, if one is told.
fn expected(options: &VerifyOptions) -> Result<Option<Digest>, Failure> {
    #[derive(Deserialize)]
    struct Manifest {
        sha256: String,
    }
    let digest = match (&options.expected, &options.manifest) {
        (Some(digest), _) => digest.clone(),
        (None, None) => return Ok(None),
        (None, Some(path)) => {
            let manifest: Manifest = serde_json::from_str(&context::text(path)?)
                .map_err(|error| Failure::Input(format!("{} is no manifest: {error}", path.display())))?;
            manifest.sha256
        }
    };
    Ok(Some(digest.parse()?))
}

fn version(engine: &Engine) -> Result<Version, Error> {
    Session::new(engine, &PolicySource::from_json(r#"{"portcullis":1}"#), None)?.ask(&Call::Version {})
}

#[derive(Serialize)]
struct Precompiled<'a> {
    out: &'a Path,
    sha256: String,
    bytes: usize,
    ms: u128,
}

fn precompile(options: &PrecompileOptions, global: &Global) -> Result<Exit, Failure> {
    let (wasm, limits) = match options.guards {
        true => (context::guard_module(global)?, context::guard_limits()),
        false => (context::module(global)?, context::limits()),
    };
    let started = Instant::now();
    let code = Engine::precompile(&wasm, &limits)?;
    let took = started.elapsed();
    let out = &options.out;
    fs::write(out, &code)
        .map_err(|error| Failure::Input(format!("cannot write {}: {error}", out.display())))?;
    let sha256 = Digest::of(&wasm).to_string();
    if global.json {
        output::json(&Precompiled { out, sha256, bytes: code.len(), ms: took.as_millis() })?;
    } else {
        let (bytes, took, out) = (code.len(), milliseconds(took), out.display());
        output::text(&format!(
            "{GOOD}✓{GOOD:#} {BOLD}{out}{BOLD:#}  {bytes} bytes in {took}, of module {sha256}\n"
        ))?;
    }
    Ok(Exit::Allow)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
