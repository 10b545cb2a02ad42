//! What is written for each database, what is refused, and what is denied.

use portcullis::{
    Credential, Session,
    sql::{Dialect, Filter},
    wire::{Request, call::Rows},
};
use sea_query::{MysqlQueryBuilder, PostgresQueryBuilder, Query, SqliteQueryBuilder, Value};
use serde_json::{Map, json};

use crate::proof::{NOW, search, session};

/// A session with one type that has one rule.
fn ruled(when: &str) -> Session {
    let fields = json!({
        "id": { "type": "int", "column": "id" },
        "owner": { "type": "string", "column": "owner\" or 1 = 1; --" },
        "name": { "type": "string", "column": "name" },
        "total": { "type": "double", "column": "total" },
        "open": { "type": "bool", "column": "open" },
        "made": { "type": "timestamp", "column": "made" },
        "seen": { "type": "timestamp", "column": "seen", "stored": "unix_ms" },
        "kept": "string",
        "tags": "strings",
        "parent": "object",
    });
    let rule = json!({ "name": "r", "when": when, "grant": { "find": true, "view": ["id"] } });
    session(Map::from_iter([("thing".to_owned(), json!({ "fields": fields, "rules": [rule] }))]))
}

fn filter(when: &str) -> Filter {
    let search = search("thing", &json!({ "s": "a'\"\\\0", "many": ["x", "\0"] }));
    let request: Request<'_> = serde_json::from_str(&search).expect("a request");
    let found = ruled(when).find_filter(&Credential::Token(None), &request, NOW).expect(when);
    assert!(found.decision.allowed());
    found.filter.expect("allowed")
}

/// The `WHERE` of a query, and its parameters.
fn written(filter: &Filter, dialect: Dialect) -> (String, Vec<Value>) {
    let condition = filter.to_condition_of("t", dialect).expect("words");
    let query = Query::select().column("id").from("t").cond_where(condition).to_owned();
    let (sql, values) = match dialect {
        Dialect::Postgres => query.build(PostgresQueryBuilder),
        Dialect::Sqlite => query.build(SqliteQueryBuilder),
        _ => query.build(MysqlQueryBuilder),
    };
    let (_, condition) = sql.split_once(" WHERE ").expect("a condition");
    (condition.to_owned(), values.0)
}

const ALL: [Dialect; 3] = [Dialect::Postgres, Dialect::Sqlite, Dialect::MySql];

#[test]
fn every_value_is_a_parameter_and_every_name_the_policys() {
    let filter = filter("resource.owner == user.s");
    let text = Value::from("a'\"\\\0");
    let [postgres, sqlite, mysql] = ALL.map(|dialect| written(&filter, dialect));
    // No text of PostgreSQL's is this one.
    assert_eq!(postgres, ("(\"t\".\"owner\"\" or 1 = 1; --\" IS NOT NULL) AND (1 = 0)".to_owned(), vec![]));
    assert_eq!(
        sqlite.0,
        "(typeof(\"t\".\"owner\"\" or 1 = 1; --\") = 'text') AND (\"t\".\"owner\"\" or 1 = 1; --\" COLLATE BINARY = ?)"
    );
    assert_eq!(sqlite.1.as_slice(), std::slice::from_ref(&text));
    assert_eq!(
        mysql.0,
        "(`t`.`owner\" or 1 = 1; --` IS NOT NULL) AND ((`t`.`owner\" or 1 = 1; --` = ? AND \
         CAST(CONVERT(`t`.`owner\" or 1 = 1; --` USING utf8mb4) AS BINARY) = \
         CAST(CONVERT(? USING utf8mb4) AS BINARY)))"
    );
    assert_eq!(mysql.1, [text.clone(), text]);
}

#[test]
fn text_is_compared_byte_by_byte_and_by_an_index_where_there_is_one() {
    let (sql, values) = written(&filter("resource.name in ['a', 'b']"), Dialect::Postgres);
    assert_eq!(
        sql,
        "(\"t\".\"name\" IS NOT NULL) AND ((\"t\".\"name\" IN (CAST($1 AS text), CAST($2 AS text)) AND \
         CAST(\"t\".\"name\" AS text) COLLATE \"C\" IN (CAST($3 AS text), CAST($4 AS text))))"
    );
    assert_eq!(values, ["a", "b", "a", "b"].map(Value::from));
    let (sql, _) = written(&filter("resource.name > 'a'"), Dialect::MySql);
    assert!(sql.ends_with("CAST(CONVERT(? USING utf8mb4) AS BINARY))") && sql.contains(" > CAST("), "{sql}");
}

