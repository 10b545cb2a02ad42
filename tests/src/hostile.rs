//! Conditions that want as much work for their length as they can get, with facts as large as they come.
//!
//! A condition is the operator's, and its facts are the caller's: both may be bad, and the answer must be
//! a value or a refusal, soon.

use serde_json::{Value, json};

/// One condition, and the call that evaluates it.
#[derive(Debug)]
pub struct Hostile {
    /// What it does.
    pub name: &'static str,
    /// The parameters of `condition.eval`.
    pub evaluation: Value,
}

fn text(text: impl Into<String>) -> Value {
    json!({ "string": text.into() })
}

fn list(elements: impl IntoIterator<Item = Value>) -> Value {
    json!({ "list": elements.into_iter().collect::<Vec<_>>() })
}

fn numbers(count: u32) -> Value {
    list((0..count).map(|number| json!({ "int": number.to_string() })))
}

/// `open` as often as fits, `inner`, and as many of `close`.
fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// `part` in a row of so many, with an operator between them.
fn row(part: &str, operator: &str, bytes: usize) -> String {
    vec![part; bytes / (part.len() + operator.len())].join(operator)
}

/// All of them.
#[must_use]
pub fn conditions() -> Vec<Hostile> {
    const LONG: usize = 60_000;
    const SOURCE: usize = 8_100;
    let of = |name, expr: String, bindings: &[(&str, Value)]| {
        let bindings: serde_json::Map<String, Value> =
            bindings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Hostile { name, evaluation: json!({ "expr": expr, "bindings": bindings }) }
    };
    let long = || text("a".repeat(LONG));
    let many = || numbers(10_000);
    let some = || numbers(1_000);
    let macros = |inner: &str| {
        let levels = ["v", "w", "x", "y", "z"];
        let open: String = levels.iter().map(|it| format!("l.all({it}, ")).collect();
        format!("{open}{inner}{}", ")".repeat(levels.len()))
    };
    let keys: Vec<String> = (0..1_300).map(|key| format!("{key}:0")).collect();
    vec![
        of("brackets", nested("(", "true", ")", 4_000), &[]),
        of("brackets at the limit", nested("(", "true", ")", 60), &[]),
        of("lists in lists", nested("[", "1", "]", 4_000), &[]),
        of("negations", format!("{}true", "!".repeat(SOURCE)), &[]),
        of("alternatives", row("true ? false", " : ", SOURCE) + " : true", &[]),
        of("a row of sums", row("1", "+", SOURCE) + " > 0", &[]),
        of("a row of conjunctions", row("true", "&&", SOURCE), &[]),
        of("nested macros", macros("v + w + x + y + z >= 0"), &[("l", some())]),
        of(
            "nested macros that make lists",
            "l.map(a, l.map(b, l.map(c, [a, b, c]))).size() > 0".into(),
            &[("l", numbers(40))],
        ),
        of("lists from a list", "l.map(a, l).map(b, b.map(c, l)).size() > 0".into(), &[("l", some())]),
        of("lists that are joined", "l.all(x, (l + l + l + l + l + l).size() > 0)".into(), &[("l", some())]),
        of(
            "lists of lists that are equal",
            "l.all(x, l.map(a, l) == l.map(a, l))".into(),
            &[("l", numbers(100))],
        ),
        of(
            "a search in a list of long texts",
            "l.all(x, s in t)".into(),
            &[
                ("l", some()),
                ("s", text("a".repeat(900) + "b")),
                ("t", list((0..60).map(|_| text("a".repeat(900) + "c")))),
            ],
        ),
        of(
            "text that is joined",
            "l.all(x, (s + s + s).size() > 0)".into(),
            &[("l", many()), ("s", text("é".repeat(10_000)))],
        ),
        of("text that is compared", "l.all(x, s + 'a' != s + 'b')".into(), &[("l", many()), ("s", long())]),
        of(
            "text that is searched",
            "l.all(x, !s.contains(t))".into(),
            &[("l", many()), ("s", long()), ("t", text("a".repeat(LONG / 2) + "b"))],
        ),
        of(
            "text that is searched for its end",
            "l.all(x, s.endsWith(s))".into(),
            &[("l", many()), ("s", long())],
        ),
        of(
            "text that is a number",
            "l.all(x, double(s) > 0.0)".into(),
            &[("l", many()), ("s", text("1".repeat(LONG)))],
        ),
        of(
            "text that is a fraction",
            "l.all(x, double(s) > 0.0)".into(),
            &[("l", many()), ("s", text(format!("2.2250738585072011e-308{}", "1".repeat(0))))],
        ),
        of(
            "text that is a long fraction",
            "l.all(x, double(s) >= 0.0)".into(),
            &[("l", many()), ("s", text(format!("0.{}1", "0".repeat(LONG))))],
        ),
        of(
            "numbers that become text",
            "l.all(x, string(d).size() > 0)".into(),
            &[("l", many()), ("d", json!({ "double": "2.2250738585072011e-308" }))],
        ),
        of(
            "text that is a time",
            "l.all(x, timestamp(s).getFullYear() > 0)".into(),
            &[("l", many()), ("s", text("2024-05-06T07:08:09.123456789Z"))],
        ),
        of(
            "a time in a zone",
            "l.all(x, timestamp(s).getDayOfYear('-11:30') >= 0)".into(),
            &[("l", many()), ("s", text("2024-05-06T07:08:09.123456789Z"))],
        ),
        of(
            "text that becomes bytes",
            "l.all(x, bytes(s).size() > 0)".into(),
            &[("l", many()), ("s", long())],
        ),
        of("a pattern over long text", "s.matches('(a|aa|aaa|aaaa)*b')".into(), &[("s", long())]),
        of("a large pattern over long text", "s.matches('(a?){200}b')".into(), &[("s", long())]),
        of(
            "a large pattern over short texts",
            "l.all(x, !s.matches('(a?){200}b'))".into(),
            &[("l", many()), ("s", text("a".repeat(20)))],
        ),
        of(
            "patterns that are facts",
            "l.all(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("(a?){60}"))],
        ),
        of(
            "a pattern that is far too large",
            "s.matches(p)".into(),
            &[("s", text("a")), ("p", text("((a{100}){100}){100}"))],
        ),
        of(
            "patterns that are far too large",
            "l.exists(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("((a{100}){100}){100}"))],
        ),
        of(
            "a pattern that is nested",
            "s.matches(p)".into(),
            &[("s", text("a")), ("p", text(nested("(", "a", ")*", 10_000)))],
        ),
        of(
            "a pattern that is long",
            "l.exists(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("a|".repeat(LONG / 2)))],
        ),
        of("a source full of patterns", row("s.matches('.{700}')", "||", SOURCE), &[("s", text("a"))]),
        of("a map of many keys", format!("{{{}}}.size() > 0", keys.join(",")), &[]),
        of(
            "a map of many keys, over and over",
            format!("l.all(x, {{{}}}.size() > 0)", keys[..900].join(",")),
            &[("l", many())],
        ),
        of(
            "a map that is looked into",
            "l.all(x, m['z'] == 1)".into(),
            &[
                ("l", many()),
                (
                    "m",
                    json!({ "map": (0..5_000).map(|key| json!([{ "string": format!("key {key}") }, { "int": "1" }])).chain([json!([{ "string": "z" }, { "int": "1" }])]).collect::<Vec<_>>() }),
                ),
            ],
        ),
        of(
            "maps that are equal",
            "l.all(x, m == m)".into(),
            &[
                ("l", many()),
                (
                    "m",
                    json!({ "map": (0..300).map(|key| json!([{ "string": format!("{}{key}", "k".repeat(50)) }, { "int": "1" }])).collect::<Vec<_>>() }),
                ),
            ],
        ),
    ]
}
