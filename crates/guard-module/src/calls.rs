//! Answers calls: one place for each.

use portcullis_guard::{
    Policy,
    mask::{self, HashKey, MaskError},
    template,
    webhook::{self, Verdict},
    workflow,
};
use portcullis_wire::{
    call::Version,
    guard::{
        Allowance, Channel, GuardCall, GuardPolicyLoaded, TemplateRendered, TemplateValidated, WebhookReason,
        WebhookVerdict,
    },
};
use serde_json::value::RawValue;

use crate::{
    answers::{Answer, Failure},
    state::{self, State},
};

/// Answers one call, given as JSON, as JSON: [`portcullis_wire::call::Answer`].
pub(crate) fn run(call: &[u8], answer: &mut Vec<u8>) {
    let answer = Answer::new(answer);
    // As text, which is what all documents are read from: the reader of bytes is not linked beside.
    let read = match core::str::from_utf8(call) {
        Ok(call) => serde_json::from_str::<GuardCall<'_, &RawValue>>(call).map_err(|error| error.column()),
        Err(error) => Err(error.valid_up_to()),
    };
    match read {
        Ok(call) => state::with(|state| dispatch(state, call, answer)),
        // Where, never what: the input may hold what must not be shown.
        Err(column) => {
            let place = format!("not a call of this module (column {column})");
            answer.ok_or(Err::<(), _>(Failure::Malformed(place)));
        }
    }
}

fn dispatch(state: &mut State, call: GuardCall<'_, &RawValue>, answer: Answer<'_>) {
    match call {
        GuardCall::Version {} => answer
            .ok_or(Ok(Version { abi: portcullis_abi::VERSION, version: env!("CARGO_PKG_VERSION").into() })),
        GuardCall::PolicyLoad { document } => answer.ok_or(load(state, &document)),
        GuardCall::WebhookCheck { policy, url, addresses } => {
            let verdict = state.policy(policy).map(|policy| {
                let addresses = addresses.unwrap_or_default();
                verdict(webhook::check(policy.webhooks(), &url, &addresses))
            });
            answer.ok_or(verdict);
        }
        GuardCall::TemplateValidate { policy, template } => {
            answer.ok_or(state.policy(policy).map(|policy| validate(policy, &template)));
        }
        GuardCall::TemplateRender { policy, channel, template, context } => {
            answer.ok_or(state.policy(policy).map(|policy| render(policy, &template, context, channel)));
        }
        GuardCall::Mask { policy, hash_key, document } => {
            let masked = state.policy(policy).and_then(|policy| mask(policy, hash_key.as_deref(), document));
            match masked {
                Ok(masked) => answer.masked(&masked),
                Err(failure) => answer.ok_or(Err::<(), _>(failure)),
            }
        }
        GuardCall::WorkflowLint { policy, workflow } => {
            answer.ok_or(
                state.policy(policy).map(|policy| workflow::lint(workflow.get(), &policy.definitions())),
            );
        }
        GuardCall::WorkflowSimulate { policy, workflow, event } => {
            let simulation = state.policy(policy).and_then(|policy| {
                workflow::simulate(workflow.get(), event.get(), &policy.definitions())
                    .map_err(Failure::Malformed)
            });
            answer.ok_or(simulation);
        }
        GuardCall::WorkflowConvert { workflow } => {
            answer.ok_or(workflow::canonical(workflow.get()).map_err(Failure::Malformed));
        }
        GuardCall::WorkflowRules {} => answer.ok_or(Ok(workflow::rules())),
        GuardCall::Release { handle } => answer.ok_or(state.release(handle)),
    }
}

fn load(state: &mut State, document: &str) -> Result<GuardPolicyLoaded, Failure> {
    let policy = Policy::load(document).map_err(Failure::Policy)?;
    Ok(GuardPolicyLoaded { policy: state.add(policy)? })
}

fn validate(policy: &Policy, template: &str) -> TemplateValidated {
    let findings = template::validate(template, &policy.templates());
    TemplateValidated { valid: findings.is_empty(), findings }
}

fn render(policy: &Policy, template: &str, context: &RawValue, channel: Channel) -> TemplateRendered {
    match template::render(template, context.get(), channel, &policy.templates()) {
        Ok(text) => TemplateRendered::Output(text),
        Err(error) => {
            let (line, _) = error.position(template);
            TemplateRendered::Failed { kind: error.kind, detail: error.detail.into_owned(), line }
        }
    }
}

fn mask(policy: &Policy, key: Option<&str>, document: &RawValue) -> Result<mask::Masked, Failure> {
    let key = match key {
        None => None,
        Some(key) => {
            Some(HashKey::from_hex(key).ok_or(Failure::Key("the key has at least 32 hexadecimal digits"))?)
        }
    };
    policy.masking().mask(document, key.as_ref()).map_err(|error| match error {
        MaskError::KeyMissing => Failure::Key("the policy hides values by keyed hash, and no key was given"),
    })
}

fn verdict(verdict: Verdict) -> WebhookVerdict {
    match verdict {
        Verdict::Allow { host, port, connect } => WebhookVerdict {
            verdict: Allowance::Allow,
            reason: WebhookReason::Allowed,
            connect: connect.iter().map(ToString::to_string).collect(),
            host: Some(host),
            port: Some(port),
        },
        Verdict::Block(reason) => {
            WebhookVerdict { verdict: Allowance::Block, reason, connect: Vec::new(), host: None, port: None }
        }
    }
}

#[cfg(test)]
mod tests;
