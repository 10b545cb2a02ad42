//! The corpus: cases as data, which every host decides. `tests/corpus/README.md` says what they are.

use std::{fs, path::Path};

use serde::Deserialize;
use serde_json::Value;

/// One file of the corpus: cases under one policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What the cases of the group have in common.
    pub why: String,
    /// The policy.
    pub policy: Value,
    /// The key set, where cases carry tokens.
    #[serde(default)]
    pub jwks: Option<Value>,
    /// The time of every case that names none, in seconds since 1970.
    #[serde(default)]
    pub now: f64,
    /// Whether every decision carries a receipt.
    #[serde(default)]
    pub receipts: bool,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One request, and what must come of it.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A name, distinct in its group.
    pub id: String,
    /// Why the case is there.
    #[serde(default, skip_serializing)]
    pub why: String,
    /// Who asks: the claim of a verified principal, as null, a string or a list; or …
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub claim: Option<Value>,
    /// … a token; or …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// … the values of the `Authorization` header. None of them: no credential came.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Value>,
    /// The operation, or …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// … the method and …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// … the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The values of the tenant header.
    #[serde(default)]
    pub tenant: Value,
    /// Whether it is a CORS preflight.
    #[serde(default)]
    pub preflight: bool,
    /// The time, where it is not the group's.
    #[serde(default)]
    pub now: Option<f64>,
    /// The principal's roles, beside a claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// More facts of the request: every other member that it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Value>,
    /// What must come of it.
    #[serde(default, skip_serializing)]
    pub expect: Option<Expect>,
}

/// What must come of a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The stage that denies; none if the case is allowed.
    #[serde(default)]
    pub stage: Option<String>,
    /// The reason code.
    pub reason: String,
    /// The operation, where the case is about finding it.
    #[serde(default)]
    pub operation: Option<String>,
}

fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// Reads the corpus: every group with the name of its file, in the order of the names.
///
/// # Panics
/// If a file is missing or malformed: the corpus is part of the tests.
#[must_use]
pub fn read() -> Vec<(String, Group)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the corpus folder")
        .map(|entry| entry.expect("an entry of the corpus folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(path).expect("a readable file");
            let group = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, group)
        })
        .collect()
}
