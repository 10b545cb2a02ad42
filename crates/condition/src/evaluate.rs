//! Tree and facts to a value, counted in steps.

use alloc::vec::Vec;

use crate::{
    Fact, Facts, Function, Path, Value, builtins,
    convert::decimal_steps,
    error::{Code, Fault},
    limits::{MAX_ELEMENTS, MAX_STRING_BYTES},
    tree::{Expr, Fold, Macro, Node},
};

#[cfg(test)]
pub(crate) mod tests;

pub(crate) type Evaluated<'a> = Result<Value<'a>, Fault>;

/// One evaluation.
pub(crate) struct Evaluator<'f, 'a> {
    pub(crate) paths: &'a [Path],
    pub(crate) facts: &'f dyn Facts<'a>,
    /// The facts that were asked for, by their places, if they are kept: a fact may be a list that is made
    /// anew, or text that is read anew, whenever it is asked for.
    pub(crate) kept: Option<Vec<Option<Fact<'a>>>>,
    /// The variables of the macros around, outermost first.
    pub(crate) locals: Vec<Value<'a>>,
    pub(crate) meter: Meter,
}

/// Steps that are left.
pub(crate) struct Meter(pub(crate) u32);

impl Meter {
    pub(crate) fn charge(&mut self, steps: u32, at: u32) -> Result<(), Fault> {
        match self.0.checked_sub(steps) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err(Code::Steps.at(at))
            }
        }
    }

    /// Bytes are read some dozens in the time of a step.
    pub(crate) fn read(&mut self, bytes: usize, at: u32) -> Result<(), Fault> {
        self.charge(u32::try_from(bytes >> 5).unwrap_or(u32::MAX), at)
    }

    /// Elements, each in a step.
    pub(crate) fn visit(&mut self, elements: usize, at: u32) -> Result<(), Fault> {
        self.charge(u32::try_from(elements).unwrap_or(u32::MAX), at)
    }

    /// A whole value that is written out, or copied. Its bytes are read once, and written once.
    pub(crate) fn write(&mut self, value: &Value<'_>, at: u32) -> Result<(), Fault> {
        match value {
            Value::String(text) => self.read(text.len().saturating_mul(2), at),
            Value::Bytes(bytes) => self.read(bytes.len().saturating_mul(2), at),
            Value::Double(value) => self.charge(decimal_steps(*value), at),
            Value::List(elements) => elements.iter().try_for_each(|element| {
                self.charge(1, at)?;
                self.write(element, at)
            }),
            Value::Map(entries) => entries.iter().try_for_each(|(key, value)| {
                self.charge(1, at)?;
                self.write(key, at)?;
                self.write(value, at)
            }),
            _ => Ok(()),
        }
    }

    /// As [`Meter::read`], for bytes that are made.
    pub(crate) fn make_bytes(&mut self, bytes: usize, at: u32) -> Result<(), Fault> {
        if bytes > MAX_STRING_BYTES {
            return Err(Code::Size.at(at));
        }
        self.read(bytes, at)
    }

    /// As [`Meter::visit`], for elements that are made.
    pub(crate) fn make_elements(&mut self, elements: usize, at: u32) -> Result<(), Fault> {
        if elements > MAX_ELEMENTS {
            return Err(Code::Size.at(at));
        }
        self.visit(elements, at)
    }
}

