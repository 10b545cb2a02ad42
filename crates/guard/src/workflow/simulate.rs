//! What a definition would do for an event. Nothing is sent or written.
//!
//! ```text
//! definition ─► lint ──────────────────────────────► refused actions ─┐
//!            ─► trigger ─► conditions ─► outcome                      ├─► simulation
//! event ─────► facts ───► templates ─► texts, webhook verdict, plan ──┘
//! ```
//!
//! Values of restricted fields are shown as stars, as in every other message. A plan for the
//! database names only entities and fields that the policy lists, and always has the tenant in it.

mod evaluate;
mod facts;
mod plan;
#[cfg(test)]
mod tests;

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use portcullis_wire::{
    guard::{Channel, RenderErrorKind, WebhookReason},
    workflow::{
        ActionOutcome, EventDocument, LintFinding, Outcome, RenderedText, Severity, Simulation,
        TriggerOutcome, WebhookOutcome,
    },
};

use super::{
    Options, expression,
    model::{Action, ActionKind, Operation, Trigger, Workflow},
    names,
    node::Node,
    read,
    slots::{self, Place, Slot},
};
use crate::{template, webhook};
use facts::Facts;

/// What a definition would do for an event, both given as JSON text.
///
/// # Errors
/// What is wrong with either text.
pub fn simulate(definition: &str, event: &str, options: &Options<'_>) -> Result<Simulation, String> {
    let event: EventDocument = serde_json::from_str(event).map_err(|error| {
        format!("the event cannot be read: line {}, column {}", error.line(), error.column())
    })?;
    let tree = super::parse(definition)?;
    let workflow = read::workflow(Node::root(&tree));
    let findings = super::lint(definition, options).findings;
    let facts = Facts::new(&event, &workflow, options);

    let triggers: Vec<TriggerOutcome> = workflow.triggers.iter().map(|one| trigger(one, &facts)).collect();
    let conditions = evaluate::all(&workflow.conditions, &facts);
    let outcome = evaluate::and([
        evaluate::or(triggers.iter().map(|trigger| trigger.outcome)),
        evaluate::and(conditions.iter().map(|condition| condition.outcome)),
        is_active(&workflow),
    ]);
    let slots = slots::of(&workflow, &options.templates);
    let actions = workflow.actions.iter().enumerate().map(|(index, one)| {
        let slots: Vec<&Slot<'_>> = slots.iter().filter(|slot| slot.action == index).collect();
        action(one, &slots, &facts, &findings)
    });
    Ok(Simulation { outcome, triggers, actions: actions.collect(), conditions })
}

fn is_active(workflow: &Workflow<'_>) -> Outcome {
    let status = workflow.status.as_ref().and_then(|status| status.json.as_str());
    if status.is_none_or(|status| names::same(status, "active")) { Outcome::Holds } else { Outcome::Fails }
}

fn trigger(trigger: &Trigger<'_>, facts: &Facts<'_>) -> TriggerOutcome {
    let entity =
        trigger.entity.as_ref().is_some_and(|entity| names::same(entity.text, &facts.event.entity_type));
    let fits = trigger.active && entity && trigger.on(Operation::read(&facts.event.operation));
    let conditions = evaluate::all(&trigger.conditions, facts);
    let outcome = match fits {
        true => evaluate::and(conditions.iter().map(|condition| condition.outcome)),
        false => Outcome::Fails,
    };
    TriggerOutcome { location: trigger.node.at.clone(), outcome, conditions }
}

fn action(
    action: &Action<'_>,
    slots: &[&Slot<'_>],
    facts: &Facts<'_>,
    findings: &[LintFinding],
) -> ActionOutcome {
    let at = action.at();
    let inside = |finding: &&LintFinding| {
        finding
            .location
            .strip_prefix(at.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let refused: Vec<LintFinding> = findings
        .iter()
        .filter(inside)
        .filter(|finding| finding.severity >= Severity::High)
        .cloned()
        .collect();
    let conditions = evaluate::all(&action.conditions, facts);
    let outcome = match action.active && refused.is_empty() {
        true => evaluate::and(conditions.iter().map(|condition| condition.outcome)),
        false => Outcome::Fails,
    };
    let shown = slots.iter().filter(|slot| slot.place != Place::Setting && slot.place != Place::Url);
    ActionOutcome {
        location: at.clone(),
        kind: action.kind.word().into(),
        outcome,
        conditions,
        texts: shown.map(|slot| rendered(slot, action.kind, facts)).collect(),
        webhook: (action.kind == ActionKind::Webhook).then(|| target(action, facts)),
        database: refused.is_empty().then(|| plan::of(action, facts)).flatten(),
        refused,
    }
}

fn rendered(slot: &Slot<'_>, kind: ActionKind, facts: &Facts<'_>) -> RenderedText {
    let text = slot.text.text;
    let listed =
        slot.place == Place::Payload && !expression::is_template(text) && !slot.template.outputs.is_empty();
    let template = if listed { format!("{{{{ {text} }}}}") } else { text.to_string() };
    let channel = match (slot.place, kind) {
        (Place::Header | Place::Recipient, _) | (Place::Title, ActionKind::Email) => Channel::Header,
        (Place::Body, ActionKind::Email) => Channel::Html,
        _ => Channel::Text,
    };
    let (output, error) = match facts.render(&template, channel) {
        Ok(output) => (Some(output), None),
        Err(kind) => (None, Some(word(kind).into())),
    };
    RenderedText { location: slot.text.at.clone(), output, error }
}

/// The kind of a render error, as the caller of a template is told it.
const fn word(kind: RenderErrorKind) -> &'static str {
    match kind {
        RenderErrorKind::Syntax => "syntax",
        RenderErrorKind::NotAllowed => "not_allowed",
        RenderErrorKind::Restricted => "restricted",
        RenderErrorKind::Undefined => "undefined",
        RenderErrorKind::Type => "type",
        RenderErrorKind::Channel => "channel",
        RenderErrorKind::Context => "context",
        RenderErrorKind::Limit => "limit",
    }
}

/// The URL of a webhook, each value percent-encoded, so that none adds a part to it.
fn target(action: &Action<'_>, facts: &Facts<'_>) -> WebhookOutcome {
    let none = WebhookOutcome { url: None, reason: WebhookReason::HostInvalid };
    let Some(text) = action.get("url").and_then(Node::text) else { return none };
    let mut url = String::with_capacity(text.text.len());
    let mut rest = text.text;
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((value, after)) = inside.split_once("}}") else { return none };
        let Ok(value) = facts.render(&format!("{{{{{value}}}}}"), Channel::Text) else { return none };
        url.push_str(before);
        encode(&value, &mut url);
        rest = after;
    }
    url.push_str(rest);
    let reason = match webhook::check_url(facts.options.webhooks, &url) {
        Ok(()) => WebhookReason::Allowed,
        Err(reason) => reason,
    };
    WebhookOutcome { url: Some(url), reason }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn encode(value: &str, url: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
}

impl Facts<'_> {
    fn render(&self, text: &str, channel: Channel) -> Result<String, RenderErrorKind> {
        if !text.contains('{') {
            return Ok(text.into());
        }
        template::render(text, &self.context, channel, &self.options.templates).map_err(|error| error.kind)
    }
}
