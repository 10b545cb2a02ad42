//! The whole pipeline. Stages run in order, each takes what the one before it found, and the first
//! denial ends it.

use alloc::{borrow::Cow, string::String};

use portcullis_claim::{OperationIndex, TenantIndex};
use portcullis_wire::{self as wire, Reason, Request, Stage, policy::Preflight};

use crate::{
    Policy, Principal,
    principal::rule_text,
    route::{Matches, RouteMiss},
};

/// What is known of the caller before the pipeline starts.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// No credential came.
    Absent,
    /// One came and was refused, for this reason.
    Refused(Reason),
    /// One came and was verified.
    Principal(&'a Principal),
}

/// Decides one request.
#[must_use]
pub fn decide<'a>(policy: &'a Policy, credential: Credential<'a>, request: &Request<'_>) -> Decision<'a> {
    let mut decision = Decision::new(policy, credential);
    decision.reason = match decision.run(credential, request) {
        Ok(reason) | Err(reason) => reason,
    };
    decision
}

/// The answer to one request. Only [`decide`] makes it.
pub struct Decision<'a> {
    policy: &'a Policy,
    principal: Option<&'a Principal>,
    reason: Reason,
    operation: Option<OperationIndex>,
    tenant: Option<TenantIndex>,
    rule: Option<usize>,
    steps: [wire::Step<'static>; Stage::COUNT],
    len: usize,
}

/// The operation or operations that a request is.
enum Target {
    /// Named by the caller. It may not exist.
    Named(Option<OperationIndex>),
    /// Found by method and path. All of them must allow.
    Routed(Matches),
}

impl<'a> Decision<'a> {
    fn run(&mut self, credential: Credential<'a>, request: &Request<'_>) -> Result<Reason, Reason> {
        let found = self.stage(Stage::Request, |it| it.request(request))?;
        let target = self.stage(Stage::Exposure, |it| it.exposure(found, credential, request))?;
        let Some(target) = target else { return Ok(Reason::Allowed) };
        if self.policy.disable_security {
            return Ok(Reason::SecurityDisabled);
        }
        let principal = self.stage(Stage::Authentication, |_| authentication(credential, request.now))?;
        self.stage(Stage::Operation, |it| it.operation(principal, &target))?;
        self.stage(Stage::Tenant, |it| it.tenant(principal, request))?;
        Ok(Reason::Allowed)
    }

    /// Is the envelope well formed? The path is read here, once.
    fn request(&mut self, request: &Request<'_>) -> Result<Result<Target, RouteMiss>, Reason> {
        match (&request.operation, &request.method, &request.path) {
            (Some(id), None, None) => Ok(Ok(Target::Named(self.policy.catalog.operation(id)))),
            (None, Some(method), Some(path)) => match self.policy.router.find(method, path) {
                Ok(matches) => Ok(Ok(Target::Routed(matches))),
                Err(RouteMiss::Malformed(detail)) => {
                    self.detail(detail);
                    Err(Reason::RequestMalformed)
                }
                Err(RouteMiss::TooLong) => Err(Reason::InputTooLarge),
                Err(miss) => Ok(Err(miss)),
            },
            _ => {
                self.detail("either an operation, or a method and a path");
                Err(Reason::RequestMalformed)
            }
        }
    }

    /// Does this route exist for the outside? `None`: it is a preflight that passes.
    fn exposure(
        &mut self,
        found: Result<Target, RouteMiss>,
        credential: Credential<'a>,
        request: &Request<'_>,
    ) -> Result<Option<Target>, Reason> {
        let preflight = request.preflight
            && self.policy.preflight == Preflight::Pass
            && request.method.as_deref() == Some("OPTIONS")
            && matches!(credential, Credential::Absent);
        match found {
            Err(RouteMiss::WrongMethod) | Ok(Target::Routed(_)) if preflight => {
                self.detail("preflight");
                Ok(None)
            }
            Err(RouteMiss::WrongMethod) => Err(Reason::MethodMismatch),
            Err(_) => Err(Reason::RouteUnknown),
            Ok(target) => {
                match &target {
                    Target::Named(operation) => self.operation = *operation,
                    Target::Routed(matches) => match matches.single() {
                        Some(one) => self.operation = Some(OperationIndex(one)),
                        None => {
                            let ids = self.overlapping(matches);
                            self.detail(ids);
                        }
                    },
                }
                Ok(Some(target))
            }
        }
    }

