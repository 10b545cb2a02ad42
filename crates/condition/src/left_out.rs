//! What CEL has and this subset leaves out, so that it is refused by its name.

use alloc::format;

use crate::{
    Error, ErrorKind,
    tree::{Expr, Node},
};

/// Namespaces of CEL's extension libraries.
const NAMESPACES: &[&str] =
    &["base64", "cel", "ip", "cidr", "lists", "math", "net", "optional", "proto", "regex", "sets", "strings"];

/// Functions and macros of CEL's extension libraries.
const FUNCTIONS: &[&str] = &[
    "all",
    "charAt",
    "cidr",
    "distinct",
    "exists",
    "existsOne",
    "exists_one",
    "first",
    "flatten",
    "format",
    "hasValue",
    "indexOf",
    "ip",
    "isIP",
    "join",
    "last",
    "lastIndexOf",
    "lowerAscii",
    "optFlatMap",
    "optMap",
    "or",
    "orValue",
    "quote",
    "range",
    "replace",
    "reverse",
    "slice",
    "sort",
    "sortBy",
    "split",
    "substring",
    "transformList",
    "transformMap",
    "transformMapEntry",
    "trim",
    "upperAscii",
    "value",
];

/// Optional values: `a.?b`, `a[?b]`, `[?a]`.
pub(crate) fn optional<T>(at: u32) -> Result<T, Error> {
    Err(Error::new(ErrorKind::Unsupported, at, "optional values are left out; ask with `has` first"))
}

/// A function that is called without a receiver.
pub(crate) fn function(name: &str, at: u32) -> Option<Error> {
    FUNCTIONS.contains(&name).then(|| {
        Error::new(ErrorKind::Unsupported, at, format!("`{name}` is of an extension of CEL, and left out"))
    })
}

/// A function that is called with a receiver, which may be a namespace.
pub(crate) fn method(receiver: &Expr, name: &str, at: u32) -> Option<Error> {
    match &receiver.node {
        Node::Name(space) if NAMESPACES.contains(&&**space) => Some(Error::new(
            ErrorKind::Unsupported,
            at,
            format!("`{space}.{name}` is of an extension of CEL, and left out"),
        )),
        _ => None,
    }
}
