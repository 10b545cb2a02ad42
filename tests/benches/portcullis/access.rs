//! What policies cost beyond the claim: the whole pipeline with roles and two conditions, records
//! through privacy rules, and a policy with very many workflows.

use std::{
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput};
use portcullis::{Engine, Limits, Permit, PolicySource, Session};
use portcullis_policy::{ClaimValue, Credential, Filter, Policy, Principal, decide, load};
use portcullis_tests::hostile;
use portcullis_wire::{
    Request,
    call::{Call, ConditionEvaluated, Evaluation},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::setup::{ENGINE, WASM, in_turn};

/// Room and time for a policy that is measured against the limits, on a machine that has other work too.
static ROOMY: LazyLock<Engine> = LazyLock::new(|| {
    let limits = Limits { memory_bytes: 256 << 20, call_time: Duration::from_secs(10), ..Limits::default() };
    Engine::from_wasm(&WASM, None, limits).expect("a module")
});

pub(crate) fn run(criterion: &mut Criterion) {
    pipeline(criterion);
    privacy_filter(criterion);
    hostile_conditions(criterion);
    for count in [10, 10_000] {
        workflows(criterion, count);
    }
}

/// The slowest of the conditions that want as much work as they can get, alone and explained. None is to
/// take longer than 50 ms.
fn hostile_conditions(criterion: &mut Criterion) {
    const TRIES: u32 = 5;
    let mut session =
        Session::new(&ROOMY, &PolicySource::from_json(r#"{"portcullis": 1}"#), None).expect("a policy");
    let mut time = |call: &Call<'_>| {
        let start = Instant::now();
        let _: ConditionEvaluated<'_> = session.ask(call).expect("an answer");
        start.elapsed()
    };
    let conditions = hostile::conditions();
    let mut group = criterion.benchmark_group("condition, the worst of those that are hostile");
    for (host, explain) in [("wasmtime", false), ("wasmtime, explained", true)] {
        let calls = conditions.iter().map(|it| {
            let evaluation = Evaluation::deserialize(&it.evaluation).expect("an evaluation");
            (it.name, Call::ConditionEval(Evaluation { explain, ..evaluation }))
        });
        let timed = calls.map(|(name, call)| {
            let fastest = (0..TRIES).map(|_| time(&call)).min().expect("a time");
            (fastest, name, call)
        });
        let (fastest, name, slowest) = timed.max_by_key(|(fastest, ..)| *fastest).expect("some condition");
        println!("{host}: the worst is `{name}`, {fastest:.1?} of at most 50 ms");
        group.sample_size(10).bench_function(host, |bencher| bencher.iter(|| time(black_box(&slowest))));
    }
    group.finish();
}

/// `benches/pipeline.json`, which other engines are asked too.
#[derive(Deserialize)]
struct Question {
    claim: String,
    operation: String,
    policy: Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    allowed: bool,
    roles: Vec<String>,
    tenant: String,
    user: Value,
    resource: Value,
}

/// The facts as they come: text.
fn facts(question: &Question, case: &Case) -> String {
    json!({
        "operation": question.operation, "tenant": case.tenant, "now": 1_800_000_000, "user": case.user,
        "resource": { "tenant_id": case.tenant, "record": case.resource },
    })
    .to_string()
}

fn request(facts: &str) -> Request<'_> {
    serde_json::from_str(facts).expect("the facts of a request")
}

fn pipeline(criterion: &mut Criterion) {
    const WORK: &str = "pipeline, roles and two conditions";
    let question: Question = serde_json::from_str(include_str!("../pipeline.json")).expect("a question");
    let document = question.policy.to_string();
    let texts: Vec<String> = question.cases.iter().map(|case| facts(&question, case)).collect();

    let policy = load(&document, None).expect("a good policy");
    let principals: Vec<Principal> =
        question.cases.iter().map(|case| native(&policy, &question, case)).collect();
    let asked: Vec<_> = principals.iter().zip(texts.iter().map(|text| request(text))).collect();
    for (case, (principal, request)) in question.cases.iter().zip(&asked) {
        assert_eq!(decide(&policy, Credential::Principal(principal), request).allowed(), case.allowed);
    }
    let mut json = Vec::new();
    criterion.bench_function(&format!("{WORK}/native"), |bencher| {
        in_turn(bencher, &asked, |(principal, request)| {
            let decision = decide(&policy, Credential::Principal(principal), black_box(request));
            json.clear();
            serde_json::to_writer(&mut json, &decision.view()).expect("JSON");
            json.len()
        });
    });

    let mut session =
        Session::new(&ENGINE, &PolicySource::from_json(document.as_str()), None).expect("a good policy");
    let permits: Vec<Permit> =
        question.cases.iter().map(|case| sandboxed(&mut session, &question, case)).collect();
    let asked: Vec<_> = permits.iter().zip(texts.iter().map(|text| request(text))).collect();
    for (case, (permit, request)) in question.cases.iter().zip(&asked) {
        assert_eq!(session.decide(**permit, request).expect("a decision").allowed(), case.allowed);
    }
    criterion.bench_function(&format!("{WORK}/wasmtime"), |bencher| {
        in_turn(bencher, &asked, |(permit, request)| {
            session.decide(**permit, black_box(request)).expect("a decision").allowed()
        });
    });
}

fn native(policy: &Policy, question: &Question, case: &Case) -> Principal {
    let roles = case.roles.iter().map(String::as_str);
    Principal::assumed_with_roles(policy, ClaimValue::One(&question.claim), roles)
}

fn sandboxed(session: &mut Session, question: &Question, case: &Case) -> Permit {
    let roles: Vec<_> = case.roles.iter().map(Into::into).collect();
    session.permit_with_roles(&question.claim, &roles).expect("a permit")
}

/// Three rules over ten fields, as records come out of a store: one JSON object a line.
fn privacy_filter(criterion: &mut Criterion) {
    const RECORDS: usize = 1_000;
    let document = json!({
        "portcullis": 1,
        "declarations": { "user": { "id": "string", "team": "string" } },
        "types": { "order": {
            "fields": {
                "id": "string", "owner": "string", "team": "string", "state": "string", "title": "string",
                "total": "double", "count": "int", "paid": "bool", "tags": "strings", "note": "string",
            },
            "rules": [
                { "name": "owner", "when": "resource.owner == user.id", "grant": { "find": true, "view": "all" } },
                { "name": "team", "when": "resource.team == user.team && resource.state != 'draft'",
                  "grant": { "find": true, "view": ["id", "state", "title", "total", "count"] } },
                { "name": "open", "when": "resource.state == 'open' && resource.total < 100.0",
                  "grant": { "find": true, "view": ["id", "title"] } },
            ],
        } },
    });
    let record = |at: usize| {
        let state = ["draft", "open", "closed"][at % 3];
        json!({
            "id": format!("order-{at}"), "owner": format!("u{}", at % 50), "team": format!("t{}", at % 7),
            "state": state, "title": "A chair and a desk", "total": (at % 400) as f64 / 2.0, "count": at % 9,
            "paid": at.is_multiple_of(2), "tags": ["new", "export"], "note": "to be left at the door",
        })
    };
    let lines: String = (0..RECORDS).map(|at| format!("{}\n", record(at))).collect();
    let facts = json!({ "surface": "app", "origin": "internal", "user": { "id": "u1", "team": "t2" },
        "data": { "type": "order", "action": "search" } })
    .to_string();
    let request = request(&facts);

    let document = document.to_string();
    let policy = load(&document, None).expect("a good policy");
    let open =
        || Filter::new(&policy, &decide(&policy, Credential::Absent, &request), &request).expect("a search");
    let mut session =
        Session::new(&ENGINE, &PolicySource::from_json(document.as_str()), None).expect("a good policy");
    let (_, filter) = session.open_filter(None, &request).expect("a filter");
    let filter = filter.expect("a search");
    let mut shown = Vec::new();
    open().run(&policy, lines.as_bytes(), &mut shown);
    let in_wasmtime = session.filter(filter, lines.as_bytes()).expect("records");
    assert!(!shown.is_empty() && shown.len() < lines.len() && shown == in_wasmtime);

    let mut group = criterion.benchmark_group("privacy filter, 1,000 records");
    group.throughput(Throughput::Elements(RECORDS as u64)).sample_size(20);
    group.bench_function("native", |bencher| {
        let mut filter = open();
        bencher.iter(|| {
            shown.clear();
            filter.run(&policy, black_box(lines.as_bytes()), &mut shown);
            shown.len()
        });
    });
    group.bench_function("wasmtime", |bencher| {
        bencher.iter(|| session.filter(filter, black_box(lines.as_bytes())).expect("records").len());
    });
    group.finish();
}

/// A policy of many workflows: what it takes to load, and to decide about one of them.
fn workflows(criterion: &mut Criterion, count: usize) {
    let workflow = |at: usize| {
        let section = json!({
            "exposed": true, "authentication": "user_and_admin", "methods": ["POST"],
            "parameters": [{ "name": "amount", "type": "double" }],
            "condition": format!("request.params.amount <= {at}.5 || user.staff"), "permission": "workflow:execute",
        });
        (format!("workflow-{at}"), section)
    };
    let document = json!({
        "portcullis": 1,
        "surfaces": { "workflow_api": true },
        "declarations": { "user": { "id": "string", "staff": "bool" } },
        "roles": { "roles": { "runner": { "permissions": ["workflow:execute"] } } },
        "workflows": (0..count).map(workflow).collect::<serde_json::Map<_, _>>(),
    })
    .to_string();
    let texts: Vec<String> = (0..64)
        .map(|at| {
            json!({
                "workflow": format!("workflow-{}", at * 7919 % count), "method": "POST", "now": 1_800_000_000,
                "credential": { "user": { "issued_at": 1_799_999_000, "last_used_at": 1_799_999_900, "roles": ["runner"] } },
                "user": { "id": "u1", "staff": at.is_multiple_of(2) }, "params": { "amount": 20_000.0 },
            })
            .to_string()
        })
        .collect();
    let requests: Vec<Request<'_>> = texts.iter().map(|text| request(text)).collect();
    let policy = load(&document, None).expect("a good policy");
    let source = PolicySource::from_json(document.as_str());
    let mut session = Session::new(&ROOMY, &source, None).expect("a good policy");
    for (at, request) in requests.iter().enumerate() {
        let decided = session.authorize(&portcullis::Credential::Token(None), request, 1_800_000_000.0);
        let decided = decided.expect("a decision").allowed();
        assert_eq!(decided, decide(&policy, Credential::Absent, request).allowed());
        assert_eq!(decided, at.is_multiple_of(2));
    }

    let mut group = criterion.benchmark_group(format!("load a policy of {count} workflows"));
    group.sample_size(10);
    group.bench_function("native", |bencher| bencher.iter(|| load(black_box(&document), None).is_ok()));
    group.bench_function("wasmtime", |bencher| {
        bencher.iter(|| Session::new(&ROOMY, &source, None).expect("a good policy").memory_bytes());
    });
    group.bench_function("wasmtime, for receipts", |bencher| {
        let source = source.clone().with_receipts();
        bencher.iter(|| Session::new(&ROOMY, &source, None).expect("a good policy").memory_bytes());
    });
    group.finish();
    let name = format!("decide about one of {count} workflows");
    criterion.bench_function(&format!("{name}/native"), |bencher| {
        in_turn(bencher, &requests, |request| {
            decide(&policy, Credential::Absent, black_box(request)).allowed()
        });
    });
    criterion.bench_function(&format!("{name}/wasmtime"), |bencher| {
        in_turn(bencher, &requests, |request| {
            let nobody = portcullis::Credential::Token(None);
            session.authorize(&nobody, black_box(request), 1_800_000_000.0).expect("a decision").allowed()
        });
    });
}
