use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use portcullis_condition::{Condition, Declarations, Fact, Facts, Path, Record, Residual, Type};
use portcullis_wire::{
    call::{Column, RowTest, Rows, TaggedValue},
    policy::{FieldType, Storage},
};

use crate::{Field, Rule, Untold, rows};

/// Nothing is known of a row, and nothing is there of the user.
struct Unknown;

impl<'f> Facts<'f> for Unknown {
    fn fact(&self, _: usize, path: &Path) -> Fact<'f> {
        if path.variable() == "resource" { Fact::Unknown } else { Fact::Missing { found: 1 } }
    }
}

fn field(name: &str) -> Option<Field<'static>> {
    let (field_type, stored) = match name {
        "a" | "b" => (FieldType::String, Storage::Text),
        "n" => (FieldType::Int, Storage::Integer),
        "d" => (FieldType::Double, Storage::Double),
        "on" => (FieldType::Bool, Storage::Boolean),
        "at" => (FieldType::Timestamp, Storage::UnixS),
        "bare" => return Some(Field { field_type: FieldType::String, column: None }),
        _ => return None,
    };
    Some(Field { field_type, column: Some(Column { name: name.to_owned().into(), stored }) })
}

fn left(source: &str) -> Residual {
    let resource = Record::new("resource")
        .field("a", Type::String)
        .field("b", Type::String)
        .field("bare", Type::String)
        .field("n", Type::Int)
        .field("d", Type::Double)
        .field("on", Type::Bool)
        .field("at", Type::Timestamp);
    let user = Record::new("user").field("id", Type::String);
    let declarations =
        Declarations::new().variable("resource", Type::record(resource)).variable("user", Type::record(user));
    let condition = Condition::compile_bool(source, &declarations).expect(source);
    condition.residual_exact(&Unknown).expect(source)
}

/// A rule that begins with `-` finds nothing.
fn told(rules: &[&str], matched: Option<bool>, else_finds: bool) -> Result<String, Untold> {
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| Rule { left: Some(left(rule.trim_start_matches('-'))), finds: !rule.starts_with('-') })
        .collect();
    Ok(match rows(&rules, matched, else_finds, &field)? {
        Rows::Always => "always".into(),
        Rows::Never => "never".into(),
        Rows::Where(test) => written(&test),
    })
}

fn one(rule: &str) -> String {
    told(&[rule], None, false).expect(rule)
}

fn written(test: &RowTest<'_>) -> String {
    let several = |tests: &[RowTest<'_>], between: &str| {
        let tests: Vec<_> = tests.iter().map(written).collect();
        format!("({})", tests.join(between))
    };
    match test {
        RowTest::All(tests) => several(tests, " & "),
        RowTest::Any(tests) => several(tests, " | "),
        RowTest::There(column) => format!("{}?", column.name),
        RowTest::Missing(column) => format!("no {}", column.name),
        RowTest::Compare { column, is, to } => format!("{} {is:?} {}", column.name, value(to)),
        RowTest::CompareColumns { column, is, to } => format!("{} {is:?} .{}", column.name, to.name),
    }
}

