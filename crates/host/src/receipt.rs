//! Decisions that can be checked later: with a receipt, from facts that a record keeps.
//!
//! The policy is loaded from a source [`PolicySource::with_receipts`](crate::PolicySource::with_receipts).
//! What a record then keeps is the decision, its receipt within, and the [`DecisionFacts`]. Whoever
//! has the module and the policy decides again with [`Session::decide_from`], and [`changed`] names
//! what is not as it was.

use std::borrow::Cow;

use portcullis_wire::{
    DecisionFacts, PrincipalFacts, Receipt, Request, Values,
    call::{Call, Handle},
};

use crate::{Credential, Decision, Error, Session, credential::Caller};

impl Session {
    /// As [`Session::authorize`], with a receipt in the decision, and what it was made from. What is
    /// told of a token is who it names and what they may do, never the token.
    ///
    /// # Errors
    /// What befell the sandbox; then deny. [`Error::Refused`] where the policy gives no receipts.
    pub fn authorize_recorded<'r>(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'r>,
        now: f64,
    ) -> Result<(Decision, DecisionFacts<'r>), Error> {
        let request = Request { now: Some(now), ..request.clone() };
        self.identified(credential, now, |session, Caller { principal, refused, .. }| {
            let decision = session.decide_for(principal, refused, &request, true)?;
            let principal = principal.map(|principal| session.facts(principal)).transpose()?;
            Ok((decision, DecisionFacts { principal, refused, request }))
        })
    }

    fn facts(&mut self, principal: Handle) -> Result<PrincipalFacts<'static>, Error> {
        let call = Call::PrincipalFacts { policy: self.policy().policy, principal };
        let PrincipalFacts { claim, roles, issuer, subject, expires } = self.ask(&call)?;
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Ok(PrincipalFacts {
            claim: match claim {
                Values::Absent => Values::Absent,
                Values::One(claim) => Values::One(owned(claim)),
                Values::Several => Values::Several,
            },
            roles: roles.into_iter().map(owned).collect(),
            issuer: issuer.map(owned),
            subject: subject.map(owned),
            expires,
        })
    }

    /// Decides from what a record keeps, with a receipt in the decision. The time is that of the facts.
    ///
    /// # Errors
    /// What befell the sandbox; then deny. [`Error::Refused`] where the policy gives no receipts.
    pub fn decide_from(&mut self, facts: &DecisionFacts<'_>) -> Result<Decision, Error> {
        self.assumed(facts.principal.clone(), |session, principal| {
            session.decide_for(principal, facts.refused, &facts.request, true)
        })
    }
}

/// What a receipt has a digest of, and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The module's file.
    Module,
    /// The policy.
    Policy,
    /// The permission claim.
    Claim,
    /// What else is known of the caller and the request.
    Facts,
    /// The time of the request.
    Now,
}

impl Part {
    /// Its name in the receipt.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Policy => "policy",
            Self::Claim => "claim",
            Self::Facts => "facts",
            Self::Now => "now",
        }
    }
}

/// What two receipts do not have in common.
#[must_use]
pub fn changed(one: &Receipt<'_>, other: &Receipt<'_>) -> Vec<Part> {
    [
        (Part::Module, one.module == other.module),
        (Part::Policy, one.policy == other.policy),
        (Part::Claim, one.claim == other.claim),
        (Part::Facts, one.facts == other.facts),
        (Part::Now, one.now == other.now),
    ]
    .into_iter()
    .filter_map(|(part, same)| (!same).then_some(part))
    .collect()
}
