//! The operator's document, checked and made ready: everything that is wrong is said at once.

use alloc::{borrow::ToOwned, boxed::Box, format, string::String, vec::Vec};

use portcullis_claim::{
    Catalog, CatalogProblemKind, MAX_CLAIM_BYTES, OperationIndex, OperationSpec, TenantIndex, Tenants,
    UnknownTargets, is_tenant_id,
};
use portcullis_token::{ConfigurationError, IdTokens, Rules, RulesOptions};
use portcullis_wire::{
    MaskRule, Receipt, Request,
    catalog::CatalogDocument,
    policy::{
        self, CatalogSource, Finding, MaskingSection, PolicyDocument, Preflight, TenancyMode, TenancySection,
        TenantEntry, TokenSection,
    },
};
use thiserror::Error;

use crate::{
    Credential, Tenancy,
    access::{self, Access},
    principal, reading,
    receipt::Origin,
    report::Report,
    route::{Route, RouteProblem, Router},
};

/// The id of the only tenant where a single-tenant policy names none.
const SINGLE_TENANT: &str = "SingleTenantId";

/// A policy that was checked and can decide.
pub struct Policy {
    pub(crate) catalog: Catalog,
    pub(crate) router: Router,
    pub(crate) preflight: Preflight,
    pub(crate) tenancy: Tenancy,
    pub(crate) claim_name: String,
    pub(crate) max_claim_bytes: usize,
    pub(crate) unknown_targets: UnknownTargets,
    pub(crate) token_rules: Option<Rules>,
    pub(crate) token_leeway_s: u32,
    pub(crate) disable_security: bool,
    /// What the policy says beyond these, if anything.
    pub(crate) access: Option<Box<Access>>,
    /// What is masked wherever data is shown.
    pub(crate) masked: Vec<MaskRule<'static>>,
    /// What receipts say of the policy, where it gives any.
    pub(crate) origin: Option<Box<Origin>>,
}

/// A document that cannot be a policy, with every reason why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the policy has {} mistake{}", findings.len(), if findings.len() == 1 { "" } else { "s" })]
pub struct PolicyError {
    /// The mistakes, in the order of the document's sections. Never empty.
    pub findings: Vec<Finding>,
}

impl Policy {
    /// The catalog that claims and routes refer to.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The routes.
    #[must_use]
    pub const fn router(&self) -> &Router {
        &self.router
    }

    /// The tenants.
    #[must_use]
    pub const fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    /// The name of the token's member that holds the permission claim.
    #[must_use]
    pub fn claim_name(&self) -> &str {
        &self.claim_name
    }

    /// Longest claim that is read, in bytes.
    #[must_use]
    pub const fn max_claim_bytes(&self) -> usize {
        self.max_claim_bytes
    }

    /// What a rule does to the claim whose target the catalog does not have.
    #[must_use]
    pub const fn unknown_targets(&self) -> UnknownTargets {
        self.unknown_targets
    }

    /// Lets decisions under this policy have receipts. `module` is the SHA-256 of the module's file, as
    /// 64 lower-case hexadecimal digits; the others are what the policy was loaded from. False where
    /// `module` is no such digest.
    pub fn give_receipts(&mut self, module: &str, document: &str, catalog: Option<&str>) -> bool {
        self.origin = Origin::new(module, document, catalog).map(Box::new);
        self.origin.is_some()
    }

    /// The receipt of a decision that was made from these. `None` unless the policy gives receipts.
    #[must_use]
    pub fn receipt(&self, credential: Credential<'_>, request: &Request<'_>) -> Option<Receipt<'_>> {
        self.origin.as_ref()?.receipt(credential, request)
    }

    /// Whether security is switched off.
    #[must_use]
    pub const fn security_disabled(&self) -> bool {
        self.disable_security
    }
}

/// Reads and checks a policy document, given as JSON text. Where the document names a catalog
/// file, the host has read it and gives its content, also JSON text, as `catalog`.
///
/// # Errors
/// Every mistake, each with its path.
pub fn load(text: &str, catalog: Option<&str>) -> Result<Policy, PolicyError> {
    let (document, findings) = reading::read::<PolicyDocument>(text, "");
    let mut report = Report { findings };
    let catalog = catalog.map(|text| {
        let (catalog, findings) = reading::read::<CatalogDocument>(text, "/catalog");
        report.findings.extend(findings);
        catalog
    });
    let Some(mut document) = document else { return Err(report.into()) };
    if document.portcullis != 1 {
        report.push("version", "/portcullis", "this version of the module reads documents of version 1");
    }
    let catalog = report.catalog(&document, catalog);
    let router = catalog.as_ref().and_then(|catalog| report.router(&document, catalog));
    let tenancy = report.tenancy(&document.tenancy);
    report.claim(&document);
    let token_rules = document.token.as_ref().and_then(|section| report.token("/token", section));
    report.authzen(&document);
    let access = access::load(&mut document, catalog.as_ref(), &mut report).map(Box::new);
    match (catalog, router, tenancy) {
        (Some(catalog), Some(router), Some(tenancy)) if report.findings.is_empty() => {
            let policy = Policy {
                catalog,
                router,
                preflight: document.routes.preflight,
                tenancy,
                claim_name: document.claim.name,
                max_claim_bytes: document.claim.max_bytes as usize,
                unknown_targets: principal::unknown_targets(document.claim.unknown_targets),
                token_rules,
                token_leeway_s: document.token.map_or(0, |section| section.leeway_s),
                disable_security: document.disable_security,
                access,
                masked: masked(document.masking),
                origin: None,
            };
            report.principals(&policy, &document.principals);
            if report.findings.is_empty() { Ok(policy) } else { Err(report.into()) }
        }
        _ => Err(report.into()),
    }
}

