//! What a question says, as the policy is asked: who, what, for which tenant, and what conditions see.
//!
//! | member | where conditions see it |
//! |---|---|
//! | `subject.id`, `subject.type`, `subject.properties` | `user` |
//! | `resource.id`, `resource.type`, `resource.properties` | `resource` |
//! | `action.properties` | `request.action` |
//! | `context` | `request.context` |
//!
//! Only fields that the policy declares cross to the module. Where a token came, its claims win over
//! properties of the same name, and `user.id` is its `sub`. What is not said of a subject's claim, roles and
//! attributes is what the policy's `principals` say of its id.

use std::{borrow::Cow, collections::BTreeMap};

use portcullis_wire::{Request, Value as Fact, Values, facts::ResourceFacts, policy::FieldType};
use serde::{Deserialize as _, Deserializer};
use serde_json::{Value, value::RawValue};

use super::{
    Surface,
    message::{Evaluation, Malformed, Object},
};

/// The claims of a token. Each is read where it is asked for: a token is no worse for what no fact holds,
/// such as a number beyond all doubles.
pub(super) type Claims<'a> = BTreeMap<String, &'a RawValue>;

/// Who the subject is.
pub(super) enum Who<'a> {
    /// The bearer of a token that is to be verified.
    Bearer(&'a str),
    /// As the caller says, or the policy says of an id.
    Said { claim: Values<'a>, roles: Vec<Cow<'a, str>> },
}

impl<'a> Who<'a> {
    pub(super) fn of(surface: &'a Surface, question: &Evaluation<'a>) -> Result<Self, Malformed> {
        let property = |name: &str| question.subject.properties.and_then(|properties| properties.get(name));
        match property("token") {
            None => {}
            Some(Value::String(token)) => return Ok(Self::Bearer(token)),
            Some(_) => return Err(Malformed("subject.properties.token: expected a string".into())),
        }
        let known = surface.principals.get(question.subject.id);
        let claim = match property(&surface.claim_name) {
            Some(said) => values(said).ok_or_else(|| {
                Malformed(format!("subject.properties.{}: expected a string", surface.claim_name))
            })?,
            None => known.map_or(Values::Absent, |entry| Values::One(entry.claim.as_str().into())),
        };
        let roles = match property("roles") {
            Some(said) => texts(said)
                .ok_or_else(|| Malformed("subject.properties.roles: expected a list of strings".into()))?,
            None => known.map_or(Vec::new(), |entry| entry.roles.iter().map(String::as_str).collect()),
        };
        Ok(Self::Said { claim, roles: roles.into_iter().map(Cow::Borrowed).collect() })
    }
}

impl Surface {
    /// What the policy is asked, but for who asks.
    pub(super) fn request<'a>(&'a self, question: &Evaluation<'a>) -> Result<Request<'a>, Malformed> {
        let resource = question.resource;
        let property = |name: &str| resource.properties.and_then(|properties| properties.get(name));
        let tenant = match property("tenant_id") {
            None | Some(Value::Null) => None,
            Some(Value::String(tenant)) => Some(tenant.as_str()),
            Some(_) => return Err(Malformed("resource.properties.tenant_id: expected a string".into())),
        };
        let record = record(&self.declared.resource, |name| match name {
            "id" => Some(text(resource.id)),
            "type" => Some(text(resource.kind)),
            name => property(name).and_then(fact),
        });
        let said = |declared: &'a BTreeMap<String, FieldType>, of: Option<&'a Object>| {
            let of = of?;
            self::record(declared, |name| of.get(name).and_then(fact)).map(Box::new)
        };
        Ok(Request {
            operation: Some(self.operations.of(question)),
            tenant: tenant.map_or(Values::Absent, |tenant| Values::One(tenant.into())),
            // It is the tenant's that the question is for.
            resource: record.map(|record| {
                let tenant_id = tenant.or(self.default_tenant.as_deref()).map(Cow::Borrowed);
                Box::new(ResourceFacts { tenant_id, record })
            }),
            action: said(&self.declared.action, question.action_properties),
            context: said(&self.declared.context, question.context),
            ..Request::default()
        })
    }

    /// The subject, with the claims of its token if it has one.
    pub(super) fn user<'a>(
        &'a self,
        question: &Evaluation<'a>,
        claims: Option<&Claims<'a>>,
    ) -> Option<Box<Fact<'a>>> {
        let subject = question.subject;
        let known = self.principals.get(subject.id).filter(|_| claims.is_none());
        let claim = |name: &str| claims.and_then(|claims| claims.get(name)).copied();
        let user = record(&self.declared.user, |name| match (name, claim(name)) {
            (_, Some(claimed)) => fact(claimed),
            ("id", None) if claims.is_some() => claim("sub").and_then(fact),
            ("id", None) => Some(text(subject.id)),
            ("type", None) => Some(text(subject.kind)),
            (name, None) => match subject.properties.and_then(|properties| properties.get(name)) {
                Some(said) => fact(said),
                None => known?.attributes.get(name).cloned(),
            },
        });
        user.map(Box::new)
    }
}

/// The declared fields; `None` where none is declared.
fn record<'a>(
    declared: &'a BTreeMap<String, FieldType>,
    field: impl Fn(&str) -> Option<Fact<'a>>,
) -> Option<Fact<'a>> {
    let fields = declared.keys().filter_map(|name| Some((Cow::Borrowed(name.as_str()), field(name)?)));
    (!declared.is_empty()).then(|| Fact::Object(fields.collect()))
}

/// What cannot be a fact is missing, so whatever depends on it is denied.
fn fact<'a>(said: impl Deserializer<'a>) -> Option<Fact<'a>> {
    Fact::deserialize(said).ok()
}

fn text(said: &str) -> Fact<'_> {
    Fact::String(said.into())
}

/// The permission claim as in a token: nothing, a string, or a list of strings.
fn values(said: &Value) -> Option<Values<'_>> {
    match said {
        Value::Null => Some(Values::Absent),
        Value::String(one) => Some(Values::One(one.into())),
        list => Some(Values::collect(texts(list)?)),
    }
}

/// Roles as in a token: nothing, a string, or a list of strings.
fn texts(said: &Value) -> Option<Vec<&str>> {
    match said {
        Value::Null => Some(Vec::new()),
        Value::String(one) => Some(vec![one]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}
