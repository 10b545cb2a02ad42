//! What lives in the module between calls: policies, named by handles.

use std::cell::RefCell;

use portcullis_abi::slab::{Kind, Slab};
use portcullis_guard::Policy;
use portcullis_wire::call::Handle;

use crate::answers::Failure;

const MAX_POLICIES: usize = 64;

pub(crate) struct State {
    policies: Slab<Policy>,
    /// What holds where a call names no policy.
    none: Policy,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State {
        policies: Slab::new(Kind::Policy, MAX_POLICIES),
        none: Policy::default(),
    });
}

/// Runs one call over the state.
pub(crate) fn with<T>(run: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(run)
}

impl State {
    pub(crate) fn add(&mut self, policy: Policy) -> Result<Handle, Failure> {
        self.policies.insert(policy).ok_or(Failure::Full)
    }

    pub(crate) fn policy(&self, handle: Option<Handle>) -> Result<&Policy, Failure> {
        match handle {
            Some(handle) => self.policies.get(handle).ok_or(Failure::Unknown),
            None => Ok(&self.none),
        }
    }

    pub(crate) fn release(&mut self, handle: Handle) -> Result<(), Failure> {
        self.policies.remove(handle).map(drop).ok_or(Failure::Unknown)
    }
}
