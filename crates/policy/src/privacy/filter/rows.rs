//! The rows of a table that a search finds: what is left of the rules, for [`portcullis_rows`].

use alloc::{borrow::Cow, format, vec::Vec};

use portcullis_rows::{Field, Rule, Untold};
use portcullis_wire::{
    call::{Column, Rows},
    policy::Finding,
};

use super::{Filter, Rules};
use crate::{
    Policy,
    privacy::{self, Type},
    report::escaped,
};

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
        let matched = granted.map(|grant| grant.find);
        let bound = self.bound();
        let open: Vec<(usize, &privacy::Rule)> =
            left.iter().filter_map(|place| Some((*place, of.rules.get(*place)?))).collect();
        let rules: Vec<Rule> = open
            .iter()
            .map(|(_, rule)| Rule {
                left: rule.condition.left_of_resource(&bound).ok(),
                finds: rule.grant.find,
            })
            .collect();
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
