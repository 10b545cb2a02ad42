//! From the section of a type to the type.

use alloc::{boxed::Box, format, string::String, vec::Vec};

use hashbrown::{HashMap, HashSet};
use portcullis_wire::policy::{FieldSet, Grants, TypeSection};

use super::{Field, Fields, Grant, MAX_FIELDS, MAX_FIND_DEPTH, Rule, Type};
use crate::{
    condition::Scope,
    nearest::hint,
    report::{Report, escaped},
};

impl Type {
    /// Checks a section. Mistakes go into the report.
    pub(crate) fn load(name: &str, section: &TypeSection, scope: &Scope, report: &mut Report) -> Self {
        let at = format!("/types/{}", escaped(name));
        if section.fields.len() > MAX_FIELDS {
            report.push("fields", format!("{at}/fields"), format!("at most {MAX_FIELDS} fields"));
        }
        let fields: Vec<Field> = section
            .fields
            .iter()
            .map(|(name, section)| {
                let options = section.options();
                Field {
                    name: name.as_str().into(),
                    field_type: options.field_type,
                    written: options.written,
                    always_constrainable: options.always_constrainable,
                }
            })
            .collect();
        let by_name = fields.iter().enumerate().map(|(index, field)| (field.name.clone(), index)).collect();
        let mut names = Names { by_name: &by_name, report };
        let everyone_else = names.grant(&format!("{at}/everyone_else"), &section.everyone_else);
        let scope = scope.of_type(&fields);
        let mut rules = Vec::new();
        let mut seen = HashSet::new();
        for (index, rule) in section.rules.iter().enumerate() {
            let at = format!("{at}/rules/{index}");
            if rule.name.is_empty() || !seen.insert(rule.name.as_str()) {
                names.report.push(
                    "rule_name",
                    format!("{at}/name"),
                    "expected a name that no other rule has",
                );
            }
            let mut grant = names.grant(&format!("{at}/grant"), &rule.grant);
            let Some(condition) = scope.compile(&rule.when, &format!("{at}/when"), names.report) else {
                continue;
            };
            let too_deep_to_find = grant.find && condition.resource_depth() > MAX_FIND_DEPTH;
            grant.find &= !too_deep_to_find;
            rules.push(Rule { name: rule.name.as_str().into(), condition, grant, too_deep_to_find });
        }
        Self { name: name.into(), exposed: section.exposed, fields, by_name, rules, everyone_else }
    }
}

struct Names<'n> {
    by_name: &'n HashMap<Box<str>, usize>,
    report: &'n mut Report,
}

impl Names<'_> {
    fn grant(&mut self, at: &str, grants: &Grants) -> Grant {
        let view = self.set(&format!("{at}/view"), &grants.view);
        Grant {
            find: grants.find,
            files: grants.files,
            create: grants.create,
            modify: grants.modify,
            delete: grants.delete,
            view,
            autobind: self.list(&format!("{at}/autobind"), &grants.autobind),
            constrain: match &grants.constrain {
                Some(fields) => self.set(&format!("{at}/constrain"), fields),
                None => view,
            },
        }
    }

    fn set(&mut self, at: &str, set: &FieldSet) -> Fields {
        match set {
            FieldSet::All(_) => {
                (0..self.by_name.len()).fold(Fields::default(), |all, index| all.and(Fields::one(index)))
            }
            FieldSet::List(names) => self.list(at, names),
        }
    }

    fn list(&mut self, at: &str, names: &[String]) -> Fields {
        let mut fields = Fields::default();
        for (place, name) in names.iter().enumerate() {
            match self.by_name.get(name.as_str()) {
                Some(index) => fields = fields.and(Fields::one(*index)),
                None => {
                    let near = hint(name, self.by_name.keys().map(AsRef::as_ref));
                    let message = format!("the type has no field `{name}`{near}");
                    self.report.push("field", format!("{at}/{place}"), message);
                }
            }
        }
        fields
    }
}
