//! `ABI.md` is true: its examples are run from the first to the last, in one instance.
//!
//! A block marked `call` has calls (`>`) and their answers (`<`), a block marked `scalar` calls of
//! functions with their results. `PORTCULLIS_REWRITE=1` writes the answers anew.

use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

use serde_json::Value;
use wasmtime::{ExternType, ValType};

use crate::raw::{Raw, module, rewrites, root};

/// Answers are broken into lines of about this length.
const WIDTH: usize = 98;

fn path() -> PathBuf {
    root().join("crates/module/ABI.md")
}

/// A block of the document, or what stands between two.
struct Part<'a> {
    kind: &'a str,
    text: String,
}

fn parts(document: &str) -> Vec<Part<'_>> {
    let mut parts = vec![Part { kind: "", text: String::new() }];
    for line in document.lines() {
        let fence = line.strip_prefix("```");
        let last = parts.last_mut().expect("a part");
        match fence {
            // The fences belong to the prose.
            Some(kind) if last.kind.is_empty() && !kind.is_empty() => {
                writeln!(last.text, "{line}").expect("text");
                parts.push(Part { kind, text: String::new() });
            }
            Some("") if !last.kind.is_empty() => parts.push(Part { kind: "", text: format!("{line}\n") }),
            _ => writeln!(last.text, "{line}").expect("text"),
        }
    }
    parts
}

/// Calls with their answers.
fn exchanges(text: &str) -> Vec<(String, String)> {
    let mut exchanges: Vec<(String, String)> = Vec::new();
    let mut is_answer = false;
    for line in text.lines() {
        if let Some(call) = line.strip_prefix("> ") {
            is_answer = false;
            exchanges.push((call.into(), String::new()));
        } else {
            let answer = line.strip_prefix("< ");
            is_answer |= answer.is_some();
            let (call, known) = exchanges.last_mut().expect("a call before its answer");
            let open = if is_answer { known } else { call };
            if !open.is_empty() {
                open.push('\n');
            }
            open.push_str(answer.unwrap_or(line.trim_start()));
        }
    }
    exchanges
}

/// JSON in lines: broken after commas that are not within strings.
fn broken(json: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    let mut piece = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for character in json.chars() {
        piece.push(character);
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character == '"' {
            in_string = true;
        } else if character == ',' {
            if line.len() + piece.len() > WIDTH && !line.is_empty() {
                writeln!(lines, "{line}").expect("text");
                line = "  ".into();
            }
            line.push_str(&std::mem::take(&mut piece));
        }
    }
    if line.len() + piece.len() > WIDTH && !line.is_empty() {
        writeln!(lines, "{line}").expect("text");
        line = "  ".into();
    }
    lines + &line + &piece
}

/// Runs the calls of a block; the block as it should be.
fn run_calls(raw: &mut Raw, text: &str) -> String {
    let mut found = String::new();
    for (call, documented) in exchanges(text) {
        let answer = raw.call(&call);
        let is_same = serde_json::from_str::<Value>(&documented).ok()
            == Some(serde_json::from_str::<Value>(&answer).expect("JSON"));
        let answer = if is_same { documented.replace('\n', "\n  ") } else { broken(&answer) };
        let call = call.replace('\n', "\n  ");
        writeln!(found, "> {call}\n< {answer}").expect("text");
    }
    found
}

/// Runs `name(arguments) = result` line by line; text among the arguments is put into a buffer.
fn run_scalars(raw: &mut Raw, text: &str) -> String {
    let mut found = String::new();
    for line in text.lines() {
        let (call, _) = line.split_once(" = ").expect("a result");
        let (name, arguments) = call.split_once('(').expect("arguments");
        let arguments: Vec<Value> =
            serde_json::from_str(&format!("[{}]", arguments.trim_end_matches(')'))).expect("arguments");
        let number = |at: usize| {
            arguments[at].as_u64().and_then(|number| u32::try_from(number).ok()).expect("a number")
        };
        let result = match name {
            "portcullis_abi_version" => raw.abi_version(),
            "portcullis_permit" => raw.permit(number(0), arguments[1].as_str().expect("a claim")),
            "portcullis_allows" => raw.allows(number(0), number(1), number(2)),
            "portcullis_release" => raw.release(number(0)),
            _ => panic!("{line}"),
        };
        writeln!(found, "{call} = {result}").expect("text");
    }
    found
}

#[test]
fn every_example_is_true() {
    let document = fs::read_to_string(path()).expect("ABI.md");
    let mut raw = Raw::new();
    let mut found = String::new();
    for part in parts(&document) {
        let text = match part.kind {
            "call" => run_calls(&mut raw, &part.text),
            "scalar" => run_scalars(&mut raw, &part.text),
            _ => part.text,
        };
        found.push_str(&text);
    }
    if rewrites() {
        fs::write(path(), &found).expect("a writable file");
    }
    for (documented, found) in document.lines().zip(found.lines()) {
        assert_eq!(found, documented, "if this is meant, run the test with PORTCULLIS_REWRITE=1");
    }
    assert_eq!(document.lines().count(), found.lines().count());
    assert_eq!(raw.imports_called(), 0);
}

#[test]
fn every_call_has_an_example() {
    let document = fs::read_to_string(path()).expect("ABI.md");
    let mut shown = BTreeSet::new();
    for part in parts(&document).iter().filter(|part| part.kind == "call") {
        for (call, _) in exchanges(&part.text) {
            let call: Value = serde_json::from_str(&call).expect("JSON");
            shown.extend(call.as_object().expect("an object").keys().cloned());
        }
    }
    // What the host's own types know as calls, they tell where a call is none of them.
    let error = serde_json::from_str::<portcullis::wire::call::Call<'_>>(r#"{"none":{}}"#).unwrap_err();
    let text = error.to_string();
    let known: BTreeSet<String> = text.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(known.len() > 20, "{text}");
    assert_eq!(shown, known);
}

#[test]
fn the_table_of_exports_is_complete() {
    let name = |kind: ValType| match kind {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        _ => panic!("an export with {kind}"),
    };
    let exported: BTreeSet<String> = module()
        .exports()
        .filter(|export| export.name().starts_with("portcullis_"))
        .map(|export| {
            let ExternType::Func(function) = export.ty() else { panic!("{} is no function", export.name()) };
            let parameters: Vec<&str> = function.params().map(name).collect();
            let results: Vec<&str> = function.results().map(name).collect();
            format!("{}({}) -> {}", export.name(), parameters.join(", "), results.join(", "))
        })
        .collect();
    let document = fs::read_to_string(path()).expect("ABI.md");
    let documented: BTreeSet<String> = parts(&document)
        .iter()
        .filter(|part| part.kind == "exports")
        .flat_map(|part| part.text.lines().map(signature).collect::<Vec<_>>())
        .collect();
    assert_eq!(documented, exported);
}

/// A documented signature without the names of its parameters.
fn signature(line: &str) -> String {
    let (name, rest) = line.split_once('(').expect("parameters");
    let (parameters, result) = rest.split_once(')').expect("parameters");
    let parameters: Vec<&str> = parameters
        .split(", ")
        .filter_map(|parameter| parameter.split_once(": "))
        .map(|(_, kind)| kind)
        .collect();
    format!("{name}({}) -> {}", parameters.join(", "), result.trim_start_matches(" -> "))
}
