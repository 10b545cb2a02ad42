//! Does what is asked for exist for the outside?

use alloc::string::String;

use portcullis_claim::OperationIndex;
use portcullis_wire::{Reason, Request, policy::Preflight};

use super::{
    Credential, Decision,
    request::{Miss, Target},
};
use crate::route::{Matches, RouteMiss};

impl<'a> Decision<'a> {
    /// `None`: it is a preflight that passes.
    #[inline]
    pub(super) fn exposure(
        &mut self,
        found: Result<Target<'a>, Miss>,
        credential: Credential<'a>,
        request: &Request<'_>,
    ) -> Result<Option<Target<'a>>, Reason> {
        let preflight = request.preflight
            && self.policy.preflight == Preflight::Pass
            && request.method.as_deref() == Some("OPTIONS")
            && matches!(credential, Credential::Absent);
        match found {
            Err(Miss::Route(RouteMiss::WrongMethod)) | Ok(Target::Routed(_)) if preflight => {
                self.detail("preflight");
                Ok(None)
            }
            Err(Miss::Route(RouteMiss::WrongMethod)) => Err(Reason::MethodMismatch),
            Err(Miss::Route(_)) => Err(Reason::RouteUnknown),
            Err(Miss::Hidden(reason)) => Err(reason),
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
                    Target::Workflow(workflow, _) => self.operation = workflow.operation,
                    Target::Data(_) => {}
                }
                Ok(Some(target))
            }
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
}
