//! What is told when some facts are unknown is right whatever they turn out to be.

use portcullis_condition::{Condition, Residual};
use proptest::prelude::*;

use crate::{
    source::conditions,
    world::{Knowledge, PATHS, World, declarations, worlds},
};

fn holds(condition: &Condition, world: &World) -> bool {
    condition.holds(world) == Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_residual_agrees_with_the_condition(source in conditions(), world in worlds()) {
        let condition = Condition::compile_bool(&source, &declarations()).unwrap();
        let whole = holds(&condition, &world.told());
        match condition.residual(&world).unwrap() {
            Residual::Always => prop_assert!(whole, "always: {}", source),
            Residual::Never { .. } => prop_assert!(!whole, "never: {}", source),
            Residual::Depends(residual) => {
                prop_assert_eq!(holds(&residual, &world.told()), whole, "{} left of {}", residual, source);
                let printed = Condition::compile_bool(&residual.to_string(), &declarations());
                let printed = printed.unwrap_or_else(|error| panic!("{residual} left of {source}: {error}"));
                prop_assert_eq!(holds(&printed, &world.told()), whole, "{} left of {}", printed, source);
                // Something that is not known is asked for.
                let unknown = |path: &String| {
                    PATHS.iter().position(|known| known == path).is_some_and(|leaf| world.known[leaf] == Knowledge::Unknown)
                };
                prop_assert!(residual.facts().iter().map(ToString::to_string).any(|path| unknown(&path)));
            }
        }
    }

    #[test]
    fn nothing_is_left_when_everything_is_known(source in conditions(), world in worlds()) {
        let world = world.told();
        let condition = Condition::compile_bool(&source, &declarations()).unwrap();
        match condition.residual(&world).unwrap() {
            Residual::Always => prop_assert_eq!(condition.holds(&world), Ok(true)),
            Residual::Never { error } => match condition.holds(&world) {
                Ok(holds) => prop_assert!(!holds),
                Err(_) => prop_assert!(error.is_some(), "{}", source),
            },
            Residual::Depends(residual) => prop_assert!(false, "{} left of {}", residual, source),
        }
    }
}
