//! From the section of a type to the type.

use alloc::{boxed::Box, format, string::String, vec::Vec};

use hashbrown::{HashMap, HashSet};
use portcullis_wire::policy::{FieldOptions, FieldSet, FieldType, Grants, Storage, TypeSection};

use super::{Field, Fields, Grant, MAX_FIELDS, MAX_FIND_DEPTH, Rule, Type};
use crate::{
    condition::Declared,
    nearest::hint,
    report::{Report, escaped},
};

impl Type {
    /// Checks a section. Mistakes go into the report.
    pub(crate) fn load(name: &str, section: &TypeSection, declared: &Declared, report: &mut Report) -> Self {
        let at = format!("/types/{}", escaped(name));
        if section.fields.len() > MAX_FIELDS {
            report.push("fields", format!("{at}/fields"), format!("at most {MAX_FIELDS} fields"));
        }
        let fields: Vec<Field> = section
            .fields
            .iter()
            .map(|(name, section)| {
                let options = section.options();
                let column = column(&at, name, &options, report);
                Field {
                    name: name.as_str().into(),
                    field_type: options.field_type,
                    written: options.written,
                    always_constrainable: options.always_constrainable,
                    column,
                }
            })
            .collect();
        let by_name = fields.iter().enumerate().map(|(index, field)| (field.name.clone(), index)).collect();
        let mut names = Names { by_name: &by_name, report };
        let everyone_else = names.grant(&format!("{at}/everyone_else"), &section.everyone_else);
        let scope = declared.of_type(&fields);
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
            let condition = scope.compile(&rule.when, format_args!("{at}/when"), names.report);
            let Some(condition) = condition else { continue };
            let too_deep_to_find = grant.find && condition.resource_depth() > MAX_FIND_DEPTH;
            grant.find &= !too_deep_to_find;
            rules.push(Rule { name: rule.name.as_str().into(), condition, grant, too_deep_to_find });
        }
        Self { name: name.into(), exposed: section.exposed, fields, by_name, rules, everyone_else }
    }
}

/// More bytes than this the name of a column never has.
const MAX_COLUMN_BYTES: usize = 128;

/// The column of a field, if it has one.
fn column(of: &str, field: &str, options: &FieldOptions, report: &mut Report) -> Option<(Box<str>, Storage)> {
    if options.column.is_none() && options.stored.is_none() {
        return None;
    }
    let name = options.column.as_deref().unwrap_or_default();
    let by_type = match options.field_type {
        FieldType::String => Some(Storage::Text),
        FieldType::Int => Some(Storage::Integer),
        FieldType::Double => Some(Storage::Double),
        FieldType::Bool => Some(Storage::Boolean),
        FieldType::Timestamp => Some(Storage::Timestamp),
        FieldType::Strings | FieldType::List | FieldType::Object | FieldType::Any => None,
    };
    let stored = options.stored.or(by_type);
    let unix = matches!(stored, Some(Storage::UnixS | Storage::UnixMs | Storage::UnixUs));
    let fits = stored == by_type || unix && by_type == Some(Storage::Timestamp);
    let named = !name.is_empty() && name.len() <= MAX_COLUMN_BYTES && !name.contains('\0');
    if let Some(stored) = stored.filter(|_| fits && named) {
        return Some((name.into(), stored));
    }
    let path = format!("{of}/fields/{}/column", escaped(field));
    report.push("column", path, "expected the name of a column, and that it can store what the type says");
    None
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
