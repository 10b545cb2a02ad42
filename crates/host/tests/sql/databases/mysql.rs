//! MySQL, or MariaDB, which differ from the others in what is equal: text by its collation, and without the
//! spaces that it ends with.

use std::env;

use ::mysql::{Conn, Opts, Params, Row as Found, Value as Parameter, prelude::Queryable};
use portcullis::sql::{Dialect, Filter};
use sea_query::{MysqlQueryBuilder, Value, Values};

use super::{Database, query};
use crate::table::{Cell, FIELDS, Row};

/// The server that `PORTCULLIS_MYSQL` names by a URL.
pub struct MySql(Conn, Vec<Row>);

impl MySql {
    pub fn new(rows: &[Row]) -> Self {
        let named = env::var("PORTCULLIS_MYSQL").expect(
            "PORTCULLIS_MYSQL names no MySQL or MariaDB, and without one this is not proved: `cargo xtask test` \
             starts one, and `mysql://root@localhost/test?socket=%2Frun%2Fmysqld%2Fmysqld.sock` is how it is named",
        );
        let options = Opts::from_url(&named).expect("a URL in PORTCULLIS_MYSQL");
        let mut connection = Conn::new(options).expect("the server of PORTCULLIS_MYSQL");
        let columns: Vec<String> = FIELDS
            .iter()
            .map(|(name, of, column)| {
                let of = match (*name, *of) {
                    // Equal are texts that are not: the first two by letters, and all but for spaces at their end.
                    ("a", _) => "varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
                    ("b", _) => "text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
                    (_, "string") => "varchar(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                    (_, "int") => "bigint",
                    // It has no room for the largest and the smallest.
                    ("e", _) => "decimal(60, 20)",
                    (_, "double") => "double",
                    (_, "bool") => "boolean",
                    _ => "datetime(6)",
                };
                format!("`{column}` {of} NULL")
            })
            .collect();
        let settings = "SET sql_mode = 'NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH', time_zone = '+09:30', \
                        collation_connection = utf8mb4_unicode_ci";
        connection.query_drop(settings).expect("settings");
        let create = format!("CREATE TEMPORARY TABLE things ({})", columns.join(", "));
        connection.query_drop(create).expect("a table");
        for row in rows {
            let mut places = Vec::new();
            let mut values = Vec::new();
            for cell in row {
                let (place, value) = match cell {
                    Cell::Null { .. } => ("?", Parameter::NULL),
                    Cell::Text(text) => ("?", text.into()),
                    Cell::Int(number) => ("?", number.into()),
                    Cell::Double(number) => ("?", number.into()),
                    Cell::Bool(value) => ("?", value.into()),
                    Cell::Time(micros, _) => {
                        ("CAST('1970-01-01' AS DATETIME(6)) + INTERVAL ? MICROSECOND", micros.into())
                    }
                };
                places.push(place);
                values.push(value);
            }
            let insert = format!("INSERT INTO things VALUES ({})", places.join(", "));
            connection.exec_drop(insert, Params::Positional(values)).expect("a row");
        }
        let stored = stored(&mut connection, rows);
        Self(connection, stored)
    }

    /// The rows as they were stored.
    pub fn rows(&self) -> Vec<Row> {
        self.1.clone()
    }
}

/// What became of the rows: decimals are what they can be.
fn stored(connection: &mut Conn, rows: &[Row]) -> Vec<Row> {
    let decimals = "SELECT CAST(e AS DOUBLE) FROM things ORDER BY id";
    let decimals: Vec<Option<f64>> = connection.exec(decimals, ()).expect("decimals");
    let place = FIELDS.iter().position(|(name, ..)| *name == "e").expect("a field");
    let stored = |(row, decimal): (&Row, Option<f64>)| {
        let mut row = row.clone();
        if let Some(number) = decimal {
            row[place] = Cell::Double(number);
        }
        row
    };
    assert_eq!(rows.len(), decimals.len());
    rows.iter().zip(decimals).map(stored).collect()
}

impl Database for MySql {
    const DIALECT: Dialect = Dialect::MySql;

    fn stored(_: &str) -> Option<&'static str> {
        None
    }

    fn select(&mut self, filter: &Filter) -> Result<Vec<i64>, String> {
        let (sql, Values(values)) = query(filter, Self::DIALECT).build(MysqlQueryBuilder);
        let values = values.into_iter().map(|value| match value {
            Value::String(Some(text)) => text.into(),
            Value::BigInt(Some(number)) => number.into(),
            Value::Double(Some(number)) => number.into(),
            other => panic!("a parameter that MySQL gets otherwise: {other:?}"),
        });
        let found = self.0.exec(&sql, Params::Positional(values.collect()));
        let rows: Vec<Found> = found.map_err(|error| format!("{error}: {sql}"))?;
        Ok(rows.iter().map(|row| row.get(0).expect("an id")).collect())
    }
}
