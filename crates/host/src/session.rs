//! One sandbox with a policy and keys loaded.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use portcullis_wire::{
    PrincipalFacts, Reason, Request, Values,
    call::{
        Call, Challenged, Concluded, FilterCounts, FilterOpened, Handle, KeysLoaded, PolicyLoaded,
        PolicyTable, PrincipalMade, TokenSource,
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    Credential, CredentialOutcome, Decision, Digest, Engine, Error, Outcome, Permit, PolicySource, Token,
    bundle::Bundle,
    cache::{Cached, TokenCache},
    credential::{Caller, credential_text},
    instance::Instance,
    key_ring::KeyRing,
};

/// A search that was allowed. Good for this session only, until it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordFilter {
    handle: Handle,
}

/// What a session is made from: everything that has been checked once and can be loaded again.
#[derive(Clone)]
pub(crate) struct Blueprint {
    pub(crate) engine: Engine,
    pub(crate) source: PolicySource,
    pub(crate) jwks: Option<Arc<str>>,
    /// The newest bundle that was put in force: none of an older version takes its place.
    pub(crate) bundle: Option<Arc<Bundle>>,
}

/// One sandbox with a policy and keys loaded. One thread at a time.
pub struct Session {
    instance: Instance,
    policy: PolicyLoaded,
    /// Whether decisions can carry receipts.
    receipts: bool,
    keys: Option<KeyRing>,
    operations: HashMap<Box<str>, u32>,
    tenants: HashMap<Box<str>, u32>,
    cache: TokenCache,
    /// Principals whose tokens left the cache, to be released when the call is over.
    gone: Vec<u32>,
}

impl Session {
    /// Makes a sandbox and loads a policy, and a key set (JWK Set or JWK) if tokens are to be
    /// verified.
    ///
    /// # Errors
    /// [`Error::Configuration`] with every mistake of the policy, or what is wrong with the keys.
    pub fn new(engine: &Engine, source: &PolicySource, jwks: Option<&str>) -> Result<Self, Error> {
        let mut instance: Instance = Instance::new(engine)?;
        let call = Call::PolicyLoad {
            document: Cow::Borrowed(&source.document),
            catalog: source.catalog.as_deref().map(Cow::Borrowed),
            module: source.receipts.then(|| engine.digest().to_string().into()),
        };
        let policy: PolicyLoaded = instance.ask(&call).map_err(configuration)?;
        let keys = match jwks {
            Some(jwks) => Some(KeyRing::load(&mut instance, jwks)?),
            None => None,
        };
        let table: PolicyTable = instance.ask(&Call::PolicyTable { policy: policy.policy })?;
        Ok(Self {
            instance,
            policy,
            receipts: source.receipts,
            keys,
            operations: index(table.operations),
            tenants: index(table.tenants),
            cache: TokenCache::new(engine.limits().cached_tokens),
            gone: Vec::new(),
        })
    }

    pub(crate) fn from_blueprint(blueprint: &Blueprint) -> Result<Self, Error> {
        Self::new(&blueprint.engine, &blueprint.source, blueprint.jwks.as_deref())
    }

    /// What the module said of the policy.
    #[must_use]
    pub const fn policy(&self) -> &PolicyLoaded {
        &self.policy
    }

    /// Whether decisions can carry receipts.
    #[must_use]
    pub const fn receipts(&self) -> bool {
        self.receipts
    }

    /// What the module said of the keys.
    #[must_use]
    pub fn keys(&self) -> Option<&KeysLoaded> {
        self.keys.as_ref().map(KeyRing::loaded)
    }

