//! Asks the module, and says what it answered in the words of the cases.

use portcullis::{Credential, Decision, Engine, PolicySource, Session};
use portcullis_wire::{Obligation, Reason, Request};
use serde_json::{Map, Value, json};

use super::{Case, credential, default_type, policy, things};

type Facts = Map<String, Value>;

/// The answer to one case.
pub(super) fn answer(engine: &Engine, case: &Case) -> Result<Value, String> {
    let (policy, searches) = policy::of(case)?;
    let source = PolicySource::from_json(policy.to_string());
    let session = Session::new(engine, &source, None).map_err(|error| format!("{error:?}"))?;
    let mut asking = Asking { session, case, now: credential::now(case) };
    let mut facts = Facts::new();
    facts.insert("now".into(), json!(asking.now));
    credential::add(case, &mut facts);
    for (name, or) in [("origin", "external"), ("branch", "live")] {
        facts.insert(name.into(), case.request.get(name).cloned().unwrap_or_else(|| json!(or)));
    }
    let mut answer = match case.surface.as_str() {
        "workflow_api" => {
            let found = searches.iter().map(|search| {
                json!({ "name": search.name, "records": narrowed(things(case, &search.of), &search.constraints) })
            });
            facts.insert("searches".into(), found.collect());
            asking.workflow(facts)?
        }
        "privacy" => asking.privacy(facts)?,
        "data_api" => asking.data(facts)?,
        other => return Err(format!("no surface: {other}")),
    };
    answer.insert("id".into(), json!(case.id));
    Ok(answer.into())
}

struct Asking<'c> {
    session: Session,
    case: &'c Case,
    now: f64,
}

impl Asking<'_> {
    fn workflow(&mut self, mut facts: Facts) -> Result<Facts, String> {
        let (case, asked) = (self.case, &self.case.request);
        let workflow = case.workflow.as_ref().ok_or("no workflow")?;
        let method = asked.get("method").cloned().unwrap_or_else(|| json!("POST"));
        facts.insert("workflow".into(), json!(policy::workflow_name(workflow)));
        let place = if method == "GET" { "query" } else { "params" };
        facts.insert(place.into(), asked.get("params").cloned().unwrap_or_default());
        facts.insert("method".into(), method);
        let decision = self.decide(&facts)?;
        let view = decision.view().map_err(|error| error.to_string())?;
        let skipped: Vec<String> = view
            .obligations
            .iter()
            .filter_map(|obligation| match obligation {
                Obligation::SkipAction(id) => Some(id.to_string()),
                _ => None,
            })
            .collect();
        let mut ran = Vec::new();
        let mut changed = Vec::new();
        let actions =
            workflow.get("actions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for action in actions.iter().filter(|_| decision.allowed()) {
            let id = action["id"].as_str().unwrap_or_default();
            if skipped.iter().any(|skipped| skipped == id) {
                continue;
            }
            ran.push(id.to_owned());
            if action["kind"] == "change_list" {
                let of = action["search"]["type"].as_str().or(default_type(case)).ok_or("no type")?;
                let data = search(of, &action["search"]["constraints"], true);
                facts.insert("data".into(), data);
                changed.extend(self.found(&facts, of, &action["search"]["constraints"])?.1);
            }
        }
        let mut answer = said(&view);
        answer.insert("ran".into(), json!(ran));
        answer.insert("skipped".into(), json!(skipped));
        answer.insert("changed".into(), json!(changed));
        Ok(answer)
    }

    fn privacy(&mut self, mut facts: Facts) -> Result<Facts, String> {
        let asked = &self.case.request;
        facts.insert("surface".into(), json!("app"));
        let of = asked.get("type").and_then(Value::as_str).or(default_type(self.case)).ok_or("no type")?;
        let constraints = asked.get("constraints").cloned().unwrap_or_default();
        let kind = asked.get("kind").and_then(Value::as_str).unwrap_or_default();
        let action = match kind {
            "view" | "direct" => "view",
            "search" => {
                facts.insert("data".into(), search(of, &constraints, false));
                return self.searched(&facts, of, &constraints);
            }
            "file" | "autobind" => kind,
            other => return Err(format!("no kind: {other}")),
        };
        let thing = self.thing(of, asked.get("thing"));
        let mut data = json!({ "type": of, "action": action, "record": thing });
        if action == "autobind" {
            data["field"] = asked.get("field").cloned().unwrap_or_default();
        }
        facts.insert("data".into(), data);
        let decision = self.decide(&facts)?;
        Ok(said(&decision.view().map_err(|error| error.to_string())?))
    }

    fn data(&mut self, mut facts: Facts) -> Result<Facts, String> {
        let asked = &self.case.request;
        let of = asked.get("type").and_then(Value::as_str).or(default_type(self.case)).ok_or("no type")?;
        let method = match asked.get("method").and_then(Value::as_str).unwrap_or("GET") {
            "POST_BULK" => "POST",
            method => method,
        };
        let constraints = asked.get("constraints").cloned().unwrap_or_default();
        let mut data = search(of, &constraints, false);
        data["action"] = Value::Null;
        data["body"] = asked.get("body").cloned().unwrap_or_default();
        if let Some(id) = asked.get("id").filter(|id| !id.is_null()) {
            data["id"] = id.clone();
            data["record"] = self.thing(of, Some(id));
        }
        facts.insert("surface".into(), json!("data_api"));
        facts.insert("method".into(), json!(method));
        let searches = method == "GET" && data.get("id").is_none();
        facts.insert("data".into(), data);
        if searches {
            return self.searched(&facts, of, &constraints);
        }
        let decision = self.decide(&facts)?;
        Ok(said(&decision.view().map_err(|error| error.to_string())?))
    }

    fn searched(&mut self, facts: &Facts, of: &str, constraints: &Value) -> Result<Facts, String> {
        let (decision, found) = self.found(facts, of, constraints)?;
        let view = decision.view().map_err(|error| error.to_string())?;
        let mut answer = said(&view);
        answer.insert("found".into(), json!(found));
        if view.reason == Reason::ConstraintNotAllowed {
            let field = view.trace.last().and_then(|step| step.detail.as_deref());
            answer.insert("rejected_constraint".into(), json!(field));
        }
        Ok(answer)
    }

    fn decide(&mut self, facts: &Facts) -> Result<Decision, String> {
        let text = Value::from(facts.clone()).to_string();
        let request: Request<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let decision = self.session.authorize(&Credential::Token(None), &request, self.now);
        decision.map_err(|error| format!("{error:?}"))
    }

    /// What the store finds and the module lets through: ids.
    fn found(
        &mut self,
        facts: &Facts,
        of: &str,
        constraints: &Value,
    ) -> Result<(Decision, Vec<Value>), String> {
        let text = Value::from(facts.clone()).to_string();
        let request: Request<'_> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let opened = self.session.open_filter(None, &request).map_err(|error| format!("{error:?}"))?;
        let (decision, Some(filter)) = opened else { return Ok((opened.0, Vec::new())) };
        let stored = narrowed(things(self.case, of), constraints);
        let mut ids = Vec::new();
        for thing in &stored {
            let line = format!("{thing}\n");
            let shown = self.session.filter(filter, line.as_bytes()).map_err(|error| format!("{error:?}"))?;
            // Which thing it is, the store knows; the id may be hidden.
            if !shown.is_empty() {
                ids.push(thing["id"].clone());
            }
        }
        Ok((decision, ids))
    }

    fn thing(&self, of: &str, id: Option<&Value>) -> Value {
        things(self.case, of).iter().find(|thing| thing.get("id") == id).cloned().unwrap_or_default()
    }
}

