//! The files of a document: its own and those that it refers to, all inside one folder.

use std::{
    cell::Cell,
    collections::HashMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    rc::Rc,
};

use serde::de::DeserializeSeed;

use super::tree::{Kept, Node};

/// Longest file that is read, in bytes.
const MAX_FILE_BYTES: usize = 128 * 1024 * 1024;
/// Most bytes that the files of one document may have together.
const MAX_TOTAL_BYTES: usize = 256 * 1024 * 1024;
/// Most values that are kept of the files of one document.
const MAX_NODES: usize = 2_000_000;
/// Deepest nesting of a YAML file; the JSON parser has the same limit.
const MAX_DEPTH: usize = 128;
/// Most values that the aliases of a YAML file may repeat.
const MAX_REPLAYED: usize = 200_000;

/// The files of one document, each read once.
pub(super) struct Folder {
    root: PathBuf,
    files: HashMap<PathBuf, Result<Rc<Node>, String>>,
    bytes: usize,
    room: Cell<usize>,
}

impl Folder {
    /// The folder of a document, and the document's own path in it.
    pub(super) fn of(document: &Path) -> Result<(Self, Rc<Path>), String> {
        let path = document.canonicalize().map_err(|error| error.to_string())?;
        let root = path.parent().ok_or("this is no file")?.to_owned();
        let folder = Self { root, files: HashMap::new(), bytes: 0, room: Cell::new(MAX_NODES) };
        Ok((folder, path.into()))
    }

    /// The path of a file that is named in another, symbolic links resolved. `Err` for one outside
    /// the folder.
    pub(super) fn resolve(&self, from: &Path, name: &str) -> Result<Rc<Path>, String> {
        let folder = from.parent().unwrap_or(&self.root);
        let path = folder.join(name).canonicalize().map_err(|error| format!("`{name}`: {error}"))?;
        if !path.starts_with(&self.root) {
            return Err(format!("`{name}` is outside the document's folder"));
        }
        Ok(path.into())
    }

    /// What is kept of a file. The path must come from [`Folder::of`] or [`Folder::resolve`].
    pub(super) fn read(&mut self, path: &Path) -> Result<Rc<Node>, String> {
        if let Some(known) = self.files.get(path) {
            return known.clone();
        }
        let read = self.parse(path).map(Rc::new);
        self.files.insert(path.to_owned(), read.clone());
        read
    }

    /// A file as messages name it.
    pub(super) fn name(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    fn parse(&mut self, path: &Path) -> Result<Node, String> {
        // To open a pipe, or to read a device, could take for ever.
        if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err("this is no regular file".to_owned());
        }
        let file = File::open(path).map_err(|error| error.to_string())?;
        let limit = MAX_FILE_BYTES.min(MAX_TOTAL_BYTES - self.bytes);
        let mut bytes = vec![];
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() > limit {
            return Err(
                "more than 128 MiB, or more than 256 MiB with the files that it is read with".to_owned()
            );
        }
        self.bytes += bytes.len();
        let text = std::str::from_utf8(&bytes).map_err(|_| "this is not UTF-8")?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json = match path.extension().and_then(|extension| extension.to_str()) {
            Some(extension) if extension.eq_ignore_ascii_case("json") => true,
            Some(extension) if extension.eq_ignore_ascii_case("yaml") => false,
            Some(extension) if extension.eq_ignore_ascii_case("yml") => false,
            _ => text.trim_start().starts_with('{'),
        };
        if json { self.parse_json(text) } else { self.parse_yaml(text) }
    }

    fn parse_json(&self, text: &str) -> Result<Node, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let node = Kept::new(&self.room).deserialize(&mut deserializer);
        let node = node.and_then(|node| deserializer.end().map(|()| node));
        node.map_err(|error| error.to_string())
    }

    fn parse_yaml(&self, text: &str) -> Result<Node, String> {
        // Every event takes at least one byte, and aliases have limits of their own.
        let options = serde_saphyr::options! {
            alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPLAYED },
            budget: serde_saphyr::budget! {
                max_events: MAX_FILE_BYTES,
                max_nodes: MAX_FILE_BYTES,
                max_depth: MAX_DEPTH,
                max_documents: 1,
            },
            non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
            strict_booleans: true,
            with_snippet: false,
        };
        serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
            Kept::new(&self.room).deserialize(deserializer)
        })
        .map_err(|error| error.to_string())
    }
}
