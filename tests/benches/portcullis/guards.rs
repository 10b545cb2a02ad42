//! What guards cost: a verdict, a notification, a large document, a definition.

use std::{borrow::Cow, fs, hint::black_box, path::Path};

use criterion::{Criterion, Throughput};
use portcullis::{
    Guards, PolicySource,
    wire::{
        guard::{Channel, GuardCall, TemplateRendered, WebhookVerdict},
        workflow::LintReport,
    },
};
use portcullis_guard::{Policy, template, webhook, workflow};
use serde_json::{json, value::RawValue};

const TEMPLATE: &str = "Hello {{ name }},\n\nyour order {{ order.number }} is {{ order.status|upper }}.\n\
    {% for line in order.lines %}- {{ line.qty }} x {{ line.title }}\n{% endfor %}\
    {% if order.total > 100 %}Shipping is free.{% endif %}\nCard: {{ card_number|mask_card }}\n";

const URL: &str = "https://a.hooks.example.com/hook/x?y=1";
const ADDRESSES: &[&str] = &["93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"];

pub(crate) fn run(criterion: &mut Criterion) {
    let document = json!({
        "portcullis": 1,
        "webhooks": { "allow_domains": ["example.com", "*.hooks.example.com"] },
        "masking": { "fields": [{ "name": "email", "level": "confidential", "strategy": "last_four" }] },
    })
    .to_string();
    let policy = Policy::load(&document).expect("a good policy");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pkg/dist/portcullis-guards.wasm");
    let wasm = fs::read(path).expect("run `cargo xtask dist` first");
    let source = PolicySource::from_json(document);
    let guards = Guards::from_wasm(&wasm, None, Guards::limits(), Some(&source)).expect("the guard module");
    verdict(criterion, &policy, &guards);
    render(criterion, &policy, &guards);
    mask(criterion, &policy, &guards);
    lint(criterion, &policy, &guards);
}

fn verdict(criterion: &mut Criterion, policy: &Policy, guards: &Guards) {
    criterion.bench_function("webhook verdict/native", |bencher| {
        bencher.iter(|| webhook::check(policy.webhooks(), black_box(URL), ADDRESSES));
    });
    criterion.bench_function("webhook verdict/wasmtime", |bencher| {
        bencher.iter(|| {
            let addresses = Some(ADDRESSES.iter().map(|&address| Cow::Borrowed(address)).collect());
            let url = Cow::Borrowed(black_box(URL));
            guards.with_session(|session| {
                let policy = session.policy();
                session.ask::<_, WebhookVerdict>(&GuardCall::WebhookCheck::<&RawValue> {
                    policy,
                    url,
                    addresses,
                })
            })
        });
    });
}

fn render(criterion: &mut Criterion, policy: &Policy, guards: &Guards) {
    let context = json!({
        "name": "Ann Öztürk", "card_number": "4111111111111111",
        "order": { "number": "SO-1042", "status": "shipped", "total": 261,
            "lines": [{ "qty": 2, "title": "Chair & desk" }, { "qty": 1, "title": "Lamp" }] },
    });
    let context = serde_json::value::to_raw_value(&context).expect("JSON");
    criterion.bench_function("render a notification/native", |bencher| {
        bencher.iter(|| {
            template::render(black_box(TEMPLATE), context.get(), Channel::Html, &policy.templates())
        });
    });
    criterion.bench_function("render a notification/wasmtime", |bencher| {
        bencher.iter(|| {
            let template = Cow::Borrowed(black_box(TEMPLATE));
            guards.with_session(|session| {
                let (policy, channel) = (session.policy(), Channel::Html);
                session.ask::<_, TemplateRendered>(&GuardCall::TemplateRender {
                    policy,
                    channel,
                    template,
                    context: &*context,
                })
            })
        });
    });
}

fn mask(criterion: &mut Criterion, policy: &Policy, guards: &Guards) {
    let user = |id: usize| {
        json!({
            "id": id, "active": true, "token": null, "note": "some longer text that stays as it stands",
            "user": { "name": "Ann Example", "email": "ann@example.com", "password": "hunter2", "roles": ["admin", "editor"],
                "address": { "street": "Main Street 5", "city": "Springfield", "geo": [12.5, -3.25] } },
        })
    };
    let text = serde_json::Value::from((0..3_800).map(user).collect::<Vec<_>>()).to_string();
    let document: &RawValue = serde_json::from_str(&text).expect("JSON");
    let mut group = criterion.benchmark_group("mask 1 MB");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("native", |bencher| {
        bencher.iter(|| {
            let document: &RawValue = serde_json::from_str(black_box(&text)).expect("JSON");
            policy.masking().mask(document, None)
        });
    });
    group.bench_function("wasmtime", |bencher| {
        bencher.iter(|| {
            guards.with_session(|session| {
                let call = GuardCall::Mask { policy: session.policy(), hash_key: None, document };
                session.ask::<_, &RawValue>(&call).map(|masked| masked.get().len())
            })
        });
    });
    group.finish();
}

fn lint(criterion: &mut Criterion, policy: &Policy, guards: &Guards) {
    let definition = json!({
        "id": "w-1", "tenant_id": "TenantA", "name": "Order shipped", "version": 1,
        "trigger": { "type": "database", "entity": "order", "event": "update" },
        "conditions": [{ "field": "order.status", "operator": "eq", "value": "shipped" }],
        "actions": [
            { "type": "notification", "title": "Order {{ order.number }}", "body": TEMPLATE, "recipients": ["{{ user.id }}"] },
            { "type": "webhook", "url": "https://a.hooks.example.com/x", "method": "POST", "payload": { "number": "{{ order.number }}" } },
        ],
    });
    let definition = serde_json::value::to_raw_value(&definition).expect("JSON");
    criterion.bench_function("lint a definition/native", |bencher| {
        bencher.iter(|| workflow::lint(black_box(definition.get()), &policy.definitions()));
    });
    criterion.bench_function("lint a definition/wasmtime", |bencher| {
        bencher.iter(|| {
            guards.with_session(|session| {
                let call = GuardCall::WorkflowLint { policy: session.policy(), workflow: &*definition };
                session.ask::<_, LintReport>(&call)
            })
        });
    });
}