#[test]
fn what_needs_no_row_is_told_without_one() {
    assert_eq!(*filter("has(user.s)").rows(), Rows::Always);
    assert_eq!(*filter("resource.name == user.missing_s").rows(), Rows::Never);
    assert_eq!(*filter("1 / 0 == 1 || resource.open && false").rows(), Rows::Never);
    for dialect in ALL {
        assert_eq!(written(&filter("has(user.s)"), dialect).0, "1 = 1");
        assert_eq!(written(&filter("user.s == ''"), dialect).0, "1 = 0");
    }
}

#[test]
fn what_cannot_be_told_of_a_row_is_refused_with_its_place() {
    for (when, at, what) in [
        ("resource.name.matches('a.c')", 14, "matches"),
        ("has(user.s) && resource.name.size() == 3", 29, "size"),
        ("resource.name + 'a' == 'ba'", 14, "+"),
        ("resource.total * 2.0 > 5.0", 15, "*"),
        ("resource.kept == 'a'", 9, "a field that has no column"),
        ("has(resource.kept)", 13, "a field that has no column"),
        ("user.s in resource.tags", 19, "a field that has no column"),
        ("resource.tags.exists(tag, tag == 'a')", 14, "exists"),
        ("resource.parent.name == 'a'", 16, "a field below a field"),
        ("user.s.startsWith(resource.name)", 7, "this comparison"),
        ("resource.made < resource.seen", 14, "fields of different kinds"),
        ("dyn(resource.id) < 1e300", 17, "numbers of different types"),
        ("(resource.open ? resource.name : 'a') == 'a'", 15, "?:"),
        ("resource.made.getFullYear() == 2024", 14, "getFullYear"),
    ] {
        let search = search("thing", &json!({ "s": "a" }));
        let request: Request<'_> = serde_json::from_str(&search).expect("a request");
        let refused = ruled(when).find_filter(&Credential::Token(None), &request, NOW).expect_err(when);
        assert_eq!(refused.code(), "FILTER_UNTRANSLATABLE", "{when}");
        let portcullis::Error::Refused(error) = refused else { panic!("{refused}") };
        assert_eq!(error.findings[0].path, "/types/thing/rules/0/when");
        assert_eq!(
            error.findings[0].message,
            format!("cannot be told of the rows of a table: {what}, at byte {at}")
        );
    }
}

#[test]
fn a_column_that_a_database_has_no_words_for_is_refused() {
    let filter = filter("resource.made < now && resource.seen < now");
    let refused = filter.to_condition(Dialect::Sqlite).expect_err("SQLite has no points in time");
    assert_eq!((&*refused.column, refused.dialect), ("made", Dialect::Sqlite));
    let (sql, values) = written(&filter, Dialect::MySql);
    assert!(sql.contains("CAST(? AS DATETIME(6))"), "{sql}");
    assert_eq!(values, [Value::from("2023-11-14 22:13:20.25"), Value::from(1_700_000_000_250_i64)]);
}

#[test]
fn a_search_that_is_denied_has_no_filter() {
    let mut session = session(Map::from_iter([("thing".to_owned(), json!({ "fields": { "id": "int" } }))]));
    for user in [json!(null), json!({ "s": "a" })] {
        let search = search("thing", &user);
        let request: Request<'_> = serde_json::from_str(&search).expect("a request");
        let found = session.find_filter(&Credential::Token(None), &request, NOW).expect("a decision");
        assert!(!found.decision.allowed() && found.filter.is_none());
    }
}

#[test]
fn nothing_stays_open_in_the_module() {
    let search = search("thing", &json!({ "s": "a" }));
    let request: Request<'_> = serde_json::from_str(&search).expect("a request");
    // The module keeps 256 filters.
    let mut told = ruled("resource.name == user.s");
    let mut untold = ruled("resource.name.size() == 1");
    for _ in 0..300 {
        told.find_filter(&Credential::Token(None), &request, NOW).expect("a filter");
        let refused = untold.find_filter(&Credential::Token(None), &request, NOW).expect_err("no filter");
        assert_eq!(refused.code(), "FILTER_UNTRANSLATABLE");
    }
}
