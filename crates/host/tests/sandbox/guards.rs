//! The guard module that is shipped, in its sandbox.

use std::{fs, path::Path, sync::LazyLock, time::Instant};

use portcullis::{
    Credential, Error, Guards, Limits, PolicySource, Session,
    wire::{
        Request, Values,
        guard::{
            Allowance, Channel, GuardCall, Masked, RenderErrorKind, TemplateRendered, WebhookReason,
            WebhookVerdict,
        },
        workflow::LintReport,
    },
};
use serde_json::{json, value::RawValue};

use crate::shipped::ENGINE;

pub(crate) static WASM: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg/dist/portcullis-guards.wasm");
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask dist`", path.display()))
});

static GUARDS: LazyLock<Guards> = LazyLock::new(|| guards(&policy()));

fn policy() -> PolicySource {
    let document = json!({
        "portcullis": 1,
        "webhooks": { "allow_domains": ["hooks.example.com"] },
        "masking": { "detect": [{ "kind": "card", "strategy": "last_four" }] },
    });
    PolicySource::from_json(document.to_string())
}

fn guards(policy: &PolicySource) -> Guards {
    let limits = Limits { instances: 2, ..Guards::limits() };
    Guards::from_wasm(&WASM, None, limits, Some(policy)).expect("the shipped guard module")
}

fn render(guards: &Guards, template: &str, channel: Channel) -> Result<TemplateRendered, Error> {
    let context = json!({
        "name": "Ann <b>", "items": [1, 2, 3], "user": {"name": "Ann", "password": "CANARY"}, "secret_hint": "CANARY",
    });
    let context = serde_json::value::to_raw_value(&context).expect("JSON");
    guards.with_session(|session| {
        let template = template.into();
        session.ask(&GuardCall::TemplateRender {
            policy: session.policy(),
            channel,
            template,
            context: &*context,
        })
    })
}

fn check(url: &str, addresses: &[&str]) -> WebhookVerdict {
    let verdict = GUARDS.with_session(|session| {
        session.ask(&GuardCall::WebhookCheck::<&RawValue> {
            policy: session.policy(),
            url: url.into(),
            addresses: Some(addresses.iter().map(|&address| address.into()).collect()),
        })
    });
    verdict.expect("a verdict")
}

#[test]
fn the_guard_module_imports_nothing() {
    let (exports, imports) = GUARDS.engine().interface();
    assert_eq!(imports, 0);
    for name in ["portcullis_abi_version", "portcullis_alloc", "portcullis_free", "portcullis_call", "memory"]
    {
        assert!(exports.iter().any(|export| export == name), "{name}");
    }
}

#[test]
fn webhooks_are_checked_in_the_sandbox() {
    let verdict = check("https://hooks.example.com/x", &["93.184.216.34"]);
    assert_eq!((verdict.verdict, verdict.reason), (Allowance::Allow, WebhookReason::Allowed));
    assert_eq!(verdict.connect, ["93.184.216.34"]);
    let verdict = check("https://hooks.example.com/x", &["93.184.216.34", "::1"]);
    assert_eq!((verdict.verdict, verdict.reason), (Allowance::Block, WebhookReason::AddressNotPublic));
    assert!(verdict.connect.is_empty());
}

#[test]
fn templates_are_rendered_and_documents_masked_in_the_sandbox() {
    let text = render(&GUARDS, "Hello {{ name }}", Channel::Html).expect("an answer");
    assert_eq!(text, TemplateRendered::Output("Hello Ann &lt;b&gt;".into()));
    let document: &RawValue =
        serde_json::from_str(r#"{"a":"4111111111111111","token":1,"b":[true]}"#).unwrap();
    let masked: Masked<Box<RawValue>> = GUARDS
        .with_session(|session| {
            session.ask(&GuardCall::Mask { policy: session.policy(), hash_key: None, document })
        })
        .expect("an answer");
    assert_eq!(masked.document.get(), r#"{"a":"****1111","token":"****","b":[true]}"#);
    assert_eq!((masked.masked, masked.erased.len()), (vec!["/a".into(), "/token".into()], 0));
}

#[test]
fn a_body_is_shown_as_the_decision_obliges() {
    let document = json!({
        "portcullis": 1,
        "declarations": { "user": { "id": "string" } },
        "types": { "customer": {
            "fields": { "id": "string", "email": "string", "card": "string", "notes": "list" },
            "rules": [{ "name": "self", "when": "has(user.id) && user.id == 'u1'", "grant": { "find": true, "view": "all" } }],
        } },
        "masking": { "fields": [
            { "name": "eMail", "level": "confidential" },
            { "pointer": "/*/card", "level": "restricted", "strategy": "last_four" },
            { "pointer": "/*/notes/*/by", "level": "restricted", "strategy": "drop" },
            { "name": "id", "level": "internal" },
        ] },
    });
    let source = PolicySource::from_json(document.to_string());
    let guards = guards(&source);
    let mut session = Session::new(&ENGINE, &source, None).expect("a good policy");
    let mut decide = |action: &str, user: &str| {
        let facts = json!({
            "surface": "app", "origin": "internal", "user": { "id": user },
            "data": { "type": "customer", "action": action, "record": { "id": "c1" } },
        })
        .to_string();
        let request: Request<'_> = serde_json::from_str(&facts).expect("facts");
        session.authorize(&Credential::Token(None), &request, 1.0).expect("a decision")
    };

    let decision = decide("search", "u1");
    let told = json!([
        { "name": "eMail", "strategy": "fixed" },
        { "pointer": "/*/card", "strategy": "last_four" },
        { "pointer": "/*/notes/*/by", "strategy": "drop" },
    ]);
    let view = serde_json::to_value(decision.view().expect("a document")).expect("JSON");
    assert_eq!(view["obligations"], json!([{ "mask": told }]));

    let body = r#"[{"id":"c1","e_mail":"ann@example.com","card":"4111 1111 1111 1111","notes":[{"by":"bob","text":"hi"}]}]"#;
    let expected = r#"[{"id":"c1","e_mail":"****","card":"****1111","notes":[{"text":"hi"}]}]"#;
    assert_eq!(guards.shown(&decision, body, None).expect("a body"), expected);
    assert!(guards.shown(&decision, "no JSON", None).is_err());
    // Whoever is denied is shown nothing, masked or not.
    let denied = decide("view", "u2");
    assert!(!denied.allowed() && guards.shown(&denied, body, None).is_err());
    // What is no data of a type is shown as it is.
    let claim = Credential::Claim(Values::One("a:workflow-api".into()));
    let request = Request { operation: Some("workflow-api.liveness".into()), ..Request::default() };
    let plain = session.authorize(&claim, &request, 1.0).expect("a decision");
    assert!(plain.allowed());
    assert_eq!(guards.shown(&plain, body, None).expect("a body"), body);
}

#[test]
fn definitions_are_linted_in_the_sandbox() {
    let workflow: &RawValue = serde_json::from_str("{}").unwrap();
    let report: LintReport = GUARDS
        .with_session(|session| session.ask(&GuardCall::WorkflowLint { policy: session.policy(), workflow }))
        .expect("an answer");
    assert!(!report.findings.is_empty());
}

#[test]
fn the_mistakes_of_a_policy_are_the_operators() {
    let policy = PolicySource::from_json(
        r#"{"portcullis":1,"webhooks":{"schemes":["http"],"allow_domains":["localhost"]}}"#,
    );
    let error = Guards::from_wasm(&WASM, None, Guards::limits(), Some(&policy)).err().expect("an error");
    let Error::Configuration { findings, .. } = error else { panic!("{error}") };
    let paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["/webhooks/schemes", "/webhooks/allow_domains/0"]);
}

#[test]
fn the_host_survives_hostile_templates_and_none_shows_a_secret() {
    let nested = |open: &str, middle: &str, close: &str, n: usize| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    let hostile = [
        "{% for i in range(999999999) %}x{% endfor %}".to_owned(),
        "{{ 'a' * 1000000000 }}".to_owned(),
        "{{ name * 100000000 }}".to_owned(),
        format!("{{{{ {} }}}}", nested("(", "1", ")", 10_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(10_000)),
        format!("{{{{ {}1 }}}}", "-".repeat(10_000)),
        format!("{{{{ 1{} }}}}", "~1".repeat(20_000)),
        format!("{{{{ name{} }}}}", "|upper".repeat(9_000)),
        nested("{% if 1 %}", "x", "{% endif %}", 3_000),
        nested("{% for a in items %}", "x", "{% endfor %}", 30),
        nested("{% macro a() %}", "x", "{% endmacro %}", 2_000),
        "{% set a=1 %}".repeat(5_000),
        "{% macro f(n) %}{{ f(n+1) }}{% endmacro %}{{ f(0) }}".to_owned(),
        "{{ secret_hint }}{{ user.password }}{{ user }}".to_owned(),
        "{% for k in user %}{{ user[k] }}{% endfor %}".to_owned(),
        "{{ 1e308 * 10 }}{{ 10 ** 1000 }}".to_owned(),
        "x".repeat(70_000),
        "{{".repeat(30_000),
        "{#".repeat(30_000),
        "{% raw %}".repeat(5_000),
    ];
    let guards = guards(&policy());
    for template in &hostile {
        for channel in [Channel::Html, Channel::Json] {
            let started = Instant::now();
            let answer = render(&guards, template, channel);
            // The deadline, and what a loaded machine adds to it.
            assert!(started.elapsed().as_secs() < 3, "{}", &template[..40.min(template.len())]);
            if let Ok(TemplateRendered::Output(text)) = answer {
                assert!(!text.contains("CANARY") && text.len() <= 65_536, "{template}");
            }
        }
        let fine = render(&guards, "{{ name }}", Channel::Text).expect("the next template");
        assert_eq!(fine, TemplateRendered::Output("Ann <b>".into()));
    }
}

#[test]
fn a_sandbox_that_reached_a_limit_is_replaced() {
    let limits = Limits { memory_bytes: 4 << 20, instances: 1, ..Guards::limits() };
    let guards = Guards::from_wasm(&WASM, None, limits, None).expect("the shipped guard module");
    let document = format!("[{}1]", "\"aaaaaaaa\",".repeat(300_000));
    let document: &RawValue = serde_json::from_str(&document).unwrap();
    let masked = guards.with_session(|session| {
        session.ask::<_, Masked<Box<RawValue>>>(&GuardCall::Mask { policy: None, hash_key: None, document })
    });
    assert!(matches!(masked, Err(Error::Limit(_))), "{masked:?}");
    assert_eq!(guards.replaced(), 1);
    let fine = render(&guards, "{{ name }}", Channel::Text).expect("the next template");
    assert_eq!(fine, TemplateRendered::Output("Ann <b>".into()));
}

#[test]
fn an_error_tells_the_caller_its_kind_and_the_log_the_rest_without_values() {
    let TemplateRendered::Failed { kind, detail, line } =
        render(&GUARDS, "a\n{{ user.password }}", Channel::Html).expect("an answer")
    else {
        panic!("it is rendered")
    };
    assert_eq!((kind, line), (RenderErrorKind::Restricted, 2));
    assert!(!detail.contains("CANARY"));
}

/// Pieces that templates are made of, and that break them.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{%-",
    "-%}",
    " for ",
    " in ",
    " if ",
    " else ",
    "endfor",
    "endif",
    "name",
    "items",
    "user",
    "user.password",
    "secret_hint",
    "['password']",
    "[k]",
    ".__class__",
    "|upper",
    "|join(',')",
    "|mask_card",
    "|default('x')",
    "|length",
    "|truncate(3)",
    "|title",
    "|number(2)",
    "|date('%Y')",
    "range(9)",
    "(",
    ")",
    "[",
    "]",
    "~",
    "+",
    "*",
    "-",
    "**",
    "//",
    "not ",
    " is defined",
    " and ",
    "'a'",
    "\"",
    "1",
    "9999999999",
    "1e308",
    "set x = 1",
    "raw",
    "endraw",
    "macro f()",
    "include 'x'",
    "loop.index",
    "self",
    "k",
    "\n",
    "\\",
    "<b>",
    "ö",
    "\u{2028}",
    "for k in user",
    "for x in items",
    "recursive",
    ",",
    ":",
    "true",
];

/// `PORTCULLIS_TEMPLATES` says how many; a few thousand unless it does.
#[test]
fn generated_templates_leave_the_host_alive_and_show_no_secret() {
    let count =
        std::env::var("PORTCULLIS_TEMPLATES").ok().and_then(|count| count.parse().ok()).unwrap_or(5_000_u64);
    let guards = guards(&policy());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        // xorshift64: the same templates on every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut rendered = 0_u64;
    for _ in 0..count {
        let length = 1 + next(24);
        let inside: String = (0..length).map(|_| PIECES[next(PIECES.len())]).collect();
        // Half of them begin as an expression, so that more than the parser is reached.
        let template = if next(2) == 0 { format!("{{{{ {inside} }}}}") } else { inside };
        let channel = [Channel::Html, Channel::Text, Channel::Json, Channel::Header][next(4)];
        match render(&guards, &template, channel) {
            Ok(TemplateRendered::Output(text)) => {
                rendered += 1;
                assert!(!text.contains("CANARY"), "{template}: {text}");
            }
            Ok(TemplateRendered::Failed { detail, .. }) => assert!(!detail.contains("CANARY"), "{template}"),
            Err(error) => assert!(matches!(error, Error::Limit(_) | Error::Trap(_)), "{template}: {error}"),
        }
    }
    assert!(rendered > 0, "nothing was rendered at all");
}
