//! A naive evaluator of the permission claim, written from the prose.
//!
//! Strings and loops only: no tree, no table, no bits, and no code of the engine's. It is slow, and
//! short enough to be checked against the documents by reading.
//!
//! The order of the answers, where several things are wrong at once:
//! 1. the claim as a whole: missing or empty, then too large, then malformed anywhere, then a target
//!    that the catalog does not have. So a malformed rule behind an unknown target is malformed;
//! 2. the operation: unknown, then no rule, then denied;
//! 3. the tenant: not specified, then malformed, then not registered, then without a tenant rule,
//!    then denied.

pub mod access;

use serde_json::{Value, json};

/// Everything that is not the request: the catalog, the tenants and the settings.
#[derive(Debug, Clone)]
pub struct World {
    /// The first segment of every id.
    pub root: String,
    /// The operations' ids.
    pub operations: Vec<String>,
    /// The tenants of the policy. In single-tenant mode none means [`SINGLE_TENANT`].
    pub tenants: Vec<String>,
    /// One tenant or several.
    pub mode: Mode,
    /// The tenant of a request without a header. In single-tenant mode none means the first tenant.
    pub default_tenant: Option<String>,
    /// What to do with a target that the catalog does not have.
    pub unknown_targets: UnknownTargets,
    /// The longest claim that is read, in bytes.
    pub max_claim_bytes: usize,
}

impl World {
    /// The policy document that says the same.
    #[must_use]
    pub fn policy(&self) -> Value {
        let operations: Vec<Value> = self.operations.iter().map(|id| json!({ "id": id })).collect();
        let (mode, tenants) = match self.mode {
            // The ids of one tenant.
            Mode::Single if self.tenants.is_empty() => ("single", json!([])),
            Mode::Single => ("single", json!([self.tenants])),
            Mode::Multi => ("multi", json!(self.tenants)),
        };
        json!({
            "portcullis": 1,
            "catalog": { "root": self.root, "operations": operations },
            "tenancy": { "mode": mode, "tenants": tenants, "default": self.default_tenant },
            "claim": {
                "unknown_targets": match self.unknown_targets {
                    UnknownTargets::Reject => "reject",
                    UnknownTargets::Ignore => "ignore",
                },
                "max_bytes": self.max_claim_bytes,
            },
        })
    }
}

/// The only tenant of single-tenant mode where the policy lists none.
pub const SINGLE_TENANT: &str = "SingleTenantId";

/// How many tenants a host serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One: a claim needs no tenant rule.
    Single,
    /// Several: a claim needs a tenant rule.
    Multi,
}

/// What to do with a target that the catalog does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownTargets {
    /// Refuse the claim.
    Reject,
    /// Pass over the rule, if its target is below the catalog's root.
    Ignore,
}

/// The answer: whether, and the stable reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request is allowed.
    pub allowed: bool,
    /// The reason code.
    pub reason: &'static str,
}

/// Decides one request of an authenticated principal.
///
/// `claim` is none where the principal has none; `tenant_header` is none where the request has none.
#[must_use]
pub fn decide(world: &World, claim: Option<&str>, operation: &str, tenant_header: Option<&str>) -> Verdict {
    match denial(world, claim, operation, tenant_header) {
        None => Verdict { allowed: true, reason: "ALLOWED" },
        Some(reason) => Verdict { allowed: false, reason },
    }
}

fn denial(
    world: &World,
    claim: Option<&str>,
    operation: &str,
    tenant_header: Option<&str>,
) -> Option<&'static str> {
    let rules = match usable_rules(world, claim) {
        Ok(rules) => rules,
        Err(reason) => return Some(reason),
    };
    operation_denial(world, &rules, operation).or_else(|| tenant_denial(world, &rules, tenant_header))
}

/// The rules of a claim, or why it grants nothing as a whole.
fn usable_rules<'a>(world: &World, claim: Option<&'a str>) -> Result<Vec<Rule<'a>>, &'static str> {
    let claim = match claim {
        None | Some("") => return Err("CLAIM_MISSING"),
        Some(claim) => claim,
    };
    if claim.len() > world.max_claim_bytes {
        return Err("INPUT_TOO_LARGE");
    }
    let rules = rules(claim).ok_or("CLAIM_MALFORMED")?;
    let refused = rules.iter().any(|rule| is_refused_target(world, rule));
    if refused { Err("CLAIM_UNKNOWN_TARGET") } else { Ok(rules) }
}

/// A rule, read.
struct Rule<'a> {
    allows: bool,
    target: Target<'a>,
}

