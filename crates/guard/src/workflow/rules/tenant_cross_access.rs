//! **What**: a definition that reaches another tenant's data, or lets data choose the tenant.
//!
//! **Why**: tenants share a database, and this is the only wall between them.
//!
//! ```text
//! bad:  "tenant_id": "TenantA" … "filter": { "tenant_id": "TenantB" }     "all_tenants": true
//! good: "filter": { "tenant_id": "{{tenant_id}}", "id": "{{id}}" }
//! ```

use alloc::{
    format,
    string::{String, ToString},
};

use portcullis_wire::workflow::Severity;

use super::{Findings, Rule, shown, webhook_inline_credential::pairs};
use crate::workflow::{
    expression,
    json::Json,
    model::{Action, Condition, Operator},
    names,
    node::Node,
    read,
    subject::Subject,
};

pub(crate) const RULE: Rule = Rule {
    id: "tenant.cross_access",
    severity: Severity::Critical,
    summary: "the definition reaches another tenant, or lets data choose one",
    fix: "Leave the tenant out, as the engine adds it, or use the definition's own.",
    check,
};

/// What a path may begin with to lead to the tenant of the event itself.
const OWN: &[&str] = &[
    "context",
    "current_tenant",
    "current_user",
    "entity",
    "event",
    "new",
    "old",
    "record",
    "tenant",
    "this",
    "user",
    "workflow",
];

fn check(subject: &Subject<'_, '_>, findings: &mut Findings<'_>) {
    let workflow = &subject.workflow;
    let own = workflow.tenant.as_ref().and_then(|tenant| scalar(tenant.json)).unwrap_or_default();
    if let Some(tenant) = &workflow.tenant {
        if matches!(tenant.json, Json::Array(_)) || names::one_of(own.trim(), EVERY) {
            findings.push(&RULE, &tenant.at, "the definition belongs to several tenants".into());
        } else if expression::is_template(&own) {
            findings.push(&RULE, &tenant.at, "a template chooses the tenant".into());
        } else if let Some(expected) = subject.options.definitions.tenant.as_deref()
            && !own.is_empty()
            && own != expected
        {
            findings.push(
                &RULE,
                &tenant.at,
                format!("the definition belongs to another tenant than `{expected}`"),
            );
        }
    }
    let judge = Judge { own: &own, subject };
    for trigger in &workflow.triggers {
        judge.value(trigger.node.any(TENANT).as_ref(), findings);
        trigger.conditions.iter().for_each(|condition| judge.condition(condition, findings));
    }
    workflow.conditions.iter().for_each(|condition| judge.condition(condition, findings));
    workflow.actions.iter().for_each(|action| judge.action(action, findings));
}

const TENANT: &[&str] = &["tenant_id", "tenant"];
/// Names that stand for all tenants.
const EVERY: &[&str] = &["*", "all", "any", "global", "system"];

struct Judge<'j, 'a, 't> {
    own: &'j str,
    subject: &'j Subject<'a, 't>,
}

impl Judge<'_, '_, '_> {
    fn action(&self, action: &Action<'_>, findings: &mut Findings<'_>) {
        for field in &action.fields {
            match field.name {
                "tenant_id" => self.value(Some(&field.node), findings),
                "target_entity" => self.schema(&field.node, findings),
                "all_tenants" => {
                    let asks = match field.node.json {
                        Json::Bool(asks) => *asks,
                        Json::String(text) => names::one_of(text.trim(), EVERY) || names::same(text, "true"),
                        Json::Number(number) => number.as_f64() != Some(0.0),
                        _ => false,
                    };
                    if asks {
                        findings.push(
                            &RULE,
                            &field.node.at,
                            "the action asks for the data of all tenants".into(),
                        );
                    }
                }
                "field_mapping" => {
                    for (_, value) in field.node.members().filter(|(name, _)| is_tenant(name)) {
                        self.value(Some(&value), findings);
                    }
                    for element in field.node.elements() {
                        let target =
                            element.any(&["target", "target_field", "to", "field", "column", "name"]);
                        if target.is_some_and(|target| target.json.as_str().is_some_and(is_tenant)) {
                            self.value(element.any(&["value", "source", "from"]).as_ref(), findings);
                        }
                    }
                }
                "filter" => {
                    read::filter(&field.node).iter().for_each(|condition| self.condition(condition, findings))
                }
                "headers" => {
                    for (name, value) in pairs(&field.node) {
                        if names::words(name).iter().any(|word| word == "tenant") {
                            self.value(Some(&value), findings);
                        }
                    }
                }
                _ => {}
            }
        }
        action.conditions.iter().for_each(|condition| self.condition(condition, findings));
        for recipient in &action.recipients {
            self.value(recipient.node.any(TENANT).as_ref(), findings);
        }
    }

    /// A schema named after a tenant is that tenant's.
    fn schema(&self, node: &Node<'_>, findings: &mut Findings<'_>) {
        let schema = node.json.as_str().and_then(|entity| entity.split_once('.')).map(|(schema, _)| schema);
        if let Some(schema) = schema
            && names::words(schema).iter().any(|word| word == "tenant")
            && !names::same(schema, self.own)
        {
            findings.push(&RULE, &node.at, format!("`{}` is the schema of another tenant", shown(schema)));
        }
    }

    fn condition(&self, condition: &Condition<'_>, findings: &mut Findings<'_>) {
        condition.children.iter().for_each(|child| self.condition(child, findings));
        if !condition.field.as_ref().is_some_and(|field| is_tenant(field.text)) {
            return;
        }
        match condition.operator {
            Operator::Eq | Operator::In => self.value(condition.value.as_ref(), findings),
            Operator::Changed | Operator::IsNotNull => {}
            _ => findings.push(
                &RULE,
                &condition.node.at,
                "the test of the tenant lets other tenants through".into(),
            ),
        }
    }

    /// A tenant: the own one, or that of the event.
    fn value(&self, node: Option<&Node<'_>>, findings: &mut Findings<'_>) {
        let Some(node) = node else { return };
        for value in node.one_or_many() {
            let Some(tenant) = scalar(value.json) else { continue };
            if expression::is_template(&tenant) {
                let template = expression::read(&tenant);
                if !template.outputs.iter().all(|output| self.is_own(&output.path)) {
                    findings.push(&RULE, &value.at, "data chooses the tenant".into());
                }
            } else if names::one_of(tenant.trim(), EVERY) {
                findings.push(&RULE, &value.at, "all tenants are reached".into());
            } else if !self.own.is_empty() && tenant != self.own {
                findings.push(
                    &RULE,
                    &value.at,
                    format!("`{}` is another tenant than the definition's own", shown(&tenant)),
                );
            }
        }
    }

    fn is_own(&self, path: &[String]) -> bool {
        let is_entity = |root: &str| {
            let entities =
                self.subject.workflow.triggers.iter().filter_map(|trigger| trigger.entity.as_ref());
            entities.into_iter().any(|entity| names::same(root, entity.text))
        };
        match path {
            [only] => is_tenant(only) || names::same(only, "current_tenant"),
            [root, last] => {
                (names::one_of(root, OWN) || is_entity(root)) && (is_tenant(last) || names::same(last, "id"))
            }
            _ => false,
        }
    }
}

