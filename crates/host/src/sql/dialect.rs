//! What databases do not agree on: placeholders, and how text is compared byte by byte.

use portcullis_wire::policy::Storage;
use sea_query::Expr;

/// Whose SQL is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// PostgreSQL 12 and newer.
    Postgres,
    /// SQLite 3.35 and newer.
    Sqlite,
    /// MySQL 8.0.17 and newer, MariaDB 10.5 and newer.
    MySql,
}

/// A range of numbers that all can be compared with: those that are finite.
const FINITE: &str = "BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308";

impl Dialect {
    /// An expression from a pattern in which `{}` stands for each of these, in order.
    pub(super) fn expr(self, pattern: &str, parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut template = String::with_capacity(pattern.len());
        for (index, piece) in pattern.split("{}").enumerate() {
            match (index, self) {
                (0, _) => {}
                (index, Self::Postgres) => template.push_str(&format!("${index}")),
                (_, Self::Sqlite | Self::MySql) => template.push('?'),
            }
            template.push_str(piece);
        }
        Expr::cust_with_exprs(template, parts)
    }

    /// Whether a column holds a value of its kind. Never unknown.
    pub(super) fn there(self, stored: Storage, column: &Expr) -> Option<Expr> {
        let of =
            |pattern: &str| Some(self.expr(pattern, vec![column.clone(); pattern.matches("{}").count()]));
        let within = |kind: &str, unit: i64| {
            let (first, last) = (-62_135_596_800 * unit, 253_402_300_800 * unit - 1);
            of(&format!("({kind} AND {{}} BETWEEN {first} AND {last})"))
        };
        let integer = if self == Self::Sqlite { "typeof({}) = 'integer'" } else { "{} IS NOT NULL" };
        match (self, stored) {
            (_, Storage::UnixS) => within(integer, 1),
            (_, Storage::UnixMs) => within(integer, 1_000),
            (_, Storage::UnixUs) => within(integer, 1_000_000),
            (Self::Sqlite, Storage::Text) => of("typeof({}) = 'text'"),
            (_, Storage::Integer) => of(integer),
            (Self::Sqlite, Storage::Double) => {
                of(&format!("(typeof({{}}) IN ('integer', 'real') AND {{}} {FINITE})"))
            }
            (_, Storage::Double) => of(&format!("({{}} IS NOT NULL AND {{}} {FINITE})")),
            (Self::Sqlite | Self::MySql, Storage::Boolean) => of(&format!("({integer} AND {{}} IN (0, 1))")),
            (Self::Postgres, Storage::Text | Storage::Boolean) | (Self::MySql, Storage::Text) => {
                of("{} IS NOT NULL")
            }
            (Self::Postgres, Storage::Timestamp) => {
                of("({} IS NOT NULL AND {} >= TIMESTAMPTZ '0001-01-01 00:00:00+00' \
                 AND {} < TIMESTAMPTZ '10000-01-01 00:00:00+00')")
            }
            (Self::MySql, Storage::Timestamp) => {
                of("({} IS NOT NULL AND {} >= CAST('0001-01-01 00:00:00' AS DATETIME(6)))")
            }
            (Self::Sqlite, Storage::Timestamp) => None,
        }
    }

    /// What is compared of a column: for all of one kind it has one order, that of the evaluator.
    pub(super) fn key(self, stored: Storage, column: &Expr) -> Expr {
        let of = |pattern: &str| self.expr(pattern, [column.clone()]);
        match (self, stored) {
            (_, Storage::Text) => self.text(column.clone()),
            (Self::Postgres, Storage::Double) => of("CAST({} AS double precision)"),
            (Self::Sqlite, Storage::Double) => of("CAST({} AS REAL)"),
            (Self::MySql, Storage::Double) => of("CAST({} AS DOUBLE)"),
            _ => column.clone(),
        }
    }

    /// Text, so that it is compared byte by byte.
    pub(super) fn text(self, text: Expr) -> Expr {
        match self {
            Self::Postgres => self.expr("CAST({} AS text) COLLATE \"C\"", [text]),
            Self::Sqlite => self.expr("CAST({} AS TEXT) COLLATE BINARY", [text]),
            Self::MySql => self.expr("CAST(CONVERT({} USING utf8mb4) AS BINARY)", [text]),
        }
    }

    /// Text as bytes, for what looks into it.
    pub(super) fn bytes(self, text: Expr) -> Expr {
        match self {
            // Functions of blobs go over the character that functions of text stop at.
            Self::Sqlite => self.expr("CAST({} AS BLOB)", [text]),
            Self::Postgres | Self::MySql => self.text(text),
        }
    }
}
