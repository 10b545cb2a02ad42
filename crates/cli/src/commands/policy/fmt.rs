//! `policy fmt`: one form for policies that say the same.

use std::{collections::BTreeSet, fs, path::PathBuf};

use clap::Args;
use portcullis::PolicySource;
use portcullis_json::{self as json, Json, Object};
use portcullis_wire::policy::PolicyDocument;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::Value;

use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, BAD, BOLD, Exit, GOOD, Plain, WARN},
};

/// Options of `policy fmt`.
#[derive(Debug, Args)]
pub struct FmtOptions {
    /// Policy file (JSON; YAML is read, and printed as JSON)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say whether the file has this form, and change nothing
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Write the file instead of standard output
    #[arg(long)]
    write: bool,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub(super) fn run(options: &FmtOptions, global: &Global) -> Result<Exit, Failure> {
    let path = &options.file;
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if is_yaml && (options.check || options.write) {
        return Err(Failure::Input(format!(
            "{}: YAML is not written, as its comments and notation would be lost; without --check and --write, \
             its form in JSON is printed",
            path.display()
        )));
    }
    // Only what the module takes has a form: what is refused might not mean what it seems to.
    let source = PolicySource::read(path)?;
    context::session_of(&source, None, global)?;
    let formatted = formatted(source.document())?;
    if !options.check && !options.write {
        if is_yaml {
            output::note(WARN, "note", "comments of YAML have no place in JSON, and are left out");
        }
        output::text(&formatted)?;
        return Ok(Exit::Allow);
    }
    let was_formatted = source.document() == formatted;
    if options.write && !was_formatted {
        fs::write(path, &formatted)
            .map_err(|error| Failure::Input(format!("cannot write {}: {error}", path.display())))?;
    }
    if global.json {
        output::json(&serde_json::json!({ "file": path.display().to_string(), "formatted": was_formatted }))?;
    } else {
        let (sign, style, what) = match (was_formatted, options.write) {
            (true, _) => ("✓", GOOD, "formatted"),
            (false, true) => ("✓", GOOD, "written"),
            (false, false) => ("✗", BAD, "not formatted"),
        };
        let file = path.display().to_string();
        output::text(&format!("{style}{sign} {what}{style:#}  {BOLD}{}{BOLD:#}\n", Plain(&file)))?;
    }
    Ok(Exit::allow_if(was_formatted || options.write))
}

/// The document in the order of the format, what has names in theirs; nothing is added or left out.
fn formatted(document: &str) -> Result<String, Failure> {
    let value: Value = serde_json::from_str(document).map_err(std::io::Error::from)?;
    let read: PolicyDocument = serde_json::from_str(document).map_err(std::io::Error::from)?;
    let order = serde_json::to_string(&read).map_err(std::io::Error::from)?;
    let order = json::parse(&order).map_err(std::io::Error::other)?;
    let in_order = InOrder { value: &value, order: Some(&order) };
    let mut text = serde_json::to_string_pretty(&in_order).map_err(std::io::Error::from)?;
    text.push('\n');
    Ok(text)
}

/// A value whose members come in the order of another one; those that it does not have come last.
struct InOrder<'a> {
    value: &'a Value,
    order: Option<&'a Json<'a>>,
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(members) => {
                let order = self.order.and_then(Json::as_object);
                let mut map = serializer.serialize_map(Some(members.len()))?;
                let mut known = BTreeSet::new();
                for (name, order) in order.into_iter().flat_map(Object::iter) {
                    if let Some(value) = members.get(name) {
                        known.insert(name);
                        map.serialize_entry(name, &InOrder { value, order: Some(order) })?;
                    }
                }
                for (name, value) in members.iter().filter(|(name, _)| !known.contains(name.as_str())) {
                    map.serialize_entry(name, &InOrder { value, order: None })?;
                }
                map.end()
            }
            Value::Array(elements) => {
                let order = self.order.and_then(Json::as_array).unwrap_or_default();
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                for (at, value) in elements.iter().enumerate() {
                    list.serialize_element(&InOrder { value, order: order.get(at) })?;
                }
                list.end()
            }
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_format_and_nothing_else_changes() {
        let written = r#"{"tenancy":{"tenants":["B","A"],"mode":"multi"},"workflows":{"b":{"exposed":true},"a":{}},
            "roles":null,"portcullis":1,"operations":{"workflow-api":{"rate_limit":"x","condition":"true"}}}"#;
        let once = formatted(written).unwrap();
        assert_eq!(
            once.split_whitespace().collect::<String>(),
            r#"{"portcullis":1,"tenancy":{"mode":"multi","tenants":["B","A"]},"operations":{"workflow-api":{"condition":"true","rate_limit":"x"}},"workflows":{"a":{},"b":{"exposed":true}},"roles":null}"#
        );
        assert_eq!(formatted(&once).unwrap(), once);
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(&once), value(written));
    }
}
