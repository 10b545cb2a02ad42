//! Definitions that somebody wrote to break the linter or the simulation, through the guard module
//! that is shipped: the host lives, limits hold, and nothing that is to be hidden comes out.

use std::time::Instant;

use portcullis::{
    Error, Guards, Limits, PolicySource,
    wire::{
        guard::GuardCall,
        workflow::{LintReport, Simulation, WorkflowDocument},
    },
};
use serde_json::{json, value::RawValue};

use super::guards::WASM;

/// What no message, rendered text or statement may hold.
const CANARY: &str = "CANARY-0123456789";

/// What a loaded machine adds to the deadline.
const PATIENCE_S: u64 = 3;

fn guards() -> Guards {
    let policy = json!({
        "portcullis": 1,
        "webhooks": { "allow_domains": ["hooks.example.com"] },
        "definitions": { "entities": { "order": [], "log": ["note"] }, "roles": ["sales"] },
    });
    let policy = PolicySource::from_json(policy.to_string());
    let limits = Limits { instances: 2, ..Guards::limits() };
    Guards::from_wasm(&WASM, None, limits, Some(&policy)).expect("the shipped guard module")
}

fn event() -> Box<RawValue> {
    let event = json!({
        "entity_type": "order", "operation": "update",
        "record": { "id": 7, "total": 12.5, "name": "Ann", "ssn": CANARY, "card": { "secret": CANARY }, "items": [1, 2, 3] },
        "previous": { "total": 1, "password": CANARY },
        "user": { "id": "u1", "roles": ["sales"], "api_key": CANARY },
    });
    serde_json::value::to_raw_value(&event).expect("JSON")
}

/// Asks everything there is to ask of a definition. What comes out, or nothing where a limit was
/// reached; anything else fails.
fn ask(guards: &Guards, definition: &str) -> Option<LintReport> {
    let workflow: &RawValue = serde_json::from_str(definition).ok()?;
    let event = event();
    let started = Instant::now();
    let limited = |error: Error| {
        let is_limit = matches!(error, Error::Limit(_) | Error::Trap(_));
        assert!(is_limit, "{error}: {}", shortened(definition));
    };
    let report = guards.with_session(|session| {
        let policy = session.policy();
        session.ask::<_, LintReport>(&GuardCall::WorkflowLint { policy, workflow })
    });
    let simulation = guards.with_session(|session| {
        let policy = session.policy();
        session.ask::<_, Simulation>(&GuardCall::WorkflowSimulate { policy, workflow, event: &*event })
    });
    let document = guards
        .with_session(|session| session.ask::<_, WorkflowDocument>(&GuardCall::WorkflowConvert { workflow }));
    assert!(started.elapsed().as_secs() < PATIENCE_S, "{}", shortened(definition));
    // What the definition itself says is no secret, so only the event's values are looked for.
    let is_told = definition.contains(CANARY);
    match simulation {
        Ok(simulation) => {
            let text = serde_json::to_string(&simulation).expect("JSON");
            assert!(is_told || !text.contains(CANARY), "{}", shortened(definition));
        }
        // A definition that is no object cannot be simulated.
        Err(Error::Refused(_)) => {}
        Err(error) => limited(error),
    }
    match document {
        Ok(_) | Err(Error::Refused(_)) => {}
        Err(error) => limited(error),
    }
    match report {
        Ok(report) => {
            assert!(report.findings.len() + report.suppressed.len() <= 1000);
            for finding in report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding)) {
                let is_pointer = finding.location.is_empty() || finding.location.starts_with('/');
                assert!(is_pointer && finding.line > 0 && finding.column > 0, "{finding:?}");
                assert!(!finding.message.contains(CANARY), "{finding:?}");
            }
            Some(report)
        }
        Err(error) => {
            limited(error);
            None
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(400).collect()
}

