//! Tree to text: CEL that parses to the same tree.

use core::fmt::{self, Write};

use portcullis_json::decimal;

use crate::{
    Function, Path, Value,
    function::{CONDITIONAL, MEMBER, UNARY},
    tree::{Expr, Node},
};

#[cfg(test)]
mod tests;

/// A tree with the paths that its facts are written as.
pub(crate) struct Printed<'e> {
    pub(crate) expr: &'e Expr,
    pub(crate) paths: &'e [Path],
}

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr(f, self.expr, CONDITIONAL)
    }
}

impl Printed<'_> {
    /// Writes a node, in brackets if it binds less tightly than it must here.
    fn expr(&self, f: &mut fmt::Formatter<'_>, expr: &Expr, least: u8) -> fmt::Result {
        let tightness = tightness(expr);
        if tightness < least {
            f.write_char('(')?;
            self.bare(f, expr)?;
            return f.write_char(')');
        }
        self.bare(f, expr)
    }

    fn bare(&self, f: &mut fmt::Formatter<'_>, expr: &Expr) -> fmt::Result {
        match &expr.node {
            Node::Constant(value) => constant(f, value),
            Node::Name(name) => f.write_str(name),
            Node::Local { name, .. } => f.write_str(name),
            Node::Fact(place) => self.path(f, *place),
            Node::HasFact(place) => {
                f.write_str("has(")?;
                self.path(f, *place)?;
                f.write_char(')')
            }
            Node::Select { operand, field: name } => {
                self.expr(f, operand, MEMBER)?;
                field(f, name)
            }
            Node::Has { operand, field: name } => {
                f.write_str("has(")?;
                self.expr(f, operand, MEMBER)?;
                field(f, name)?;
                f.write_char(')')
            }
            Node::Call { function, arguments } => self.call(f, *function, arguments),
            Node::Matches { text, pattern } => {
                self.expr(f, text, MEMBER)?;
                f.write_str(".matches(")?;
                string(f, pattern.source())?;
                f.write_char(')')
            }
            Node::List(elements) => {
                f.write_char('[')?;
                self.separated(f, elements)?;
                f.write_char(']')
            }
            Node::Map(entries) => {
                f.write_char('{')?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    self.expr(f, key, CONDITIONAL)?;
                    f.write_str(": ")?;
                    self.expr(f, value, CONDITIONAL)?;
                }
                f.write_char('}')
            }
            Node::Fold(fold) => {
                self.expr(f, &fold.range, MEMBER)?;
                write!(f, ".{}({}", fold.macro_.name(), fold.variable)?;
                for argument in fold.filter.iter().chain([&fold.body]) {
                    f.write_str(", ")?;
                    self.expr(f, argument, CONDITIONAL)?;
                }
                f.write_char(')')
            }
        }
    }

    fn path(&self, f: &mut fmt::Formatter<'_>, place: usize) -> fmt::Result {
        self.paths.get(place).map_or(Ok(()), |path| write!(f, "{path}"))
    }

    fn separated(&self, f: &mut fmt::Formatter<'_>, exprs: &[Expr]) -> fmt::Result {
        for (index, expr) in exprs.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            self.expr(f, expr, CONDITIONAL)?;
        }
        Ok(())
    }

    fn call(&self, f: &mut fmt::Formatter<'_>, function: Function, arguments: &[Expr]) -> fmt::Result {
        let name = function.name();
        let Some(own) = function.precedence() else {
            return match arguments {
                [receiver, rest @ ..] if function.is_method() => {
                    self.expr(f, receiver, MEMBER)?;
                    write!(f, ".{name}(")?;
                    self.separated(f, rest)?;
                    f.write_char(')')
                }
                _ => {
                    write!(f, "{name}(")?;
                    self.separated(f, arguments)?;
                    f.write_char(')')
                }
            };
        };
        let tighter = own.saturating_add(1);
        match (function, arguments) {
            (Function::Conditional, [condition, yes, no]) => {
                self.expr(f, condition, tighter)?;
                f.write_str(" ? ")?;
                self.expr(f, yes, tighter)?;
                f.write_str(" : ")?;
                self.expr(f, no, own)
            }
            (Function::Index, [operand, index]) => {
                self.expr(f, operand, MEMBER)?;
                f.write_char('[')?;
                self.expr(f, index, CONDITIONAL)?;
                f.write_char(']')
            }
            (Function::Not | Function::Negate, [operand]) => {
                f.write_str(name)?;
                // Only an operator of the same sign may follow, and a bare number would become negative.
                let bare = match &operand.node {
                    Node::Call { function: inner, .. } if *inner == function => true,
                    Node::Constant(Value::Int(_) | Value::Double(_)) => false,
                    _ => tightness(operand) >= MEMBER,
                };
                if bare { self.bare(f, operand) } else { self.bracketed(f, operand) }
            }
            (_, [first, rest @ ..]) => {
                // Rows of `&&` and `||` are one node, so one that is inside another had brackets.
                let row = matches!(function, Function::And | Function::Or);
                self.expr(f, first, if row { tighter } else { own })?;
                for operand in rest {
                    write!(f, " {name} ")?;
                    self.expr(f, operand, tighter)?;
                }
                Ok(())
            }
            (_, []) => Ok(()),
        }
    }

    fn bracketed(&self, f: &mut fmt::Formatter<'_>, expr: &Expr) -> fmt::Result {
        f.write_char('(')?;
        self.bare(f, expr)?;
        f.write_char(')')
    }
}

