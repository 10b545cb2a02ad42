//! Facts in the one form, member by member in the order of their names, as serde would write them.
//! Written out, for what serde makes of these types takes four times the code; a test compares them.

use alloc::string::String;

use portcullis_wire::{
    PrincipalFacts, Request,
    facts::{
        AdminTokenFacts, ConstraintFacts, CredentialFacts, CredentialState, DataAction, DataFacts, Origin,
        ResourceFacts, SearchFacts, SessionFacts, Surface,
    },
};

use crate::{
    Asker,
    canonical::{Object, list, number, value},
};

pub(crate) fn asker(asker: &Option<Asker<'_>>, out: &mut String) -> Option<()> {
    match asker {
        None => out.push_str("null"),
        Some(Asker::Refused(reason)) => {
            let mut object = Object::new(out);
            object.text("refused", Some(reason.code()));
            object.end();
        }
        Some(Asker::Principal(facts)) => principal(facts, out)?,
    }
    Some(())
}

/// All but the claim.
fn principal(facts: &PrincipalFacts<'_>, out: &mut String) -> Option<()> {
    let PrincipalFacts { claim: _, roles, issuer, subject, expires } = facts;
    let mut object = Object::new(out);
    if let Some(expires) = expires {
        number(*expires, object.member("expires"));
    }
    object.text("issuer", issuer.as_deref());
    if !roles.is_empty() {
        object.texts("roles", roles)?;
    }
    object.text("subject", subject.as_deref());
    object.end();
    Some(())
}

/// All but the time.
pub(crate) fn request(request: &Request<'_>, out: &mut String) -> Option<()> {
    let Request {
        operation,
        method,
        path,
        tenant,
        preflight,
        now: _,
        surface,
        origin,
        workflow,
        branch,
        credential,
        user,
        params,
        query,
        action,
        context,
        resource,
        data,
        searches,
    } = request;
    let mut object = Object::new(out);
    object.value("action", action.as_deref())?;
    object.text("branch", branch.as_deref());
    object.value("context", context.as_deref())?;
    if let Some(facts) = credential {
        self::credential(facts, object.member("credential"))?;
    }
    if let Some(facts) = data {
        self::data(facts, object.member("data"))?;
    }
    object.text("method", method.as_deref());
    object.text("operation", operation.as_deref());
    object.text("origin", (*origin == Origin::Internal).then_some("internal"));
    object.value("params", params.as_deref())?;
    object.text("path", path.as_deref());
    if *preflight {
        object.bool("preflight", true);
    }
    object.value("query", query.as_deref())?;
    if let Some(ResourceFacts { tenant_id, record }) = resource.as_deref() {
        let mut resource = Object::new(object.member("resource"));
        resource.value("record", Some(record))?;
        resource.text("tenant_id", tenant_id.as_deref());
        resource.end();
    }
    if !searches.is_empty() {
        list(searches, object.member("searches"), search)?;
    }
    object.text("surface", surface.map(self::surface));
    object.values("tenant", tenant);
    object.value("user", user.as_deref())?;
    object.text("workflow", workflow.as_deref());
    object.end();
    Some(())
}

fn credential(facts: &CredentialFacts<'_>, out: &mut String) -> Option<()> {
    let mut object = Object::new(out);
    match facts {
        CredentialFacts::User(session) => self::session(session, object.member("user"))?,
        CredentialFacts::AdminToken(token) => admin_token(token, object.member("admin_token"))?,
    }
    object.end();
    Some(())
}

fn session(facts: &SessionFacts<'_>, out: &mut String) -> Option<()> {
    let SessionFacts { state, issued_at, last_used_at, keep_logged_in, two_factor, branch, roles, tenants } =
        facts;
    let mut object = Object::new(out);
    object.text_or_null("branch", branch.as_deref());
    object.number_or_null("issued_at", *issued_at);
    object.bool("keep_logged_in", *keep_logged_in);
    object.number_or_null("last_used_at", *last_used_at);
    object.texts("roles", roles)?;
    object.text("state", Some(self::state(*state)));
    object.texts("tenants", tenants)?;
    object.bool("two_factor", *two_factor);
    object.end();
    Some(())
}

fn admin_token(facts: &AdminTokenFacts<'_>, out: &mut String) -> Option<()> {
    let AdminTokenFacts { state, deployed_to, roles, tenants } = facts;
    let mut object = Object::new(out);
    object.texts("deployed_to", deployed_to)?;
    object.texts("roles", roles)?;
    object.text("state", Some(self::state(*state)));
    object.texts("tenants", tenants)?;
    object.end();
    Some(())
}

fn data(facts: &DataFacts<'_>, out: &mut String) -> Option<()> {
    let DataFacts { type_name, action, id, record, tenant_id, field, constraints, body } = facts;
    let mut object = Object::new(out);
    object.text("action", action.map(self::action));
    object.value("body", Some(body).filter(|body| !body.is_null()))?;
    if !constraints.is_empty() {
        list(constraints, object.member("constraints"), constraint)?;
    }
    object.text("field", field.as_deref());
    object.text("id", id.as_deref());
    object.value("record", Some(record).filter(|record| !record.is_null()))?;
    object.text("tenant_id", tenant_id.as_deref());
    object.text("type", Some(type_name));
    object.end();
    Some(())
}

fn constraint(facts: &ConstraintFacts<'_>, out: &mut String) -> Option<()> {
    let ConstraintFacts { field, page_defined } = facts;
    let mut object = Object::new(out);
    object.text("field", Some(field));
    if *page_defined {
        object.bool("page_defined", true);
    }
    object.end();
    Some(())
}

fn search(facts: &SearchFacts<'_>, out: &mut String) -> Option<()> {
    let SearchFacts { name, records } = facts;
    let mut object = Object::new(out);
    object.text("name", Some(name));
    list(records, object.member("records"), value)?;
    object.end();
    Some(())
}

const fn surface(surface: Surface) -> &'static str {
    match surface {
        Surface::Operations => "operations",
        Surface::WorkflowApi => "workflow_api",
        Surface::DataApi => "data_api",
        Surface::App => "app",
    }
}

const fn state(state: CredentialState) -> &'static str {
    match state {
        CredentialState::Active => "active",
        CredentialState::Expired => "expired",
        CredentialState::Revoked => "revoked",
        CredentialState::LoggedOut => "logged_out",
        CredentialState::Unknown => "unknown",
    }
}

const fn action(action: DataAction) -> &'static str {
    match action {
        DataAction::Search => "search",
        DataAction::View => "view",
        DataAction::File => "file",
        DataAction::Autobind => "autobind",
        DataAction::Create => "create",
        DataAction::CreateMany => "create_many",
        DataAction::Modify => "modify",
        DataAction::Replace => "replace",
        DataAction::Delete => "delete",
    }
}
