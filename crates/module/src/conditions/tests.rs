use super::*;

fn map(entries: &[(&'static str, Value<'static>)]) -> Value<'static> {
    Value::map(entries.iter().map(|(key, value)| (Value::string(key), value.clone())).collect())
}

#[test]
fn every_path_is_followed_as_far_as_there_is_something() {
    let inner = map(&[("b", Value::Int(1)), ("b-c", Value::Int(2)), ("b", Value::Int(3))]);
    let user = map(&[("z", Value::Int(4)), ("a", inner), ("text", Value::string("x"))]);
    let values = vec![("user", user), ("n", Value::Int(5))];
    let bindings = Bindings { values, unknown: vec!["u"] };
    let declarations = Declarations::new().variable("absent", Type::Dyn);
    let declarations =
        ["user", "n", "u"].iter().fold(declarations, |all, name| all.variable(name, Type::Dyn));
    let source = "[user.a.b, user.z, user.a['b-c'], n, user.a, u, u.v, user.none, user.a.none, user.a.b.c, \
                  user.text.length, absent, absent.x, n.x, user]";
    let condition = Condition::compile(source, &declarations).expect("compiles");
    let told: Vec<String> = condition
        .facts()
        .iter()
        .zip(bindings.facts(condition.facts()))
        .map(|(path, fact)| match fact {
            Fact::Value(Value::Map(entries)) => format!("{path}: {} entries", entries.len()),
            Fact::Value(value) => format!("{path}: {value}"),
            Fact::Missing { found } => format!("{path}: missing after {found}"),
            Fact::Unknown => format!("{path}: unknown"),
        })
        .collect();
    // Of equal keys the first is found.
    let expected = [
        "user.a.b: 1",
        "user.z: 4",
        "user.a.`b-c`: 2",
        "n: 5",
        "user.a: 3 entries",
        "u: unknown",
        "u.v: unknown",
        "user.none: missing after 1",
        "user.a.none: missing after 2",
        "user.a.b.c: missing after 2",
        "user.text.length: missing after 1",
        "absent: missing after 0",
        "absent.x: missing after 0",
        "n.x: missing after 0",
        "user: 3 entries",
    ];
    assert_eq!(told, expected);
}
