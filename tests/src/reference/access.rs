//! A naive evaluator of what stands around the claim, written from the prose: exposure, credentials,
//! authentication, roles, tenants, and whose a thing is.
//!
//! Strings and loops only, as for the claim. The order of the answers is that of the stages: what does not
//! exist, who asks, what they may do, for which tenant, about whose thing. Where the prose leaves an order
//! open, it is told here:
//! - a session: ended, then without times, then from the future, then too old, then idle, then of another branch;
//! - a tenant: which one it is comes before whose claim, session or API token it is for;
//! - a thing that is not there comes before one that is another's.

use serde_json::{Map, Value, json};

use super::{Mode, World, operation_denial, registered, selected_tenant, tenant_denial, usable_rules};

/// What a policy says of workflows, operations and roles, in a world of claims.
#[derive(Debug, Clone)]
pub struct Access {
    /// Catalog and tenants.
    pub world: World,
    /// Whether workflows can be run at all.
    pub workflow_api: bool,
    /// Workflows, by distinct names.
    pub workflows: Vec<Workflow>,
    /// What operations and branches ask for, by distinct ids.
    pub operations: Vec<Operation>,
    /// Roles, by distinct names. A role inherits from those before it alone.
    pub roles: Vec<Role>,
}

/// A workflow. `authentication` is a word of the policy.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its name.
    pub name: String,
    /// Whether the outside may run it.
    pub exposed: bool,
    /// Who must be known.
    pub authentication: &'static str,
    /// The operation that a claim must allow, too.
    pub operation: Option<String>,
    /// The permission that roles must give, too.
    pub permission: Option<&'static str>,
}

/// An operation, or a branch.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its id.
    pub id: String,
    /// Who must be known; none, where it does not say.
    pub authentication: Option<&'static str>,
    /// The permission that roles must give, too.
    pub permission: Option<&'static str>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// `resource:action`, where either half may be `*`.
    pub permissions: Vec<&'static str>,
    /// The roles whose permissions it has, too.
    pub inherits: Vec<String>,
}

/// What somebody shows.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Nothing.
    None,
    /// A token that was refused.
    Refused,
    /// A token that was verified, with its claim.
    Claim(Option<String>),
    /// A user's session: its state, when it began and was last used, kept, second factor, branch.
    Session(&'static str, Option<f64>, Option<f64>, bool, bool, Option<&'static str>),
    /// An administrator's API token: its state, and the branches that it has reached.
    Admin(&'static str, Vec<&'static str>),
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The name of a workflow, or none for an operation.
    pub workflow: Option<String>,
    /// The id of an operation.
    pub operation: String,
    /// Whether the application itself asks.
    pub internal: bool,
    /// Who asks.
    pub credential: Credential,
    /// Their roles.
    pub roles: Vec<String>,
    /// The tenants of a session or an API token.
    pub tenants: Vec<String>,
    /// The branch; none is the live one.
    pub branch: Option<&'static str>,
    /// The time.
    pub now: f64,
    /// The tenant header.
    pub tenant: Option<String>,
    /// What it is about: whether that is there, and whose it is.
    pub thing: Option<(bool, Option<String>)>,
}

/// The permissions that are there, beyond those of workflows.
pub const DEFINED: [&str; 3] = ["order:view", "order:refund", "report:view"];

/// The reason code; `ALLOWED` where nothing speaks against it.
#[must_use]
pub fn decide(access: &Access, question: &Question) -> &'static str {
    denial(access, question).unwrap_or("ALLOWED")
}