/// What a section says is hidden, as obligations say it.
fn masked(section: MaskingSection) -> Vec<MaskRule<'static>> {
    let lowest = section.hide_from.level();
    let fields = section.fields.into_iter().filter(|rule| rule.level >= lowest).map(|rule| MaskRule {
        name: rule.name.map(Into::into),
        pointer: rule.pointer.map(Into::into),
        detect: None,
        strategy: rule.strategy,
    });
    let looks = section.detect.into_iter().map(|rule| MaskRule {
        name: None,
        pointer: None,
        detect: Some(rule.kind),
        strategy: rule.strategy,
    });
    fields.chain(looks).collect()
}

impl From<Report> for PolicyError {
    fn from(report: Report) -> Self {
        Self { findings: report.findings }
    }
}

impl Report {
    fn catalog(
        &mut self,
        document: &PolicyDocument,
        given: Option<Option<CatalogDocument>>,
    ) -> Option<Catalog> {
        let at = |rest: &str| format!("/catalog{rest}");
        let inline = match (&document.catalog, &given) {
            (CatalogSource::BuiltIn(name), None) if name == "workflow-api" => {
                return Some(Catalog::workflow_api());
            }
            (CatalogSource::BuiltIn(name), None) => {
                self.push(
                    "unknown_catalog",
                    at(""),
                    format!("there is no built-in catalog `{name}`; expected `workflow-api`, {{ \"file\": … }} or a catalog"),
                );
                return None;
            }
            (CatalogSource::File(_), Some(Some(catalog))) | (CatalogSource::Inline(catalog), None) => catalog,
            // What is wrong with it has been said.
            (CatalogSource::File(_), Some(None)) => return None,
            (CatalogSource::File(_), None) => {
                self.push(
                    "catalog_file",
                    at("/file"),
                    "the host did not read the file; put the catalog in its place",
                );
                return None;
            }
            (_, Some(_)) => {
                self.push("catalog_file", at(""), "a catalog came beside the document, which names no file");
                return None;
            }
        };
        let specs = inline.operations.iter().map(|operation| OperationSpec {
            id: &operation.id,
            original_id: operation.original_id.as_deref(),
            method: operation.method.as_deref(),
            path: operation.path.as_deref(),
            summary: operation.summary.as_deref(),
        });
        match Catalog::new(&inline.root, inline.base_path.as_deref().unwrap_or_default(), specs) {
            Ok(catalog) => Some(catalog),
            Err(problems) => {
                for problem in problems {
                    let (code, path) = match problem.kind {
                        CatalogProblemKind::Root => ("catalog_root", at("/root")),
                        CatalogProblemKind::TooMany => ("catalog_too_large", at("/operations")),
                        _ => ("operation_id", at(&format!("/operations/{}/id", problem.position))),
                    };
                    self.push(code, path, format!("`{}`: {}", problem.id, problem.kind));
                }
                None
            }
        }
    }

    fn router(&mut self, document: &PolicyDocument, catalog: &Catalog) -> Option<Router> {
        let mut half = Vec::new();
        let routes = catalog.iter().filter_map(|(index, spec)| match (spec.method, spec.path) {
            (Some(method), Some(template)) => Some(Route { operation: index.0, method, template }),
            (None, None) => None,
            _ => {
                half.push(spec.id.to_owned());
                None
            }
        });
        let base_path = document.routes.base_path.as_deref().unwrap_or(catalog.base_path());
        let built = Router::build(base_path, routes.collect::<Vec<_>>());
        for id in half {
            self.push("route", "/catalog", format!("`{id}` has a method or a path, but not both"));
        }
        match built {
            Ok(router) => Some(router),
            Err(problems) => {
                for problem in problems {
                    self.route_problem(&problem, catalog);
                }
                None
            }
        }
    }

