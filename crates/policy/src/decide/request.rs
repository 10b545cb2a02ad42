//! Is the envelope well formed, and what is it that is asked for? The path is read here, once.

use portcullis_claim::OperationIndex;
use portcullis_wire::{
    Reason, Request, Value,
    facts::{DataAction, DataFacts, Origin, Surface},
    policy::{AuthenticationMode, Written},
};

use super::{Credential, Decision};
use crate::{
    Policy,
    access::Workflow,
    parameters,
    privacy::Type,
    route::{Matches, RouteMiss},
};

/// Most things that one request makes.
const MAX_CREATED: usize = 1_000;

/// What a request asks for.
pub(super) enum Target<'a> {
    /// An operation that the caller names. It may not exist.
    Named(Option<OperationIndex>),
    /// The operation or operations of a method and path. All of them must allow.
    Routed(Matches),
    /// A workflow, and maybe things that it looks for.
    Workflow(&'a Workflow, Option<Data<'a>>),
    /// Things of a type.
    Data(Data<'a>),
}

/// What is asked of things of a type.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub(super) of: &'a Type,
    pub(super) action: DataAction,
    pub(super) surface: Surface,
}

/// Why nothing is there.
pub(super) enum Miss {
    /// No route has this path, or not for this method.
    Route(RouteMiss),
    /// This surface, workflow or type is not there for whoever asks.
    Hidden(Reason),
}