fn tightness(expr: &Expr) -> u8 {
    match &expr.node {
        Node::Call { function, .. } => function.precedence().unwrap_or(MEMBER),
        Node::Constant(Value::Int(number)) if *number < 0 => UNARY,
        Node::Constant(Value::Double(number)) if number.is_sign_negative() && !number.is_nan() => UNARY,
        _ => MEMBER,
    }
}

/// `.name`, with backticks where they are needed.
pub(crate) fn field(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let plain = !name.starts_with(|first: char| first.is_ascii_digit())
        && !matches!(name, "" | "true" | "false" | "null" | "in")
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    let quoted = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/ ".contains(&byte));
    match (plain, quoted && !name.is_empty()) {
        (true, _) => write!(f, ".{name}"),
        (false, true) => write!(f, ".`{name}`"),
        (false, false) => {
            f.write_char('[')?;
            string(f, name)?;
            f.write_char(']')
        }
    }
}

/// A value as CEL writes it.
pub(crate) fn constant(f: &mut fmt::Formatter<'_>, value: &Value<'_>) -> fmt::Result {
    match value {
        Value::Null => f.write_str("null"),
        Value::Bool(value) => write!(f, "{value}"),
        Value::Int(value) => write!(f, "{value}"),
        Value::Uint(value) => write!(f, "{value}u"),
        Value::Double(value) if value.is_finite() => f.write_str(&decimal::print(*value)),
        Value::Double(value) => write!(f, "double(\"{}\")", decimal::print(*value)),
        Value::String(text) => string(f, text),
        Value::Bytes(bytes) => {
            f.write_str("b\"")?;
            for byte in bytes.iter() {
                match byte {
                    b'"' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                    b' '..=b'~' => f.write_char(char::from(*byte))?,
                    _ => write!(f, "\\x{byte:02x}")?,
                }
            }
            f.write_char('"')
        }
        Value::Timestamp(value) => write!(f, "timestamp(\"{value}\")"),
        Value::Duration(value) => write!(f, "duration(\"{value}\")"),
        Value::Type(kind) => f.write_str(kind.name()),
        Value::List(elements) => {
            f.write_char('[')?;
            for (index, element) in elements.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { ", " })?;
                constant(f, element)?;
            }
            f.write_char(']')
        }
        Value::Map(entries) => {
            f.write_char('{')?;
            for (index, (key, value)) in entries.iter().enumerate() {
                f.write_str(if index == 0 { "" } else { ", " })?;
                constant(f, key)?;
                f.write_str(": ")?;
                constant(f, value)?;
            }
            f.write_char('}')
        }
    }
}

/// A string literal. What does not print is escaped, so that no text changes a terminal.
fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            ' '..='~' => f.write_char(char)?,
            _ if char.escape_debug().len() == 1 => f.write_char(char)?,
            _ if u32::from(char) <= 0xffff => write!(f, "\\u{:04x}", u32::from(char))?,
            _ => write!(f, "\\U{:08x}", u32::from(char))?,
        }
    }
    f.write_char('"')
}
