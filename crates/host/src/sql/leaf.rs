//! One test of a column as SQL.

use portcullis_wire::{
    call::{Relation, TaggedValue},
    policy::Storage,
};
use sea_query::{Expr, Value};

use super::Dialect;

/// A column, and how it is written.
pub(super) struct Column<'c> {
    pub(super) expr: Expr,
    pub(super) stored: Storage,
    pub(super) name: &'c str,
}

/// A value as it is compared.
struct Literal {
    /// In a form in which an index on the column serves equality, where `key` is not one.
    plain: Option<Expr>,
    key: Expr,
}

/// How a column compares with a value. None, if the value is not of the column's kind.
pub(super) fn compare(
    dialect: Dialect,
    column: &Column<'_>,
    is: Relation,
    to: &TaggedValue<'_>,
) -> Option<Expr> {
    if let (Relation::In | Relation::NotIn, TaggedValue::List(elements)) = (is, to) {
        return one_of(dialect, column, is == Relation::In, elements);
    }
    let (is, to) = match (dialect, to) {
        // No text of PostgreSQL's has this character, so all that matters is what stands before it.
        (Dialect::Postgres, TaggedValue::String(text)) if text.contains('\0') => {
            let (before, _) = text.split_once('\0')?;
            let is = match is {
                Relation::Lt | Relation::Le => Relation::Le,
                Relation::Gt | Relation::Ge => Relation::Gt,
                Relation::Ne | Relation::NotStartsWith | Relation::NotEndsWith | Relation::NotContains => {
                    return Some(always(true));
                }
                _ => return Some(always(false)),
            };
            (is, TaggedValue::String(before.to_owned().into()))
        }
        (_, to) => (is, to.clone()),
    };
    let key = dialect.key(column.stored, &column.expr);
    let literal = literal(dialect, column.stored, &to)?;
    if let (Relation::Eq, Some(plain)) = (is, &literal.plain) {
        let parts = [column.expr.clone(), plain.clone(), key, literal.key];
        return Some(dialect.expr("({} = {} AND {} = {})", parts));
    }
    if column.stored == Storage::Text && dialect == Dialect::Sqlite && is == Relation::Eq {
        // The same, and served by an index that compares byte by byte, as they do if nothing else is said.
        return Some(dialect.expr("{} COLLATE BINARY = {}", [column.expr.clone(), literal.key]));
    }
    Some(related(dialect, is, (key, &column.expr), (literal.key.clone(), &literal.key)))
}

/// How two columns compare that hold the same.
pub(super) fn compare_columns(dialect: Dialect, one: &Column<'_>, is: Relation, other: &Column<'_>) -> Expr {
    let (key, other_key) = (dialect.key(one.stored, &one.expr), dialect.key(other.stored, &other.expr));
    related(dialect, is, (key, &one.expr), (other_key, &other.expr))
}

/// Two operands in a relation: each as a key, and as it is.
fn related(dialect: Dialect, is: Relation, one: (Expr, &Expr), other: (Expr, &Expr)) -> Expr {
    let keys = |pattern: &str| dialect.expr(pattern, [one.0.clone(), other.0.clone()]);
    let (text, part) = (|| dialect.bytes(one.1.clone()), || dialect.bytes(other.1.clone()));
    match is {
        Relation::Eq | Relation::In => keys("{} = {}"),
        Relation::Ne | Relation::NotIn => keys("{} <> {}"),
        Relation::Lt => keys("{} < {}"),
        Relation::Le => keys("{} <= {}"),
        Relation::Gt => keys("{} > {}"),
        Relation::Ge => keys("{} >= {}"),
        // SQLite has null for a part of no bytes.
        Relation::StartsWith => match dialect {
            Dialect::Postgres => dialect.expr("starts_with({}, {})", [text(), part()]),
            Dialect::Sqlite => {
                dialect.expr("ifnull(substr({}, 1, length({})), X'') = {}", [text(), part(), part()])
            }
            Dialect::MySql => dialect.expr("LEFT({}, LENGTH({})) = {}", [text(), part(), part()]),
        },
        Relation::EndsWith => match dialect {
            Dialect::Postgres => dialect.expr("right({}, length({})) = {}", [text(), part(), part()]),
            // From the end on by no bytes would be all of it.
            Dialect::Sqlite => dialect.expr(
                "(length({}) = 0 OR ifnull(substr({}, -length({})), X'') = {})",
                [part(), text(), part(), part()],
            ),
            Dialect::MySql => dialect.expr("RIGHT({}, LENGTH({})) = {}", [text(), part(), part()]),
        },
        Relation::Contains => match dialect {
            Dialect::Postgres => dialect.expr("strpos({}, {}) > 0", [text(), part()]),
            Dialect::Sqlite => dialect.expr("instr({}, {}) > 0", [text(), part()]),
            Dialect::MySql => dialect.expr("LOCATE({}, {}) > 0", [part(), text()]),
        },
        // Of values that are there, and these are, SQL knows no third answer.
        Relation::NotStartsWith | Relation::NotEndsWith | Relation::NotContains => {
            dialect.expr("NOT ({})", [related(dialect, is.negated(), one, other)])
        }
    }
}