impl<'f, 'a> Evaluator<'f, 'a> {
    pub(crate) fn evaluate(&mut self, expr: &'a Expr) -> Evaluated<'a> {
        let at = expr.at;
        self.meter.charge(1, at)?;
        match &expr.node {
            Node::Constant(value) => Ok(value.borrowed()),
            Node::Fact(place) => match self.fact(*place) {
                Fact::Value(value) => Ok(value),
                Fact::Missing { .. } => Err(Code::MissingFact.at(at)),
                Fact::Unknown => Err(Code::UnknownFact.at(at)),
            },
            Node::HasFact(place) => {
                has_fact(&self.fact(*place), self.paths.get(*place)).map_err(|code| code.at(at))
            }
            Node::Local { index, .. } => self.locals.get(*index).cloned().ok_or(Code::UnknownFact.at(at)),
            Node::Select { operand, field } => {
                let operand = self.evaluate(operand)?;
                builtins::select(&operand, field, &mut self.meter, at)
            }
            Node::Has { operand, field } => {
                let operand = self.evaluate(operand)?;
                builtins::has(&operand, field, &mut self.meter, at)
            }
            Node::Call { function, arguments } => self.call(*function, arguments, at),
            Node::Matches { text, pattern } => match self.evaluate(text)? {
                Value::String(text) => {
                    self.meter.charge(pattern.steps(text.len()), at)?;
                    Ok(Value::Bool(pattern.is_match(&text)))
                }
                _ => Err(Code::NoOverload.at(at)),
            },
            Node::List(elements) => {
                let values: Result<Vec<_>, _> =
                    elements.iter().map(|element| self.evaluate(element)).collect();
                Ok(Value::list(values?))
            }
            Node::Map(entries) => {
                let mut values: Vec<(Value<'a>, Value<'a>)> = Vec::with_capacity(entries.len());
                for (key_expr, value) in entries {
                    let key = self.evaluate(key_expr)?;
                    builtins::new_key(&values, &key, &mut self.meter, key_expr.span.start)?;
                    values.push((key, self.evaluate(value)?));
                }
                Ok(Value::map(values))
            }
            Node::Fold(fold) => self.fold(fold, at),
            Node::Name(_) => Err(Code::UnknownFact.at(at)),
        }
    }

    pub(crate) fn fact(&mut self, place: usize) -> Fact<'a> {
        let Some(path) = self.paths.get(place) else { return Fact::Unknown };
        let Some(kept) = &mut self.kept else { return self.facts.fact(place, path) };
        if let Some(there) = self.facts.resolved(place) {
            return Fact::Value(there.clone());
        }
        if kept.is_empty() {
            kept.resize(self.paths.len(), None);
        }
        match kept.get_mut(place) {
            Some(fact) => fact.get_or_insert_with(|| self.facts.fact(place, path)).clone(),
            None => Fact::Unknown,
        }
    }

    fn call(&mut self, function: Function, arguments: &'a [Expr], at: u32) -> Evaluated<'a> {
        match (function, arguments) {
            (Function::And, operands) => self.row(operands, false).map(Value::Bool),
            (Function::Or, operands) => self.row(operands, true).map(Value::Bool),
            (Function::Conditional, [condition, yes, no]) => {
                if self.truth(condition, at)? {
                    self.evaluate(yes)
                } else {
                    self.evaluate(no)
                }
            }
            (function, [one, other]) if builtins::is_relation(function) => {
                self.relation(function, one, other, at).map(Value::Bool)
            }
            (_, [operand]) => {
                let operand = self.evaluate(operand)?;
                builtins::unary(function, operand, &mut self.meter, at)
            }
            (_, [one, other]) => {
                let (mut one_made, mut other_made) = (None, None);
                let (one, other) = (self.operand(one, &mut one_made)?, self.operand(other, &mut other_made)?);
                builtins::binary(function, one, other, &mut self.meter, at)
            }
            _ => Err(Code::NoOverload.at(at)),
        }
    }

    /// A node that must be true or false. This is most of what conditions do, so the answer is not
    /// made a value and looked at again.
    fn truth(&mut self, expr: &'a Expr, asked_at: u32) -> Result<bool, Fault> {
        if let Node::Call { function, arguments } = &expr.node {
            let at = expr.at;
            match (function, &**arguments) {
                (Function::And | Function::Or, operands) => {
                    self.meter.charge(1, at)?;
                    return self.row(operands, *function == Function::Or);
                }
                (Function::Not, [operand]) => {
                    self.meter.charge(1, at)?;
                    return self.truth(operand, at).map(|value| !value);
                }
                (function, [one, other]) if builtins::is_relation(*function) => {
                    self.meter.charge(1, at)?;
                    return self.relation(*function, one, other, at);
                }
                _ => {}
            }
        }
        match self.evaluate(expr)? {
            Value::Bool(value) => Ok(value),
            _ => Err(Code::NoOverload.at(asked_at)),
        }
    }

    fn relation(
        &mut self,
        function: Function,
        one: &'a Expr,
        other: &'a Expr,
        at: u32,
    ) -> Result<bool, Fault> {
        let (mut one_made, mut other_made) = (None, None);
        let (one, other) = (self.operand(one, &mut one_made)?, self.operand(other, &mut other_made)?);
        builtins::relation(function, one, other, &mut self.meter, at)
    }

    /// The value of an operand, looked at where it stands if it is there already.
    fn operand<'o>(&mut self, expr: &'a Expr, made: &'o mut Option<Value<'a>>) -> Result<&'o Value<'a>, Fault>
    where
        'f: 'o,
        'a: 'o,
    {
        let there = match &expr.node {
            Node::Constant(value) => Some(value),
            Node::Fact(place) => self.facts.resolved(*place),
            _ => None,
        };
        match there {
            Some(value) => {
                self.meter.charge(1, expr.at)?;
                Ok(value)
            }
            None => Ok(made.insert(self.evaluate(expr)?)),
        }
    }