    fn route_problem(&mut self, problem: &RouteProblem, catalog: &Catalog) {
        let id = |operation: u32| catalog.id(OperationIndex(operation));
        let message = match problem {
            RouteProblem::BasePath(reason) => {
                return self.push("base_path", "/routes/base_path", *reason);
            }
            RouteProblem::Method { operation } => {
                format!("`{}`: the method is not an HTTP token", id(*operation))
            }
            RouteProblem::Template { operation, reason } => {
                format!("`{}`: the path template: {reason}", id(*operation))
            }
            RouteProblem::SameTemplate { first, second } => format!(
                "`{}` and `{}` have the same method and the same path template",
                id(*first),
                id(*second)
            ),
        };
        self.push("route", "/catalog", message);
    }

    fn tenancy(&mut self, section: &TenancySection) -> Option<Tenancy> {
        let before = self.findings.len();
        if !is_token(&section.header) {
            self.push("header", "/tenancy/header", "expected the name of an HTTP header");
        }
        let single = [TenantEntry::Id(SINGLE_TENANT.into())];
        let entries: &[TenantEntry] = match section.mode {
            TenancyMode::Single if section.tenants.is_empty() => &single,
            _ => &section.tenants,
        };
        // Where the mode could not be read, it is not known to be this one.
        let mode_is_known = !self.findings.iter().any(|finding| finding.path == "/tenancy/mode");
        if mode_is_known && section.mode == TenancyMode::Single && entries.len() > 1 {
            self.push(
                "single_tenant",
                "/tenancy/tenants",
                "mode `single` takes at most one tenant; several are mode `multi`",
            );
        }
        let mut tenants = Tenants::new();
        let mut groups = Vec::new();
        for (entry, tenant) in entries.iter().enumerate() {
            if tenant.ids().is_empty() {
                self.push("tenant", format!("/tenancy/tenants/{entry}"), "a tenant has at least one id");
            }
            for (at, id) in tenant.ids().iter().enumerate() {
                if tenants.register(id).is_some() {
                    groups.push(u32::try_from(entry).unwrap_or(u32::MAX));
                    continue;
                }
                let path = match tenant {
                    TenantEntry::Id(_) => format!("/tenancy/tenants/{entry}"),
                    TenantEntry::Ids(_) => format!("/tenancy/tenants/{entry}/{at}"),
                };
                let message = if !is_tenant_id(id) {
                    "a tenant id has 1 to 128 of A-Z, a-z, 0-9, `.`, `_` and `-`"
                } else if tenants.index(id).is_some() {
                    "the id is there already"
                } else {
                    "at most 100,000 tenant ids"
                };
                self.push("tenant", path, message);
            }
        }
        let default = match (&section.default, section.mode) {
            (Some(id), _) => tenants.index(id),
            // The only tenant is the one that a request without the header is for.
            (None, TenancyMode::Single) => Some(TenantIndex(0)),
            (None, TenancyMode::Multi) => None,
        };
        if section.default.is_some() && default.is_none() {
            self.push("default_tenant", "/tenancy/default", "the default is not one of `tenancy.tenants`");
        }
        (self.findings.len() == before).then(|| Tenancy {
            mode: section.mode,
            header: section.header.clone(),
            tenants,
            default,
            groups,
        })
    }

    fn claim(&mut self, document: &PolicyDocument) {
        if document.claim.name.is_empty() {
            self.push(
                "claim_name",
                "/claim/name",
                "expected the name of the token's member that holds the claim",
            );
        }
        if !(1..=MAX_CLAIM_BYTES).contains(&(document.claim.max_bytes as usize)) {
            self.push("claim_size", "/claim/max_bytes", format!("expected 1 to {MAX_CLAIM_BYTES}"));
        }
    }

    pub(crate) fn token(&mut self, at: &str, section: &TokenSection) -> Option<Rules> {
        let built = Rules::new(RulesOptions {
            issuers: section.issuers.clone(),
            audiences: section.audiences.clone(),
            algorithms: section.algorithms.clone(),
            leeway_s: section.leeway_s,
            required: section.required.clone(),
            types: section.types.clone(),
            id_tokens: match section.id_tokens {
                policy::IdTokens::Reject => IdTokens::Reject,
                policy::IdTokens::Accept => IdTokens::Accept,
            },
        });
        match built {
            Ok(rules) => Some(rules),
            Err(ConfigurationError::Rules(mistakes)) => {
                for mistake in mistakes {
                    let index = mistake.index.map(|at| format!("/{at}")).unwrap_or_default();
                    self.push("token_rules", format!("{at}/{}{index}", mistake.field), mistake.problem);
                }
                None
            }
            Err(error) => {
                self.push("token_rules", at, format!("{error}"));
                None
            }
        }
    }
}

/// RFC 9110, section 5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
