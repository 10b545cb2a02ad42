//! The rename file: ids that are given by hand.

use std::{fs, path::Path};

use portcullis_wire::catalog::Rename;

use super::DocumentProblem;

/// Reads lines `NAME = ID`. An id has no `=`, so the last one of a line ends the name.
pub(super) fn read(path: &Path) -> Result<Vec<Rename>, Vec<DocumentProblem>> {
    let problem = |line: Option<usize>, message: String| DocumentProblem {
        document: path.display().to_string(),
        place: line.map(|line| format!("line {line}")),
        message,
    };
    let text = fs::read_to_string(path).map_err(|error| vec![problem(None, error.to_string())])?;
    let mut renames = vec![];
    let mut problems = vec![];
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.rsplit_once('=').map(|(name, id)| (name.trim(), id.trim())) {
            Some((original, id)) if !original.is_empty() && !id.is_empty() => {
                renames.push(Rename { original: original.to_owned(), id: id.to_owned() });
            }
            _ => problems.push(problem(Some(number + 1), "a line is `NAME = ID`".to_owned())),
        }
    }
    if problems.is_empty() { Ok(renames) } else { Err(problems) }
}