impl<'a> Decision<'a> {
    #[inline]
    pub(super) fn request(
        &mut self,
        credential: Credential<'a>,
        request: &Request<'_>,
    ) -> Result<Result<Target<'a>, Miss>, Reason> {
        self.one_credential(credential, request)?;
        let named = (&request.workflow, &request.data, &request.operation, &request.method, &request.path);
        match named {
            (None, None, Some(id), None, None) if is(request, Surface::Operations) => {
                Ok(Ok(Target::Named(self.policy.catalog.operation(id))))
            }
            (None, None, None, Some(method), Some(path)) if is(request, Surface::Operations) => {
                self.route(method, path)
            }
            (Some(name), data, None, _, None) if is(request, Surface::WorkflowApi) => {
                self.workflow(name, data.as_deref(), request)
            }
            (None, Some(data), None, _, None) => self.things(data, request).map(|it| it.map(Target::Data)),
            (None, None, ..) => self.malformed("either an operation, or a method and a path"),
            _ => self.malformed("several things are asked for, or another surface is said"),
        }
    }

    fn malformed<T>(&mut self, detail: &'static str) -> Result<T, Reason> {
        self.detail(detail);
        Err(Reason::RequestMalformed)
    }

    /// One credential at most, and no user without one.
    #[inline]
    fn one_credential(&mut self, credential: Credential<'a>, request: &Request<'_>) -> Result<(), Reason> {
        let absent = matches!(credential, Credential::Absent);
        if request.credential.is_some() && !absent {
            return self.malformed("several_credentials");
        }
        let known = !absent || request.credential.is_some() || request.origin == Origin::Internal;
        if request.user.is_some() && !known {
            return self.malformed("user_without_credential");
        }
        Ok(())
    }

    #[inline]
    fn route(&mut self, method: &str, path: &str) -> Result<Result<Target<'a>, Miss>, Reason> {
        match self.policy.router.find(method, path) {
            Ok(matches) => Ok(Ok(Target::Routed(matches))),
            Err(RouteMiss::Malformed(detail)) => self.malformed(detail),
            Err(RouteMiss::TooLong) => Err(Reason::InputTooLarge),
            Err(miss) => Ok(Err(Miss::Route(miss))),
        }
    }

    /// A workflow that is not there for the caller is not looked into: its method and parameters
    /// would tell that it exists.
    fn workflow(
        &mut self,
        name: &str,
        data: Option<&DataFacts<'_>>,
        request: &Request<'_>,
    ) -> Result<Result<Target<'a>, Miss>, Reason> {
        let hidden = |reason| Ok(Err(Miss::Hidden(reason)));
        let external = request.origin == Origin::External;
        let Some(access) = &self.policy.access else { return hidden(Reason::WorkflowApiDisabled) };
        if !access.surfaces.workflow_api {
            return hidden(Reason::WorkflowApiDisabled);
        }
        let Some(workflow) = access.workflow(name) else { return hidden(Reason::WorkflowUnknown) };
        if external && !workflow.exposed {
            return hidden(Reason::WorkflowNotExposed);
        }
        if external {
            let Some(method) = &request.method else {
                return self.malformed("a workflow is run by a method");
            };
            if !workflow.methods.iter().any(|known| **known == **method) {
                return Err(Reason::MethodMismatch);
            }
        }
        if parameters::wrong(&workflow.parameters, request).is_some() {
            return Err(Reason::ParameterInvalid);
        }
        let data = match data {
            None => None,
            Some(data) => match access.type_named(&data.type_name) {
                None => return hidden(Reason::TypeNotExposed),
                Some(of) => {
                    let action = data.action.unwrap_or(DataAction::Search);
                    Some(Data { of, action, surface: Surface::WorkflowApi })
                }
            },
        };
        Ok(Ok(Target::Workflow(workflow, data)))
    }

    fn things(
        &mut self,
        data: &DataFacts<'_>,
        request: &Request<'_>,
    ) -> Result<Result<Data<'a>, Miss>, Reason> {
        let hidden = |reason| Ok(Err(Miss::Hidden(reason)));
        let surface = request.surface.unwrap_or(Surface::DataApi);
        let Some(access) = &self.policy.access else { return hidden(Reason::DataApiDisabled) };
        let of = access.type_named(&data.type_name);
        match surface {
            Surface::DataApi if !access.surfaces.data_api => hidden(Reason::DataApiDisabled),
            Surface::DataApi => {
                let Some(of) = of.filter(|of| of.exposed) else { return hidden(Reason::TypeNotExposed) };
                let action = self.action(data, request)?;
                self.writable(of, action, data)?;
                Ok(Ok(Data { of, action, surface }))
            }
            Surface::App => {
                use DataAction::{Autobind, File, Search, View};
                let Some(of) = of else { return hidden(Reason::TypeNotExposed) };
                match data.action {
                    Some(action @ (Search | View | File | Autobind)) => Ok(Ok(Data { of, action, surface })),
                    _ => self.malformed("expected to search, view, open a file, or bind"),
                }
            }
            Surface::Operations | Surface::WorkflowApi => self.malformed("another surface is said"),
        }
    }

    /// What is asked of the Data API: what is said, or what the method says.
    fn action(&mut self, data: &DataFacts<'_>, request: &Request<'_>) -> Result<DataAction, Reason> {
        use DataAction::{Autobind, Create, CreateMany, Delete, File, Modify, Replace, Search, View};
        let by_method = match (request.method.as_deref(), &data.id) {
            (Some("GET" | "HEAD"), None) => Some(Search),
            (Some("GET" | "HEAD"), Some(_)) => Some(View),
            (Some("POST"), None) if matches!(data.body, Value::List(_)) => Some(CreateMany),
            (Some("POST"), None) => Some(Create),
            (Some("PATCH"), Some(_)) => Some(Modify),
            (Some("PUT"), Some(_)) => Some(Replace),
            (Some("DELETE"), Some(_)) => Some(Delete),
            (Some(_), _) => return Err(Reason::MethodMismatch),
            (None, _) => None,
        };
        match (by_method, data.action) {
            (_, Some(File | Autobind)) => self.malformed("not asked of the Data API"),
            (Some(action), None) => Ok(action),
            (Some(action), Some(said)) if action == said => Ok(action),
            (None, Some(said)) => Ok(said),
            _ => self.malformed("a method, or the action that it says"),
        }
    }

    /// Are the fields that are written there, and written by callers at all?
    fn writable(&mut self, of: &Type, action: DataAction, data: &DataFacts<'_>) -> Result<(), Reason> {
        let known = |body: &Value<'_>| {
            let members = body.members()?;
            Some(members.iter().all(|(name, _)| {
                let field = of.field(name).and_then(|index| of.fields.get(index));
                field.is_some_and(|field| field.written != Written::Never)
            }))
        };
        let fields = match (action, &data.body) {
            (DataAction::Create | DataAction::Modify | DataAction::Replace, body) => known(body),
            (DataAction::CreateMany, Value::List(things)) if things.len() > MAX_CREATED => {
                return Err(Reason::InputTooLarge);
            }
            // Each is judged by itself.
            (DataAction::CreateMany, Value::List(_)) => Some(true),
            (DataAction::CreateMany, _) => None,
            _ => Some(true),
        };
        match fields {
            Some(true) => Ok(()),
            Some(false) => Err(Reason::FieldUnknown),
            None => self.malformed("expected an object to write"),
        }
    }
}