    /// `&&` or `||`: an operand that is `decisive` decides, whatever goes wrong in the others.
    fn row(&mut self, operands: &'a [Expr], decisive: bool) -> Result<bool, Fault> {
        let mut wrong = None;
        for operand in operands {
            match self.truth(operand, operand.at) {
                Ok(value) if value == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(fault) if fault.ends_all() => return Err(fault),
                Err(fault) => _ = wrong.get_or_insert(fault),
            }
        }
        wrong.map_or(Ok(!decisive), Err)
    }

    fn fold(&mut self, fold: &'a Fold, at: u32) -> Evaluated<'a> {
        match self.evaluate(&fold.range)? {
            Value::List(elements) => self.fold_over(fold, &mut elements.iter().cloned(), at),
            Value::Map(entries) => self.fold_over(fold, &mut entries.iter().map(|(key, _)| key.clone()), at),
            _ => Err(Code::NoOverload.at(at)),
        }
    }

    fn fold_over(
        &mut self,
        fold: &'a Fold,
        elements: &mut dyn Iterator<Item = Value<'a>>,
        at: u32,
    ) -> Evaluated<'a> {
        let mut wrong = None;
        let mut found = 0_usize;
        let mut values = Vec::new();
        for element in elements {
            self.meter.charge(1, at)?;
            let depth = self.locals.len();
            self.locals.push(element);
            let outcome = self.body(fold);
            self.locals.truncate(depth.saturating_add(1));
            let element = self.locals.pop();
            match (fold.macro_, outcome) {
                (_, Err(fault)) if fault.ends_all() => return Err(fault),
                (Macro::All, Ok(Some(Value::Bool(false)))) => return Ok(Value::Bool(false)),
                (Macro::Exists, Ok(Some(Value::Bool(true)))) => return Ok(Value::Bool(true)),
                (Macro::All | Macro::Exists, Ok(Some(Value::Bool(_)))) => {}
                (Macro::All | Macro::Exists, Ok(_)) => _ = wrong.get_or_insert(Code::NoOverload.at(at)),
                (Macro::All | Macro::Exists, Err(fault)) => _ = wrong.get_or_insert(fault),
                (Macro::ExistsOne, Ok(Some(Value::Bool(holds)))) => {
                    found = found.saturating_add(usize::from(holds));
                }
                (Macro::Filter, Ok(Some(Value::Bool(holds)))) => {
                    if holds && let Some(element) = element {
                        self.meter.make_elements(values.len().min(1), at)?;
                        values.push(element);
                    }
                }
                (Macro::Map, Ok(made)) => values.extend(made),
                (Macro::ExistsOne | Macro::Filter, Ok(_)) => return Err(Code::NoOverload.at(at)),
                (_, Err(fault)) => return Err(fault),
            }
            if values.len() > MAX_ELEMENTS {
                return Err(Code::Size.at(at));
            }
        }
        Ok(match fold.macro_ {
            Macro::All | Macro::Exists => match wrong {
                Some(fault) => return Err(fault),
                None => Value::Bool(fold.macro_ == Macro::All),
            },
            Macro::ExistsOne => Value::Bool(found == 1),
            Macro::Filter | Macro::Map => Value::list(values),
        })
    }

    /// The body for the element that was pushed last; none, if `map` passes over it.
    fn body(&mut self, fold: &'a Fold) -> Result<Option<Value<'a>>, Fault> {
        if let Some(filter) = &fold.filter {
            match self.evaluate(filter)? {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(None),
                _ => return Err(Code::NoOverload.at(filter.at)),
            }
        }
        self.evaluate(&fold.body).map(Some)
    }
}

/// Whether a fact is there: a field is, or is not, if everything before it is.
pub(crate) fn has_fact<'a>(fact: &Fact<'a>, path: Option<&Path>) -> Result<Value<'a>, Code> {
    match fact {
        Fact::Value(_) => Ok(Value::Bool(true)),
        Fact::Missing { found } if path.is_some_and(|path| *found == path.fields().len()) => {
            Ok(Value::Bool(false))
        }
        Fact::Missing { .. } => Err(Code::MissingFact),
        Fact::Unknown => Err(Code::UnknownFact),
    }
}
