//! Do claim and roles allow it, and for this tenant? Each is a gate of its own: where several are
//! there, all must open.

use portcullis_claim::{OperationIndex, TenantIndex};
use portcullis_wire::{
    Reason, Request,
    policy::{AuthenticationMode, TenancyMode},
};

use super::{Decision, identity::Caller, request::Target};
use crate::{Principal, access::Requirement, roles::Permission};

impl<'a> Decision<'a> {
    /// Do the claim and the caller's roles allow the operation?
    #[inline]
    pub(super) fn operation(&mut self, caller: Caller<'_>, target: &Target<'a>) -> Result<(), Reason> {
        match target {
            Target::Named(_) | Target::Routed(_) => {
                self.claimed(caller, target)?;
                if self.policy.access.is_some() {
                    for Requirement { permission, .. } in target.requirements(self.policy) {
                        self.role(caller, *permission)?;
                    }
                }
                Ok(())
            }
            Target::Workflow(workflow, _) => {
                if let Some(operation) = workflow.operation {
                    let principal = caller.bearer()?;
                    principal.claim()?;
                    self.permitted(principal, operation)?;
                }
                self.role(caller, workflow.permission)
            }
            Target::Data(_) => Ok(()),
        }
    }

    /// The claim is asked of operations that need it: where nobody need be known, or an administrator
    /// who has none, roles are the gate.
    #[inline]
    fn claimed(&mut self, caller: Caller<'_>, target: &Target<'a>) -> Result<(), Reason> {
        match target {
            Target::Named(Some(operation)) => self.asked(caller, *operation),
            Target::Routed(matches) => {
                let several = matches.single().is_none();
                for operation in matches.iter() {
                    self.asked(caller, OperationIndex(operation))?;
                }
                if several {
                    (self.operation, self.rule) = (None, None);
                }
                Ok(())
            }
            _ => {
                caller.bearer()?.claim()?;
                Err(Reason::OperationUnknown)
            }
        }
    }

    #[inline]
    fn asked(&mut self, caller: Caller<'_>, operation: OperationIndex) -> Result<(), Reason> {
        let access = self.policy.access.as_ref();
        let mode = access.map(|access| access.authentication(operation)).unwrap_or_default();
        if mode != AuthenticationMode::UserAndAdmin {
            return Ok(());
        }
        let principal = caller.bearer()?;
        // A claim that grants nothing is the answer before the operation is looked at.
        principal.claim()?;
        self.permitted(principal, operation)
    }

    #[inline]
    fn permitted(&mut self, principal: &Principal, operation: OperationIndex) -> Result<(), Reason> {
        let (rule, outcome) = match principal.operation(operation) {
            Ok(rule) => (Some(rule), Ok(())),
            Err((reason, rule)) => (rule, Err(reason)),
        };
        (self.operation, self.rule) = (Some(operation), rule);
        outcome
    }

    fn role(&self, caller: Caller<'_>, permission: Option<Permission>) -> Result<(), Reason> {
        let (Some(permission), Some(access)) = (permission, &self.policy.access) else { return Ok(()) };
        if caller.permissions(&access.roles).has(permission) {
            Ok(())
        } else {
            Err(Reason::RolePermissionMissing)
        }
    }

    /// Which tenant is it, is it the caller's, and is the resource the tenant's?
    #[inline]
    pub(super) fn tenant(
        &mut self,
        caller: Caller<'_>,
        target: &Target<'a>,
        request: &Request<'_>,
    ) -> Result<(), Reason> {
        let tenant = self.policy.tenancy.select(&request.tenant)?;
        self.tenant = Some(tenant);
        match caller {
            Caller::Bearer(principal) => principal.tenant(self.policy, tenant)?,
            Caller::User(session) => self.member(tenant, &session.tenants)?,
            Caller::Admin(token) => self.member(tenant, &token.tenants)?,
            // Where nobody need be known, only the tenant must be.
            Caller::Anonymous => {}
        }
        if let Some(resource) = &request.resource {
            if resource.record.is_null() {
                return Err(Reason::NotFound);
            }
            self.owner(tenant, resource.tenant_id.as_deref())?;
        }
        match &request.data {
            // A thing that is not there is nobody's; the data stage says so.
            Some(data) if target.has_data() && !data.record.is_null() => {
                self.owner(tenant, data.tenant_id.as_deref())
            }
            _ => Ok(()),
        }
    }

    /// Whether a session or API token is for a tenant.
    fn member(&self, tenant: TenantIndex, tenants: &[alloc::borrow::Cow<'_, str>]) -> Result<(), Reason> {
        let tenancy = &self.policy.tenancy;
        if tenants.iter().any(|id| tenancy.tenants.index(id) == Some(tenant)) {
            Ok(())
        } else if !tenants.is_empty() {
            Err(Reason::TenantDenied)
        } else if tenancy.mode == TenancyMode::Single {
            Ok(())
        } else {
            Err(Reason::TenantPermissionMissing)
        }
    }

    /// A resource of another tenant is denied; so is one of nobody knows whom, where there are several.
    fn owner(&self, tenant: TenantIndex, owner: Option<&str>) -> Result<(), Reason> {
        let tenancy = &self.policy.tenancy;
        let own = match owner {
            Some(id) => tenancy.tenants.index(id).is_some_and(|owner| tenancy.same_tenant(owner, tenant)),
            None => tenancy.mode == TenancyMode::Single,
        };
        if own { Ok(()) } else { Err(Reason::ResourceTenantMismatch) }
    }
}
