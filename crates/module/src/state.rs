//! What lives in the module between calls. WebAssembly instances are single-threaded, so one
//! thread-local cell is the whole of it.

use std::cell::RefCell;

use portcullis_abi::slab::{Kind, Slab};
use portcullis_claim::{OperationIndex, TenantIndex};
use portcullis_policy::{ClaimValue, Filter, Policy, Presumed, Principal};
use portcullis_token::KeySet;
use portcullis_wire::call::Handle;

use crate::answers::Failure;

const MAX_POLICIES: usize = 64;
const MAX_KEY_SETS: usize = 256;
const MAX_PRINCIPALS: usize = 65_536;
const MAX_FILTERS: usize = 256;

/// The tenant index that stands for a request without the tenant header.
pub(crate) const NO_TENANT_HEADER: u32 = u32::MAX;

pub(crate) struct State {
    policies: Slab<Policy>,
    keys: Slab<KeySet>,
    principals: Slab<Bound<Principal>>,
    filters: Slab<Bound<Filter>>,
    presumed: Slab<Bound<Presumed>>,
}

/// Something that was made for one policy.
struct Bound<T> {
    policy: Handle,
    it: T,
}

thread_local! {
    static STATE: RefCell<State> = const {
        RefCell::new(State {
            policies: Slab::new(Kind::Policy, MAX_POLICIES),
            keys: Slab::new(Kind::Keys, MAX_KEY_SETS),
            principals: Slab::new(Kind::Principal, MAX_PRINCIPALS),
            filters: Slab::new(Kind::Filter, MAX_FILTERS),
            presumed: Slab::new(Kind::Presumed, MAX_PRINCIPALS),
        })
    };
}

/// Runs one call over the state.
pub(crate) fn with<T>(run: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(run)
}

/// The operation and tenant stages, by indexes. False for anything unknown.
#[inline]
pub(crate) fn allows(principal: Handle, operation: u32, tenant: u32) -> bool {
    STATE.with_borrow(|state| {
        let Some(bound) = state.principals.get(principal) else { return false };
        let Some(policy) = state.policies.get(bound.policy) else { return false };
        let tenant = (tenant != NO_TENANT_HEADER).then_some(TenantIndex(tenant));
        bound.it.allows(policy, OperationIndex(operation), tenant)
    })
}

/// Compiles a claim for a policy. A principal's handle; 0 if the policy is unknown, or too many
/// principals are kept.
pub(crate) fn permit(policy: Handle, claim: &str) -> Handle {
    with(|state| {
        let principal = Principal::assumed(state.policy(policy)?, ClaimValue::One(claim));
        state.add_principal(policy, principal)
    })
    .unwrap_or(0)
}

/// Filters lines of records into `out`. False if there is no such filter.
pub(crate) fn filter(filter: Handle, lines: &[u8], out: &mut Vec<u8>) -> bool {
    with(|state| {
        let Some(bound) = state.filters.get_mut(filter) else { return false };
        let Some(policy) = state.policies.get(bound.policy) else { return false };
        bound.it.run(policy, lines, out);
        true
    })
}

/// Gives a handle back. False if it named nothing.
pub(crate) fn release(handle: Handle) -> bool {
    with(|state| state.release(handle)).is_ok()
}

impl State {
    pub(crate) fn add_policy(&mut self, policy: Policy) -> Result<Handle, Failure> {
        self.policies.insert(policy).ok_or(Failure::Full("policies"))
    }

    pub(crate) fn policy(&self, handle: Handle) -> Result<&Policy, Failure> {
        self.policies.get(handle).ok_or(Failure::Unknown("policy"))
    }

    pub(crate) fn add_keys(&mut self, keys: KeySet) -> Result<Handle, Failure> {
        self.keys.insert(keys).ok_or(Failure::Full("key sets"))
    }

    pub(crate) fn keys(&self, handle: Handle) -> Result<&KeySet, Failure> {
        self.keys.get(handle).ok_or(Failure::Unknown("key set"))
    }

    pub(crate) fn add_principal(&mut self, policy: Handle, principal: Principal) -> Result<Handle, Failure> {
        self.principals.insert(Bound { policy, it: principal }).ok_or(Failure::Full("principals"))
    }

    /// A principal of this policy: its claim was compiled for no other.
    pub(crate) fn principal(&self, handle: Handle, policy: Handle) -> Result<&Principal, Failure> {
        let bound = self.principals.get(handle).filter(|bound| bound.policy == policy);
        bound.map(|bound| &bound.it).ok_or(Failure::Unknown("principal"))
    }

    pub(crate) fn add_presumed(&mut self, policy: Handle, presumed: Presumed) -> Result<Handle, Failure> {
        self.presumed.insert(Bound { policy, it: presumed }).ok_or(Failure::Full("principals"))
    }

    /// Makes a principal of a presumed one.
    pub(crate) fn confirm(&mut self, presumed: Handle) -> Result<Handle, Failure> {
        let Bound { policy, it } =
            self.presumed.remove(presumed).ok_or(Failure::Unknown("presumed principal"))?;
        self.add_principal(policy, it.confirm())
    }

    pub(crate) fn add_filter(&mut self, policy: Handle, filter: Filter) -> Result<Handle, Failure> {
        self.filters.insert(Bound { policy, it: filter }).ok_or(Failure::Full("filters"))
    }

    pub(crate) fn filter(&self, handle: Handle) -> Result<&Filter, Failure> {
        self.filters.get(handle).map(|bound| &bound.it).ok_or(Failure::Unknown("filter"))
    }

    /// A filter, and the policy that allowed it.
    pub(crate) fn filter_with_policy(&self, handle: Handle) -> Result<(&Policy, &Filter), Failure> {
        let bound = self.filters.get(handle).ok_or(Failure::Unknown("filter"))?;
        Ok((self.policy(bound.policy)?, &bound.it))
    }

    pub(crate) fn release(&mut self, handle: Handle) -> Result<(), Failure> {
        let gone = match Kind::of(handle) {
            Some(Kind::Policy) => {
                let gone = self.policies.remove(handle).is_some();
                if gone {
                    self.principals.remove_where(|bound| bound.policy == handle);
                    self.filters.remove_where(|bound| bound.policy == handle);
                    self.presumed.remove_where(|bound| bound.policy == handle);
                }
                gone
            }
            Some(Kind::Keys) => self.keys.remove(handle).is_some(),
            Some(Kind::Principal) => self.principals.remove(handle).is_some(),
            Some(Kind::Filter) => self.filters.remove(handle).is_some(),
            Some(Kind::Presumed) => self.presumed.remove(handle).is_some(),
            None => false,
        };
        if gone { Ok(()) } else { Err(Failure::Unknown("handle")) }
    }
}
