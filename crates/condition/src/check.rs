//! Names to facts, and types to every node. What cannot be of a right type is refused here, with the
//! nearest name; what is `dyn` is asked again when the condition is evaluated.

use alloc::{boxed::Box, format, string::ToString, sync::Arc, vec, vec::Vec};
use core::mem::take;

use crate::{
    Declarations, Error, ErrorKind, Function, Kind, Path, Type, Value,
    declare::listed,
    limits::MAX_PATTERNS_BYTES,
    nearest::or_nearest,
    pattern::Pattern,
    signature,
    tree::{Expr, Fold, Macro, Node},
};

#[cfg(test)]
mod tests;

/// A tree whose names are resolved.
pub(crate) struct Checked {
    pub(crate) tree: Expr,
    pub(crate) facts: Vec<Path>,
    pub(crate) result: Type,
}

pub(crate) fn check(mut tree: Expr, declarations: &Declarations) -> Result<Checked, Error> {
    let mut checker = Checker { declarations, paths: Vec::new(), locals: Vec::new(), pattern_bytes: 0 };
    let result = checker.check(&mut tree)?;
    let facts = used(&mut tree, checker.paths);
    Ok(Checked { tree, facts, result })
}

/// The paths that the tree still reads, in the order of the source; the tree is renumbered.
pub(crate) fn used(tree: &mut Expr, paths: Vec<Path>) -> Vec<Path> {
    fn renumber(expr: &mut Expr, places: &mut [Option<usize>], count: &mut usize) {
        if let Node::Fact(slot) | Node::HasFact(slot) = &mut expr.node
            && let Some(place) = places.get_mut(*slot)
        {
            *slot = *place.get_or_insert_with(|| {
                let next = *count;
                *count = count.saturating_add(1);
                next
            });
        }
        expr.children_mut(&mut |child| renumber(child, places, count));
    }
    let mut places = vec![None; paths.len()];
    let mut count = 0;
    renumber(tree, &mut places, &mut count);
    if places.iter().enumerate().all(|(slot, place)| *place == Some(slot)) {
        return paths;
    }
    let mut kept = vec![None; count];
    for (path, place) in paths.into_iter().zip(places) {
        if let Some(kept) = place.and_then(|place| kept.get_mut(place)) {
            *kept = Some(path);
        }
    }
    kept.into_iter().flatten().collect()
}

/// Whether the tree asks for facts in the body of a macro, or much more often than there are any.
pub(crate) fn asks_again(tree: &Expr, facts: usize) -> bool {
    const MUCH: usize = 16;
    fn asked(expr: &Expr) -> usize {
        let mut count = usize::from(matches!(expr.node, Node::Fact(_) | Node::HasFact(_)));
        expr.children(|child| count = count.saturating_add(asked(child)));
        match &expr.node {
            Node::Fold(fold) if asked(&fold.range) < count => usize::MAX,
            _ => count,
        }
    }
    asked(tree) > facts.saturating_add(MUCH)
}

struct Checker<'d> {
    declarations: &'d Declarations,
    /// Every path met so far.
    paths: Vec<Path>,
    /// The variables of the macros around, outermost first.
    locals: Vec<(Box<str>, Type)>,
    /// The sizes of the patterns met so far.
    pattern_bytes: usize,
}

