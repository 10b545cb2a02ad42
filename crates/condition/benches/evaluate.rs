//! Evaluation with facts that are resolved, beside the `cel` crate on the same conditions and facts.

use std::{collections::HashMap, hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use portcullis_condition::{Condition, Declarations, Fact, Record, Type, Value};

/// Ten nodes: three comparisons, six operands of theirs, and the `&&` over them.
const TEN_NODES: &str = "user.id == resource.owner && user.age >= 18 && resource.state != 'archived'";
/// One condition of a privacy rule, with a list and a string function.
const RULE: &str =
    "resource.owner == user.id || ('editor' in user.roles && resource.name.startsWith('draft'))";

fn declarations() -> Declarations {
    let user = Record::new("user")
        .field("id", Type::String)
        .field("age", Type::Int)
        .field("roles", Type::list(Type::String));
    let resource = Record::new("resource")
        .field("owner", Type::String)
        .field("state", Type::String)
        .field("name", Type::String);
    Declarations::new().variable("user", Type::record(user)).variable("resource", Type::record(resource))
}

fn facts(condition: &Condition) -> Vec<Fact<'static>> {
    let fact = |path: &str| match path {
        "user.id" | "resource.owner" => Value::string("1697740324567x893241234567890"),
        "user.age" => Value::Int(41),
        "user.roles" => Value::list(vec![Value::string("viewer"), Value::string("editor")]),
        "resource.state" => Value::string("published"),
        "resource.name" => Value::string("draft of a letter"),
        other => panic!("no fact {other}"),
    };
    condition.facts().iter().map(|path| Fact::Value(fact(&path.to_string()))).collect()
}

fn cel_context() -> cel::Context<'static, 'static> {
    let string = |text: &str| cel::Value::String(Arc::new(text.to_owned()));
    let map = |entries: &[(&str, cel::Value)]| -> cel::Value {
        let entries: HashMap<String, cel::Value> =
            entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        entries.into()
    };
    let id = string("1697740324567x893241234567890");
    let roles = cel::Value::List(Arc::new(vec![string("viewer"), string("editor")]));
    let mut context = cel::Context::default();
    context.add_variable_from_value(
        "user",
        map(&[("id", id.clone()), ("age", cel::Value::Int(41)), ("roles", roles)]),
    );
    let resource = [("owner", id), ("state", string("published")), ("name", string("draft of a letter"))];
    context.add_variable_from_value("resource", map(&resource));
    context
}

fn evaluate(criterion: &mut Criterion) {
    for (name, source) in [("condition of ten nodes", TEN_NODES), ("condition of a rule", RULE)] {
        let mut group = criterion.benchmark_group(name);
        let condition = Condition::compile_bool(source, &declarations()).expect("compiles");
        let facts = facts(&condition);
        assert_eq!(condition.holds(&facts), Ok(true));
        group.bench_function("native", |bencher| bencher.iter(|| condition.holds(black_box(&facts))));
        let program = cel::Program::compile(source).expect("compiles");
        let context = cel_context();
        assert_eq!(program.execute(&context), Ok(cel::Value::Bool(true)));
        group.bench_function("cel", |bencher| bencher.iter(|| program.execute(black_box(&context))));
        group.finish();
    }
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile a condition");
    let declarations = declarations();
    group.bench_function("native", |bencher| {
        bencher.iter(|| Condition::compile_bool(black_box(RULE), &declarations));
    });
    group.bench_function("cel", |bencher| bencher.iter(|| cel::Program::compile(black_box(RULE))));
    group.finish();
}

criterion_group!(benches, evaluate, compile);
criterion_main!(benches);