fn denial(access: &Access, question: &Question) -> Option<&'static str> {
    let workflow = match &question.workflow {
        None => None,
        Some(_) if !access.workflow_api => return Some("WORKFLOW_API_DISABLED"),
        Some(name) => match access.workflows.iter().find(|workflow| workflow.name == *name) {
            None => return Some("WORKFLOW_UNKNOWN"),
            Some(workflow) if !workflow.exposed && !question.internal => return Some("WORKFLOW_NOT_EXPOSED"),
            Some(workflow) => Some(workflow),
        },
    };
    if let Some(reason) = bad_credential(question) {
        return Some(reason);
    }
    let needed = match workflow {
        Some(_) if question.internal => "none",
        Some(workflow) => workflow.authentication,
        None => operation_authentication(access, &question.operation),
    };
    match (needed, &question.credential) {
        ("none", _) | (_, Credential::Admin(..)) => {}
        (_, Credential::None) => return Some("AUTHENTICATION_REQUIRED"),
        ("admin_only", _) => return Some("ADMIN_CREDENTIAL_REQUIRED"),
        _ => {}
    }
    // Whoever runs a workflow from inside is asked neither for a claim nor for roles.
    let (claim_for, permissions) = match workflow {
        Some(_) if question.internal => (None, Vec::new()),
        Some(workflow) => (workflow.operation.as_deref(), workflow.permission.into_iter().collect()),
        None => {
            let claim = (needed == "user_and_admin").then_some(&*question.operation);
            (claim, operation_permissions(access, &question.operation))
        }
    };
    if let Some(operation) = claim_for
        && let Some(reason) = claim_denial(access, question, operation)
    {
        return Some(reason);
    }
    // Who shows nothing has no roles.
    let roles = if matches!(question.credential, Credential::None) { &[] } else { &*question.roles };
    if !permissions.iter().all(|permission| holds(access, roles, permission)) {
        return Some("ROLE_PERMISSION_MISSING");
    }
    let names_tenant = question.tenant.is_some() || question.thing.is_some();
    if workflow.is_none() || access.world.mode == Mode::Multi || names_tenant {
        return tenancy_denial(access, question);
    }
    None
}

fn bad_credential(question: &Question) -> Option<&'static str> {
    const HOUR: f64 = 3600.0;
    let branch = question.branch.unwrap_or("live");
    match &question.credential {
        Credential::None | Credential::Claim(_) => None,
        Credential::Refused => Some("CREDENTIAL_INVALID"),
        Credential::Session(state, ..) | Credential::Admin(state, _) if *state != "active" => {
            Some("CREDENTIAL_INVALID")
        }
        Credential::Admin(_, deployed) => (!deployed.contains(&branch)).then_some("CREDENTIAL_WRONG_BRANCH"),
        Credential::Session(_, issued, used, kept, two_factor, made_on) => {
            let (Some(issued), Some(used)) = (issued, used) else { return Some("CREDENTIAL_INVALID") };
            // Clocks differ by five minutes at most.
            if *issued > question.now + 300.0 || *used > question.now + 300.0 {
                return Some("CREDENTIAL_INVALID");
            }
            let life = if !kept {
                24.0 * HOUR
            } else if *two_factor {
                30.0 * 24.0 * HOUR
            } else {
                365.0 * 24.0 * HOUR
            };
            if question.now - issued >= life || question.now - used > 30.0 * 24.0 * HOUR {
                return Some("CREDENTIAL_EXPIRED");
            }
            made_on.filter(|made_on| *made_on != branch).map(|_| "CREDENTIAL_WRONG_BRANCH")
        }
    }
}

/// The entries for an operation and the branches above it, the nearest one first.
fn entries<'a>(access: &'a Access, id: &str) -> Vec<&'a Operation> {
    let mut found = Vec::new();
    let mut id = id;
    if !access.world.operations.iter().any(|known| known == id) {
        return found;
    }
    loop {
        found.extend(access.operations.iter().filter(|entry| entry.id == id));
        match id.rsplit_once('.') {
            Some((above, _)) => id = above,
            None => return found,
        }
    }
}

fn operation_authentication(access: &Access, id: &str) -> &'static str {
    let said = entries(access, id).into_iter().find_map(|entry| entry.authentication);
    said.unwrap_or("user_and_admin")
}

fn operation_permissions(access: &Access, id: &str) -> Vec<&'static str> {
    entries(access, id).into_iter().filter_map(|entry| entry.permission).collect()
}

fn claim_denial(access: &Access, question: &Question, operation: &str) -> Option<&'static str> {
    match &question.credential {
        Credential::Claim(claim) => match usable_rules(&access.world, claim.as_deref()) {
            Ok(rules) => operation_denial(&access.world, &rules, operation),
            Err(reason) => Some(reason),
        },
        Credential::None | Credential::Refused => Some("AUTHENTICATION_REQUIRED"),
        Credential::Session(..) | Credential::Admin(..) => Some("CLAIM_MISSING"),
    }
}

