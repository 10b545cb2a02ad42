//! From the document's sections to what is asked at each request.

use alloc::{boxed::Box, format, vec::Vec};

use hashbrown::{HashMap, HashSet};
use portcullis_claim::{Catalog, OperationIndex};
use portcullis_wire::policy::{AuthenticationMode, PolicyDocument, SurfacesSection, WorkflowSection};

use super::{Access, Action, Requirement, Workflow};
use crate::{
    condition::{Condition, Scope},
    nearest::hint,
    privacy::Type,
    report::{Report, escaped},
    roles::{Permission, Roles},
};

/// Checks the sections; none if the document has none of them. Mistakes go into the report.
pub(crate) fn load(
    document: &PolicyDocument,
    catalog: Option<&Catalog>,
    report: &mut Report,
) -> Option<Access> {
    let none = document.surfaces == SurfacesSection::default()
        && document.operations.is_empty()
        && document.workflows.is_empty()
        && document.types.is_empty()
        && document.roles.is_none()
        && document.declarations == Default::default();
    if none {
        return None;
    }
    let roles = Roles::load(document.roles.as_ref(), report);
    let scope = Scope::new(&document.declarations);
    let mut types = HashMap::new();
    let mut type_list = Vec::new();
    for (name, section) in &document.types {
        types.insert(name.as_str().into(), type_list.len());
        type_list.push(Type::load(name, section, &scope, report));
    }
    let mut loading = Loading { document, catalog, roles: &roles, types: &types, scope: &scope, report };
    let workflows = document
        .workflows
        .iter()
        .map(|(name, section)| (name.as_str().into(), loading.workflow(name, section)))
        .collect();
    let (requirements, by_operation) = loading.requirements();
    let authentication = catalog.map(|catalog| authentication(&requirements, catalog)).unwrap_or_default();
    Some(Access {
        surfaces: document.surfaces,
        roles,
        workflows,
        types,
        type_list,
        requirements,
        by_operation,
        authentication,
    })
}

struct Loading<'l> {
    document: &'l PolicyDocument,
    catalog: Option<&'l Catalog>,
    roles: &'l Roles,
    types: &'l HashMap<Box<str>, usize>,
    scope: &'l Scope,
    report: &'l mut Report,
}

