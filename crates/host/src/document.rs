//! Policy documents in files: JSON or YAML, with the catalog in the same file or in another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use portcullis_wire::{
    policy::{CatalogSource, PolicyDocument},
    workflow::WorkflowDocument,
};
use serde_json::Value;

use crate::Error;

/// A policy document as the module takes it: JSON text, and the text of the catalog file that it
/// names, if it names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    pub(crate) document: String,
    pub(crate) catalog: Option<String>,
    pub(crate) receipts: bool,
}

impl PolicySource {
    /// A document as JSON text, which names no catalog file.
    #[must_use]
    pub fn from_json(document: impl Into<String>) -> Self {
        Self { document: document.into(), catalog: None, receipts: false }
    }

    /// A document in memory.
    ///
    /// # Errors
    /// [`Error::Configuration`] if it names a catalog file: there is no folder to look in.
    pub fn from_document(document: &PolicyDocument) -> Result<Self, Error> {
        if let CatalogSource::File(file) = &document.catalog {
            return Err(Error::configuration(format!("read the catalog file `{}` first", file.file)));
        }
        let document = serde_json::to_string(document).map_err(|error| {
            Error::configuration(format!("the policy cannot be written as JSON: {error}"))
        })?;
        Ok(Self { document, catalog: None, receipts: false })
    }

    /// Reads a file: YAML if its name ends in `.yaml` or `.yml`, JSON otherwise. A catalog file that
    /// it names is looked for in the same folder or below it.
    ///
    /// # Errors
    /// [`Error::Configuration`] if a file cannot be read or is not of its format. What the document
    /// says is checked later, by the module.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let document = json_text(path)?;
        let catalog = match catalog_file(&document) {
            Some(file) => Some(json_text(&beside(path, &file)?)?),
            None => None,
        };
        Ok(Self { document, catalog, receipts: false })
    }

    /// The same, for decisions that can carry receipts. Loading it takes longer by its digest; a decision
    /// without a receipt does not.
    #[must_use]
    pub fn with_receipts(self) -> Self {
        Self { receipts: true, ..self }
    }

    /// The document as JSON text.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The catalog file that the document names, as JSON text.
    #[must_use]
    pub fn catalog(&self) -> Option<&str> {
        self.catalog.as_deref()
    }
}

/// The JSON Schema (2020-12) of the policy document.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(PolicyDocument).to_value()
}

/// The JSON Schema (2020-12) of workflow definitions in the canonical shape.
#[must_use]
pub fn workflow_schema() -> Value {
    schemars::schema_for!(WorkflowDocument).to_value()
}

fn json_text(path: &Path) -> Result<String, Error> {
    let unreadable =
        |why: &dyn std::fmt::Display| Error::configuration(format!("cannot read {}: {why}", path.display()));
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(&"it is not UTF-8"))?;
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml {
        return Ok(text);
    }
    let value: Value = serde_saphyr::from_str(&text)
        .map_err(|error| Error::configuration(format!("{}: {}", path.display(), yaml_mistake(&error))))?;
    Ok(value.to_string())
}

/// What is wrong, and where, in words that are no advice to who calls the parser.
fn yaml_mistake(error: &serde_saphyr::Error) -> String {
    let error = error.without_snippet().render_with_formatter(&serde_saphyr::UserMessageFormatter);
    format!("this is not YAML: {error}")
}

/// The catalog file that a document names. A document that cannot be read names none; the module
/// says what is wrong with it.
fn catalog_file(document: &str) -> Option<String> {
    let document: Value = serde_json::from_str(document).ok()?;
    document.get("catalog")?.get("file")?.as_str().map(ToOwned::to_owned)
}

fn beside(policy: &Path, file: &str) -> Result<PathBuf, Error> {
    let folder = policy.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unreadable = |error: std::io::Error| {
        Error::configuration(format!("cannot read the catalog file `{file}` beside the policy: {error}"))
    };
    let (folder, path) =
        (folder.canonicalize().map_err(unreadable)?, folder.join(file).canonicalize().map_err(unreadable)?);
    if path.starts_with(&folder) {
        Ok(path)
    } else {
        Err(Error::configuration(format!("the catalog file `{file}` is outside of the policy's folder")))
    }
}
