use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use portcullis_wire::{
    guard::{Channel, RenderErrorKind as Kind},
    policy::{FieldRule, Level, MaskingSection, Strategy as Hide},
};
use proptest::prelude::*;

use super::{Options, RenderError, render, validate};
use crate::fields::Fields;

const CONTEXT: &str = r#"{
    "name": "Ann <Ö>", "user": {"name": "Ann", "email": "ann@example.com", "password": "CANARY-1", "deep": {"api_key": "CANARY-2"}},
    "items": [1, 2, 3], "rows": [{"qty": 2, "price": 1.5, "token": "CANARY-3"}, {"qty": 3, "price": 2.0}],
    "secret_hint": "CANARY-4", "ssn": "078-05-1120", "card_number": "4111 1111 1111 1111", "flag": true, "nothing": null,
    "pairs": [["a", 1], ["b", 2]], "credentials": {"user": "CANARY-5", "list": ["CANARY-6"]}, "empty": [], "when": "2026-11-27T09:05:00Z"
}"#;

fn rendered_for(template: &str, channel: Channel) -> Result<String, RenderError> {
    render(template, CONTEXT, channel, &Options { fields: &Fields::default(), variables: None })
}

fn rendered(template: &str) -> Result<String, RenderError> {
    rendered_for(template, Channel::Html)
}

#[track_caller]
fn gives(template: &str, expected: &str) {
    assert_eq!(rendered(template).as_deref(), Ok(expected), "{template}");
}

#[track_caller]
fn fails(template: &str, kind: Kind) {
    match rendered(template) {
        Ok(text) => panic!("{template}: {text}"),
        Err(error) => assert_eq!(error.kind, kind, "{template}: {}", error.detail),
    }
}

fn codes(template: &str) -> Vec<String> {
    let options = Options { fields: &Fields::default(), variables: None };
    validate(template, &options).into_iter().map(|finding| finding.code.into_owned()).collect()
}

#[test]
fn templates_are_jinjas() {
    gives("Hello {{ name }}", "Hello Ann &lt;Ö&gt;");
    gives("{% for row in rows %}{{ loop.index }}:{{ row.qty * row.price }};{% endfor %}", "1:3.0;2:6.0;");
    gives("{%- for i in items -%}{{ i }}{% if not loop.last %}, {% endif %}{%- endfor -%}", "1, 2, 3");
    gives("{% for k, v in pairs %}{{ k }}={{ v }} {% endfor %}", "a=1 b=2 ");
    gives("{% for x in empty %}x{% else %}none{% endfor %}", "none");
    gives("{% for i in items if i > 1 %}{{ i }}/{{ loop.length }} {% endfor %}", "2/2 3/2 ");
    gives("{% if flag and items|length > 2 %}yes{% elif name %}x{% else %}no{% endif %}", "yes");
    gives("{{ 'a' if flag else 'b' }}{{ 'x' if not flag }}", "a");
    gives("{{ nickname | default('friend') }}{{ user.nick | default('!') }}", "friend!");
    gives(
        "{{ nothing }} {{ flag }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }}",
        "None True 3 -4 2 3.5 1024",
    );
    gives("{{ items[0] }}{{ items[-1] }}{{ items[1:]|join('+') }}{{ user['na' ~ 'me'] }}", "132+3Ann");
    gives(
        "{{ 2 in items }} {{ 'nn' in name }} {{ 'name' in user }} {{ 9 not in items }}",
        "True True True True",
    );
    gives(
        "{{ nickname is defined }} {{ nothing is none }} {{ 3 is odd }} {{ 4 is divisibleby(2) }}",
        "False True True True",
    );
    gives(
        "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 1 == 1.0 }} {{ 1 == '1' }}",
        "True False True True False",
    );
    gives("{{ rows | join(', ', attribute='qty') }}", "2, 3");
    gives("{# note #}{% raw %}{{ x }}{% endraw %}", "{{ x }}");
    gives("Price: 5 % { not a tag } ${{ items[0] }}", "Price: 5 % { not a tag } $1");
    gives("", "");
    gives("a\r\nb\rc{{ items[0] }}\n", "a\nb\nc1");
    gives(
        "{{ when|date }} {{ when|date('%d.%m.%Y %H:%M') }} {{ 0|date('%Y') }}",
        "2026-11-27 27.11.2026 09:05 1970",
    );
    gives(
        "{{ 1234567.891|number(2) }} {{ '42'|number }} {{ 12.5|currency }} {{ 3|currency('EUR') }}",
        "1,234,567.89 42 $12.50 €3.00",
    );
    gives("{{ 'bob oneil'|title|upper }} {{ 'one two three four'|truncate(9) }}", "BOB ONEIL one...");
    gives("{{ '<b>' ~ name }}", "&lt;b&gt;Ann &lt;Ö&gt;");
    gives("{{ '' or 'x' }}{{ 0 and 'y' }}", "x0");
}