fn search(of: &str, constraints: &Value, page_defined: bool) -> Value {
    let constraints: Vec<Value> = constraints
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| {
            let page_defined = page_defined || it["page_defined"] == true || it["defined_by"] == "page";
            json!({ "field": it["field"], "page_defined": page_defined })
        })
        .collect();
    json!({ "type": of, "action": "search", "constraints": constraints })
}

/// What a store does with constraints.
fn narrowed(things: &[Value], constraints: &Value) -> Vec<Value> {
    let holds = |thing: &Value, constraint: &Value| {
        let (is, wanted) = (&thing[constraint["field"].as_str().unwrap_or_default()], &constraint["value"]);
        let order = || Some(is.as_f64()?.total_cmp(&wanted.as_f64()?));
        match constraint["op"].as_str().unwrap_or("eq") {
            "eq" | "equals" => !is.is_null() && is == wanted,
            "neq" | "ne" | "not_equal" => is != wanted,
            "gt" => order().is_some_and(std::cmp::Ordering::is_gt),
            "gte" | "ge" => order().is_some_and(std::cmp::Ordering::is_ge),
            "lt" => order().is_some_and(std::cmp::Ordering::is_lt),
            "lte" | "le" => order().is_some_and(std::cmp::Ordering::is_le),
            "contains" | "list_contains" => is.as_array().is_some_and(|list| list.contains(wanted)),
            "in" => wanted.as_array().is_some_and(|list| list.contains(is)),
            "is_empty" => is.is_null(),
            "is_not_empty" => !is.is_null(),
            _ => false,
        }
    };
    let constraints = constraints.as_array().map(Vec::as_slice).unwrap_or_default();
    things.iter().filter(|thing| constraints.iter().all(|it| holds(thing, it))).cloned().collect()
}

fn said(view: &portcullis_wire::Decision<'_>) -> Facts {
    let mut answer = Facts::new();
    answer.insert("decision".into(), json!(if view.decision { "allow" } else { "deny" }));
    answer.insert("stage".into(), json!(view.stage));
    answer.insert("reason".into(), json!(view.reason));
    answer.insert("http".into(), json!(view.status));
    let scope = view.data_scope.as_ref();
    let fields = scope.and_then(|scope| scope.fields.clone()).unwrap_or_default();
    answer.insert("visible_fields".into(), json!(fields));
    answer.insert("created".into(), json!(scope.and_then(|scope| scope.created.clone()).unwrap_or_default()));
    answer
        .insert("rejected".into(), json!(scope.and_then(|scope| scope.rejected.clone()).unwrap_or_default()));
    answer.insert("dropped_constraints".into(), json!([]));
    answer
}
