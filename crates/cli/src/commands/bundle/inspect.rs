//! `bundle inspect`: what a bundle says of itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use portcullis::bundle::{BundleManifest, BundlePart, UnverifiedBundle};
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, PLAIN, Plain, WARN},
    table::{Cell, Table},
};

/// Options of `bundle inspect`.
#[derive(Debug, Args)]
pub struct InspectOptions {
    /// Bundle, signed or not; `-` reads it from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one of its documents instead, as it stands there
    #[arg(long, value_enum)]
    print: Option<Part>,
}

/// A document of a bundle.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Part {
    /// The policy
    Policy,
    /// The catalog
    Catalog,
}

pub(super) fn run(options: &InspectOptions, global: &Global) -> Result<Exit, Failure> {
    let bytes = context::data(&options.file)?;
    let bundle = UnverifiedBundle::read(&bytes)?;
    let source = bundle.source();
    if let Some(part) = options.print {
        let source = source?;
        let text = match part {
            Part::Policy => source.document(),
            Part::Catalog => {
                source.catalog().ok_or_else(|| Failure::Input("the bundle has no catalog".into()))?
            }
        };
        output::bytes(text.as_bytes())?;
        return Ok(Exit::Allow);
    }
    let mismatch = source.err().map(|error| error.to_string());
    if global.json {
        output::json(&json!({
            "verified": false,
            "header": bundle.header(),
            "manifest": bundle.manifest(),
            "content": mismatch.is_none(),
        }))?;
    } else {
        output::text(&shown(&bundle, mismatch.as_deref()))?;
    }
    Ok(Exit::allow_if(mismatch.is_none()))
}

fn shown(bundle: &UnverifiedBundle<'_>, mismatch: Option<&str>) -> String {
    let signed = match bundle.header() {
        None => "not signed".to_owned(),
        Some(header) => {
            let member = |name: &str| header.get(name).map(text);
            let kid = member("kid").map(|kid| format!(" by key {kid}")).unwrap_or_default();
            format!("signed with {}{kid}, not verified", member("alg").unwrap_or_default())
        }
    };
    let BundleManifest { name, version, expires, policy, catalog, metadata, .. } = bundle.manifest();
    let mut table = Table::default();
    let mut row = |name: &str, part: &str, value: String| {
        let part = if part.is_empty() { String::new() } else { format!(" {}", Plain(part)) };
        table.row([Cell::new(BOLD, name).and(DIM, part), Cell::new(PLAIN, value)]);
    };
    row("name", "", Plain(name).to_string());
    row("version", "", version.to_string());
    if let Some(expires) = expires {
        row("expires", "", expires.to_string());
    }
    for (name, part) in [("policy", Some(policy)), ("catalog", catalog.as_ref())] {
        if let Some(BundlePart { bytes, sha256 }) = part {
            row(name, "", format!("{bytes} bytes, {}", Plain(sha256)));
        }
    }
    for (name, value) in metadata {
        row("metadata", name, text(value));
    }
    let content = match mismatch {
        None => String::new(),
        Some(what) => format!("{BAD}✗{BAD:#} {}\n", Plain(what)),
    };
    format!("{WARN}{signed}{WARN:#}\n{}{content}", table.render())
}

/// A value of JSON; a string without its quotes.
fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    Plain(&text).to_string()
}
