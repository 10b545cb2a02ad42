//! The policy document: what an operator writes.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use portcullis_json::{Json, Read, Reader, read::MistakeKind};
use serde::{Deserialize, Serialize};

use crate::catalog::{CatalogDocument, OperationDocument};

mod guards;

use guards::{Definitions, Templates, Webhooks};
pub use guards::{
    Detector, DetectorRule, FieldRule, GuardDocument, HideFrom, Level, MaskingSection, Strategy,
    TemplatesSection, WebhooksSection,
};

mod authzen;

pub use authzen::{Attributes, AuthzenCallers, AuthzenSection, PrincipalEntry, SecretReference};

mod access;

pub use access::{
    ActionSection, All, AuthenticationMode, ConstraintMode, DeclarationsSection, FieldOptions, FieldSection,
    FieldSet, FieldType, Grants, OperationSection, ParameterSection, ParameterSource, RoleSection,
    RolesSection, RuleSection, Storage, SurfacesSection, TypeSection, Unmet, WorkflowSection, Written,
};

/// A policy. Unknown members are refused at every level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    /// The version of the document format; 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub portcullis: u32,
    /// Which operations exist.
    #[serde(default)]
    pub catalog: CatalogSource,
    /// How requests find their operation.
    #[serde(default)]
    pub routes: RoutesSection,
    /// Which tenants are served, and how a request selects one.
    #[serde(default)]
    pub tenancy: TenancySection,
    /// Where the permission claim is, and how it is read.
    #[serde(default)]
    pub claim: ClaimSection,
    /// Which tokens are good. Without it, no token is.
    #[serde(default)]
    pub token: Option<TokenSection>,
    /// Subjects that AuthZEN callers name by their id alone: for small deployments and tests.
    #[serde(default)]
    pub principals: BTreeMap<String, PrincipalEntry>,
    /// The AuthZEN surface of the native host. Without it, there is none.
    #[serde(default)]
    pub authzen: Option<AuthzenSection>,
    /// Where webhooks may be sent. Without it, nowhere.
    #[serde(default)]
    pub webhooks: Webhooks,
    /// What is hidden in documents, and in templates.
    #[serde(default)]
    pub masking: MaskingSection,
    /// What templates may show.
    #[serde(default)]
    pub templates: Templates,
    /// What workflow definitions may do.
    #[serde(default)]
    pub definitions: Definitions,
    /// Which surfaces are switched on.
    #[serde(default)]
    pub surfaces: SurfacesSection,
    /// What is asked beyond the claim, by the id of an operation or branch.
    #[serde(default)]
    pub operations: BTreeMap<String, OperationSection>,
    /// The workflows, by name.
    #[serde(default)]
    pub workflows: BTreeMap<String, WorkflowSection>,
    /// The types of things, by name.
    #[serde(default)]
    pub types: BTreeMap<String, TypeSection>,
    /// What roles may do.
    #[serde(default)]
    pub roles: Option<RolesSection>,
    /// What conditions may look at.
    #[serde(default)]
    pub declarations: DeclarationsSection,
    /// Lets every request to a known route pass, unauthenticated. Every decision says so.
    #[serde(default)]
    pub disable_security: bool,
}

/// Where the catalog comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum CatalogSource {
    /// A built-in catalog; there is one, `workflow-api`.
    BuiltIn(String),
    /// A catalog file, relative to the policy's. The host reads it and puts the catalog in its place.
    File(CatalogFile),
    /// The catalog itself.
    Inline(CatalogDocument),
}

impl<'a> Read<'a> for CatalogSource {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        match json {
            Json::String(name) => *self = Self::BuiltIn(name.as_ref().into()),
            Json::Object(_) => {
                let mut object = CatalogObject::blank();
                if !object.read(json, reader) {
                    return false;
                }
                *self = match object {
                    CatalogObject { file: Some(file), root: None, base_path: None, operations: None } => {
                        Self::File(CatalogFile { file })
                    }
                    CatalogObject {
                        file: None,
                        root: Some(root),
                        base_path,
                        operations: Some(operations),
                    } => Self::Inline(CatalogDocument { root, base_path, operations }),
                    _ => {
                        let message = "expected either `file`, or `root` and `operations`".into();
                        reader.mistake(MistakeKind::WrongType, message);
                        return false;
                    }
                };
            }
            other => {
                let expected = "the name of a built-in catalog, { \"file\": … }, or a catalog";
                return reader.wrong(other, expected);
            }
        }
        true
    }
}

#[derive(Read)]
#[serde(deny_unknown_fields)]
struct CatalogObject {
    file: Option<String>,
    root: Option<String>,
    base_path: Option<String>,
    operations: Option<Vec<OperationDocument>>,
}

impl Default for CatalogSource {
    fn default() -> Self {
        Self::BuiltIn("workflow-api".into())
    }
}

/// A catalog in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogFile {
    /// Path of the file, relative to the policy's folder.
    pub file: String,
}