enum Target<'a> {
    Operation(&'a str),
    /// The listed ids; none of them for the bare word.
    Tenants(Vec<&'a str>),
}

/// All rules of a claim; none at all if one thing in it is wrong.
fn rules(claim: &str) -> Option<Vec<Rule<'_>>> {
    let mut rules = Vec::new();
    for text in claim.split(';') {
        let (effect, target) = text.split_once(':')?;
        let allows = match effect {
            "a" => true,
            "d" => false,
            _ => return None,
        };
        let target = if target == "tenants" {
            Target::Tenants(Vec::new())
        } else if let Some(list) = target.strip_prefix("tenants:") {
            Target::Tenants(tenant_list(list)?)
        } else if target.split('.').all(is_segment) {
            Target::Operation(target)
        } else {
            return None;
        };
        rules.push(Rule { allows, target });
    }
    let tenant_rules = rules.iter().filter(|rule| matches!(rule.target, Target::Tenants(_))).count();
    (tenant_rules <= 1).then_some(rules)
}

fn tenant_list(list: &str) -> Option<Vec<&str>> {
    let mut ids: Vec<&str> = Vec::new();
    for id in list.split(',') {
        if !is_tenant(id) || ids.contains(&id) {
            return None;
        }
        ids.push(id);
    }
    Some(ids)
}

fn is_segment(segment: &str) -> bool {
    let allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
    !segment.is_empty() && segment.chars().all(|character| allowed.contains(character))
}

fn is_tenant(id: &str) -> bool {
    let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    (1..=128).contains(&id.chars().count()) && id.chars().all(|character| allowed.contains(character))
}

/// Whether an id is a target or below it, by whole segments.
fn is_at_or_below(id: &str, target: &str) -> bool {
    let (id, target): (Vec<&str>, Vec<&str>) = (id.split('.').collect(), target.split('.').collect());
    id.starts_with(&target)
}

fn is_refused_target(world: &World, rule: &Rule<'_>) -> bool {
    let Target::Operation(target) = rule.target else { return false };
    let is_known =
        target == world.root || world.operations.iter().any(|operation| is_at_or_below(operation, target));
    let is_passed_over =
        world.unknown_targets == UnknownTargets::Ignore && is_at_or_below(target, &world.root);
    !is_known && !is_passed_over
}

