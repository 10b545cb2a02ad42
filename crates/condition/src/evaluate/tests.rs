use alloc::{format, string::String, vec, vec::Vec};

use crate::{Condition, Declarations, Error, ErrorKind, Fact, Facts, Path, Record, Type, Value};

/// A user, whose manager is missing, and something that is not known.
pub(crate) struct World;

impl World {
    pub(crate) fn declarations() -> Declarations {
        let manager = Record::new("manager").field("name", Type::String).field("age", Type::Int);
        let user = Record::new("user")
            .field("id", Type::String)
            .field("age", Type::Int)
            .field("nick", Type::String.nullable())
            .field("roles", Type::list(Type::String))
            .field("meta", Type::map(Type::String, Type::Dyn))
            .field("manager", Type::record(manager));
        Declarations::new()
            .variable("user", Type::record(user))
            .variable("hidden", Type::Dyn)
            .variable("a.b", Type::Int)
    }
}

impl<'a> Facts<'a> for World {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        let value = match &*format!("{path}") {
            "user.id" => Value::string("u1"),
            "user.age" => Value::Int(41),
            "user.nick" => Value::Null,
            "user.roles" => Value::list(vec![Value::string("admin"), Value::string("editor")]),
            "user.meta" => Value::map(vec![(Value::string("x-id"), Value::Uint(7))]),
            "user.meta.`x-id`" => Value::Uint(7),
            "a.b" => Value::Int(3),
            "hidden" => return Fact::Unknown,
            path if path.starts_with("user.manager.") => return Fact::Missing { found: 1 },
            _ => return Fact::Missing { found: path.fields().len() },
        };
        Fact::Value(value)
    }
}

fn value(source: &str) -> Result<String, Error> {
    let condition = Condition::compile(source, &World::declarations())?;
    let value = condition.evaluate(&World)?;
    Ok(format!("{value}"))
}

fn fails(source: &str) -> (ErrorKind, usize) {
    let error = value(source).expect_err(source);
    (error.kind(), error.offset())
}

#[test]
fn facts_are_read_by_their_paths() {
    for (source, expected) in [
        ("user.id", "\"u1\""),
        ("user.meta['x-id']", "7u"),
        ("user.meta.`x-id` + 1u", "8u"),
        ("user.nick == null", "true"),
        ("user.nick == 'u1' || user.age > 40", "true"),
        ("'editor' in user.roles && !('viewer' in user.roles)", "true"),
        ("user.roles.exists(role, role.startsWith('ad'))", "true"),
        ("has(user.meta.absent)", "false"),
        ("has(user.manager)", "false"),
        ("a.b * 2", "6"),
        ("size(user)", ""),
    ] {
        let found = value(source);
        if expected.is_empty() {
            assert_eq!(found.unwrap_err().kind(), ErrorKind::Evaluation, "{source}");
        } else {
            assert_eq!(found.as_deref(), Ok(expected), "{source}");
        }
    }
    let condition =
        Condition::compile("user.meta['x-id'] == 1u && user.id != user.id", &World::declarations());
    let facts: Vec<String> = condition.unwrap().facts().iter().map(|path| format!("{path}")).collect();
    assert_eq!(facts, ["user.meta.`x-id`", "user.id"]);
}

#[test]
fn a_missing_fact_is_an_error_that_an_operand_beside_it_may_absorb() {
    assert_eq!(fails("user.manager.age > 1"), (ErrorKind::Evaluation, 13));
    assert_eq!(fails("has(user.manager.age)"), (ErrorKind::Evaluation, 17));
    assert_eq!(fails("hidden"), (ErrorKind::Evaluation, 0));
    assert_eq!(fails("user.manager.age > 1 || user.age == 1"), (ErrorKind::Evaluation, 13));
    assert_eq!(value("user.manager.age > 1 || user.age == 41").as_deref(), Ok("true"));
    assert_eq!(value("hidden && user.age == 1").as_deref(), Ok("false"));
    assert_eq!(value("user.roles.all(role, role.size() / 0 == 1 && role == 'x')").as_deref(), Ok("false"));
}

#[test]
fn limits_end_an_evaluation_and_nothing_absorbs_them() {
    let nested = "[1,2,3,4,5,6,7,8,9,10]";
    let mut source = String::from("true");
    for depth in 0..8 {
        source = format!("{nested}.all(x{depth}, {source})");
    }
    assert_eq!(fails(&source).0, ErrorKind::Limit);
    assert_eq!(fails(&format!("({source}) || true")).0, ErrorKind::Limit);
}
