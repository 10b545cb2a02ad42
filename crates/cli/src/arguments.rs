//! What can be asked, and how.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use portcullis_wire::Values;

use crate::{
    commands::{
        bundle, catalog, condition, mask, module, policy, privacy, template, token, webhook, workflow,
    },
    help,
};

/// Decides what a bearer may do: the same decision, by the same module, as on every other host.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = help::PORTCULLIS)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Answer in JSON
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// Use this module instead of the embedded one
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub module: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Does a claim allow an operation?
    #[command(after_help = help::CHECK)]
    Check(CheckOptions),
    /// Why does a claim allow or deny an operation, and what would change that?
    #[command(after_help = help::EXPLAIN)]
    Explain(CheckOptions),
    /// What does a claim allow, operation by operation?
    #[command(after_help = help::EFFECTIVE)]
    Effective(EffectiveOptions),
    /// What changes from one claim to another?
    #[command(after_help = help::DIFF)]
    Diff(DiffOptions),
    /// What is the shortest claim that decides alike?
    #[command(after_help = help::MINIMIZE)]
    Minimize(ClaimOptions),
    /// Build a claim, in normal form
    #[command(after_help = help::BUILD)]
    Build(BuildOptions),
    /// Is a claim valid, and what is its normal form? Without CLAIM, answers lines of JSON
    Validate(ValidateOptions),
    /// List the routes, or find the operation of a request
    #[command(after_help = help::ROUTES)]
    Routes(RoutesOptions),
    /// Make a catalog from OpenAPI documents, or show one
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Decide requests: one JSON object per line in and out
    Decide(DecideOptions),
    /// Decide again what `decide --receipts` has written, and say what is not as it was
    Replay(ReplayOptions),
    /// Mint and verify tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check where webhooks go
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Render and check templates
    #[command(subcommand)]
    Template(template::TemplateCommand),
    /// Check workflow definitions
    #[command(subcommand)]
    Workflow(workflow::WorkflowCommand),
    /// Hide in documents what a policy hides. Without FILE, answers lines of JSON
    #[command(after_help = help::MASK)]
    Mask(mask::MaskOptions),
    /// Check and evaluate conditions
    #[command(subcommand)]
    Condition(condition::ConditionCommand),
    /// Check and test policies, show what they decide and what changes between them
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Make, sign, verify and show signed bundles of a policy and its catalog
    #[command(subcommand)]
    Bundle(bundle::BundleCommand),
    /// Show what somebody may find of records
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    /// Show and verify the module
    #[command(subcommand)]
    Module(module::ModuleCommand),
}

/// Which operations and tenants there are: a policy's, a catalog's, or the Workflow API's.
#[derive(Debug, Clone, Default, Args)]
pub struct PolicyChoice {
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE", conflicts_with = "catalog")]
    pub policy: Option<PathBuf>,
    /// Catalog file (JSON); the built-in catalog of the Workflow API by default
    #[arg(long, value_name = "FILE")]
    pub catalog: Option<PathBuf>,
    /// The tenant that is asked about, set by `--tenant`
    #[arg(skip)]
    pub tenant: Option<String>,
}

/// Options of `check` and `explain`.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The claim
    pub claim: String,
    /// The operation, such as workflow-api.rpc.resume
    pub operation: String,
    /// The tenant, as the header gives it; without it the policy's default, or single-tenant mode
    #[arg(long)]
    pub tenant: Option<String>,
    /// Show what the API's own document calls the operation, too
    #[arg(long)]
    pub original: bool,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// What helps whoever named no tenant and is denied by the tenant half.
pub const SINGLE_TENANT: &str =
    "without --tenant and --policy, a host with a single tenant is asked about, which has an id of its own";

impl CheckOptions {
    /// Whether the question is about a host with a single tenant, as neither tenant nor policy was named.
    #[must_use]
    pub const fn asks_of_single_tenant(&self) -> bool {
        self.tenant.is_none() && self.choice.policy.is_none()
    }

