//! Tenants: the one tenant rule of a claim, and the registry of the tenants that exist.

use crate::{Effect, MAX_TENANT_BYTES, MAX_TENANTS, names::Names, parse};

#[cfg(test)]
mod tests;

/// The tenant rule of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantRule<'a> {
    /// `a:tenants`
    All,
    /// `d:tenants`
    None,
    /// `a:tenants:A,B`: none except the listed.
    Only(TenantList<'a>),
    /// `d:tenants:A,B`: all except the listed.
    AllExcept(TenantList<'a>),
}

/// The ids of a tenant rule, as they stand in the claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TenantList<'a>(&'a str);

impl<'a> TenantList<'a> {
    /// The ids, in the order of the claim.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split(',')
    }
}

/// Tenant ids say who somebody's customers are: they are kept out of logs.
impl core::fmt::Debug for TenantList<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "TenantList({} ids)", self.iter().count())
    }
}

impl<'a> TenantRule<'a> {
    pub(crate) fn from_target(effect: Effect, target: &'a str) -> Self {
        let list = target.split_once(':').map(|(_, list)| TenantList(list));
        match (effect, list) {
            (Effect::Allow, None) => Self::All,
            (Effect::Deny, None) => Self::None,
            (Effect::Allow, Some(list)) => Self::Only(list),
            (Effect::Deny, Some(list)) => Self::AllExcept(list),
        }
    }

    /// Whether the rule allows this tenant. Ids are compared byte by byte.
    #[must_use]
    pub fn allows(&self, tenant: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Only(list) => list.iter().any(|id| id == tenant),
            Self::AllExcept(list) => list.iter().all(|id| id != tenant),
        }
    }
}

/// Whether a string may be a tenant id: 1 to 128 of `A-Z a-z 0-9 . _ -`.
#[must_use]
pub fn is_tenant_id(id: &str) -> bool {
    (1..=MAX_TENANT_BYTES).contains(&id.len()) && id.bytes().all(parse::is_tenant_byte)
}

/// The number of a tenant id in a [`Tenants`] registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantIndex(pub u32);

/// The tenant ids that exist. Several ids may stand for one tenant; each is granted by itself.
#[derive(Default, Clone)]
pub struct Tenants(Names);

impl Tenants {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an id. `None` if it is malformed, there already, or one more than [`MAX_TENANTS`].
    pub fn register(&mut self, id: &str) -> Option<TenantIndex> {
        if !is_tenant_id(id) || self.0.len() >= MAX_TENANTS {
            return None;
        }
        self.0.insert(id).ok().map(TenantIndex)
    }

    /// The index of an id.
    #[inline]
    #[must_use]
    pub fn index(&self, id: &str) -> Option<TenantIndex> {
        self.0.get(id).map(TenantIndex)
    }

    /// The id at an index.
    #[must_use]
    pub fn id(&self, index: TenantIndex) -> Option<&str> {
        self.0.name(index.0)
    }

    /// All ids, by index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter()
    }

    /// How many ids are registered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no id is registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }
}
