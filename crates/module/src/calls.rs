//! Answers calls. Every call is answered in one place, for JSON and for JavaScript alike.

use portcullis_claim::import;
use portcullis_policy::{ClaimValue, Credential, Principal, advise, decide, load};
use portcullis_wire::{
    Values,
    call::{Call, CallError, Handle, PolicyLoaded, PolicyTable, PrincipalMade, Version},
    catalog::{
        CatalogDocument, IdMode, ImportAnswer, ImportProblem, ImportRequest, MappedOperation,
        OperationDocument,
    },
};
use serde::Serialize;

use crate::{abi, answers::Failure, claims, state::State, tokens};

/// Takes an answer out of the module: JSON for the raw ABI, JavaScript values for the other.
pub(crate) trait Sink {
    type Output;
    fn ok(self, answer: &impl Serialize) -> Self::Output;
    fn error(self, error: &CallError) -> Self::Output;
}

/// Answers one call.
pub(crate) fn answer<S: Sink>(state: &mut State, call: Call<'_>, sink: S) -> S::Output {
    macro_rules! reply {
        ($answer:expr) => {
            match $answer {
                Ok(answer) => sink.ok(&answer),
                Err(failure) => sink.error(&CallError::from(Failure::from(failure))),
            }
        };
    }
    match call {
        Call::Decide { policy, principal, refused, request } => {
            let credential = match credential(state, policy, principal, refused) {
                Ok(credential) => credential,
                Err(failure) => return sink.error(&failure.into()),
            };
            match state.policy(policy) {
                Ok(policy) => sink.ok(&decide(policy, credential, &request).view()),
                Err(failure) => sink.error(&failure.into()),
            }
        }
        Call::TokenChallenge { policy, keys, credential } => {
            reply!(tokens::challenge(state, policy, keys, &credential))
        }
        Call::TokenConclude { policy, keys, credential, genuine, now, confirmation, claims } => {
            let facts = tokens::Facts { genuine, now, confirmation: confirmation.as_deref(), claims };
            reply!(tokens::conclude(state, policy, keys, &credential, &facts))
        }
        Call::JwsChallenge { keys, jws } => reply!(tokens::jws_challenge(state, keys, &jws)),
        Call::PrincipalAssume { policy, claim } => reply!(assume(state, policy, &claim)),
        Call::PolicyLoad { document, catalog } => reply!(load_policy(state, &document, catalog.as_deref())),
        Call::PolicyTable { policy } => reply!(table(state, policy)),
        Call::PolicyCatalog { policy } => reply!(catalog(state, policy)),
        Call::CatalogMap(request) => reply!(Ok::<_, Failure>(map(&request))),
        Call::KeysLoad { jwks } => reply!(tokens::load_keys(state, &jwks)),
        Call::ClaimValidate(on) => reply!(claims::validate(state, &on)),
        Call::ClaimNormalize(on) => reply!(claims::normalize(state, &on)),
        Call::ClaimMinimize(on) => reply!(claims::minimize(state, &on)),
        Call::ClaimEffective(on) => claims::effective(state, &on, sink),
        Call::ClaimExplain { policy, claim, operation, tenant } => {
            claims::explain(state, policy, &claim, &operation, &tenant, sink)
        }
        Call::ClaimDiff(on) => reply!(claims::diff(state, &on)),
        Call::ClaimIntersect(on) => reply!(claims::intersect(state, &on)),
        Call::ClaimEdit { policy, claim, allow, change } => {
            reply!(claims::edit(state, policy, &claim, allow, &change))
        }
        Call::ClaimBuild { policy, parts } => reply!(claims::build(state, policy, &parts)),
        Call::Release { handle } => reply!(state.release(handle)),
        Call::Version {} => {
            sink.ok(&Version { abi: abi::VERSION, version: env!("CARGO_PKG_VERSION").into() })
        }
    }
}

