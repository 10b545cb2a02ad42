//! Random catalogs and random claims on them.

use std::collections::BTreeSet;

use portcullis_claim::{Catalog, Claim, OperationSpec};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select, subsequence},
};

/// Ids that claims list; [`FRESH`] stands for every tenant that none of them does.
const LISTED: [&str; 4] = ["A", "A.B", "a", "T-1"];
pub const FRESH: &str = "Fresh";

/// Listed ids and one that is not.
pub fn tenants() -> impl Iterator<Item = &'static str> {
    LISTED.into_iter().chain([FRESH])
}

/// A catalog, its ids, and everything that a rule may have as its target.
#[derive(Debug, Clone)]
pub struct World {
    pub catalog: Catalog,
    pub ids: Vec<String>,
    pub targets: Vec<String>,
}

/// Catalogs of at most `max_nodes` operations and branches. Segments are textual prefixes of each
/// other, and `-` sorts before `.`; any id may be an operation and a branch at once, the root too.
pub fn worlds(max_nodes: usize) -> impl Strategy<Value = World> {
    let segment = select(&["a", "b", "c", "d", "a-b", "a-", "get", "get-more", "get-collection"][..]);
    vec(vec(segment, 0..=4), 1..=max_nodes).prop_map(move |paths| {
        let (mut ids, mut targets) = (BTreeSet::new(), BTreeSet::from(["r".to_owned()]));
        for path in paths {
            let mut id = "r".to_owned();
            let mut nodes = targets.clone();
            for segment in path {
                id = format!("{id}.{segment}");
                nodes.insert(id.clone());
            }
            if nodes.len() <= max_nodes {
                ids.insert(id);
                targets = nodes;
            }
        }
        let specs = ids.iter().map(|id| OperationSpec { id, ..OperationSpec::default() });
        let catalog = Catalog::new("r", "", specs).unwrap();
        World { catalog, ids: ids.into_iter().collect(), targets: targets.into_iter().collect() }
    })
}

/// Which rules a claim has, before it is known which targets there are.
type Recipe = (Vec<(bool, Index)>, Option<(bool, Vec<&'static str>)>, Index);

fn recipe(max_rules: usize) -> impl Strategy<Value = Recipe> {
    let tenants = (any::<bool>(), subsequence(&LISTED[..], 0..=LISTED.len()).prop_shuffle());
    (vec((any::<bool>(), any::<Index>()), 0..=max_rules), option::of(tenants), any::<Index>())
}

fn cook(world: &World, (operations, tenants, place): Recipe) -> String {
    let letter = |allows| if allows { 'a' } else { 'd' };
    let mut rules: Vec<String> = operations
        .into_iter()
        .map(|(allows, target)| format!("{}:{}", letter(allows), target.get(&world.targets)))
        .collect();
    if let Some((allows, ids)) = tenants {
        let list = if ids.is_empty() { String::new() } else { format!(":{}", ids.join(",")) };
        rules.insert(place.index(rules.len() + 1), format!("{}:tenants{list}", letter(allows)));
    }
    if rules.is_empty() { "d:r".to_owned() } else { rules.join(";") }
}

pub fn one_claim(max_nodes: usize, max_rules: usize) -> impl Strategy<Value = (World, String)> {
    (worlds(max_nodes), recipe(max_rules)).prop_map(|(world, recipe)| {
        let claim = cook(&world, recipe);
        (world, claim)
    })
}

pub fn two_claims(max_nodes: usize, max_rules: usize) -> impl Strategy<Value = (World, String, String)> {
    (worlds(max_nodes), recipe(max_rules), recipe(max_rules)).prop_map(|(world, one, two)| {
        let (one, two) = (cook(&world, one), cook(&world, two));
        (world, one, two)
    })
}

pub fn parse(text: &str) -> Claim {
    Claim::parse(text).unwrap()
}
