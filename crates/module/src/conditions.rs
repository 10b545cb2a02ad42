//! Calls about conditions: checked, evaluated, explained.

use portcullis_condition::{
    Condition, Declarations, Duration, Error, ErrorKind, Explanation, Fact, Kind, Outcome, Path, Record,
    Residual, Shared, Timestamp, Type, Value, limits::DEFAULT_STEPS,
};
use portcullis_token::base64url;
use portcullis_wire::call::{
    ConditionChecked, ConditionError, ConditionEvaluated, ConditionNode, DeclaredType, DeclaredTypes,
    Evaluation, ResidualView, TaggedValue,
};

use crate::answers::Answer;

#[cfg(test)]
mod tests;

pub(crate) fn check(expr: &str, types: &DeclaredTypes) -> ConditionChecked {
    match Condition::compile(expr, &declarations(types)) {
        Ok(condition) => ConditionChecked {
            valid: true,
            of: Some(condition.result().to_string()),
            text: Some(condition.to_string()),
            facts: names(&condition),
            error: None,
        },
        Err(error) => ConditionChecked {
            valid: false,
            of: None,
            text: None,
            facts: Vec::new(),
            error: Some(error_view(&error)),
        },
    }
}

pub(crate) fn evaluate(evaluation: &Evaluation<'_>, answer: Answer<'_>) {
    let mut values = Vec::with_capacity(evaluation.bindings.len());
    for (name, tagged) in &evaluation.bindings {
        match untagged(tagged) {
            Some(value) => values.push((&**name, value)),
            None => {
                let message = format!("the binding `{name}` is not what its tag says");
                let error = ConditionError { kind: ErrorKind::Evaluation.code().into(), offset: 0, message };
                return answer.ok(&failed(error));
            }
        }
    }
    let bindings = Bindings { values, unknown: evaluation.unknown.iter().map(|name| &**name).collect() };
    let declarations = match &evaluation.types {
        Some(types) => declarations(types),
        None => bindings.declarations(),
    };
    let condition = match Condition::compile(&evaluation.expr, &declarations) {
        Ok(condition) => condition,
        Err(error) => return answer.ok(&failed(error_view(&error))),
    };
    let facts = bindings.facts(condition.facts());
    let mut steps = DEFAULT_STEPS;
    let mut evaluated = ConditionEvaluated { value: None, error: None, residual: None, explanation: None };
    let explanation = evaluation.explain.then(|| condition.explain_within(&facts, &mut steps));
    // The answer borrows from the outcome, so that is made first.
    let outcome;
    if bindings.unknown.is_empty() {
        outcome = match &explanation {
            Some(explanation) => explanation.outcome.clone(),
            None => match condition.evaluate_within(&facts, &mut steps) {
                Ok(value) => Outcome::Value(value),
                Err(error) => Outcome::Failed(error),
            },
        };
        match &outcome {
            Outcome::Value(value) if value.written_within(&mut steps) => {
                evaluated.value = Some(tagged(value))
            }
            Outcome::Failed(error) => evaluated.error = Some(error_view(error)),
            Outcome::Value(_) | Outcome::Skipped => evaluated.error = Some(too_long()),
        }
    } else {
        match condition.residual(&facts) {
            Ok(residual) => evaluated.residual = Some(residual_view(&residual)),
            Err(error) => evaluated.error = Some(error_view(&error)),
        }
    }
    evaluated.explanation = explanation.map(|explanation| node(&explanation, &mut steps));
    answer.ok(&evaluated);
}

/// Values by the names of variables.
struct Bindings<'a> {
    values: Vec<(&'a str, Value<'a>)>,
    unknown: Vec<&'a str>,
}

impl Bindings<'_> {
    /// Of variables that are not known, the types are not known either.
    fn declarations(&self) -> Declarations {
        let known = self.values.iter().map(|(name, value)| (*name, Type::of(value)));
        let unknown = self.unknown.iter().map(|name| (*name, Type::Dyn));
        known.chain(unknown).fold(Declarations::new(), |all, (name, of)| all.variable(name, of))
    }
}

