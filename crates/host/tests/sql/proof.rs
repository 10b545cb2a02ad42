//! The proof: what the module shows of the records is what the database selects of the rows.

use std::{fs, path::Path, sync::LazyLock, time::Instant};

use portcullis::{
    Credential, Engine, Limits, PolicySource, Session,
    sql::Filter,
    wire::{Request, call::Rows},
};
use serde_json::{Map, Value, json};

use crate::{
    chance::Chance,
    databases::{Database, MySql, Postgres, Sqlite},
    rules,
    table::{self, FIELDS, Holds, Row},
};

pub const NOW: f64 = 1_700_000_000.25;

/// How many types with rules are tried in each database, and how many of them one policy has.
const TYPES: usize = 600;
const TOGETHER: usize = 50;

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis.wasm");
    let wasm =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()));
    Engine::from_wasm(&wasm, None, Limits::default()).expect("the shipped module")
});

/// The fields of the table, with their columns in one database.
pub fn fields<D: Database>() -> Value {
    let fields = FIELDS.iter().map(|(name, of, column)| {
        let mut field = json!({ "type": of, "column": column });
        if let Some(stored) = D::stored(of) {
            field["stored"] = json!(stored);
        }
        ((*name).to_owned(), field)
    });
    Value::Object(fields.collect())
}

pub fn session(types: Map<String, Value>) -> Session {
    let document = json!({ "portcullis": 1, "declarations": rules::declarations(), "types": types });
    let source = PolicySource::from_json(document.to_string());
    Session::new(&ENGINE, &source, None).unwrap_or_else(|error| panic!("{error:?}: {document:#}"))
}

/// A search of a type by a caller, as JSON.
pub fn search(of: &str, user: &Value) -> String {
    let data = json!({ "type": of, "action": "search" });
    json!({ "surface": "app", "origin": "internal", "user": user, "now": NOW, "data": data }).to_string()
}

/// The ids that the module shows.
fn shown(session: &mut Session, request: &Request<'_>, records: &str) -> Option<Vec<i64>> {
    let (_, filter) = session.open_filter(None, request).expect("a decision");
    let filter = filter?;
    let lines = session.filter(filter, records.as_bytes()).expect("lines");
    let lines = std::str::from_utf8(lines).expect("text").lines();
    let id =
        |line: &str| serde_json::from_str::<Value>(line).expect("a record")["id"].as_i64().expect("an id");
    let ids = lines.map(id).collect();
    session.close_filter(filter).expect("closed");
    Some(ids)
}

/// What was tried, to be told in the end.
#[derive(Default)]
struct Tried {
    pairs: usize,
    searches: usize,
    found: usize,
    depends: usize,
    /// Searches that find some rows and not others.
    telling: usize,
}

fn prove<D: Database>(database: &mut D, rows: &[Row], chance: &mut Chance) {
    let start = Instant::now();
    let records = table::records(rows);
    let fields = fields::<D>();
    let mut tried = Tried::default();
    for _ in 0..TYPES / TOGETHER {
        let types: Map<String, Value> =
            (0..TOGETHER).map(|index| (format!("t{index}"), rules::section(chance, &fields))).collect();
        let mut session = session(types.clone());
        for (name, section) in &types {
            let user = rules::user(chance);
            let request = search(name, &user);
            let request: Request<'_> = serde_json::from_str(&request).expect("a request");
            let told = || format!("caller {user}\nrules {:#}", section["rules"]);
            let Some(shown) = shown(&mut session, &request, &records) else { continue };
            let found = session.find_filter(&Credential::Token(None), &request, NOW);
            let found = found.unwrap_or_else(|error| panic!("{error}\n{}", told()));
            let filter = found.filter.expect("a search that is allowed");
            let selected = database.select(&filter).unwrap_or_else(|error| panic!("{error}\n{}", told()));
            differ(&shown, &selected, rows, &filter, &told);
            tried.pairs += rows.len();
            tried.searches += 1;
            tried.found += shown.len();
            tried.depends += usize::from(matches!(filter.rows(), Rows::Where(_)));
            tried.telling += usize::from(!shown.is_empty() && shown.len() < rows.len());
        }
    }
    println!(
        "{:?}: {} pairs of rules and rows, {} found; {} searches, {} depend on the row, {} find some; {:?}",
        D::DIALECT,
        tried.pairs,
        tried.found,
        tried.searches,
        tried.depends,
        tried.telling,
        start.elapsed(),
    );
    assert!(tried.pairs >= 10_000 && tried.telling * 4 >= tried.searches, "this proves little");
}

fn differ(shown: &[i64], selected: &[i64], rows: &[Row], filter: &Filter, told: &dyn Fn() -> String) {
    if shown == selected {
        return;
    }
    let odd = |one: &[i64], other: &[i64]| one.iter().find(|id| !other.contains(id)).copied();
    let (more, less) = (odd(selected, shown), odd(shown, selected));
    let row = more.or(less).and_then(|id| rows.get(usize::try_from(id).ok()?));
    panic!(
        "the database finds row {more:?}, the module {less:?}\n{row:?}\n{}\n{}",
        told(),
        serde_json::to_string_pretty(filter.rows()).expect("JSON"),
    );
}

#[test]
fn sqlite_selects_the_rows_that_the_module_shows() {
    let mut chance = Chance::new(Chance::seed());
    let mut sqlite = Sqlite::new(&table::rows(&mut chance, Holds::Anything));
    let rows = sqlite.rows();
    prove(&mut sqlite, &rows, &mut chance);
}

#[test]
fn postgres_selects_the_rows_that_the_module_shows() {
    let mut chance = Chance::new(Chance::seed());
    let rows = table::rows(&mut chance, Holds::Typed);
    prove(&mut Postgres::new(&rows), &rows, &mut chance);
}

#[test]
fn mysql_selects_the_rows_that_the_module_shows() {
    let mut chance = Chance::new(Chance::seed());
    let mut mysql = MySql::new(&table::rows(&mut chance, Holds::AnyText));
    let rows = mysql.rows();
    prove(&mut mysql, &rows, &mut chance);
}