fn credential<'s>(
    state: &'s State,
    policy: Handle,
    principal: Option<Handle>,
    refused: Option<portcullis_wire::Reason>,
) -> Result<Credential<'s>, Failure> {
    match (principal, refused) {
        (None, None) => Ok(Credential::Absent),
        // A reason that allows cannot refuse.
        (None, Some(reason)) if !reason.allows() => Ok(Credential::Refused(reason)),
        (Some(principal), None) => Ok(Credential::Principal(state.principal(principal, policy)?)),
        _ => Err(Failure::Malformed("a credential is absent, refused, or a principal".into())),
    }
}

fn assume(state: &mut State, policy: Handle, claim: &Values<'_>) -> Result<PrincipalMade, Failure> {
    let claim = match claim {
        Values::Absent => ClaimValue::Missing,
        Values::One(claim) => ClaimValue::One(claim),
        Values::Several => ClaimValue::Several,
    };
    let principal = Principal::assumed(state.policy(policy)?, claim);
    Ok(PrincipalMade { principal: state.add_principal(policy, principal)? })
}

fn load_policy(state: &mut State, document: &str, catalog: Option<&str>) -> Result<PolicyLoaded, Failure> {
    let catalog: Option<CatalogDocument> = catalog.map(serde_json::from_str).transpose().unwrap_or_default();
    let policy = load(document, catalog)?;
    let loaded = PolicyLoaded {
        policy: 0,
        operations: policy.catalog().len() as u32,
        tenants: policy.tenancy().tenants().len() as u32,
        tenant_header: policy.tenancy().header().into(),
        security_disabled: policy.security_disabled(),
        advice: advise(&policy),
    };
    Ok(PolicyLoaded { policy: state.add_policy(policy)?, ..loaded })
}

fn table(state: &State, policy: Handle) -> Result<PolicyTable, Failure> {
    let policy = state.policy(policy)?;
    Ok(PolicyTable {
        operations: policy.catalog().iter().map(|(_, operation)| operation.id.into()).collect(),
        tenants: policy.tenancy().tenants().iter().map(Into::into).collect(),
    })
}

fn catalog(state: &State, policy: Handle) -> Result<CatalogDocument, Failure> {
    let catalog = state.policy(policy)?.catalog();
    let operations = catalog.iter().map(|(_, operation)| OperationDocument {
        id: operation.id.into(),
        original_id: operation.original_id.map(Into::into),
        method: operation.method.map(Into::into),
        path: operation.path.map(Into::into),
        summary: operation.summary.map(Into::into),
    });
    Ok(CatalogDocument {
        root: catalog.root().into(),
        base_path: Some(catalog.base_path().into()).filter(|path: &String| !path.is_empty()),
        operations: operations.collect(),
    })
}

fn map(request: &ImportRequest) -> ImportAnswer {
    let operations: Vec<import::SourceOperation<'_>> = request
        .operations
        .iter()
        .map(|operation| import::SourceOperation {
            document: &operation.document,
            group: operation.group.as_deref(),
            operation_id: operation.operation_id.as_deref(),
            tag: operation.tag.as_deref(),
            method: &operation.method,
            path: &operation.path,
            id: operation.id.as_deref(),
        })
        .collect();
    let renames: Vec<import::Rename<'_>> = request
        .renames
        .iter()
        .map(|rename| import::Rename { original: &rename.original, id: &rename.id })
        .collect();
    let mode = match request.ids {
        IdMode::Tags => import::IdMode::Tags,
        IdMode::Id => import::IdMode::Id,
        IdMode::Path => import::IdMode::Path,
    };
    match import::map(&request.root, mode, &operations, &renames) {
        Ok(mapped) => ImportAnswer::Operations(
            mapped
                .into_iter()
                .map(|import::MappedOperation { id, original_id }| MappedOperation { id, original_id })
                .collect(),
        ),
        Err(problems) => ImportAnswer::Problems(
            problems
                .iter()
                .map(|problem| ImportProblem {
                    code: problem.code().into(),
                    message: problem.to_string(),
                    renames: problem.renames().to_vec(),
                })
                .collect(),
        ),
    }
}
