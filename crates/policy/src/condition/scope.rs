//! What conditions may look at, in each place of the policy where one stands.

use alloc::{collections::BTreeMap, format, string::String};
use core::{cell::OnceCell, fmt::Arguments};

use portcullis_condition::{self as cel, Declarations, Record, Type as CelType};
use portcullis_wire::policy::{DeclarationsSection, FieldType, TypeSection, WorkflowSection};

use super::{Condition, Member, Source};
use crate::{privacy::Field, report::Report};

/// What the policy declares, made ready once for all places where conditions stand.
pub(crate) struct Declared<'d> {
    section: &'d DeclarationsSection,
    /// What conditions of rules see, the fields of the resource aside.
    of_types: Declarations,
    /// What conditions of operations see, and those of workflows that take nothing.
    of_operations: Declarations,
    /// `request` as operations have it.
    request: Record,
}

/// What conditions in one place of the policy may look at.
pub(crate) struct Scope<'d> {
    declared: &'d Declared<'d>,
    place: Place<'d>,
    /// Made where there is a condition.
    declarations: OnceCell<Declarations>,
}

/// Where conditions stand.
enum Place<'d> {
    Operation,
    Workflow { section: &'d WorkflowSection, types: &'d BTreeMap<String, TypeSection> },
    Type(&'d [Field]),
}

impl<'d> Declared<'d> {
    pub(crate) fn new(section: &'d DeclarationsSection) -> Self {
        let mut request = Record::new("request");
        for (name, member) in Member::ALL {
            request = request.field(name, if member.is_flag() { CelType::Bool } else { CelType::String });
        }
        let request = request
            .field("params", CelType::record(Record::new("request.params")))
            .field("action", record("request.action", fields(&section.action)))
            .field("context", record("request.context", fields(&section.context)));
        let of_types = Declarations::new()
            .variable("user", record("user", fields(&section.user)))
            .variable("resource", record("resource", fields(&section.resource)))
            .variable("now", CelType::Timestamp);
        let of_operations = of_types.clone().variable("request", CelType::record(request.clone()));
        Self { section, of_types, of_operations, request }
    }

    /// The scope of conditions of operations.
    pub(crate) fn operations(&'d self) -> Scope<'d> {
        self.scope(Place::Operation)
    }

    /// That of conditions of a workflow.
    pub(crate) fn workflow(
        &'d self,
        section: &'d WorkflowSection,
        types: &'d BTreeMap<String, TypeSection>,
    ) -> Scope<'d> {
        self.scope(Place::Workflow { section, types })
    }

    /// That of the rules of a type.
    pub(crate) fn of_type(&'d self, fields: &'d [Field]) -> Scope<'d> {
        self.scope(Place::Type(fields))
    }

    fn scope(&'d self, place: Place<'d>) -> Scope<'d> {
        Scope { declared: self, place, declarations: OnceCell::new() }
    }
}

impl Scope<'_> {
    /// Checks a condition. What is wrong with it goes into the report.
    pub(crate) fn compile(
        &self,
        source: &str,
        path: Arguments<'_>,
        report: &mut Report,
    ) -> Option<Condition> {
        let declarations = self.declarations.get_or_init(|| self.declarations());
        let condition = match cel::Condition::compile_bool(source, declarations) {
            Ok(condition) => condition,
            Err(error) => {
                report.push("condition", format!("{path}"), format!("{error}"));
                return None;
            }
        };
        let sources = condition.facts().iter().map(|path| self.source(path)).collect();
        Some(Condition { cel: condition, sources })
    }

    fn declarations(&self) -> Declarations {
        let Declared { of_types, of_operations, request, .. } = self.declared;
        match self.place {
            Place::Operation => of_operations.clone(),
            Place::Type(fields) => {
                let fields = fields.iter().map(|field| (&*field.name, field.field_type));
                of_types.clone().variable("resource", record("resource", fields))
            }
            Place::Workflow { section, types } => {
                let mut declarations = of_operations.clone();
                if !section.parameters.is_empty() {
                    let mut params = Record::new("request.params");
                    for parameter in &section.parameters {
                        let of = cel_type(parameter.parameter_type);
                        let of = if parameter.list { CelType::list(of) } else { of };
                        params = params.field(&parameter.name, of);
                    }
                    let request = request.clone().field("params", CelType::record(params));
                    declarations = declarations.variable("request", CelType::record(request));
                }
                let mut searches = section.searches.iter().filter_map(|(name, of)| {
                    let fields = types.get(of)?.fields.iter();
                    let fields = fields.map(|(name, field)| (name.as_str(), field.field_type()));
                    Some((name, CelType::list(record(name, fields))))
                });
                if let Some((name, of)) = searches.next() {
                    let first = Record::new("search").field(name, of);
                    let search = searches.fold(first, |search, (name, of)| search.field(name, of));
                    declarations = declarations.variable("search", CelType::record(search));
                }
                declarations
            }
        }
    }

    fn source(&self, path: &cel::Path) -> Source {
        let mut fields = path.fields();
        let first = fields.next().unwrap_or_default();
        let second = fields.next().unwrap_or_default();
        let section = self.declared.section;
        let source = match (path.variable(), first) {
            ("user", _) => section.user.get(first).copied().map(Source::User),
            ("resource", _) => self.resource(first),
            ("now", _) => Some(Source::Now),
            ("request", "action") => section.action.get(second).copied().map(Source::Action),
            ("request", "context") => section.context.get(second).copied().map(Source::Context),
            ("request", "params") => self.parameter(second).map(Source::Parameter),
            ("request", _) => {
                let member = Member::ALL.iter().find(|(name, _)| *name == first);
                member.map(|(_, member)| Source::Request(*member))
            }
            ("search", _) => self.search(first).map(Source::Search),
            _ => None,
        };
        source.unwrap_or(Source::Whole)
    }

    fn resource(&self, name: &str) -> Option<Source> {
        let Place::Type(fields) = self.place else {
            return self.declared.section.resource.get(name).map(|of| Source::Resource(*of, 0));
        };
        let mut fields = fields.iter().enumerate();
        let (place, field) = fields.find(|(_, field)| *field.name == *name)?;
        Some(Source::Resource(field.field_type, place))
    }

    /// The place of a parameter of the workflow.
    fn parameter(&self, name: &str) -> Option<usize> {
        let Place::Workflow { section, .. } = self.place else { return None };
        section.parameters.iter().position(|parameter| parameter.name == name)
    }

    /// The place of a search of the workflow.
    fn search(&self, name: &str) -> Option<usize> {
        let Place::Workflow { section, .. } = self.place else { return None };
        section.searches.keys().position(|known| known == name)
    }
}

fn fields(of: &BTreeMap<String, FieldType>) -> impl Iterator<Item = (&str, FieldType)> {
    of.iter().map(|(name, of)| (name.as_str(), *of))
}

fn record<'f>(name: &str, fields: impl Iterator<Item = (&'f str, FieldType)>) -> CelType {
    let record = fields.fold(Record::new(name), |record, (name, of)| record.field(name, cel_type(of)));
    CelType::record(record)
}

fn cel_type(of: FieldType) -> CelType {
    match of {
        FieldType::String => CelType::String,
        FieldType::Int => CelType::Int,
        FieldType::Double => CelType::Double,
        FieldType::Bool => CelType::Bool,
        FieldType::Timestamp => CelType::Timestamp,
        FieldType::Strings => CelType::list(CelType::String),
        FieldType::List => CelType::list(CelType::Dyn),
        FieldType::Object => CelType::map(CelType::String, CelType::Dyn),
        FieldType::Any => CelType::Dyn,
    }
}
