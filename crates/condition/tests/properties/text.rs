//! Text to tree and back, and text that is no condition.

use portcullis_condition::{Condition, ErrorKind};
use proptest::prelude::*;

use crate::{
    source::{sources, tokens},
    world::{declarations, worlds},
};

/// The two evaluate alike: to equal texts, or to errors of one kind.
fn outcome(condition: &Condition, world: &crate::world::World) -> Result<String, ErrorKind> {
    condition.evaluate(world).map(|value| value.to_string()).map_err(|error| error.kind())
}

proptest! {
    #[test]
    fn what_is_printed_is_the_same_condition(source in sources(), world in worlds()) {
        let condition = Condition::compile(&source, &declarations()).unwrap();
        let printed = condition.to_string();
        let again = Condition::compile(&printed, &declarations());
        let again = again.unwrap_or_else(|error| panic!("{source}\n{printed}\n{error}"));
        prop_assert_eq!(again.to_string(), printed);
        prop_assert_eq!(again.result(), condition.result());
        let (facts, again_facts) = (condition.facts().len(), again.facts().len());
        prop_assert_eq!(facts, again_facts);
        prop_assert_eq!(outcome(&again, &world), outcome(&condition, &world), "{}", condition);
    }

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![tokens(), any::<String>()], world in worlds()) {
        match Condition::compile(&text, &declarations()) {
            Ok(condition) => {
                let _ = condition.evaluate(&world);
                let _ = condition.residual(&world);
                let _ = condition.explain(&world);
                let printed = condition.to_string();
                prop_assert!(Condition::compile(&printed, &declarations()).is_ok(), "{} -> {}", text, printed);
            }
            Err(error) => {
                prop_assert!(error.offset() <= text.len());
                prop_assert!(error.kind() != ErrorKind::Evaluation);
            }
        }
    }
}
