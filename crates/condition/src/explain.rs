//! Explanation: the tree with the value of each node, and with what decided.

use alloc::vec::Vec;

use crate::{
    Error, Function, Value,
    error::Fault,
    evaluate::{Evaluated, Evaluator},
    tree::{Expr, Fold, Macro, Node},
};

#[cfg(test)]
mod tests;

/// A node with what became of it.
#[derive(Debug, Clone)]
pub struct Explanation<'a> {
    /// The node: its place in the source, and what it is.
    pub expr: &'a Expr,
    /// What became of it.
    pub outcome: Outcome<'a>,
    /// Whether it is one of the leaves that decided the whole. There is one where an operand decided
    /// alone, and several where all of them were needed.
    pub decided: bool,
    /// The nodes below it that were asked. Of `all` and `exists`, the last one is about the element
    /// that decided, if one did.
    pub below: Vec<Explanation<'a>>,
}

/// What became of a node.
#[derive(Debug, Clone)]
pub enum Outcome<'a> {
    /// It has a value.
    Value(Value<'a>),
    /// It failed.
    Failed(Error),
    /// It was not asked: another node had decided already.
    Skipped,
}

/// Explains the tree. A node is evaluated again for each node above it, so this is for people to
/// read, and not for every request.
pub(crate) fn explain<'a>(expr: &'a Expr, evaluator: &mut Evaluator<'_, 'a>) -> Explanation<'a> {
    let whole = evaluator.evaluate(expr);
    // All comes out of one stock of steps. The value of the whole is there even where the rest of the
    // stock is too little to tell what it is made of.
    let below = match &whole {
        Err(fault) if fault.ends_all() => Err(*fault),
        _ => evaluator.below(expr),
    };
    match below {
        Ok(below) => {
            let mut explanation = Explanation { expr, outcome: outcome(whole), decided: false, below };
            mark(&mut explanation);
            explanation
        }
        Err(_) => Explanation { expr, outcome: outcome(whole), decided: true, below: Vec::new() },
    }
}

/// What is told, or the limit that ends it.
type Told<T> = Result<T, Fault>;

