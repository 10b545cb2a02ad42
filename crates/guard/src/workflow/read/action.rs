//! Actions: members beside the type or nested in a configuration, in several spellings.

use alloc::vec::Vec;

use super::{condition, is_active};
use crate::workflow::{
    json::Json,
    model::{Action, ActionKind, Field, Recipient},
    names,
    node::Node,
};

const CONFIG: &[&str] = &["config", "action_config", "configuration"];
const TYPE: &[&str] = &["type", "action_type"];
const RECIPIENTS: &[&str] = &["recipients", "recipient", "to", "cc", "bcc"];
const CONDITIONS: &[&str] = &["conditions", "run_if", "only_when"];

/// Members that say how an action runs, whatever it does.
const COMMON: &[(&str, &[&str])] = &[
    ("name", &["name", "id", "key", "label"]),
    ("description", &["description", "comment", "notes"]),
    ("order", &["order", "position", "sequence", "priority_order"]),
    ("is_active", super::ACTIVE),
    ("retry_policy", &["retry_policy", "retry", "retries"]),
    ("timeout_seconds", &["timeout_seconds", "timeout", "timeout_s"]),
    ("timeout_ms", &["timeout_ms"]),
    ("delay", &["delay", "delay_seconds", "wait"]),
    ("on_error", &["on_error", "on_failure", "on_success", "continue_on_error", "fail_on_error", "next"]),
    ("rate_limit", &["rate_limit", "rate_limit_class", "rate_class", "throttle", "rate_limits"]),
    ("tenant_id", &["tenant_id", "tenant"]),
    (
        "all_tenants",
        &[
            "all_tenants",
            "cross_tenant",
            "ignore_tenant",
            "skip_tenant_filter",
            "bypass_tenant",
            "bypass_tenant_filter",
            "bypass_tenant_isolation",
            "ignore_tenant_filter",
            "tenant_scope",
            "disable_tenant_filter",
        ],
    ),
    (
        "run_as",
        &[
            "run_as",
            "as_admin",
            "elevated",
            "bypass_permissions",
            "ignore_permissions",
            "run_as_system",
            "ignore_privacy_rules",
        ],
    ),
];

const NOTIFICATION: &[(&str, &[&str])] = &[
    ("title", &["title", "subject", "heading"]),
    ("body", &["body", "message", "content", "text"]),
    ("priority", &["priority", "severity", "level"]),
    ("link", &["link", "url", "action_url", "deep_link"]),
    ("template", &["template", "template_id", "template_name"]),
    ("channel", &["channel", "channels", "category", "icon"]),
    ("data", &["data", "metadata", "payload", "variables"]),
];

const EMAIL: &[(&str, &[&str])] = &[
    ("subject", &["subject", "title"]),
    (
        "body",
        &["body", "content", "message", "text", "html", "html_body", "body_html", "text_body", "body_text"],
    ),
    ("template", &["template", "template_id", "template_name"]),
    ("sender", &["sender", "from", "reply_to", "from_address", "from_name", "sender_name"]),
    ("priority", &["priority", "importance"]),
    ("headers", &["headers"]),
    ("attachments", &["attachments"]),
    ("data", &["data", "variables", "template_data", "context", "template_variables"]),
    ("link", &["link"]),
];

const WEBHOOK: &[(&str, &[&str])] = &[
    ("url", &["url", "endpoint", "uri", "target_url", "webhook_url", "endpoint_url", "address"]),
    ("method", &["method", "http_method", "verb"]),
    ("headers", &["headers", "http_headers", "request_headers"]),
    ("auth_type", &["auth_type", "authentication_type"]),
    ("auth_config", &["auth_config", "authentication_config", "auth_settings"]),
    ("auth", &["auth", "authentication", "credentials", "authorization"]),
    ("payload_fields", &["payload_fields", "fields", "include_fields", "payload_field"]),
    (
        "body",
        &[
            "body",
            "payload",
            "data",
            "json",
            "request_body",
            "content",
            "message",
            "payload_template",
            "body_template",
        ],
    ),
    ("query", &["query", "query_params", "params", "query_parameters"]),
    ("follow_redirects", &["follow_redirects", "allow_redirects"]),
    ("max_redirects", &["max_redirects"]),
    ("verify_tls", &["verify_tls", "verify_ssl", "ssl_verify", "tls_verify", "verify", "verify_certificate"]),
    ("insecure", &["insecure", "skip_tls_verify", "insecure_skip_verify", "ignore_ssl_errors"]),
    ("content_type", &["content_type", "format"]),
];

