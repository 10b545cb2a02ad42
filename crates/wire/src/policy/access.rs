//! Sections of the policy about what is reachable, by whom, and which data they see.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use portcullis_json::{Json, Read, Reader};
use serde::{Deserialize, Serialize};

/// The surfaces that are switched on. None is by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SurfacesSection {
    /// Whether workflows can be run by name. Switched off, none runs, not even from inside.
    #[serde(default)]
    pub workflow_api: bool,
    /// Whether things of exposed types can be read and written from outside.
    #[serde(default)]
    pub data_api: bool,
    /// Which fields a search may be narrowed by.
    #[serde(default)]
    pub constraints: ConstraintMode,
}

/// Which fields a search may be narrowed by. A constraint that is not permitted refuses the search:
/// dropped, it would widen the result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConstraintMode {
    /// The fields that rules permit.
    #[default]
    Strict,
    /// As `strict`; constraints that the application's own pages define are always permitted.
    Automatic,
    /// Any field.
    Off,
}

/// Who must be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthenticationMode {
    /// Nobody: anyone may ask. A credential that came must still be good.
    None,
    /// A user, or an administrator's API token.
    #[default]
    UserAndAdmin,
    /// An administrator's API token.
    AdminOnly,
}

/// What is asked where an operation, or one below a branch, is requested. Permissions, conditions and
/// rate limits of every entry that covers the operation bind; who must be known, the nearest says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OperationSection {
    /// Who must be known: `user_and_admin`, unless an entry says otherwise, is whoever has a claim that
    /// allows it. The claim is not asked of others: `none` lets anyone in, `admin_only` an administrator's
    /// API token, which has no claim. Tenant, permission and condition are asked all the same.
    #[serde(default)]
    pub authentication: Option<AuthenticationMode>,
    /// A role permission that the caller must have, such as `workflow:execute`.
    #[serde(default)]
    pub permission: Option<String>,
    /// A condition (CEL) that must hold.
    #[serde(default)]
    pub condition: Option<String>,
    /// The class of rate limit that the host applies.
    #[serde(default)]
    pub rate_limit: Option<String>,
}

/// A workflow that can be run by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkflowSection {
    /// Whether it can be run from outside. From inside, it can either way.
    #[serde(default)]
    pub exposed: bool,
    /// Who must be known.
    #[serde(default)]
    pub authentication: AuthenticationMode,
    /// The HTTP methods that run it; `POST` by default.
    #[serde(default = "default_methods")]
    pub methods: Vec<String>,
    /// What it takes. Other parameters are passed over, and conditions do not see them.
    #[serde(default)]
    pub parameters: Vec<ParameterSection>,
    /// An operation of the catalog that the caller's claim must allow, too.
    #[serde(default)]
    pub operation: Option<String>,
    /// A role permission that the caller must have, such as `workflow:execute`.
    #[serde(default)]
    pub permission: Option<String>,
    /// The condition (CEL) on which it runs.
    #[serde(default)]
    pub condition: Option<String>,
    /// What the caller is told where the condition does not hold. It does not run either way.
    #[serde(default)]
    pub unmet: Unmet,
    /// Searches that conditions look at as `search.NAME`: their type, by name.
    #[serde(default)]
    pub searches: BTreeMap<String, String>,
    /// Its actions, where they have conditions of their own.
    #[serde(default)]
    pub actions: Vec<ActionSection>,
    /// Whether what it does sees all data, whoever runs it. Every such decision says so.
    #[serde(default)]
    pub ignore_privacy_rules: bool,
    /// The class of rate limit that the host applies.
    #[serde(default)]
    pub rate_limit: Option<String>,
}

fn default_methods() -> Vec<String> {
    Vec::from(["POST".into()])
}

/// What the caller of a workflow is told where its condition does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unmet {
    /// Status 400.
    #[default]
    Reject,
    /// Status 200, as if it had run.
    Succeed,
}

/// A parameter of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ParameterSection {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub parameter_type: FieldType,
    /// Whether it is a list of that type.
    #[serde(default)]
    pub list: bool,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
    /// Where it comes from; by default the body, or the query of a request without a body.
    #[serde(default)]
    pub from: Option<ParameterSource>,
}

/// Where a parameter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParameterSource {
    /// The body.
    Body,
    /// The query.
    Query,
}

/// An action of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ActionSection {
    /// Its name, as the decision gives it back.
    pub id: String,
    /// The condition (CEL) on which it runs; the others run either way.
    #[serde(default)]
    pub condition: Option<String>,
}

/// The type of a field, a parameter, or a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text.
    String,
    /// A number without a fraction.
    Int,
    /// A number.
    Double,
    /// True or false.
    Bool,
    /// A point in time, as RFC 3339 has it.
    Timestamp,
    /// A list of texts.
    Strings,
    /// A list of anything.
    List,
    /// An object: another thing, or a structure.
    Object,
    /// Anything.
    Any,
}

/// A type of things.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeSection {
    /// Whether the Data API has it.
    #[serde(default)]
    pub exposed: bool,
    /// Its fields. Others are never shown and never written.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSection>,
    /// Who may do what, by rules. Those that match unite.
    #[serde(default)]
    pub rules: Vec<RuleSection>,
    /// What they may do for whom no rule matches; nothing by default.
    #[serde(default)]
    pub everyone_else: Grants,
}

/// A field: its type, or its type and more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum FieldSection {
    /// The type alone.
    Type(FieldType),
    /// The type and more.
    Options(FieldOptions),
}

