//! What may have been meant by an id that is not there.

use portcullis::Session;
use portcullis_wire::call::{Call, PolicyTable};

use crate::{context, failure::Failure, output::Plain};

/// What to say about an operation id that the catalog does not have.
///
/// # Errors
/// If the module does not answer.
pub fn operation(session: &mut Session, unknown: &str) -> Result<Option<String>, Failure> {
    let ids = operations(session)?;
    let below = ids.iter().filter(|id| is_below(id, unknown));
    if let Some(first) = below.clone().next() {
        let count = below.count();
        let operations = if count == 1 { "operation" } else { "operations" };
        return Ok(Some(format!("`{unknown}` is a branch with {count} {operations}, such as `{first}`")));
    }
    let originals = context::original_ids(session, true)?;
    let same = ids.iter().find(|id| originals.get(*id).is_some_and(|original| original == unknown));
    let near = || nearest(unknown, ids.iter().map(String::as_str));
    Ok(same.map(String::as_str).or_else(near).map(meant))
}

/// What to say about a target that the catalog does not have.
///
/// # Errors
/// If the module does not answer.
pub fn target(session: &mut Session, unknown: &str) -> Result<Option<String>, Failure> {
    let ids = operations(session)?;
    Ok(nearest(unknown, ids.iter().flat_map(|id| with_branches(id))).map(meant))
}

/// Whether the catalog has an operation or a branch with this id.
///
/// # Errors
/// If the module does not answer.
pub fn has_target(session: &mut Session, id: &str) -> Result<bool, Failure> {
    Ok(operations(session)?.iter().any(|operation| operation == id || is_below(operation, id)))
}

/// What to say about a tenant id, if the policy does not register it.
///
/// # Errors
/// If the module does not answer.
pub fn unknown_tenant(session: &mut Session, id: &str) -> Result<Option<String>, Failure> {
    let policy = session.policy().policy;
    let PolicyTable { tenants, .. } = session.ask(&Call::PolicyTable { policy })?;
    if tenants.iter().any(|tenant| tenant == id) {
        return Ok(None);
    }
    let near = nearest(id, tenants.iter().map(String::as_str));
    let near = near.map(|near| format!("; {}", meant(near))).unwrap_or_default();
    Ok(Some(format!("the policy registers no tenant `{}`{near}", Plain(id))))
}

fn operations(session: &mut Session) -> Result<Vec<String>, Failure> {
    let policy = session.policy().policy;
    let table: PolicyTable = session.ask(&Call::PolicyTable { policy })?;
    Ok(table.operations)
}

fn is_below(id: &str, branch: &str) -> bool {
    id.strip_prefix(branch).is_some_and(|rest| rest.starts_with('.'))
}

/// The id and the branches that it is below of, the longest first.
fn with_branches(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| id.rsplit_once('.').map(|(branch, _)| branch))
}

fn meant(id: &str) -> String {
    format!("did you mean `{id}`?")
}

/// The id that ends in what was asked for, or else the one with the fewest letters changed, if those
/// are few enough to be slips.
fn nearest<'a>(unknown: &str, ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Beyond this length nobody types ids by hand, and the distance takes quadratic time.
    if unknown.is_empty() || unknown.len() > 256 {
        return None;
    }
    let most = (unknown.len() / 4).clamp(1, 6);
    let distance = |id: &str| {
        if id.strip_suffix(unknown).is_some_and(|rest| rest.ends_with('.')) {
            return 0;
        }
        if id.len().abs_diff(unknown.len()) > most { usize::MAX } else { strsim::levenshtein(unknown, id) }
    };
    let near = ids.map(|id| (distance(id), id)).filter(|(far, _)| *far <= most);
    near.min_by_key(|(far, _)| *far).map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 4] = [
        "workflow-api.rpc.resume",
        "workflow-api.rpc.delete-instance",
        "workflow-api.liveness",
        "workflow-api.rpc",
    ];

    #[test]
    fn slips_and_endings_are_recognised_and_nothing_else() {
        let of = |unknown| nearest(unknown, IDS.into_iter());
        assert_eq!(of("workflow-api.rpc.resum"), Some("workflow-api.rpc.resume"));
        assert_eq!(of("workflow_api.rpc.delete_instance"), Some("workflow-api.rpc.delete-instance"));
        assert_eq!(of("resume"), Some("workflow-api.rpc.resume"));
        assert_eq!(of("rpc"), Some("workflow-api.rpc"));
        assert_eq!(of("esume"), None);
        assert_eq!(of("payments.refund"), None);
        assert_eq!(of(""), None);
        assert_eq!(of(&"x".repeat(10_000)), None);
    }

    #[test]
    fn branches_are_whole_segments() {
        assert!(is_below("a.b.c", "a.b") && !is_below("a.bc", "a.b") && !is_below("a.b", "a.b"));
        assert_eq!(with_branches("a.b.c").collect::<Vec<_>>(), ["a.b.c", "a.b", "a"]);
    }
}