const DATABASE: &[(&str, &[&str])] = &[
    ("operation", &["operation", "op", "db_operation", "operation_type", "action"]),
    (
        "target_entity",
        &[
            "target_entity",
            "table",
            "entity",
            "entity_type",
            "target_table",
            "target",
            "table_name",
            "model",
            "collection",
            "entity_name",
        ],
    ),
    (
        "field_mapping",
        &[
            "field_mapping",
            "field_mappings",
            "fields",
            "values",
            "data",
            "set",
            "mapping",
            "mappings",
            "updates",
            "columns",
        ],
    ),
    (
        "filter",
        &[
            "filter",
            "filters",
            "filter_condition",
            "filter_conditions",
            "where",
            "where_clause",
            "criteria",
            "condition",
            "filter_expression",
        ],
    ),
    ("record_id", &["record_id", "entity_id", "target_id", "row_id"]),
    (
        "limit",
        &["limit", "max_rows", "order_by", "returning", "result_variable", "output", "conflict_fields"],
    ),
    ("raw_query", &["sql", "query", "raw_sql", "raw_query", "statement", "raw", "sql_query"]),
];

const CUSTOM: &[(&str, &[&str])] = &[
    ("executor_type", &["executor_type", "executor"]),
    ("parameters", &["parameters", "params", "inputs", "arguments", "input"]),
];

/// Reads an action; `shared` are the recipients that the definition has beside its actions.
pub(super) fn action<'t>(node: Node<'t>, shared: &[Recipient<'t>]) -> Action<'t> {
    // All of them: whoever runs the action may look into another one than the first.
    let configs: Vec<Node<'t>> =
        node.members().filter(|(name, value)| is_config(name, value)).map(|(_, config)| config).collect();
    let type_node = node.any(TYPE).or_else(|| configs.iter().find_map(|config| config.any(TYPE)));
    let kind =
        type_node.as_ref().and_then(|node| node.json.as_str()).map_or(ActionKind::Unknown, ActionKind::read);
    let mut action = Action {
        kind,
        type_node,
        fields: Vec::new(),
        recipients: Vec::new(),
        conditions: Vec::new(),
        active: is_active(&node),
        node,
    };
    let own = action.node.clone();
    members(own.members().filter(|(name, value)| !is_config(name, value)), &mut action);
    for config in &configs {
        members(config.members(), &mut action);
    }
    if matches!(kind, ActionKind::Notification | ActionKind::Email) {
        action.recipients.extend(shared.iter().cloned());
    }
    action
}

/// Whether a member of an action holds members of it.
fn is_config(name: &str, value: &Node<'_>) -> bool {
    names::one_of(name, CONFIG) && matches!(value.json, Json::Object(_))
}

fn members<'t>(members: impl Iterator<Item = (&'t str, Node<'t>)>, action: &mut Action<'t>) {
    for (name, value) in members {
        if names::one_of(name, TYPE) {
            continue;
        }
        if names::one_of(name, RECIPIENTS) {
            action.recipients.extend(recipients(&value));
            continue;
        }
        if names::one_of(name, CONDITIONS) && !matches!(value.json, Json::String(_)) {
            action.conditions.extend(condition::list(&value));
            continue;
        }
        let known = spelled(action.kind, name);
        action.fields.push(Field { name: known.unwrap_or(name), known: known.is_some(), node: value });
    }
}

/// The canonical name of a member.
fn spelled(kind: ActionKind, name: &str) -> Option<&'static str> {
    let own = match kind {
        ActionKind::Notification => NOTIFICATION,
        ActionKind::Email => EMAIL,
        ActionKind::Webhook => WEBHOOK,
        ActionKind::Database => DATABASE,
        ActionKind::Custom => CUSTOM,
        ActionKind::Unknown => &[],
    };
    own.iter()
        .chain(COMMON)
        .find(|(_, spellings)| names::one_of(name, spellings))
        .map(|(canonical, _)| *canonical)
}

/// Reads recipients: objects, or plain strings.
pub(super) fn recipients<'t>(node: &Node<'t>) -> Vec<Recipient<'t>> {
    node.one_or_many().into_iter().map(recipient).collect()
}

fn recipient(node: Node<'_>) -> Recipient<'_> {
    if node.json.as_str().is_some() {
        return Recipient { kind: None, value: Some(node.clone()), node };
    }
    Recipient {
        kind: node.any(&["type", "recipient_type"]).and_then(|node| node.text()),
        value: node.any(&["value", "recipient_id", "id", "address", "email", "name", "query"]),
        node,
    }
}