    /// How much linear memory the module has, in bytes. It grows with use and never shrinks.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.instance.memory_bytes()
    }

    /// Makes any call of the module. `policy` in it is [`PolicyLoaded::policy`].
    ///
    /// # Errors
    /// [`Error::Refused`] with the module's own words, or what befell the sandbox.
    pub fn ask<'a, T: Deserialize<'a>>(&'a mut self, call: &Call<'_>) -> Result<T, Error> {
        self.instance.ask(call)
    }

    /// Compiles a claim of a principal that something else has verified.
    ///
    /// # Errors
    /// A limit. A claim that is malformed is no error: its permit denies everything, with a reason.
    pub fn permit(&mut self, claim: &str) -> Result<Permit, Error> {
        Ok(Permit { handle: self.instance.permit(self.policy.policy, claim)? })
    }

    /// As [`Session::permit`], for a principal who has roles.
    ///
    /// # Errors
    /// As [`Session::permit`].
    pub fn permit_with_roles(&mut self, claim: &str, roles: &[Cow<'_, str>]) -> Result<Permit, Error> {
        let claim = Values::One(Cow::Borrowed(claim));
        let facts = PrincipalFacts { claim, roles: roles.to_vec(), ..PrincipalFacts::default() };
        Ok(Permit { handle: self.assume(facts)? })
    }

    /// Whether a permit allows an operation for a tenant, by their ids; without a tenant, as a
    /// request without the tenant header. Unknown ids are denied. The reason is told by
    /// [`Session::decide`].
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    #[inline]
    pub fn allows(&mut self, permit: Permit, operation: &str, tenant: Option<&str>) -> Result<bool, Error> {
        let Some(&operation) = self.operations.get(operation) else { return Ok(false) };
        let tenant = match tenant {
            None => NO_TENANT_HEADER,
            Some(tenant) => match self.tenants.get(tenant) {
                Some(&tenant) => tenant,
                None => return Ok(false),
            },
        };
        self.allows_indexes(permit, operation, tenant)
    }

    /// The index of an operation, for [`Session::allows_indexes`].
    #[must_use]
    pub fn operation_index(&self, operation: &str) -> Option<u32> {
        self.operations.get(operation).copied()
    }

    /// The index of a tenant, for [`Session::allows_indexes`].
    #[must_use]
    pub fn tenant_index(&self, tenant: &str) -> Option<u32> {
        self.tenants.get(tenant).copied()
    }

    /// [`Session::allows`] by indexes; tenant `u32::MAX` stands for a request without the header.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    #[inline]
    pub fn allows_indexes(&mut self, permit: Permit, operation: u32, tenant: u32) -> Result<bool, Error> {
        self.instance.allows(permit.handle, operation, tenant)
    }

    /// Decides a search, and opens a filter for its records if it is allowed. `permit` is that of a
    /// verified token; none where the request's own facts say who asks. The decision carries a receipt if
    /// the policy gives them.
    ///
    /// # Errors
    /// What befell the sandbox; then show nothing.
    pub fn open_filter(
        &mut self,
        permit: Option<Permit>,
        request: &Request<'_>,
    ) -> Result<(Decision, Option<RecordFilter>), Error> {
        let call = Call::FilterOpen {
            policy: self.policy.policy,
            principal: permit.map(|permit| permit.handle),
            refused: None,
            request: request.clone(),
            receipt: self.receipts,
        };
        let opened: FilterOpened<'_> = self.instance.ask(&call)?;
        let filter = opened.filter.map(|handle| RecordFilter { handle });
        Ok((Decision::from_view(&opened.decision)?, filter))
    }

    /// Filters records: whole lines, each a JSON object. What may be found is given back, a line for
    /// each, without what is hidden.
    ///
    /// # Errors
    /// What befell the sandbox; then show nothing.
    pub fn filter(&mut self, filter: RecordFilter, lines: &[u8]) -> Result<&[u8], Error> {
        self.instance.filter(filter.handle, lines)
    }

    /// What became of the records of a filter so far.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn filter_counts(&mut self, filter: RecordFilter) -> Result<FilterCounts, Error> {
        self.instance.ask(&Call::FilterCounts { filter: filter.handle })
    }

    /// Gives a filter back.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn close_filter(&mut self, filter: RecordFilter) -> Result<(), Error> {
        self.instance.release(filter.handle).map(drop)
    }

    /// Gives a permit back.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn release(&mut self, permit: Permit) -> Result<(), Error> {
        self.instance.release(permit.handle).map(drop)
    }

    /// Decides a request for a permit.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn decide(&mut self, permit: Permit, request: &Request<'_>) -> Result<Decision, Error> {
        self.decide_for(Some(permit.handle), None, request, false)
    }

    /// As [`Session::decide`], with a receipt in the decision if the policy gives them.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn decide_with_receipt(&mut self, permit: Permit, request: &Request<'_>) -> Result<Decision, Error> {
        self.decide_for(Some(permit.handle), None, request, self.receipts)
    }

    /// Decides a request from its credential on. Verified tokens are remembered until they end.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<Decision, Error> {
        self.authorize_with_outcome(credential, request, now).map(|(decision, _)| decision)
    }

    /// As [`Session::authorize`], and says what became of the credential on the way.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_with_outcome(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<(Decision, CredentialOutcome), Error> {
        self.answered(credential, request, now, false)
    }

    /// As [`Session::authorize_with_outcome`], with a receipt in the decision if the policy gives them.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_with_receipt(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
    ) -> Result<(Decision, CredentialOutcome), Error> {
        self.answered(credential, request, now, self.receipts)
    }

    fn answered(
        &mut self,
        credential: &Credential<'_>,
        request: &Request<'_>,
        now: f64,
        receipt: bool,
    ) -> Result<(Decision, CredentialOutcome), Error> {
        let request = Request { now: Some(now), ..request.clone() };
        self.identified(credential, now, |session, Caller { principal, refused, outcome }| {
            Ok((session.decide_for(principal, refused, &request, receipt)?, outcome))
        })
    }

    /// Decides a request of a principal that something else has verified: their claim and roles.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_assumed(
        &mut self,
        claim: &Values<'_>,
        roles: &[Cow<'_, str>],
        request: &Request<'_>,
        now: f64,
    ) -> Result<Decision, Error> {
        self.answered_for(claim, roles, request, now, false)
    }

    /// As [`Session::authorize_assumed`], with a receipt in the decision if the policy gives them.
    ///
    /// # Errors
    /// What befell the sandbox; then deny.
    pub fn authorize_assumed_with_receipt(
        &mut self,
        claim: &Values<'_>,
        roles: &[Cow<'_, str>],
        request: &Request<'_>,
        now: f64,
    ) -> Result<Decision, Error> {
        self.answered_for(claim, roles, request, now, self.receipts)
    }

    fn answered_for(
        &mut self,
        claim: &Values<'_>,
        roles: &[Cow<'_, str>],
        request: &Request<'_>,
        now: f64,
        receipt: bool,
    ) -> Result<Decision, Error> {
        let request = Request { now: Some(now), ..request.clone() };
        let facts =
            PrincipalFacts { claim: claim.clone(), roles: roles.to_vec(), ..PrincipalFacts::default() };
        self.assumed(Some(facts), |session, principal| session.decide_for(principal, None, &request, receipt))
    }

    /// Runs something for a principal, or for nobody, and gives the principal back.
    pub(crate) fn assumed<T>(
        &mut self,
        facts: Option<PrincipalFacts<'_>>,
        run: impl FnOnce(&mut Self, Option<Handle>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let principal = facts.map(|facts| self.assume(facts)).transpose()?;
        let answered = run(self, principal);
        let released = principal.map(|principal| self.instance.release(principal)).transpose();
        // What befell the sandbox first is what is told.
        answered.and_then(|answer| released.map(|_| answer))
    }

    /// A principal of the module, to be released.
    fn assume(&mut self, facts: PrincipalFacts<'_>) -> Result<Handle, Error> {
        let PrincipalFacts { claim, roles, issuer, subject, expires } = facts;
        let policy = self.policy.policy;
        let call = Call::PrincipalAssume { policy, claim, roles, issuer, subject, expires };
        let PrincipalMade { principal } = self.instance.ask(&call)?;
        Ok(principal)
    }

    /// Runs something for whoever asks, and gives back what nobody needs any more.
    pub(crate) fn identified<T>(
        &mut self,
        credential: &Credential<'_>,
        now: f64,
        run: impl FnOnce(&mut Self, Caller) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let answered = self.identify(credential, now).and_then(|caller| run(self, caller));
        self.tidied(answered)
    }

    /// Runs something for the bearer of a token, with its claims if it is good. The token is not
    /// remembered: its claims are not.
    #[cfg(feature = "authzen")]
    pub(crate) fn with_claims<T>(
        &mut self,
        token: &str,
        now: f64,
        run: impl FnOnce(&mut Self, Caller, Option<&str>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut outcome = self.verify(token, now, true)?;
        let claims = match &mut outcome {
            Outcome::Verified(token) => token.claims.take(),
            Outcome::Absent | Outcome::Refused { .. } => None,
        };
        let caller = Caller::from(outcome);
        self.gone.extend(caller.principal);
        let answered = run(self, caller, claims.as_deref());
        self.tidied(answered)
    }

    /// What was answered, once nothing is kept that nobody needs any more.
    fn tidied<T>(&mut self, answered: Result<T, Error>) -> Result<T, Error> {
        for principal in std::mem::take(&mut self.gone) {
            let released = self.instance.release(principal);
            // What befell the sandbox first is what is told.
            if answered.is_ok() {
                released?;
            }
        }
        answered
    }

    fn identify(&mut self, credential: &Credential<'_>, now: f64) -> Result<Caller, Error> {
        let source = match credential {
            Credential::Claim(claim) => {
                let facts = PrincipalFacts { claim: claim.clone(), ..PrincipalFacts::default() };
                let principal = self.assume(facts)?;
                self.gone.push(principal);
                return Ok(Caller::of(principal, CredentialOutcome::Assumed));
            }
            Credential::Authorization(values) => TokenSource::Authorization(values.clone()),
            Credential::Token(token) => TokenSource::Token(token.map(Cow::Borrowed)),
        };
        let key = match credential_text(&source) {
            Some(text) => Digest::of(text.as_bytes()),
            None => return Ok(self.verify_source(&source, now, false)?.into()),
        };
        if let Some(cached) = self.cache.get(&key, now, &mut self.gone) {
            return Ok(Caller::of(cached.principal, CredentialOutcome::Remembered));
        }
        let outcome = self.verify_source(&source, now, false)?;
        if let Outcome::Verified(token) = &outcome {
            let cached = Cached { principal: token.permit.handle, verified: now, expires: token.expires };
            self.cache.put(key, cached, &mut self.gone);
        }
        Ok(outcome.into())
    }

    /// Verifies a token by the policy's rules, without deciding anything. The token's permit is the
    /// caller's to release. `claims` asks for the token's claims too.
    ///
    /// # Errors
    /// What befell the sandbox, or that no keys are loaded.
    pub fn verify(&mut self, token: &str, now: f64, claims: bool) -> Result<Outcome, Error> {
        self.verify_source(&TokenSource::Token(Some(Cow::Borrowed(token))), now, claims)
    }

    /// The module reads the token up to its signature, the arithmetic is done here, and the module
    /// applies the rest of the rules.
    fn verify_source(&mut self, source: &TokenSource<'_>, now: f64, claims: bool) -> Result<Outcome, Error> {
        let Some(keys) = &self.keys else {
            return match credential_text(source) {
                None if !matches!(source, TokenSource::Authorization(Values::Several)) => Ok(Outcome::Absent),
                _ => Err(Error::NoKeys),
            };
        };
        let policy = self.policy.policy;
        let challenged = self.instance.ask(&Call::TokenChallenge {
            policy,
            keys: keys.handle(),
            credential: source.clone(),
        })?;
        let challenge = match challenged {
            Challenged::Absent => return Ok(Outcome::Absent),
            Challenged::Refused(refusal) => {
                return Ok(Outcome::Refused { reason: refusal.reason, detail: refusal.detail.into_owned() });
            }
            Challenged::Challenge(challenge) => challenge,
        };
        let token = credential_text(source).and_then(|text| text.get(challenge.token_start as usize..));
        let genuine = token.is_some_and(|token| keys.is_genuine(token, &challenge));
        let concluded = self.instance.ask(&Call::TokenConclude {
            policy,
            keys: keys.handle(),
            credential: source.clone(),
            genuine,
            // JSON has no word for a time that is not a number: the module gets none, and refuses.
            now: Some(now),
            confirmation: None,
            claims,
        })?;
        Ok(match concluded {
            Concluded::Refused(refusal) => {
                Outcome::Refused { reason: refusal.reason, detail: refusal.detail.into_owned() }
            }
            Concluded::Verified(verified) => Outcome::Verified(Token {
                permit: Permit { handle: verified.principal },
                expires: verified.expires,
                claims: verified.claims.map(Cow::into_owned),
            }),
        })
    }

    /// Loads a JWK Set, or one JWK, beside the session's own. The module takes up to 256 at once.
    ///
    /// # Errors
    /// [`Error::Configuration`] if no key of the set can be used.
    pub fn load_keys(&mut self, jwks: &str) -> Result<KeyRing, Error> {
        KeyRing::load(&mut self.instance, jwks)
    }

    /// Gives keys back.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn release_keys(&mut self, keys: KeyRing) -> Result<(), Error> {
        self.instance.release(keys.handle()).map(drop)
    }

    /// Verifies a JWS, whatever its payload: the raw bytes, or a stable word for why it is refused.
    ///
    /// # Errors
    /// What befell the sandbox.
    pub fn verify_jws(&mut self, keys: &KeyRing, jws: &str) -> Result<Result<Vec<u8>, String>, Error> {
        keys.verify_jws(&mut self.instance, jws)
    }

    /// Every decision but that of a search: for a principal, or nobody, and why their credential was
    /// refused, if it was.
    pub(crate) fn decide_for(
        &mut self,
        principal: Option<Handle>,
        refused: Option<Reason>,
        request: &Request<'_>,
        receipt: bool,
    ) -> Result<Decision, Error> {
        let policy = self.policy.policy;
        let decide = DecideCall { policy, principal, refused, request, receipt };
        Decision::from_answer(self.instance.ask_bytes(&Decide { decide })?)
    }
}

/// [`Call::Decide`], with the request borrowed: this is the hot path.
#[derive(Serialize)]
struct Decide<'a> {
    decide: DecideCall<'a>,
}

#[derive(Serialize)]
struct DecideCall<'a> {
    policy: Handle,
    principal: Option<Handle>,
    refused: Option<Reason>,
    request: &'a Request<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    receipt: bool,
}

/// The tenant index of a request without the tenant header.
const NO_TENANT_HEADER: u32 = u32::MAX;

/// A document that the module refuses is the operator's to mend.
pub(crate) fn configuration(error: Error) -> Error {
    match error {
        Error::Refused(refused) => {
            Error::Configuration { message: refused.message, findings: refused.findings }
        }
        other => other,
    }
}

fn index(ids: Vec<String>) -> HashMap<Box<str>, u32> {
    ids.into_iter().zip(0..).map(|(id, at)| (id.into_boxed_str(), at)).collect()
}
