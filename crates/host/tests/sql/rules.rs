//! Rules at random: conditions that can be told of a table, over the fields and the caller.

use serde_json::{Value, json};

use crate::{
    chance::Chance,
    table::{DOUBLES, INTS, NULS, TEXTS, TIMES},
};

/// What is declared of the caller.
pub fn declarations() -> Value {
    json!({ "user": {
        "s": "string", "n": "int", "r": "double", "b": "bool", "t": "timestamp", "many": "strings",
        "list": "list", "any": "any", "missing_s": "string", "missing_b": "bool", "missing_many": "strings",
    } })
}

/// A caller; null, if nobody is known.
pub fn user(chance: &mut Chance) -> Value {
    if chance.one_in(10) {
        return Value::Null;
    }
    let many: Vec<String> = (0..chance.below(5)).map(|_| text_value(chance)).collect();
    let mut user = json!({ "s": text_value(chance), "many": many });
    let mut give = |name: &str, value: Value| user[name] = value;
    if !chance.one_in(4) {
        give("n", json!(chance.of(&INTS)));
        give("r", json!(chance.of(&DOUBLES)));
        give("b", json!(chance.one_in(2)));
        give("t", json!(chance.of(&TIMES).1));
    }
    let anything = |chance: &mut Chance| match chance.below(5) {
        0 => json!(chance.of(&INTS)),
        1 => json!(chance.one_in(2)),
        2 => json!(0.5),
        _ => json!(text_value(chance)),
    };
    give("any", anything(chance));
    give("list", (0..chance.below(4)).map(|_| anything(chance)).collect());
    user
}

fn text_value(chance: &mut Chance) -> String {
    let texts = if chance.one_in(12) { &NULS[..] } else { &TEXTS[..] };
    let few = chance.one_in(2);
    (*chance.of(if few { &texts[..texts.len().min(8)] } else { texts })).to_owned()
}

/// A condition, this deep at most.
pub fn condition(chance: &mut Chance, depth: usize) -> String {
    if depth == 0 {
        return leaf(chance);
    }
    let part = |chance: &mut Chance| condition(chance, depth - 1);
    match chance.below(12) {
        0..=2 => format!("({} && {})", part(chance), part(chance)),
        3..=5 => format!("({} || {})", part(chance), part(chance)),
        6..=7 => format!("!({})", part(chance)),
        8 => format!("({} ? {} : {})", part(chance), part(chance), part(chance)),
        9 => format!("(({}) {} ({}))", part(chance), chance.of(&["==", "!="]), part(chance)),
        _ => leaf(chance),
    }
}

const ORDER: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn leaf(chance: &mut Chance) -> String {
    let order = *chance.of(&ORDER);
    match chance.below(20) {
        0 => (*chance.of(&["resource.f", "resource.g", "user.b", "user.missing_b", "true", "false"]))
            .to_owned(),
        1 => format!("has(resource.{})", chance.of(&["a", "b", "c", "i", "d", "f", "t", "u"])),
        2 => format!("has(user.{})", chance.of(&["s", "n", "missing_s"])),
        3..=5 => {
            let (field, text) = (text_field(chance), text(chance));
            if chance.one_in(3) {
                format!("{text} {order} {field}")
            } else {
                format!("{field} {order} {text}")
            }
        }
        6..=7 => {
            let function = *chance.of(&["startsWith", "endsWith", "contains"]);
            format!("{}.{function}({})", text_field(chance), text(chance))
        }
        8..=9 => {
            let texts: Vec<String> = (0..chance.below(4)).map(|_| text_literal(chance)).collect();
            let list = format!("[{}]", texts.join(", "));
            let list = (*chance.of(&[&*list, "user.many", "user.missing_many", "user.list"])).to_owned();
            // An empty list has no type of its own.
            format!("{} in {}", text_field(chance), if list == "[]" { "user.many" } else { &list })
        }
        10 => format!("user.many.{}(m, m == {})", chance.of(&["exists", "all"]), text_field(chance)),
        11 => format!(
            "resource.i {order} {}",
            chance.of(&["resource.j", "user.n", "42", "-1", "9007199254740993"])
        ),
        12 => format!("resource.{} in [0, 1, 42, user.n]", chance.of(&["i", "j"])),
        13 => format!("resource.d {order} {}", chance.of(&["resource.e", "user.r", "0.5", "-0.0", "1e16"])),
        14 => format!(
            "dyn(resource.d) {order} {}",
            chance.of(&["42", "user.n", "9007199254740993", "0.0 / 0.0", "1.0 / 0.0"])
        ),
        15 => {
            let times = [
                "resource.u",
                "now",
                "user.t",
                "now - duration('1h')",
                "timestamp('1970-01-01T00:00:00.0000005Z')",
                "timestamp('2023-11-14T22:13:20Z')",
            ];
            format!("resource.t {order} {}", chance.of(&times))
        }
        16 => format!("dyn(resource.{}) {} user.any", chance.of(&["a", "i", "f"]), chance.of(&["==", "!="])),
        17 => format!("resource.f {order} {}", chance.of(&["resource.g", "true", "false", "user.b"])),
        18 => (*chance.of(&["1 / 0 == 1", "user.n / 0 == 1", "user.missing_s == 'x'", "[1][2] == 1"]))
            .to_owned(),
        _ => format!("{} {order} {}", text_field(chance), text_field(chance)),
    }
}

fn text_field(chance: &mut Chance) -> String {
    format!("resource.{}", chance.of(&["a", "b", "c"]))
}

fn text(chance: &mut Chance) -> String {
    match chance.below(6) {
        0 => "user.s".to_owned(),
        1 => "user.missing_s".to_owned(),
        2 => text_field(chance),
        3 => "(user.s + 'a')".to_owned(),
        _ => text_literal(chance),
    }
}

/// A text as CEL writes it.
fn text_literal(chance: &mut Chance) -> String {
    let mut literal = "'".to_owned();
    for character in text_value(chance).chars() {
        literal += &format!("\\U{:08x}", u32::from(character));
    }
    literal + "'"
}

/// A type with rules.
pub fn section(chance: &mut Chance, fields: &Value) -> Value {
    let grant =
        |find: bool| if find { json!({ "find": true, "view": ["id"] }) } else { json!({ "modify": true }) };
    let rules: Vec<Value> = (0..1 + chance.below(3))
        .map(|index| {
            let find = !chance.one_in(4);
            json!({ "name": format!("r{index}"), "when": condition(chance, 3), "grant": grant(find) })
        })
        .collect();
    let mut section = json!({ "fields": fields, "rules": rules });
    if chance.one_in(3) {
        section["everyone_else"] = grant(true);
    }
    section
}
