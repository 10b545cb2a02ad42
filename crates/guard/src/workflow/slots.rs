//! Every text of every action that is a template, and where its value goes.

use alloc::vec::Vec;

use portcullis_wire::guard::TemplateFinding;

use super::{
    expression::{self, Template},
    json::Json,
    model::{Action, ActionKind, Workflow},
    names,
    node::{Node, Text},
};
use crate::template;

/// Where the value of a template goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The title or subject of a message.
    Title,
    /// The text of a message, or the data of its template.
    Body,
    /// A link, or the URL of a webhook.
    Url,
    /// A header, or the authentication of a webhook.
    Header,
    /// The body of a webhook.
    Payload,
    /// Who gets a message.
    Recipient,
    /// What is written into a row.
    Mapping,
    /// Which rows are written.
    Filter,
    /// The host's own code.
    Parameter,
    /// Settings that stay inside.
    Setting,
}

impl Place {
    /// Whether what is put there leaves the system, or is shown to someone.
    pub(super) const fn is_shown(self) -> bool {
        matches!(self, Self::Title | Self::Body | Self::Url | Self::Header | Self::Payload | Self::Recipient)
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Title => "the title",
            Self::Body => "the body",
            Self::Url => "the URL",
            Self::Header => "a header",
            Self::Payload => "the payload",
            Self::Recipient => "a recipient",
            Self::Mapping => "a field that is written",
            Self::Filter => "a filter",
            Self::Parameter => "a parameter of a custom action",
            Self::Setting => "a setting",
        }
    }
}

/// One text.
pub(super) struct Slot<'t> {
    /// Where its value goes.
    pub place: Place,
    /// Which action it is of.
    pub action: usize,
    /// The field that it is written into, where it is.
    pub target: Option<&'t str>,
    /// The text.
    pub text: Text<'t>,
    /// What it says, read as a template.
    pub template: Template,
    /// What the engine that renders it says, as `code` and message.
    pub refusals: Vec<TemplateFinding>,
}

/// The texts of all actions.
pub(super) fn of<'t>(workflow: &Workflow<'t>, options: &template::Options<'_>) -> Vec<Slot<'t>> {
    let mut slots = Vec::new();
    for (index, action) in workflow.actions.iter().enumerate() {
        let mut push = |place, target, text: Text<'t>, template: Template| {
            let refusals = match expression::is_template(text.text) {
                true => template::validate(text.text, options),
                false => Vec::new(),
            };
            slots.push(Slot { place, action: index, target, text, template, refusals });
        };
        for field in &action.fields {
            let place = match place(action, field.name) {
                // More than a word is something to do.
                Place::Setting if field.name == "on_error" && field.node.text().is_none() => Place::Body,
                place => place,
            };
            if place == Place::Payload && field.name == "payload_fields" {
                for text in listed(&field.node) {
                    let template = if expression::is_template(text.text) {
                        expression::read(text.text)
                    } else {
                        Template { outputs: expression::read_value(text.text).outputs, problems: Vec::new() }
                    };
                    push(place, None, text, template);
                }
                continue;
            }
            if place == Place::Mapping {
                for (target, value) in field.node.members() {
                    for text in value.strings() {
                        let template = expression::read(text.text);
                        push(place, Some(target), text, template);
                    }
                }
                let rest = field.node.elements().flat_map(|element| element.strings());
                for text in rest.chain(field.node.text()) {
                    let template = expression::read(text.text);
                    push(place, None, text, template);
                }
                continue;
            }
            for text in field.node.strings() {
                let template = expression::read(text.text);
                push(place, None, text, template);
            }
        }
        for recipient in &action.recipients {
            let value = recipient.value.iter().flat_map(Node::strings).map(|text| (Place::Recipient, text));
            let own = ["notification_config", "config", "title", "body", "message"];
            let config =
                own.iter().filter_map(|name| recipient.node.get(name)).flat_map(|node| node.strings());
            for (place, text) in value.chain(config.map(|text| (Place::Body, text))) {
                let template = expression::read(text.text);
                push(place, None, text, template);
            }
        }
    }
    slots
}

/// The fields that a payload is made of: strings of a list, values of a map, and names of members
/// that only say that they are sent along.
fn listed<'t>(node: &Node<'t>) -> Vec<Text<'t>> {
    let mut texts = Vec::new();
    for (name, value) in node.members() {
        match value.json {
            Json::Bool(true) | Json::Null | Json::Number(_) => texts.push(Text { text: name, at: value.at }),
            _ => texts.extend(listed(&value)),
        }
    }
    texts.extend(node.elements().flat_map(|element| listed(&element)));
    texts.extend(node.text().into_iter().flat_map(|text| {
        let parts: Vec<&'t str> =
            if text.text.contains("{{") { [text.text].into() } else { text.text.split(',').collect() };
        parts.into_iter().map(move |part| Text { text: part.trim(), at: text.at.clone() })
    }));
    texts
}

fn place(action: &Action<'_>, field: &str) -> Place {
    match (action.kind, field) {
        (_, "title" | "subject") => Place::Title,
        (
            ActionKind::Notification | ActionKind::Email,
            "body" | "data" | "template" | "attachments" | "priority" | "channel",
        ) => Place::Body,
        (_, "link" | "url") => Place::Url,
        (_, "headers" | "auth" | "auth_config" | "auth_type") => Place::Header,
        (ActionKind::Webhook, "query") => Place::Url,
        (ActionKind::Webhook, "payload_fields" | "body") => Place::Payload,
        (_, "sender") => Place::Recipient,
        (ActionKind::Database, "field_mapping") => Place::Mapping,
        (
            ActionKind::Database,
            "filter" | "record_id" | "raw_query" | "target_entity" | "operation" | "limit",
        ) => Place::Filter,
        (
            _,
            "name" | "description" | "order" | "is_active" | "retry_policy" | "timeout_seconds"
            | "timeout_ms" | "delay" | "on_error" | "priority" | "rate_limit" | "tenant_id" | "all_tenants"
            | "run_as" | "channel" | "method" | "content_type" | "verify_tls" | "insecure"
            | "follow_redirects" | "max_redirects",
        ) => Place::Setting,
        (ActionKind::Custom, _) => Place::Parameter,
        // What a member of an unknown name is for is not known; the worst is supposed.
        _ if names::same(field, "x-portcullis-ignore") => Place::Setting,
        (ActionKind::Webhook, _) => Place::Payload,
        (ActionKind::Database, _) => Place::Mapping,
        _ => Place::Body,
    }
}
