//! A condition that is parsed and checked once, and evaluated often.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use crate::{
    Declarations, Error, ErrorKind, Facts, Path, Type, Value,
    check::{Checked, asks_again, check},
    evaluate::{Evaluator, Meter},
    explain::{Explanation, explain},
    limits::DEFAULT_STEPS,
    parse::parse,
    print::Printed,
    residual::{Residual, residual},
    tree::Expr,
};

/// A condition that is parsed and checked.
#[derive(Debug, Clone)]
pub struct Condition {
    source: Box<str>,
    tree: Expr,
    facts: Vec<Path>,
    /// Whether an evaluation may ask for a fact again and again.
    asks_again: bool,
    result: Type,
}

impl Condition {
    /// Parses and checks a source.
    ///
    /// # Errors
    /// The first thing that is wrong with it, of any kind but [`ErrorKind::Evaluation`].
    pub fn compile(source: &str, declarations: &Declarations) -> Result<Self, Error> {
        let Checked { tree, facts, result } = check(parse(source)?, declarations)?;
        let asks_again = asks_again(&tree, facts.len());
        Ok(Self { source: source.into(), tree, facts, asks_again, result })
    }

    /// As [`Condition::compile`], for what must be true or false.
    ///
    /// # Errors
    /// As [`Condition::compile`], and if the result is known to be something else than a bool.
    pub fn compile_bool(source: &str, declarations: &Declarations) -> Result<Self, Error> {
        let condition = Self::compile(source, declarations)?;
        if condition.result.agrees(&Type::Bool) {
            return Ok(condition);
        }
        let message = alloc::format!("a condition is a bool, and this is {}", condition.result);
        Err(Error::new(ErrorKind::Check, condition.tree.span.start, message))
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of its value.
    #[must_use]
    pub const fn result(&self) -> &Type {
        &self.result
    }

    /// The tree, checked.
    #[must_use]
    pub const fn tree(&self) -> &Expr {
        &self.tree
    }

    /// The facts that it reads, each once. Their order is that of the source.
    #[must_use]
    pub fn facts(&self) -> &[Path] {
        &self.facts
    }

    /// Its value, in at most [`DEFAULT_STEPS`] steps.
    ///
    /// # Errors
    /// If it has none for these facts, or it takes too many steps.
    pub fn evaluate<'a>(&'a self, facts: &dyn Facts<'a>) -> Result<Value<'a>, Error> {
        self.evaluate_within(facts, &mut { DEFAULT_STEPS })
    }

    /// As [`Condition::evaluate`], out of a stock of steps that several evaluations share.
    ///
    /// # Errors
    /// As [`Condition::evaluate`].
    pub fn evaluate_within<'a>(&'a self, facts: &dyn Facts<'a>, steps: &mut u32) -> Result<Value<'a>, Error> {
        let mut evaluator = self.evaluator(facts, *steps);
        let value = evaluator.evaluate(&self.tree);
        *steps = evaluator.meter.0;
        Ok(value?)
    }

    /// What is told of it by the facts that are known ([`crate::Fact::Unknown`] tells the others).
    ///
    /// # Errors
    /// If it takes too many steps. What fails otherwise does not hold: [`Residual::Never`].
    pub fn residual<'a>(&'a self, facts: &dyn Facts<'a>) -> Result<Residual, Error> {
        residual(self, self.evaluator(facts, DEFAULT_STEPS), false)
    }

    /// As [`Condition::residual`], and tells failure from falsehood: what is left is true, false and
    /// fails exactly where the condition is and does, and [`Residual::Never`] has an error exactly if the
    /// condition fails whatever the facts are. A part that fails for certain stands there as a
    /// [`crate::tree::Node::Name`] without a name.
    ///
    /// # Errors
    /// If it takes too many steps.
    pub fn residual_exact<'a>(&'a self, facts: &dyn Facts<'a>) -> Result<Residual, Error> {
        residual(self, self.evaluator(facts, DEFAULT_STEPS), true)
    }

    /// Its value and that of every node, and what decided, in at most [`DEFAULT_STEPS`] steps.
    #[must_use]
    pub fn explain<'a>(&'a self, facts: &dyn Facts<'a>) -> Explanation<'a> {
        self.explain_within(facts, &mut { DEFAULT_STEPS })
    }

    /// As [`Condition::explain`], out of a stock of steps. The value of the whole takes what
    /// [`Condition::evaluate_within`] does; if what is left is too little for the nodes below, they are
    /// not told.
    #[must_use]
    pub fn explain_within<'a>(&'a self, facts: &dyn Facts<'a>, steps: &mut u32) -> Explanation<'a> {
        let mut evaluator = self.evaluator(facts, *steps);
        let explanation = explain(&self.tree, &mut evaluator);
        *steps = evaluator.meter.0;
        explanation
    }

    /// Whether it holds: whether its value is true. What is neither true nor false is an error.
    ///
    /// # Errors
    /// As [`Condition::evaluate`], and if the value is no bool.
    pub fn holds<'a>(&'a self, facts: &dyn Facts<'a>) -> Result<bool, Error> {
        self.holds_within(facts, &mut { DEFAULT_STEPS })
    }

    /// As [`Condition::holds`], out of a stock of steps that several evaluations share.
    ///
    /// # Errors
    /// As [`Condition::holds`].
    pub fn holds_within<'a>(&'a self, facts: &dyn Facts<'a>, steps: &mut u32) -> Result<bool, Error> {
        match self.evaluate_within(facts, steps)? {
            Value::Bool(holds) => Ok(holds),
            _ => Err(Error::new(ErrorKind::Evaluation, self.tree.span.start, "a condition is true or false")),
        }
    }

    fn evaluator<'f, 'a>(&'a self, facts: &'f dyn Facts<'a>, steps: u32) -> Evaluator<'f, 'a> {
        let kept = self.asks_again.then(Vec::new);
        Evaluator { paths: &self.facts, facts, kept, locals: Vec::new(), meter: Meter(steps) }
    }

    /// The same source with another tree, made of this one.
    pub(crate) fn with_tree(&self, tree: Expr, facts: Vec<Path>) -> Self {
        let asks_again = asks_again(&tree, facts.len());
        Self { source: self.source.clone(), tree, facts, asks_again, result: self.result.clone() }
    }
}

/// The condition in one form: brackets and quotes where they are needed, one space around operators.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printed { expr: &self.tree, paths: &self.facts }.fmt(f)
    }
}
