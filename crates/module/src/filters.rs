//! Calls about filters: a search that was allowed, and the records that come of it.

use portcullis_policy::{Counts, Filter};
use portcullis_wire::{
    Reason, Request,
    call::{FilterCounts, FilterOpened, Handle},
};

use crate::{
    answers::{Answer, Failure},
    calls,
    state::State,
};

pub(crate) fn open(
    state: &mut State,
    policy: Handle,
    principal: Option<Handle>,
    refused: Option<Reason>,
    request: &Request<'_>,
    answer: Answer<'_>,
) {
    let filter = match calls::decision(state, policy, principal, refused, request) {
        Err(failure) => return answer.error(failure),
        Ok(decision) => match state.policy(policy).map(|policy| Filter::new(policy, &decision, request)) {
            Ok(Some(filter)) => filter,
            // A denial, or an allowance of something that is no search.
            Ok(None) => return answer.ok(&FilterOpened { decision: decision.view(), filter: None }),
            Err(failure) => return answer.error(failure),
        },
    };
    let filter = match state.add_filter(policy, filter) {
        Ok(filter) => Some(filter),
        Err(failure) => return answer.error(failure),
    };
    match calls::decision(state, policy, principal, refused, request) {
        Ok(decision) => answer.ok(&FilterOpened { decision: decision.view(), filter }),
        Err(failure) => answer.error(failure),
    }
}

pub(crate) fn rows(state: &State, filter: Handle, answer: Answer<'_>) {
    let rows = || {
        let (policy, filter) = state.filter_with_policy(filter)?;
        filter.rows(policy).map_err(Failure::Untranslatable)
    };
    answer.ok_or(rows());
}

pub(crate) fn counts(state: &State, filter: Handle) -> Result<FilterCounts, Failure> {
    let Counts { records, shown, failed, malformed } = state.filter(filter)?.counts();
    Ok(FilterCounts { records, shown, failed, malformed })
}
