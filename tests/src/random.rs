//! Random worlds and requests, the same for the same seed on every machine.

pub mod access;

use crate::reference::{Mode, SINGLE_TENANT, UnknownTargets, World};

/// A generator of numbers: `SplitMix64`, as Steele, Lea and Flood give it.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The generator with this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.bits()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or_default()
    }

    /// True in this many of a hundred cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, which must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    fn pick_string<'a>(&mut self, items: &'a [String]) -> &'a str {
        &items[self.below(items.len())]
    }
}

/// What a principal asks.
#[derive(Debug, Clone)]
pub struct Case {
    /// The permission claim, if any.
    pub claim: Option<String>,
    /// The requested operation id.
    pub operation: String,
    /// The tenant header, if any.
    pub tenant: Option<String>,
}

/// Segments that are textual prefixes of each other, and sort around `.`.
const SEGMENTS: [&str; 10] = ["get", "get-collection", "a", "a-b", "b", "rpc", "0", "-", "search", "data"];
/// Tenant ids that are textual prefixes of each other, or differ in case alone.
const TENANTS: [&str; 8] =
    ["TenantA", "TenantA.Logical", "TenantB", "tenanta", "T", "0_-.", "tenants", SINGLE_TENANT];
/// What a request sends that is no tenant id.
const BAD_TENANTS: [&str; 9] =
    ["", " ", "TenantA ", "TenantA,TenantB", "*", "TenantA\r", "T\u{e9}nant", "TenantA;a:tenants", "\0"];
/// What a claim gets inserted that makes it wrong, or different.
const NOISE: [&str; 24] = [
    ";",
    ":",
    ",",
    ".",
    "*",
    ".*",
    " ",
    "a",
    "d",
    "A",
    "a:",
    "d:",
    "tenants",
    "a:tenants",
    ";d:tenants",
    ":T",
    "x",
    "-",
    "_",
    "\n",
    "\0",
    "\u{e9}",
    "\u{ff1a}",
    "\u{430}:",
];

/// A small catalog with tenants and settings.
pub fn world(random: &mut Random) -> World {
    let root = random.pick(&["workflow-api", "r", "tenants-api"]).to_owned();
    let mut operations: Vec<String> = Vec::new();
    for _ in 0..=random.below(24) {
        let mut id = root.clone();
        for _ in 0..random.below(5) {
            id = format!("{id}.{}", random.pick(&SEGMENTS));
        }
        if !operations.contains(&id) {
            operations.push(id);
        }
    }
    let mut tenants: Vec<String> = Vec::new();
    for tenant in TENANTS {
        if random.percent(40) {
            tenants.insert(random.below(tenants.len() + 1), tenant.to_owned());
        }
    }
    if random.percent(5) {
        tenants.push("x".repeat(128));
    }
    let mode = if random.percent(70) { Mode::Multi } else { Mode::Single };
    // A default is one of the tenants: a policy that says otherwise is refused.
    let default_tenant =
        (!tenants.is_empty() && random.percent(50)).then(|| random.pick_string(&tenants).to_owned());
    let unknown_targets = if random.percent(70) { UnknownTargets::Reject } else { UnknownTargets::Ignore };
    World { root, operations, tenants, mode, default_tenant, unknown_targets, max_claim_bytes: 64 * 1024 }
}

/// A request in a world.
pub fn case(random: &mut Random, world: &World) -> Case {
    let operation = operation(random, world);
    Case { claim: claim(random, world, &operation), operation, tenant: tenant(random, world) }
}

fn operation(random: &mut Random, world: &World) -> String {
    let id = random.pick_string(&world.operations).to_owned();
    match random.below(40) {
        0 => branch(random, &id).to_owned(),
        1 => id.to_uppercase(),
        2 => format!("{id}."),
        3 => random.pick(&["", "tenants", "liveness", "\u{e9}", "workflow-api"]).to_owned(),
        _ => id,
    }
}

/// The id itself or one of the branches that it is below.
fn branch<'a>(random: &mut Random, id: &'a str) -> &'a str {
    let ends: Vec<usize> = id.match_indices('.').map(|(at, _)| at).chain([id.len()]).collect();
    &id[..ends[random.below(ends.len())]]
}

