//! From a condition to a test.

use alloc::vec::Vec;

use portcullis_condition::{
    Condition, Function, Path, Value,
    tree::{Expr, Node},
};
use portcullis_wire::{
    call::{Column, Relation, RowTest, TaggedValue},
    policy::FieldType,
};

use crate::{
    Field,
    value::{Compared, compared, one_of},
};

/// What is asked of a part of a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether it is true.
    True,
    /// Whether it is false.
    False,
    /// Whether it is either, and does not fail.
    Told,
}

/// What cannot be told, and where it stands in the source.
pub(crate) struct Wrong {
    pub(crate) at: u32,
    pub(crate) what: &'static str,
}

/// A test, or why there is none.
type Told<'p> = Result<RowTest<'p>, Wrong>;

/// The tests of one search, as they are made.
pub(crate) struct Telling<'f, 'p> {
    field: &'f dyn Fn(&str) -> Option<Field<'p>>,
    budget: usize,
}

/// How much the tests of one search may say: a part of a condition counts as often as it is asked.
const BUDGET: usize = 10_000;

/// A side of a comparison.
enum Side<'e, 'p> {
    Fails,
    Value(&'e Value<'static>),
    Column(FieldType, Column<'p>),
    /// A bool that is made of others.
    Bool,
}

impl<'f, 'p> Telling<'f, 'p> {
    pub(crate) fn new(field: &'f dyn Fn(&str) -> Option<Field<'p>>) -> Self {
        Self { field, budget: BUDGET }
    }

    pub(crate) fn condition(&mut self, condition: &Condition, asked: Asked) -> Told<'p> {
        self.test(condition.tree(), condition.facts(), asked)
    }

