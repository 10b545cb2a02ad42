//! The templates of a catalog as a trie over their segments.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use hashbrown::HashMap;

use super::literals::Literals;
use super::template::{self, Mixed, Segment};
use super::{Route, RouteProblem};

/// The routes of a catalog, ready to be matched. Immutable once built.
#[derive(Debug)]
pub struct Router {
    pub(super) root: Node,
    methods: HashMap<Box<str>, Method>,
}

/// A place in a template, the same for all templates that are alike up to here.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) literals: Literals,
    /// The other ways on, which most nodes do not have.
    pub(super) loose: Option<Box<Loose>>,
    /// The operations of the template that ends here, at most one a method.
    pub(super) ends: Vec<End>,
}

/// The ways on from a node that take more than one text.
#[derive(Debug, Default)]
pub(super) struct Loose {
    pub(super) mixed: BTreeMap<Mixed, Node>,
    pub(super) parameter: Option<Node>,
    pub(super) multi: Option<Node>,
    /// The node was entered by a multi-segment parameter, which may take further segments.
    pub(super) repeats: bool,
}

/// An operation and its method.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) method: Method,
    pub(super) operation: u32,
}

/// A method of the catalog, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Method(usize);

impl Method {
    const GET: Self = Self(0);
    const HEAD: Self = Self(1);
}

impl Node {
    /// The operation of the template that ends here for requests of `method`: the method's own, or
    /// GET's for HEAD.
    pub(super) fn operation(&self, method: Method) -> Option<u32> {
        let own = |method| self.ends.iter().find(|end| end.method == method);
        let end = own(method).or_else(|| own(Method::GET).filter(|_| method == Method::HEAD))?;
        Some(end.operation)
    }

    /// The node behind `segment`, made if it is not there.
    fn child(&mut self, segment: Segment) -> &mut Self {
        let loose = &mut self.loose;
        match segment {
            Segment::Literal(text) => self.literals.child(text),
            Segment::Mixed(mixed) => loose.get_or_insert_default().mixed.entry(mixed).or_default(),
            Segment::Parameter => loose.get_or_insert_default().parameter.get_or_insert_default(),
            Segment::Multi => {
                let child = loose.get_or_insert_default().multi.get_or_insert_default();
                child.loose.get_or_insert_default().repeats = true;
                child
            }
        }
    }
}

impl Router {
    pub(super) fn method(&self, token: &str) -> Option<Method> {
        self.methods.get(token).copied()
    }
}

pub(super) fn build<'a>(
    base_path: &str,
    routes: impl IntoIterator<Item = Route<'a>>,
) -> Result<Router, Vec<RouteProblem>> {
    let mut problems = Vec::new();
    let base = template::parse_base(base_path).unwrap_or_else(|reason| {
        problems.push(RouteProblem::BasePath(reason));
        Vec::new()
    });
    let methods = [("GET".into(), Method::GET), ("HEAD".into(), Method::HEAD)];
    let mut router = Router { root: Node::default(), methods: methods.into_iter().collect() };
    for route in routes {
        if let Err(problem) = insert(&mut router, &base, route) {
            problems.push(problem);
        }
    }
    if problems.is_empty() { Ok(router) } else { Err(problems) }
}

fn insert(router: &mut Router, base: &[Segment], route: Route<'_>) -> Result<(), RouteProblem> {
    let operation = route.operation;
    if !is_token(route.method) {
        return Err(RouteProblem::Method { operation });
    }
    let segments = template::parse(base, route.template)
        .map_err(|reason| RouteProblem::Template { operation, reason })?;
    let next = Method(router.methods.len());
    let method = *router.methods.entry(route.method.into()).or_insert(next);
    let end = segments.into_iter().fold(&mut router.root, Node::child);
    if let Some(other) = end.ends.iter().find(|end| end.method == method) {
        return Err(RouteProblem::SameTemplate { first: other.operation, second: operation });
    }
    end.ends.push(End { method, operation });
    Ok(())
}

/// Whether `text` is a token (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let special = |byte| b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || special(byte))
}