impl<'a> Evaluator<'_, 'a> {
    fn explanation(&mut self, expr: &'a Expr) -> Told<Explanation<'a>> {
        let evaluated = self.told(expr)?;
        let below = self.below(expr)?;
        Ok(Explanation { expr, outcome: outcome(evaluated), decided: false, below })
    }

    /// What a node evaluates to, faults included that do not end all.
    fn told(&mut self, expr: &'a Expr) -> Told<Evaluated<'a>> {
        match self.evaluate(expr) {
            Err(fault) if fault.ends_all() => Err(fault),
            evaluated => Ok(evaluated),
        }
    }

    fn below(&mut self, expr: &'a Expr) -> Told<Vec<Explanation<'a>>> {
        match &expr.node {
            Node::Call { function: Function::And, arguments } => self.operands(arguments, false),
            Node::Call { function: Function::Or, arguments } => self.operands(arguments, true),
            Node::Call { function: Function::Conditional, arguments } => self.conditional(arguments),
            Node::Fold(fold) => self.folded(fold),
            _ => {
                let mut below = Ok(Vec::new());
                expr.children(|child| {
                    if let Ok(told) = &mut below {
                        match self.explanation(child) {
                            Ok(explanation) => told.push(explanation),
                            Err(fault) => below = Err(fault),
                        }
                    }
                });
                below
            }
        }
    }

    fn operands(&mut self, operands: &'a [Expr], decisive: bool) -> Told<Vec<Explanation<'a>>> {
        let mut below = Vec::with_capacity(operands.len());
        let mut decided = false;
        for operand in operands {
            if decided {
                below.push(skipped(operand));
            } else {
                let explanation = self.explanation(operand)?;
                decided = is(&explanation, decisive);
                below.push(explanation);
            }
        }
        Ok(below)
    }

    fn conditional(&mut self, arguments: &'a [Expr]) -> Told<Vec<Explanation<'a>>> {
        let [condition, yes, no] = arguments else { return Ok(Vec::new()) };
        let condition = self.explanation(condition)?;
        let (yes, no) = match condition.outcome {
            Outcome::Value(Value::Bool(true)) => (self.explanation(yes)?, skipped(no)),
            Outcome::Value(Value::Bool(false)) => (skipped(yes), self.explanation(no)?),
            _ => (skipped(yes), skipped(no)),
        };
        Ok(Vec::from([condition, yes, no]))
    }

    fn folded(&mut self, fold: &'a Fold) -> Told<Vec<Explanation<'a>>> {
        let range = self.explanation(&fold.range)?;
        let elements = match &range.outcome {
            Outcome::Value(range @ (Value::List(_) | Value::Map(_))) => range.clone(),
            _ => Value::Null,
        };
        let mut below = Vec::from([range]);
        let decisive = match fold.macro_ {
            Macro::All => false,
            Macro::Exists => true,
            Macro::ExistsOne | Macro::Filter | Macro::Map => return Ok(below),
        };
        let body = match &elements {
            Value::List(elements) => self.deciding(fold, decisive, elements.iter())?,
            Value::Map(entries) => self.deciding(fold, decisive, entries.iter().map(|(key, _)| key))?,
            _ => None,
        };
        below.extend(body);
        Ok(below)
    }

    /// The body for the first element that decides.
    fn deciding<'e>(
        &mut self,
        fold: &'a Fold,
        decisive: bool,
        elements: impl Iterator<Item = &'e Value<'a>>,
    ) -> Told<Option<Explanation<'a>>>
    where
        'a: 'e,
    {
        for element in elements {
            self.meter.charge(1, fold.body.at)?;
            self.locals.push(element.clone());
            let evaluated = self.told(&fold.body);
            let decides = matches!(evaluated, Ok(Ok(Value::Bool(value))) if value == decisive);
            let body = decides.then(|| self.explanation(&fold.body)).transpose();
            self.locals.pop();
            evaluated?.ok();
            if let Some(body) = body? {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

/// Marks the leaves that decided.
fn mark(explanation: &mut Explanation<'_>) {
    let failed = matches!(explanation.outcome, Outcome::Failed(_));
    let decisive = match &explanation.outcome {
        Outcome::Value(Value::Bool(value)) => Some(*value),
        _ => None,
    };
    let Explanation { expr, below, decided, .. } = explanation;
    // What a node that failed failed by.
    if failed {
        let first = below.iter_mut().find(|child| matches!(child.outcome, Outcome::Failed(_)));
        return match first {
            Some(child) => mark(child),
            None => *decided = true,
        };
    }
    match &expr.node {
        Node::Call { function: function @ (Function::And | Function::Or), .. } => {
            let alone = decisive == Some(*function == Function::Or);
            for child in below {
                if !alone || is(child, *function == Function::Or) {
                    mark(child);
                }
            }
        }
        Node::Call { function: Function::Conditional | Function::Not, .. } => {
            below.iter_mut().filter(|child| !matches!(child.outcome, Outcome::Skipped)).for_each(mark);
        }
        Node::Fold(fold) => match below.get_mut(1) {
            Some(body) if decisive == Some(fold.macro_ == Macro::Exists) => mark(body),
            _ => *decided = true,
        },
        _ => *decided = true,
    }
}

fn is(explanation: &Explanation<'_>, wanted: bool) -> bool {
    matches!(explanation.outcome, Outcome::Value(Value::Bool(value)) if value == wanted)
}

const fn skipped(expr: &Expr) -> Explanation<'_> {
    Explanation { expr, outcome: Outcome::Skipped, decided: false, below: Vec::new() }
}

fn outcome(evaluated: Evaluated<'_>) -> Outcome<'_> {
    match evaluated {
        Ok(value) => Outcome::Value(value),
        Err(fault) => Outcome::Failed(fault.into()),
    }
}
