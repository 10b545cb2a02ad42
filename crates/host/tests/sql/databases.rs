//! Real databases, with the table in them.

mod mysql;

use std::env;

use portcullis::sql::{Dialect, Filter};
use postgres::{Client, NoTls, types::ToSql};
use rusqlite::types::ValueRef;
use sea_query::{Order, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder, Value, Values};

use crate::table::{Cell, FIELDS, Row};

pub use mysql::MySql;

/// Where the table is.
pub trait Database {
    const DIALECT: Dialect;

    /// The policy's word for what a column of this type holds; none, if it is what is meant anyway.
    fn stored(of: &str) -> Option<&'static str>;

    /// The rows for which the filter's condition holds, in order.
    fn select(&mut self, filter: &Filter) -> Result<Vec<i64>, String>;
}

fn query(filter: &Filter, dialect: Dialect) -> SelectStatement {
    let condition = filter.to_condition(dialect).expect("words for every column");
    Query::select().column("id").from("things").cond_where(condition).order_by("id", Order::Asc).to_owned()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An SQLite within this process.
pub struct Sqlite(rusqlite::Connection);

impl Sqlite {
    /// Columns are without a type or with one, as it comes: what they hold may be anything.
    pub fn new(rows: &[Row]) -> Self {
        let connection = rusqlite::Connection::open_in_memory().expect("an SQLite");
        let columns: Vec<String> = FIELDS
            .iter()
            .map(|(name, of, column)| {
                let of = match (*name, *of) {
                    ("id", _) => "INTEGER PRIMARY KEY",
                    // Both compare otherwise than by bytes, or by numbers, if nothing is said.
                    ("b", _) => "TEXT COLLATE NOCASE",
                    ("c", _) => "COLLATE RTRIM",
                    ("e", _) => "NUMERIC",
                    ("j", _) => "INTEGER",
                    _ => "",
                };
                format!("{} {of}", quoted(column))
            })
            .collect();
        connection.execute(&format!("CREATE TABLE things ({})", columns.join(", ")), []).expect("a table");
        let places = vec!["?"; FIELDS.len()].join(", ");
        let insert = format!("INSERT INTO things VALUES ({places})");
        let mut insert = connection.prepare(&insert).expect("a statement");
        for row in rows {
            let values = row.iter().map(|cell| -> rusqlite::types::Value {
                match cell {
                    Cell::Null { .. } => rusqlite::types::Null.into(),
                    Cell::Text(text) => text.clone().into(),
                    Cell::Int(number) | Cell::Time(number, _) => (*number).into(),
                    Cell::Double(number) => (*number).into(),
                    Cell::Bool(value) => i64::from(*value).into(),
                }
            });
            insert.execute(rusqlite::params_from_iter(values)).expect("a row");
        }
        drop(insert);
        Self(connection)
    }

    /// The rows as they were stored: a column with a type makes of what it is given what it can.
    pub fn rows(&self) -> Vec<Row> {
        let mut select = self.0.prepare("SELECT * FROM things ORDER BY id").expect("a statement");
        let row = |row: &rusqlite::Row<'_>| {
            let id: i64 = row.get(0).expect("an id");
            let cell = |index| match row.get_ref(index).expect("a column") {
                // Whether a record says null, or nothing, is all the same.
                ValueRef::Null => Cell::Null { named: (id + index as i64) % 2 == 0 },
                ValueRef::Integer(number) => Cell::Int(number),
                ValueRef::Real(number) => Cell::Double(number),
                ValueRef::Text(text) => Cell::Text(str::from_utf8(text).expect("UTF-8").to_owned()),
                ValueRef::Blob(_) => panic!("there are none"),
            };
            Ok((0..FIELDS.len()).map(cell).collect())
        };
        select.query_map([], row).expect("rows").map(|row| row.expect("a row")).collect()
    }
}

impl Database for Sqlite {
    const DIALECT: Dialect = Dialect::Sqlite;

