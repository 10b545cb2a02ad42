//! From the document's sections to what is asked at each request.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::{fmt::Arguments, mem};

use hashbrown::{HashMap, HashSet};
use portcullis_claim::{Catalog, OperationIndex};
use portcullis_wire::policy::{AuthenticationMode, PolicyDocument, SurfacesSection, WorkflowSection};

use super::{Access, Action, Requirement, Workflow};
use crate::{
    condition::{Condition, Declared, Scope},
    nearest::hint,
    privacy::Type,
    report::{Entry, Report, escaped},
    roles::{Permission, Roles},
};

/// Checks the sections; none if the document has none of them. Mistakes go into the report. The
/// workflows are taken out of the document: there may be very many.
pub(crate) fn load(
    document: &mut PolicyDocument,
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
    let workflows = mem::take(&mut document.workflows);
    let document = &*document;
    let roles = Roles::load(document.roles.as_ref(), report);
    let declared = Declared::new(&document.declarations);
    let mut types = HashMap::new();
    let mut type_list = Vec::new();
    for (name, section) in &document.types {
        types.insert(name.as_str().into(), type_list.len());
        type_list.push(Type::load(name, section, &declared, report));
    }
    let mut loading =
        Loading { document, catalog, roles: &roles, types: &types, declared: &declared, report };
    let workflow_list: Vec<Workflow> = workflows
        .into_iter()
        .map(|(name, section)| loading.workflow(name.into_boxed_str(), section))
        .collect();
    let workflows = workflow_list.iter().enumerate();
    let workflows = workflows.map(|(index, workflow)| (workflow.name.clone(), index)).collect();
    let (requirements, by_operation) = loading.requirements();
    let authentication = catalog.map(|catalog| authentication(&requirements, catalog)).unwrap_or_default();
    Some(Access {
        surfaces: document.surfaces,
        roles,
        workflows,
        workflow_list,
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
    declared: &'l Declared<'l>,
    report: &'l mut Report,
}

/// So many parameters are compared one by one.
const FEW: usize = 16;

impl Loading<'_> {
    fn workflow(&mut self, name: Box<str>, section: WorkflowSection) -> Workflow {
        let at = Entry { section: "workflows", name: &name };
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
        self.parameters(at, &section);
        let searches = self.searches(at, &section);
        let scope = self.declared.workflow(&section, &self.document.types);
        let operation = self.operation(format_args!("{at}/operation"), section.operation.as_deref());
        let permission = self.permission(format_args!("{at}/permission"), section.permission.as_deref());
        let condition = self.condition(&scope, format_args!("{at}/condition"), section.condition.as_deref());
        let actions = section.actions.iter().enumerate().map(|(index, action)| {
            let path = format_args!("{at}/actions/{index}/condition");
            let condition = self.condition(&scope, path, action.condition.as_deref());
            Action { id: action.id.as_str().into(), condition }
        });
        let actions = actions.collect();
        Workflow {
            name,
            exposed: section.exposed,
            authentication: section.authentication,
            methods: section.methods.into_iter().map(String::into_boxed_str).collect(),
            parameters: section.parameters,
            operation,
            permission,
            condition,
            unmet: section.unmet,
            searches,
            actions,
            ignore_privacy_rules: section.ignore_privacy_rules,
            rate_limit: section.rate_limit.map(String::into_boxed_str),
        }
    }

    /// Names that are empty, or come again.
    fn parameters(&mut self, at: Entry<'_>, section: &WorkflowSection) {
        let mut names = HashSet::new();
        let few = section.parameters.len() <= FEW;
        for (index, parameter) in section.parameters.iter().enumerate() {
            let mut before = section.parameters.iter().take(index);
            let again = if few {
                before.any(|other| other.name == parameter.name)
            } else {
                !names.insert(parameter.name.as_str())
            };
            if parameter.name.is_empty() || again {
                let path = format!("{at}/parameters/{index}/name");
                self.report.push("parameter", path, "expected a name that no other parameter has");
            }
        }
    }

    fn searches(&mut self, at: Entry<'_>, section: &WorkflowSection) -> Vec<(Box<str>, usize)> {
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

    fn operation(&mut self, path: Arguments<'_>, id: Option<&str>) -> Option<OperationIndex> {
        let (id, catalog) = (id?, self.catalog?);
        let found = catalog.operation(id);
        if found.is_none() {
            self.report.push(
                "operation",
                format!("{path}"),
                format!("`{id}` is no operation of the catalog"),
            );
        }
        found
    }

    fn permission(&mut self, path: Arguments<'_>, name: Option<&str>) -> Option<Permission> {
        let name = name?;
        let found = self.roles.permission(name);
        if found.is_none() {
            let near = self.roles.nearest(name).map(|near| format!("; did you mean `{near}`?"));
            let near = near.unwrap_or_else(|| "; define it in `roles.permissions`".into());
            let message = format!("`{name}` is no permission of this policy{near}");
            self.report.push("permission", format!("{path}"), message);
        }
        found
    }

    fn condition(
        &mut self,
        scope: &Scope<'_>,
        path: Arguments<'_>,
        source: Option<&str>,
    ) -> Option<Condition> {
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
        let scope = self.declared.operations();
        for (id, section) in &self.document.operations {
            let at = Entry { section: "operations", name: id };
            if !catalog.has_target(id) {
                let near = hint(id, catalog.iter().map(|(_, operation)| operation.id));
                let message = format!("`{id}` is no operation or branch of the catalog{near}");
                self.report.push("operation", format!("{at}"), message);
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
                permission: self.permission(format_args!("{at}/permission"), section.permission.as_deref()),
                condition: self.condition(
                    &scope,
                    format_args!("{at}/condition"),
                    section.condition.as_deref(),
                ),
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
