//! Answers calls. Every call is answered in one place, whichever door it came through.

use portcullis_claim::import;
use portcullis_json::{
    self as json,
    read::{Mistake, MistakeKind},
};
use portcullis_policy::{Credential, Decision, Principal, advise, decide, load};
use portcullis_wire::{
    self as wire, PrincipalFacts, Reason, Receipt, Request,
    call::{Call, Handle, PolicyLoaded, PolicyTable, PrincipalMade, Version},
    catalog::{
        CatalogDocument, IdMode, ImportAnswer, ImportProblem, ImportRequest, MappedOperation,
        OperationDocument,
    },
};

use crate::{
    answers::{Answer, Failure},
    claims, conditions, filters,
    state::{self, State},
    tokens,
};

/// Answers one call, given as JSON, as JSON: [`portcullis_wire::call::Answer`].
pub(crate) fn run(call: &[u8], answer: &mut Vec<u8>) {
    let answer = Answer::new(answer);
    // What is wrong and where is told, the input never repeated: it may hold credentials.
    let tree = match json::parse_bytes(call) {
        Ok(tree) => tree,
        Err(error) => return answer.error(Failure::Malformed(format!("not JSON: {error}"))),
    };
    match json::read::<Call<'_>>(&tree) {
        Ok(call) => state::with(|state| dispatch(state, call, answer)),
        Err(mistakes) => {
            let place = match mistakes.into_iter().next() {
                Some(Mistake {
                    kind: MistakeKind::WrongType | MistakeKind::MissingMember, pointer, ..
                }) => {
                    format!("`{pointer}`")
                }
                Some(_) | None => "an unknown member".into(),
            };
            answer.error(Failure::Malformed(format!("not a call of this module: {place}")));
        }
    }
}

fn dispatch(state: &mut State, call: Call<'_>, answer: Answer<'_>) {
    match call {
        Call::Decide { policy, principal, refused, request, receipt } => {
            let asker = Asker { policy, principal, refused };
            match asker.decide(state, &request, receipt) {
                Ok((decision, receipt)) => answer.ok(&wire::Decision { receipt, ..decision.view() }),
                Err(failure) => answer.error(failure),
            }
        }
        Call::TokenChallenge { policy, keys, credential } => {
            answer.ok_or(tokens::challenge(state, policy, keys, &credential))
        }
        Call::TokenConclude { policy, keys, credential, genuine, now, confirmation, claims } => {
            let now = now.unwrap_or(f64::NAN);
            let facts = tokens::Facts { genuine, now, confirmation: confirmation.as_deref(), claims };
            answer.ok_or(tokens::conclude(state, policy, keys, &credential, &facts))
        }
        Call::TokenPresume { policy, keys, credential, now, confirmation } => {
            let now = now.unwrap_or(f64::NAN);
            answer.ok_or(tokens::presume(state, policy, keys, &credential, now, confirmation.as_deref()))
        }
        Call::TokenConfirm { presumed } => {
            answer.ok_or(state.confirm(presumed).map(|principal| PrincipalMade { principal }))
        }
        Call::JwsChallenge { keys, jws } => answer.ok_or(tokens::jws_challenge(state, keys, &jws)),
        Call::BundleConclude(on) => tokens::bundle(state, &on, answer),
        Call::PrincipalAssume { policy, claim, roles, issuer, subject, expires } => {
            let facts = PrincipalFacts { claim, roles, issuer, subject, expires };
            answer.ok_or(assume(state, policy, &facts));
        }
        Call::PrincipalFacts { policy, principal } => {
            answer.ok_or(state.principal(principal, policy).map(Principal::facts));
        }
        Call::FilterOpen { policy, principal, refused, request, receipt } => {
            filters::open(state, Asker { policy, principal, refused }, &request, receipt, answer);
        }
        Call::FilterRows { filter } => filters::rows(state, filter, answer),
        Call::FilterCounts { filter } => answer.ok_or(filters::counts(state, filter)),
        Call::PolicyLoad { document, catalog, module } => {
            answer.ok_or(load_policy(state, &document, catalog.as_deref(), module.as_deref()))
        }
        Call::PolicyTable { policy } => answer.ok_or(table(state, policy)),
        Call::PolicyCatalog { policy } => answer.ok_or(catalog(state, policy)),
        Call::CatalogMap(request) => answer.ok(&map(&request)),
        Call::KeysLoad { jwks } => answer.ok_or(tokens::load_keys(state, &jwks)),
        Call::ClaimValidate(on) => answer.ok_or(claims::validate(state, &on)),
        Call::ClaimNormalize(on) => answer.ok_or(claims::normalize(state, &on)),
        Call::ClaimMinimize(on) => answer.ok_or(claims::minimize(state, &on)),
        Call::ClaimEffective(on) => claims::effective(state, &on, answer),
        Call::ClaimExplain { policy, claim, operation, tenant } => {
            claims::explain(state, policy, &claim, &operation, &tenant, answer);
        }
        Call::ClaimDiff(on) => answer.ok_or(claims::diff(state, &on)),
        Call::ClaimIntersect(on) => answer.ok_or(claims::intersect(state, &on)),
        Call::ClaimEdit { policy, claim, allow, change } => {
            answer.ok_or(claims::edit(state, policy, &claim, allow, &change))
        }
        Call::ClaimBuild { policy, parts } => answer.ok_or(claims::build(state, policy, &parts)),
        Call::ConditionCheck { expr, types } => answer.ok(&conditions::check(&expr, &types)),
        Call::ConditionEval(evaluation) => conditions::evaluate(&evaluation, answer),
        Call::Release { handle } => answer.ok_or(state.release(handle)),
        Call::Version {} => {
            answer.ok(&Version { abi: portcullis_abi::VERSION, version: env!("CARGO_PKG_VERSION").into() })
        }
    }
}

