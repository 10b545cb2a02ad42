//! Following `$ref` inside a document's folder.

use std::{path::Path, rc::Rc};

use super::{file::Folder, tree::Node};

/// Longest chain of references that is followed.
const MAX_LINKS: usize = 32;

/// A value, and the file that it is in, against which its references are resolved.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) node: Node,
    pub(super) file: Rc<Path>,
}

impl Place {
    /// The value behind a key.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(self.beside(self.node.get(key)?))
    }

    /// A value of the same file.
    pub(super) fn beside(&self, node: &Node) -> Self {
        Self { node: node.clone(), file: Rc::clone(&self.file) }
    }
}

/// The value and everything that it refers to, one after the other: the first is the value itself,
/// the last has no `$ref`.
pub(super) fn chain(folder: &mut Folder, start: Place) -> Result<Vec<Place>, String> {
    let mut chain = vec![start];
    let mut targets: Vec<(Rc<Path>, String)> = vec![];
    while let Some(place) = chain.last()
        && let Some(reference) = place.node.get("$ref")
    {
        let reference = reference.as_text().ok_or("`$ref` is not a string")?;
        let (next, pointer) = follow(folder, place, reference).map_err(|error| format!("`$ref`: {error}"))?;
        let target = (Rc::clone(&next.file), pointer);
        if targets.contains(&target) {
            return Err(format!("`$ref`: `{reference}` leads back to itself"));
        }
        if targets.len() == MAX_LINKS {
            return Err(format!("`$ref`: more than {MAX_LINKS} references in a row"));
        }
        targets.push(target);
        chain.push(next);
    }
    Ok(chain)
}

fn follow(folder: &mut Folder, from: &Place, reference: &str) -> Result<(Place, String), String> {
    let (name, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if has_scheme(name) || name.starts_with("//") {
        return Err(format!("`{reference}` is not a file of the document's folder; nothing is fetched"));
    }
    let unreadable = || format!("`{reference}` is no path that can be read");
    let file = if name.is_empty() {
        Rc::clone(&from.file)
    } else {
        let name = percent_decode(name).ok_or_else(unreadable)?;
        if name.contains(['\\', '?', '\0']) {
            return Err(unreadable());
        }
        folder.resolve(&from.file, &name)?
    };
    let pointer = percent_decode(fragment).ok_or_else(unreadable)?;
    let tree = folder.read(&file).map_err(|error| format!("{}: {error}", folder.name(&file)))?;
    let node = tree.at(&pointer).ok_or_else(|| {
        format!(
            "`{reference}` leads to nothing in {}, or to nothing that an import reads",
            folder.name(&file)
        )
    })?;
    Ok((Place { node: node.clone(), file }, pointer))
}

/// Whether a reference begins with a scheme (RFC 3986, section 3.1).
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    })
}

/// Decodes percent escapes (RFC 3986, section 2.1). None if one is malformed or the result is not
/// UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