#[test]
fn values_are_never_run() {
    let options = Options { fields: &Fields::default(), variables: None };
    for value in ["{{ secret_hint }}", "{% for i in range(9) %}x{% endfor %}", "{{{{ name }}}}"] {
        let context = serde_json::json!({ "name": value, "secret_hint": "CANARY" });
        let text = render("Hello {{ name }}", &format!("{context}"), Channel::Text, &options);
        assert_eq!(text.unwrap(), format!("Hello {value}"));
    }
}

#[test]
fn what_is_not_listed_is_not_allowed() {
    for template in [
        "{% set x = 1 %}",
        "{% set x %}a{% endset %}",
        "{% with x = 1 %}{% endwith %}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ range(9) }}",
        "{{ name.upper() }}",
        "{{ lipsum() }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{{ name|safe }}",
        "{{ user|items }}",
        "{{ user|tojson }}",
        "{{ items|map('upper') }}",
        "{{ {'a': 1} }}",
        "{{ self }}",
        "{{ loop }}",
        "{{ name.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ ''['__cla' 'ss__'] }}",
        "{{ '__class__' }}",
        "{{ 'a' * 3 }}",
        "{{ 3 * 'a' }}",
        "{{ [1] * 3 }}",
        "{% for x in items recursive %}{% endfor %}",
        "{{ items[::2] }}",
        "{{ name is callable }}",
        "{{ name|upper(*items) }}",
        "{% if false %}{{ range(1) }}{% endif %}",
        "{% do range(1) %}",
        "<%= system('id') %>",
        "${''.__class__}",
        "${T(a).exec('x')}",
        "#{7.system('id')}",
        "a __class__ b",
    ] {
        fails(template, Kind::NotAllowed);
        assert!(codes(template).contains(&"not_allowed".into()), "{template}: {:?}", codes(template));
    }
    for template in [
        "{% macro f() %}{% endmacro %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% import 'x' as y %}",
        "{% block b %}{% endblock %}",
    ] {
        fails(template, Kind::Syntax);
        assert_eq!(codes(template), ["syntax"], "{template}");
    }
}

#[test]
fn texts_cannot_be_repeated_whatever_they_come_from() {
    fails("{{ name * 3 }}", Kind::Type);
    fails("{{ items * 3 }}", Kind::Type);
    fails("{{ items + items }}", Kind::Type);
    fails("{{ true * 3 }}", Kind::Type);
}

#[test]
fn a_restricted_value_is_used_through_masking_filters_alone() {
    gives("{{ ssn | mask_ssn }} {{ card_number | mask_card }}", "****1120 ****1111");
    gives("{{ ssn | default('') | mask_ssn | upper }}", "****1120");
    gives(
        "{{ secret_hint | mask_card }}{{ user.password | mask_ssn }}{{ credentials | mask_card }}",
        "************",
    );
    gives("{{ ssn is defined }}{{ no_token is defined }}", "TrueFalse");
    for template in [
        "{{ secret_hint }}",
        "{{ user.password }}",
        "{{ user['password'] }}",
        "{{ user['pass' ~ 'word'] }}",
        "{{ user['PASSWORD'|lower] }}",
        "{{ user.deep.api_key }}",
        "{{ secret_hint|upper }}",
        "{{ secret_hint|default('x') }}",
        "{{ 'a' ~ secret_hint }}",
        "{{ secret_hint[0] }}",
        "{{ secret_hint[:2] }}",
        "{{ secret_hint|length }}",
        "{% if secret_hint == 'a' %}{% endif %}",
        "{% if secret_hint %}{% endif %}",
        "{% for c in secret_hint %}{{ c }}{% endfor %}",
        "{{ 'C' in secret_hint }}",
        "{{ secret_hint < 'x' }}",
        "{{ rows|join(attribute='token') }}",
        "{{ rows[0].token }}",
        "{% for row in rows %}{{ row.token }}{% endfor %}",
        "{{ credentials.user }}",
        "{{ credentials.list[0] }}",
        "{{ credentials.list|join }}",
        "{{ [secret_hint]|join }}",
        "{{ items[secret_hint] }}",
        "{{ secret_hint or 'x' }}",
        "{{ nickname|default(secret_hint) }}",
        "{{ secret_hint if flag else 'x' }}",
        "{{ not secret_hint }}",
        "{% if false %}{{ secret_hint }}{% endif %}",
        "{{ secret_hint is string }}",
        "{{ 'x' is eq(secret_hint) }}",
    ] {
        fails(template, Kind::Restricted);
        assert!(codes(template).contains(&"restricted".into()), "{template}: {:?}", codes(template));
    }
}