impl<'a> Bindings<'a> {
    /// What is known at the end of each path.
    fn facts(&self, paths: &[Path]) -> Vec<Fact<'a>> {
        let mut facts = vec![Fact::Unknown; paths.len()];
        let mut ways: Vec<Way<'_>> = paths
            .iter()
            .enumerate()
            .filter(|(_, path)| !self.unknown.contains(&path.variable()))
            .map(|(place, path)| (path.variable(), path.fields().collect(), place))
            .collect();
        // Sorted, the paths through one map are found by their keys: however many they are, a map is
        // gone through once.
        ways.sort_unstable();
        for ways in ways.chunk_by(|(one, ..), (other, ..)| one == other) {
            let variable = ways.first().map(|(variable, ..)| *variable);
            let value = self.values.iter().find(|(name, _)| Some(*name) == variable);
            found(value.map(|(_, value)| value), ways, 0, &mut facts);
        }
        facts
    }
}

/// A variable, the fields that are followed from it, and the place of the fact that they lead to.
type Way<'p> = (&'p str, Vec<&'p str>, usize);

/// A field, the ways through it, and its value, once that is found.
type Group<'w, 'v, 'a> = (Option<&'w str>, &'w [Way<'w>], Option<&'v Value<'a>>);

/// Follows ways, sorted, that have led to one value so far, over so many fields.
fn found<'a>(value: Option<&Value<'a>>, ways: &[Way<'_>], depth: usize, facts: &mut [Fact<'a>]) {
    let Some(value) = value else {
        for (.., place) in ways {
            set(facts, *place, Fact::Missing { found: depth });
        }
        return;
    };
    let ends = ways.partition_point(|(_, fields, _)| fields.len() <= depth);
    let (here, below) = ways.split_at(ends);
    for (.., place) in here {
        set(facts, *place, Fact::Value(value.clone()));
    }
    let Value::Map(entries) = value else {
        for (.., place) in below {
            set(facts, *place, Fact::Missing { found: depth });
        }
        return;
    };
    if below.is_empty() {
        return;
    }
    fn key<'p>(way: &Way<'p>, depth: usize) -> Option<&'p str> {
        way.1.get(depth).copied()
    }
    let mut groups: Vec<Group<'_, '_, 'a>> = below
        .chunk_by(|one, other| key(one, depth) == key(other, depth))
        .map(|ways| (ways.first().and_then(|way| key(way, depth)), ways, None))
        .collect();
    for (name, value) in entries.iter() {
        if let Value::String(name) = name
            && let Ok(place) = groups.binary_search_by(|(key, ..)| key.cmp(&Some(&**name)))
            && let Some((.., first)) = groups.get_mut(place)
        {
            first.get_or_insert(value);
        }
    }
    for (_, ways, value) in groups {
        found(value, ways, depth.saturating_add(1), facts);
    }
}

fn set<'a>(facts: &mut [Fact<'a>], place: usize, fact: Fact<'a>) {
    if let Some(slot) = facts.get_mut(place) {
        *slot = fact;
    }
}

fn declarations(types: &DeclaredTypes) -> Declarations {
    types.iter().fold(Declarations::new(), |all, (name, of)| all.variable(name, declared(name, of)))
}

/// A declared type; the name is the record's, if it is one.
fn declared(name: &str, of: &DeclaredType) -> Type {
    match of {
        DeclaredType::Dyn => Type::Dyn,
        DeclaredType::Null => Type::Null,
        DeclaredType::Bool => Type::Bool,
        DeclaredType::Int => Type::Int,
        DeclaredType::Uint => Type::Uint,
        DeclaredType::Double => Type::Double,
        DeclaredType::String => Type::String,
        DeclaredType::Bytes => Type::Bytes,
        DeclaredType::Timestamp => Type::Timestamp,
        DeclaredType::Duration => Type::Duration,
        DeclaredType::List(element) => Type::list(declared(name, element)),
        DeclaredType::Map(of) => Type::map(declared(name, &of.0), declared(name, &of.1)),
        DeclaredType::Record(fields) => {
            let record = Record::new(name);
            Type::record(
                fields.iter().fold(record, |record, (name, of)| record.field(name, declared(name, of))),
            )
        }
        DeclaredType::Nullable(of) => declared(name, of).nullable(),
    }
}

