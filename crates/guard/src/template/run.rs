//! Runs a template: statements in order, into an output, within a number of steps.

use alloc::{rc::Rc, string::String, vec::Vec};

use minijinja::machinery::ast::{Expr, ForLoop, Stmt};
use portcullis_wire::guard::{Channel, RenderErrorKind as Kind};

use super::{
    MAX_STEPS, RenderError,
    evaluate::evaluate,
    output::Output,
    value::{List, Loop, Member, Text, Value, restricted, undefined, wrong_type},
};

/// How much text is gone through in the time of a step.
const BYTES_A_STEP: usize = 64;

const TOO_MANY_STEPS: RenderError = RenderError::new(Kind::Limit, "the template takes too many steps");

/// Runs a template that was checked.
pub(super) fn run<'r>(
    template: &'r Stmt<'r>,
    context: &'r [Member<'r>],
    channel: Channel,
) -> Result<String, RenderError> {
    let mut run = Run { context, locals: Vec::new(), steps: MAX_STEPS, output: Output::new(channel) };
    run.statement(template)?;
    run.output.finish()
}

/// A template that runs.
pub(super) struct Run<'r> {
    context: &'r [Member<'r>],
    /// Names that loops gave, the innermost last.
    locals: Vec<(&'r str, Value<'r>)>,
    steps: u32,
    output: Output,
}

impl<'r> Run<'r> {
    /// Counts a step.
    pub(super) fn step(&mut self) -> Result<(), RenderError> {
        self.steps = self.steps.checked_sub(1).ok_or(TOO_MANY_STEPS)?;
        Ok(())
    }

    /// Counts what going through this many bytes of text costs.
    pub(super) fn read(&mut self, bytes: usize) -> Result<(), RenderError> {
        let steps = u32::try_from(bytes / BYTES_A_STEP).unwrap_or(u32::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(TOO_MANY_STEPS)?;
        Ok(())
    }

    pub(super) fn variable(&self, name: &str) -> Value<'r> {
        match self.locals.iter().rev().find(|(local, _)| *local == name) {
            Some((_, value)) => value.clone(),
            None => Value::member(self.context, name),
        }
    }

    fn statement(&mut self, statement: &'r Stmt<'r>) -> Result<(), RenderError> {
        self.step()?;
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(raw) => self.output.raw(raw.raw),
            Stmt::EmitExpr(emit) => {
                let value = evaluate(self, &emit.expr)?;
                self.output.value(&value).map_err(|error| error.at(emit.expr.span().start_offset))
            }
            Stmt::IfCond(condition) => {
                let value = evaluate(self, &condition.expr)?;
                let is_true =
                    value.is_true().map_err(|error| error.at(condition.expr.span().start_offset))?;
                self.statements(if is_true { &condition.true_body } else { &condition.false_body })
            }
            Stmt::ForLoop(each) => self.for_loop(each),
            _ => Err(RenderError::new(Kind::NotAllowed, "the statement is not allowed")),
        }
    }

    fn statements(&mut self, statements: &'r [Stmt<'r>]) -> Result<(), RenderError> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn for_loop(&mut self, each: &'r ForLoop<'r>) -> Result<(), RenderError> {
        let offset = each.iter.span().start_offset;
        let mut list = match evaluate(self, &each.iter)? {
            Value::List(list) => list,
            // As in Jinja, the members' names.
            Value::Map(members) => {
                List::Made(members.iter().map(|member| Value::Str(Text::Borrowed(&member.name))).collect())
            }
            Value::Undefined => return Err(undefined().at(offset)),
            Value::Restricted(_) => return Err(restricted().at(offset)),
            _ => return Err(wrong_type("a loop runs over a list or an object").at(offset)),
        };
        if let Some(filter) = &each.filter_expr {
            list = List::Made(self.filtered(&list, &each.target, filter)?);
        }
        let turns = list.len();
        if turns == 0 {
            return self.statements(&each.else_body);
        }
        let outside = self.locals.len();
        for turn in 0..turns {
            self.locals.push(("loop", Value::Loop(Loop { turn, turns })));
            self.give(&each.target, list.get(turn).unwrap_or(Value::Undefined))?;
            self.statements(&each.body)?;
            self.locals.truncate(outside);
        }
        Ok(())
    }

    fn filtered(
        &mut self,
        list: &List<'r>,
        target: &'r Expr<'r>,
        filter: &'r Expr<'r>,
    ) -> Result<Rc<[Value<'r>]>, RenderError> {
        let outside = self.locals.len();
        let mut kept = Vec::new();
        for value in list.iter() {
            self.give(target, value.clone())?;
            if evaluate(self, filter)?.is_true()? {
                kept.push(value);
            }
            self.locals.truncate(outside);
        }
        Ok(kept.into())
    }

    /// Gives a value to a name, or the elements of a list to as many names.
    fn give(&mut self, target: &'r Expr<'r>, value: Value<'r>) -> Result<(), RenderError> {
        self.step()?;
        match (target, value) {
            (Expr::Var(variable), value) => {
                self.locals.push((variable.id, value));
                Ok(())
            }
            (Expr::List(names), Value::List(list)) if names.items.len() == list.len() => {
                names.items.iter().zip(list.iter()).try_for_each(|(name, value)| self.give(name, value))
            }
            _ => {
                Err(wrong_type("a loop gives as many values as it has names").at(target.span().start_offset))
            }
        }
    }
}
