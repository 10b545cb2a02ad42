//! Roles: what their holders may do, compiled to sets of permissions.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use hashbrown::HashMap;
use portcullis_wire::policy::{RoleSection, RolesSection};

use crate::report::Report;

/// Permissions that every policy knows.
const BUILT_IN: [&str; 6] = [
    "workflow:view",
    "workflow:create",
    "workflow:edit",
    "workflow:delete",
    "workflow:execute",
    "workflow:view_logs",
];

/// A permission of the policy, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permission(usize);

/// The permissions of one holder of roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Permissions(Box<[u64]>);

/// The roles of a policy.
#[derive(Default)]
pub(crate) struct Roles {
    /// The member of the token that lists roles; empty if the policy has no roles.
    claim: String,
    permissions: HashMap<Box<str>, usize>,
    roles: HashMap<Box<str>, Permissions>,
}

impl Permissions {
    /// Whether this permission is among them.
    #[inline]
    pub(crate) fn has(&self, permission: Permission) -> bool {
        let (word, bit) = place(permission.0);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn add(&mut self, index: usize) {
        let (word, bit) = place(index);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn unite(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

const fn place(index: usize) -> (usize, u64) {
    (index >> 6, 1 << (index & 63))
}

impl Roles {
    /// Checks the section. Mistakes go into the report.
    pub(crate) fn load(section: Option<&RolesSection>, report: &mut Report) -> Self {
        let mut known = Self::default();
        for name in BUILT_IN {
            known.define(name);
        }
        let Some(section) = section else { return known };
        if section.claim.is_empty() {
            report.push(
                "roles_claim",
                "/roles/claim",
                "expected the name of the token's member with the roles",
            );
        }
        known.claim.clone_from(&section.claim);
        for (at, name) in section.permissions.iter().enumerate() {
            let whole = segments(name).is_some_and(|halves| halves.iter().all(|half| *half != "*"));
            if !whole {
                let path = format!("/roles/permissions/{at}");
                report.push(
                    "permission",
                    path,
                    "expected `resource:action`, each of a-z, A-Z, 0-9, `_`, `-` and `.`",
                );
            }
            known.define(name);
        }
        let mut visits = Visits { section, known: &mut known, report, open: Vec::new() };
        for name in section.roles.keys() {
            visits.role(name);
        }
        known
    }

    /// Whether there is such a role.
    pub(crate) fn knows(&self, role: &str) -> bool {
        self.roles.contains_key(role)
    }

    fn define(&mut self, name: &str) {
        let next = self.permissions.len();
        self.permissions.entry(name.into()).or_insert(next);
    }

    fn empty_set(&self) -> Permissions {
        Permissions(vec![0; self.permissions.len().div_ceil(64)].into_boxed_slice())
    }

    /// The permission with this name, if the policy knows it.
    pub(crate) fn permission(&self, name: &str) -> Option<Permission> {
        self.permissions.get(name).copied().map(Permission)
    }

    /// The permission that is most like a name that is unknown.
    pub(crate) fn nearest(&self, name: &str) -> Option<&str> {
        crate::nearest::nearest(name, self.permissions.keys().map(AsRef::as_ref))
    }

    /// The name of a permission that no role gives.
    pub(crate) fn unheld(&self, permission: Permission) -> Option<&str> {
        if self.roles.values().any(|permissions| permissions.has(permission)) {
            return None;
        }
        self.permissions.iter().find(|(_, index)| **index == permission.0).map(|(name, _)| &**name)
    }

    /// The name of the token's member that lists roles; none where the policy has no roles.
    pub(crate) fn claim(&self) -> Option<&str> {
        Some(self.claim.as_str()).filter(|claim| !claim.is_empty())
    }

    /// What the holder of these roles may do. Roles that the policy does not know grant nothing.
    pub(crate) fn of<'r>(&self, roles: impl Iterator<Item = &'r str>) -> Permissions {
        let mut united = self.empty_set();
        for role in roles {
            if let Some(permissions) = self.roles.get(role) {
                united.unite(permissions);
            }
        }
        united
    }
}

/// Works roles out, those that are inherited from first.
struct Visits<'s, 'r> {
    section: &'s RolesSection,
    known: &'r mut Roles,
    report: &'r mut Report,
    /// The roles that are being worked out, outermost first.
    open: Vec<&'s str>,
}

/// Deeper inheritance is refused.
const MAX_INHERITANCE: usize = 32;

impl<'s> Visits<'s, '_> {
    fn role(&mut self, name: &'s str) {
        if self.known.roles.contains_key(name) {
            return;
        }
        let Some(role) = self.section.roles.get(name) else { return };
        self.open.push(name);
        let mut permissions = self.known.empty_set();
        self.own(name, role, &mut permissions);
        for (at, parent) in role.inherits.iter().enumerate() {
            let path = || format!("/roles/roles/{}/inherits/{at}", crate::report::escaped(name));
            if self.open.contains(&parent.as_str()) {
                self.report.push("role_cycle", path(), format!("`{parent}` inherits from `{name}` already"));
            } else if self.open.len() >= MAX_INHERITANCE {
                self.report.push(
                    "role_depth",
                    path(),
                    format!("at most {MAX_INHERITANCE} roles inherit in a row"),
                );
            } else if self.section.roles.contains_key(parent) {
                self.role(parent);
                if let Some(inherited) = self.known.roles.get(parent.as_str()) {
                    permissions.unite(inherited);
                }
            } else {
                let names = self.section.roles.keys().map(String::as_str);
                let hint = crate::nearest::hint(parent, names);
                self.report.push("role", path(), format!("there is no role `{parent}`{hint}"));
            }
        }
        self.open.pop();
        self.known.roles.insert(name.into(), permissions);
    }

    fn own(&mut self, name: &str, role: &RoleSection, permissions: &mut Permissions) {
        for (at, pattern) in role.permissions.iter().enumerate() {
            let path = || format!("/roles/roles/{}/permissions/{at}", crate::report::escaped(name));
            let Some([resource, action]) = segments(pattern) else {
                self.report.push("permission", path(), "expected `resource:action`; either half may be `*`");
                continue;
            };
            let mut any = false;
            for (known, index) in &self.known.permissions {
                let covers = segments(known).is_some_and(|[known_resource, known_action]| {
                    (resource == "*" || resource == known_resource)
                        && (action == "*" || action == known_action)
                });
                if covers {
                    permissions.add(*index);
                    any = true;
                }
            }
            if !any {
                let hint = self.known.nearest(pattern).map(|near| format!("; did you mean `{near}`?"));
                let hint = hint.unwrap_or_else(|| "; define it in `roles.permissions`".to_string());
                self.report.push(
                    "permission",
                    path(),
                    format!("`{pattern}` is no permission of this policy{hint}"),
                );
            }
        }
    }
}

/// The halves of a permission, if it is one.
fn segments(permission: &str) -> Option<[&str; 2]> {
    let (resource, action) = permission.split_once(':')?;
    let good = |half: &str| {
        half == "*"
            || !half.is_empty()
                && half.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    (good(resource) && good(action)).then_some([resource, action])
}