    fn stored(of: &str) -> Option<&'static str> {
        (of == "timestamp").then_some("unix_us")
    }

    fn select(&mut self, filter: &Filter) -> Result<Vec<i64>, String> {
        let (sql, Values(values)) = query(filter, Self::DIALECT).build(SqliteQueryBuilder);
        let told = |error: rusqlite::Error| format!("{error}: {sql}");
        let values = values.into_iter().map(|value| -> rusqlite::types::Value {
            match value {
                Value::String(Some(text)) => text.into(),
                Value::BigInt(Some(number)) => number.into(),
                Value::Double(Some(number)) => number.into(),
                other => panic!("a parameter that SQLite gets otherwise: {other:?}"),
            }
        });
        let mut statement = self.0.prepare(&sql).map_err(told)?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0)).map_err(told)?;
        rows.collect::<Result<_, _>>().map_err(told)
    }
}

/// The PostgreSQL that `PORTCULLIS_POSTGRES` names, in words of libpq.
pub struct Postgres(Client);

impl Postgres {
    pub fn new(rows: &[Row]) -> Self {
        let named = env::var("PORTCULLIS_POSTGRES").expect(
            "PORTCULLIS_POSTGRES names no PostgreSQL, and without one this is not proved: `cargo xtask test` \
             starts one, and `host=/run/postgresql user=postgres` is how it is named",
        );
        let mut client = Client::connect(&named, NoTls).expect("the PostgreSQL of PORTCULLIS_POSTGRES");
        let columns: Vec<String> = FIELDS
            .iter()
            .map(|(name, of, column)| {
                let of = match (*name, *of) {
                    // Equal to this collation are texts that are not; the others have an order of words.
                    ("b", _) => "text COLLATE nobody_minds_case",
                    ("c", _) => "varchar(60) COLLATE \"en-x-icu\"",
                    (_, "string") => "text COLLATE \"en-x-icu\"",
                    ("j", _) => "bigint",
                    (_, "int") => "bigint",
                    ("e", _) => "numeric",
                    (_, "double") => "double precision",
                    (_, "bool") => "boolean",
                    _ => "timestamptz",
                };
                format!("{} {of}", quoted(column))
            })
            .collect();
        let create = format!(
            "SET TIME ZONE 'America/New_York'; \
             CREATE COLLATION IF NOT EXISTS pg_temp.nobody_minds_case \
             (provider = icu, locale = 'und-u-ks-level2', deterministic = false); \
             CREATE TEMPORARY TABLE things ({})",
            columns.join(", ").replace("nobody_minds_case", "pg_temp.nobody_minds_case"),
        );
        client.batch_execute(&create).expect("a table");
        for row in rows {
            let mut places = Vec::new();
            let mut values: Vec<Option<String>> = Vec::new();
            for ((name, of, _), cell) in FIELDS.iter().zip(row) {
                let kind = match (*name, *of) {
                    (_, "string") => "text",
                    (_, "int") => "bigint",
                    // By way of a double it would lose digits.
                    ("e", _) => "numeric",
                    (_, "double") => "double precision",
                    (_, "bool") => "boolean",
                    _ => "timestamptz",
                };
                values.push(match cell {
                    Cell::Null { .. } => None,
                    Cell::Text(text) => Some(text.clone()),
                    Cell::Int(number) => Some(number.to_string()),
                    Cell::Double(number) => Some(format!("{number:?}")),
                    Cell::Bool(value) => Some(value.to_string()),
                    Cell::Time(_, words) => Some((*words).to_owned()),
                });
                places.push(format!("CAST(CAST(${} AS text) AS {kind})", values.len()));
            }
            let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            let insert = format!("INSERT INTO things VALUES ({})", places.join(", "));
            client.execute(&insert, &parameters).expect("a row");
        }
        Self(client)
    }
}

impl Database for Postgres {
    const DIALECT: Dialect = Dialect::Postgres;

    fn stored(_: &str) -> Option<&'static str> {
        None
    }

    fn select(&mut self, filter: &Filter) -> Result<Vec<i64>, String> {
        let (sql, Values(values)) = query(filter, Self::DIALECT).build(PostgresQueryBuilder);
        let parameters: Vec<&(dyn ToSql + Sync)> = values
            .iter()
            .map(|value| -> &(dyn ToSql + Sync) {
                match value {
                    Value::String(text) => text,
                    Value::BigInt(number) => number,
                    Value::Double(number) => number,
                    Value::Bool(value) => value,
                    other => panic!("a parameter that PostgreSQL gets otherwise: {other:?}"),
                }
            })
            .collect();
        let rows = self.0.query(&sql, &parameters).map_err(|error| format!("{error:?}: {sql}"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
