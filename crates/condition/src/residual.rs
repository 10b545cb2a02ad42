//! Partial evaluation: what is left of a condition when some facts are not known.
//!
//! What can be told from the facts that are known is told, and the rest stays as a tree. The question
//! is whether the condition holds, so where a part counts only if it is true (an operand of `&&` and
//! `||`, a branch of `? :`, from the root on) an error is as good as false, and goes. Elsewhere, as
//! below `!`, a part that fails beside one that is not known stays as it is, and fails again.

use alloc::{boxed::Box, vec::Vec};

use crate::{
    Condition, Error, Fact, Function, Value, builtins,
    check::used,
    error::{Code, Fault},
    evaluate::{Evaluator, Meter, has_fact},
    tree::{Expr, Fold, Macro, Node},
};

#[cfg(test)]
mod tests;

/// What is told by the facts that are known.
#[derive(Debug, Clone)]
pub enum Residual {
    /// The condition holds, whatever the facts are that are not known.
    Always,
    /// It does not, whatever they are: it is false, or fails.
    Never {
        /// Why it fails, if that is all that is known of it.
        error: Option<Error>,
    },
    /// It holds exactly if this holds. Only facts that are not known matter to it.
    Depends(Box<Condition>),
}

/// What is told of one node.
enum Part<'a> {
    Known(Value<'a>),
    Failed(Fault),
    Left(Expr),
}

/// A part, or the fault that ends all.
type Parted<'a> = Result<Part<'a>, Fault>;

/// `exact`: a part that fails is not taken for one that is false, and stays as a
/// [`Node::Name`] without a name.
pub(crate) fn residual<'a>(
    condition: &'a Condition,
    evaluator: Evaluator<'_, 'a>,
    exact: bool,
) -> Result<Residual, Error> {
    let mut partial = Partial { evaluator, known: Vec::new(), exact };
    let never = |error| Ok(Residual::Never { error });
    let tree = condition.tree();
    let mut left = match partial.part(tree, !exact)? {
        Part::Known(Value::Bool(true)) => return Ok(Residual::Always),
        Part::Known(Value::Bool(false)) => return never(None),
        Part::Known(_) => return never(Some(Code::NoOverload.at(tree.at).into())),
        Part::Failed(fault) => return never(Some(fault.into())),
        Part::Left(left) => left,
    };
    let facts = used(&mut left, condition.facts().to_vec());
    Ok(Residual::Depends(Box::new(condition.with_tree(left, facts))))
}

struct Partial<'f, 'a> {
    evaluator: Evaluator<'f, 'a>,
    /// The variables of the macros around, outermost first; none where the element is not known.
    known: Vec<Option<Value<'a>>>,
    exact: bool,
}

