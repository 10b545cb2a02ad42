//! The facts of one request, as conditions ask for them.
//!
//! What is empty (null, or not there) is missing: `has()` tells, and reading it fails. So a value
//! that is not there never equals another that is not there.

use alloc::vec::Vec;

use portcullis_condition::{Fact, Facts, Path, Timestamp, Value as CelValue};
use portcullis_wire::{
    Request, Value, Values,
    facts::Origin,
    policy::{FieldType, ParameterSection, ParameterSource},
};

use super::{Condition, Member, Source};
use crate::parameters;

/// Everything that a condition may look at.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bound<'f> {
    pub(crate) request: Option<&'f Request<'f>>,
    pub(crate) now: Option<f64>,
    pub(crate) user: Option<&'f Value<'f>>,
    pub(crate) resource: Option<&'f Value<'f>>,
    /// Whether nothing is known of the resource yet.
    pub(crate) resource_unknown: bool,
    pub(crate) parameters: &'f [ParameterSection],
    /// What the caller may find and see of each search of the workflow, in their order.
    pub(crate) searches: &'f [Option<CelValue<'f>>],
    pub(crate) operation: Option<&'f str>,
    pub(crate) authenticated: bool,
    pub(crate) admin: bool,
}

impl<'f> Bound<'f> {
    /// These facts for one condition.
    pub(crate) fn of<'c>(&'c self, condition: &'c Condition) -> BoundTo<'c, 'f> {
        BoundTo { bound: self, sources: &condition.sources }
    }

    /// The fact from one source.
    pub(crate) fn fact(&self, source: Option<&Source>, path: &Path) -> Fact<'f> {
        let value = match source {
            Some(Source::User(of)) => return field(self.user, *of, path, 1),
            Some(Source::Resource(..)) if self.resource_unknown => return Fact::Unknown,
            Some(Source::Resource(of, _)) => return field(self.resource, *of, path, 1),
            Some(Source::Action(of)) => {
                return field(self.request.and_then(|request| request.action.as_deref()), *of, path, 2);
            }
            Some(Source::Context(of)) => {
                return field(self.request.and_then(|request| request.context.as_deref()), *of, path, 2);
            }
            Some(Source::Request(member)) => self.member(*member),
            Some(Source::Parameter(parameter)) => {
                return match self.parameter(*parameter) {
                    Some(value) => Fact::Value(value),
                    // `request.params` is there even if nothing is in it.
                    None => Fact::Missing { found: 2 },
                };
            }
            Some(Source::Now) => self.now.and_then(time).map(CelValue::Timestamp),
            Some(Source::Search(search)) => self.searches.get(*search).cloned().flatten(),
            Some(Source::Whole) | None => return Fact::Missing { found: 0 },
        };
        // The variables are there, whatever they lack.
        value.map_or(Fact::Missing { found: 1 }, Fact::Value)
    }

    fn member(&self, member: Member) -> Option<CelValue<'f>> {
        let request = self.request?;
        let text = match member {
            Member::Internal => return Some(CelValue::Bool(request.origin == Origin::Internal)),
            Member::Authenticated => return Some(CelValue::Bool(self.authenticated)),
            Member::Admin => return Some(CelValue::Bool(self.admin)),
            Member::Method => request.method.as_deref(),
            Member::Path => request.path.as_deref(),
            Member::Operation => self.operation,
            Member::Workflow => request.workflow.as_deref(),
            Member::Branch => Some(request.branch.as_deref().unwrap_or(crate::session::LIVE)),
            Member::Tenant => match &request.tenant {
                Values::One(tenant) => Some(tenant.as_ref()),
                _ => None,
            },
        };
        text.map(CelValue::string)
    }

    fn parameter(&self, place: usize) -> Option<CelValue<'f>> {
        let parameter = self.parameters.get(place)?;
        let (value, source) = parameters::given(parameter, self.request?)?;
        let textual = source == ParameterSource::Query;
        let one = |value: &'f Value<'f>| typed(value, parameter.parameter_type, textual);
        match (parameter.list, value) {
            (true, Value::List(elements)) => {
                elements.iter().map(one).collect::<Option<Vec<_>>>().map(CelValue::list)
            }
            (true, _) => None,
            (false, value) => one(value),
        }
    }
}

/// Facts for one condition.
pub(crate) struct BoundTo<'c, 'f> {
    bound: &'c Bound<'f>,
    sources: &'c [Source],
}

impl<'f> Facts<'f> for BoundTo<'_, 'f> {
    fn fact(&self, place: usize, path: &Path) -> Fact<'f> {
        self.bound.fact(self.sources.get(place), path)
    }
}

/// A field of a record, or what lies below it. `found` of the path's names lead to the record, the variable
/// first; they are always there.
fn field<'f>(record: Option<&'f Value<'f>>, of: FieldType, path: &Path, found: usize) -> Fact<'f> {
    let (mut at, mut found) = (record, found);
    let fields = path.fields().skip(found.saturating_sub(1));
    let deep = fields.len() > 1;
    for name in fields {
        match at.and_then(|value| value.get(name)).filter(|value| !value.is_null()) {
            Some(value) => at = Some(value),
            None => return Fact::Missing { found },
        }
        found = found.saturating_add(1);
    }
    let value = at.and_then(|value| if deep { value_of(value) } else { typed(value, of, false) });
    // A value of another type than declared is none.
    value.map_or(Fact::Missing { found: found.saturating_sub(1) }, Fact::Value)
}

/// A value of a declared type; none if it is of another.
pub(crate) fn typed<'f>(value: &'f Value<'f>, of: FieldType, textual: bool) -> Option<CelValue<'f>> {
    if !parameters::is_a(value, of, textual) {
        return None;
    }
    Some(match (of, value) {
        (FieldType::Double, Value::Int(number)) => CelValue::Double(*number as f64),
        (FieldType::Double, Value::String(text)) => CelValue::Double(parameters::double(text)?),
        (FieldType::Int, Value::String(text)) => CelValue::Int(text.parse().ok()?),
        (FieldType::Bool, Value::String(text)) => CelValue::Bool(text == "true"),
        (FieldType::Timestamp, Value::String(text)) => CelValue::Timestamp(parameters::timestamp(text)?),
        (_, value) => value_of(value)?,
    })
}

/// A value as conditions see it, at no cost for text.
pub(crate) fn value_of<'f>(value: &'f Value<'f>) -> Option<CelValue<'f>> {
    Some(match value {
        Value::Null => CelValue::Null,
        Value::Bool(value) => CelValue::Bool(*value),
        Value::Int(number) => CelValue::Int(*number),
        Value::Double(number) => CelValue::Double(*number),
        Value::String(text) => CelValue::string(text),
        Value::List(elements) => CelValue::list(elements.iter().map(value_of).collect::<Option<_>>()?),
        Value::Object(members) => CelValue::map(
            members
                .iter()
                .map(|(name, value)| Some((CelValue::string(name), value_of(value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// A point in time, given in seconds since 1970.
fn time(seconds: f64) -> Option<Timestamp> {
    let whole = seconds - seconds.rem_euclid(1.0);
    let nanos = ((seconds - whole) * 1e9) as u32;
    Timestamp::new(whole as i64, nanos.min(999_999_999)).filter(|_| seconds.is_finite())
}
