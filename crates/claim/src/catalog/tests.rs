use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use crate::{Catalog, CatalogProblemKind, MAX_OPERATIONS, OperationIndex, OperationSpec, testing::catalog};

fn problems(root: &str, ids: &[&str]) -> Vec<(usize, CatalogProblemKind)> {
    let specs = ids.iter().map(|&id| OperationSpec { id, ..OperationSpec::default() });
    let problems = Catalog::new(root, "", specs).unwrap_err();
    problems.into_iter().map(|problem| (problem.position, problem.kind)).collect()
}

#[test]
fn the_built_in_catalog_has_114_operations_with_methods_and_paths() {
    let catalog = Catalog::workflow_api();
    assert_eq!((catalog.len(), catalog.root(), catalog.base_path()), (114, "workflow-api", "/workflow-api"));
    let mut routes = BTreeSet::new();
    for (index, spec) in catalog.iter() {
        assert_eq!(catalog.operation(spec.id), Some(index));
        assert_eq!(catalog.id(index), spec.id);
        assert!(routes.insert((spec.method.unwrap(), spec.path.unwrap())), "{}", spec.id);
        assert!(spec.summary.is_some());
    }
}

#[test]
fn the_documented_counts_of_the_built_in_catalog_hold() {
    let catalog = Catalog::workflow_api();
    let below = |branch: &str| {
        let node = catalog.node(catalog.node_index(branch).unwrap()).unwrap();
        node.operations.len()
    };
    assert_eq!(below("workflow-api"), 114);
    assert_eq!(below("workflow-api.data.schemes"), 7);
    assert_eq!(below("workflow-api.search.processes"), 6);
    assert_eq!(below("workflow-api.designer"), 2);
    let prefixes = catalog.iter().filter(|(_, one)| {
        catalog.iter().any(|(_, two)| {
            two.id.strip_prefix(one.id).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('.'))
        })
    });
    assert_eq!(prefixes.count(), 30, "ids that are a textual prefix of a sibling");
}

#[test]
fn an_id_may_be_an_operation_and_a_branch_at_once() {
    let catalog = Catalog::workflow_api();
    for id in ["workflow-api.search.processes", "workflow-api.designer"] {
        let node = catalog.node(catalog.node_index(id).unwrap()).unwrap();
        assert!(node.is_operation && node.operations.len() > 1, "{id}");
        assert_eq!(catalog.operation(id), Some(OperationIndex(node.operations.start)));
    }
}

#[test]
fn the_root_may_be_an_operation() {
    assert!(catalog(["r", "r.a"]).operation("r").is_some());
}

#[test]
fn a_branch_is_a_target_and_not_an_operation() {
    let catalog = Catalog::workflow_api();
    for id in ["workflow-api", "workflow-api.rpc", "workflow-api.data.processes"] {
        assert!(catalog.has_target(id) && catalog.operation(id).is_none(), "{id}");
    }
    for id in ["", "workflow", "workflow-api.", "workflow-api.rp", "WORKFLOW-API.LIVENESS", "liveness"] {
        assert!(!catalog.has_target(id) && catalog.operation(id).is_none(), "{id}");
    }
}

#[test]
fn the_order_is_that_of_the_tree() {
    // In byte order `r.a-b` stands between `r.a` and `r.a.b`.
    let catalog = catalog(["r.a-b", "r.a.b", "r.a", "r.a-b.c", "r.a.b-c", "r.a.b.c", "r.a0"]);
    let ids: Vec<&str> = catalog.iter().map(|(_, spec)| spec.id).collect();
    assert_eq!(ids, ["r.a", "r.a.b", "r.a.b.c", "r.a.b-c", "r.a-b", "r.a-b.c", "r.a0"]);
    let range = |id: &str| catalog.node(catalog.node_index(id).unwrap()).unwrap().operations.clone();
    assert_eq!((range("r.a"), range("r.a-b"), range("r.a.b"), range("r")), (0..4, 4..6, 1..3, 0..7));
}

#[test]
fn branches_on_the_way_are_made_once() {
    let catalog = catalog(["r.a.b.c.d", "r.a.b.x", "r.q"]);
    for branch in ["r", "r.a", "r.a.b", "r.a.b.c"] {
        assert!(catalog.has_target(branch), "{branch}");
    }
    assert_eq!(catalog.nodes().len(), 7);
    let children: Vec<&str> = catalog.children(0).map(|node| catalog.node_id(node)).collect();
    assert_eq!(children, ["r.a", "r.q"]);
    let above: Vec<&str> =
        catalog.above(catalog.node_index("r.a.b.c").unwrap()).map(|node| catalog.node_id(node)).collect();
    assert_eq!(above, ["r.a.b", "r.a", "r"]);
}

#[test]
fn a_root_is_one_segment_and_not_the_word_tenants() {
    for root in ["", "R", "a.b", "a b", "tenants"] {
        assert_eq!(problems(root, &[]), [(0, CatalogProblemKind::Root)], "{root:?}");
    }
    assert!(Catalog::new("tenants-api", "", []).unwrap().is_empty());
}

#[test]
fn every_problem_is_reported_at_once() {
    use CatalogProblemKind::{Duplicate, Id};
    assert_eq!(
        problems("r", &["r.a", "s.a", "r.a", "r", "r..b", "r.B", "rr.a", "r.a", "r.c."]),
        [(1, Id), (2, Duplicate), (4, Id), (5, Id), (6, Id), (7, Duplicate), (8, Id)]
    );
}

#[test]
fn ids_are_bounded_in_length_and_depth() {
    let deepest = format!("r{}", ".x".repeat(31));
    let longest = format!("r.{}", "x".repeat(254));
    assert_eq!(catalog([&deepest, &longest]).len(), 2);
    let (deeper, longer) = (format!("{deepest}.x"), format!("{longest}x"));
    let too_long = CatalogProblemKind::TooLong;
    assert_eq!(problems("r", &[&deeper, &longer]), [(0, too_long), (1, too_long)]);
}

#[test]
fn a_catalog_holds_at_most_100_000_operations() {
    let ids: Vec<String> = (0..=MAX_OPERATIONS).map(|at| format!("r.{at}")).collect();
    let specs = |count: usize| ids[..count].iter().map(|id| OperationSpec { id, ..OperationSpec::default() });
    assert_eq!(Catalog::new("r", "", specs(MAX_OPERATIONS)).unwrap().len(), MAX_OPERATIONS);
    let problems = Catalog::new("r", "", specs(MAX_OPERATIONS + 1)).unwrap_err();
    assert_eq!((problems.len(), problems[0].kind), (1, CatalogProblemKind::TooMany));
}

#[test]
fn an_index_of_another_catalog_is_nothing() {
    let catalog = catalog(["r.a"]);
    assert_eq!((catalog.id(OperationIndex(1)), catalog.get(OperationIndex(1))), ("", None));
}
