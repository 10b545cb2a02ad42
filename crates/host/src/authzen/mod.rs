//! OpenID AuthZEN 1.0: other enforcement points ask this host.
//!
//! ```text
//! caller ─► callers.rs ─► message.rs ─► operation.rs ─► facts.rs ─► PolicyHandle ─► {"decision": …}
//!           who asks?     what?         which id?       of whom?
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `POST /access/v1/evaluation` | one decision |
//! | `POST /access/v1/evaluations` | one for each question of a batch, in order |
//! | `GET /.well-known/authzen-configuration` | where the two are |
//!
//! The surface is there only while the policy has the section `authzen`. What an authenticated caller
//! says of a subject is taken as fact, so whoever can authenticate can ask for anybody; a token in
//! `subject.properties.token` is verified, and wins over what else is said.
//!
//! A denial is 200 with `"decision": false` and the reason in `context`. 401 speaks of the caller.

mod callers;
mod evaluate;
mod facts;
mod json;
mod message;
mod metadata;
mod operation;
mod service;

use std::{collections::BTreeMap, fmt, sync::Arc};

use arc_swap::ArcSwapOption;
use portcullis_wire::{
    call::Call,
    catalog::CatalogDocument,
    policy::{DeclarationsSection, PolicyDocument, PrincipalEntry},
};

use self::{callers::Callers, operation::Operations};
use crate::{Error, Observer, PolicyHandle, PolicySource, http::RefreshKeys};

/// A tower service that answers AuthZEN's questions. Cheap to clone.
#[derive(Clone)]
pub struct AuthZen {
    policy: Arc<PolicyHandle>,
    /// The rules for tokens of callers, where callers have tokens.
    rules: Arc<PolicyHandle>,
    keys: Option<Arc<dyn RefreshKeys>>,
    observer: Arc<dyn Observer>,
    surface: Arc<ArcSwapOption<Surface>>,
}

/// The surface under one policy.
struct Surface {
    callers: Callers,
    operations: Operations,
    url: Option<String>,
    max_evaluations: usize,
    claim_name: String,
    principals: BTreeMap<String, PrincipalEntry>,
    /// What conditions may look at: nothing else crosses.
    declared: DeclarationsSection,
    default_tenant: Option<String>,
}

/// What a policy says of the surface, with its secret fetched: all that can fail before the policy is
/// put in force.
pub struct Prepared(Option<(PolicyDocument, Callers)>);

impl AuthZen {
    /// The surface of the policy in force.
    ///
    /// # Errors
    /// [`Error::Configuration`] if there is no way to authenticate callers after all: the secret is
    /// missing, or too short.
    pub fn new(policy: Arc<PolicyHandle>) -> Result<Self, Error> {
        let source = policy.source();
        let rules = Arc::new(policy.small_beside(callers::rules(None))?);
        let surface = Arc::new(ArcSwapOption::empty());
        let it = Self { policy, rules, keys: None, observer: Arc::new(()), surface };
        it.put_in_force(it.prepare(&source)?)?;
        Ok(it)
    }

    /// Whom to ask for keys when a token names one that is not known.
    #[must_use]
    pub fn keys(self, keys: Arc<dyn RefreshKeys>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Whom to tell of each decision.
    #[must_use]
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// What verifies the tokens of callers. Its keys are to be those of the policy, so whoever
    /// replaces the one's replaces the other's.
    #[must_use]
    pub fn rules(&self) -> &Arc<PolicyHandle> {
        &self.rules
    }

    /// Looks at a policy before it is put in force.
    ///
    /// # Errors
    /// [`Error::Configuration`] if there would be no way to authenticate callers.
    pub fn prepare(&self, source: &PolicySource) -> Result<Prepared, Error> {
        let document: PolicyDocument = serde_json::from_str(source.document())
            .map_err(|error| Error::configuration(format!("the policy cannot be read: {error}")))?;
        let Some(section) = &document.authzen else { return Ok(Prepared(None)) };
        let callers = Callers::new(&section.callers)?;
        Ok(Prepared(Some((document, callers))))
    }

    /// Opens, changes or closes the surface, after the policy was put in force.
    ///
    /// # Errors
    /// What befell the sandbox; then the surface is closed.
    pub fn put_in_force(&self, prepared: Prepared) -> Result<(), Error> {
        // Closed while it changes: questions of one policy are not for the callers of another.
        self.surface.store(None);
        let Some((document, callers)) = prepared.0 else { return Ok(()) };
        let Some(section) = document.authzen else { return Ok(()) };
        self.rules.reload_policy(callers::rules(Some(&section.callers)))?;
        let operations = self.policy.with_session(|session| {
            let policy = session.policy().policy;
            let catalog: CatalogDocument = session.ask(&Call::PolicyCatalog { policy })?;
            let base_path = document.routes.base_path.or_else(|| catalog.base_path.clone());
            Ok(Operations::new(catalog, base_path.as_deref(), section.operation))
        })?;
        self.surface.store(Some(Arc::new(Surface {
            callers,
            operations,
            url: section.url,
            max_evaluations: section.max_evaluations as usize,
            claim_name: document.claim.name,
            principals: document.principals,
            declared: document.declarations,
            default_tenant: document.tenancy.default,
        })));
        Ok(())
    }

    /// Whether a path is one of the surface's. It is of nobody's while the surface is closed.
    #[must_use]
    pub fn serves(&self, path: &str) -> bool {
        self.surface.load().as_ref().is_some_and(|surface| service::endpoint(surface, path).is_some())
    }
}

impl fmt::Debug for AuthZen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthZen").field("open", &self.surface.load().is_some()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared(…)")
    }
}
