use alloc::{format, string::String};

use crate::{Condition, Declarations, ErrorKind, Record, Type};

fn declarations() -> Declarations {
    let user = Record::new("user")
        .field("name", Type::String)
        .field("age", Type::Int)
        .field("nick", Type::String.nullable())
        .field("roles", Type::list(Type::String));
    Declarations::new()
        .variable("user", Type::record(user))
        .variable("tags", Type::map(Type::String, Type::Int))
        .variable("any", Type::Dyn)
        .variable("now", Type::Timestamp)
        .variable("scope.user", Type::Bool)
}

fn of(source: &str) -> String {
    match Condition::compile(source, &declarations()) {
        Ok(condition) => format!("{}", condition.result()),
        Err(error) => panic!("{source}: {error}"),
    }
}

fn told(source: &str) -> String {
    let error = Condition::compile(source, &declarations()).expect_err(source);
    assert_eq!(error.kind(), ErrorKind::Check, "{source}");
    format!("{}: {}", error.offset(), error.message())
}

#[test]
fn every_node_has_a_type() {
    for (source, expected) in [
        ("user.name + 'x'", "string"),
        ("user.age / 2", "int"),
        ("user.nick", "string or null"),
        ("user.nick == null", "bool"),
        ("user.nick == user.name", "bool"),
        ("true ? user.nick : null", "string or null"),
        ("true ? user.name : user.nick", "string or null"),
        ("tags.x", "int"),
        ("tags['x']", "int"),
        ("any.x.y[0]", "dyn"),
        ("any + 1", "int"),
        ("any + now", "dyn"),
        ("now - now", "duration"),
        ("now + duration('1s')", "timestamp"),
        ("scope.user", "bool"),
        ("[1, 'a']", "list(dyn)"),
        ("[[], [1]]", "list(list(dyn))"),
        ("[null, user.nick]", "list(string or null)"),
        ("{'a': 1, 'b': 2u}", "map(string, dyn)"),
        ("[1, 2].map(x, x > 1, [x])", "list(list(int))"),
        ("user.roles.filter(x, x != '')", "list(string)"),
        ("tags.filter(x, x != '')", "list(string)"),
        ("tags.all(user, user.size() > 0)", "bool"),
        ("'name' in user", "bool"),
        ("dyn(1) == 'a'", "bool"),
        ("type(1)", "type"),
        ("google.protobuf.Timestamp", "type"),
        ("now.getHours('+01:00')", "int"),
        ("has(user.nick) && has(tags.x) && has(any.x)", "bool"),
    ] {
        assert_eq!(of(source), expected, "{source}");
    }
}

#[test]
fn a_misspelt_name_is_told_with_the_nearest() {
    for (source, expected) in [
        ("usr.name", "0: `usr` is not declared; did you mean `user`?"),
        ("user.nam", "5: user has no field `nam`; did you mean `name`?"),
        ("user.colour", "5: user has no field `colour`"),
        ("has(user.rolls)", "9: user has no field `rolls`; did you mean `roles`?"),
        ("user.name.startswith('a')", "10: there is no method `startswith`; did you mean `startsWith`?"),
        ("length(user.name)", "0: there is no function `length`"),
        ("[1].all(element, elment > 1)", "17: `elment` is not declared; did you mean `element`?"),
        ("[1].all(user, user.name == '')", "19: int has no fields"),
        ("scope", "0: `scope` is not declared"),
    ] {
        assert_eq!(told(source), expected, "{source}");
    }
}

#[test]
fn an_operation_without_an_overload_is_told_with_its_types() {
    for (source, expected) in [
        ("1 + 1u", "2: `+` does not take (int, uint)"),
        ("user.age == '41'", "9: `==` does not take (int, string)"),
        ("user.age && true", "9: `&&` does not take (int, bool)"),
        ("!user.age", "0: `!` does not take (int)"),
        ("user.age ? 1 : 2", "9: `?:` does not take (int, int, int)"),
        ("true ? 1 : 'a'", "5: `?:` does not take (bool, int, string)"),
        ("1 in user.roles", "2: `in` does not take (int, list(string))"),
        ("user.roles['a']", "10: `[]` does not take (list(string), string)"),
        ("user['name']", "4: `[]` does not take (user, string)"),
        ("[1] < [2]", "4: `<` does not take (list(int), list(int))"),
        ("user.name.matches('(')", "18: the pattern is not a regular expression, or too large a one"),
        ("{1.5: 1}", "1: a key is a string, a bool, an int or a uint, and not double"),
        ("[1].all(x, x)", "11: `all` asks for a bool, and this is int"),
        ("user.age.map(x, x)", "9: `map` goes over a list or a map, and not int"),
        ("duration(1)", "0: `duration` does not take (int)"),
        ("size(1)", "0: `size` does not take (int)"),
        ("now.getHours(1)", "4: `getHours` does not take (timestamp, int)"),
        ("duration('1s').getDate()", "15: `getDate` does not take (duration)"),
    ] {
        assert_eq!(told(source), expected, "{source}");
    }
    let error = Condition::compile_bool("user.name", &declarations()).unwrap_err();
    assert_eq!(error.message(), "a condition is a bool, and this is string");
}

#[test]
fn facts_are_listed_once_and_as_long_as_they_are_named() {
    let facts = |source| {
        let condition = Condition::compile(source, &declarations()).unwrap();
        let facts = condition.facts().iter().map(|path| format!("{path}"));
        facts.collect::<alloc::vec::Vec<_>>().join(" ")
    };
    assert_eq!(facts("user.name == user.nick || user.name == ''"), "user.name user.nick");
    assert_eq!(facts("tags['x-y'] > tags.z && has(tags.z)"), "tags.`x-y` tags.z");
    assert_eq!(facts("any.a.b['c'].d[0].e"), "any.a.b.c.d");
    assert_eq!(facts("(any.a).b == (any).a.b"), "any.a.b");
    assert_eq!(facts("any.a[user.name]"), "any.a user.name");
    assert_eq!(facts("'name' in user && user.roles.all(any, any == '')"), "user user.roles");
    assert_eq!(facts("(any).x"), "any.x");
    assert_eq!(facts("[1].exists(user, .user.age == user)"), "user.age");
}