    fn test(&mut self, expr: &Expr, paths: &[Path], asked: Asked) -> Told<'p> {
        self.spend(1, expr)?;
        match &expr.node {
            Node::Constant(Value::Bool(value))
                if asked == Asked::Told || *value == (asked == Asked::True) =>
            {
                Ok(always())
            }
            // False; or it fails, and whatever is asked the answer is no.
            Node::Constant(_) | Node::Name(_) => Ok(never()),
            Node::Fact(place) => match self.column(paths.get(*place), expr)? {
                (FieldType::Bool, column) => {
                    let holds = Compared::Relation(Relation::Eq, TaggedValue::Bool(true));
                    Ok(compare(column, holds, asked))
                }
                _ => wrong(expr, "a field that is no bool"),
            },
            Node::HasFact(place) => {
                let (_, column) = self.column(paths.get(*place), expr)?;
                Ok(match asked {
                    Asked::True => RowTest::There(column),
                    Asked::False => RowTest::Missing(column),
                    Asked::Told => always(),
                })
            }
            Node::Call { function, arguments } => self.call(expr, *function, arguments, paths, asked),
            _ => wrong(expr, name(&expr.node)),
        }
    }

    fn call(
        &mut self,
        expr: &Expr,
        function: Function,
        arguments: &[Expr],
        paths: &[Path],
        asked: Asked,
    ) -> Told<'p> {
        match (function, arguments) {
            (Function::And | Function::Or, _) if asked == Asked::Told => {
                let either = [(expr, Asked::True), (expr, Asked::False)];
                Ok(any(self.tests(&either, paths)?))
            }
            (Function::And | Function::Or, operands) => {
                let operands: Vec<_> = operands.iter().map(|operand| (operand, asked)).collect();
                let tests = self.tests(&operands, paths)?;
                let every = (function == Function::And) == (asked == Asked::True);
                Ok(if every { all(tests) } else { any(tests) })
            }
            (Function::Not, [operand]) => self.test(operand, paths, asked.turned()),
            (Function::Dyn, [operand]) => self.test(operand, paths, asked),
            (Function::Conditional, [condition, yes, no]) => self.one_of_two(
                [(condition, Asked::True), (yes, asked)],
                [(condition, Asked::False), (no, asked)],
                paths,
            ),
            (_, [one, other]) => match relation(function) {
                Some(relation) => self.relation(expr, relation, [one, other], paths, asked),
                None => wrong(expr, function.name()),
            },
            _ => wrong(expr, function.name()),
        }
    }

    /// Several parts, and what is asked of each.
    fn tests(&mut self, parts: &[(&Expr, Asked)], paths: &[Path]) -> Result<Vec<RowTest<'p>>, Wrong> {
        parts.iter().map(|(part, asked)| self.test(part, paths, *asked)).collect()
    }

    /// Both of these, or both of those.
    fn one_of_two(
        &mut self,
        these: [(&Expr, Asked); 2],
        those: [(&Expr, Asked); 2],
        paths: &[Path],
    ) -> Told<'p> {
        let these = all(self.tests(&these, paths)?);
        let those = all(self.tests(&those, paths)?);
        Ok(any(Vec::from([these, those])))
    }

    fn relation(
        &mut self,
        expr: &Expr,
        relation: Relation,
        sides: [&Expr; 2],
        paths: &[Path],
        asked: Asked,
    ) -> Told<'p> {
        let [one, other] = sides;
        let equality = matches!(relation, Relation::Eq | Relation::Ne);
        let ordered = equality || relation != relation.flipped();
        let (field, column, relation, value) = match (self.side(one, paths)?, self.side(other, paths)?) {
            (Side::Fails, _) | (_, Side::Fails) => return Ok(never()),
            (Side::Column(field, column), Side::Value(value)) => (field, column, relation, value),
            (Side::Value(value), Side::Column(field, column)) if ordered => {
                (field, column, relation.flipped(), value)
            }
            (Side::Column(one_field, column), Side::Column(other_field, to)) if relation != Relation::In => {
                if one_field != other_field || column.stored != to.stored {
                    return wrong(expr, "fields of different kinds");
                }
                let is = match asked {
                    Asked::True => relation,
                    Asked::False => relation.negated(),
                    Asked::Told => return Ok(all(Vec::from([RowTest::There(column), RowTest::There(to)]))),
                };
                return Ok(RowTest::CompareColumns { column, is, to });
            }
            (one_side, other_side) if equality && one_side.is_bool() && other_side.is_bool() => {
                let (alike, unlike) = match (asked, relation == Relation::Eq) {
                    (Asked::Told, _) => return Ok(all(self.tests(&[(one, asked), (other, asked)], paths)?)),
                    (Asked::True, true) | (Asked::False, false) => (Asked::True, Asked::False),
                    _ => (Asked::False, Asked::True),
                };
                return self.one_of_two(
                    [(one, Asked::True), (other, alike)],
                    [(one, Asked::False), (other, unlike)],
                    paths,
                );
            }
            _ => return wrong(expr, "this comparison"),
        };
        let told = match (relation, value) {
            (Relation::In, Value::List(elements)) => {
                self.spend(elements.len(), expr)?;
                one_of(field, column.stored, elements)
            }
            (Relation::In, _) => return wrong(expr, "in"),
            (relation, value) => compared(field, column.stored, relation, value),
        };
        match told {
            Some(told) => Ok(compare(column, told, asked)),
            None => wrong(expr, "numbers of different types"),
        }
    }

    fn side<'e>(&mut self, expr: &'e Expr, paths: &[Path]) -> Result<Side<'e, 'p>, Wrong> {
        Ok(match &expr.node {
            Node::Constant(value) => Side::Value(value),
            Node::Name(_) => Side::Fails,
            Node::Fact(place) => {
                let (of, column) = self.column(paths.get(*place), expr)?;
                Side::Column(of, column)
            }
            Node::Call { function: Function::Dyn, arguments } => match arguments.first() {
                Some(operand) => return self.side(operand, paths),
                None => Side::Fails,
            },
            _ if self.is_bool(expr, paths) => Side::Bool,
            node => return wrong(expr, name(node)),
        })
    }

    /// Whether a part is true, false or fails, and nothing else.
    fn is_bool(&self, expr: &Expr, paths: &[Path]) -> bool {
        match &expr.node {
            Node::HasFact(_) | Node::Constant(Value::Bool(_)) | Node::Name(_) => true,
            Node::Fact(place) => {
                let field = paths.get(*place).and_then(|path| (self.field)(path.fields().next()?));
                field.is_some_and(|field| field.field_type == FieldType::Bool)
            }
            Node::Call { function: Function::Conditional, arguments } => {
                arguments.iter().skip(1).all(|branch| self.is_bool(branch, paths))
            }
            Node::Call { function, .. } => {
                matches!(function, Function::And | Function::Or | Function::Not)
                    || relation(*function).is_some()
            }
            _ => false,
        }
    }

    /// The column that holds what a path leads to.
    fn column(&self, path: Option<&Path>, expr: &Expr) -> Result<(FieldType, Column<'p>), Wrong> {
        // Whatever else is known has a value by now.
        let mut fields = path.into_iter().flat_map(Path::fields);
        let (Some(name), None) = (fields.next(), fields.next()) else {
            return wrong(expr, "a field below a field");
        };
        match (self.field)(name) {
            Some(Field { field_type, column: Some(column) }) => Ok((field_type, column)),
            _ => wrong(expr, "a field that has no column"),
        }
    }

    fn spend(&mut self, parts: usize, expr: &Expr) -> Result<(), Wrong> {
        match self.budget.checked_sub(parts) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => wrong(expr, "too much to say"),
        }
    }
}

