//! Text to claim and back.

use portcullis_claim::{Catalog, Claim, Target, TenantRule, Tenants};
use proptest::prelude::*;

use crate::world::one_claim;

/// Pieces of claims in any order: far more of these are nearly right than of arbitrary strings.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => Just("a:"), 8 => Just("d:"), 8 => Just(";"), 4 => Just("tenants"), 4 => Just(":"), 4 => Just(","),
        4 => Just("."), 8 => Just("r"), 4 => Just("x-1"), 4 => Just("A"), 2 => Just("T_1"), 1 => Just(" "),
        1 => Just("*"), 1 => Just("\u{e9}"), 1 => Just("\u{1f512}"), 1 => Just("\0"), 1 => Just("a"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn print_gives_back(text: &str) -> Result<(), TestCaseError> {
    match Claim::parse(text) {
        Ok(claim) => {
            prop_assert_eq!(claim.as_str(), text);
            prop_assert_eq!(&claim.to_string(), text);
            prop_assert_eq!(&Claim::parse(&claim.to_string()).unwrap(), &claim);
            let spelled: Vec<String> = claim
                .rules()
                .iter()
                .map(|rule| {
                    let target = match &rule.target {
                        Target::Operation(id) => (*id).to_owned(),
                        Target::Tenants(TenantRule::All | TenantRule::None) => "tenants".to_owned(),
                        Target::Tenants(TenantRule::Only(list) | TenantRule::AllExcept(list)) => {
                            format!("tenants:{}", list.iter().collect::<Vec<_>>().join(","))
                        }
                    };
                    format!("{}:{target}", rule.effect.letter())
                })
                .collect();
            prop_assert_eq!(spelled.join(";"), text, "the rules are the whole text");
        }
        Err(error) => prop_assert!(error.offset() <= text.len() && text.is_char_boundary(error.offset())),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn any_string_parses_or_is_refused(text in any::<String>()) {
        print_gives_back(&text)?;
    }

    #[test]
    fn print_gives_back_what_was_parsed(text in pieces()) {
        print_gives_back(&text)?;
    }

    #[test]
    fn what_the_grammar_makes_is_parsed((_, text) in one_claim(8, 8)) {
        prop_assert!(Claim::parse(&text).is_ok());
        print_gives_back(&text)?;
    }

    #[test]
    fn any_value_is_validated_without_panic(text in pieces()) {
        let catalog = Catalog::workflow_api();
        let tenants = Tenants::new();
        if let Ok(builder) = Claim::builder(&catalog).with_tenants(&tenants).set_value(&text) {
            prop_assert!(builder.value().is_ok());
        }
    }

    #[test]
    fn a_limit_holds_to_the_byte(text in pieces(), limit in 0_usize..64) {
        let within = Claim::parse_within(&text, limit);
        if text.len() <= limit {
            prop_assert_eq!(within, Claim::parse(&text));
        } else {
            prop_assert_eq!(within.unwrap_err().kind().code(), "too_large");
        }
    }
}
