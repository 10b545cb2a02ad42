//! What a policy knows of fields: how sensitive each is, and how its values are hidden.

use alloc::{format, string::String, vec::Vec};

use portcullis_wire::policy::{FieldRule, Finding, Level, MaskingSection, Strategy};

use crate::names;

/// What is known of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// How sensitive its values are.
    pub level: Level,
    /// How they are hidden.
    pub strategy: Strategy,
}

impl Field {
    /// A field that nothing is known of.
    pub const PUBLIC: Self = Self { level: Level::Public, strategy: Strategy::Fixed };
    /// A field whose name says that it is not for showing.
    pub const RESTRICTED: Self = Self { level: Level::Restricted, strategy: Strategy::Fixed };
}

/// What a policy knows of fields by their names.
#[derive(Debug, Clone)]
pub struct Fields {
    /// By normalized name, sorted.
    named: Vec<(String, Field)>,
    hide_from: Level,
}

/// What holds without a policy: names alone decide.
impl Default for Fields {
    fn default() -> Self {
        Self { named: Vec::new(), hide_from: Level::Confidential }
    }
}

impl Fields {
    /// Reads the rules that have names; those with pointers are [`crate::mask`]'s.
    ///
    /// # Errors
    /// Every mistake, with its path.
    pub fn new(section: &MaskingSection) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut named: Vec<(String, Field)> = Vec::new();
        for (at, rule) in section.fields.iter().enumerate() {
            let mut push = |message: &str| {
                let path = format!("/masking/fields/{at}");
                findings.push(Finding { code: "masking_field".into(), path, message: message.into() });
            };
            let FieldRule { name, pointer, level, strategy } = rule;
            let name = match (name, pointer) {
                (Some(name), None) => names::normalized(name),
                (None, Some(_)) => continue,
                _ => {
                    push("expected either `name` or `pointer`");
                    continue;
                }
            };
            if name.is_empty() {
                push("expected a name with letters or digits");
                continue;
            }
            match named.binary_search_by(|(known, _)| known.cmp(&name)) {
                Ok(_) => push("there is a rule for this name already"),
                Err(place) => named.insert(place, (name, Field { level: *level, strategy: *strategy })),
            }
        }
        if findings.is_empty() {
            Ok(Self { named, hide_from: section.hide_from.level() })
        } else {
            Err(findings)
        }
    }

    /// What is known of a field by its name: the policy's rule, else what the name says.
    #[must_use]
    pub fn of(&self, name: &str) -> Field {
        let by_name = || if names::is_restricted(name) { Field::RESTRICTED } else { Field::PUBLIC };
        self.rule(name).unwrap_or_else(by_name)
    }

    /// The policy's rule for the name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<Field> {
        if self.named.is_empty() {
            return None;
        }
        let normalized = names::normalized(name);
        let at = self.named.binary_search_by(|(known, _)| known.as_str().cmp(&normalized)).ok()?;
        self.named.get(at).map(|(_, field)| *field)
    }

    /// Whether the values of such a field are hidden.
    #[must_use]
    pub fn hides(&self, field: Field) -> bool {
        field.level >= self.hide_from
    }

    /// Whether the values of the field of this name are hidden.
    #[must_use]
    pub fn hides_name(&self, name: &str) -> bool {
        self.hides(self.of(name))
    }
}

#[cfg(test)]
mod tests {
    use portcullis_wire::policy::HideFrom;

    use super::*;

    fn rule(name: &str, level: Level) -> FieldRule {
        FieldRule { name: Some(name.into()), pointer: None, level, strategy: Strategy::Fixed }
    }

    #[test]
    fn a_rule_holds_for_the_name_in_every_spelling_and_goes_before_what_the_name_says() {
        let fields = [rule("home_phone", Level::Confidential), rule("secretHint", Level::Public)];
        let section = MaskingSection { fields: fields.into(), ..MaskingSection::default() };
        let fields = Fields::new(&section).unwrap();
        assert!(
            fields.hides_name("homePhone")
                && fields.hides_name("HOME-PHONE")
                && fields.hides_name("password")
        );
        assert!(!fields.hides_name("secret_hint") && !fields.hides_name("phone"));
    }

    #[test]
    fn levels_are_hidden_from_the_policys_on() {
        for (hide_from, hidden) in [
            (HideFrom::Internal, [true, true, true]),
            (HideFrom::Confidential, [false, true, true]),
            (HideFrom::Restricted, [false, false, true]),
        ] {
            let fields =
                [rule("a", Level::Internal), rule("b", Level::Confidential), rule("c", Level::Restricted)];
            let section = MaskingSection { hide_from, fields: fields.into(), detect: Vec::new() };
            let fields = Fields::new(&section).unwrap();
            assert_eq!(["a", "b", "c"].map(|name| fields.hides_name(name)), hidden);
            assert!(!fields.hides_name("other"));
        }
    }

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let both = FieldRule { pointer: Some("/a".into()), ..rule("a", Level::Public) };
        let neither = FieldRule { name: None, ..rule("a", Level::Public) };
        let fields = [
            both,
            neither,
            rule("cardNo", Level::Public),
            rule("card_no", Level::Restricted),
            rule("-", Level::Public),
        ];
        let section = MaskingSection { fields: fields.into(), ..MaskingSection::default() };
        let findings = Fields::new(&section).unwrap_err();
        let paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            ["/masking/fields/0", "/masking/fields/1", "/masking/fields/3", "/masking/fields/4"]
        );
    }
}
