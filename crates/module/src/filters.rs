//! Calls about filters: a search that was allowed, and the records that come of it.

use portcullis_policy::{Counts, Decision, Filter};
use portcullis_wire::{
    self as wire, Receipt, Request,
    call::{FilterCounts, FilterOpened, Handle},
};

use crate::{
    answers::{Answer, Failure},
    calls::Asker,
    state::State,
};

pub(crate) fn open(
    state: &mut State,
    asker: Asker,
    request: &Request<'_>,
    receipt: bool,
    answer: Answer<'_>,
) {
    let filter = match asker.decide(state, request, receipt) {
        Err(failure) => return answer.error(failure),
        Ok(decided) => {
            let policy = state.policy(asker.policy);
            match policy.map(|policy| Filter::new(policy, &decided.0, request)) {
                Ok(Some(filter)) => filter,
                // A denial, or an allowance of something that is no search.
                Ok(None) => return tell(decided, None, answer),
                Err(failure) => return answer.error(failure),
            }
        }
    };
    // The decision borrows from what the filter is added to, so it is made again.
    match state.add_filter(asker.policy, filter) {
        Ok(filter) => match asker.decide(state, request, receipt) {
            Ok(decided) => tell(decided, Some(filter), answer),
            Err(failure) => answer.error(failure),
        },
        Err(failure) => answer.error(failure),
    }
}

fn tell(
    (decision, receipt): (Decision<'_>, Option<Receipt<'_>>),
    filter: Option<Handle>,
    answer: Answer<'_>,
) {
    answer.ok(&FilterOpened { decision: wire::Decision { receipt, ..decision.view() }, filter });
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
