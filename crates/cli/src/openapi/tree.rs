//! What is kept of a file: a tree without schemas, bodies, responses and examples.
//!
//! A reference may lead anywhere into a file, so that what is kept cannot be fixed types. It can be
//! little, though: fields that no operation is found through are dropped while parsing.

use std::{cell::Cell, fmt, rc::Rc};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value of a file. Cloning is cheap.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Map(Rc<Map>),
    List(Rc<[Node]>),
    Text(Rc<str>),
    Bool(bool),
    /// A number or null, of which nothing is asked.
    Other,
}

/// An object, in the order of the file.
#[derive(Debug)]
pub(super) struct Map {
    entries: Vec<(Box<str>, Node)>,
    /// The entries by key.
    sorted: Vec<u32>,
}

impl Map {
    /// `Err` with the key that occurs twice.
    fn new(entries: Vec<(Box<str>, Node)>) -> Result<Self, Box<str>> {
        let mut sorted: Vec<u32> = (0..).take(entries.len()).collect();
        let key = |at: &u32| &entries[*at as usize].0;
        sorted.sort_by_key(key);
        if let Some(pair) = sorted.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            return Err(key(&pair[0]).clone());
        }
        Ok(Self { entries, sorted })
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let at = self.sorted.binary_search_by(|at| (*self.entries[*at as usize].0).cmp(key)).ok()?;
        Some(&self.entries[self.sorted[at] as usize].1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(key, node)| (&**key, node))
    }
}

impl Node {
    pub(super) fn as_map(&self) -> Option<&Rc<Map>> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of a key, if this is an object.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Follows a JSON pointer (RFC 6901).
    pub(super) fn at(&self, pointer: &str) -> Option<&Node> {
        let mut node = self;
        if pointer.is_empty() {
            return Some(node);
        }
        for token in pointer.strip_prefix('/')?.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            node = match node {
                Self::Map(map) => map.get(&token)?,
                Self::List(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(node)
    }
}

/// Fields that hold no operation and no path parameter, and most of a document's bytes.
const DROPPED: [&str; 17] = [
    "callbacks",
    "content",
    "default",
    "description",
    "example",
    "examples",
    "externalDocs",
    "headers",
    "links",
    "properties",
    "requestBodies",
    "requestBody",
    "responses",
    "schema",
    "schemas",
    "security",
    "securitySchemes",
];

/// Whose keys are names that an author has chosen, and never fields.
const NAMED: [&str; 4] = ["additionalOperations", "parameters", "pathItems", "paths"];

/// Which keys an object has.
#[derive(Clone, Copy)]
enum Keys {
    /// Of a whole file, which may be a document or a collection of anything.
    Top,
    /// Of a collection.
    Names,
    /// Of an object of the specification.
    Fields,
}

/// Reads the part of a value that is kept.
pub(super) struct Kept<'a> {
    keys: Keys,
    /// How many more nodes may be kept.
    room: &'a Cell<usize>,
}

impl<'a> Kept<'a> {
    /// For a whole file. `room` is what may still be kept, in nodes, and is counted down.
    pub(super) fn new(room: &'a Cell<usize>) -> Self {
        Self { keys: Keys::Top, room }
    }

    fn below(&self, keys: Keys) -> Self {
        Self { keys, room: self.room }
    }

    fn drops(&self, key: &str) -> bool {
        match self.keys {
            Keys::Top => key == "webhooks",
            Keys::Names => false,
            Keys::Fields => {
                let own = key == "x-multi-segment" || key == "x-portcullis-id";
                DROPPED.contains(&key) || (key.starts_with("x-") && !own)
            }
        }
    }

    fn keys_below(&self, key: &str) -> Keys {
        match self.keys {
            Keys::Names => Keys::Fields,
            Keys::Top | Keys::Fields if NAMED.contains(&key) => Keys::Names,
            Keys::Top | Keys::Fields => Keys::Fields,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let room = self.room.get().checked_sub(1);
        self.room
            .set(room.ok_or_else(|| D::Error::custom("more paths and parameters than an import reads"))?);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(Box<str>, Node)> = vec![];
        while let Some(key) = map.next_key::<Box<str>>()? {
            if self.drops(&key) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let value = map.next_value_seed(self.below(self.keys_below(&key)))?;
                entries.push((key, value));
            }
        }
        let map = Map::new(entries).map_err(|key| A::Error::custom(format!("`{key}` is there twice")))?;
        Ok(Node::Map(Rc::new(map)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = vec![];
        while let Some(item) = seq.next_element_seed(self.below(Keys::Fields))? {
            items.push(item);
        }
        Ok(Node::List(items.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.into()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }
}
