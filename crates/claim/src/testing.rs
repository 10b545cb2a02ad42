//! What the unit tests share: short ways to a catalog, a registry and an answer.

use alloc::vec::Vec;

use crate::{
    Catalog, Claim, OperationIndex, OperationSpec, OperationVerdict, Permit, Tenants, UnknownTargets,
};

/// A catalog of these ids; the root is the first segment of the first.
pub(crate) fn catalog<const N: usize>(ids: [&str; N]) -> Catalog {
    let root = ids[0].split('.').next().unwrap();
    Catalog::new(root, "", ids.iter().map(|id| OperationSpec { id, ..OperationSpec::default() })).unwrap()
}

pub(crate) fn tenants<const N: usize>(ids: [&str; N]) -> Tenants {
    let mut tenants = Tenants::new();
    for id in ids {
        tenants.register(id).unwrap();
    }
    tenants
}

pub(crate) fn claim(text: &str) -> Claim {
    Claim::parse(text).unwrap()
}

pub(crate) fn operation(catalog: &Catalog, id: &str) -> OperationIndex {
    catalog.operation(id).unwrap()
}

pub(crate) fn verdict(text: &str, catalog: &Catalog, id: &str) -> OperationVerdict {
    let permit = Permit::compile(&claim(text), catalog, &Tenants::new(), UnknownTargets::Reject).unwrap();
    permit.operation(operation(catalog, id))
}

/// The ids that a claim allows, in the order of the catalog.
pub(crate) fn allowed<'c>(text: &str, catalog: &'c Catalog) -> Vec<&'c str> {
    let permit = Permit::compile(&claim(text), catalog, &Tenants::new(), UnknownTargets::Reject).unwrap();
    catalog.iter().filter(|&(index, _)| permit.allows_operation(index)).map(|(_, spec)| spec.id).collect()
}
