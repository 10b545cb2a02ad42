//! The language definition, case by case: `cases.txt` says what each source evaluates to.

use portcullis_condition::{Condition, Declarations, Fact, Facts, Path, Type, Value};

struct Bindings(Vec<(String, Value<'static>)>);

impl<'a> Facts<'a> for Bindings {
    fn fact(&self, _: usize, path: &Path) -> Fact<'a> {
        let found = self.0.iter().find(|(name, _)| name == path.variable());
        let Some((_, value)) = found else { return Fact::Missing { found: 0 } };
        let mut value = value;
        for (index, field) in path.fields().enumerate() {
            let Value::Map(entries) = value else { return Fact::Missing { found: index } };
            let entry = entries.iter().find(|(key, _)| matches!(key, Value::String(key) if **key == *field));
            let Some((_, entry)) = entry else { return Fact::Missing { found: index + 1 } };
            value = entry;
        }
        Fact::Value(value.clone())
    }
}

/// What a source evaluates to: a literal, or `!` and the kind of the error.
fn outcome(source: &str, declarations: &Declarations, bindings: &Bindings) -> String {
    let evaluated = Condition::compile(source, declarations)
        .and_then(|condition| condition.evaluate(bindings).map(|value| value.to_string()));
    evaluated.unwrap_or_else(|error| format!("!{}", error.kind().code()))
}

#[test]
fn every_case_evaluates_as_it_says() {
    let (mut declarations, mut bindings) = (Declarations::new(), Bindings(Vec::new()));
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, line) in include_str!("cases.txt").lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, source)) = line.strip_prefix("let ").and_then(|rest| rest.split_once(" = ")) {
            let value = Condition::compile(source, &declarations).expect(line);
            let value = value.evaluate(&bindings).expect(line).to_owned();
            declarations = declarations.variable(name, Type::of(&value));
            bindings.0.push((name.to_owned(), value));
            continue;
        }
        let (source, expected) =
            line.split_once(" => ").unwrap_or_else(|| panic!("line {}: {line}", number + 1));
        let found = outcome(source.trim(), &declarations, &bindings);
        count += 1;
        if found != expected.trim() {
            wrong.push(format!("line {}: {} => {found}, and not {expected}", number + 1, source.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "{count} cases");
}
