//! The same sources and facts, given to the `cel` crate.

use std::{collections::HashMap, sync::Arc};

use portcullis_condition::{Condition, ErrorKind, Value};
use proptest::prelude::*;

use crate::{
    source::sources,
    world::{PATHS, World, declarations, worlds},
};

fn theirs(value: &Value<'_>) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::Int(value) => cel::Value::Int(*value),
        Value::Uint(value) => cel::Value::UInt(*value),
        Value::Double(value) => cel::Value::Float(*value),
        Value::String(text) => cel::Value::String(Arc::new((**text).to_owned())),
        Value::List(elements) => cel::Value::List(Arc::new(elements.iter().map(theirs).collect())),
        other => panic!("the world has no {other:?}"),
    }
}

fn context(world: &World) -> cel::Context<'static, 'static> {
    let mut context = cel::Context::default();
    let mut record: HashMap<String, cel::Value> = HashMap::new();
    for (path, value) in PATHS.iter().zip(&world.values) {
        match path.strip_prefix("r.") {
            Some(field) => _ = record.insert(field.to_owned(), theirs(value)),
            None => context.add_variable_from_value(*path, theirs(value)),
        }
    }
    context.add_variable_from_value("r", cel::Value::from(record));
    context
}

fn same(ours: &Value<'_>, theirs: &cel::Value) -> bool {
    match (ours, theirs) {
        (Value::Double(one), cel::Value::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (Value::List(one), cel::Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| same(one, other))
        }
        (ours, other) => self::theirs(ours) == *other,
    }
}

/// Where `cel` 0.15 itself is wrong: ordering with not-a-number is false in CEL, and theirs finds no
/// overload for it. An operand beside it may hide that error behind one of its own. The sources order
/// doubles with `<=`, and nothing else.
fn is_their_defect(source: &str, theirs: &Result<cel::Value, cel::ExecutionError>) -> bool {
    theirs.is_err() && source.contains("<=")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn both_say_the_same(source in sources(), world in worlds()) {
        let world = world.complete();
        let ours = Condition::compile(&source, &declarations()).unwrap();
        let ours = ours.evaluate(&world);
        prop_assume!(!matches!(&ours, Err(error) if error.kind() == ErrorKind::Limit));
        let program = cel::Program::compile(&source).unwrap();
        let theirs = program.execute(&context(&world));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert!(same(ours, theirs), "{}: {} and {:?}", source, ours, theirs),
            (Err(_), Err(_)) => {}
            _ if is_their_defect(&source, &theirs) => {}
            _ => prop_assert!(false, "{}: {:?} and {:?}", source, ours.map(|value| value.to_string()), theirs),
        }
    }
}
