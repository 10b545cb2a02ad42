//! A decision as hosts see it.

use portcullis_wire::{self as wire, Reason};

use super::{Decision, Searcher};
use crate::principal::rule_text;

impl Decision<'_> {
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

    /// Who searches, where a search is allowed.
    pub(crate) fn search(&self) -> Option<Searcher> {
        self.search.filter(|_| self.allowed())
    }

    /// The decision as hosts see it.
    #[must_use]
    pub fn view(&self) -> wire::Decision<'_> {
        let trace = self.steps.get(..self.len).unwrap_or_default();
        let matched = self.rule.zip(self.principal).and_then(|(rule, principal)| {
            let (rule, span) = rule_text(principal.claim().ok()?, rule)?;
            Some(wire::Matched { rule: rule.into(), span })
        });
        let allowed = self.allowed();
        let stage = trace.last().filter(|_| !allowed).map(|step| step.stage);
        wire::Decision {
            decision: allowed,
            status: self.status.unwrap_or(self.reason.status()),
            stage,
            reason: self.reason,
            outward: wire::Outward::of(stage, self.reason),
            operation: self.operation.map(|operation| self.policy.catalog.id(operation).into()),
            tenant: self.tenant.and_then(|tenant| self.policy.tenancy.tenants.id(tenant)).map(Into::into),
            principal: self.principal.map(|principal| wire::PrincipalView {
                issuer: principal.issuer().map(Into::into),
                subject: principal.subject().map(Into::into),
            }),
            matched,
            trace: trace.into(),
            // Nothing of the data is said where the answer is no.
            data_scope: self.scope.as_deref().filter(|_| allowed).cloned(),
            obligations: if allowed { self.obligations.clone() } else { alloc::vec::Vec::new() },
            receipt: None,
        }
    }
}
