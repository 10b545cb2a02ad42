//! The section of the policy that opens the AuthZEN surface of the native host.

use alloc::{string::String, vec::Vec};

use portcullis_json::{Json, Read, Reader};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::TokenSection;
use crate::Value;

/// OpenID AuthZEN 1.0 at the native host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthzenSection {
    /// Whose questions are answered. What they say of a subject is taken as fact.
    pub callers: AuthzenCallers,
    /// How an operation's id is made of a question, such as `app.{resource.type}.{action.name}`. Without
    /// it, and for ids themselves, `action.name` is the operation's id.
    #[serde(default)]
    pub operation: Option<String>,
    /// The address under which callers reach this host, for its metadata: `https`, without a query.
    #[serde(default)]
    pub url: Option<String>,
    /// Most questions in one batch; 1 to 10,000.
    #[serde(default = "default_evaluations")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 10000)))]
    pub max_evaluations: u32,
}

const fn default_evaluations() -> u32 {
    1000
}

/// How callers prove who they are, in the `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthzenCallers {
    /// By a token of the issuer that users have too, for an audience that no user's token is for.
    Token(TokenSection),
    /// By a secret of at least 32 bytes, as a bearer token.
    Secret(SecretReference),
}

/// Where a secret is: never in the policy itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretReference {
    /// In an environment variable of the host.
    Env(String),
    /// In a file, relative to where the host runs; a line break at its end does not count.
    File(String),
}

/// A subject that callers name by its id alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrincipalEntry {
    /// The permission claim.
    pub claim: String,
    /// The roles.
    #[serde(default)]
    pub roles: Vec<String>,
    /// What conditions see of the subject as `user`.
    #[serde(default)]
    pub attributes: Attributes,
}

/// An object with members of any kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Attributes(Value<'static>);

/// Numbers of JSON are numbers: each equals itself.
impl Eq for Attributes {}

impl Attributes {
    /// A member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'static>> {
        self.0.get(name)
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Self(Value::Object(Vec::new()))
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            members @ Value::Object(_) => Ok(Self(members.to_static())),
            _ => Err(D::Error::custom("expected an object")),
        }
    }
}

impl<'a> Read<'a> for Attributes {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        let Json::Object(_) = json else { return reader.wrong(json, "an object") };
        let mut members = Value::Null;
        let good = members.read(json, reader);
        self.0 = members.to_static();
        good
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Attributes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Attributes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
