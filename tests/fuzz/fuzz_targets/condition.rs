//! A condition: whatever the source, compiling it neither panics nor recurses too deep; what is
//! printed is the same condition; evaluation, residual and explanation agree.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use portcullis_condition::{
    Condition, Declarations, ErrorKind, Fact, Facts, Outcome, Path, Record, Residual, Type, Value,
};

static DECLARATIONS: LazyLock<Declarations> = LazyLock::new(|| {
    let user = Record::new("user").field("id", Type::String).field("age", Type::Int).field("roles", Type::list(Type::String));
    Declarations::new()
        .variable("user", Type::record(user))
        .variable("resource", Type::Dyn)
        .variable("now", Type::Timestamp)
        .variable("a.b", Type::Bool)
});

/// `resource.open` is known or not; everything else is, or is missing.
struct World {
    open: Option<bool>,
}

impl<'a> Facts<'a> for World {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        Fact::Value(match &*path.to_string() {
            "user.id" => Value::string("u1"),
            "user.age" => Value::Int(41),
            "user.roles" => Value::list(vec![Value::string("admin"), Value::string("")]),
            "a.b" => Value::Bool(true),
            "resource.open" => match self.open {
                Some(open) => Value::Bool(open),
                None => return Fact::Unknown,
            },
            _ => return Fact::Missing { found: path.fields().len() },
        })
    }
}

fuzz_target!(|source: &str| {
    let condition = match Condition::compile(source, &DECLARATIONS) {
        Ok(condition) => condition,
        Err(error) => {
            assert!(error.offset() <= source.len() && error.kind() != ErrorKind::Evaluation);
            return;
        }
    };
    let printed = condition.to_string();
    // What is printed may be longer, or have a bracket more, than a condition may have.
    match Condition::compile(&printed, &DECLARATIONS) {
        Ok(again) => assert_eq!(again.to_string(), printed),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Limit, "{printed}"),
    }
    let unknown = World { open: None };
    let residual = condition.residual(&unknown);
    for open in [false, true] {
        let world = World { open: Some(open) };
        let evaluated = condition.evaluate(&world);
        match (&evaluated, condition.explain(&world).outcome) {
            (Ok(value), Outcome::Value(told)) => assert_eq!(value.to_string(), told.to_string()),
            (Err(error), Outcome::Failed(told)) => assert_eq!(*error, told),
            _ => panic!("an explanation of something else"),
        }
        // Either may meet its limit a little earlier than the other.
        if matches!(&evaluated, Err(error) if error.kind() == ErrorKind::Limit) {
            continue;
        }
        let holds = matches!(evaluated, Ok(Value::Bool(true)));
        match &residual {
            Ok(Residual::Always) => assert!(holds),
            Ok(Residual::Never { .. }) => assert!(!holds),
            Ok(Residual::Depends(left)) => match left.holds(&world) {
                Err(error) if error.kind() == ErrorKind::Limit => {}
                left => assert_eq!(left == Ok(true), holds),
            },
            Err(error) => assert_eq!(error.kind(), ErrorKind::Limit),
        }
    }
});
