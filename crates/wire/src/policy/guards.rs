//! The sections of a policy that guards read: webhooks, masking, templates.

use alloc::{string::String, vec::Vec};

use portcullis_json::Read;
use serde::{Deserialize, Serialize};

use crate::workflow::DefinitionsSection;

/// What the guard module reads of a policy. The rest is passed over: it is the decision module's to
/// check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GuardDocument {
    /// The version of the document format; 1.
    pub portcullis: u32,
    /// Where webhooks may be sent. Without it, nowhere.
    #[serde(default)]
    pub webhooks: Option<WebhooksSection>,
    /// What is hidden in documents, and in templates.
    #[serde(default)]
    pub masking: MaskingSection,
    /// What templates may show.
    #[serde(default)]
    pub templates: TemplatesSection,
    /// What workflow definitions may do.
    #[serde(default)]
    pub definitions: DefinitionsSection,
}

/// With the feature `guards`, the sections as a policy has them.
#[cfg(feature = "guards")]
mod sections {
    pub type Webhooks = Option<super::WebhooksSection>;
    pub type Templates = super::TemplatesSection;
    pub type Definitions = super::DefinitionsSection;
}

/// Without it, sections that are there and not read: the decision module does not carry what only
/// the guard module needs.
#[cfg(not(feature = "guards"))]
mod sections {
    use portcullis_json::{Json, Read, Reader};
    use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

    /// A section that another module reads.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
    pub struct Unread;

    impl<'de> Deserialize<'de> for Unread {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            IgnoredAny::deserialize(deserializer).map(|_| Self)
        }
    }

    impl<'a> Read<'a> for Unread {
        fn blank() -> Self {
            Self
        }

        fn read(&mut self, _: &'a Json<'a>, _: &mut Reader<'a>) -> bool {
            true
        }
    }

    pub type Webhooks = Unread;
    pub type Templates = Unread;
    pub type Definitions = Unread;
}

pub(super) use sections::{Definitions, Templates, Webhooks};

/// Where webhooks may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhooksSection {
    /// The schemes: `https`, and no other.
    #[serde(default = "https")]
    pub schemes: Vec<String>,
    /// Domains, and `*.` domains for all below one. Null: any public domain. Missing: none.
    #[serde(default = "no_domains")]
    pub allow_domains: Option<Vec<String>>,
    /// Ports. Null: any that is not known as another protocol's. Missing: 443.
    #[serde(default = "https_port")]
    pub ports: Option<Vec<u16>>,
    /// Whether a URL may carry a user name and password.
    #[serde(default)]
    pub allow_userinfo: bool,
    /// Whether the host may be an address. It must be public all the same.
    #[serde(default)]
    pub allow_ip_literals: bool,
}

impl Default for WebhooksSection {
    fn default() -> Self {
        Self {
            schemes: https(),
            allow_domains: no_domains(),
            ports: https_port(),
            allow_userinfo: false,
            allow_ip_literals: false,
        }
    }
}

fn https() -> Vec<String> {
    Vec::from(["https".into()])
}

const fn no_domains() -> Option<Vec<String>> {
    Some(Vec::new())
}

fn https_port() -> Option<Vec<u16>> {
    Some(Vec::from([443]))
}

/// What is hidden in documents, and in templates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MaskingSection {
    /// The lowest level that is hidden.
    #[serde(default)]
    pub hide_from: HideFrom,
    /// What is known of fields. Fields whose names hold a word such as `secret`, `password`,
    /// `token`, `ssn` or `key` are restricted unless a rule says otherwise.
    #[serde(default)]
    pub fields: Vec<FieldRule>,
    /// What values are looked for, whatever the field.
    #[serde(default)]
    pub detect: Vec<DetectorRule>,
}

/// What is known of a field. It has a `name` or a `pointer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// The field's name, wherever it stands; `cardNumber`, `card_number` and `CARD-NUMBER` are one.
    #[serde(default)]
    pub name: Option<String>,
    /// Where the field stands: a JSON Pointer, with `*` for any one member or element, and a last
    /// `**` for all below.
    #[serde(default)]
    pub pointer: Option<String>,
    /// How sensitive its values are.
    #[serde(default)]
    pub level: Level,
    /// How they are hidden.
    #[serde(default)]
    pub strategy: Strategy,
}

/// A kind of value to look for, and how it is hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DetectorRule {
    /// The kind of value.
    pub kind: Detector,
    /// How it is hidden.
    #[serde(default)]
    pub strategy: Strategy,
}

/// How sensitive a value is, from the least on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For everyone.
    Public,
    /// For the organisation.
    Internal,
    /// For those who need it.
    Confidential,
    /// For nobody who only reads a message or a log.
    #[default]
    Restricted,
}

/// The lowest level that is hidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HideFrom {
    /// All but what is public.
    Internal,
    /// Confidential and restricted values.
    #[default]
    Confidential,
    /// Restricted values only.
    Restricted,
}

impl HideFrom {
    /// The level.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Internal => Level::Internal,
            Self::Confidential => Level::Confidential,
            Self::Restricted => Level::Restricted,
        }
    }
}

/// How a value is hidden. None of them shows how long it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// `"****"`.
    #[default]
    Fixed,
    /// Four stars and the last four characters, of values that have at least eight.
    LastFour,
    /// A keyed hash: equal values have equal hashes, and nobody without the key can try values.
    Hash,
    /// The member or element goes.
    Drop,
}

/// A kind of value that can be told by its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Detector {
    /// A payment card's number whose check digit is right.
    Card,
    /// A social security number of the United States.
    Ssn,
    /// An IBAN whose check digits are right.
    Iban,
    /// A JSON Web Token.
    Jwt,
    /// A key or token with the prefix of its issuer.
    ApiKey,
    /// An e-mail address.
    Email,
}

/// What templates may show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TemplatesSection {
    /// The variables that templates may name; whatever else the context holds is left out.
    /// Null: all.
    #[serde(default)]
    pub variables: Option<Vec<String>>,
}
