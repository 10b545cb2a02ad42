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
    /// How it ends.
    pub end: End,
    /// The parameters of `condition.eval`.
    pub evaluation: Value,
}

/// How an evaluation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a value, in at most so many steps.
    Within(u32),
    /// With an error of the condition's own, in at most so many steps.
    Fails(u32),
    /// Refused by its kind of error: before it is evaluated, or when it has taken all its steps.
    Refused(&'static str),
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

fn map(keys: u32) -> Value {
    let entry = |key: u32| json!([{ "string": format!("key {key}") }, { "int": "1" }]);
    json!({ "map": (0..keys).map(entry).collect::<Vec<_>>() })
}

/// As many different keys of a map as fit.
fn row_of_keys(bytes: usize) -> String {
    let asked: Vec<String> = (0..bytes / 15).map(|key| format!("!has(m.k{key})")).collect();
    asked.join("&&")
}

/// A list of lists, a hundred in each: little in memory, for they are shared, and long in writing.
fn multiplied() -> String {
    format!("[l]{}", ".map(k, l.map(a, k))".repeat(4))
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
    let of = |name, end, expr: String, bindings: &[(&str, Value)]| {
        let bindings: serde_json::Map<String, Value> =
            bindings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Hostile { name, end, evaluation: json!({ "expr": expr, "bindings": bindings }) }
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
        of("brackets", End::Refused("limit"), nested("(", "true", ")", 4_000), &[]),
        of("brackets at the limit", End::Within(1), nested("(", "true", ")", 60), &[]),
        of("lists in lists", End::Refused("limit"), nested("[", "1", "]", 4_000), &[]),
        of("negations", End::Refused("limit"), format!("{}true", "!".repeat(SOURCE)), &[]),
        of("alternatives", End::Refused("limit"), row("true ? false", " : ", SOURCE) + " : true", &[]),
        of("a row of sums", End::Refused("limit"), row("1", "+", SOURCE) + " > 0", &[]),
        of("a row of conjunctions", End::Within(1_351), row("true", "&&", SOURCE), &[]),
        of("nested macros", End::Refused("limit"), macros("v + w + x + y + z >= 0"), &[("l", some())]),
        of(
            "nested macros that make lists",
            End::Refused("limit"),
            "l.map(a, l.map(b, l.map(c, [a, b, c]))).size() > 0".into(),
            &[("l", numbers(40))],
        ),
        of(
            "lists from a list",
            End::Refused("limit"),
            "l.map(a, l).map(b, b.map(c, l)).size() > 0".into(),
            &[("l", some())],
        ),
        of(
            "lists that are joined",
            End::Refused("limit"),
            "l.all(x, (l + l + l + l + l + l).size() > 0)".into(),
            &[("l", some())],
        ),
        of(
            "lists of lists that are equal",
            End::Refused("limit"),
            "l.all(x, l.map(a, l) == l.map(a, l))".into(),
            &[("l", numbers(100))],
        ),
        of(
            "a search in a list of long texts",
            End::Within(1_746),
            "l.all(x, s in t)".into(),
            &[
                ("l", some()),
                ("s", text("a".repeat(900) + "b")),
                ("t", list((0..60).map(|_| text("a".repeat(900) + "c")))),
            ],
        ),
        of(
            "text that is joined",
            End::Refused("limit"),
            "l.all(x, (s + s + s).size() > 0)".into(),
            &[("l", many()), ("s", text("é".repeat(10_000)))],
        ),
        of(
            "text that is compared",
            End::Refused("limit"),
            "l.all(x, s + 'a' != s + 'b')".into(),
            &[("l", many()), ("s", long())],
        ),
        of(
            "text that is searched",
            End::Refused("limit"),
            "l.all(x, !s.contains(t))".into(),
            &[("l", many()), ("s", long()), ("t", text("a".repeat(LONG / 2) + "b"))],
        ),
        of(
            "text that is searched for its end",
            End::Refused("limit"),
            "l.all(x, s.endsWith(s))".into(),
            &[("l", many()), ("s", long())],
        ),
        of(
            "text that is a number",
            End::Refused("limit"),
            "l.all(x, double(s) > 0.0)".into(),
            &[("l", many()), ("s", text("1".repeat(LONG)))],
        ),
        of(
            "text that is a fraction",
            End::Refused("limit"),
            "l.all(x, double(s) > 0.0)".into(),
            &[("l", many()), ("s", text(format!("2.2250738585072011e-308{}", "1".repeat(0))))],
        ),
        of(
            "text that is a long fraction",
            End::Refused("limit"),
            "l.all(x, double(s) >= 0.0)".into(),
            &[("l", many()), ("s", text(format!("0.{}1", "0".repeat(LONG))))],
        ),
        of(
            "numbers that become text",
            End::Refused("limit"),
            "l.all(x, string(d).size() > 0)".into(),
            &[("l", many()), ("d", json!({ "double": "2.2250738585072011e-308" }))],
        ),
        of(
            "text that is a time",
            End::Within(60_002),
            "l.all(x, timestamp(s).getFullYear() > 0)".into(),
            &[("l", many()), ("s", text("2024-05-06T07:08:09.123456789Z"))],
        ),
        of(
            "a time in a zone",
            End::Within(70_002),
            "l.all(x, timestamp(s).getDayOfYear('-11:30') >= 0)".into(),
            &[("l", many()), ("s", text("2024-05-06T07:08:09.123456789Z"))],
        ),
        of(
            "text that becomes bytes",
            End::Refused("limit"),
            "l.all(x, bytes(s).size() > 0)".into(),
            &[("l", many()), ("s", long())],
        ),
        of(
            "a pattern over long text",
            End::Refused("limit"),
            "s.matches('(a|aa|aaa|aaaa)*b')".into(),
            &[("s", long())],
        ),
        of(
            "a large pattern over long text",
            End::Refused("limit"),
            "s.matches('(a?){200}b')".into(),
            &[("s", long())],
        ),
        of(
            "a large pattern over short texts",
            End::Refused("limit"),
            "l.all(x, !s.matches('(a?){200}b'))".into(),
            &[("l", many()), ("s", text("a".repeat(20)))],
        ),
        of(
            "patterns that are facts",
            End::Refused("limit"),
            "l.all(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("(a?){60}"))],
        ),
        of(
            "a pattern that is far too large",
            End::Fails(2_056),
            "s.matches(p)".into(),
            &[("s", text("a")), ("p", text("((a{100}){100}){100}"))],
        ),
        of(
            "patterns that are far too large",
            End::Refused("limit"),
            "l.exists(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("((a{100}){100}){100}"))],
        ),
        of(
            "a pattern that is nested",
            End::Fails(3),
            "s.matches(p)".into(),
            &[("s", text("a")), ("p", text(nested("(", "a", ")*", 10_000)))],
        ),
        of(
            "a pattern that is long",
            End::Fails(40_002),
            "l.exists(x, s.matches(p))".into(),
            &[("l", many()), ("s", text("a")), ("p", text("a|".repeat(LONG / 2)))],
        ),
        of(
            "a source full of patterns",
            End::Refused("limit"),
            row("s.matches('.{700}')", "||", SOURCE),
            &[("s", text("a"))],
        ),
        of("a map of many keys", End::Refused("limit"), format!("{{{}}}.size() > 0", keys.join(",")), &[]),
        of(
            "a map of many keys, over and over",
            End::Refused("limit"),
            format!("l.all(x, {{{}}}.size() > 0)", keys[..900].join(",")),
            &[("l", many())],
        ),
        of(
            "a map that is looked into",
            End::Within(40_002),
            "l.all(x, m['key 4999'] == 1)".into(),
            &[("l", many()), ("m", map(5_000))],
        ),
        of(
            "maps that are equal",
            End::Refused("limit"),
            "l.all(x, m == m)".into(),
            &[
                ("l", many()),
                (
                    "m",
                    json!({ "map": (0..300).map(|key| json!([{ "string": format!("{}{key}", "k".repeat(50)) }, { "int": "1" }])).collect::<Vec<_>>() }),
                ),
            ],
        ),
        of(
            "a map whose keys are computed",
            End::Refused("limit"),
            "l.all(x, m['key ' + string(x)] == 1)".into(),
            &[("l", many()), ("m", map(5_000))],
        ),
        of(
            "a map that is asked for many keys",
            End::Within(1_081),
            row_of_keys(SOURCE),
            &[("m", map(5_000))],
        ),
        of(
            "a value that is long in writing alone",
            End::Refused("limit"),
            multiplied(),
            &[("l", numbers(100))],
        ),
        of(
            "doubles that are written",
            End::Refused("limit"),
            "d".into(),
            &[("d", list((1..10_000).map(|at| json!({ "double": format!("1.{at}e-300") }))))],
        ),
        of(
            "long texts that are explained",
            End::Within(2_945),
            row("dyn(s)!=1", "&&", SOURCE),
            &[("s", long())],
        ),
        of(
            "long lists that are explained",
            End::Within(2_945),
            row("size(l)>0", "&&", SOURCE),
            &[("l", many())],
        ),
        Hostile {
            evaluation: json!({
                "expr": format!("!l.all(x, (1/0 == x ? [{}] : []) == u)", row("1", ",", SOURCE - 60)),
                "bindings": { "l": many() }, "unknown": ["u"],
            }),
            ..of("parts that fail and stay in a residual", End::Refused("limit"), String::new(), &[])
        },
        Hostile {
            evaluation: json!({
                "expr": format!("u == {}", multiplied()), "bindings": { "l": numbers(100) }, "unknown": ["u"],
            }),
            ..of("a long value in a residual", End::Refused("limit"), String::new(), &[])
        },
    ]
}