#[test]
fn what_only_the_context_shows_is_found_when_the_template_runs() {
    fails("{% for k in user %}{{ user[k] }}{% endfor %}", Kind::Restricted);
    assert_eq!(codes("{% for k in user %}{{ user[k] }}{% endfor %}"), ["dynamic_subscript"]);
    fails("{{ user }}", Kind::Type);
    fails("{{ rows }}", Kind::Type);
    assert_eq!(rendered_for("{{ user }}", Channel::Json).unwrap_err().kind, Kind::Restricted);
    assert_eq!(rendered_for("{{ [user] }}", Channel::Json).unwrap_err().kind, Kind::Restricted);
}

#[test]
fn names_in_the_template_are_no_fields() {
    gives("{% for key in items %}{{ key }}{% endfor %}", "123");
    gives("{{ 'password' }}", "password");
}

#[test]
fn the_policy_says_which_fields_are_restricted_and_which_variables_there_are() {
    let rule = |name: &str, level| FieldRule {
        name: Some(name.into()),
        pointer: None,
        level,
        strategy: Hide::Fixed,
    };
    let section = MaskingSection {
        fields: Vec::from([rule("email", Level::Confidential), rule("secret_hint", Level::Public)]),
        ..MaskingSection::default()
    };
    let fields = Fields::new(&section).unwrap();
    let variables = ["user".into(), "secret_hint".into()];
    let options = Options { fields: &fields, variables: Some(&variables) };
    let rendered = |template| render(template, CONTEXT, Channel::Html, &options).map_err(|error| error.kind);
    assert_eq!(rendered("{{ secret_hint }}").as_deref(), Ok("CANARY-4"));
    assert_eq!(rendered("{{ user.email }}"), Err(Kind::Restricted));
    assert_eq!(rendered("{{ name }}"), Err(Kind::Undefined));
}

#[test]
fn what_is_not_there_is_an_error() {
    for template in [
        "{{ nosuch }}",
        "{{ user.nosuch }}",
        "{{ nosuch.a }}",
        "{{ items[9] }}",
        "{% if nosuch %}{% endif %}",
        "{{ nosuch|upper }}",
        "{{ nosuch ~ 'a' }}",
    ] {
        fails(template, Kind::Undefined);
    }
    fails("{{ name.x.y }}", Kind::Undefined);
}