fn holds(access: &Access, roles: &[String], permission: &str) -> bool {
    let half_matches = |given: &str, asked: &str| given == "*" || given == asked;
    let matches = |given: &str| {
        let (given, asked) = (given.split_once(':'), permission.split_once(':'));
        given
            .zip(asked)
            .is_some_and(|(given, asked)| half_matches(given.0, asked.0) && half_matches(given.1, asked.1))
    };
    access.roles.iter().filter(|role| roles.contains(&role.name)).any(|role| {
        role.permissions.iter().any(|given| matches(given)) || holds(access, &role.inherits, permission)
    })
}

fn tenancy_denial(access: &Access, question: &Question) -> Option<&'static str> {
    let world = &access.world;
    let tenant = match selected_tenant(world, question.tenant.as_deref()) {
        Ok(tenant) => tenant,
        Err(reason) => return Some(reason),
    };
    // The ids of a single tenant are all its own.
    let same = |id: &str| registered(world).contains(&id) && (world.mode == Mode::Single || id == tenant);
    let denied = match &question.credential {
        Credential::None | Credential::Refused => None,
        Credential::Claim(claim) => match usable_rules(world, claim.as_deref()) {
            Ok(rules) => tenant_denial(world, &rules, Some(tenant)),
            Err(reason) => Some(reason),
        },
        Credential::Session(..) | Credential::Admin(..) => match question.tenants.is_empty() {
            true => (world.mode == Mode::Multi).then_some("TENANT_PERMISSION_MISSING"),
            false => (!question.tenants.iter().any(|id| id == tenant)).then_some("TENANT_DENIED"),
        },
    };
    denied.or(match &question.thing {
        None => None,
        Some((false, _)) => Some("NOT_FOUND"),
        Some((true, Some(owner))) => (!same(owner)).then_some("RESOURCE_TENANT_MISMATCH"),
        Some((true, None)) => (world.mode == Mode::Multi).then_some("RESOURCE_TENANT_MISMATCH"),
    })
}

impl Access {
    /// The policy document that says the same.
    #[must_use]
    pub fn policy(&self) -> Value {
        let mut policy = self.world.policy();
        policy["surfaces"] = json!({ "workflow_api": self.workflow_api });
        let workflows = self.workflows.iter().map(|it| {
            let said = json!({
                "exposed": it.exposed, "authentication": it.authentication,
                "operation": it.operation, "permission": it.permission,
            });
            (it.name.clone(), said)
        });
        policy["workflows"] = Value::Object(workflows.collect());
        let operations = self.operations.iter().map(|it| {
            let mut said = json!({ "permission": it.permission });
            if let Some(mode) = it.authentication {
                said["authentication"] = json!(mode);
            }
            (it.id.clone(), said)
        });
        policy["operations"] = Value::Object(operations.collect());
        let roles: Map<String, Value> = self
            .roles
            .iter()
            .map(|it| (it.name.clone(), json!({ "permissions": it.permissions, "inherits": it.inherits })))
            .collect();
        policy["roles"] = json!({ "permissions": DEFINED, "roles": roles });
        policy
    }
}

impl Question {
    /// The facts that say the same, without a token.
    #[must_use]
    pub fn facts(&self) -> Value {
        let (roles, tenants) = (&self.roles, &self.tenants);
        let credential = match &self.credential {
            Credential::None | Credential::Refused | Credential::Claim(_) => Value::Null,
            Credential::Session(state, issued, used, kept, two_factor, branch) => json!({ "user": {
                "state": state, "issued_at": issued, "last_used_at": used, "keep_logged_in": kept,
                "two_factor": two_factor, "branch": branch, "roles": roles, "tenants": tenants,
            } }),
            Credential::Admin(state, deployed) => json!({ "admin_token": {
                "state": state, "deployed_to": deployed, "roles": roles, "tenants": tenants,
            } }),
        };
        let mut facts = json!({ "tenant": self.tenant, "now": self.now, "credential": credential });
        match &self.workflow {
            Some(name) => {
                facts["workflow"] = json!(name);
                facts["method"] = json!("POST");
            }
            None => facts["operation"] = json!(self.operation),
        }
        if self.internal {
            facts["origin"] = json!("internal");
        }
        if let Some(branch) = self.branch {
            facts["branch"] = json!(branch);
        }
        if let Some((there, owner)) = &self.thing {
            let record = if *there { json!({}) } else { Value::Null };
            facts["resource"] = json!({ "tenant_id": owner, "record": record });
        }
        facts
    }
}
