//! The table: what a row may hold, and the record that is made of it.

use serde_json::{Map, Value, json};

use crate::chance::Chance;

/// How many rows it has.
pub const ROWS: usize = 250;

/// The fields, their types, and the columns that hold them. Names of columns are hostile too.
pub const FIELDS: [(&str, &str, &str); 12] = [
    ("id", "int", "id"),
    ("a", "string", "a"),
    ("b", "string", "select"),
    ("c", "string", "c\"; drop table \"things\"; --"),
    ("i", "int", "i"),
    ("j", "int", "j?"),
    ("d", "double", "d $1"),
    ("e", "double", "e"),
    ("f", "bool", "f"),
    ("g", "bool", "g'"),
    ("t", "timestamp", "t"),
    ("u", "timestamp", "u"),
];

/// What a column of a row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing. Whether the record says null or does not name the field.
    Null {
        named: bool,
    },
    Text(String),
    Int(i64),
    Double(f64),
    Bool(bool),
    /// Microseconds since 1970, and the same in words.
    Time(i64, &'static str),
}

pub type Row = Vec<Cell>;

pub const TEXTS: [&str; 40] = [
    "",
    "a",
    "A",
    "b",
    "B",
    "ab",
    "aB",
    "a ",
    " a",
    "a\t",
    "é",
    "e\u{301}",
    "É",
    "ß",
    "ss",
    "SS",
    "ſ",
    "中",
    "😀",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{feff}a",
    "%",
    "_",
    "a%",
    "a_",
    "\\",
    "\\%",
    "'",
    "''",
    "\"",
    "a'b",
    "'; drop table things; --",
    "$1",
    "?",
    "{}",
    "null",
    "1",
    "1.0",
    "-",
];

/// Text that PostgreSQL has no place for, and others have.
pub const NULS: [&str; 4] = ["\0", "a\0", "a\0b", "\0a"];

pub const INTS: [i64; 10] = [
    0,
    1,
    -1,
    2,
    42,
    i64::MIN,
    i64::MAX,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    -9_007_199_254_740_993,
];

pub const DOUBLES: [f64; 13] =
    [0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 42.0, 1e16, 9_007_199_254_740_992.0, 5e-324, f64::MAX, f64::MIN, -2.5];

pub const TIMES: [(i64, &str); 9] = [
    (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    (0, "1970-01-01T00:00:00Z"),
    (-1, "1969-12-31T23:59:59.999999Z"),
    (1, "1970-01-01T01:00:00.000001+01:00"),
    (1_700_000_000_000_000, "2023-11-14T22:13:20Z"),
    (1_700_000_000_000_001, "2023-11-14T22:13:20.000001Z"),
    (1_700_000_000_250_000, "2023-11-14T22:13:20.25Z"),
    (1_699_996_400_000_000, "2023-11-14T21:13:20Z"),
];

/// What the columns of a database may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What their types say, and no text with [`NULS`].
    Typed,
    /// What their types say.
    AnyText,
    /// What their types do not say, too.
    Anything,
}

/// A table.
pub fn rows(chance: &mut Chance, holds: Holds) -> Vec<Row> {
    (0..ROWS).map(|id| row(chance, i64::try_from(id).expect("small"), holds)).collect()
}

fn row(chance: &mut Chance, id: i64, holds: Holds) -> Row {
    FIELDS
        .iter()
        .map(|(name, of, _)| match *name {
            "id" => Cell::Int(id),
            _ if chance.one_in(5) => Cell::Null { named: chance.one_in(2) },
            _ if holds == Holds::Anything && chance.one_in(12) => {
                let of = *chance.of(&["string", "int", "double"]);
                cell(chance, of, holds)
            }
            _ => cell(chance, of, holds),
        })
        .collect()
}

fn cell(chance: &mut Chance, of: &str, holds: Holds) -> Cell {
    match of {
        "string" if holds != Holds::Typed && chance.one_in(8) => Cell::Text((*chance.of(&NULS)).to_owned()),
        // Few texts, so that some are equal.
        "string" if chance.one_in(3) => Cell::Text((*chance.of(&TEXTS[..8])).to_owned()),
        "string" => Cell::Text((*chance.of(&TEXTS)).to_owned()),
        "int" => Cell::Int(*chance.of(&INTS)),
        "double" => Cell::Double(*chance.of(&DOUBLES)),
        "bool" => Cell::Bool(chance.one_in(2)),
        _ => {
            let (micros, words) = *chance.of(&TIMES);
            Cell::Time(micros, words)
        }
    }
}

/// The records of a table, one a line.
pub fn records(rows: &[Row]) -> String {
    let mut lines = String::new();
    for row in rows {
        let mut record = Map::new();
        for ((name, of, _), cell) in FIELDS.iter().zip(row) {
            let value = match cell {
                Cell::Null { named: false } => continue,
                // A number without a fraction is an integer to JSON, and is none to SQLite.
                Cell::Double(_) if *of != "double" => continue,
                Cell::Null { named: true } => Value::Null,
                Cell::Text(text) => json!(text),
                // Where SQLite has a column of points in time or of truths, it has integers.
                Cell::Int(0 | 1) if *of == "bool" => json!(*cell == Cell::Int(1)),
                Cell::Int(micros) if *of == "timestamp" => match words(*micros) {
                    Some(words) => json!(words),
                    None => json!(micros),
                },
                Cell::Int(number) => json!(number),
                Cell::Double(number) => json!(number),
                Cell::Bool(value) => json!(value),
                Cell::Time(_, words) => json!(words),
            };
            record.insert((*name).to_owned(), value);
        }
        lines += &Value::Object(record).to_string();
        lines.push('\n');
    }
    lines
}

/// The points in time that are in a table, from microseconds: those of [`TIMES`], and what [`INTS`] are.
fn words(micros: i64) -> Option<String> {
    if let Some((_, words)) = TIMES.iter().find(|(time, _)| *time == micros) {
        return Some((*words).to_owned());
    }
    Some(match micros {
        0..1_000_000 => format!("1970-01-01T00:00:00.{micros:06}Z"),
        9_007_199_254_740_992 => "2255-06-05T23:47:34.740992Z".to_owned(),
        9_007_199_254_740_993 => "2255-06-05T23:47:34.740993Z".to_owned(),
        -9_007_199_254_740_993 => "1684-07-28T00:12:25.259007Z".to_owned(),
        _ => return None,
    })
}
