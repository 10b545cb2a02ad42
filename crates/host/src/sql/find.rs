//! A search from its credential to a filter.

use portcullis_wire::{
    Request,
    call::{Call, FilterOpened, Rows},
};

use super::Filter;
use crate::{Credential, Decision, Error, PolicyHandle, Session, credential::Caller};

/// A search that was decided.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// Whether it is allowed, and why.
    pub decision: Decision,
    /// Which rows it finds, if it is; if it is not, none.
    pub filter: Option<Filter>,
}

impl Session {
    /// Decides a search from its credential on, and tells which rows of a table it finds. The request's
    /// `data` searches; the policy names the columns. The decision carries a receipt if the policy gives them.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `FILTER_UNTRANSLATABLE` and a finding, if a rule looks at what has
    /// no column, or in a way that databases do not agree on. Or what befell the sandbox. Then find nothing.
    pub fn find_filter(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<Found, Error> {
        let request = Request { now: Some(now), ..request.clone() };
        self.identified(credential, now, |session, caller| {
            let (policy, receipt) = (session.policy().policy, session.receipts());
            let Caller { principal, refused, .. } = caller;
            let call = Call::FilterOpen { policy, principal, refused, request, receipt };
            let opened: FilterOpened<'_> = session.ask(&call)?;
            let (decision, open) = (Decision::from_view(&opened.decision)?, opened.filter);
            let Some(filter) = open else { return Ok(Found { decision, filter: None }) };
            let rows = session.ask(&Call::FilterRows { filter }).map(|rows: Rows<'_>| rows.to_static());
            session.ask::<()>(&Call::Release { handle: filter })?;
            Ok(Found { decision, filter: Some(Filter { rows: rows? }) })
        })
    }
}

impl PolicyHandle {
    /// As [`Session::find_filter`], in a session of this thread.
    ///
    /// # Errors
    /// As [`Session::find_filter`].
    pub fn find_filter(
        &self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<Found, Error> {
        self.with_session(|session| session.find_filter(credential, request, now))
    }
}
