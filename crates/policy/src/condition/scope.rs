//! What conditions may look at, in each place of the policy where one stands.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use portcullis_condition::{self as cel, Declarations, Record, Type as CelType};
use portcullis_wire::policy::{DeclarationsSection, FieldType, TypeSection, WorkflowSection};

use super::{Condition, Member, Source};
use crate::{privacy::Field, report::Report};

/// Variables with their types.
#[derive(Clone)]
pub(crate) struct Scope {
    user: Vec<(String, FieldType)>,
    resource: Vec<(String, FieldType)>,
    action: Vec<(String, FieldType)>,
    context: Vec<(String, FieldType)>,
    /// Parameters, and whether each is a list.
    parameters: Vec<(String, FieldType, bool)>,
    searches: Vec<(String, Vec<(String, FieldType)>)>,
    /// Whether it is that of a privacy rule, which looks at nothing but `resource`, `user` and `now`.
    privacy: bool,
}

impl Scope {
    pub(crate) fn new(section: &DeclarationsSection) -> Self {
        let fields =
            |of: &BTreeMap<String, FieldType>| of.iter().map(|(name, of)| (name.clone(), *of)).collect();
        Self {
            user: fields(&section.user),
            resource: fields(&section.resource),
            action: fields(&section.action),
            context: fields(&section.context),
            parameters: Vec::new(),
            searches: Vec::new(),
            privacy: false,
        }
    }

    /// That of conditions of operations.
    pub(crate) fn operations(&self) -> Self {
        self.clone()
    }

    /// That of conditions of a workflow.
    pub(crate) fn workflow(&self, section: &WorkflowSection, types: &BTreeMap<String, TypeSection>) -> Self {
        let parameters = section.parameters.iter();
        let searches = section.searches.iter().filter_map(|(name, of)| {
            let fields = types.get(of)?.fields.iter();
            Some((name.clone(), fields.map(|(name, field)| (name.clone(), field.field_type())).collect()))
        });
        Self {
            parameters: parameters.map(|it| (it.name.clone(), it.parameter_type, it.list)).collect(),
            searches: searches.collect(),
            ..self.clone()
        }
    }

    /// That of the rules of a type.
    pub(crate) fn of_type(&self, fields: &[Field]) -> Self {
        Self {
            resource: fields.iter().map(|field| (field.name.as_ref().into(), field.field_type)).collect(),
            privacy: true,
            ..self.clone()
        }
    }

    /// Checks a condition. What is wrong with it goes into the report.
    pub(crate) fn compile(&self, source: &str, path: &str, report: &mut Report) -> Option<Condition> {
        let compiled = cel::Condition::compile_bool(source, &self.declarations());
        let condition = match compiled {
            Ok(condition) => condition,
            Err(error) => {
                report.push("condition", path, format!("{error}"));
                return None;
            }
        };
        let sources = condition.facts().iter().map(|path| self.source(path)).collect();
        Some(Condition { cel: condition, sources })
    }

    fn declarations(&self) -> Declarations {
        let mut declarations = Declarations::new()
            .variable("user", CelType::record(record("user", &self.user)))
            .variable("resource", CelType::record(record("resource", &self.resource)))
            .variable("now", CelType::Timestamp);
        if !self.privacy {
            let mut request = Record::new("request");
            for (name, member) in Member::ALL {
                request = request.field(name, if member.is_flag() { CelType::Bool } else { CelType::String });
            }
            let mut params = Record::new("request.params");
            for (name, of, list) in &self.parameters {
                let of = cel_type(*of);
                params = params.field(name, if *list { CelType::list(of) } else { of });
            }
            request = request
                .field("params", CelType::record(params))
                .field("action", CelType::record(record("request.action", &self.action)))
                .field("context", CelType::record(record("request.context", &self.context)));
            declarations = declarations.variable("request", CelType::record(request));
        }
        if !self.searches.is_empty() {
            let mut search = Record::new("search");
            for (name, fields) in &self.searches {
                search = search.field(name, CelType::list(CelType::record(record(name, fields))));
            }
            declarations = declarations.variable("search", CelType::record(search));
        }
        declarations
    }

    fn source(&self, path: &cel::Path) -> Source {
        let mut fields = path.fields();
        let first = fields.next().unwrap_or_default();
        let named = |of: &[(String, FieldType)], wanted: &str| {
            of.iter().enumerate().find(|(_, (name, _))| name == wanted).map(|(place, (_, of))| (place, *of))
        };
        let place = |of: &[(String, FieldType)]| named(of, first);
        match path.variable() {
            "user" => place(&self.user).map_or(Source::Whole, |(_, of)| Source::User(of)),
            "resource" => {
                place(&self.resource).map_or(Source::Whole, |(place, of)| Source::Resource(of, place))
            }
            "now" => Source::Now,
            "search" => {
                let place = self.searches.iter().position(|(name, _)| name == first);
                place.map_or(Source::Whole, Source::Search)
            }
            "request" if first == "params" => {
                let name = fields.next().unwrap_or_default();
                let place = self.parameters.iter().position(|(known, ..)| known == name);
                place.map_or(Source::Whole, Source::Parameter)
            }
            "request" if first == "action" || first == "context" => {
                let name = fields.next().unwrap_or_default();
                if first == "action" {
                    named(&self.action, name).map_or(Source::Whole, |(_, of)| Source::Action(of))
                } else {
                    named(&self.context, name).map_or(Source::Whole, |(_, of)| Source::Context(of))
                }
            }
            "request" => {
                let member = Member::ALL.iter().find(|(name, _)| *name == first);
                member.map_or(Source::Whole, |(_, member)| Source::Request(*member))
            }
            _ => Source::Whole,
        }
    }
}

fn record(name: &str, fields: &[(String, FieldType)]) -> Record {
    fields.iter().fold(Record::new(name), |record, (name, of)| record.field(name, cel_type(*of)))
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
