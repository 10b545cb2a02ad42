//! The whole pipeline. Stages run in order, each takes what the one before it found, and the first
//! denial ends it. What each stage asks is in a file of its own.

mod condition;
mod data;
mod exposure;
mod gates;
mod identity;
mod request;
mod trace;
mod view;

use alloc::{boxed::Box, vec::Vec};

use portcullis_claim::{OperationIndex, TenantIndex};
use portcullis_wire::{self as wire, Reason, Request, Stage};

use crate::{Policy, Principal};

/// What is known of the caller before the pipeline starts.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// No token came.
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
    /// The status, where it is not the reason's own.
    status: Option<u16>,
    operation: Option<OperationIndex>,
    tenant: Option<TenantIndex>,
    rule: Option<usize>,
    steps: [wire::Step<'static>; Stage::COUNT],
    len: usize,
    scope: Option<Box<wire::DataScope<'a>>>,
    /// Who searches, where a search is asked for.
    search: Option<Searcher>,
    obligations: Vec<wire::Obligation<'a>>,
}

/// Who searches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Searcher {
    pub(crate) privacy: wire::Privacy,
    pub(crate) authenticated: bool,
    pub(crate) admin: bool,
}

impl<'a> Decision<'a> {
    fn run(&mut self, credential: Credential<'a>, request: &Request<'_>) -> Result<Reason, Reason> {
        let found = self.stage(Stage::Request, |it| it.request(credential, request))?;
        let target = self.stage(Stage::Exposure, |it| it.exposure(found, credential, request))?;
        let Some(target) = target else { return Ok(Reason::Allowed) };
        if self.policy.disable_security {
            return Ok(Reason::SecurityDisabled);
        }
        let caller = self.stage(Stage::Authentication, |it| it.identity(&target, credential, request))?;
        if target.is_gated(request) {
            self.stage(Stage::Operation, |it| it.operation(caller, &target))?;
        }
        if target.has_tenants(self.policy, request) {
            self.stage(Stage::Tenant, |it| it.tenant(caller, &target, request))?;
        }
        if target.is_conditional(self.policy) {
            self.stage(Stage::Condition, |it| it.condition(caller, &target, request))?;
        }
        if target.has_data() {
            self.stage(Stage::Data, |it| it.data(caller, &target, request))?;
        }
        if target.has_obligations(self.policy) {
            self.stage(Stage::Obligation, |it| it.obligation(caller, &target))?;
        }
        Ok(Reason::Allowed)
    }
}
