use alloc::{format, string::String};

use crate::{Condition, Declarations, Fact, Facts, Path, Residual, Type, Value};

/// `user` is known, `resource` is not.
struct Known;

impl<'a> Facts<'a> for Known {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        if path.variable() == "resource" {
            return Fact::Unknown;
        }
        let groups = || alloc::vec![Value::string("g1"), Value::string("g2")];
        Fact::Value(match &*format!("{path}") {
            "user.id" => Value::string("u1"),
            "user.admin" => Value::Bool(false),
            "user.age" => Value::Int(41),
            "user.groups" => Value::list(groups()),
            _ => return Fact::Missing { found: path.fields().len() },
        })
    }
}

fn left(source: &str) -> String {
    let declarations = Declarations::new().variable("user", Type::Dyn).variable("resource", Type::Dyn);
    match Condition::compile(source, &declarations).expect(source).residual(&Known).expect(source) {
        Residual::Always => "always".into(),
        Residual::Never { error: None } => "never".into(),
        Residual::Never { error: Some(error) } => format!("never: {}", error.message()),
        Residual::Depends(condition) => format!("{condition}"),
    }
}

#[test]
fn what_is_known_is_gone_and_the_rest_stays() {
    for (source, expected) in [
        ("user.age > 40", "always"),
        ("user.admin", "never"),
        ("user.missing == 1", "never: this fact is missing"),
        ("resource.owner == user.id", "resource.owner == \"u1\""),
        ("user.admin || resource.owner == user.id", "resource.owner == \"u1\""),
        ("!user.admin && resource.open", "resource.open"),
        ("user.admin && resource.open", "never"),
        ("user.age > 40 || resource.open", "always"),
        ("resource.group in user.groups", "resource.group in [\"g1\", \"g2\"]"),
        (
            "user.groups.exists(g, g == resource.group)",
            "\"g1\" == resource.group || \"g2\" == resource.group",
        ),
        ("user.groups.all(g, g != resource.group)", "\"g1\" != resource.group && \"g2\" != resource.group"),
        ("resource.tags.exists(t, t == user.id)", "resource.tags.exists(t, t == \"u1\")"),
        (
            "resource.tags.exists(t, t in user.groups && t != 'g1')",
            "resource.tags.exists(t, t in [\"g1\", \"g2\"] && t != \"g1\")",
        ),
        ("user.admin ? resource.a : resource.b", "resource.b"),
        ("resource.open ? user.age > 40 : user.admin", "resource.open ? true : false"),
        ("has(resource.owner) && has(user.id)", "has(resource.owner)"),
        ("resource.name.startsWith(user.id + '/')", "resource.name.startsWith(\"u1/\")"),
        ("resource.name.matches('a.c')", "resource.name.matches(\"a.c\")"),
        ("[resource.a, user.age].size() > 1", "[resource.a, 41].size() > 1"),
        ("{'a': resource.a}.a == user.age", "{\"a\": resource.a}.a == 41"),
        (
            "user.groups.exists(g, resource.tags.exists(t, t == g))",
            "resource.tags.exists(t, t == \"g1\") || resource.tags.exists(t, t == \"g2\")",
        ),
        (
            "user.groups.map(g, g + resource.a).size() > 1",
            "[\"g1\", \"g2\"].map(g, g + resource.a).size() > 1",
        ),
        ("user.groups.filter(g, g == 'g1').size() == 1 && resource.open", "resource.open"),
    ] {
        assert_eq!(left(source), expected, "{source}");
    }
}

#[test]
fn an_error_is_as_good_as_false_where_only_true_counts() {
    for (source, expected) in [
        ("user.missing == 1 && resource.open", "never: this fact is missing"),
        ("user.missing == 1 || resource.open", "resource.open"),
        ("resource.open || 1 / 0 == 1", "resource.open"),
        ("resource.open ? user.missing : true", "resource.open ? false : true"),
        ("user.missing == 1 || user.admin", "never: this fact is missing"),
        // Below `!` it is not: an operand that decides would absorb it.
        ("!(resource.open || 1 / 0 == 1)", "!(resource.open || 1 / 0 == 1)"),
        ("!(resource.open && user.missing)", "!(resource.open && user.missing)"),
        ("!(resource.open && user.admin)", "always"),
    ] {
        assert_eq!(left(source), expected, "{source}");
    }
}

#[test]
fn a_row_of_one_still_asks_for_a_bool() {
    assert_eq!(left("(resource.a || user.admin) == true"), "(resource.a || false) == true");
    assert_eq!(left("(resource.a == 1 || user.admin) == true"), "resource.a == 1 == true");
    assert_eq!(left("resource.a || user.admin"), "resource.a");
}

/// `user` as above, and `resource` whose fields `a` and `b` are these.
struct With<'v> {
    fields: [Option<Value<'v>>; 2],
}

impl<'v> Facts<'v> for With<'v> {
    fn fact(&self, place: usize, path: &Path) -> Fact<'v> {
        let value = match &*format!("{path}") {
            "resource.a" => &self.fields[0],
            "resource.b" => &self.fields[1],
            _ => return Known.fact(place, path),
        };
        value.clone().map_or(Fact::Missing { found: 1 }, Fact::Value)
    }
}

#[test]
fn what_is_left_exactly_is_true_false_and_fails_where_the_whole_does() {
    let declarations = Declarations::new().variable("user", Type::Dyn).variable("resource", Type::Dyn);
    let leaves = [
        "resource.a",
        "!resource.b",
        "user.admin",
        "user.age > 40",
        "user.missing",
        "1 / 0 == 1",
        "resource.a == user.missing",
        "user.groups.exists(g, g == resource.b)",
        "user.groups.all(g, resource.a && g == user.missing)",
        "has(resource.a)",
    ];
    let mut sources: alloc::vec::Vec<String> = leaves.iter().map(|leaf| (*leaf).into()).collect();
    for one in leaves {
        for other in leaves {
            for of in
                ["({1}) && ({2})", "({1}) || ({2})", "!(({1}) || ({2}))", "(({1}) ? ({2}) : resource.b)"]
            {
                sources.push(of.replace("{1}", one).replace("{2}", other));
            }
            sources.push(format!("(resource.b && !(({one}) && ({other}))) == true"));
        }
    }
    let values = || [None, Some(Value::Bool(true)), Some(Value::Bool(false)), Some(Value::string("g1"))];
    for source in &sources {
        let condition = Condition::compile(source, &declarations).expect(source);
        let left = condition.residual_exact(&Known).expect(source);
        for one in values() {
            for other in values() {
                let facts = With { fields: [one.clone(), other] };
                let whole = condition.holds(&facts).ok();
                let told = match &left {
                    Residual::Always => Some(true),
                    Residual::Never { error } => error.is_none().then_some(false),
                    Residual::Depends(left) => left.holds(&facts).ok(),
                };
                assert_eq!(told, whole, "{source}: {:?}", facts.fields);
            }
        }
    }
}