fn one_of(dialect: Dialect, column: &Column<'_>, is: bool, elements: &[TaggedValue<'_>]) -> Option<Expr> {
    let mut literals = Vec::with_capacity(elements.len());
    for element in elements {
        match element {
            TaggedValue::String(text) if dialect == Dialect::Postgres && text.contains('\0') => {}
            element => literals.push(literal(dialect, column.stored, element)?),
        }
    }
    if literals.is_empty() {
        return Some(always(!is));
    }
    let list = |word: &str, of: Expr, each: &dyn Fn(&Literal) -> Expr| {
        let places = vec!["{}"; literals.len()].join(", ");
        let parts = std::iter::once(of).chain(literals.iter().map(each));
        dialect.expr(&format!("{{}} {word} ({places})"), parts)
    };
    let exact = |word| list(word, dialect.key(column.stored, &column.expr), &|literal| literal.key.clone());
    if !is {
        return Some(exact("NOT IN"));
    }
    if column.stored == Storage::Text && dialect == Dialect::Sqlite {
        let of = dialect.expr("{} COLLATE BINARY", [column.expr.clone()]);
        return Some(list("IN", of, &|literal| literal.key.clone()));
    }
    if literals.iter().all(|literal| literal.plain.is_none()) {
        return Some(exact("IN"));
    }
    let plain = list("IN", column.expr.clone(), &|literal| {
        literal.plain.clone().unwrap_or_else(|| literal.key.clone())
    });
    Some(dialect.expr("({} AND {})", [plain, exact("IN")]))
}

fn literal(dialect: Dialect, stored: Storage, value: &TaggedValue<'_>) -> Option<Literal> {
    let cast = |of: &str, value: Expr| match dialect {
        // What a driver is told of a parameter's type does not depend on the column.
        Dialect::Postgres => dialect.expr(&format!("CAST({{}} AS {of})"), [value]),
        Dialect::Sqlite | Dialect::MySql => value,
    };
    let key = match (stored, value) {
        (Storage::Text, TaggedValue::String(text)) => {
            let value = cast("text", Expr::val(&**text));
            return Some(match dialect {
                Dialect::Postgres => Literal { plain: Some(value.clone()), key: value },
                Dialect::Sqlite => Literal { plain: None, key: value },
                Dialect::MySql => Literal { plain: Some(value.clone()), key: dialect.text(value) },
            });
        }
        (Storage::Integer | Storage::UnixS | Storage::UnixMs | Storage::UnixUs, TaggedValue::Int(number)) => {
            cast("bigint", Expr::val(number.parse::<i64>().ok()?))
        }
        (Storage::Double, TaggedValue::Double(number)) => {
            let number = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
            cast("double precision", Expr::val(number))
        }
        (Storage::Boolean, TaggedValue::Bool(value)) => match dialect {
            Dialect::Postgres => cast("boolean", Expr::val(*value)),
            Dialect::Sqlite | Dialect::MySql => Expr::val(Value::BigInt(Some((*value).into()))),
        },
        (Storage::Timestamp, TaggedValue::Timestamp(time)) => match dialect {
            Dialect::Postgres => cast("timestamptz", cast("text", Expr::val(&**time))),
            Dialect::MySql => {
                let time = time.strip_suffix('Z')?.replace('T', " ");
                dialect.expr("CAST({} AS DATETIME(6))", [Expr::val(time)])
            }
            Dialect::Sqlite => return None,
        },
        _ => return None,
    };
    Some(Literal { plain: None, key })
}

pub(super) fn always(holds: bool) -> Expr {
    Expr::cust(if holds { "1 = 1" } else { "1 = 0" })
}
