//! **What**: a definition that does not say which tenant it belongs to.
//!
//! **Why**: whatever the engine adds to its queries, filters and limits comes from there; without
//! it, the definition belongs to no tenant, or to all.
//!
//! ```text
//! bad:  "tenant_id": null
//! good: "tenant_id": "TenantA"
//! ```

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule};
use crate::workflow::{json::Json, node::Pointer, subject::Subject};

pub(crate) const RULE: Rule = Rule {
    id: "tenant.missing",
    severity: Severity::High,
    summary: "the definition names no tenant",
    fix: "Set `tenant_id` to the tenant that the workflow belongs to.",
    check,
};

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    match &subject.workflow.tenant {
        None => findings.push(&RULE, &Pointer::new(), "`tenant_id` is missing".into()),
        Some(tenant) if tenant.json.is_blank() => {
            findings.push(&RULE, &tenant.at, "`tenant_id` is empty".into())
        }
        // Several tenants, or all of them, are another rule's.
        Some(tenant) if matches!(tenant.json, Json::String(_) | Json::Number(_) | Json::Array(_)) => {}
        Some(tenant) => findings.push(&RULE, &tenant.at, "`tenant_id` is not a tenant's id".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, RULE};

    const DEFINITION: &str = r#"{"name":"n","tenant_id":"TenantA","actions":[]}"#;

    #[test]
    fn a_definition_without_a_tenant_is_found() {
        finds(&RULE, &DEFINITION.replace(r#""tenant_id":"TenantA","#, ""), "");
        for tenant in ["null", "\"\"", "\" \"", "true", "{}"] {
            finds(&RULE, &DEFINITION.replace("\"TenantA\"", tenant), "/tenant_id");
        }
    }

    #[test]
    fn a_tenant_in_any_spelling_passes() {
        passes(&RULE, DEFINITION);
        passes(&RULE, &DEFINITION.replace("tenant_id", "tenantId"));
        passes(&RULE, &DEFINITION.replace("\"TenantA\"", "7"));
    }
}
