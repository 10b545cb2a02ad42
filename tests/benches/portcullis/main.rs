//! What a decision costs: natively, in the sandbox, and by hand.
//!
//! A benchmark is named `work/host`. `cargo xtask bench` runs them, adds those of Node, and compares
//! them with the figures that they are to reach.

use criterion::{Criterion, criterion_group, criterion_main};

mod access;
mod allows;
mod decide;
mod guards;
mod hand_written;
mod scale;
mod setup;
mod start;
mod tokens;
mod world;

/// Where criterion keeps what it measures, and other programs find what is asked.
const HOME: &str = "CRITERION_HOME";

fn all(criterion: &mut Criterion) {
    if let Some(home) = std::env::var_os(HOME) {
        setup::BUILT_IN.write(home.as_ref());
    }
    allows::run(criterion);
    decide::run(criterion);
    access::run(criterion);
    tokens::run(criterion);
    scale::run(criterion);
    start::run(criterion);
    guards::run(criterion);
}

criterion_group!(benches, all);
criterion_main!(benches);