    /// Does the claim allow the operation?
    fn operation(&mut self, principal: &'a Principal, target: &Target) -> Result<(), Reason> {
        // A claim that grants nothing is the answer before the operation is looked at.
        principal.claim()?;
        match target {
            Target::Named(None) => Err(Reason::OperationUnknown),
            Target::Named(Some(operation)) => self.permitted(principal, *operation),
            Target::Routed(matches) => {
                let several = matches.single().is_none();
                for operation in matches.iter() {
                    self.permitted(principal, OperationIndex(operation))?;
                }
                if several {
                    (self.operation, self.rule) = (None, None);
                }
                Ok(())
            }
        }
    }

    fn permitted(&mut self, principal: &Principal, operation: OperationIndex) -> Result<(), Reason> {
        let (rule, outcome) = match principal.operation(operation) {
            Ok(rule) => (Some(rule), Ok(())),
            Err((reason, rule)) => (rule, Err(reason)),
        };
        (self.operation, self.rule) = (Some(operation), rule);
        outcome
    }

    /// Which tenant is it, and does the claim allow it?
    fn tenant(&mut self, principal: &Principal, request: &Request<'_>) -> Result<(), Reason> {
        let tenant = self.policy.tenancy.select(&request.tenant)?;
        self.tenant = Some(tenant);
        principal.tenant(self.policy, tenant)
    }

    /// Runs one stage and writes down what it found.
    fn stage<T>(
        &mut self,
        stage: Stage,
        run: impl FnOnce(&mut Self) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        if let Some(step) = self.steps.get_mut(self.len) {
            step.stage = stage;
        }
        let outcome = run(self);
        if let Some(step) = self.steps.get_mut(self.len) {
            step.pass = outcome.is_ok();
        }
        self.len = self.len.saturating_add(1);
        outcome
    }

    fn detail(&mut self, detail: impl Into<Cow<'static, str>>) {
        if let Some(step) = self.steps.get_mut(self.len) {
            step.detail = Some(detail.into());
        }
    }

    fn overlapping(&self, matches: &Matches) -> String {
        let mut ids = String::new();
        for operation in matches.iter() {
            if !ids.is_empty() {
                ids.push_str(", ");
            }
            ids.push_str(self.policy.catalog.id(OperationIndex(operation)));
        }
        ids
    }

    const fn new(policy: &'a Policy, credential: Credential<'a>) -> Self {
        const STEP: wire::Step<'static> = wire::Step { stage: Stage::Request, pass: false, detail: None };
        Self {
            policy,
            principal: match credential {
                Credential::Principal(principal) => Some(principal),
                Credential::Absent | Credential::Refused(_) => None,
            },
            reason: Reason::RequestMalformed,
            operation: None,
            tenant: None,
            rule: None,
            steps: [STEP; Stage::COUNT],
            len: 0,
        }
    }

    /// Whether the request may pass.
    #[must_use]
    pub const fn allowed(&self) -> bool {
        self.reason.allows()
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The decision as hosts see it.
    #[must_use]
    pub fn view(&self) -> wire::Decision<'_> {
        let trace = self.steps.get(..self.len).unwrap_or_default();
        let matched = self.rule.zip(self.principal).and_then(|(rule, principal)| {
            let (rule, span) = rule_text(principal.claim().ok()?, rule)?;
            Some(wire::Matched { rule: rule.into(), span })
        });
        wire::Decision {
            decision: self.allowed(),
            status: self.reason.status(),
            stage: trace.last().filter(|_| !self.allowed()).map(|step| step.stage),
            reason: self.reason,
            operation: self.operation.map(|operation| self.policy.catalog.id(operation).into()),
            tenant: self.tenant.and_then(|tenant| self.policy.tenancy.tenants.id(tenant)).map(Into::into),
            principal: self.principal.map(|principal| wire::PrincipalView {
                issuer: principal.issuer().map(Into::into),
                subject: principal.subject().map(Into::into),
            }),
            matched,
            trace: trace.into(),
        }
    }
}

/// Is the credential good, and enough? One that is bad is refused before the claim is looked at.
fn authentication(credential: Credential<'_>, now: Option<f64>) -> Result<&Principal, Reason> {
    match credential {
        Credential::Absent => Err(Reason::AuthenticationRequired),
        Credential::Refused(reason) => Err(reason),
        Credential::Principal(principal) => match principal.expires() {
            // A time that is missing, or not a number, is before nothing: denied.
            Some(expires) if !now.is_some_and(|now| now < expires) => Err(Reason::CredentialExpired),
            _ => Ok(principal),
        },
    }
}
