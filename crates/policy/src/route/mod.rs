//! Which operation is this request?
//!
//! A [`Router`] is built once from a catalog's routes and answers, for a method and a request path,
//! which operations the request may be. It works on plain operation indexes and knows nothing of
//! claims.
//!
//! # Templates
//!
//! A template is a path whose segments are
//!
//! - *literal*: `users`, compared with the decoded request segment, case and all. A trailing slash
//!   is an empty last literal, so `/a` and `/a/` are two routes;
//! - *mixed*: literal text around parameters, `{base}...{head}` or `{sid}.json`. It matches if the
//!   segment can be split so that every parameter has at least one character;
//! - a *parameter*: `{id}`, one segment of at least one character;
//! - a *multi-segment parameter*: `{+path}` (RFC 6570, section 3.2.3), one or more whole segments,
//!   none of them empty. A template has at most one.
//!
//! # Which template decides
//!
//! Literal is more specific than mixed, mixed than a parameter, a parameter than a multi-segment
//! one; two mixed segments are equal. Template A beats B on a request if A is at least as specific
//! in every segment of the request and more specific in one. Every template that none beats is an
//! answer: which of them the origin would take is its own affair, so the caller allows a request
//! only if it allows all of them.
//!
//! Only templates that have the request's method take part. A HEAD request is taken as GET on each
//! template that has no HEAD of its own. OPTIONS gets no such treatment.

mod crosswise;
mod find;
mod literals;
mod path;
mod scan;
mod specificity;
mod template;
mod trie;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use find::Matches;
pub use path::{MAX_PATH_BYTES, MAX_SEGMENTS};
pub use trie::Router;

/// A route of a catalog: under which method and path an operation is reached.
#[derive(Clone, Copy, Debug)]
pub struct Route<'a> {
    /// The operation's index in its catalog.
    pub operation: u32,
    /// The HTTP method exactly as a request sends it; methods are case-sensitive (RFC 9110,
    /// section 9.1).
    pub method: &'a str,
    /// The path template, beginning with `/`, without the base path.
    pub template: &'a str,
}

/// Why a request is no operation of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteMiss {
    /// The path is one that servers read differently, or no path at all. The text says what is
    /// wrong with it and repeats nothing of it.
    #[error("malformed path: {0}")]
    Malformed(&'static str),
    /// The path exceeds [`MAX_PATH_BYTES`] or [`MAX_SEGMENTS`], or so many templates could match it
    /// that the search was given up.
    #[error("the path is too long, or too many templates match it")]
    TooLong,
    /// No template matches the path.
    #[error("no route has this path")]
    UnknownPath,
    /// Templates match the path, but none of them has this method.
    #[error("no route with this path has this method")]
    WrongMethod,
}

/// A mistake in the routes that a [`Router`] was to be built from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteProblem {
    /// The base path is neither empty nor literal segments without a trailing slash.
    #[error("base path: {0}")]
    BasePath(&'static str),
    /// The method is not a token as RFC 9110, section 5.6.2 has it.
    #[error("operation {operation}: the method is not an HTTP token")]
    Method {
        /// The operation whose route it is.
        operation: u32,
    },
    /// The template cannot be read, or no request could match it.
    #[error("operation {operation}: template: {reason}")]
    Template {
        /// The operation whose route it is.
        operation: u32,
        /// What is wrong.
        reason: &'static str,
    },
    /// Two routes have the same method and the same template, parameter names apart, so that every
    /// request of the one is also one of the other.
    #[error("operations {first} and {second}: same method and same template")]
    SameTemplate {
        /// The operation that came first.
        first: u32,
        /// The operation that came later.
        second: u32,
    },
}

impl Router {
    /// Builds a router for `routes`, each below `base_path`, which is empty or of the form `/x/y`.
    ///
    /// # Errors
    ///
    /// Every mistake in the base path and the routes, in the order of the routes.
    pub fn build<'a>(
        base_path: &str,
        routes: impl IntoIterator<Item = Route<'a>>,
    ) -> Result<Self, Vec<RouteProblem>> {
        trie::build(base_path, routes)
    }

    /// Finds the operations that a request with this method and path may be.
    ///
    /// The path is decoded here, once, and must come as the client sent it. What follows the first
    /// `?` is not part of it. The cost is in the path's length; the number of routes matters only
    /// as far as their templates overlap. A path without percent escapes that one template decides
    /// costs no allocation.
    ///
    /// # Errors
    ///
    /// [`RouteMiss`] says why the request is no operation. Whatever the method, a path that is
    /// malformed is reported so.
    pub fn find(&self, method: &str, path: &str) -> Result<Matches, RouteMiss> {
        find::find(self, method, path)
    }

    /// Pairs of operations of which one request may be both, because their templates match a common
    /// path on which neither beats the other. Each pair comes once, the smaller index first.
    ///
    /// A pair counts if the two share a method, HEAD requests taken as [`Router::find`] takes them.
    /// A third template may beat both on every common path. The search is lazy: there can be as
    /// many pairs as pairs of routes, so take only as many as are wanted.
    pub fn crosswise(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        crosswise::Crosswise::new(self)
    }
}
