//! `token mint`: a token.

use std::{borrow::Cow, path::PathBuf};

use clap::Args;
use portcullis::{
    Outcome, PolicySource, Session,
    mint::{MintedToken, Permissions, SigningKey, TokenRequest, mint},
};
use serde_json::json;

use crate::{
    arguments::{Global, PartsOptions},
    claim,
    commands::build,
    context,
    failure::Failure,
    output::{self, Exit, WARN},
};

/// Options of `token mint`.
#[derive(Debug, Args)]
pub struct MintOptions {
    /// Private key (JWK), as `token key` writes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Policy file (JSON or YAML)
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Whom the token speaks for: `sub`
    #[arg(long)]
    subject: Option<String>,
    /// Who issues the token: `iss`; the policy's first issuer by default
    #[arg(long)]
    issuer: Option<String>,
    /// Whom the token is for: `aud`; may be given several times; the policy's first audience by default
    #[arg(long)]
    audience: Vec<String>,
    /// How long the token is good
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    expires_in: u32,
    /// When the token begins to be good: `nbf`, in seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    not_before: Option<u64>,
    /// The time, in seconds since 1970; the clock's by default
    #[arg(long, value_name = "SECONDS", value_parser = context::seconds)]
    now: Option<f64>,
    /// What the token says it is: `typ`; empty for nothing
    #[arg(long, default_value = "at+jwt")]
    typ: String,
    /// Further claims, as a JSON object
    #[arg(long, value_name = "JSON")]
    extra: Option<String>,
    /// The permission claim, instead of what it is built from
    #[arg(long, conflicts_with = "PartsOptions")]
    claim: Option<String>,
    /// What the permission claim is built from.
    #[command(flatten)]
    parts: Option<PartsOptions>,
}

pub(super) fn run(options: &MintOptions, global: &Global) -> Result<Exit, Failure> {
    let key = SigningKey::from_jwk(&context::text(&options.key)?)
        .map_err(|error| context::about_file(&options.key, error))?;
    let source = PolicySource::read(&options.policy)?;
    // Of an HMAC key, what verifies is the key itself.
    let jwk = key.public_jwk().unwrap_or_else(|| key.private_jwk());
    let mut session = Session::new(&context::engine(global)?, &source, Some(&jwk))?;
    let now = options.now.unwrap_or_else(context::now);

    let request = request(options, &source)?;
    if let Some(text) = &options.claim {
        claim::require(&mut session, text)?;
    }
    let minted = match (mint(&mut session, &key, &request, now), &options.parts) {
        (Ok(minted), _) => minted,
        (Err(error), Some(parts)) => return Err(build::mistake(&mut session, parts, error)?),
        (Err(error), None) => return Err(error.into()),
    };
    if let Outcome::Refused { reason, detail } = session.verify(&minted.token, now, false)? {
        let code = reason.code();
        output::note(WARN, "warning", &format!("the policy refuses this token now: {code} ({detail})"));
    }
    let MintedToken { token, claims } = minted;
    if global.json {
        output::json(&json!({ "token": token, "claims": claims }))?;
    } else {
        output::text(&format!("{token}\n"))?;
    }
    Ok(Exit::Allow)
}

fn request<'a>(options: &'a MintOptions, source: &PolicySource) -> Result<TokenRequest<'a>, Failure> {
    let default = TokenRequest::for_policy(source)?;
    let extra = options.extra.as_deref().map(serde_json::from_str).transpose();
    Ok(TokenRequest {
        issuer: options.issuer.clone().or(default.issuer),
        subject: options.subject.clone(),
        audience: if options.audience.is_empty() { default.audience } else { options.audience.clone() },
        lifetime_s: options.expires_in,
        not_before: options.not_before,
        typ: options.typ.clone(),
        permissions: match (&options.claim, &options.parts) {
            (Some(text), _) => Permissions::Text(Cow::Borrowed(text)),
            (None, Some(parts)) => Permissions::Build(build::parts(parts)),
            (None, None) => Permissions::Absent,
        },
        extra: extra.map_err(|_| Failure::Input("--extra is not a JSON object".into()))?.unwrap_or_default(),
        claim_name: default.claim_name,
    })
}