impl Checker<'_> {
    fn check(&mut self, expr: &mut Expr) -> Result<Type, Error> {
        let at = expr.at;
        let before = self.paths.len();
        if let Some(start) = bracketed(expr) {
            let span = expr.span;
            expr.span.start = start;
            let of = self.check(expr)?;
            expr.span = span;
            return Ok(of);
        }
        if let Some((node, of)) = self.qualified(expr) {
            expr.node = node;
            return Ok(of);
        }
        match &mut expr.node {
            Node::Constant(value) => Ok(Type::of(value)),
            Node::Name(name) => {
                let locals = self.locals.iter().map(|(name, _)| &**name);
                let message = format!("`{name}` is not declared");
                let message = or_nearest(message, name, self.declarations.names().chain(locals));
                Err(Error::new(ErrorKind::Check, at, message))
            }
            // Names that are resolved already; the parser makes none.
            Node::Fact(_) | Node::HasFact(_) | Node::Local { .. } => Ok(Type::Dyn),
            Node::Select { operand, field } => {
                let of = self.check(operand)?;
                let selected = select(&of, field, at)?;
                if let Some(slot) = self.extended(operand, &of, field, before) {
                    expr.node = Node::Fact(slot);
                }
                Ok(selected)
            }
            Node::Has { operand, field } => {
                let of = self.check(operand)?;
                select(&of, field, at)?;
                if let Some(slot) = self.extended(operand, &of, field, before) {
                    expr.node = Node::HasFact(slot);
                }
                Ok(Type::Bool)
            }
            Node::Matches { text, .. } => self.check(text),
            Node::Call { function, arguments } => {
                let function = *function;
                let types = arguments
                    .iter_mut()
                    .map(|argument| self.check(argument))
                    .collect::<Result<Vec<_>, _>>()?;
                let Some(result) = signature::result(function, &types) else {
                    return Err(no_overload(function, &types, at));
                };
                let arguments = take(arguments);
                expr.node = self.specialised(function, arguments, &types, before)?;
                Ok(result)
            }
            Node::List(elements) => {
                let mut joined: Option<Type> = None;
                for element in elements {
                    let of = self.check(element)?;
                    joined = Some(match joined {
                        Some(joined) => joined.join(of),
                        None => of,
                    });
                }
                Ok(Type::list(joined.unwrap_or(Type::Dyn)))
            }
            Node::Map(entries) => {
                let mut joined: Option<(Type, Type)> = None;
                for (key, value) in entries {
                    let key_at = key.span.start;
                    let (key, value) = (self.check(key)?, self.check(value)?);
                    if !matches!(key, Type::Dyn | Type::String | Type::Bool | Type::Int | Type::Uint) {
                        let message = format!("a key is a string, a bool, an int or a uint, and not {key}");
                        return Err(Error::new(ErrorKind::Check, key_at, message));
                    }
                    joined = Some(match joined {
                        Some((keys, values)) => (keys.join(key), values.join(value)),
                        None => (key, value),
                    });
                }
                let (keys, values) = joined.unwrap_or((Type::Dyn, Type::Dyn));
                Ok(Type::map(keys, values))
            }
            Node::Fold(fold) => self.fold(fold, at),
        }
    }

    /// A name, or a row of selections from one, that names a local, a variable or a type as a whole.
    fn qualified(&mut self, expr: &Expr) -> Option<(Node, Type)> {
        let (first, dotted) = (first(expr)?, matches!(expr.node, Node::Select { .. }));
        if let Some((index, (local, of))) =
            self.locals.iter().enumerate().rfind(|(_, (local, _))| **local == *first)
        {
            // In a longer row, what follows are its fields.
            return (!dotted).then(|| (Node::Local { name: local.clone(), index }, of.clone()));
        }
        let mut variables = self.declarations.variables(dotted).iter();
        if let Some((name, of)) = variables.find(|(name, _)| is_row(expr, name)) {
            let slot = self.slot(Path::new(Arc::clone(name)));
            return Some((Node::Fact(slot), of.clone()));
        }
        let kinds: &[Kind] = if dotted { &Kind::DOTTED } else { &Kind::ALL };
        let kind = kinds.iter().find(|kind| is_row(expr, kind.name()));
        kind.map(|&kind| (Node::Constant(Value::Type(kind)), Type::Type))
    }

    /// The place of `operand.field`, where the operand is a fact whose fields are facts. The field is
    /// taken then. There were so many paths `before` the operand was checked.
    fn extended(&mut self, operand: &Expr, of: &Type, field: &mut Box<str>, before: usize) -> Option<usize> {
        let Node::Fact(slot) = operand.node else { return None };
        if !matches!(of.present(), Type::Dyn | Type::Record(_) | Type::Map(..)) {
            return None;
        }
        // The path to the operand, if that is new, is read by nothing else.
        let is_new = slot >= before && slot.checked_add(1) == Some(self.paths.len());
        let mut path = if is_new { self.paths.pop()? } else { self.paths.get(slot)?.clone() };
        path.push(take(field));
        // Without brackets these names would be another variable's.
        let begins = |name: &str| name.strip_prefix(path.variable()).is_some_and(|rest| !rest.is_empty());
        path.apart |= self.declarations.names().any(|name| begins(name) && name == path.to_string());
        Some(self.slot(path))
    }

    fn slot(&mut self, path: Path) -> usize {
        if let Some(slot) = self.paths.iter().position(|known| *known == path) {
            return slot;
        }
        self.paths.push(path);
        self.paths.len().saturating_sub(1)
    }

    /// The node of a call: some calls with constant arguments have a quicker one.
    fn specialised(
        &mut self,
        function: Function,
        mut arguments: Vec<Expr>,
        types: &[Type],
        before: usize,
    ) -> Result<Node, Error> {
        if function == Function::Index
            && let [operand, Expr { node: Node::Constant(Value::String(key)), .. }] = &*arguments
            && let Some(of @ (Type::Dyn | Type::Map(..))) = types.first().map(Type::present)
            && let Some(slot) = self.extended(operand, of, &mut (**key).into(), before)
        {
            return Ok(Node::Fact(slot));
        }
        if function == Function::Matches
            && let [_, Expr { node: Node::Constant(Value::String(source)), span, .. }] = &*arguments
        {
            let Some(pattern) = Pattern::new(source) else {
                let message = "the pattern is not a regular expression, or too large a one";
                return Err(Error::new(ErrorKind::Check, span.start, message));
            };
            self.pattern_bytes = self.pattern_bytes.saturating_add(pattern.bytes() as usize);
            if self.pattern_bytes > MAX_PATTERNS_BYTES {
                let message = "the patterns are too large together";
                return Err(Error::new(ErrorKind::Limit, span.start, message));
            }
            arguments.truncate(1);
            if let Some(text) = arguments.pop() {
                return Ok(Node::Matches { text: Box::new(text), pattern: Box::new(pattern) });
            }
        }
        Ok(Node::Call { function, arguments })
    }

    fn fold(&mut self, fold: &mut Fold, at: u32) -> Result<Type, Error> {
        let range = self.check(&mut fold.range)?;
        let element = match range.present() {
            Type::List(element) => (**element).clone(),
            Type::Map(key, _) => (**key).clone(),
            Type::Record(_) => Type::String,
            Type::Dyn => Type::Dyn,
            other => {
                let message = format!("`{}` goes over a list or a map, and not {other}", fold.macro_.name());
                return Err(Error::new(ErrorKind::Check, at, message));
            }
        };
        self.locals.push((fold.variable.clone(), element.clone()));
        let bool = |checker: &mut Self, expr: &mut Expr| {
            let of = checker.check(expr)?;
            if of.agrees(&Type::Bool) {
                return Ok(());
            }
            let message = format!("`{}` asks for a bool, and this is {of}", fold.macro_.name());
            Err(Error::new(ErrorKind::Check, expr.span.start, message))
        };
        if let Some(filter) = &mut fold.filter {
            bool(self, filter)?;
        }
        let result = match fold.macro_ {
            Macro::Map => Type::list(self.check(&mut fold.body)?),
            Macro::Filter => {
                bool(self, &mut fold.body)?;
                Type::list(element)
            }
            Macro::All | Macro::Exists | Macro::ExistsOne => {
                bool(self, &mut fold.body)?;
                Type::Bool
            }
        };
        self.locals.pop();
        Ok(result)
    }
}

