use super::*;
use crate::workflow::{json::Json, node::Node, read};

fn conditions(text: &str, judge: impl Fn(&[Condition<'_>]) -> bool) -> bool {
    let json: Json = serde_json::from_str(text).unwrap();
    judge(&read::filter(&Node::root(&json)))
}

#[test]
fn what_cannot_hold_together_is_found() {
    for text in [
        r#"[{"field":"total","operator":"gt","value":1000},{"field":"total","operator":"lt","value":10}]"#,
        r#"[{"field":"s","operator":"eq","value":"a"},{"field":"s","operator":"equals","value":"b"}]"#,
        r#"[{"field":"s","operator":"eq","value":"a"},{"field":"s","operator":"ne","value":"a"}]"#,
        r#"[{"field":"s","operator":"in","value":["a","b"]},{"field":"s","operator":"not_in","value":["a","b"]}]"#,
        r#"[{"field":"s","operator":"in","value":[]}]"#,
        r#"[{"field":"n","operator":"is_null"},{"field":"n","operator":"eq","value":3}]"#,
        r#"[{"field":"n","operator":"between","value":[9,1]}]"#,
        r#"[{"field":"n","operator":"gt","value":5},{"field":"n","operator":"lte","value":5}]"#,
        r#"[{"field":"n","operator":"eq","value":5},{"field":"n","operator":"gt","value":7}]"#,
        r#"[{"field":"s","operator":"starts_with","value":"x"},{"field":"s","operator":"eq","value":"abc"}]"#,
        r#"[{"operator":"and","conditions":[{"field":"a","operator":"eq","value":1},
            {"operator":"or","conditions":[{"field":"a","operator":"eq","value":2},{"field":"a","operator":"lt","value":0}]}]}]"#,
        r#"[{"field":"1","operator":"eq","value":2}]"#,
    ] {
        assert!(conditions(text, |list| never(list)), "{text}");
    }
}

#[test]
fn what_holds_whatever_happens_is_found() {
    for text in [
        r#"{"operator":"or","conditions":[{"field":"n","operator":"gt","value":5},{"field":"n","operator":"lte","value":5}]}"#,
        r#"{"operator":"or","conditions":[{"field":"s","operator":"eq","value":"a"},{"field":"s","operator":"ne","value":"a"}]}"#,
        r#"{"operator":"not","conditions":[{"field":"n","operator":"in","value":[]}]}"#,
        r#"[{"field":"1","operator":"eq","value":1}]"#,
        r#"[{"field":"s","operator":"matches","value":".*"}]"#,
        r#"[{"field":"s","operator":"contains","value":""}]"#,
        r#"[{"field":"s","operator":"eq","value":"{{s}}"}]"#,
        r#"{"operator":"and","conditions":[{"field":"s","operator":"not_in","value":[]}]}"#,
    ] {
        assert!(conditions(text, |list| list.iter().all(always)), "{text}");
    }
}

#[test]
fn what_may_hold_or_not_is_left_alone() {
    for text in [
        r#"[{"field":"total","operator":"gt","value":10},{"field":"total","operator":"lt","value":1000}]"#,
        r#"[{"field":"s","operator":"in","value":["a","b"]},{"field":"s","operator":"ne","value":"a"}]"#,
        r#"[{"field":"tags","operator":"contains","value":"a"},{"field":"tags","operator":"contains","value":"b"}]"#,
        r#"[{"field":"a","operator":"eq","value":"1"},{"field":"a","operator":"eq","value":1}]"#,
        r#"[{"field":"d","operator":"gt","value":"2024-01-02"},{"field":"d","operator":"lt","value":"2024-01-01"}]"#,
        r#"[{"field":"s","operator":"matches","value":"^a"}]"#,
        r#"{"operator":"or","conditions":[{"field":"a","operator":"gt","value":5},{"field":"b","operator":"lte","value":5}]}"#,
        r#"[{"field":"s","operator":"changed"},{"field":"s","operator":"eq","value":"{{x}}"}]"#,
    ] {
        assert!(!conditions(text, |list| never(list)), "never: {text}");
        assert!(!conditions(text, |list| list.iter().any(always)), "always: {text}");
    }
}