    /// Operations and tenants, that which is asked about among them.
    #[must_use]
    pub fn choice(&self) -> PolicyChoice {
        PolicyChoice { tenant: self.tenant.clone(), ..self.choice.clone() }
    }

    /// The tenant header of the request.
    #[must_use]
    pub fn tenant(&self) -> Values<'_> {
        self.tenant.as_deref().map_or(Values::Absent, |tenant| Values::One(tenant.into()))
    }
}

/// Options of commands about one claim.
#[derive(Debug, Args)]
pub struct ClaimOptions {
    /// The claim
    pub claim: String,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Options of `effective`.
#[derive(Debug, Args)]
pub struct EffectiveOptions {
    /// The claim
    pub claim: String,
    /// Show only what is allowed
    #[arg(long, conflicts_with = "denied")]
    pub allowed: bool,
    /// Show only what is denied
    #[arg(long)]
    pub denied: bool,
    /// Show every operation, also those of branches that are uniform
    #[arg(long)]
    pub all: bool,
    /// Show what the API's own document calls each operation, too
    #[arg(long)]
    pub original: bool,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Options of `diff`.
#[derive(Debug, Args)]
pub struct DiffOptions {
    /// The claim before
    pub first: String,
    /// The claim after
    pub second: String,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Options of `build`.
#[derive(Debug, Args)]
pub struct BuildOptions {
    /// What goes into the claim.
    #[command(flatten)]
    pub parts: PartsOptions,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// What goes into a claim.
#[derive(Debug, Args)]
pub struct PartsOptions {
    /// Allow every operation that nothing else is said of; they are denied by default
    #[arg(long)]
    pub allow_all: bool,
    /// Allow an operation or branch; may be given several times
    #[arg(long, value_name = "TARGET")]
    pub allow: Vec<String>,
    /// Deny an operation or branch; may be given several times
    #[arg(long, value_name = "TARGET")]
    pub deny: Vec<String>,
    /// Allow these tenants only (comma-separated)
    #[arg(long, value_name = "IDS", value_delimiter = ',', group = "tenant-half")]
    pub tenants: Option<Vec<String>>,
    /// Allow all tenants except these (comma-separated)
    #[arg(long, value_name = "IDS", value_delimiter = ',', group = "tenant-half")]
    pub tenants_except: Option<Vec<String>>,
    /// Allow all tenants
    #[arg(long, group = "tenant-half")]
    pub all_tenants: bool,
    /// Deny all tenants
    #[arg(long, group = "tenant-half")]
    pub no_tenants: bool,
}

/// Options of `validate`.
#[derive(Debug, Args)]
#[command(after_help = help::VALIDATE)]
pub struct ValidateOptions {
    /// The claim
    pub claim: Option<String>,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Options of `routes`.
#[derive(Debug, Args)]
pub struct RoutesOptions {
    /// An HTTP method, with PATH: which operation is this request?
    #[arg(requires = "path")]
    pub method: Option<String>,
    /// A request path
    pub path: Option<String>,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Options of `decide`.
#[derive(Debug, Args)]
#[command(after_help = help::DECIDE)]
pub struct DecideOptions {
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// Key set (JWK Set) that tokens are verified with
    #[arg(long, value_name = "FILE")]
    pub jwks: Option<PathBuf>,
    /// The time, in seconds since 1970; the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = crate::context::seconds)]
    pub now: Option<f64>,
    /// Write the whole decision document: trace, deciding rule and principal too
    #[arg(long)]
    pub full: bool,
    /// Write a receipt with every answer, and the facts that `replay` decides it again from: what came
    /// with the line, and in place of a token whom it names and what they may do
    #[arg(long)]
    pub receipts: bool,
}

/// Options of `replay`.
#[derive(Debug, Args)]
#[command(after_help = help::REPLAY)]
pub struct ReplayOptions {
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
}