fn value(value: &TaggedValue<'_>) -> String {
    match value {
        TaggedValue::Bool(value) => format!("{value}"),
        TaggedValue::Int(text) | TaggedValue::Double(text) | TaggedValue::String(text) => {
            text.clone().into_owned()
        }
        TaggedValue::List(elements) => format!("{:?}", elements.iter().map(self::value).collect::<Vec<_>>()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn not_turns_the_question_round_and_stays_away_from_what_is_missing() {
    for (rule, expected) in [
        ("resource.a == 'x'", "a Eq x"),
        ("!(resource.a == 'x')", "a Ne x"),
        ("'x' < resource.a", "a Gt x"),
        ("!(resource.a in ['x', 'y'])", r#"a NotIn ["x", "y"]"#),
        ("!(resource.a.startsWith(resource.b))", "a NotStartsWith .b"),
        ("!resource.on", "on Ne true"),
        ("has(resource.a)", "a?"),
        ("!has(resource.a)", "no a"),
        ("!(resource.on && has(resource.a))", "(on Ne true | no a)"),
        ("!(resource.on || has(resource.a))", "(on Ne true & no a)"),
        ("resource.on ? has(resource.a) : resource.n > 1", "((on Eq true & a?) | (on Ne true & n Gt 1))"),
        ("resource.on == has(resource.a)", "((on Eq true & a?) | (on Ne true & no a))"),
        ("resource.on != has(resource.a)", "((on Eq true & no a) | (on Ne true & a?))"),
    ] {
        assert_eq!(one(rule), expected, "{rule}");
    }
}

#[test]
fn a_part_that_fails_is_neither_true_nor_false() {
    for (rule, expected) in [
        ("resource.on || user.id == 'x'", "on Eq true"),
        ("!(resource.on && user.id == 'x')", "on Ne true"),
        // Whatever the other is, one that fails is enough.
        ("resource.on && user.id == 'x'", "never"),
        ("!(resource.on || user.id == 'x')", "never"),
        ("resource.on == (resource.n > 1 || user.id == 'x')", "(on Eq true & n Gt 1)"),
    ] {
        assert_eq!(one(rule), expected, "{rule}");
    }
}

#[test]
fn a_value_that_a_column_cannot_hold_decides_without_it() {
    for (rule, expected) in [
        // After the second that is there, and before the next: the column holds whole ones.
        ("resource.at < timestamp('1970-01-01T00:00:05.5Z')", "at Le 5"),
        ("resource.at >= timestamp('1970-01-01T00:00:05.5Z')", "at Gt 5"),
        ("resource.at == timestamp('1970-01-01T00:00:05.5Z')", "never"),
        ("resource.at != timestamp('1970-01-01T00:00:05.5Z')", "at?"),
        ("dyn(resource.n) > 0.5", "n Gt 0"),
        ("dyn(resource.n) <= -0.5", "n Le -1"),
        ("dyn(resource.n) == 2.0", "n Eq 2"),
        ("dyn(resource.n) < 18446744073709551615u", "n?"),
        ("resource.d < 1.0 / 0.0", "d?"),
        ("resource.d >= 0.0 / 0.0", "never"),
        ("!(resource.d >= 0.0 / 0.0)", "d?"),
        ("dyn(resource.a) == 5", "never"),
        ("dyn(resource.a) != 5", "a?"),
        // Not false either: there is no such order.
        ("!(dyn(resource.a) < 5)", "never"),
        ("dyn(resource.a) in [5, 'x', true]", r#"a In ["x"]"#),
        ("dyn(resource.a) in [5]", "never"),
        ("!(dyn(resource.a) in [5])", "a?"),
    ] {
        assert_eq!(one(rule), expected, "{rule}");
    }
}

#[test]
fn a_row_on_which_any_rule_fails_is_not_found() {
    let a = "resource.a == 'x'";
    let n = "-resource.n > 1";
    for (rules, matched, else_finds, expected) in [
        (&[a][..], None, false, "a Eq x"),
        (&[a], None, true, "(a Eq x | a Ne x)"),
        (&[a], Some(true), false, "a?"),
        (&[a], Some(false), true, "a Eq x"),
        (&[a, n], None, false, "(a Eq x & a? & n?)"),
        (&[a, n], None, true, "((a Eq x | (a Ne x & n Le 1)) & a? & n?)"),
        (&[n], None, true, "n Le 1"),
        (&[n], None, false, "never"),
        (&[n], Some(false), true, "never"),
        (&[], None, true, "always"),
        (&[], None, false, "never"),
        (&[], Some(true), false, "always"),
        // What is known of every row.
        (&["true", n], None, false, "n?"),
        (&["-true", a], None, true, "a Eq x"),
        (&["false", a], None, true, "(a Eq x | a Ne x)"),
        (&["user.id == 'x'", "true"], None, true, "never"),
    ] {
        assert_eq!(
            told(rules, matched, else_finds).expect("told"),
            expected,
            "{rules:?} {matched:?} {else_finds}"
        );
    }
}

#[test]
fn what_cannot_be_told_is_refused_where_it_stands() {
    let ok = "resource.on";
    for (rule, at, what) in [
        ("resource.bare == 'x'", 9, "a field that has no column"),
        ("resource.a.size() == 1", 11, "size"),
        ("resource.n + 1 == 2", 11, "+"),
        ("dyn(resource.n) < 1e300", 16, "numbers of different types"),
        ("[resource.a].exists(x, x == 'x')", 13, "exists"),
    ] {
        assert_eq!(told(&[ok, rule], None, false), Err(Untold { rule: 1, at, what }), "{rule}");
    }
}

#[test]
fn what_is_said_is_bounded() {
    // Each question asks both branches and the condition twice.
    let deep = (0..24).fold(String::from("resource.on"), |condition, _| {
        format!("({condition} ? resource.on : resource.n > 1)")
    });
    let refused = told(&[&deep], None, false).expect_err("too much");
    assert_eq!(refused.what, "too much to say");
}
