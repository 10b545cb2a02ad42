//! What each kind of work takes out of the stock of steps.

use alloc::{format, string::String, vec::Vec};
use core::cell::Cell;

use super::*;
use crate::{
    Condition, Declarations, Error, ErrorKind, Explanation, Fact, Facts, Outcome, Path, Residual, Type, Value,
};

/// Variables by name, counting how often they are asked for.
struct World {
    values: Vec<(&'static str, Value<'static>)>,
    asked: Cell<u32>,
}

impl<'a> Facts<'a> for World {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        self.asked.set(self.asked.get() + 1);
        let known = self.values.iter().find(|(name, _)| *name == path.variable());
        known.map_or(Fact::Unknown, |(_, value)| Fact::Value(value.clone()))
    }
}

fn world(values: impl IntoIterator<Item = (&'static str, Value<'static>)>) -> World {
    World { values: values.into_iter().collect(), asked: Cell::new(0) }
}

fn text(text: &str) -> Value<'static> {
    Value::string(text).to_owned()
}

fn compiled(source: &str, world: &World) -> Result<Condition, Error> {
    let known = world.values.iter().map(|(name, value)| (*name, Type::of(value)));
    let declarations = known.fold(Declarations::new(), |all, (name, of)| all.variable(name, of));
    Condition::compile(source, &declarations.variable("unknown", Type::Dyn))
}

/// The steps of an evaluation that ends within them.
fn steps(source: &str, world: &World) -> u32 {
    let mut left = DEFAULT_STEPS;
    let condition = compiled(source, world).expect(source);
    let outcome = condition.evaluate_within(world, &mut left);
    assert!(!outcome.is_err_and(|error| error.kind() == ErrorKind::Limit), "{source}");
    DEFAULT_STEPS - left
}

#[test]
fn digits_of_a_double_are_charged_by_how_far_it_is_from_one() {
    let of = |value: f64| steps("string(d)", &world([("d", Value::Double(value))]));
    assert_eq!(of(3.0), 3);
    assert_eq!(of(-9_007_199_254_740_992.0), 3);
    assert_eq!(of(f64::INFINITY), 3);
    assert_eq!(of(0.1), 2 + 16);
    assert_eq!(of(1e-300), 2 + 16 + 997 / 8);
    assert_eq!(of(f64::MAX), 2 + 16 + 1023 / 8);
}

#[test]
fn a_look_up_is_charged_by_the_keys_that_it_passes() {
    let keys = (0..1_000_i64).map(|key| (Value::Int(key), Value::Bool(true)));
    let world = world([("m", Value::map(keys.collect())), ("k", Value::Int(899))]);
    assert_eq!(steps("m[k]", &world), 3 + 900);
    assert_eq!(steps("k in m", &world), 3 + 900);
}

#[test]
fn a_fact_is_asked_for_once_however_often_a_macro_reads_it() {
    let numbers = || Value::list((0..100).map(Value::Int).collect());
    let world = world([("l", numbers()), ("s", text("a"))]);
    let condition = compiled("l.all(x, s == 'a' && has(s.b) || l.size() > x)", &world);
    assert!(condition.is_err(), "a string has no fields");
    let condition = compiled("l.all(x, s == 'b' || l.size() > x)", &world).unwrap();
    assert_eq!(condition.holds(&world), Ok(true));
    assert_eq!(world.asked.take(), 2);
    assert!(matches!(condition.residual(&world), Ok(Residual::Always)));
    assert_eq!(world.asked.take(), 2);
    // A row that reads a fact over and over keeps it too.
    let row = compiled(&["l.size() > 0"; 40].join(" && "), &world).unwrap();
    assert_eq!(row.holds(&world), Ok(true));
    assert_eq!(world.asked.take(), 1);
    // A short one asks again: that is cheaper than to keep all.
    let row = compiled("l.size() > 0 && l.size() > 1", &world).unwrap();
    assert_eq!(row.holds(&world), Ok(true));
    assert_eq!(world.asked.take(), 2);
}

#[test]
fn the_patterns_of_one_condition_are_bounded_together() {
    let world = world([("s", text("a"))]);
    let row = |pattern: &str, count: usize| {
        let one = format!("s.matches('{pattern}')");
        compiled(&alloc::vec![one.as_str(); count].join("||"), &world)
    };
    assert!(row("^[a-z]{2,8}-[0-9]+$", 8).is_ok());
    assert!(row("a", 300).is_ok());
    let error = row(".{700}", 100).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(error.message(), "the patterns are too large together");
    // Where the one stands that is too much.
    assert_eq!((error.offset() - "s.matches(".len()) % "s.matches('.{700}')||".len(), 0);
    // One that is too large alone is refused as it was.
    assert_eq!(row(".{9000}", 1).unwrap_err().kind(), ErrorKind::Check);
}

