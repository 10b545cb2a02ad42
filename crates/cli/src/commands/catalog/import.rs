//! `catalog import`: documents in, a catalog out. The module gives the ids.

use std::{
    fs,
    io::IsTerminal,
    path::PathBuf,
    sync::mpsc::{RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use clap::{
    Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, Error, FromArgMatches, ValueEnum, ValueHint,
    value_parser,
};
use portcullis_wire::{
    call::Call,
    catalog::{IdMode, ImportAnswer},
};
use serde_json::json;

use crate::{
    arguments::{Global, PolicyChoice},
    context,
    failure::Failure,
    help,
    openapi::{self, DocumentSource, Import},
    output::{self, BOLD, DIM, Exit, GOOD, Plain, WARN},
};

/// Options of `catalog import`.
#[derive(Debug, Args)]
#[command(after_help = help::CATALOG_IMPORT)]
pub struct ImportOptions {
    /// The first segment of every id: a-z, 0-9 and -
    #[arg(long, value_name = "ROOT")]
    pub root: String,
    /// What ids are made of
    #[arg(long, value_enum, default_value_t)]
    pub ids: Ids,
    /// File of lines `NAME = ID`; NAME is an operationId or `METHOD /path`, either after `GROUP:`
    #[arg(long, value_name = "FILE")]
    pub rename: Option<PathBuf>,
    /// Write the catalog there
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The documents.
    #[command(flatten)]
    pub documents: Documents,
}

/// What ids are made of.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Ids {
    /// The first tag, or what stands before the last `/` of the operationId; then the rest of it
    #[default]
    Tags,
    /// The whole operationId
    Id,
    /// The literal segments of the path, then the method
    Path,
}

/// Documents with and without a group, in the order in which they were named.
#[derive(Debug, Clone)]
pub struct Documents(Vec<DocumentSource>);

const PLAIN: &str = "documents";
const GROUPED: &str = "group";

impl Args for Documents {
    fn augment_args(command: Command) -> Command {
        let plain = Arg::new(PLAIN)
            .value_name("FILE")
            .help("OpenAPI documents")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .num_args(1..);
        let grouped = Arg::new(GROUPED)
            .long("group")
            .value_name("NAME=FILE")
            .help("OpenAPI document whose ids have NAME after the root; may be given several times")
            .value_parser(group)
            .action(ArgAction::Append);
        let any = ArgGroup::new("any-document").args([PLAIN, GROUPED]).multiple(true).required(true);
        command.arg(plain).arg(grouped).group(any)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Documents {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let plain = matches.get_many::<PathBuf>(PLAIN).into_iter().flatten();
        let plain = plain.map(|path| DocumentSource { path: path.clone(), group: None });
        let grouped = matches.get_many::<DocumentSource>(GROUPED).into_iter().flatten().cloned();
        let mut all: Vec<(usize, DocumentSource)> =
            places(PLAIN).zip(plain).chain(places(GROUPED).zip(grouped)).collect();
        all.sort_by_key(|(place, _)| *place);
        Ok(Self(all.into_iter().map(|(_, document)| document).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn group(text: &str) -> Result<DocumentSource, &'static str> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok(DocumentSource { path: path.into(), group: Some(name.to_owned()) })
        }
        _ => Err("expected NAME=FILE"),
    }
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &ImportOptions, global: &Global) -> Result<Exit, Failure> {
    let started = Instant::now();
    let mut session = context::claim_session(&PolicyChoice::default(), global)?;
    let how = openapi::ImportOptions {
        root: options.root.clone(),
        ids: match options.ids {
            Ids::Tags => IdMode::Tags,
            Ids::Id => IdMode::Id,
            Ids::Path => IdMode::Path,
        },
        documents: options.documents.0.clone(),
        renames: options.rename.clone(),
    };
    let import = while_waiting(|| {
        openapi::import(&how, |request| session.ask::<ImportAnswer>(&Call::CatalogMap(request.clone())))
    })?;
    let catalog = serde_json::to_string_pretty(&import.catalog).map_err(std::io::Error::from)?;
    match &options.out {
        None => output::text(&format!("{catalog}\n"))?,
        Some(out) => fs::write(out, format!("{catalog}\n"))
            .map_err(|error| Failure::Input(format!("cannot write {}: {error}", out.display())))?,
    }
    if global.json {
        anstream::eprintln!("{}", report(&import));
    } else {
        anstream::eprint!("{}", told(&import, started.elapsed()));
    }
    Ok(Exit::Allow)
}

/// What the user should know of the import, for programs.
fn report(import: &Import) -> serde_json::Value {
    let notices = import.notices.iter().map(|notice| {
        json!({
            "document": notice.document,
            "place": notice.place,
            "code": notice.kind.code(),
            "message": notice.kind.to_string(),
        })
    });
    let servers = import
        .servers
        .iter()
        .map(|server| json!({ "document": server.document, "place": server.place, "url": server.url }));
    json!({
        "operations": import.catalog.operations.len(),
        "notices": notices.collect::<Vec<_>>(),
        "servers": servers.collect::<Vec<_>>(),
    })
}

/// The same for people.
fn told(import: &Import, took: Duration) -> String {
    let mut text = String::new();
    for notice in &import.notices {
        text.push_str(&format!("{WARN}notice:{WARN:#} {notice}\n"));
    }
    for server in &import.servers {
        let place = server.place.as_ref().map(|place| format!(" ({})", Plain(place))).unwrap_or_default();
        text.push_str(&format!("{DIM}server, not used:{DIM:#} {}{place}\n", Plain(&server.url)));
    }
    let (operations, seconds) = (import.catalog.operations.len(), took.as_secs_f64());
    let without = import.catalog.operations.iter().filter(|operation| operation.path.is_none()).count();
    let without = if without > 0 { format!(", {without} of them without a route") } else { String::new() };
    text.push_str(&format!(
        "{GOOD}✓{GOOD:#} {BOLD}{operations} operations{BOLD:#}{without}, in {seconds:.2} s; set `routes.base_path` in the policy to where the API is mounted\n"
    ));
    text
}

/// Runs what may take a while; on a terminal, says every second that it goes on.
fn while_waiting<T>(run: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return run();
    }
    let (running, ended) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut seconds = 0;
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                seconds += 1;
                anstream::eprint!("\r{DIM}importing, {seconds} s{DIM:#} ");
            }
            if seconds > 0 {
                anstream::eprint!("\r\x1b[K");
            }
        });
        // Ends the other thread when it goes, also by a panic.
        let _running = running;
        run()
    })
}
