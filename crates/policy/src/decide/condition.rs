//! Do the conditions hold that it depends on?

use alloc::vec::Vec;

use portcullis_condition::Value as CelValue;
use portcullis_wire::{
    Obligation, Reason, Request, Value,
    facts::{DataAction, Origin},
    policy::Unmet,
};

use super::{Decision, identity::Caller, request::Target};
use crate::{
    access::Workflow,
    condition::{Bound, Condition},
    privacy::Type,
};

impl<'a> Decision<'a> {
    pub(super) fn condition(
        &mut self,
        caller: Caller<'_>,
        target: &Target<'a>,
        request: &Request<'_>,
    ) -> Result<(), Reason> {
        let policy = self.policy;
        let bound = Bound {
            operation: self.operation.map(|operation| policy.catalog.id(operation)),
            ..bound(caller, request)
        };
        match target {
            Target::Workflow(workflow, _) => self.workflow_condition(workflow, caller, &bound),
            _ => {
                for requirement in target.requirements(policy) {
                    if let Some(condition) = &requirement.condition {
                        met(condition, &bound)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn workflow_condition(
        &mut self,
        workflow: &'a Workflow,
        caller: Caller<'_>,
        bound: &Bound<'_>,
    ) -> Result<(), Reason> {
        let ignored = workflow.ignore_privacy_rules || caller.is_admin();
        let searches = self.searches(workflow, ignored, bound);
        let bound = Bound { searches: &searches, parameters: &workflow.parameters, ..*bound };
        if let Some(condition) = &workflow.condition {
            met(condition, &bound).inspect_err(|reason| {
                if *reason == Reason::ConditionNotMet && workflow.unmet == Unmet::Succeed {
                    self.status = Some(200);
                }
            })?;
        }
        for action in &workflow.actions {
            match action.condition.as_ref().map(|condition| met(condition, &bound)) {
                None | Some(Ok(())) => {}
                Some(Err(Reason::ConditionNotMet)) => {
                    self.obligations.push(Obligation::SkipAction(action.id.as_ref().into()));
                }
                Some(Err(reason)) => return Err(reason),
            }
        }
        Ok(())
    }

    /// What the caller may find of each search, as they see it. `None`: the host did not say what
    /// there is, or a rule could not be judged.
    fn searches<'f>(
        &self,
        workflow: &'a Workflow,
        ignored: bool,
        bound: &Bound<'f>,
    ) -> Vec<Option<CelValue<'f>>> {
        let (Some(access), Some(request)) = (&self.policy.access, bound.request) else { return Vec::new() };
        let search = |(name, of): &(alloc::boxed::Box<str>, usize)| {
            let of = access.type_list.get(*of)?;
            let records =
                &request.searches.iter().find(|search| search.name.as_ref() == name.as_ref())?.records;
            let mut found = Vec::new();
            for record in records {
                let grant = if ignored { crate::privacy::Grant::ALL } else { grant(of, record, bound)? };
                if grant.find {
                    found.push(of.seen(record, grant.view));
                }
            }
            Some(CelValue::list(found))
        };
        workflow.searches.iter().map(search).collect()
    }
}

fn grant(of: &Type, record: &Value<'_>, bound: &Bound<'_>) -> Option<crate::privacy::Grant> {
    of.grant(&Bound { resource: Some(record), ..*bound }).ok()
}

/// The facts that every condition may look at.
pub(super) fn bound<'f>(caller: Caller<'_>, request: &'f Request<'_>) -> Bound<'f> {
    let internal_user = request.origin == Origin::Internal && request.user.is_some();
    Bound {
        request: Some(request),
        now: request.now,
        user: request.user.as_deref(),
        resource: request.resource.as_deref().map(|resource| &resource.record),
        authenticated: caller.is_known() || internal_user,
        admin: caller.is_admin(),
        ..Bound::default()
    }
}

fn met(condition: &Condition, bound: &Bound<'_>) -> Result<(), Reason> {
    match condition.holds(bound) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Reason::ConditionNotMet),
        Err(_) => Err(Reason::ConditionError),
    }
}

/// What an action of the Data API answers with.
pub(super) const fn status(action: DataAction) -> u16 {
    match action {
        DataAction::Create => 201,
        DataAction::Modify | DataAction::Replace | DataAction::Delete => 204,
        _ => 200,
    }
}