impl Side<'_, '_> {
    const fn is_bool(&self) -> bool {
        matches!(self, Self::Bool | Self::Value(Value::Bool(_)) | Self::Column(FieldType::Bool, _))
    }
}

impl Asked {
    const fn turned(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Told => Self::Told,
        }
    }
}

/// The relation that a function asks for.
const fn relation(function: Function) -> Option<Relation> {
    Some(match function {
        Function::Equal => Relation::Eq,
        Function::NotEqual => Relation::Ne,
        Function::Less => Relation::Lt,
        Function::LessEqual => Relation::Le,
        Function::Greater => Relation::Gt,
        Function::GreaterEqual => Relation::Ge,
        Function::In => Relation::In,
        Function::StartsWith => Relation::StartsWith,
        Function::EndsWith => Relation::EndsWith,
        Function::Contains => Relation::Contains,
        _ => return None,
    })
}

/// What a comparison of a column comes to, for what is asked of it.
fn compare(column: Column<'_>, compared: Compared, asked: Asked) -> RowTest<'_> {
    match (compared, asked) {
        (Compared::Fails, _) => never(),
        (Compared::Decided(holds), Asked::True | Asked::False) if holds != (asked == Asked::True) => never(),
        (_, Asked::Told) | (Compared::Decided(_), _) => RowTest::There(column),
        (Compared::Relation(is, to), asked) => {
            let is = if asked == Asked::True { is } else { is.negated() };
            RowTest::Compare { column, is, to }
        }
    }
}

/// What there is no test for.
fn name(node: &Node) -> &'static str {
    match node {
        Node::Call { function, .. } => function.name(),
        Node::Matches { .. } => Function::Matches.name(),
        Node::Fold(fold) => fold.macro_.name(),
        Node::Select { .. } | Node::Has { .. } => "a field below a field",
        _ => "a value that is made of fields",
    }
}

pub(crate) const fn always<'p>() -> RowTest<'p> {
    RowTest::All(Vec::new())
}

pub(crate) const fn never<'p>() -> RowTest<'p> {
    RowTest::Any(Vec::new())
}

pub(crate) const fn is_never(test: &RowTest<'_>) -> bool {
    matches!(test, RowTest::Any(tests) if tests.is_empty())
}

/// All of these, in as few words as that takes.
pub(crate) fn all(tests: Vec<RowTest<'_>>) -> RowTest<'_> {
    joined(tests, true)
}

/// One of these, in as few words as that takes.
pub(crate) fn any(tests: Vec<RowTest<'_>>) -> RowTest<'_> {
    joined(tests, false)
}

fn joined(tests: Vec<RowTest<'_>>, every: bool) -> RowTest<'_> {
    let mut kept = Vec::with_capacity(tests.len());
    for test in tests {
        match test {
            RowTest::All(below) if every => kept.extend(below),
            RowTest::Any(below) if !every => kept.extend(below),
            // One that decides.
            RowTest::All(below) | RowTest::Any(below) if below.is_empty() => {
                return if every { never() } else { always() };
            }
            test => kept.push(test),
        }
    }
    match (kept.pop(), kept.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            kept.extend(last);
            if every { RowTest::All(kept) } else { RowTest::Any(kept) }
        }
    }
}

fn wrong<T>(expr: &Expr, what: &'static str) -> Result<T, Wrong> {
    Err(Wrong { at: expr.at, what })
}