impl<'a> Partial<'_, 'a> {
    /// What is told of a node. `holds`: whether it counts only if it is true.
    fn part(&mut self, expr: &'a Expr, holds: bool) -> Parted<'a> {
        let at = expr.at;
        self.evaluator.meter.charge(1, at)?;
        match &expr.node {
            Node::Constant(value) => Ok(Part::Known(value.borrowed())),
            Node::Fact(place) => Ok(match self.evaluator.fact(*place) {
                Fact::Value(value) => Part::Known(value),
                Fact::Missing { .. } => Part::Failed(Code::MissingFact.at(at)),
                Fact::Unknown => Part::Left(expr.clone()),
            }),
            Node::HasFact(place) => Ok(match self.evaluator.fact(*place) {
                Fact::Unknown => Part::Left(expr.clone()),
                fact => match has_fact(&fact, self.evaluator.paths.get(*place)) {
                    Ok(value) => Part::Known(value),
                    Err(code) => Part::Failed(code.at(at)),
                },
            }),
            Node::Local { index, .. } => Ok(match self.known.get(*index) {
                Some(Some(value)) => Part::Known(value.clone()),
                _ => Part::Left(self.frozen(expr)?),
            }),
            Node::Name(_) => Ok(Part::Failed(Code::UnknownFact.at(at))),
            Node::Select { operand, field } => match self.part(operand, false)? {
                Part::Known(operand) => {
                    part(builtins::select(&operand, field, &mut self.evaluator.meter, at))
                }
                Part::Left(operand) => {
                    let node = Node::Select { operand: Box::new(operand), field: field.clone() };
                    Ok(left(expr, node))
                }
                failed @ Part::Failed(_) => Ok(failed),
            },
            Node::Has { operand, field } => match self.part(operand, false)? {
                Part::Known(operand) => part(builtins::has(&operand, field, &mut self.evaluator.meter, at)),
                Part::Left(operand) => {
                    Ok(left(expr, Node::Has { operand: Box::new(operand), field: field.clone() }))
                }
                failed @ Part::Failed(_) => Ok(failed),
            },
            Node::Matches { text, pattern } => match self.part(text, false)? {
                Part::Known(Value::String(text)) => {
                    self.evaluator.meter.charge(pattern.steps(text.len()), at)?;
                    Ok(Part::Known(Value::Bool(pattern.is_match(&text))))
                }
                Part::Known(_) => Ok(Part::Failed(Code::NoOverload.at(at))),
                Part::Left(text) => {
                    Ok(left(expr, Node::Matches { text: Box::new(text), pattern: pattern.clone() }))
                }
                failed @ Part::Failed(_) => Ok(failed),
            },
            Node::Call { function, arguments } => self.call(expr, *function, arguments, holds),
            Node::List(elements) => Ok(match self.all(elements)? {
                Parts::Known(values) => Part::Known(Value::list(values)),
                Parts::Failed(fault) => Part::Failed(fault),
                Parts::Left(elements) => left(expr, Node::List(elements)),
            }),
            Node::Map(entries) => self.map(expr, entries),
            Node::Fold(fold) => self.fold(expr, fold, holds),
        }
    }

    fn call(&mut self, expr: &'a Expr, function: Function, arguments: &'a [Expr], holds: bool) -> Parted<'a> {
        match (function, arguments) {
            (Function::And | Function::Or, operands) => {
                let mut row = Row::new(function, holds);
                for operand in operands {
                    let part = self.part(operand, holds)?;
                    if row.decided_by(part, operand, || self.failing(operand))? {
                        return Ok(Part::Known(Value::Bool(function == Function::Or)));
                    }
                }
                Ok(row.finish(expr))
            }
            (Function::Conditional, [condition, yes, no]) => match self.part(condition, false)? {
                Part::Known(Value::Bool(true)) => self.part(yes, holds),
                Part::Known(Value::Bool(false)) => self.part(no, holds),
                Part::Known(_) => Ok(Part::Failed(Code::NoOverload.at(expr.at))),
                Part::Left(condition) => {
                    let (yes, no) = (self.kept(yes, holds)?, self.kept(no, holds)?);
                    let arguments = Vec::from([condition, yes, no]);
                    Ok(left(expr, Node::Call { function, arguments }))
                }
                failed @ Part::Failed(_) => Ok(failed),
            },
            (_, arguments) => match self.all(arguments)? {
                Parts::Known(values) => {
                    let meter = &mut self.evaluator.meter;
                    let mut values = values.into_iter();
                    part(match (values.next(), values.next()) {
                        (Some(one), None) => builtins::unary(function, one, meter, expr.at),
                        (Some(one), Some(other)) => builtins::binary(function, &one, &other, meter, expr.at),
                        (None, _) => Err(Code::NoOverload.at(expr.at)),
                    })
                }
                Parts::Failed(fault) => Ok(Part::Failed(fault)),
                Parts::Left(arguments) => Ok(left(expr, Node::Call { function, arguments })),
            },
        }
    }

    /// Nodes whose values are all needed.
    fn all(&mut self, exprs: &'a [Expr]) -> Result<Parts<'a>, Fault> {
        let mut parts = Vec::with_capacity(exprs.len());
        let mut failed = None;
        for expr in exprs {
            match self.part(expr, false)? {
                Part::Failed(fault) => _ = failed.get_or_insert(fault),
                part => parts.push((part, expr)),
            }
        }
        if let Some(fault) = failed {
            return Ok(Parts::Failed(fault));
        }
        if parts.iter().any(|(part, _)| matches!(part, Part::Left(_))) {
            let exprs: Result<_, _> = parts.into_iter().map(|(part, expr)| self.expr(part, expr)).collect();
            return Ok(Parts::Left(exprs?));
        }
        let values = parts.into_iter().filter_map(|(part, _)| match part {
            Part::Known(value) => Some(value),
            Part::Failed(_) | Part::Left(_) => None,
        });
        Ok(Parts::Known(values.collect()))
    }

    fn map(&mut self, expr: &'a Expr, entries: &'a [(Expr, Expr)]) -> Parted<'a> {
        let mut parts = Vec::with_capacity(entries.len());
        for (key_expr, value_expr) in entries {
            match (self.part(key_expr, false)?, self.part(value_expr, false)?) {
                (Part::Failed(fault), _) | (_, Part::Failed(fault)) => return Ok(Part::Failed(fault)),
                (key, value) => parts.push(((key, key_expr), (value, value_expr))),
            }
        }
        let known = |part: &Part<'_>| matches!(part, Part::Known(_));
        if !parts.iter().all(|((key, _), (value, _))| known(key) && known(value)) {
            let mut entries = Vec::with_capacity(parts.len());
            for ((key, key_expr), (value, value_expr)) in parts {
                entries.push((self.expr(key, key_expr)?, self.expr(value, value_expr)?));
            }
            return Ok(left(expr, Node::Map(entries)));
        }
        let mut values = Vec::with_capacity(parts.len());
        for ((key, key_expr), (value, _)) in parts {
            if let (Part::Known(key), Part::Known(value)) = (key, value) {
                match builtins::new_key(&values, &key, &mut self.evaluator.meter, key_expr.span.start) {
                    Ok(()) => values.push((key, value)),
                    Err(fault) => return part(Err(fault)),
                }
            }
        }
        Ok(Part::Known(Value::map(values)))
    }

    fn fold(&mut self, expr: &'a Expr, fold: &'a Fold, holds: bool) -> Parted<'a> {
        let asks = matches!(fold.macro_, Macro::All | Macro::Exists);
        let range = match self.part(&fold.range, false)? {
            failed @ Part::Failed(_) => return Ok(failed),
            Part::Left(range) => range,
            Part::Known(range) => {
                let elements: Vec<Value<'a>> = match &range {
                    Value::List(elements) => elements.to_vec(),
                    Value::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
                    _ => return Ok(Part::Failed(Code::NoOverload.at(expr.at))),
                };
                self.evaluator.meter.visit(elements.len(), expr.at)?;
                if asks {
                    return self.unrolled(expr, fold, elements, holds);
                }
                if let Some(done) = self.folded(fold, &elements, expr.at)? {
                    return Ok(done);
                }
                self.expr(Part::Known(range), &fold.range)?
            }
        };
        self.known.push(None);
        let body = self.kept(&fold.body, holds && asks);
        let filter = fold.filter.as_ref().map(|filter| self.kept(filter, false)).transpose();
        self.known.pop();
        let fold = Fold {
            macro_: fold.macro_,
            range,
            variable: fold.variable.clone(),
            filter: filter?,
            body: body?,
        };
        Ok(left(expr, Node::Fold(Box::new(fold))))
    }

    /// `all` or `exists` over elements that are known: a row of what is asked of each.
    fn unrolled(
        &mut self,
        expr: &'a Expr,
        fold: &'a Fold,
        elements: Vec<Value<'a>>,
        holds: bool,
    ) -> Parted<'a> {
        let function = if fold.macro_ == Macro::All { Function::And } else { Function::Or };
        let mut row = Row::new(function, holds);
        for element in elements {
            self.known.push(Some(element));
            let part = self.part(&fold.body, holds);
            let decided = part.and_then(|part| row.decided_by(part, &fold.body, || self.failing(&fold.body)));
            self.known.pop();
            if decided? {
                return Ok(Part::Known(Value::Bool(function == Function::Or)));
            }
        }
        Ok(row.finish(expr))
    }

    /// A macro over elements that are known, if what it asks of them is known too.
    fn folded(&mut self, fold: &'a Fold, elements: &[Value<'a>], at: u32) -> Result<Option<Part<'a>>, Fault> {
        let mut made = Vec::new();
        let mut failed = None;
        for element in elements {
            self.known.push(Some(element.clone()));
            let parts = match &fold.filter {
                Some(filter) => self.part(filter, false).and_then(|taken| match taken {
                    Part::Known(Value::Bool(true)) => self.part(&fold.body, false).map(Some),
                    Part::Known(Value::Bool(false)) => Ok(None),
                    Part::Known(_) => Ok(Some(Part::Failed(Code::NoOverload.at(at)))),
                    other => Ok(Some(other)),
                }),
                None => self.part(&fold.body, false).map(Some),
            };
            self.known.pop();
            match (fold.macro_, parts?) {
                (_, None) => {}
                (_, Some(Part::Left(_))) => return Ok(None),
                (_, Some(Part::Failed(fault))) => _ = failed.get_or_insert(fault),
                (Macro::Map, Some(Part::Known(value))) => made.push(value),
                (_, Some(Part::Known(Value::Bool(true)))) => made.push(element.clone()),
                (_, Some(Part::Known(Value::Bool(false)))) => {}
                (_, Some(Part::Known(_))) => _ = failed.get_or_insert(Code::NoOverload.at(at)),
            }
            self.evaluator.meter.make_elements(made.len().min(1), at)?;
        }
        Ok(Some(match (failed, fold.macro_) {
            (Some(fault), _) => Part::Failed(fault),
            (None, Macro::ExistsOne) => Part::Known(Value::Bool(made.len() == 1)),
            (None, _) => Part::Known(Value::list(made)),
        }))
    }

    /// A part that stays in the tree, whatever is known of it.
    fn kept(&mut self, expr: &'a Expr, holds: bool) -> Result<Expr, Fault> {
        match self.part(expr, holds)? {
            Part::Failed(_) if holds => Ok(constant(Value::Bool(false), expr)),
            part => self.expr(part, expr),
        }
    }

    /// A part as a tree.
    fn expr(&mut self, part: Part<'a>, expr: &Expr) -> Result<Expr, Fault> {
        Ok(match part {
            Part::Known(value) => {
                self.evaluator.meter.write(&value, expr.at)?;
                constant(value.to_owned(), expr)
            }
            Part::Left(expr) => expr,
            Part::Failed(_) => self.failing(expr)?,
        })
    }

    /// A node that fails, as it stays in the tree.
    fn failing(&mut self, expr: &Expr) -> Result<Expr, Fault> {
        if self.exact { Ok(Expr { node: Node::Name("".into()), ..*expr }) } else { self.frozen(expr) }
    }

    /// A copy of a node, with the variables that are known replaced, and the others counted anew.
    fn frozen(&mut self, expr: &Expr) -> Result<Expr, Fault> {
        fn replace(expr: &mut Expr, known: &[Option<Value<'_>>], meter: &mut Meter) -> Result<(), Fault> {
            meter.charge(1, expr.at)?;
            if let Node::Local { index, .. } = &mut expr.node {
                match known.get(*index) {
                    Some(Some(value)) => {
                        meter.write(value, expr.at)?;
                        expr.node = Node::Constant(value.to_owned());
                    }
                    _ => {
                        let gone = known.iter().take(*index).flatten().count();
                        *index = index.saturating_sub(gone);
                    }
                }
            }
            let mut replaced = Ok(());
            expr.children_mut(&mut |child| {
                if replaced.is_ok() {
                    replaced = replace(child, known, meter);
                }
            });
            replaced
        }
        let mut copy = expr.clone();
        replace(&mut copy, &self.known, &mut self.evaluator.meter)?;
        Ok(copy)
    }
}

