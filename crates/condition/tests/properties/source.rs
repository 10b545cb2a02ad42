//! Random sources: well typed ones, and tokens in any order.

use proptest::{collection::vec, prelude::*, sample::select};

/// The types that sources are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Ints,
}

/// Well-typed conditions. Every operand has its brackets, so precedence is not relied on.
pub fn conditions() -> impl Strategy<Value = String> {
    typed(Of::Bool, 4, 0)
}

/// Well-typed sources of any type.
pub fn sources() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => typed(Of::Bool, 4, 0),
        1 => typed(Of::Int, 3, 0),
        1 => typed(Of::Uint, 3, 0),
        1 => typed(Of::Double, 3, 0),
        1 => typed(Of::Text, 3, 0),
        1 => typed(Of::Ints, 3, 0),
    ]
}

/// A source of one type. `locals`: how many variables of macros there are, ints all.
fn typed(of: Of, depth: u32, locals: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return leaf(of, locals);
    }
    let next = |of| typed(of, depth - 1, locals);
    let two =
        |of, sign: &'static str| (next(of), next(of)).prop_map(move |(a, b)| format!("({a}) {sign} ({b})"));
    let inner = |of| typed(of, depth - 1, locals + 1);
    let variable = format!("x{locals}");
    let fold = move |name: &'static str, of| {
        let variable = variable.clone();
        (next(Of::Ints), inner(of))
            .prop_map(move |(range, body)| format!("({range}).{name}({variable}, {body})"))
    };
    let conditional =
        (next(Of::Bool), next(of), next(of)).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})"));
    match of {
        Of::Bool => prop_oneof![
            1 => leaf(of, locals),
            3 => vec(next(of), 2..4).prop_map(|all| format!("({})", all.join(") && ("))),
            3 => vec(next(of), 2..4).prop_map(|all| format!("({})", all.join(") || ("))),
            1 => next(of).prop_map(|a| format!("!({a})")),
            1 => conditional,
            1 => two(Of::Int, "<"),
            1 => two(Of::Int, "=="),
            1 => two(Of::Uint, ">="),
            1 => two(Of::Double, "!="),
            1 => two(Of::Double, "<="),
            1 => two(Of::Text, "=="),
            1 => two(Of::Text, ">"),
            1 => two(Of::Ints, "=="),
            1 => (next(Of::Int), next(Of::Ints)).prop_map(|(a, b)| format!("({a}) in ({b})")),
            1 => (next(Of::Text), next(Of::Text)).prop_map(|(a, b)| format!("({a}).startsWith({b})")),
            1 => (next(Of::Text), next(Of::Text)).prop_map(|(a, b)| format!("({a}).contains({b})")),
            1 => next(Of::Text).prop_map(|a| format!("({a}).matches('^a+b?')")),
            1 => fold("all", Of::Bool),
            1 => fold("exists", Of::Bool),
            1 => fold("exists_one", Of::Bool),
        ]
        .boxed(),
        Of::Int => prop_oneof![
            2 => leaf(of, locals),
            1 => two(of, "+"),
            1 => two(of, "-"),
            1 => two(of, "*"),
            1 => two(of, "/"),
            1 => two(of, "%"),
            1 => next(of).prop_map(|a| format!("-({a})")),
            1 => next(Of::Text).prop_map(|a| format!("size({a})")),
            1 => next(Of::Ints).prop_map(|a| format!("({a}).size()")),
            1 => (next(Of::Ints), next(of)).prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => next(Of::Double).prop_map(|a| format!("int({a})")),
            1 => conditional,
        ]
        .boxed(),
        Of::Uint => prop_oneof![
            2 => leaf(of, locals),
            1 => two(of, "+"),
            1 => two(of, "-"),
            1 => two(of, "*"),
            1 => next(Of::Int).prop_map(|a| format!("uint({a})")),
        ]
        .boxed(),
        Of::Double => prop_oneof![
            2 => leaf(of, locals),
            1 => two(of, "+"),
            1 => two(of, "/"),
            1 => next(Of::Int).prop_map(|a| format!("double({a})")),
        ]
        .boxed(),
        Of::Text => prop_oneof![
            2 => leaf(of, locals),
            1 => two(of, "+"),
            1 => next(Of::Int).prop_map(|a| format!("string({a})")),
            1 => conditional,
        ]
        .boxed(),
        Of::Ints => prop_oneof![
            2 => leaf(of, locals),
            1 => two(of, "+"),
            1 => vec(next(Of::Int), 0..3).prop_map(|all| format!("[{}]", all.join(", "))),
            1 => fold("map", Of::Int),
            1 => fold("filter", Of::Bool),
        ]
        .boxed(),
    }
}

fn leaf(of: Of, locals: u32) -> BoxedStrategy<String> {
    let known: &'static [&'static str] = match of {
        Of::Bool => &["true", "false", "b", "r.b", "has(r.b)", "has(r.s)", "r.s == null", "b", "r.b"],
        Of::Int => &["0", "1", "-1", "7", "i", "r.i", "9223372036854775807", "-9223372036854775808"],
        Of::Uint => &["0u", "3u", "u", "18446744073709551615u"],
        Of::Double => &["0.0", "-1.5", "d", "1e300"],
        Of::Text => &["''", "'a'", "\"ab\"", "s", "'\\u00e9'"],
        Of::Ints => &["l", "[]", "[1, 2]", "[0, 7, -1]"],
    };
    if of == Of::Int && locals > 0 {
        return prop_oneof![select(known).prop_map(str::to_owned), (0..locals).prop_map(|x| format!("x{x}"))]
            .boxed();
    }
    select(known).prop_map(str::to_owned).boxed()
}

/// Tokens in any order, most of them with spaces between.
pub fn tokens() -> impl Strategy<Value = String> {
    let token = select(
        &[
            "a",
            "b",
            "i",
            "s",
            "l",
            "r",
            ".",
            "r.s",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "?",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "<",
            "<=",
            "==",
            "!=",
            ">",
            ">=",
            "&&",
            "||",
            "in",
            "true",
            "null",
            "1",
            "-1",
            "2u",
            "1.5",
            "'a'",
            "b'a'",
            "r'\\'",
            "has",
            "size",
            "all(x, x)",
            "map(x,",
            "matches",
            "\\",
            "\"",
            "`",
            "//",
            "\n",
            "\u{e9}",
            "int",
            "dyn",
            "timestamp",
            "'''",
            "9999999999999999999",
            "0x",
            "1e",
            "exists_one(x, true)",
        ][..],
    );
    vec((token, any::<bool>()), 0..24).prop_map(|tokens| {
        tokens.into_iter().map(|(token, space)| token.to_owned() + if space { " " } else { "" }).collect()
    })
}