/// None, if the text is not what the tag says.
fn untagged<'a>(tagged: &'a TaggedValue<'_>) -> Option<Value<'a>> {
    Some(match tagged {
        TaggedValue::Null(()) => Value::Null,
        TaggedValue::Bool(value) => Value::Bool(*value),
        TaggedValue::Int(text) => Value::Int(text.parse().ok()?),
        TaggedValue::Uint(text) => Value::Uint(text.parse().ok()?),
        TaggedValue::Double(text) => Value::parse_double(text)?,
        TaggedValue::String(text) => Value::string(text),
        TaggedValue::Bytes(text) => Value::Bytes(Shared::Owned(from_base64(text)?.into())),
        TaggedValue::Timestamp(text) => Value::Timestamp(Timestamp::parse(text)?),
        TaggedValue::Duration(text) => Value::Duration(Duration::parse(text)?),
        TaggedValue::Type(name) => Value::Type(Kind::named(name)?),
        TaggedValue::List(elements) => Value::list(elements.iter().map(untagged).collect::<Option<_>>()?),
        TaggedValue::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((untagged(key)?, untagged(value)?)));
            Value::map(entries.collect::<Option<_>>()?)
        }
    })
}

fn tagged<'v>(value: &'v Value<'_>) -> TaggedValue<'v> {
    match value {
        Value::Null => TaggedValue::Null(()),
        Value::Bool(value) => TaggedValue::Bool(*value),
        Value::Int(value) => TaggedValue::Int(value.to_string().into()),
        Value::Uint(value) => TaggedValue::Uint(value.to_string().into()),
        Value::Double(value) => TaggedValue::Double(double(*value).into()),
        Value::String(text) => TaggedValue::String((**text).into()),
        Value::Bytes(bytes) => TaggedValue::Bytes(to_base64(bytes).into()),
        Value::Timestamp(value) => TaggedValue::Timestamp(value.to_string().into()),
        Value::Duration(value) => TaggedValue::Duration(value.to_string().into()),
        Value::Type(kind) => TaggedValue::Type(kind.name().into()),
        Value::List(elements) => TaggedValue::List(elements.iter().map(tagged).collect()),
        Value::Map(entries) => {
            TaggedValue::Map(entries.iter().map(|(key, value)| (tagged(key), tagged(value))).collect())
        }
    }
}

fn double(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    portcullis_json::decimal::print(value)
}

/// Base64 with padding: that of URLs with two other letters.
fn to_base64(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains(['-', '_']) || !text.len().is_multiple_of(4) {
        return None;
    }
    let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    base64url::decode(&bare.replace('+', "-").replace('/', "_"))
}

fn names(condition: &Condition) -> Vec<String> {
    condition.facts().iter().map(ToString::to_string).collect()
}

fn residual_view(residual: &Residual) -> ResidualView {
    match residual {
        Residual::Always => ResidualView::Always,
        Residual::Never { .. } => ResidualView::Never,
        Residual::Depends(condition) => {
            ResidualView::Depends { expr: condition.to_string(), facts: names(condition) }
        }
    }
}

/// Values are written as long as steps are left.
fn node(explanation: &Explanation<'_>, steps: &mut u32) -> ConditionNode {
    let (value, error) = match &explanation.outcome {
        Outcome::Value(value) if value.written_within(steps) => (Some(value.to_string()), None),
        Outcome::Value(_) => (Some("…".into()), None),
        Outcome::Failed(error) => (None, Some(error_view(error))),
        Outcome::Skipped => (None, None),
    };
    let span = explanation.expr.span;
    ConditionNode {
        span: [span.start, span.end],
        value,
        error,
        decided: explanation.decided,
        below: explanation.below.iter().map(|below| node(below, steps)).collect(),
    }
}

fn too_long() -> ConditionError {
    let message = "the value is too long to be written out".into();
    ConditionError { kind: ErrorKind::Limit.code().into(), offset: 0, message }
}

fn error_view(error: &Error) -> ConditionError {
    ConditionError {
        kind: error.kind().code().into(),
        offset: u32::try_from(error.offset()).unwrap_or(u32::MAX),
        message: error.message().into(),
    }
}

const fn failed<'a>(error: ConditionError) -> ConditionEvaluated<'a> {
    ConditionEvaluated { value: None, error: Some(error), residual: None, explanation: None }
}