/// What is told of several nodes.
enum Parts<'a> {
    Known(Vec<Value<'a>>),
    Failed(Fault),
    Left(Vec<Expr>),
}

/// The operands of `&&` or `||` that do not decide.
struct Row {
    function: Function,
    holds: bool,
    left: Vec<Expr>,
    /// Operands that fail, and stay beside what is left.
    frozen: Vec<Expr>,
    failed: Option<Fault>,
}

impl Row {
    const fn new(function: Function, holds: bool) -> Self {
        Self { function, holds, left: Vec::new(), frozen: Vec::new(), failed: None }
    }

    /// Takes one more operand. True, if it decides.
    fn decided_by(
        &mut self,
        part: Part<'_>,
        operand: &Expr,
        frozen: impl FnOnce() -> Result<Expr, Fault>,
    ) -> Result<bool, Fault> {
        let fault = match part {
            Part::Known(Value::Bool(value)) => return Ok(value == (self.function == Function::Or)),
            Part::Left(expr) => {
                self.left.push(expr);
                return Ok(false);
            }
            Part::Known(_) => Code::NoOverload.at(operand.at),
            Part::Failed(fault) => fault,
        };
        self.failed.get_or_insert(fault);
        if !self.holds {
            self.frozen.push(frozen()?);
        }
        Ok(false)
    }