/// The name that a row of selections begins with, if it is one. Brackets keep apart what is in them.
fn first(expr: &Expr) -> Option<&str> {
    match &expr.node {
        _ if bracketed(expr).is_some() => None,
        Node::Name(name) => Some(name),
        Node::Select { operand, .. } => first(operand),
        _ => None,
    }
}

/// Whether this is what a row of selections is, its names joined by dots.
fn is_row(expr: &Expr, whole: &str) -> bool {
    match &expr.node {
        Node::Name(name) => name.trim_start_matches('.') == whole,
        Node::Select { operand, field } => {
            let above = whole.strip_suffix(&**field).and_then(|rest| rest.strip_suffix('.'));
            above.is_some_and(|above| is_row(operand, above))
        }
        _ => false,
    }
}

/// Where a name or a selection itself begins, if it stands in brackets: its span begins before that.
fn bracketed(expr: &Expr) -> Option<u32> {
    let start = match &expr.node {
        Node::Name(_) => expr.at,
        Node::Select { operand, .. } => operand.span.start,
        _ => return None,
    };
    (expr.span.start != start).then_some(start)
}

fn select(of: &Type, field: &str, at: u32) -> Result<Type, Error> {
    let message = match of.present() {
        Type::Dyn => return Ok(Type::Dyn),
        Type::Map(key, value) if key.agrees(&Type::String) => return Ok((**value).clone()),
        Type::Record(record) => match record.get(field) {
            Some(of) => return Ok(of.clone()),
            None => or_nearest(format!("{of} has no field `{field}`"), field, record.names()),
        },
        _ => format!("{of} has no fields"),
    };
    Err(Error::new(ErrorKind::Check, at, message))
}

fn no_overload(function: Function, types: &[Type], at: u32) -> Error {
    let message = format!("`{}` does not take ({})", function.name(), listed(types));
    Error::new(ErrorKind::Check, at, message)
}
