mod documents;
mod published;
mod references;
mod routes;

use std::{convert::Infallible, fs, path::Path};

use portcullis_claim::import as claim;
use portcullis_wire::catalog::{ImportProblem, MappedOperation};
use tempfile::TempDir;

use super::*;

/// The mapping of the claim crate, without the module around it.
fn map(request: &ImportRequest) -> Result<ImportAnswer, Infallible> {
    let mode = match request.ids {
        IdMode::Tags => claim::IdMode::Tags,
        IdMode::Id => claim::IdMode::Id,
        IdMode::Path => claim::IdMode::Path,
    };
    let operations: Vec<_> = request
        .operations
        .iter()
        .map(|operation| claim::SourceOperation {
            document: &operation.document,
            group: operation.group.as_deref(),
            operation_id: operation.operation_id.as_deref(),
            tag: operation.tag.as_deref(),
            method: &operation.method,
            path: &operation.path,
            id: operation.id.as_deref(),
        })
        .collect();
    let renames: Vec<_> = request
        .renames
        .iter()
        .map(|rename| claim::Rename { original: &rename.original, id: &rename.id })
        .collect();
    Ok(match claim::map(&request.root, mode, &operations, &renames) {
        Ok(mapped) => ImportAnswer::Operations(
            mapped
                .into_iter()
                .map(|operation| MappedOperation { id: operation.id, original_id: operation.original_id })
                .collect(),
        ),
        Err(problems) => ImportAnswer::Problems(
            problems
                .iter()
                .map(|problem| ImportProblem {
                    code: problem.code().to_owned(),
                    message: problem.to_string(),
                    renames: problem.renames().to_vec(),
                })
                .collect(),
        ),
    })
}

/// A folder of files, the first of which is imported.
struct Documents(TempDir);

impl Documents {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn import(&self, name: &str) -> Result<Import, ImportError> {
        import(&options(&self.path(name)), map)
    }
}

fn options(document: &Path) -> ImportOptions {
    ImportOptions {
        root: "api".to_owned(),
        documents: vec![DocumentSource { path: document.to_owned(), group: None }],
        ..ImportOptions::default()
    }
}

/// Imports one document, the extension of which is `.yaml`.
fn yaml(text: &str) -> Result<Import, ImportError> {
    Documents::new(&[("api.yaml", text)]).import("api.yaml")
}

/// `id METHOD path` of every operation.
fn lines(import: &Import) -> Vec<String> {
    let line = |op: &OperationDocument| match (&op.method, &op.path) {
        (Some(method), Some(path)) => format!("{} {method} {path}", op.id),
        _ => format!("{} -", op.id),
    };
    import.catalog.operations.iter().map(line).collect()
}

/// `code place` of every notice.
fn notices(import: &Import) -> Vec<String> {
    let place = |notice: &Notice| notice.place.clone().unwrap_or_default();
    import.notices.iter().map(|notice| format!("{} {}", notice.kind.code(), place(notice))).collect()
}

/// Everything that is wrong with the documents, without their names.
fn problems(import: Result<Import, ImportError>) -> Vec<String> {
    match import {
        Err(ImportError::Documents(problems)) => problems
            .into_iter()
            .map(|DocumentProblem { place, message, .. }| match place {
                Some(place) => format!("{place}: {message}"),
                None => message,
            })
            .collect(),
        other => panic!("expected problems of documents, not {other:?}"),
    }
}