    fn finish<'a>(self, expr: &Expr) -> Part<'a> {
        let Self { function, holds, mut left, frozen, failed } = self;
        let and = function == Function::And;
        match failed {
            // Not true, whatever the others are.
            Some(fault) if left.is_empty() || holds && and => return Part::Failed(fault),
            _ if left.is_empty() => return Part::Known(Value::Bool(and)),
            _ => {}
        }
        left.extend(frozen);
        // One operand alone is as good as the row, where the row says no more than that it is a bool.
        if left.len() == 1 {
            let only_a_bool = holds || left.first().is_some_and(is_bool);
            match left.pop() {
                Some(only) if only_a_bool => return Part::Left(only),
                only => left.extend(only),
            }
            left.push(constant(Value::Bool(and), expr));
        }
        Part::Left(Expr { node: Node::Call { function, arguments: left }, ..*expr })
    }
}

/// Whether a node has no other values than true and false.
fn is_bool(expr: &Expr) -> bool {
    use Function::{
        And, Bool, Contains, EndsWith, Equal, Greater, GreaterEqual, In, Less, LessEqual, Matches, Not,
        NotEqual, Or, StartsWith,
    };
    match &expr.node {
        Node::HasFact(_) | Node::Has { .. } | Node::Matches { .. } => true,
        Node::Fold(fold) => matches!(fold.macro_, Macro::All | Macro::Exists | Macro::ExistsOne),
        Node::Call { function, .. } => matches!(
            function,
            And | Or
                | Not
                | Equal
                | NotEqual
                | Less
                | LessEqual
                | Greater
                | GreaterEqual
                | In
                | Bool
                | Contains
                | StartsWith
                | EndsWith
                | Matches
        ),
        _ => false,
    }
}

fn part(evaluated: Result<Value<'_>, Fault>) -> Parted<'_> {
    match evaluated {
        Ok(value) => Ok(Part::Known(value)),
        Err(fault) if fault.ends_all() => Err(fault),
        Err(fault) => Ok(Part::Failed(fault)),
    }
}

const fn left<'a>(expr: &Expr, node: Node) -> Part<'a> {
    Part::Left(Expr { node, span: expr.span, at: expr.at })
}

const fn constant(value: Value<'static>, expr: &Expr) -> Expr {
    Expr { node: Node::Constant(value), span: expr.span, at: expr.at }
}
