//! Explanation: the tree with the value of each node, and with what decided.

use alloc::vec::Vec;

use crate::{
    Error, Function, Value,
    evaluate::{Evaluated, Evaluator},
    limits::{DEFAULT_STEPS, MAX_DEPTH},
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
pub(crate) fn explain<'a>(expr: &'a Expr, mut evaluator: Evaluator<'_, 'a>) -> Explanation<'a> {
    // What the whole may take is what an evaluation may; its parts are no deeper than the tree.
    let whole = evaluator.evaluate(expr);
    if let Err(fault) = whole
        && fault.ends_all()
    {
        return Explanation { expr, outcome: outcome(whole), decided: true, below: Vec::new() };
    }
    evaluator.meter.0 = DEFAULT_STEPS.saturating_mul(u32::try_from(MAX_DEPTH).unwrap_or(1));
    let mut explanation = evaluator.explanation(expr);
    mark(&mut explanation);
    explanation
}

impl<'a> Evaluator<'_, 'a> {
    fn explanation(&mut self, expr: &'a Expr) -> Explanation<'a> {
        let evaluated = self.evaluate(expr);
        let below = match &expr.node {
            Node::Call { function: Function::And, arguments } => self.operands(arguments, false),
            Node::Call { function: Function::Or, arguments } => self.operands(arguments, true),
            Node::Call { function: Function::Conditional, arguments } => self.conditional(arguments),
            Node::Fold(fold) => self.folded(fold),
            _ => {
                let mut below = Vec::new();
                expr.children(|child| below.push(self.explanation(child)));
                below
            }
        };
        Explanation { expr, outcome: outcome(evaluated), decided: false, below }
    }

    fn operands(&mut self, operands: &'a [Expr], decisive: bool) -> Vec<Explanation<'a>> {
        let mut below = Vec::with_capacity(operands.len());
        let mut decided = false;
        for operand in operands {
            if decided {
                below.push(skipped(operand));
            } else {
                let explanation = self.explanation(operand);
                decided = is(&explanation, decisive);
                below.push(explanation);
            }
        }
        below
    }

    fn conditional(&mut self, arguments: &'a [Expr]) -> Vec<Explanation<'a>> {
        let [condition, yes, no] = arguments else { return Vec::new() };
        let condition = self.explanation(condition);
        let (yes, no) = match condition.outcome {
            Outcome::Value(Value::Bool(true)) => (self.explanation(yes), skipped(no)),
            Outcome::Value(Value::Bool(false)) => (skipped(yes), self.explanation(no)),
            _ => (skipped(yes), skipped(no)),
        };
        Vec::from([condition, yes, no])
    }

    fn folded(&mut self, fold: &'a Fold) -> Vec<Explanation<'a>> {
        let range = self.explanation(&fold.range);
        let elements: Vec<Value<'a>> = match &range.outcome {
            Outcome::Value(Value::List(elements)) => elements.to_vec(),
            Outcome::Value(Value::Map(entries)) => entries.iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        };
        let mut below = Vec::from([range]);
        let decisive = match fold.macro_ {
            Macro::All => false,
            Macro::Exists => true,
            Macro::ExistsOne | Macro::Filter | Macro::Map => return below,
        };
        for element in elements {
            self.locals.push(element);
            let decides = matches!(self.evaluate(&fold.body), Ok(Value::Bool(value)) if value == decisive);
            let body = decides.then(|| self.explanation(&fold.body));
            self.locals.pop();
            if let Some(body) = body {
                below.push(body);
                break;
            }
        }
        below
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
