use alloc::{string::String, vec, vec::Vec};

use super::*;

fn outputs(text: &str) -> Vec<String> {
    let template = read(text);
    assert_eq!(template.problems, [], "{text}");
    template.outputs.iter().map(|output| output.dotted() + "|" + &output.filters.join("|")).collect()
}

#[test]
fn variables_filters_and_loops_are_read() {
    assert_eq!(outputs("Hello {{ name }}, {{total|currency}}"), ["name|", "total|currency"]);
    assert_eq!(
        outputs("{{ a.b[0]['c-d'] | default('}}') | truncate(10, end=\"…\") }}"),
        ["a.b.c-d|default|truncate"]
    );
    assert_eq!(
        outputs("{%- for l in order.lines -%}{{ l.title }}{% endfor %}{# x #}"),
        ["order.lines.title|"]
    );
    assert_eq!(outputs("{% if a.b == 'x' and not (n > 2 or c in d) %}{{ e }}{% else %}{% endif %}"), ["e|"]);
    assert_eq!(outputs("5 % { not a tag } {{- n -}}"), ["n|"]);
    assert_eq!(outputs("{% if a not in b %}x{% elif -1 < c | length %}y{% endif %}"), Vec::<String>::new());
}

#[test]
fn what_computes_or_leads_out_is_refused() {
    for text in [
        "{{ ''.__class__.__mro__ }}",
        "{{ 7*7 }}",
        "{{ f() }}",
        "{{ a.b() }}",
        "{{ a['__class__'] }}",
        "{{ a._b }}",
        "{{ env.KEY }}",
        "{{ process.env.HOME }}",
        "{{ config.items }}",
        "{{ a ~ b }}",
        "{{ a if b else c }}",
        "{{ [1] }}",
        "{{ 'x' }}",
        "{{ a | default(b) }}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% macro f() %}{% endmacro %}",
        "{% for i in range(9) %}x{% endfor %}",
        "{{ x.constructor }}",
        "{% raw %}",
        "{{ a[b] }}",
        "{{ self }}",
        "{% if cycler() %}{% endif %}",
        "{{ a == b }}",
        "{% if a is defined %}{% endif %}",
        "{{ a | upper + b }}",
    ] {
        let template = read(text);
        assert!(
            template
                .problems
                .iter()
                .any(|problem| matches!(problem, Problem::Expression(_) | Problem::Name(_))),
            "{text}: {template:?}"
        );
    }
}

#[test]
fn names_that_only_sound_like_the_hosts_pass() {
    assert_eq!(
        outputs("{{ process.title }} {{ system.name }} {{ environment }}"),
        ["process.title|", "system.name|", "environment|"]
    );
}

#[test]
fn what_does_not_end_is_malformed() {
    for text in ["{{ a", "{{ }}", "{% if a %}", "{% endif %}", "{# x", "{{ a.}}", "{% %}", "{{ a | }}", "{{"]
    {
        let template = read(text);
        assert!(matches!(template.problems[..], [Problem::Malformed(_)]), "{text}: {template:?}");
    }
}

#[test]
fn an_unknown_filter_is_named_and_reading_goes_on() {
    let template = read("{{ a | safe | upper }} {{ 1 }} {{ ssn }}");
    assert_eq!(template.problems.len(), 2);
    assert_eq!(template.problems[0], Problem::Filter("safe".into()));
    assert_eq!(template.outputs[1].path, ["ssn"]);
}

#[test]
fn a_loop_over_a_restricted_list_stays_restricted() {
    assert_eq!(read("{% for t in user.tokens %}{{ t }}{% endfor %}").outputs[0].path, ["user", "tokens"]);
}

#[test]
fn a_value_may_stand_alone() {
    assert_eq!(
        read_value("customer.ssn | mask_ssn").outputs,
        vec![Output { path: vec!["customer".into(), "ssn".into()], filters: vec!["mask_ssn".into()] }]
    );
    assert!(!read_value("*").problems.is_empty());
    assert!(!read_value("a b").problems.is_empty());
}

#[test]
fn templates_are_filled_with_a_letter() {
    assert_eq!(filled("/a/{{id}}/b{{ c | upper }}"), "/a/x/bx");
    assert_eq!(filled("/a/{{id"), "/a/x");
}

#[test]
fn deep_nesting_ends() {
    let text = String::from("{% if ") + &"(".repeat(100_000);
    assert!(!read(&text).problems.is_empty());
}

#[test]
fn expressions_of_other_engines_are_refused_and_money_is_not() {
    for text in ["${7*7}", "#{T(java.lang.Runtime)}", "<%= x %>", "${jndi:ldap://x}"] {
        assert!(!read(text).problems.is_empty(), "{text}");
    }
    for text in ["Total ${{total}}", "#{{number}}", "${name}", "5 < 6 %", "$ {x}"] {
        assert_eq!(read(text).problems, [], "{text}");
    }
}
