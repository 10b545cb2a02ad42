//! Operations that no request could tell apart.

use std::collections::HashMap;

use super::{Notice, NoticeKind, operation::Found, route};

/// Takes the route from every operation that shares method and template, parameter names aside,
/// with another: to decide a request as either would be a guess.
pub(super) fn drop_shared(found: &mut Found) {
    let mut holders: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (at, (operation, route)) in found.operations.iter().zip(&found.routes).enumerate() {
        if let Some(template) = &route.template {
            let key = (operation.method.clone(), route::shape(template));
            holders.entry(key).or_default().push(at);
        }
    }
    let mut shared: Vec<Vec<usize>> = holders.into_values().filter(|holders| holders.len() > 1).collect();
    shared.sort_unstable();
    for holders in shared {
        for &at in &holders {
            let operation = &found.operations[at];
            let others = holders.iter().filter(|other| **other != at).map(|&other| {
                let other = &found.operations[other];
                format!("`{} {}` in {}", other.method, other.path, other.document)
            });
            let others = others.collect::<Vec<_>>().join(", ");
            found.notices.push(Notice {
                document: operation.document.clone(),
                place: Some(format!("{} {}", operation.method, operation.path)),
                kind: NoticeKind::NoRoute(format!("the same requests would be {others}")),
            });
            found.routes[at].template = None;
        }
    }
}
