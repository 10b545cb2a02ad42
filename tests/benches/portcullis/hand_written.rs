//! The check that one would write by hand for the same claims: hash maps from the standard library,
//! and a walk up the id. It is the baseline of `allows` by strings.

use std::collections::{HashMap, HashSet};

/// A claim, taken apart once.
pub(crate) struct HandWritten<'a> {
    rules: HashMap<&'a str, bool>,
    listed: HashSet<&'a str>,
    listed_are_allowed: bool,
}

/// What exists.
pub(crate) struct Known<'a> {
    pub(crate) operations: HashSet<&'a str>,
    pub(crate) tenants: HashSet<&'a str>,
}

impl<'a> HandWritten<'a> {
    pub(crate) fn new(claim: &'a str) -> Self {
        let mut it = Self { rules: HashMap::new(), listed: HashSet::new(), listed_are_allowed: false };
        for rule in claim.split(';') {
            let (effect, target) = rule.split_once(':').expect("a rule");
            let allow = effect == "a";
            match target.split_once(':') {
                Some((_, list)) => {
                    it.listed = list.split(',').collect();
                    it.listed_are_allowed = allow;
                }
                // No tenant is listed, and those not listed have the opposite effect.
                None if target == "tenants" => it.listed_are_allowed = !allow,
                None => drop(it.rules.insert(target, allow)),
            }
        }
        it
    }

    /// Whether the nearest rule allows the operation, and the tenant rule the tenant.
    pub(crate) fn allows(&self, known: &Known<'_>, operation: &str, tenant: &str) -> bool {
        if !known.operations.contains(operation) || !known.tenants.contains(tenant) {
            return false;
        }
        let mut target = operation;
        let allowed = loop {
            if let Some(allow) = self.rules.get(target) {
                break *allow;
            }
            match target.rsplit_once('.') {
                Some((branch, _)) => target = branch,
                None => break false,
            }
        };
        allowed && self.listed.contains(tenant) == self.listed_are_allowed
    }
}