impl Loading<'_> {
    fn workflow(&mut self, name: &str, section: &WorkflowSection) -> Workflow {
        let at = format!("/workflows/{}", escaped(name));
        if name.is_empty() {
            self.report.push("workflow_name", "/workflows", "a workflow has a name");
        }
        if section.methods.is_empty() {
            self.report.push("methods", format!("{at}/methods"), "expected at least one HTTP method");
        }
        for (index, method) in section.methods.iter().enumerate() {
            if !crate::document::is_token(method) {
                self.report.push("method", format!("{at}/methods/{index}"), "expected an HTTP method");
            }
        }
        let mut names = HashSet::new();
        for (index, parameter) in section.parameters.iter().enumerate() {
            if parameter.name.is_empty() || !names.insert(parameter.name.as_str()) {
                let path = format!("{at}/parameters/{index}/name");
                self.report.push("parameter", path, "expected a name that no other parameter has");
            }
        }
        let searches = self.searches(&at, section);
        let scope = self.scope.workflow(section, &self.document.types);
        let actions = section.actions.iter().enumerate();
        Workflow {
            name: name.into(),
            exposed: section.exposed,
            authentication: section.authentication,
            methods: section.methods.iter().map(|method| method.as_str().into()).collect(),
            parameters: section.parameters.clone(),
            operation: self.operation(&format!("{at}/operation"), section.operation.as_deref()),
            permission: self.permission(&format!("{at}/permission"), section.permission.as_deref()),
            condition: self.condition(&scope, &format!("{at}/condition"), section.condition.as_deref()),
            unmet: section.unmet,
            searches,
            actions: actions
                .map(|(index, action)| Action {
                    id: action.id.as_str().into(),
                    condition: self.condition(
                        &scope,
                        &format!("{at}/actions/{index}/condition"),
                        action.condition.as_deref(),
                    ),
                })
                .collect(),
            ignore_privacy_rules: section.ignore_privacy_rules,
            rate_limit: section.rate_limit.as_deref().map(Into::into),
        }
    }

    fn searches(&mut self, at: &str, section: &WorkflowSection) -> Vec<(Box<str>, usize)> {
        let mut searches = Vec::new();
        for (name, of) in &section.searches {
            match self.types.get(of.as_str()) {
                Some(index) => searches.push((name.as_str().into(), *index)),
                None => {
                    let near = hint(of, self.types.keys().map(AsRef::as_ref));
                    let path = format!("{at}/searches/{}", escaped(name));
                    self.report.push("type", path, format!("there is no type `{of}`{near}"));
                }
            }
        }
        searches
    }

    fn operation(&mut self, path: &str, id: Option<&str>) -> Option<OperationIndex> {
        let (id, catalog) = (id?, self.catalog?);
        let found = catalog.operation(id);
        if found.is_none() {
            self.report.push("operation", path, format!("`{id}` is no operation of the catalog"));
        }
        found
    }

    fn permission(&mut self, path: &str, name: Option<&str>) -> Option<Permission> {
        let name = name?;
        let found = self.roles.permission(name);
        if found.is_none() {
            let near = self.roles.nearest(name).map(|near| format!("; did you mean `{near}`?"));
            let near = near.unwrap_or_else(|| "; define it in `roles.permissions`".into());
            self.report.push("permission", path, format!("`{name}` is no permission of this policy{near}"));
        }
        found
    }

    fn condition(&mut self, scope: &Scope, path: &str, source: Option<&str>) -> Option<Condition> {
        scope.compile(source?, path, self.report)
    }

    fn requirements(&mut self) -> (Vec<Requirement>, Vec<Box<[u32]>>) {
        let mut requirements = Vec::new();
        let mut covering: Vec<Vec<u32>> = Vec::new();
        let Some(catalog) = self.catalog else { return Default::default() };
        if self.document.operations.is_empty() {
            return Default::default();
        }
        covering.resize_with(catalog.len(), Vec::new);
        let scope = self.scope.operations();
        for (id, section) in &self.document.operations {
            let at = format!("/operations/{}", escaped(id));
            if !catalog.has_target(id) {
                let near = hint(id, catalog.iter().map(|(_, operation)| operation.id));
                let message = format!("`{id}` is no operation or branch of the catalog{near}");
                self.report.push("operation", at.as_str(), message);
            }
            let place = u32::try_from(requirements.len()).unwrap_or(u32::MAX);
            for (index, operation) in catalog.iter() {
                if covers(id, operation.id)
                    && let Some(list) = covering.get_mut(index.0 as usize)
                {
                    list.push(place);
                }
            }
            requirements.push(Requirement {
                id: id.as_str().into(),
                authentication: section.authentication,
                permission: self.permission(&format!("{at}/permission"), section.permission.as_deref()),
                condition: self.condition(&scope, &format!("{at}/condition"), section.condition.as_deref()),
                rate_limit: section.rate_limit.as_deref().map(Into::into),
            });
        }
        (requirements, covering.into_iter().map(Vec::into_boxed_slice).collect())
    }
}

/// Who must be known, for each operation: what the nearest entry says that covers it and says it.
fn authentication(entries: &[Requirement], catalog: &Catalog) -> Vec<AuthenticationMode> {
    let said = || entries.iter().filter_map(|entry| Some((&entry.id, entry.authentication?)));
    if said().next().is_none() {
        return Vec::new();
    }
    let nearest = |operation: &str| {
        let covering = said().filter(|(id, _)| covers(id, operation));
        covering.max_by_key(|(id, _)| id.len()).map(|(_, mode)| mode).unwrap_or_default()
    };
    catalog.iter().map(|(_, operation)| nearest(operation.id)).collect()
}

/// Whether a target is an operation or a branch above it, by whole segments.
fn covers(target: &str, operation: &str) -> bool {
    operation.strip_prefix(target).is_some_and(|rest: &str| rest.is_empty() || rest.starts_with('.'))
}