/// Who asks, and the policy that is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asker {
    pub(crate) policy: Handle,
    pub(crate) principal: Option<Handle>,
    pub(crate) refused: Option<Reason>,
}

impl Asker {
    /// Decides one request, and gives the receipt of the decision where one is wanted.
    pub(crate) fn decide<'s>(
        self,
        state: &'s State,
        request: &Request<'_>,
        receipt: bool,
    ) -> Result<(Decision<'s>, Option<Receipt<'s>>), Failure> {
        let policy = state.policy(self.policy)?;
        let decision = decide(policy, self.credential(state)?, request);
        let receipt = match receipt {
            false => None,
            true => Some(policy.receipt(self.credential(state)?, request).ok_or_else(|| {
                Failure::Malformed("`policy.load` had no `module`, so there are no receipts".into())
            })?),
        };
        Ok((decision, receipt))
    }

    fn credential(self, state: &State) -> Result<Credential<'_>, Failure> {
        match (self.principal, self.refused) {
            (None, None) => Ok(Credential::Absent),
            // A reason that allows cannot refuse.
            (None, Some(reason)) if !reason.allows() => Ok(Credential::Refused(reason)),
            (Some(principal), None) => Ok(Credential::Principal(state.principal(principal, self.policy)?)),
            _ => Err(Failure::Malformed("a credential is absent, refused, or a principal".into())),
        }
    }
}

fn assume(state: &mut State, policy: Handle, facts: &PrincipalFacts<'_>) -> Result<PrincipalMade, Failure> {
    let principal = Principal::recorded(state.policy(policy)?, facts);
    Ok(PrincipalMade { principal: state.add_principal(policy, principal)? })
}

fn load_policy(
    state: &mut State,
    document: &str,
    catalog: Option<&str>,
    module: Option<&str>,
) -> Result<PolicyLoaded, Failure> {
    let mut policy = load(document, catalog)?;
    if let Some(module) = module
        && !policy.give_receipts(module, document, catalog)
    {
        return Err(Failure::Malformed("`module` is no SHA-256 in lower-case hexadecimal digits".into()));
    }
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