/// Whether a request is for this surface: it says so, or says nothing.
fn is(request: &Request<'_>, surface: Surface) -> bool {
    request.surface.is_none_or(|said| said == surface)
}

impl<'a> Target<'a> {
    #[inline]
    pub(super) fn data(&self) -> Option<Data<'a>> {
        match self {
            Self::Named(_) | Self::Routed(_) => None,
            Self::Workflow(_, data) => *data,
            Self::Data(data) => Some(*data),
        }
    }

    #[inline]
    pub(super) fn has_data(&self) -> bool {
        self.data().is_some()
    }

    /// Whether claim or roles are asked. Nobody asks whoever runs a workflow from inside.
    #[inline]
    pub(super) fn is_gated(&self, request: &Request<'_>) -> bool {
        match self {
            Self::Named(_) | Self::Routed(_) => true,
            Self::Workflow(workflow, _) => workflow.is_gated() && request.origin == Origin::External,
            Self::Data(_) => false,
        }
    }

    /// Whether the tenant is asked: always of an operation, elsewhere where several are served or
    /// something names one.
    #[inline]
    pub(super) fn has_tenants(&self, policy: &Policy, request: &Request<'_>) -> bool {
        match self {
            Self::Named(_) | Self::Routed(_) => true,
            Self::Workflow(..) | Self::Data(_) => {
                policy.tenancy.needs_tenant_rule()
                    || request.tenant != portcullis_wire::Values::Absent
                    || request.resource.is_some()
                    || request.data.as_ref().is_some_and(|data| data.tenant_id.is_some())
            }
        }
    }

    /// Whether anything depends on a condition.
    #[inline]
    pub(super) fn is_conditional(&self, policy: &Policy) -> bool {
        if policy.access.is_none() {
            return false;
        }
        match self {
            Self::Named(None) | Self::Data(_) => false,
            Self::Workflow(workflow, _) => workflow.is_conditional(),
            Self::Named(Some(_)) | Self::Routed(_) => {
                self.requirements(policy).any(|requirement| requirement.condition.is_some())
            }
        }
    }

    /// Who must be known where operations are asked for: of several, what the strictest needs.
    #[inline]
    pub(super) fn authentication(&self, policy: &Policy) -> AuthenticationMode {
        use AuthenticationMode::{AdminOnly, None as Nobody, UserAndAdmin};
        let Some(access) = &policy.access else { return UserAndAdmin };
        match self {
            Self::Named(Some(operation)) => access.authentication(*operation),
            Self::Routed(matches) => {
                let modes =
                    || matches.iter().map(|operation| access.authentication(OperationIndex(operation)));
                if modes().any(|mode| mode == AdminOnly) {
                    AdminOnly
                } else if modes().all(|mode| mode == Nobody) {
                    Nobody
                } else {
                    UserAndAdmin
                }
            }
            Self::Named(None) | Self::Workflow(..) | Self::Data(_) => UserAndAdmin,
        }
    }

    /// What the operations depend on.
    pub(super) fn requirements<'p>(
        &self,
        policy: &'p Policy,
    ) -> impl Iterator<Item = &'p crate::access::Requirement> {
        let (one, several) = match self {
            Self::Named(operation) => (*operation, None),
            Self::Routed(matches) => match matches.single() {
                Some(one) => (Some(OperationIndex(one)), None),
                None => (None, Some(matches)),
            },
            Self::Workflow(..) | Self::Data(_) => (None, None),
        };
        let operations =
            one.into_iter().chain(several.into_iter().flat_map(Matches::iter).map(OperationIndex));
        let access = policy.access.as_deref();
        operations.filter_map(move |operation| Some(access?.requirements(operation))).flatten()
    }
}
