//! What each stage found, written down in order.

use alloc::{borrow::Cow, vec::Vec};

use portcullis_wire::{self as wire, Reason, Stage};

use super::{Credential, Decision};
use crate::Policy;

impl<'a> Decision<'a> {
    #[inline]
    pub(super) const fn new(policy: &'a Policy, credential: Credential<'a>) -> Self {
        const STEP: wire::Step<'static> = wire::Step { stage: Stage::Request, pass: false, detail: None };
        Self {
            policy,
            principal: match credential {
                Credential::Principal(principal) => Some(principal),
                Credential::Absent | Credential::Refused(_) => None,
            },
            reason: Reason::RequestMalformed,
            status: None,
            operation: None,
            tenant: None,
            rule: None,
            steps: [STEP; Stage::COUNT],
            len: 0,
            scope: None,
            search: None,
            obligations: Vec::new(),
        }
    }

    /// Runs one stage and writes down what it found.
    #[inline]
    pub(super) fn stage<T>(
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

    /// Says more of the stage that is running: a stable word.
    pub(super) fn detail(&mut self, detail: impl Into<Cow<'static, str>>) {
        if let Some(step) = self.steps.get_mut(self.len) {
            step.detail = Some(detail.into());
        }
    }
}