#[test]
fn patterns_among_the_facts_are_charged_for_what_they_compile_to() {
    let of = |pattern: &str| steps("s.matches(p)", &world([("s", text("a")), ("p", text(pattern))]));
    assert!(of("a") < 150, "{}", of("a"));
    // A few bytes that are large once they are compiled.
    assert!(of("(a?){60}") > 500, "{}", of("(a?){60}"));
    assert!(of("(a?){200}") > of("(a?){60}"));
    // What fails has taken as much as the largest.
    assert!(of("((a{100}){100}){100}") > 2_000);
    assert!(of("(") > 2_000);
    // What is longer than any may be is not compiled.
    assert_eq!(of(&"a".repeat(MAX_PATTERN_SOURCE_BYTES + 1)), 3);
    assert!(of(&"a".repeat(MAX_PATTERN_SOURCE_BYTES)) > 2_000);
}

fn nodes(explanation: &Explanation<'_>) -> usize {
    1 + explanation.below.iter().map(nodes).sum::<usize>()
}

#[test]
fn an_explanation_has_one_stock_with_the_evaluation() {
    let source = "l.all(x, x < 100) && s != 'b'";
    let world = world([("l", Value::list((0..100).map(Value::Int).collect())), ("s", text("a"))]);
    let condition = compiled(source, &world).unwrap();
    let alone = steps(source, &world);
    let explained = |stock: u32| {
        let mut left = stock;
        let explanation = condition.explain_within(&world, &mut left);
        let value = match &explanation.outcome {
            Outcome::Value(value) => format!("{value}"),
            Outcome::Failed(error) => error.kind().code().into(),
            Outcome::Skipped => String::new(),
        };
        (value, nodes(&explanation), stock - left, explanation.decided)
    };
    let (value, all, taken, _) = explained(DEFAULT_STEPS);
    assert_eq!((&*value, all), ("true", 6));
    assert!(taken > 2 * alone && taken < 4 * alone, "{taken} and {alone}");
    // The value stands where the rest is too little to tell what it is made of.
    assert_eq!(explained(taken), ("true".into(), all, taken, false));
    assert_eq!(explained(taken - 1), ("true".into(), 1, taken - 1, true));
    assert_eq!(explained(alone), ("true".into(), 1, alone, true));
    assert_eq!(explained(alone - 1), ("limit".into(), 1, alone - 1, true));
}

#[test]
fn what_is_written_out_is_charged_as_often_as_it_stands_there() {
    let written = |value: &Value<'_>| {
        let mut left = DEFAULT_STEPS;
        value.written_within(&mut left).then(|| DEFAULT_STEPS - left)
    };
    let numbers = Value::list((0..100).map(Value::Int).collect());
    assert_eq!(written(&Value::Bool(true)), Some(0));
    assert_eq!(written(&text(&"a".repeat(320))), Some(20));
    assert_eq!(written(&numbers), Some(100));
    assert_eq!(written(&Value::list(alloc::vec![Value::Double(0.1); 10])), Some(10 * 17));
    // One list a hundred times in a list, and that a hundred times in another: little in memory.
    let wider = Value::list(alloc::vec![numbers; 100]);
    assert_eq!(written(&wider), Some(10_100));
    assert_eq!(written(&Value::list(alloc::vec![wider; 100])), None);
}

#[test]
fn copies_that_a_residual_holds_are_charged() {
    let numbers = Value::list((0..100).map(Value::Int).collect());
    let world = world([("l", numbers)]);
    let left = |source: &str| compiled(source, &world).expect(source).residual(&world).map(|_| ());
    assert_eq!(left("l.exists(x, unknown == l)"), Ok(()));
    let nested = "[l].map(k, l.map(a, k)).map(k, l.map(a, k)).map(k, l.map(a, k))";
    let error = left(&format!("unknown == {nested}")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    // A part that fails stays as it is: once for each element.
    let branch = ["1"; 1_500].join(",");
    let error = left(&format!("!l.all(x, (1/0 == x ? [{branch}] : []) == unknown)")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
