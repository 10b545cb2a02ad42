//! The rows of a table that a search finds: what is left of the rules, for [`portcullis_rows`].

use alloc::{borrow::Cow, boxed::Box, format, vec::Vec};

use portcullis_condition::{Condition, Residual};
use portcullis_rows::{Field, Rule, Untold};
use portcullis_wire::{
    call::{Column, Rows},
    policy::Finding,
};

use super::{Filter, Rules};
use crate::{Policy, privacy::Type, report::escaped};

/// A rule that cannot be told of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable(pub Finding);

impl Filter {
    /// Which rows of a table this filter would show, if records were made of them.
    ///
    /// # Errors
    /// If a rule looks at what has no column, or at a column in a way that databases do not agree on.
    pub fn rows<'p>(&self, policy: &'p Policy) -> Result<Rows<'p>, Untranslatable> {
        let of = policy.access.as_deref().and_then(|access| access.type_list.get(self.type_index));
        let Some(of) = of else { return Ok(Rows::Never) };
        let Rules::Some { granted, left } = &self.rules else { return Ok(Rows::Always) };
        let mut matched = granted.map(|grant| grant.find);
        let mut open: Vec<(usize, bool, Box<Condition>)> = Vec::new();
        for place in left {
            let Some(rule) = of.rules.get(*place) else { continue };
            let finds = rule.grant.find;
            match rule.condition.left_of_resource(&self.bound()) {
                Ok(Residual::Always) => matched = Some(finds || matched == Some(true)),
                Ok(Residual::Never { error: None }) => {}
                // It fails on every row.
                Ok(Residual::Never { error: Some(_) }) => return Ok(Rows::Never),
                Ok(Residual::Depends(condition)) => open.push((*place, finds, condition)),
                Err(_) => return Err(untranslatable(of, *place, 0, "too many steps")),
            }
        }
        let rules: Vec<_> =
            open.iter().map(|(_, finds, condition)| Rule { condition, finds: *finds }).collect();
        let field = |name: &str| {
            let field = of.fields.get(of.field(name)?)?;
            let column = field.column.as_ref();
            let column = column.map(|(name, stored)| Column { name: Cow::Borrowed(name), stored: *stored });
            Some(Field { field_type: field.field_type, column })
        };
        portcullis_rows::rows(&rules, matched, of.everyone_else.find, &field).map_err(
            |Untold { rule, at, what }| {
                untranslatable(of, open.get(rule).map_or(0, |(place, ..)| *place), at, what)
            },
        )
    }
}

fn untranslatable(of: &Type, rule: usize, at: u32, what: &str) -> Untranslatable {
    Untranslatable(Finding {
        code: "untranslatable".into(),
        path: format!("/types/{}/rules/{rule}/when", escaped(&of.name)),
        message: format!("cannot be told of the rows of a table: {what}, at byte {at}"),
    })
}
