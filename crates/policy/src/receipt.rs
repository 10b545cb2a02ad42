//! Receipts: what ties a decision to everything that it was made from. The digests themselves are made
//! in [`portcullis_receipt`].
//!
//! None of it is done unless it is asked for: a policy that is loaded without the module's digest gives
//! no receipts.

use alloc::string::String;

use portcullis_json as json;
use portcullis_receipt::{self as digest, Asker};
use portcullis_wire::{Receipt, Request, Value, Values};

use crate::Credential;

/// What every receipt of a policy says of the module and the policy.
pub(crate) struct Origin {
    module: String,
    policy: String,
}

impl Origin {
    /// `None` where `module` is no digest, or one of the documents is not JSON.
    pub(crate) fn new(module: &str, document: &str, catalog: Option<&str>) -> Option<Self> {
        if !digest::is_digest(module) {
            return None;
        }
        let (document, catalog) = (json::parse(document).ok()?, catalog.map(json::parse));
        let catalog = match &catalog {
            Some(catalog) => Some(json::read::<Value<'_>>(catalog.as_ref().ok()?).ok()?),
            None => None,
        };
        let policy = digest::policy(&json::read(&document).ok()?, catalog.as_ref())?;
        Some(Self { module: module.into(), policy })
    }

    /// The receipt of a decision that was made from these. `None` where two members of one object in
    /// the request have one name: the module reads no such request.
    pub(crate) fn receipt(&self, credential: Credential<'_>, request: &Request<'_>) -> Option<Receipt<'_>> {
        let (asker, claim) = match credential {
            Credential::Absent => (None, None),
            Credential::Refused(refused) => (Some(Asker::Refused(refused)), None),
            Credential::Principal(principal) => {
                let facts = principal.facts();
                let claim = match &facts.claim {
                    Values::One(text) => Some(digest::claim(text).into()),
                    Values::Absent | Values::Several => None,
                };
                (Some(Asker::Principal(facts)), claim)
            }
        };
        Some(Receipt {
            module: self.module.as_str().into(),
            policy: self.policy.as_str().into(),
            claim,
            facts: digest::facts(&asker, request)?.into(),
            now: request.now,
        })
    }
}

#[cfg(test)]
mod tests;
