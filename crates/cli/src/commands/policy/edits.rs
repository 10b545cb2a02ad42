//! What is written differently in two policy documents that say what they say in full: a member that is
//! left out is its default, and the order of members does not count.

use std::collections::BTreeSet;

use portcullis::PolicySource;
use portcullis_json::pointer::push_member;
use portcullis_wire::policy::PolicyDocument;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    failure::Failure,
    output::{BAD, BOLD, DIM, GOOD, PLAIN, Plain, WARN},
    table::{Cell, Table},
};

/// Most characters of a value that are shown.
const MOST_SHOWN: usize = 48;

/// The differences of two documents, by path.
#[derive(Debug)]
pub(super) struct Edits(pub(super) Vec<Edit>);

/// One difference: a JSON Pointer, and what is there on each side.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Edit {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Value>,
}

impl Edits {
    /// What differs. Catalogs are left out: operations are compared, wherever they are written.
    ///
    /// # Errors
    /// If a document cannot be read.
    pub(super) fn between(old: &PolicySource, new: &PolicySource) -> Result<Self, Failure> {
        let mut edits = Self(Vec::new());
        edits.members("", full(old)?, full(new)?);
        Ok(edits)
    }

    fn members(&mut self, path: &str, mut old: Map<String, Value>, mut new: Map<String, Value>) {
        let names: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
        for name in names {
            let mut path = path.to_owned();
            push_member(&mut path, &name);
            self.value(path, old.remove(&name), new.remove(&name));
        }
    }

    fn value(&mut self, path: String, old: Option<Value>, new: Option<Value>) {
        match (old, new) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => self.members(&path, old, new),
            (old, new) => self.0.push(Edit { path, old, new }),
        }
    }
}

/// A document with everything that it leaves out.
fn full(source: &PolicySource) -> Result<Map<String, Value>, Failure> {
    let document: PolicyDocument = serde_json::from_str(source.document()).map_err(std::io::Error::from)?;
    match serde_json::to_value(&document).map_err(std::io::Error::from)? {
        Value::Object(mut members) => {
            members.remove("catalog");
            Ok(members)
        }
        _ => Err(Failure::Input("the policy is no object".into())),
    }
}

impl Edit {
    /// The difference as a line of a table.
    pub(super) fn row(&self, table: &mut Table) {
        let (sign, style) = match (&self.old, &self.new) {
            (None, _) => ("+", GOOD),
            (_, None) => ("-", BAD),
            _ => ("±", WARN),
        };
        let shown = |value: &Option<Value>| value.as_ref().map(shown).unwrap_or_default();
        let arrow = if sign == "±" { " → " } else { "" };
        table.row([
            Cell::new(style, sign).and(DIM, " policy"),
            Cell::new(BOLD, Plain(&self.path).to_string()),
            Cell::new(PLAIN, shown(&self.old)).and(DIM, arrow).and(PLAIN, shown(&self.new)),
        ]);
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let mut short: String = text.chars().take(MOST_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Plain(&short).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(old: &str, new: &str) -> Vec<Edit> {
        let source = |text: &str| PolicySource::from_json(format!(r#"{{"portcullis":1,{text}}}"#));
        Edits::between(&source(old), &source(new)).unwrap().0
    }

    #[test]
    fn what_is_left_out_is_its_default() {
        assert_eq!(edits(r#""tenancy":{}"#, r#""disable_security":false,"roles":null,"tenancy":{}"#), []);
    }

    #[test]
    fn differences_are_told_where_they_are() {
        let [a, b] = ["A", "B"]
            .map(|id| format!(r#""tenancy":{{"tenants":["{id}"]}},"roles":{{"roles":{{"a/{id}":{{}}}}}}"#));
        let edits = edits(&a, &b);
        let paths: Vec<&str> = edits.iter().map(|edit| edit.path.as_str()).collect();
        assert_eq!(paths, ["/roles/roles/a~1A", "/roles/roles/a~1B", "/tenancy/tenants"]);
        assert_eq!((&edits[0].new, &edits[1].old), (&None, &None));
    }
}
