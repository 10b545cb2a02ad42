//! Random policies around the claim, and what is asked of them.

use super::{Random, TENANTS, branch, claim, operation, tenant, world};
use crate::reference::access::{Access, Credential, DEFINED, Operation, Question, Role, Workflow};

const MODES: [&str; 3] = ["none", "user_and_admin", "admin_only"];
/// What a role may give: the built-in permissions, those of the policy, and either half for all.
const GIVEN: [&str; 10] = [
    "workflow:view",
    "workflow:execute",
    "workflow:view_logs",
    "workflow:*",
    "*:view",
    "*:*",
    "order:*",
    "order:refund",
    "report:view",
    "*:refund",
];
const ASKED: [&str; 5] = ["workflow:execute", "workflow:view_logs", DEFINED[0], DEFINED[1], DEFINED[2]];
const ROLES: [&str; 5] = ["r0", "r1", "r2", "r", "R0"];
const WORKFLOWS: [&str; 4] = ["w", "w-x", "W", "w/x"];
const BRANCHES: [&str; 3] = ["live", "version-test", "Live"];
const NOW: f64 = 1_800_000_000.0;
/// How long ago something was: about the bounds of what a session may be, and on them.
const AGES: [f64; 14] = [
    0.0,
    1.0,
    -299.0,
    -300.0,
    -301.0,
    86_399.0,
    86_400.0,
    86_401.0,
    2_591_999.0,
    2_592_000.0,
    2_592_001.0,
    31_535_999.0,
    31_536_000.0,
    31_536_001.0,
];

/// A world with workflows, roles, and what operations ask for.
pub fn access(random: &mut Random) -> Access {
    let world = world(random);
    let mut workflows = Vec::new();
    for name in WORKFLOWS {
        if random.percent(60) {
            let operation = random.percent(40).then(|| random.pick_string(&world.operations).to_owned());
            workflows.push(Workflow {
                name: name.to_owned(),
                exposed: random.percent(75),
                authentication: random.pick(&MODES),
                operation,
                permission: random.percent(40).then(|| pick(random, &ASKED)),
            });
        }
    }
    let mut operations: Vec<Operation> = Vec::new();
    for _ in 0..random.below(5) {
        let id = random.pick_string(&world.operations).to_owned();
        let id = branch(random, &id).to_owned();
        if operations.iter().all(|entry| entry.id != id) {
            let authentication = random.percent(60).then(|| pick(random, &MODES));
            let permission = random.percent(50).then(|| pick(random, &ASKED));
            operations.push(Operation { id, authentication, permission });
        }
    }
    let mut roles: Vec<Role> = Vec::new();
    for name in ROLES {
        let permissions = (0..random.below(3)).map(|_| pick(random, &GIVEN)).collect();
        let before: Vec<String> = roles.iter().map(|role| role.name.clone()).collect();
        let inherits = before.into_iter().filter(|_| random.percent(25)).collect();
        roles.push(Role { name: name.to_owned(), permissions, inherits });
    }
    Access { world, workflow_api: random.percent(90), workflows, operations, roles }
}

/// What somebody asks.
pub fn question(random: &mut Random, access: &Access) -> Question {
    let operation = operation(random, &access.world);
    let workflow =
        random.percent(50).then(|| random.pick(&["w", "w", "w-x", "W", "w/x", "", "ww"]).to_owned());
    let asked_for =
        match workflow.as_ref().and_then(|name| access.workflows.iter().find(|it| it.name == *name)) {
            Some(workflow) => workflow.operation.clone().unwrap_or_else(|| operation.clone()),
            None => operation.clone(),
        };
    let thing = random.percent(40).then(|| {
        let owner = tenant(random, &access.world).filter(|owner| !owner.is_empty());
        (random.percent(85), owner)
    });
    Question {
        credential: credential(random, access, &asked_for),
        roles: ROLES.iter().filter(|_| random.percent(30)).map(|&role| role.to_owned()).collect(),
        tenants: tenants(random, access),
        internal: workflow.is_some() && random.percent(15),
        branch: random.percent(30).then(|| pick(random, &BRANCHES)),
        now: NOW,
        tenant: tenant(random, &access.world),
        workflow,
        operation,
        thing,
    }
}

fn tenants(random: &mut Random, access: &Access) -> Vec<String> {
    let of_world = access.world.tenants.iter().filter(|_| random.percent(50)).cloned().collect();
    match random.below(10) {
        0..3 => Vec::new(),
        3 => TENANTS.iter().map(|&id| id.to_owned()).collect(),
        _ => of_world,
    }
}

fn credential(random: &mut Random, access: &Access, operation: &str) -> Credential {
    let state = random.pick(&[
        "active",
        "active",
        "active",
        "active",
        "active",
        "expired",
        "revoked",
        "logged_out",
        "unknown",
    ]);
    match random.below(20) {
        0..3 => Credential::None,
        3 => Credential::Refused,
        4..12 => Credential::Claim(claim(random, &access.world, operation)),
        12..16 => {
            let issued = random.percent(95).then(|| NOW - AGES[random.below(AGES.len())]);
            // Half of the sessions are fresh.
            let (issued, used) = match random.percent(50) {
                true => (Some(NOW - 60.0), Some(NOW)),
                false => (issued, random.percent(95).then(|| NOW - AGES[random.below(AGES.len())])),
            };
            let made_on = random.percent(40).then(|| pick(random, &BRANCHES));
            Credential::Session(state, issued, used, random.percent(50), random.percent(50), made_on)
        }
        _ => Credential::Admin(state, BRANCHES.into_iter().filter(|_| random.percent(70)).collect()),
    }
}

fn pick(random: &mut Random, items: &[&'static str]) -> &'static str {
    items[random.below(items.len())]
}