#[test]
fn every_channel_has_its_own_escapes() {
    let json = |template| rendered_for(template, Channel::Json);
    assert_eq!(
        json(r#"{"a": {{ name }}, "b": "x {{ name }} y", "c": {{ items }}, "d": {{ nothing }}}"#).unwrap(),
        "{\"a\": \"Ann <Ö>\", \"b\": \"x Ann <Ö> y\", \"c\": [1,2,3], \"d\": null}"
    );
    assert_eq!(json("{{ name ~ '\"' }}").unwrap(), r#""Ann <Ö>\"""#);
    assert_eq!(json("{\"a\": {{ name }}").unwrap_err().kind, Kind::Channel);
    assert_eq!(json("\"\\{{ name }}\"").unwrap_err().kind, Kind::Channel);
    assert_eq!(rendered_for("{{ name }}", Channel::Text).unwrap(), "Ann <Ö>");
    let options = Options { fields: &Fields::default(), variables: None };
    for value in ["a\rb", "a\nb", "a\u{2028}b", "a\u{85}b", "a\0b", "a\u{1b}[0m"] {
        let context = format!("{}", serde_json::json!({ "name": value }));
        let error = render("{{ name }}", &context, Channel::Header, &options).unwrap_err();
        assert_eq!(error.kind, Kind::Channel, "{value:?}");
    }
    assert_eq!(rendered_for("{{ name }}", Channel::Header).unwrap(), "Ann <Ö>");
}

#[test]
fn findings_say_where() {
    let options = Options { fields: &Fields::default(), variables: None };
    let places = |template: &str| -> Vec<(u32, u32)> {
        validate(template, &options).iter().map(|finding| (finding.line, finding.column)).collect()
    };
    assert_eq!(places("Hello\n  {{ secret }} {{ x() }}"), [(2, 6), (2, 19)]);
    assert_eq!(places("ö {{ secret }}"), [(1, 6)]);
    assert_eq!(places("a\nb {{ 1 + }}").len(), 1);
    assert_eq!(rendered("a\nb {{ secret }}").unwrap_err().position("a\nb {{ secret }}"), (2, 6));
}

#[test]
fn limits_hold() {
    let repeated = |prefix: &str, unit: &str, middle: &str, close: &str, suffix: &str, n: usize| {
        format!("{prefix}{}{middle}{}{suffix}", unit.repeat(n), close.repeat(n))
    };
    for template in [
        repeated("{{ ", "(", "1", ")", " }}", 10_000),
        repeated("{{ ", "[", "1", "]", " }}", 10_000),
        repeated("{{ ", "not ", "1", "", " }}", 10_000),
        repeated("{{ ", "-", "1", "", " }}", 10_000),
        repeated("{{ 1", "~1", "", "", " }}", 20_000),
        repeated("{{ name", "|upper", "", "", " }}", 9_000),
        repeated("{{ user", ".a", "", "", " }}", 20_000),
        repeated("", "{% if 1 %}", "x", "{% endif %}", "", 3_000),
        repeated("", "{% for a in items %}", "x", "{% endfor %}", "", 20),
        repeated("", "{% for a in items %}", "", "{% endfor %}", "", 20),
        repeated(
            "{% for a in items %}{% for b in items %}",
            &"x".repeat(10_000),
            "",
            "",
            "{% endfor %}{% endfor %}",
            1,
        ),
        "x".repeat(70_000),
        "\n".repeat(65_536),
    ] {
        assert!(rendered(&template).is_err(), "{}", &template[..40.min(template.len())]);
    }
    fails("{{ 9223372036854775807 + 1 }}", Kind::Limit);
    fails("{{ 10 ** 100 }}", Kind::Limit);
    fails("{{ 1 / 0 }}", Kind::Type);
    fails("{{ 1 % 0 }}", Kind::Type);
}

#[test]
fn going_through_long_texts_takes_steps() {
    let options = Options { fields: &Fields::default(), variables: None };
    let context = format!(r#"{{"big": "{}", "items": [{}1]}}"#, "x".repeat(60_000), "1,".repeat(299));
    let run = |body: &str| {
        let template = format!("{{% for a in items %}}{body}{{% endfor %}}");
        render(&template, &context, Channel::Text, &options).map_err(|error| error.kind)
    };
    for body in
        ["{% if big|upper == 'y' %}{% endif %}", "{% if 'z' in big %}{% endif %}", "{{ (big ~ 'x')|length }}"]
    {
        assert_eq!(run(body), Err(Kind::Limit), "{body}");
    }
    assert_eq!(run("{{ a }}"), Ok("1".repeat(300)));
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("name".to_owned()),
        Just("user".to_owned()),
        Just("items".to_owned()),
        Just("secret_hint".to_owned()),
        Just("rows".to_owned()),
        Just("credentials".to_owned()),
        Just("1".to_owned()),
        Just("'password'".to_owned()),
        Just("-3".to_owned()),
        Just("ssn".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (pair.clone(), "(\\+|-|\\*|/|//|%|\\*\\*|~| and | or | in |==|<)").prop_map(|((one, two), op)| format!("({one} {op} {two})")),
            (inner.clone(), "(upper|lower|title|length|join|default|number|date|currency|truncate|mask_card|mask_ssn|list)").prop_map(|(of, filter)| format!("{of}|{filter}")),
            (inner.clone(), "(name|password|deep|api_key|token|x)").prop_map(|(of, name)| format!("{of}.{name}")),
            pair.clone().prop_map(|(of, at)| format!("{of}[{at}]")),
            pair.clone().prop_map(|(of, at)| format!("{of}[{at}:]")),
            pair.prop_map(|(one, two)| format!("({one} if {two} else {one})")),
            inner.prop_map(|of| format!("[{of}]")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 8 } else { 2000 }))]

    #[test]
    fn any_text_is_answered(template in "(\\{\\{|\\{%|%\\}|\\}\\}|[ -~]|\\PC){0,60}") {
        let _ = rendered(&template);
        let _ = codes(&template);
    }

    #[test]
    fn no_expression_shows_a_restricted_value(
        one in expression(), two in expression(), channel in prop_oneof![Just(Channel::Html), Just(Channel::Json), Just(Channel::Text)],
    ) {
        let template = format!("{{% for x in {one} %}}{{{{ x }}}}{{{{ {two} }}}}{{% endfor %}}{{{{ {two} }}}}");
        for template in [&template, &format!("{{{{ {one} }}}}")] {
            if let Ok(text) = rendered_for(template, channel) {
                prop_assert!(!text.contains("CANARY") && !text.contains("078"), "{template}: {text}");
            }
        }
    }
}
