//! What the types promise, and what an explanation says.

use portcullis_condition::{Condition, ErrorKind, Explanation, Outcome, Type};
use proptest::prelude::*;

use crate::{
    source::sources,
    world::{declarations, worlds},
};

/// How many leaves are marked as those that decided.
fn decided(explanation: &Explanation<'_>) -> usize {
    usize::from(explanation.decided) + explanation.below.iter().map(decided).sum::<usize>()
}

proptest! {
    #[test]
    fn a_value_is_of_the_type_that_was_told(source in sources(), world in worlds()) {
        let condition = Condition::compile(&source, &declarations()).unwrap();
        match condition.evaluate(&world.complete()) {
            Ok(value) => {
                let agrees = match condition.result() {
                    Type::List(_) => matches!(Type::of(&value), Type::List(_)),
                    // Elements of a list that may be empty are of any type.
                    Type::Dyn => true,
                    of => *of == Type::of(&value),
                };
                prop_assert!(agrees, "{} is told to be {}, and is {:?}", source, condition.result(), value);
            }
            Err(error) => prop_assert!(
                !error.message().contains("no such operation"), "{}: {}", source, error
            ),
        }
    }

    #[test]
    fn an_explanation_says_what_the_evaluation_says(source in sources(), world in worlds()) {
        let condition = Condition::compile(&source, &declarations()).unwrap();
        let explanation = condition.explain(&world);
        match (condition.evaluate(&world), &explanation.outcome) {
            (Ok(value), Outcome::Value(told)) => prop_assert_eq!(value.to_string(), told.to_string()),
            (Err(error), Outcome::Failed(told)) => prop_assert_eq!(&error, told),
            (evaluated, told) => prop_assert!(false, "{:?} and {:?}", evaluated, told),
        }
        prop_assert!(decided(&explanation) > 0, "{}", source);
    }

    #[test]
    fn steps_bound_an_evaluation(source in sources(), world in worlds(), steps in 0_u32..64) {
        let condition = Condition::compile(&source, &declarations()).unwrap();
        let mut left = steps;
        match condition.evaluate_within(&world, &mut left) {
            Err(error) if error.kind() == ErrorKind::Limit => prop_assert_eq!(left, 0),
            bounded => {
                prop_assert!(left <= steps);
                let free = condition.evaluate(&world);
                prop_assert_eq!(
                    bounded.map(|value| value.to_string()), free.map(|value| value.to_string())
                );
            }
        }
    }
}
