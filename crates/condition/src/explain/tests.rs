use alloc::{format, string::String, vec::Vec};

use super::*;
use crate::{Condition, evaluate::tests::World};

fn shown(explanation: &Explanation<'_>, source: &str, depth: usize, lines: &mut Vec<String>) {
    let span = explanation.expr.span;
    let text = &source[span.start as usize..span.end as usize];
    let outcome = match &explanation.outcome {
        Outcome::Value(value) => format!("{value}"),
        Outcome::Failed(error) => error.message().into(),
        Outcome::Skipped => "skipped".into(),
    };
    let mark = if explanation.decided { " <" } else { "" };
    lines.push(format!("{}{text} = {outcome}{mark}", "  ".repeat(depth)));
    for below in &explanation.below {
        shown(below, source, depth + 1, lines);
    }
}

fn explained(source: &str) -> Vec<String> {
    let condition = Condition::compile(source, &World::declarations()).expect(source);
    let mut lines = Vec::new();
    shown(&condition.explain(&World), source, 0, &mut lines);
    lines
}

#[test]
fn the_operand_that_decides_is_marked_and_the_rest_is_skipped() {
    assert_eq!(
        explained("user.id == 'u1' && user.age > 50 && user.nick == null"),
        [
            "user.id == 'u1' && user.age > 50 && user.nick == null = false",
            "  user.id == 'u1' = true",
            "    user.id = \"u1\"",
            "    'u1' = \"u1\"",
            "  user.age > 50 = false <",
            "    user.age = 41",
            "    50 = 50",
            "  user.nick == null = skipped",
        ]
    );
}

#[test]
fn where_all_were_needed_all_are_marked() {
    assert_eq!(
        explained("user.nick == null && !(user.age > 50)"),
        [
            "user.nick == null && !(user.age > 50) = true",
            "  user.nick == null = true <",
            "    user.nick = null",
            "    null = null",
            "  !(user.age > 50) = true",
            "    (user.age > 50) = false <",
            "      user.age = 41",
            "      50 = 50",
        ]
    );
}

#[test]
fn a_macro_tells_the_element_that_decided() {
    assert_eq!(
        explained("user.roles.exists(r, r == 'editor')"),
        [
            "user.roles.exists(r, r == 'editor') = true",
            "  user.roles = [\"admin\", \"editor\"]",
            "  r == 'editor' = true <",
            "    r = \"editor\"",
            "    'editor' = \"editor\"",
        ]
    );
}

#[test]
fn a_failure_is_followed_to_its_fact() {
    assert_eq!(
        explained("user.id == 'x' || user.manager.age > 1"),
        [
            "user.id == 'x' || user.manager.age > 1 = this fact is missing",
            "  user.id == 'x' = false",
            "    user.id = \"u1\"",
            "    'x' = \"x\"",
            "  user.manager.age > 1 = this fact is missing",
            "    user.manager.age = this fact is missing <",
            "    1 = 1",
        ]
    );
}
