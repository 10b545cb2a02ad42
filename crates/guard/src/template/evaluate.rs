//! Expressions: every operation that templates have.

use alloc::vec::Vec;

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, UnaryOpKind};
use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{
    RenderError, filters, operators,
    run::Run,
    value::{List, Loop, Text, Value, restricted, undefined, wrong_type},
};

/// The value of an expression.
pub(super) fn evaluate<'r>(run: &mut Run<'r>, expression: &'r Expr<'r>) -> Result<Value<'r>, RenderError> {
    run.step()?;
    let value = value(run, expression).map_err(|error| error.at(expression.span().start_offset))?;
    // Whatever is done with a text goes through it.
    if let Value::Str(text) = &value {
        run.read(text.as_str().len())?;
    }
    Ok(value)
}

fn value<'r>(run: &mut Run<'r>, expression: &'r Expr<'r>) -> Result<Value<'r>, RenderError> {
    match expression {
        Expr::Var(variable) => Ok(run.variable(variable.id)),
        Expr::Const(constant) => constant_value(&constant.value),
        Expr::GetAttr(attribute) => member(evaluate(run, &attribute.expr)?, attribute.name),
        Expr::GetItem(item) => {
            let whole = evaluate(run, &item.expr)?;
            let subscript = evaluate(run, &item.subscript_expr)?;
            match (whole, subscript) {
                (_, Value::Restricted(_)) => Err(restricted()),
                (whole, Value::Str(name)) => member(whole, name.as_str()),
                (Value::List(list), Value::Int(at)) => Ok(element(&list, at)),
                (Value::Restricted(data), Value::Int(_)) => Ok(Value::Restricted(data)),
                (Value::Undefined, _) | (_, Value::Undefined) => Err(undefined()),
                _ => Err(wrong_type("a subscript is a name, or the number of an element")),
            }
        }
        Expr::Slice(slice) => {
            let whole = evaluate(run, &slice.expr)?;
            let mut end = |end: &'r Option<Expr<'r>>| match end {
                None => Ok(None),
                Some(end) => match evaluate(run, end)? {
                    Value::Int(at) => Ok(Some(at)),
                    Value::None => Ok(None),
                    _ => Err(wrong_type("a slice goes from a number to a number")),
                },
            };
            let (start, stop) = (end(&slice.start)?, end(&slice.stop)?);
            operators::slice(&whole, start, stop)
        }
        Expr::UnaryOp(operation) => {
            let operand = evaluate(run, &operation.expr)?;
            match operation.op {
                UnaryOpKind::Not => Ok(Value::Bool(!operand.is_true()?)),
                UnaryOpKind::Neg => operators::negative(&operand),
            }
        }
        Expr::BinOp(operation) => {
            let left = evaluate(run, &operation.left)?;
            match operation.op {
                // As in Jinja, the side that decided.
                BinOpKind::ScAnd if !left.is_true()? => Ok(left),
                BinOpKind::ScOr if left.is_true()? => Ok(left),
                BinOpKind::ScAnd | BinOpKind::ScOr => {
                    let right = evaluate(run, &operation.right)?;
                    right.is_true().map(|_| right)
                }
                kind => {
                    let right = evaluate(run, &operation.right)?;
                    operators::binary(run, kind, &left, &right)
                }
            }
        }
        Expr::Compare(compare) => {
            let mut left = evaluate(run, &compare.expr)?;
            for next in &compare.ops {
                let right = evaluate(run, &next.expr)?;
                if !operators::compare(run, next.op, &left, &right)? {
                    return Ok(Value::Bool(false));
                }
                left = right;
            }
            Ok(Value::Bool(true))
        }
        Expr::IfExpr(condition) => {
            if evaluate(run, &condition.test_expr)?.is_true()? {
                return evaluate(run, &condition.true_expr);
            }
            match &condition.false_expr {
                Some(other) => evaluate(run, other),
                None => Ok(Value::Str(Text::Borrowed(""))),
            }
        }
        Expr::Filter(filter) => {
            let of = filter.expr.as_ref().ok_or_else(undefined)?;
            let of = evaluate(run, of)?;
            let arguments = arguments(run, &filter.args)?;
            filters::apply(run, filter.name, of, &arguments)
        }
        Expr::Test(test) => {
            let of = evaluate(run, &test.expr)?;
            let arguments = arguments(run, &test.args)?;
            operators::test(run, test.name, &of, &arguments).map(Value::Bool)
        }
        Expr::List(list) => {
            let mut values = Vec::with_capacity(list.items.len());
            for item in &list.items {
                values.push(evaluate(run, item)?);
            }
            Ok(Value::List(List::Made(values.into())))
        }
        Expr::Call(_) | Expr::Map(_) => {
            Err(RenderError::new(Kind::NotAllowed, "the expression is not allowed"))
        }
    }
}