fn operation_denial(world: &World, rules: &[Rule<'_>], operation: &str) -> Option<&'static str> {
    if !world.operations.iter().any(|known| known == operation) {
        return Some("OPERATION_UNKNOWN");
    }
    let mut longest = "";
    for rule in rules {
        if let Target::Operation(target) = rule.target
            && is_at_or_below(operation, target)
            && target.len() > longest.len()
        {
            longest = target;
        }
    }
    if longest.is_empty() {
        return Some("OPERATION_NO_RULE");
    }
    for rule in rules {
        if let Target::Operation(target) = rule.target
            && target == longest
            && !rule.allows
        {
            return Some("OPERATION_DENIED");
        }
    }
    None
}

/// The ids of the tenants that there are.
fn registered(world: &World) -> Vec<&str> {
    let mut registered: Vec<&str> = world.tenants.iter().map(String::as_str).collect();
    if world.mode == Mode::Single && registered.is_empty() {
        registered.push(SINGLE_TENANT);
    }
    registered
}

/// The tenant that a request is for, if it is one.
fn selected_tenant<'a>(world: &'a World, header: Option<&'a str>) -> Result<&'a str, &'static str> {
    let registered = registered(world);
    let default = match &world.default_tenant {
        Some(default) => Some(default.as_str()),
        None if world.mode == Mode::Single => registered.first().copied(),
        None => None,
    };
    // A header that is there is used, however bad; the default never replaces it.
    let tenant = header.or(default).ok_or("TENANT_NOT_SPECIFIED")?;
    if !is_tenant(tenant) {
        return Err("TENANT_INVALID");
    }
    if registered.contains(&tenant) { Ok(tenant) } else { Err("TENANT_UNKNOWN") }
}

fn tenant_denial(world: &World, rules: &[Rule<'_>], header: Option<&str>) -> Option<&'static str> {
    let tenant = match selected_tenant(world, header) {
        Ok(tenant) => tenant,
        Err(reason) => return Some(reason),
    };
    for rule in rules {
        if let Target::Tenants(ids) = &rule.target {
            // The bare word is about all tenants, a list about its own, and the rest have the
            // opposite effect.
            let is_meant = ids.is_empty() || ids.contains(&tenant);
            return (is_meant != rule.allows).then_some("TENANT_DENIED");
        }
    }
    (world.mode == Mode::Multi).then_some("TENANT_PERMISSION_MISSING")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> World {
        World {
            root: "workflow-api".into(),
            operations: [
                "workflow-api.liveness",
                "workflow-api.data.schemes.get",
                "workflow-api.data.schemes.get-collection",
                "workflow-api.designer",
                "workflow-api.designer.get",
            ]
            .map(String::from)
            .into(),
            tenants: ["TenantA", "TenantA.Logical", "TenantB"].map(String::from).into(),
            mode: Mode::Multi,
            default_tenant: None,
            unknown_targets: UnknownTargets::Reject,
            max_claim_bytes: 64 * 1024,
        }
    }

    fn reason(claim: &str, operation: &str, tenant: Option<&str>) -> &'static str {
        decide(&world(), Some(claim), operation, tenant).reason
    }

    #[test]
    fn each_row_of_the_evaluation() {
        let live = "workflow-api.liveness";
        let get = "workflow-api.data.schemes.get";
        let list = "workflow-api.data.schemes.get-collection";
        for (claim, operation, tenant, expected) in [
            ("a:workflow-api;a:tenants", live, Some("TenantA"), "ALLOWED"),
            ("d:workflow-api;a:workflow-api.liveness;a:tenants:TenantA", live, Some("TenantA"), "ALLOWED"),
            (
                "d:workflow-api;a:workflow-api.liveness;a:tenants:TenantA",
                get,
                Some("TenantA"),
                "OPERATION_DENIED",
            ),
            ("a:workflow-api.data.schemes.get;a:tenants", list, Some("TenantA"), "OPERATION_NO_RULE"),
            ("a:workflow-api;d:workflow-api.data.schemes.get;a:tenants", list, Some("TenantA"), "ALLOWED"),
            ("a:workflow-api;d:workflow-api;a:tenants", live, Some("TenantA"), "OPERATION_DENIED"),
            ("a:workflow-api.designer;a:tenants", "workflow-api.designer", Some("TenantA"), "ALLOWED"),
            ("a:workflow-api.designer;a:tenants", "workflow-api.designer.get", Some("TenantA"), "ALLOWED"),
            ("a:workflow-api;a:tenants", "workflow-api.data", Some("TenantA"), "OPERATION_UNKNOWN"),
            ("a:workflow-api", live, Some("TenantA"), "TENANT_PERMISSION_MISSING"),
            ("a:workflow-api;a:tenants", live, None, "TENANT_NOT_SPECIFIED"),
            ("a:workflow-api;a:tenants", live, Some(""), "TENANT_INVALID"),
            ("a:workflow-api;a:tenants", live, Some("TenantA,TenantB"), "TENANT_INVALID"),
            ("a:workflow-api;a:tenants", live, Some("tenanta"), "TENANT_UNKNOWN"),
            ("a:workflow-api;a:tenants:TenantA", live, Some("TenantA.Logical"), "TENANT_DENIED"),
            ("a:workflow-api;d:tenants:TenantA", live, Some("TenantA.Logical"), "ALLOWED"),
            ("a:workflow-api;d:tenants:TenantA", live, Some("TenantA"), "TENANT_DENIED"),
            ("a:workflow-api;d:tenants", live, Some("TenantA"), "TENANT_DENIED"),
            ("a:workflow-api.nope;a:tenants", live, Some("TenantA"), "CLAIM_UNKNOWN_TARGET"),
            ("a:workflow-api.nope;a:tenants;", live, Some("TenantA"), "CLAIM_MALFORMED"),
            ("a:workflow-api;a:tenants;d:tenants", live, Some("TenantA"), "CLAIM_MALFORMED"),
            ("a:workflow-api;a:tenants:TenantA,TenantA", live, Some("TenantA"), "CLAIM_MALFORMED"),
            ("", live, Some("TenantA"), "CLAIM_MISSING"),
        ] {
            assert_eq!(reason(claim, operation, tenant), expected, "{claim} {operation} {tenant:?}");
        }
        assert_eq!(decide(&world(), None, live, None).reason, "CLAIM_MISSING");
        assert_eq!(reason(&"a".repeat(64 * 1024 + 1), live, None), "INPUT_TOO_LARGE");
    }

    #[test]
    fn single_tenant_mode() {
        let live = "workflow-api.liveness";
        let mut single = World { mode: Mode::Single, tenants: Vec::new(), ..world() };
        let reason = |world: &World, claim: &str, tenant| decide(world, Some(claim), live, tenant).reason;
        assert_eq!(reason(&single, "a:workflow-api", None), "ALLOWED");
        assert_eq!(reason(&single, "a:workflow-api", Some(SINGLE_TENANT)), "ALLOWED");
        assert_eq!(reason(&single, "a:workflow-api", Some("TenantA")), "TENANT_UNKNOWN");
        assert_eq!(reason(&single, "a:workflow-api", Some("")), "TENANT_INVALID");
        assert_eq!(reason(&single, "a:workflow-api;d:tenants", None), "TENANT_DENIED");
        assert_eq!(reason(&single, "a:workflow-api;a:tenants:SingleTenantId", None), "ALLOWED");
        single.tenants = ["One", "Two"].map(String::from).into();
        assert_eq!(reason(&single, "a:workflow-api;a:tenants:One", None), "ALLOWED");
        assert_eq!(reason(&single, "a:workflow-api;a:tenants:Two", None), "TENANT_DENIED");
    }

    #[test]
    fn unknown_targets_may_be_passed_over_below_the_root() {
        let world = World { unknown_targets: UnknownTargets::Ignore, ..world() };
        let reason = |claim| decide(&world, Some(claim), "workflow-api.liveness", Some("TenantA")).reason;
        assert_eq!(reason("a:workflow-api;d:workflow-api.new;a:tenants"), "ALLOWED");
        assert_eq!(reason("a:workflow-api;d:other-api;a:tenants"), "CLAIM_UNKNOWN_TARGET");
    }
}
