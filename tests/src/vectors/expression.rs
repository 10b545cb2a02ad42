//! Expressions to conditions.

use serde_json::{Map, Value};

/// A search that a condition looks at.
pub(super) struct Search {
    pub(super) name: String,
    pub(super) of: String,
    pub(super) constraints: Value,
}

/// Translates expressions, and gathers the searches that they look at.
pub(super) struct Translator<'t> {
    pub(super) default_type: Option<&'t str>,
    /// The search that `search.first` is of, where it is not said there.
    pub(super) around: Option<&'t Value>,
    pub(super) searches: &'t mut Vec<Search>,
}

/// What an operand is, and what must be there for it.
struct Operand {
    guards: Vec<String>,
    text: String,
}

impl Translator<'_> {
    /// A condition in CEL.
    pub(super) fn condition(&mut self, expression: &Value) -> Result<String, String> {
        let expression = match expression {
            Value::Bool(value) => return Ok(value.to_string()),
            Value::Object(expression) => expression,
            other => return Err(format!("no expression: {other}")),
        };
        let op = expression.get("op").and_then(Value::as_str).unwrap_or_default();
        match op {
            "logged_in" => Ok("has(user.id)".into()),
            "and" | "all" => self.joined(expression, " && "),
            "or" | "any" => self.joined(expression, " || "),
            "not" => Ok(format!("!({})", self.condition(one(expression)?)?)),
            "is_empty" | "is_not_empty" => {
                let Operand { guards, text } = self.operand(one(expression)?)?;
                let there = guarded(
                    &guards,
                    &format!(
                        "(type({text}) == string ? {text} != '' : type({text}) == list ? size({text}) > 0 : true)"
                    ),
                );
                Ok(if op == "is_empty" { format!("!({there})") } else { format!("({there})") })
            }
            "search_count_gt" => {
                let of = expression.get("type").and_then(Value::as_str);
                let constraints = expression.get("constraints").cloned().unwrap_or_default();
                let name = self.search(of, constraints)?;
                let least = expression.get("n").and_then(Value::as_i64).unwrap_or_default();
                Ok(format!("(size(search.{name}) > {least})"))
            }
            "list_contains" | "contains" => {
                self.compared(expression, |left, right| format!("{right} in {left}"))
            }
            "in" => self.compared(expression, |left, right| format!("{left} in {right}")),
            "eq" => self.compared(expression, |left, right| format!("{left} == {right}")),
            "neq" | "ne" | "not_eq" => {
                let equal = self.compared(expression, |left, right| format!("{left} == {right}"))?;
                Ok(format!("!{equal}"))
            }
            "gt" => self.compared(expression, |left, right| format!("{left} > {right}")),
            "gte" | "ge" => self.compared(expression, |left, right| format!("{left} >= {right}")),
            "lt" => self.compared(expression, |left, right| format!("{left} < {right}")),
            "lte" | "le" => self.compared(expression, |left, right| format!("{left} <= {right}")),
            _ => Err(format!("no operator: {op}")),
        }
    }

    fn joined(&mut self, expression: &Map<String, Value>, by: &str) -> Result<String, String> {
        let parts = several(expression)?.into_iter().map(|part| self.condition(part));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(format!("({})", parts.join(by)))
    }

    fn compared(
        &mut self,
        expression: &Map<String, Value>,
        compare: impl Fn(&str, &str) -> String,
    ) -> Result<String, String> {
        let operands = several(expression)?;
        let [left, right] = operands.as_slice() else { return Err("expected two operands".into()) };
        if left.is_null() || right.is_null() {
            return Ok("false".into());
        }
        let (mut left, right) = (self.operand(left)?, self.operand(right)?);
        left.guards.extend(right.guards);
        Ok(format!("({})", guarded(&left.guards, &compare(&left.text, &right.text))))
    }

    fn operand(&mut self, operand: &Value) -> Result<Operand, String> {
        let path = match operand {
            Value::Object(members) => {
                match (members.get("path").and_then(Value::as_str), members.get("value")) {
                    (Some(path), _) => path,
                    (None, Some(value)) => return self.operand(value),
                    (None, None) => return Err(format!("no operand: {operand}")),
                }
            }
            // JSON's literals are CEL's.
            literal => return Ok(Operand { guards: Vec::new(), text: format!("dyn({literal})") }),
        };
        let (mut text, rest, mut guards) = match path.split_once('.') {
            Some(("thing", rest)) => ("resource".to_owned(), rest, Vec::new()),
            Some(("user", rest)) => ("user".to_owned(), rest, Vec::new()),
            Some(("search", rest)) => {
                let rest = rest.strip_prefix("first.").ok_or("expected `search.first`")?;
                let around = self.around.cloned().unwrap_or_default();
                let of = around.get("type").and_then(Value::as_str);
                let name = self.search(of, around.get("constraints").cloned().unwrap_or_default())?;
                (format!("search.{name}[0]"), rest, vec![format!("size(search.{name}) > 0")])
            }
            _ => return Err(format!("no path: {path}")),
        };
        for field in rest.split('.') {
            text = format!("{text}.{field}");
            guards.push(format!("has({text})"));
        }
        Ok(Operand { guards, text })
    }

    fn search(&mut self, of: Option<&str>, constraints: Value) -> Result<String, String> {
        let of = of.or(self.default_type).ok_or("a search without a type")?.to_owned();
        let name = format!("s{}", self.searches.len());
        self.searches.push(Search { name: name.clone(), of, constraints });
        Ok(name)
    }
}

fn guarded(guards: &[String], text: &str) -> String {
    let mut parts = guards.to_vec();
    parts.push(text.to_owned());
    parts.join(" && ")
}

const LISTS: [&str; 7] = ["args", "operands", "of", "items", "exprs", "conditions", "all"];
const SINGLES: [&str; 7] = ["arg", "operand", "expr", "of", "value", "left", "condition"];

fn several(expression: &Map<String, Value>) -> Result<Vec<&Value>, String> {
    if let Some(list) = LISTS.iter().find_map(|name| expression.get(*name)?.as_array()) {
        return Ok(list.iter().collect());
    }
    match (expression.get("left"), expression.get("right")) {
        (Some(left), Some(right)) => Ok(vec![left, right]),
        _ => Err("expected operands".into()),
    }
}

fn one(expression: &Map<String, Value>) -> Result<&Value, String> {
    if let Some(single) =
        SINGLES.iter().find_map(|name| expression.get(*name).filter(|value| !value.is_array()))
    {
        return Ok(single);
    }
    match several(expression)?.as_slice() {
        [single] => Ok(single),
        _ => Err("expected one operand".into()),
    }
}

/// Calls `found` with every path in an expression.
pub(super) fn paths(expression: &Value, found: &mut dyn FnMut(&str)) {
    match expression {
        Value::Object(members) => {
            if let Some(Value::String(path)) = members.get("path") {
                found(path);
            }
            members.values().for_each(|value| paths(value, found));
        }
        Value::Array(elements) => elements.iter().for_each(|value| paths(value, found)),
        _ => {}
    }
}
