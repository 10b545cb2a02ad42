//! The operations of a document.

use std::{collections::BTreeMap, rc::Rc};

use portcullis_wire::catalog::SourceOperation;

use super::{
    DocumentProblem, DocumentSource, Notice, NoticeKind, Server,
    file::Folder,
    reference::{self, Place},
    route,
    tree::{Map, Node},
};

/// What documents have in them. `operations` and `routes` run in step.
#[derive(Default)]
pub(super) struct Found {
    pub(super) operations: Vec<SourceOperation>,
    pub(super) routes: Vec<Route>,
    pub(super) notices: Vec<Notice>,
    pub(super) servers: Vec<Server>,
    pub(super) problems: Vec<DocumentProblem>,
}

/// Under which path an operation is reached, and what it does.
pub(super) struct Route {
    /// None if no template says it exactly.
    pub(super) template: Option<String>,
    pub(super) summary: Option<String>,
}

/// The versions that an import reads. Later ones know more fields.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    V3_0,
    V3_1,
    V3_2,
}

/// Fields of a path item that are operations, with their methods.
const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
    // From 3.2 on.
    ("query", "QUERY"),
];

/// Fields of a path item that are none.
const OTHER_FIELDS: [&str; 5] = ["$ref", "summary", "description", "parameters", "servers"];

/// Adds everything that a document has to `found`.
pub(super) fn find(source: &DocumentSource, found: &mut Found) {
    let document = source.path.display().to_string();
    let (problems, operations) = (found.problems.len(), found.operations.len());
    let mut opened = Folder::of(&source.path);
    let read = opened.as_mut().map_err(|error| error.clone()).and_then(|(folder, file)| {
        let node = folder.read(file)?;
        Ok((folder, Place { node: Node::clone(&node), file: Rc::clone(file) }))
    });
    match read {
        Ok((folder, root)) => {
            Reader { document: document.clone(), group: source.group.clone(), folder, found }.document(&root);
        }
        Err(message) => {
            found.problems.push(DocumentProblem { document: document.clone(), place: None, message })
        }
    }
    if found.problems.len() == problems && found.operations.len() == operations {
        found.notices.push(Notice { document, place: None, kind: NoticeKind::NoOperations });
    }
}

struct Reader<'a> {
    document: String,
    group: Option<String>,
    folder: &'a mut Folder,
    found: &'a mut Found,
}