fn is_tenant(name: &str) -> bool {
    names::one_of(name.rsplit('.').next().unwrap_or(name), TENANT)
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use portcullis_wire::workflow::Severity;

    use super::{super::testing::*, RULE};

    fn update(members: &str) -> alloc::string::String {
        with_action(&format!(r#"{{"type":"database","operation":"update","table":"t",{members}}}"#))
    }

    #[test]
    fn another_tenant_is_found_wherever_it_stands() {
        finds(&RULE, &update(r#""filter":{"tenant_id":"TenantB","id":1}"#), "/actions/0/filter/tenant_id");
        finds(
            &RULE,
            &update(r#""filter":{"tenant_id":{"ne":"TenantA"},"id":1}"#),
            "/actions/0/filter/tenant_id/ne",
        );
        finds(
            &RULE,
            &update(r#""filter":{"a":1},"field_mapping":{"tenantId":"TenantB"}"#),
            "/actions/0/field_mapping/tenantId",
        );
        finds(&RULE, &update(r#""filter":{"a":1},"all_tenants":true"#), "/actions/0/all_tenants");
        finds(&RULE, &update(r#""filter":{"a":1},"tenant_id":"*""#), "/actions/0/tenant_id");
        finds(
            &RULE,
            &update(r#""filter":{"tenant_id":"{{customer.tenant_id}}","a":1}"#),
            "/actions/0/filter/tenant_id",
        );
        finds(
            &RULE,
            &webhook_with(r#""headers":{"Workflow-Api-Tenant-ID":"TenantB"}"#),
            "/actions/0/headers/Workflow-Api-Tenant-ID",
        );
        finds(
            &RULE,
            &with(
                r#"[{"type":"field","field":"tenant_id","operator":"eq","value":"TenantB"}]"#,
                r#"{"type":"email","body":"x"}"#,
            ),
            "/conditions/0/value",
        );
        finds(&RULE, r#"{"name":"n","tenant_id":["TenantA","TenantB"],"actions":[]}"#, "/tenant_id");
        finds(&RULE, r#"{"name":"n","tenant_id":"*","actions":[]}"#, "/tenant_id");
        let schema = r#"{"type":"database","operation":"select","table":"tenant_b.orders"}"#;
        finds(&RULE, &with_action(schema), "/actions/0/table");
        passes(&RULE, &with_action(&schema.replace("tenant_b", "tenant_a")));
    }

    #[test]
    fn a_definition_of_another_tenant_than_the_policys_is_found() {
        let mut policy = document();
        policy.definitions.tenant = Some("TenantB".into());
        let definition = with_action(r#"{"type":"email","body":"x"}"#);
        assert_eq!(found_with(&RULE, &definition, &policy), [("/tenant_id".into(), Severity::Critical)]);
        policy.definitions.tenant = Some("TenantA".into());
        assert_eq!(found_with(&RULE, &definition, &policy), []);
    }

    #[test]
    fn the_own_tenant_passes() {
        passes(&RULE, &update(r#""filter":{"tenant_id":"TenantA","id":1}"#));
        passes(
            &RULE,
            &update(
                r#""filter":{"tenant_id":"{{order.tenant_id}}","id":1},"values":{"tenant_id":"{{tenant_id}}"}"#,
            ),
        );
        passes(&RULE, &update(r#""filter":{"a":1},"all_tenants":false"#));
        passes(&RULE, &webhook_with(r#""headers":{"X-Tenant":"{{tenant.id}}"}"#));
    }
}