/// A field with more to say of it than its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldOptions {
    /// The type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Who writes it.
    #[serde(default)]
    pub written: Written,
    /// Whether every search may be narrowed by it.
    #[serde(default)]
    pub always_constrainable: bool,
    /// The column of a table that holds it. A search in a database looks at no other.
    #[serde(default)]
    pub column: Option<String>,
    /// What the column holds; by default what the field's type says.
    #[serde(default)]
    pub stored: Option<Storage>,
}

/// What a column holds. Null is a field that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    /// Text; of a `string`.
    Text,
    /// An integer of at most 64 bits; of an `int`.
    Integer,
    /// A floating-point number of 64 bits; of a `double`.
    Double,
    /// True or false, or 1 or 0 where a database has no others; of a `bool`.
    Boolean,
    /// A point in time, to the microsecond; of a `timestamp`.
    Timestamp,
    /// Seconds since 1970, as an integer; of a `timestamp`.
    UnixS,
    /// Milliseconds since 1970, as an integer; of a `timestamp`.
    UnixMs,
    /// Microseconds since 1970, as an integer; of a `timestamp`.
    UnixUs,
}

/// Who writes a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// Whoever may write the thing.
    #[default]
    Freely,
    /// Whoever makes the thing; from then on it stays.
    Once,
    /// As `once`, and it is the id of the user who makes the thing unless they say otherwise.
    Creator,
    /// The store alone.
    Never,
}

impl FieldSection {
    /// What is said of the field.
    #[must_use]
    pub fn options(&self) -> FieldOptions {
        match self {
            Self::Type(field_type) => FieldOptions {
                field_type: *field_type,
                written: Written::Freely,
                always_constrainable: false,
                column: None,
                stored: None,
            },
            Self::Options(options) => options.clone(),
        }
    }

    /// The type of the field.
    #[must_use]
    pub const fn field_type(&self) -> FieldType {
        match self {
            Self::Type(field_type) | Self::Options(FieldOptions { field_type, .. }) => *field_type,
        }
    }
}

impl<'a> Read<'a> for FieldSection {
    fn blank() -> Self {
        Self::Type(FieldType::blank())
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        match json {
            Json::String(_) => {
                let mut field_type = FieldType::blank();
                let good = field_type.read(json, reader);
                *self = Self::Type(field_type);
                good
            }
            Json::Object(_) => {
                let mut options = FieldOptions::blank();
                let good = options.read(json, reader);
                *self = Self::Options(options);
                good
            }
            other => reader.wrong(other, "the name of a type, or an object with a `type`"),
        }
    }
}

/// A rule: what they may do for whom its condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleSection {
    /// Its name.
    pub name: String,
    /// The condition (CEL) on `resource` and `user`.
    pub when: String,
    /// What it grants. Rules only grant.
    #[serde(default)]
    pub grant: Grants,
}

/// What may be done with a thing. Nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// Whether searches find it.
    #[serde(default)]
    pub find: bool,
    /// The fields that are shown.
    #[serde(default)]
    pub view: FieldSet,
    /// Whether files attached to it can be opened.
    #[serde(default)]
    pub files: bool,
    /// Fields that inputs may be bound to.
    #[serde(default)]
    pub autobind: Vec<String>,
    /// Fields that searches may be narrowed by; by default those that are shown.
    #[serde(default)]
    pub constrain: Option<FieldSet>,
    /// Whether it may be made by the Data API.
    #[serde(default)]
    pub create: bool,
    /// Whether it may be changed by the Data API.
    #[serde(default)]
    pub modify: bool,
    /// Whether it may be removed by the Data API.
    #[serde(default)]
    pub delete: bool,
}

/// Fields: all, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum FieldSet {
    /// All of them, written `"all"`.
    All(All),
    /// These.
    List(Vec<String>),
}

impl Default for FieldSet {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// The word `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum All {
    /// All fields.
    All,
}

impl<'a> Read<'a> for FieldSet {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        match json {
            Json::String(word) if word == "all" => *self = Self::All(All::All),
            Json::Array(_) => {
                let mut fields = Vec::new();
                if !fields.read(json, reader) {
                    return false;
                }
                *self = Self::List(fields);
            }
            other => return reader.wrong(other, "`all`, or a list of fields"),
        }
        true
    }
}

/// What roles may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RolesSection {
    /// The name of the token's member that lists the bearer's roles.
    #[serde(default = "default_roles_claim")]
    pub claim: String,
    /// Permissions besides the built-in ones of workflows, as `resource:action`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The roles, by name.
    pub roles: BTreeMap<String, RoleSection>,
}

fn default_roles_claim() -> String {
    "roles".into()
}

/// What one role may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleSection {
    /// Permissions as `resource:action`; either half may be `*`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Roles whose permissions it has, too.
    #[serde(default)]
    pub inherits: Vec<String>,
}

/// What conditions may look at, with its types. A condition that looks at anything else is refused
/// when the policy is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeclarationsSection {
    /// The fields of `user`.
    #[serde(default)]
    pub user: BTreeMap<String, FieldType>,
    /// The fields of `resource` in conditions of operations and workflows. In privacy rules they are
    /// those of the type.
    #[serde(default)]
    pub resource: BTreeMap<String, FieldType>,
    /// The fields of `request.action` in conditions of operations and workflows.
    #[serde(default)]
    pub action: BTreeMap<String, FieldType>,
    /// The fields of `request.context` in the same conditions.
    #[serde(default)]
    pub context: BTreeMap<String, FieldType>,
}
