//! An engine against the reference, on as many random requests as wanted.

use std::collections::BTreeMap;

use crate::{
    random::{self, Case, Random},
    reference::{self, Verdict, World},
};

/// Requests in one world before the next one is made.
const CASES_PER_WORLD: u64 = 100;

/// How many requests were compared, and how many of them had which reason.
#[derive(Debug, Default)]
pub struct Tally {
    /// Requests that were compared.
    pub cases: u64,
    /// Requests by the reference's reason.
    pub reasons: BTreeMap<&'static str, u64>,
}

/// A request that the engine and the reference decide differently. All of it is random, so all of
/// it may be shown.
#[derive(Debug)]
pub struct Disagreement {
    /// Which request, from 0.
    pub number: u64,
    /// Where it was asked.
    pub world: World,
    /// The request.
    pub case: Case,
    /// What the reference says.
    pub reference: Verdict,
    /// What the engine says.
    pub engine: Verdict,
}

/// Compares an engine with the reference. `prepare` makes the engine for a world, which then decides
/// the requests in it.
///
/// # Errors
/// The first request that is decided differently.
pub fn compare<Engine: FnMut(&Case) -> Verdict>(
    cases: u64,
    seed: u64,
    mut prepare: impl FnMut(&World) -> Engine,
) -> Result<Tally, Box<Disagreement>> {
    let mut random = Random::new(seed);
    let mut tally = Tally::default();
    while tally.cases < cases {
        let world = random::world(&mut random);
        let mut engine = prepare(&world);
        for _ in 0..CASES_PER_WORLD.min(cases - tally.cases) {
            let case = random::case(&mut random, &world);
            let reference =
                reference::decide(&world, case.claim.as_deref(), &case.operation, case.tenant.as_deref());
            let engine = engine(&case);
            if engine != reference {
                return Err(Box::new(Disagreement { number: tally.cases, world, case, reference, engine }));
            }
            tally.cases += 1;
            *tally.reasons.entry(reference.reason).or_default() += 1;
        }
    }
    Ok(tally)
}

/// How many requests to compare: `PORTCULLIS_CASES`, or else this many.
///
/// # Panics
/// Where the variable is not a number.
#[must_use]
pub fn cases(otherwise: u64) -> u64 {
    number("PORTCULLIS_CASES").unwrap_or(otherwise)
}

/// Where the random numbers begin: `PORTCULLIS_SEED`, or else always the same.
///
/// # Panics
/// Where the variable is not a number.
#[must_use]
pub fn seed() -> u64 {
    number("PORTCULLIS_SEED").unwrap_or(0)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} must be a number")))
}