fn tenant(random: &mut Random, world: &World) -> Option<String> {
    match random.below(20) {
        0..6 => None,
        6 => Some(random.pick(&BAD_TENANTS).to_owned()),
        7 => Some("x".repeat(127 + random.below(3))),
        8 | 9 => Some(random.pick(&TENANTS).to_owned()),
        _ if world.tenants.is_empty() => Some(SINGLE_TENANT.to_owned()),
        _ => Some(random.pick_string(&world.tenants).to_owned()),
    }
}

fn claim(random: &mut Random, world: &World, operation: &str) -> Option<String> {
    match random.below(1000) {
        0..20 => None,
        20..30 => Some(String::new()),
        30..80 => Some((0..random.below(16)).map(|_| random.pick(&NOISE)).collect()),
        80..280 => Some(nearly_valid_claim(random, world, operation)),
        280 => Some(long_claim(random, world)),
        _ => Some(valid_claim(random, world, operation)),
    }
}

fn effect(random: &mut Random) -> &'static str {
    random.pick(&["a", "a", "d"])
}

fn valid_claim(random: &mut Random, world: &World, operation: &str) -> String {
    let mut rules: Vec<String> = Vec::new();
    for _ in 0..random.below(7) {
        // Half of the rules are about the requested operation.
        let id = if random.percent(50) && world.operations.iter().any(|known| known == operation) {
            operation
        } else {
            random.pick_string(&world.operations)
        };
        rules.push(format!("{}:{}", effect(random), branch(random, id)));
    }
    if random.percent(4) {
        let id = random.pick_string(&world.operations);
        let unknown = random.pick(&["nope", "get", "get-"]);
        rules.push(match random.below(3) {
            0 => format!("{}:{unknown}", effect(random)),
            1 => format!("{}:{id}-x", effect(random)),
            _ => format!("{}:{id}.{unknown}", effect(random)),
        });
    }
    if rules.is_empty() || random.percent(80) {
        rules.insert(random.below(rules.len() + 1), tenant_rule(random, world));
    }
    rules.join(";")
}

fn tenant_rule(random: &mut Random, world: &World) -> String {
    let mut listed: Vec<&str> = TENANTS.into_iter().filter(|_| random.percent(25)).collect();
    if let Some(tenant) = world.tenants.first()
        && random.percent(30)
        && !listed.contains(&tenant.as_str())
    {
        listed.insert(random.below(listed.len() + 1), tenant);
    }
    let list = if listed.is_empty() { String::new() } else { format!(":{}", listed.join(",")) };
    format!("{}:tenants{list}", effect(random))
}

/// A valid claim with one thing inserted, lost, repeated or changed. It may still be valid.
fn nearly_valid_claim(random: &mut Random, world: &World, operation: &str) -> String {
    let mut claim = valid_claim(random, world, operation);
    // The claim is ASCII before it is changed, so every offset is between two characters.
    let at = random.below(claim.len() + 1);
    match random.below(8) {
        0..3 => claim.insert_str(at, random.pick(&NOISE)),
        3 => claim.truncate(at),
        4 => drop((at < claim.len()).then(|| claim.remove(at))),
        5 => claim = claim.to_uppercase(),
        6 => {
            let rule = random.pick(&claim.split(';').collect::<Vec<_>>()).to_owned();
            claim = format!("{claim};{rule}");
        }
        _ => {
            let tail = claim.split_off(at);
            claim = format!("{tail}{claim}");
        }
    }
    claim
}

/// A claim about as long as a claim may be. Its tenant ids are long, as the reference compares each
/// with each.
fn long_claim(random: &mut Random, world: &World) -> String {
    let mut claim = format!("a:{};a:tenants:", world.root);
    let length = world.max_claim_bytes - 3 + random.below(7);
    while length - claim.len() > 128 {
        let number = claim.len();
        claim.push_str(&format!("{number:0100},"));
    }
    claim.push_str(&"y".repeat(length - claim.len()));
    claim
}