/// How requests find their operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoutesSection {
    /// What comes before every path template, such as `/workflow-api`. The catalog's own by default.
    #[serde(default)]
    pub base_path: Option<String>,
    /// Whether CORS preflights pass without a credential.
    #[serde(default)]
    pub preflight: Preflight,
}

/// What happens to a CORS preflight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Preflight {
    /// It is decided like any other request.
    #[default]
    Decide,
    /// It passes. The host that passes it on sends no body with it.
    Pass,
}

/// Which tenants are served, and how a request selects one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TenancySection {
    /// One tenant, or several.
    #[serde(default)]
    pub mode: TenancyMode,
    /// The header that selects the tenant. It selects and never grants.
    #[serde(default = "default_tenant_header")]
    pub header: String,
    /// The tenants that exist. In single mode, at most one; it is `SingleTenantId` by default.
    #[serde(default)]
    pub tenants: Vec<TenantEntry>,
    /// The tenant of a request without the header; none by default in multi mode.
    #[serde(default)]
    pub default: Option<String>,
}

impl Default for TenancySection {
    fn default() -> Self {
        Self {
            mode: TenancyMode::default(),
            header: default_tenant_header(),
            tenants: Vec::new(),
            default: None,
        }
    }
}

fn default_tenant_header() -> String {
    "Workflow-Api-Tenant-ID".into()
}

/// How many tenants are served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenancyMode {
    /// One tenant. A claim needs no tenant rule; one that is there binds.
    #[default]
    Single,
    /// Several tenants. A claim needs a tenant rule.
    Multi,
}

/// One tenant: its id, or several ids that share one runtime. Granting one id does not grant another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum TenantEntry {
    /// One id.
    Id(String),
    /// Several ids of one tenant.
    Ids(Vec<String>),
}

impl<'a> Read<'a> for TenantEntry {
    fn blank() -> Self {
        Self::Ids(Vec::new())
    }

    fn read(&mut self, json: &'a Json<'a>, reader: &mut Reader<'a>) -> bool {
        match json {
            Json::String(id) => *self = Self::Id(id.as_ref().into()),
            Json::Array(_) => {
                let mut ids = Vec::new();
                if !ids.read(json, reader) {
                    return false;
                }
                *self = Self::Ids(ids);
            }
            other => return reader.wrong(other, "a tenant id, or a list of ids that share one runtime"),
        }
        true
    }
}

impl TenantEntry {
    /// The ids of the tenant.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        match self {
            Self::Id(id) => core::slice::from_ref(id),
            Self::Ids(ids) => ids,
        }
    }
}

/// Where the permission claim is, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClaimSection {
    /// The name of the token's member that holds the claim.
    #[serde(default = "default_claim_name")]
    pub name: String,
    /// What a rule does to the claim whose target the catalog does not have.
    #[serde(default)]
    pub unknown_targets: UnknownTargets,
    /// Longest claim that is read, in bytes; 1 to 65,536.
    #[serde(default = "default_claim_bytes")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 65536)))]
    pub max_bytes: u32,
}

impl Default for ClaimSection {
    fn default() -> Self {
        Self {
            name: default_claim_name(),
            unknown_targets: UnknownTargets::default(),
            max_bytes: default_claim_bytes(),
        }
    }
}

fn default_claim_name() -> String {
    "WorkflowApiPermissions".into()
}

const fn default_claim_bytes() -> u32 {
    65_536
}

/// What a rule does to the claim whose target the catalog does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnknownTargets {
    /// The claim is refused.
    #[default]
    Reject,
    /// The rule is passed over: for hosts whose catalog is older than the issuer's.
    Ignore,
}

/// Which tokens are good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenSection {
    /// Values of `iss` that are accepted. Empty: any, and none is needed.
    #[serde(default)]
    pub issuers: Vec<String>,
    /// Values of `aud` of which a token must have one. Empty: any, and none is needed.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Signature algorithms that are accepted, such as `RS256`; at least one.
    pub algorithms: Vec<String>,
    /// How far clocks may differ, in seconds; 0 to 300.
    #[serde(default = "default_leeway")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 300)))]
    pub leeway_s: u32,
    /// Members that a token must have; `exp` always is one of them.
    #[serde(default)]
    pub required: Vec<String>,
    /// Values of `typ` that are accepted, `""` standing for none at all.
    #[serde(default = "default_types")]
    pub types: Vec<String>,
    /// What happens to a token that looks like an OpenID Connect ID token.
    #[serde(default)]
    pub id_tokens: IdTokens,
}

const fn default_leeway() -> u32 {
    30
}

fn default_types() -> Vec<String> {
    ["", "JWT", "at+jwt"].map(Into::into).into()
}

/// What happens to a token that looks like an OpenID Connect ID token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdTokens {
    /// It is refused.
    #[default]
    Reject,
    /// It is accepted: for issuers that put a nonce into access tokens.
    Accept,
}

/// One finding about a policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Read)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Finding {
    /// A stable code in snake case.
    pub code: String,
    /// Where, as a JSON Pointer (RFC 6901) into the document.
    pub path: String,
    /// What is wrong, what was expected, and what to do.
    pub message: String,
}
