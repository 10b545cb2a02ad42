//! What is asked of the rows of a table: conditions, as tests of columns.
//!
//! ```text
//! rules: what is left of their conditions ─┐
//!      the columns that hold fields ───────┼─► rows ─► always, never, or a test of columns
//! ```
//!
//! A rule says of a row that it matches, that it does not, or nothing: it fails. A row on which any rule
//! fails is not found. So a condition gives three tests, and none of them knows a third value:
//! it is true, it is false, it is either. `!` turns the question round, and so the tests know no negation.
//! What a condition asks and databases do not agree on is refused, with its place.
//!
//! Built small in the module: it runs once a search, and a database is behind it.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
extern crate alloc;

mod test;
#[cfg(test)]
mod tests;
mod value;

use alloc::vec::Vec;

use portcullis_condition::{Condition, Residual};
use portcullis_wire::{
    call::{Column, RowTest, Rows},
    policy::FieldType,
};

use test::{Asked, Telling, all, always, any, is_never};

/// A rule.
pub struct Rule {
    /// What is left of its condition ([`Condition::residual_exact`]); none, if that takes too many steps.
    pub left: Option<Residual>,
    /// Whether rows are found on which it matches.
    pub finds: bool,
}

/// A field of a row.
#[derive(Clone)]
pub struct Field<'p> {
    /// Its type.
    pub field_type: FieldType,
    /// The column that holds it, if the policy names one.
    pub column: Option<Column<'p>>,
}

/// What cannot be told of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untold {
    /// The rule, by its place.
    pub rule: usize,
    /// Where it stands in the source of the condition, in bytes.
    pub at: u32,
    /// What it is.
    pub what: &'static str,
}

/// Which rows are found. `matched` says of rules that are known to match every row whether they find it;
/// none, if there are no such rules. `else_finds`: whether rows are found on which no rule matches.
///
/// # Errors
/// What cannot be told, first.
pub fn rows<'p>(
    rules: &[Rule],
    mut matched: Option<bool>,
    else_finds: bool,
    field: &dyn Fn(&str) -> Option<Field<'p>>,
) -> Result<Rows<'p>, Untold> {
    let mut open: Vec<(usize, bool, &Condition)> = Vec::new();
    for (place, Rule { left, finds }) in rules.iter().enumerate() {
        match left {
            Some(Residual::Always) => matched = Some(*finds || matched == Some(true)),
            Some(Residual::Never { error: None }) => {}
            // It fails on every row.
            Some(Residual::Never { error: Some(_) }) => return Ok(Rows::Never),
            Some(Residual::Depends(condition)) => open.push((place, *finds, condition)),
            None => return Err(Untold { rule: place, at: 0, what: "too many steps" }),
        }
    }
    let mut telling = Telling::new(field);
    let mut of = |asked: Asked, finding: bool| -> Result<Vec<RowTest<'p>>, Untold> {
        let mut tests = Vec::new();
        for (place, finds, condition) in &open {
            if *finds || !finding {
                let test = telling.condition(condition, asked);
                tests.push(test.map_err(|wrong| Untold { rule: *place, at: wrong.at, what: wrong.what })?);
            }
        }
        Ok(tests)
    };
    let found = match matched {
        Some(true) => always(),
        Some(false) => any(of(Asked::True, true)?),
        None => {
            let mut ways = of(Asked::True, true)?;
            if else_finds {
                ways.push(all(of(Asked::False, false)?));
            }
            any(ways)
        }
    };
    // One rule that matches, or does not, has been told already.
    let test = if is_never(&found) || open.len() < 2 && matched != Some(true) {
        found
    } else {
        let mut tests = of(Asked::Told, false)?;
        tests.insert(0, found);
        all(tests)
    };
    Ok(match test {
        RowTest::All(tests) if tests.is_empty() => Rows::Always,
        test if is_never(&test) => Rows::Never,
        test => Rows::Where(test),
    })
}