/// Arguments of a filter or test: the name, where one is given, and the value.
pub(super) type Arguments<'r> = Vec<(Option<&'r str>, Value<'r>)>;

fn arguments<'r>(run: &mut Run<'r>, given: &'r [CallArg<'r>]) -> Result<Arguments<'r>, RenderError> {
    let mut arguments = Vec::with_capacity(given.len());
    for argument in given {
        let (name, value) = match argument {
            CallArg::Pos(value) => (None, value),
            CallArg::Kwarg(name, value) => (Some(*name), value),
            CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
                return Err(RenderError::new(Kind::NotAllowed, "arguments cannot be spread"));
            }
        };
        arguments.push((name, evaluate(run, value)?));
    }
    Ok(arguments)
}

fn constant_value<'r>(constant: &'r minijinja::Value) -> Result<Value<'r>, RenderError> {
    if let Some(text) = constant.as_str() {
        return Ok(Value::Str(Text::Borrowed(text)));
    }
    if constant.is_none() {
        return Ok(Value::None);
    }
    if constant.kind() == minijinja::value::ValueKind::Bool {
        return Ok(Value::Bool(constant.is_true()));
    }
    if constant.is_integer() {
        let number = constant.as_i64().map(Value::Int);
        return number.ok_or(RenderError::new(Kind::Limit, "a number is too large"));
    }
    match f64::try_from(constant.clone()) {
        Ok(number) => Ok(Value::Float(number)),
        Err(_) => Err(wrong_type("a constant that is neither text nor number")),
    }
}

fn member<'r>(whole: Value<'r>, name: &str) -> Result<Value<'r>, RenderError> {
    match whole {
        Value::Map(members) => Ok(Value::member(members, name)),
        // All below a restricted value is.
        Value::Restricted(data) => Ok(Value::Restricted(data)),
        Value::Loop(state) => of_loop(state, name),
        Value::Undefined => Err(undefined()),
        // As in Jinja: there is no such member, which may have a default.
        _ => Ok(Value::Undefined),
    }
}

fn of_loop<'r>(Loop { turn, turns }: Loop, name: &str) -> Result<Value<'r>, RenderError> {
    let left = turns.saturating_sub(turn);
    let number = match name {
        "index" => turn.saturating_add(1),
        "index0" => turn,
        "revindex" => left,
        "revindex0" => left.saturating_sub(1),
        "length" => turns,
        "first" => return Ok(Value::Bool(turn == 0)),
        "last" => return Ok(Value::Bool(left == 1)),
        _ => return Err(undefined()),
    };
    Ok(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
}

fn element<'r>(list: &List<'r>, at: i64) -> Value<'r> {
    let at = match usize::try_from(at) {
        Ok(at) => Some(at),
        // From the end.
        Err(_) => usize::try_from(at.unsigned_abs()).ok().and_then(|back| list.len().checked_sub(back)),
    };
    at.and_then(|at| list.get(at)).unwrap_or(Value::Undefined)
}
