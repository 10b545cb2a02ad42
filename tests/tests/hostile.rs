//! Whatever is asked of conditions, the answer is a value or why there is none, for a bounded amount of
//! work. Work is counted in steps, which are the same everywhere; what time they take is a benchmark.

use std::fs;

use portcullis::{Engine, PolicySource, Session};
use portcullis_condition::{Condition, Declarations, ErrorKind, Fact, Facts, Path, Type, Value, limits};
use portcullis_tests::{
    hostile::{self, End, Hostile},
    hosts,
};
use portcullis_wire::call::{Call, ConditionEvaluated, Evaluation, TaggedValue};
use serde::Deserialize as _;

#[test]
fn no_condition_traps_or_says_otherwise_when_it_is_explained() {
    let wasm = fs::read(hosts::dist().join("portcullis.wasm")).expect("run `cargo xtask dist`");
    let engine = Engine::from_wasm(&wasm, None, portcullis::Limits::default()).expect("a module");
    let policy = PolicySource::from_json(r#"{"portcullis": 1}"#);
    let mut session = Session::new(&engine, &policy, None).expect("a policy");
    for Hostile { name, end, evaluation } in hostile::conditions() {
        for explain in [false, true] {
            let mut evaluation = Evaluation::deserialize(&evaluation).expect("an evaluation");
            evaluation.explain = explain;
            let answer: ConditionEvaluated<'_> = session
                .ask(&Call::ConditionEval(evaluation))
                .unwrap_or_else(|error| panic!("{name}, explain {explain}: {error}"));
            let kind = answer.error.as_ref().map(|error| error.kind.as_ref());
            let expected = match end {
                End::Within(_) => None,
                End::Fails(_) => Some("evaluation"),
                End::Refused(kind) => Some(kind),
            };
            assert_eq!(kind, expected, "{name}, explain {explain}");
            let answered = answer.value.is_some() || answer.residual.is_some();
            assert_eq!(answered, expected.is_none(), "{name}, explain {explain}");
        }
    }
}

#[test]
fn every_condition_ends_within_its_steps() {
    for Hostile { name, end, evaluation } in hostile::conditions() {
        let evaluation = Evaluation::deserialize(&evaluation).expect("an evaluation");
        let found = evaluated(&evaluation);
        match (found, end) {
            (End::Within(steps), End::Within(most)) | (End::Fails(steps), End::Fails(most)) => {
                assert!(steps <= most, "{name} took {steps} steps");
            }
            _ => assert_eq!(found, end, "{name}"),
        }
    }
}

/// What becomes of a condition, and of its value when that is written out.
fn evaluated(evaluation: &Evaluation<'_>) -> End {
    let bindings = evaluation.bindings.iter().map(|(name, tagged)| (name.to_string(), value(tagged)));
    let bindings = Bindings(bindings.collect());
    let known = bindings.0.iter().map(|(name, value)| (&**name, Type::of(value)));
    let unknown = evaluation.unknown.iter().map(|name| (&**name, Type::Dyn));
    let declarations =
        known.chain(unknown).fold(Declarations::new(), |all, (name, of)| all.variable(name, of));
    let mut steps = limits::DEFAULT_STEPS;
    let ended = Condition::compile(&evaluation.expr, &declarations).and_then(|condition| {
        if !evaluation.unknown.is_empty() {
            return condition.residual(&bindings).map(|_| true);
        }
        condition.evaluate_within(&bindings, &mut steps).map(|value| value.written_within(&mut steps))
    });
    let steps = limits::DEFAULT_STEPS - steps;
    match ended {
        Ok(true) => End::Within(steps),
        Ok(false) => End::Refused("limit"),
        Err(error) if error.kind() == ErrorKind::Evaluation => End::Fails(steps),
        Err(error) => End::Refused(error.kind().code()),
    }
}

fn value<'a>(tagged: &'a TaggedValue<'_>) -> Value<'a> {
    match tagged {
        TaggedValue::Int(text) => Value::Int(text.parse().expect("an int")),
        TaggedValue::Double(text) => Value::parse_double(text).expect("a double"),
        TaggedValue::String(text) => Value::string(text),
        TaggedValue::List(elements) => Value::list(elements.iter().map(value).collect()),
        TaggedValue::Map(entries) => {
            Value::map(entries.iter().map(|(key, of)| (value(key), value(of))).collect())
        }
        other => panic!("no such fact among the conditions: {other:?}"),
    }
}

struct Bindings<'v>(Vec<(String, Value<'v>)>);

impl<'v> Facts<'v> for Bindings<'v> {
    fn fact(&self, _: usize, path: &Path) -> Fact<'v> {
        let known = self.0.iter().find(|(name, _)| name == path.variable());
        let Some((_, value)) = known else { return Fact::Unknown };
        let mut value = value;
        for (index, field) in path.fields().enumerate() {
            let Value::Map(entries) = value else { return Fact::Missing { found: index } };
            let entry = entries.iter().find(|(key, _)| matches!(key, Value::String(key) if **key == *field));
            let Some((_, entry)) = entry else { return Fact::Missing { found: index + 1 } };
            value = entry;
        }
        Fact::Value(value.clone())
    }
}