fn is_alive(guards: &Guards) {
    let report = ask(guards, r#"{"name":"n","actions":[{"type":"email","body":"{{ssn}}"}]}"#);
    let report = report.expect("the next definition");
    assert!(report.findings.iter().any(|finding| finding.rule == "template.sensitive_unmasked"));
}

fn action(members: &str) -> String {
    format!(r#"{{"name":"n","tenant_id":"t","actions":[{{{members}}}]}}"#)
}

#[test]
fn the_host_survives_hostile_definitions() {
    let nested = |open: &str, middle: &str, close: &str, n: usize| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    let quoted = |text: &str| serde_json::to_string(text).expect("JSON");
    let pattern = |pattern: &str| {
        format!(r#"{{"conditions":[{{"field":"a","operator":"matches","value":{}}}]}}"#, quoted(pattern))
    };
    let embedded = (0..6)
        .fold(r#"{"body":"{{ssn}}"}"#.to_owned(), |inside, _| format!(r#"{{"config":{}}}"#, quoted(&inside)));
    let list = |one: &str, n: usize| format!("[{}]", vec![one; n].join(","));
    let hostile = [
        "null".to_owned(),
        "[]".to_owned(),
        nested("[", "", "]", 120),
        nested(r#"{"conditions":["#, "", "]}", 60),
        format!(r#"{{"conditions":{}}}"#, list(r#"{"field":"a","operator":"eq","value":1}"#, 4_000)),
        format!(
            r#"{{"conditions":{}}}"#,
            list(r#"{"type":"composite","operator":"or","conditions":[{},{}]}"#, 3_000)
        ),
        format!(r#"{{"actions":{}}}"#, list("{}", 60_000)),
        format!(r#"{{"actions":{}}}"#, list(r#"{"type":"webhook","url":"http://127.0.0.1/"}"#, 4_000)),
        format!(r#"{{"actions":{}}}"#, list(r#"{"type":"email","body":"{{ssn}}{{x|y}}"}"#, 5_000)),
        format!(r#"{{{}"a":1}}"#, r#""name":"n","#.repeat(20_000)),
        format!(r#"{{"x-portcullis-ignore":{}}}"#, list(r#"{"rule":"*","reason":"r"}"#, 6_000)),
        pattern(&nested("(", "a", "{3,4})", 45)),
        pattern(&"(a*)*".repeat(200)),
        pattern(&"[a-z]?".repeat(170)),
        pattern(&"(a|b|ab)+".repeat(100)),
        format!(
            r#"{{"conditions":{}}}"#,
            list(&format!(r#"{{"field":"a","operator":"matches","value":"{}"}}"#, "a?b*".repeat(100)), 500)
        ),
        action(&format!(r#""type":"email","body":{}"#, quoted(&"{% for a in items %}".repeat(3_000)))),
        action(&format!(r#""type":"email","body":{}"#, quoted(&"{{ a|upper }}".repeat(15_000)))),
        action(&format!(r#""type":"email","body":{}"#, quoted(&format!("{{{{ {} }}}}", "(".repeat(20_000))))),
        action(&format!(r#""type":"webhook","url":"https://{}/""#, "ü".repeat(8_000))),
        action(&format!(
            r#""type":"webhook","url":{}"#,
            quoted(&"https://hooks.example.com/{{".repeat(4_000))
        )),
        action(&format!(r#""type":"custom","config":{}"#, quoted(&embedded))),
        action(&format!(
            r#""type":"webhook","headers":{{"Authorization":"Bearer {CANARY}"}},"auth":{{"password":"{CANARY}"}}"#
        )),
        action(&format!(
            r#""type":"database","operation":"update","table":"order","filter":{}"#,
            nested(r#"{"and":["#, r#"{"a":1}"#, "]}", 55)
        )),
        action(
            r#""type":"database","operation":"update","table":"order","filter":{"ssn":"{{ssn}}"},"fields":{"note":"{{card.secret}}"}"#,
        ),
        action(
            r#""type":"email","body":"{{ card }}{{ previous.password }}{{ user.api_key }}{{ record.ssn }}{{ user }}""#,
        ),
        format!("\"{}\"", "x".repeat(300_000)),
        format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20)),
    ];
    let guards = guards();
    for definition in &hostile {
        assert!(serde_json::from_str::<&RawValue>(definition).is_ok(), "{}", shortened(definition));
        let _ = ask(&guards, definition);
        is_alive(&guards);
    }
}

/// Names of members, right and wrong.
const NAMES: &[&str] = &[
    "name",
    "tenant_id",
    "status",
    "trigger",
    "triggers",
    "entity_type",
    "operations",
    "operation",
    "schedule",
    "conditions",
    "field_conditions",
    "type",
    "field",
    "operator",
    "value",
    "actions",
    "config",
    "action_config",
    "recipients",
    "title",
    "body",
    "subject",
    "url",
    "method",
    "headers",
    "auth",
    "payload",
    "payload_fields",
    "table",
    "filter",
    "fields",
    "record_id",
    "retry_policy",
    "max_retries",
    "x-portcullis-ignore",
    "rule",
    "reason",
    "Authorization",
    "ssn",
    "password",
    "link",
    "executor_type",
    "is_active",
    "run_as",
    "all_tenants",
    "rate_limit",
    "timeout",
    "constructor",
    "__proto__",
    "",
    "ÄÖ",
    "a/b~c",
];

/// Texts: words of the language, templates, URLs, patterns, documents inside documents.
const TEXTS: &[&str] = &[
    "email",
    "webhook",
    "database",
    "notification",
    "custom",
    "composite",
    "role",
    "field",
    "time",
    "eq",
    "NE",
    "gt",
    "in",
    "between",
    "matches",
    "changed",
    "and",
    "or",
    "not",
    "update",
    "delete",
    "create",
    "select",
    "tick",
    "active",
    "draft",
    "order",
    "log",
    "TenantA",
    "*",
    "all",
    "high",
    "{{ssn}}",
    "{{ name | upper }}",
    "{{ ssn | mask_ssn }}",
    "{{ user.api_key }}",
    "{{ card }}",
    "{% for x in items %}{{ x }}{% endfor %}",
    "{% if total > 1 %}a{% endif %}",
    "{{",
    "}}",
    "{{ a.__class__ }}",
    "${7*7}",
    "<%= x %>",
    "https://hooks.example.com/x",
    "http://10.0.0.1/",
    "https://{{host}}/",
    "https://a@b/",
    "https://xn--zca/",
    "Bearer abcdefgh12345678",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "(a+)+$",
    "^[a-z]+$",
    "(?=a)",
    "\\1",
    "id; DROP TABLE x",
    "public.users",
    "tenant_b.orders",
    "* * * * *",
    "{\"body\":\"{{ssn}}\"}",
    "[1,2",
    "null",
    "u1",
    "role:sales",
    "email:a@b.example",
    "",
    " ",
    "ö\u{2028}\u{202e}",
    "9999999999999999999999",
];

/// xorshift64: the same definitions on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    fn text(&mut self) -> String {
        let mut text = TEXTS[self.below(TEXTS.len())].to_owned();
        if self.below(8) == 0 {
            text += TEXTS[self.below(TEXTS.len())];
        }
        text
    }

    /// Any value, so many levels deep at most.
    fn value(&mut self, depth: usize) -> serde_json::Value {
        match self.below(if depth == 0 { 5 } else { 10 }) {
            0 => json!(self.below(3) == 0),
            1 => json!([0, 1, -1, 5, 1_000_000][self.below(5)]),
            2 => serde_json::Value::Null,
            3 | 4 => self.text().into(),
            5 | 6 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => (0..self.below(6))
                .map(|_| (NAMES[self.below(NAMES.len())].to_owned(), self.value(depth - 1)))
                .collect(),
        }
    }

    /// A definition that has the right form as far as it goes, so that more than its reader is reached.
    fn definition(&mut self) -> String {
        let part = |random: &mut Self, kinds: &[&str]| {
            let mut part = json!({ "type": kinds[random.below(kinds.len())] });
            for _ in 0..random.below(6) {
                part[NAMES[random.below(NAMES.len())]] = random.value(2);
            }
            part
        };
        let mut whole = json!({
            "name": "n", "tenant_id": self.text(), "status": "active",
            "trigger": { "entity_type": "order", "operations": [self.text()], "field_conditions": self.value(2) },
        });
        let kinds = ["email", "webhook", "database", "notification", "custom"];
        whole["actions"] = (0..self.below(4)).map(|_| part(self, &kinds)).collect();
        let kinds = ["field", "time", "role", "composite", "query_match"];
        whole["conditions"] = (0..self.below(3)).map(|_| part(self, &kinds)).collect();
        for _ in 0..self.below(3) {
            whole[NAMES[self.below(NAMES.len())]] = self.value(3);
        }
        if self.below(4) == 0 { self.value(5).to_string() } else { whole.to_string() }
    }
}

/// `PORTCULLIS_DEFINITIONS` says how many; a few thousand unless it does.
#[test]
fn generated_definitions_leave_the_host_alive_and_show_no_secret() {
    let count = std::env::var("PORTCULLIS_DEFINITIONS").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(2_000_u64);
    let guards = guards();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut found = 0_u64;
    for _ in 0..count {
        let definition = random.definition();
        found += u64::from(ask(&guards, &definition).is_some_and(|report| !report.findings.is_empty()));
    }
    assert!(found > count / 2, "{found} of {count} have findings");
    is_alive(&guards);
}