impl Reader<'_> {
    fn problem(&mut self, place: &str, message: impl Into<String>) {
        let place = Some(place.to_owned()).filter(|place| !place.is_empty());
        let document = self.document.clone();
        self.found.problems.push(DocumentProblem { document, place, message: message.into() });
    }

    fn notice(&mut self, place: &str, kind: NoticeKind) {
        let document = self.document.clone();
        self.found.notices.push(Notice { document, place: Some(place.to_owned()), kind });
    }

    fn document(&mut self, root: &Place) {
        let version = match version(&root.node) {
            Ok(version) => version,
            Err(message) => return self.problem("", message),
        };
        self.servers(&root.node, None);
        match root.get("paths") {
            Some(paths) => match paths.node.as_map() {
                Some(items) => self.paths(version, &paths, &Rc::clone(items)),
                None => self.problem("", "`paths` is not an object"),
            },
            // Optional from 3.1 on.
            None if version >= Version::V3_1 => {}
            None => self.problem("", "there are no `paths`"),
        }
    }

    fn paths(&mut self, version: Version, paths: &Place, items: &Map) {
        for (path, item) in items.iter().filter(|(path, _)| !path.starts_with("x-")) {
            if item.as_map().is_none() {
                self.problem(path, "this is not an object");
                continue;
            }
            match reference::chain(self.folder, paths.beside(item)) {
                Ok(layers) => self.path_item(version, path, &layers),
                Err(message) => self.problem(path, message),
            }
        }
    }

    /// A path item, and the path items that it refers to: their operations are together.
    fn path_item(&mut self, version: Version, path: &str, layers: &[Place]) {
        let mut methods: BTreeMap<String, Place> = BTreeMap::new();
        let mut in_order: Vec<String> = vec![];
        let mut add = |reader: &mut Self, method: &str, operation: Place| {
            if methods.insert(method.to_owned(), operation).is_some() {
                reader.problem(path, format!("`{method}` is in the path item and in what it refers to"));
            } else {
                in_order.push(method.to_owned());
            }
        };
        for layer in layers {
            let Some(fields) = layer.node.as_map() else {
                return self.problem(path, "`$ref` leads to something that is no path item");
            };
            let known =
                |field| OTHER_FIELDS.contains(&field) || METHODS.iter().any(|(name, _)| *name == field);
            if !fields.is_empty() && !fields.iter().any(|(field, _)| known(field) || is_extra(field)) {
                self.problem(path, "this is no path item: it has none of its fields");
                continue;
            }
            self.servers(&layer.node, Some(path));
            for (field, value) in fields.iter() {
                let standard = METHODS.iter().find(|(name, _)| *name == field);
                match (standard, field) {
                    (_, "query" | "additionalOperations") if version < Version::V3_2 => {
                        self.notice(path, NoticeKind::LaterVersion(field.to_owned()));
                    }
                    (Some((_, method)), _) => add(self, method, layer.beside(value)),
                    (None, "additionalOperations") => match value.as_map() {
                        Some(more) => {
                            more.iter().for_each(|(method, value)| add(self, method, layer.beside(value)));
                        }
                        None => self.problem(path, "`additionalOperations` is not an object"),
                    },
                    (None, _) if OTHER_FIELDS.contains(&field) || is_extra(field) => {}
                    (None, _) => self.notice(path, NoticeKind::UnknownField(field.to_owned())),
                }
            }
        }
        let parameters: Vec<Place> = layers.iter().filter_map(|layer| layer.get("parameters")).collect();
        for method in in_order {
            let place = format!("{method} {path}");
            let Some(operation) = methods.remove(&method) else { continue };
            match reference::chain(self.folder, operation) {
                Ok(chain) => {
                    if let Some(operation) = chain.last() {
                        self.operation(&place, &method, path, operation, &parameters);
                    }
                }
                Err(message) => self.problem(&place, message),
            }
        }
    }

    fn operation(&mut self, place: &str, method: &str, path: &str, operation: &Place, shared: &[Place]) {
        let Some(fields) = operation.node.as_map() else {
            return self.problem(place, "the operation is not an object");
        };
        // Of an operation's own fields none is needed, so only another object's tell it apart.
        if METHODS.iter().any(|(name, _)| fields.get(name).is_some()) || fields.get("openapi").is_some() {
            return self.problem(place, "`$ref` leads to something that is no operation");
        }
        let operation_id = self.text(place, &operation.node, "operationId");
        let id = self.text(place, &operation.node, "x-portcullis-id");
        let tag = match operation.node.get("tags") {
            None => None,
            Some(Node::List(tags)) => match tags.first() {
                None => None,
                Some(Node::Text(tag)) => Some(tag.to_string()),
                Some(_) => {
                    self.problem(place, "the first of `tags` is not a string");
                    None
                }
            },
            Some(_) => {
                self.problem(place, "`tags` is not a list");
                None
            }
        };
        let summary = operation.node.get("summary").and_then(Node::as_text).map(one_line);
        self.servers(&operation.node, Some(place));

        let mut multi_segment = BTreeMap::new();
        for parameters in shared.iter().cloned().chain(operation.get("parameters")) {
            self.multi_segment(place, &parameters, &mut multi_segment);
        }
        for (name, _) in multi_segment.iter().filter(|(_, spans)| **spans) {
            if !path.contains(&format!("{{{name}}}")) {
                self.notice(place, NoticeKind::UnusedMultiSegment(name.clone()));
            }
        }
        let template = if route::is_method(method) {
            route::template(path, &multi_segment)
        } else {
            Err("no request can have this method".to_owned())
        };
        let template = template.map_err(|reason| self.notice(place, NoticeKind::NoRoute(reason))).ok();
        self.found.routes.push(Route { template, summary });
        self.found.operations.push(SourceOperation {
            document: self.document.clone(),
            group: self.group.clone(),
            operation_id,
            tag,
            method: method.to_owned(),
            path: path.to_owned(),
            id,
        });
    }

    /// Notes of each path parameter whether it spans segments; a later one of the same name wins, as
    /// an operation's parameters win over those of its path.
    fn multi_segment(&mut self, place: &str, parameters: &Place, spans: &mut BTreeMap<String, bool>) {
        let Node::List(items) = &parameters.node else {
            return self.problem(place, "`parameters` is not a list");
        };
        for item in items.iter() {
            let chain = match reference::chain(self.folder, parameters.beside(item)) {
                Ok(chain) => chain,
                Err(message) => {
                    self.notice(place, NoticeKind::ParameterReference(message));
                    continue;
                }
            };
            let Some(Place { node, .. }) = chain.last() else { continue };
            let text = |key| node.get(key).and_then(Node::as_text);
            let (Some("path"), Some(name)) = (text("in"), text("name")) else { continue };
            match node.get("x-multi-segment") {
                None => spans.insert(name.to_owned(), false),
                Some(Node::Bool(value)) => spans.insert(name.to_owned(), *value),
                Some(_) => {
                    self.problem(place, format!("`x-multi-segment` of `{name}` is neither true nor false"));
                    None
                }
            };
        }
    }

    /// The text of a field, if it is there.
    fn text(&mut self, place: &str, node: &Node, field: &str) -> Option<String> {
        let value = node.get(field)?;
        if value.as_text().is_none() {
            self.problem(place, format!("`{field}` is not a string"));
        }
        value.as_text().map(str::to_owned)
    }

    fn servers(&mut self, node: &Node, place: Option<&str>) {
        let Some(Node::List(servers)) = node.get("servers") else { return };
        for url in servers.iter().filter_map(|server| server.get("url")?.as_text()) {
            self.found.servers.push(Server {
                document: self.document.clone(),
                place: place.map(str::to_owned),
                url: url.to_owned(),
            });
        }
    }
}

fn version(root: &Node) -> Result<Version, &'static str> {
    if root.get("swagger").is_some() {
        return Err("this is Swagger 2.0; convert it to OpenAPI 3 first");
    }
    let text = root.get("openapi").ok_or("this is no OpenAPI document: there is no `openapi`")?;
    let text = text.as_text().ok_or("`openapi` is not a string such as \"3.1.0\"")?;
    match text.splitn(3, '.').take(2).collect::<Vec<_>>()[..] {
        ["3", "0"] => Ok(Version::V3_0),
        ["3", "1"] => Ok(Version::V3_1),
        ["3", "2"] => Ok(Version::V3_2),
        _ => Err("`openapi` is none of 3.0, 3.1 and 3.2"),
    }
}

/// Whether a field is an extension, or operations that a path item names itself.
fn is_extra(field: &str) -> bool {
    field.starts_with("x-") || field == "additionalOperations"
}

/// The text with white space and control characters as single spaces.
fn one_line(text: &str) -> String {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
