//! Regorus, in its virtual machine.

use std::sync::Arc;

use regorus::{Engine, Value, languages::rego::compiler::Compiler, rvm::vm::RegoVM};
use serde_json::json;

use crate::{Case, Question};

const POLICY: &str = r#"
package portcullis

permissions := {"viewer": ["report:read"], "editor": ["report:read", "workflow:execute"]}

allow if {
    claimed
    input.tenant in ["A", "B"]
    some role in input.roles
    "workflow:execute" in permissions[role]
    input.user.age >= 18
    input.resource.state != "archived"
    related
}

claimed if {
    startswith(input.operation, "workflow-api.rpc.")
    input.operation != "workflow-api.rpc.delete-instance"
}

related if input.resource.owner == input.user.id
related if input.user.region in input.resource.regions
"#;

const RULE: &str = "data.portcullis.allow";

pub fn run(question: &Question, run: &mut dyn FnMut(&str, &mut dyn FnMut(usize) -> bool)) {
    let mut engine = Engine::new();
    engine.add_policy("policy.rego".to_owned(), POLICY.to_owned()).expect("a good policy");
    let compiled = engine.compile_with_entrypoint(&RULE.into()).expect("a good policy");
    let program = Compiler::compile_from_policy(&compiled, &[RULE]).expect("a program");
    let mut machine = RegoVM::new_with_policy(compiled);
    machine.load_program(Arc::clone(&program));
    machine.set_data(Value::new_object()).expect("no data");
    let texts: Vec<String> = question.cases.iter().map(|case| input(question, case)).collect();
    let inputs: Vec<Value> = texts.iter().map(|text| Value::from_json_str(text).expect("JSON")).collect();
    let mut decide = |input: Value| {
        machine.set_input(input);
        machine.execute().expect("an answer") == Value::from(true)
    };
    run("regorus", &mut |at| decide(Value::from_json_str(&texts[at]).expect("JSON")));
    run("regorus, input made before", &mut |at| decide(inputs[at].clone()));
}

fn input(question: &Question, case: &Case) -> String {
    json!({
        "operation": question.operation, "tenant": case.tenant, "roles": case.roles,
        "user": case.user, "resource": case.resource,
    })
    .to_string()
}
