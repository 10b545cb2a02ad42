//! The meaning of a claim in loops over strings. It shares nothing with the crate.

/// Whether a rule with this target is about this operation.
pub fn is_about(target: &str, id: &str) -> bool {
    let (target, id): (Vec<&str>, Vec<&str>) = (target.split('.').collect(), id.split('.').collect());
    target.len() <= id.len() && target.iter().zip(&id).all(|(one, two)| one == two)
}

/// The operation rules: whether they allow, and their targets.
pub fn operation_rules(claim: &str) -> Vec<(bool, &str)> {
    claim
        .split(';')
        .map(|rule| (rule.starts_with('a'), &rule[2..]))
        .filter(|(_, target)| *target != "tenants" && !target.starts_with("tenants:"))
        .collect()
}

/// The operation rule that decides, by its place among them: the longest target; of several rules
/// for that target the first denial, or else the first.
pub fn deciding_rule(claim: &str, id: &str) -> Option<usize> {
    let rules = operation_rules(claim);
    let mut best: Option<usize> = None;
    for (at, (allows, target)) in rules.iter().enumerate() {
        if !is_about(target, id) {
            continue;
        }
        best = match best {
            Some(old) if rules[old].1.len() > target.len() => Some(old),
            Some(old) if rules[old].1 == *target && (*allows || !rules[old].0) => Some(old),
            _ => Some(at),
        };
    }
    best
}

pub fn allows_operation(claim: &str, id: &str) -> bool {
    deciding_rule(claim, id).is_some_and(|at| operation_rules(claim)[at].0)
}

/// What the tenant rule says of a tenant; nothing where there is none.
pub fn tenant_rule_allows(claim: &str, tenant: &str) -> Option<bool> {
    claim.split(';').find_map(|rule| {
        let allows = rule.starts_with('a');
        match rule[2..].strip_prefix("tenants") {
            Some("") => Some(allows),
            Some(list) if list.starts_with(':') => {
                Some(list[1..].split(',').any(|id| id == tenant) == allows)
            }
            _ => None,
        }
    })
}

pub fn has_tenant_rule(claim: &str) -> bool {
    tenant_rule_allows(claim, "").is_some()
}

/// Whether a request is allowed, in multi-tenant mode or else in single-tenant mode.
pub fn allows(claim: &str, id: &str, tenant: &str, multi: bool) -> bool {
    allows_operation(claim, id) && tenant_rule_allows(claim, tenant).unwrap_or(!multi)
}
