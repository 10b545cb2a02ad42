//! `privacy`: what somebody may find of a stream of records.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use portcullis::Guards;
use portcullis_wire::{
    Request, Value,
    facts::{DataAction, DataFacts, Origin, Surface},
};

use serde_json::value::RawValue;

use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, Exit},
};

/// How much is read at once. A record is at most as long as this.
const BLOCK_BYTES: usize = 1 << 20;

/// The commands below `privacy`.
#[derive(Debug, Subcommand)]
pub enum PrivacyCommand {
    /// Show what somebody may find of records: one JSON object per line in and out
    Filter(FilterOptions),
}

/// Options of `privacy filter`.
#[derive(Debug, Args)]
#[command(after_help = "\
Records that may not be found are left out, and so is what of the others is hidden; what the policy masks is masked. A record that no rule can judge, or that is no JSON object, is left out; how many is said at the end.

Exit codes: 0 done; 1 the search is denied; 2 records were left out because they cannot be read or judged.

Example:
  portcullis privacy filter --policy policy.json --type order --user user.json < orders.ndjson")]
pub struct FilterOptions {
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// The type of the records
    #[arg(long = "type", value_name = "NAME")]
    pub type_name: String,
    /// Who looks: a JSON file with what the policy's conditions ask of `user`; nobody without it
    #[arg(long, value_name = "FILE")]
    pub user: Option<PathBuf>,
    /// The key of keyed hashes, where the policy masks by them: a file with hexadecimal digits, at least 32
    #[arg(long, value_name = "FILE")]
    pub hash_key: Option<PathBuf>,
    /// The time, in seconds since 1970; the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = context::seconds)]
    pub now: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(command: &PrivacyCommand, global: &Global) -> Result<Exit, Failure> {
    let PrivacyCommand::Filter(options) = command;
    filter(options, global)
}

/// What the decision obliges to: records are masked before they are shown.
struct Mask {
    guards: Guards,
    key: Option<String>,
}

impl Mask {
    fn new(options: &FilterOptions, global: &Global) -> Result<Self, Failure> {
        let guards = context::guards(Some(&options.policy), global)?;
        let key = options.hash_key.as_deref().map(context::text).transpose()?;
        Ok(Self { guards, key: key.map(|key| key.trim().to_owned()) })
    }

    /// Writes records, one a line.
    fn write(&self, records: &[u8], out: &mut impl Write) -> Result<(), Failure> {
        for record in records.split(|byte| *byte == b'\n').filter(|record| !record.is_empty()) {
            let record: &RawValue = serde_json::from_slice(record)
                .map_err(|_| Failure::Input("a record cannot be read again".into()))?;
            let masked = self.guards.mask(record, self.key.as_deref())?;
            writeln!(out, "{}", masked.document)?;
        }
        Ok(())
    }
}

fn filter(options: &FilterOptions, global: &Global) -> Result<Exit, Failure> {
    let user = options.user.as_deref().map(context::text).transpose()?;
    let user: Option<Value<'_>> = match &user {
        Some(text) => Some(
            serde_json::from_str(text)
                .map_err(|error| Failure::Input(format!("the user is not JSON: {error}")))?,
        ),
        None => None,
    };
    let mut session = context::session(&options.policy, None, global)?;
    // Whoever runs this vouches for the user.
    let request = Request {
        surface: Some(Surface::App),
        origin: Origin::Internal,
        now: Some(options.now.unwrap_or_else(context::now)),
        user: user.map(Box::new),
        data: Some(Box::new(DataFacts {
            type_name: options.type_name.as_str().into(),
            action: Some(DataAction::Search),
            id: None,
            record: Value::Null,
            tenant_id: None,
            field: None,
            constraints: Vec::new(),
            body: Value::Null,
        })),
        ..Request::default()
    };
    let (decision, filter) = session.open_filter(None, &request)?;
    let Some(filter) = filter else {
        let reason = decision.view()?.reason;
        output::note(output::BAD, "denied", reason.code());
        return Ok(Exit::Deny);
    };
    let mask = match decision.view()?.masks() {
        true => Some(Mask::new(options, global)?),
        false => None,
    };
    let (mut input, mut out) = (io::stdin().lock(), io::stdout().lock());
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    loop {
        let room = BLOCK_BYTES.saturating_sub(block.len()) as u64;
        let read = input
            .by_ref()
            .take(room)
            .read_to_end(&mut block)
            .map_err(|error| Failure::Input(error.to_string()))?;
        // Whole lines go through; what is left of the last one waits for its rest.
        let end = match block.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last + 1,
            None if read == 0 => block.len(),
            None if block.len() >= BLOCK_BYTES => {
                return Err(Failure::Input(format!("a record is longer than {BLOCK_BYTES} bytes")));
            }
            None => 0,
        };
        let end = if read == 0 { block.len() } else { end };
        let shown = session.filter(filter, &block[..end])?;
        match &mask {
            Some(mask) => mask.write(shown, &mut out)?,
            None => out.write_all(shown)?,
        }
        block.drain(..end);
        if read == 0 {
            break;
        }
    }
    out.flush()?;
    let counts = session.filter_counts(filter)?;
    let lost = counts.failed + counts.malformed;
    if lost > 0 {
        let message = format!(
            "{} of {} records are left out: {} cannot be judged, {} cannot be read",
            lost, counts.records, counts.failed, counts.malformed
        );
        output::note(output::WARN, "warning", &message);
        return Ok(Exit::BadInput);
    }
    Ok(Exit::Allow)
}
