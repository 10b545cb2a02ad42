//! Which tenant is this request for?

use alloc::vec::Vec;

use portcullis_claim::{TenantIndex, Tenants, is_tenant_id};
use portcullis_wire::{Reason, Values, policy::TenancyMode};

/// The registered tenants, and how a request selects one of them.
pub struct Tenancy {
    pub(crate) mode: TenancyMode,
    pub(crate) header: alloc::string::String,
    pub(crate) tenants: Tenants,
    pub(crate) default: Option<TenantIndex>,
    /// The tenant behind each id: ids of one entry share it.
    pub(crate) groups: Vec<u32>,
}

impl Tenancy {
    /// The header that selects the tenant.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The registered ids.
    #[must_use]
    pub const fn tenants(&self) -> &Tenants {
        &self.tenants
    }

    /// The tenant of a request without the header.
    #[must_use]
    pub const fn default_tenant(&self) -> Option<TenantIndex> {
        self.default
    }

    /// Whether a claim needs a tenant rule: several tenants are served.
    #[must_use]
    pub const fn needs_tenant_rule(&self) -> bool {
        matches!(self.mode, TenancyMode::Multi)
    }

    /// Whether two ids stand for one tenant.
    #[must_use]
    pub fn same_tenant(&self, one: TenantIndex, two: TenantIndex) -> bool {
        self.groups.get(one.0 as usize) == self.groups.get(two.0 as usize)
    }

    /// The tenant that a request selects. A header that came and is not good is never passed over
    /// in favour of the default.
    ///
    /// # Errors
    /// The reason with which the tenant stage denies.
    pub fn select(&self, header: &Values<'_>) -> Result<TenantIndex, Reason> {
        match header {
            Values::Absent => self.default.ok_or(Reason::TenantNotSpecified),
            Values::Several => Err(Reason::TenantInvalid),
            Values::One(id) => match self.tenants.index(id) {
                Some(index) => Ok(index),
                None if is_tenant_id(id) => Err(Reason::TenantUnknown),
                None => Err(Reason::TenantInvalid),
            },
        }
    }
}
