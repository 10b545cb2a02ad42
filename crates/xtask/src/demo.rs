//! `demo`: the main job, end to end, without any server.
//!
//! A key and tokens are minted, the module is loaded in wasmtime and in Node, both decide the same
//! requests, and what they say is compared byte for byte.

mod requests;

use std::{
    collections::BTreeMap,
    fs,
    io::{IsTerminal, Write},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{dist::Dist, workspace::Workspace};

const POLICY: &str = include_str!("demo/policy.json");
const NODE: &str = "crates/xtask/src/demo/decide.mjs";

/// Shows what was built.
pub(crate) fn run(workspace: &Workspace, dist: &Dist) -> Result<()> {
    let demo = Demo { workspace, dist, paint: Paint::new() };
    let folder = workspace.target("demo");
    fs::create_dir_all(&folder)?;
    let policy = folder.join("policy.json");
    fs::write(&policy, POLICY)?;

    let bold = demo.paint.bold;
    println!("\n{bold}One module{:#}  {}  sha256 {}", bold, dist.manifest.file, dist.manifest.sha256);
    let (key, jwks) = (folder.join("key.json"), folder.join("jwks.json"));
    let minted =
        demo.portcullis(&["token", "key", "--alg", "ES256", "--kid", "demo", "--public", text(&jwks)?], "")?;
    fs::write(&key, minted)?;

    let requests = requests::all(|options| {
        let mut arguments = vec!["token", "mint", "--key", text(&key)?, "--policy", text(&policy)?];
        arguments.extend_from_slice(options);
        Ok(demo.portcullis(&arguments, "")?.trim().to_owned())
    })?;
    let lines: String = requests.iter().map(|request| format!("{}\n", request.line)).collect();
    let arguments = ["decide", "--full", "--policy", text(&policy)?, "--jwks", text(&jwks)?];
    let in_wasmtime = documents(&demo.portcullis(&arguments, &lines)?)?;
    let in_node = documents(&demo.node(&[text(&policy)?, text(&jwks)?], &lines)?)?;
    demo.table(&requests, &in_wasmtime, &in_node)?;

    println!("\n{bold}What a claim allows{:#}  {}\n", bold, requests::CLAIM);
    std::io::stdout().flush()?;
    let mut effective = workspace.command(&dist.portcullis);
    effective.args(["effective", requests::CLAIM, "--policy", text(&policy)?]);
    ensure!(effective.status()?.success(), "`portcullis effective` failed");
    Ok(())
}

struct Demo<'a> {
    workspace: &'a Workspace,
    dist: &'a Dist,
    paint: Paint,
}

/// Styles, or nothing where standard output is no terminal or `NO_COLOR` is set.
struct Paint {
    bold: Style,
    good: Style,
    bad: Style,
    dim: Style,
}

/// An ANSI style: `{}` begins it, `{:#}` ends it.
#[derive(Clone, Copy)]
struct Style(&'static str);

impl std::fmt::Display for Style {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0, f.alternate()) {
            ("", _) => Ok(()),
            (_, true) => f.write_str("\u{1b}[0m"),
            (code, false) => write!(f, "\u{1b}[{code}m"),
        }
    }
}

impl Paint {
    fn new() -> Self {
        let plain =
            !std::io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        let style = |code| Style(if plain { "" } else { code });
        Self { bold: style("1"), good: style("1;32"), bad: style("1;31"), dim: style("2") }
    }
}

impl Demo<'_> {
    fn portcullis(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.workspace.command(&self.dist.portcullis);
        command.args(arguments);
        answer(&mut command, input)
    }

    fn node(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.workspace.command("node");
        command.arg(self.workspace.path(NODE)).args(arguments);
        answer(&mut command, input)
    }

    fn table(
        &self,
        requests: &[requests::Asked],
        in_wasmtime: &BTreeMap<String, String>,
        in_node: &BTreeMap<String, String>,
    ) -> Result<()> {
        let Paint { bold, good, bad, dim } = self.paint;
        let mut rows = Vec::new();
        for request in requests {
            let one = in_wasmtime.get(request.id).context("wasmtime gave no answer")?;
            let two = in_node.get(request.id).context("Node gave no answer")?;
            rows.push(Row::new(request, one, one == two)?);
        }
        let width =
            |cell: fn(&Row) -> &str| rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or(0);
        let (who, asked, tenant) = (width(|row| &row.who), width(|row| &row.asked), width(|row| &row.tenant));
        let (stage, reason, rule) =
            (width(|row| &row.stage), width(|row| &row.reason), width(|row| &row.rule));
        println!(
            "\n{bold}{:who$}  {:asked$}  {:tenant$}  decision  {:stage$}  {:reason$}  {:rule$}  hosts{bold:#}",
            "who", "request", "tenant", "stage", "reason", "deciding rule"
        );
        for row in &rows {
            let (style, sign) = if row.allowed { (good, "✓ allow") } else { (bad, "✗ deny ") };
            let same = if row.agree { "✓ equal" } else { "✗ DIFFER" };
            println!(
                "{:who$}  {:asked$}  {:tenant$}  {style}{sign}{style:#}   {:stage$}  {:reason$}  {dim}{:rule$}{dim:#}  {same}",
                row.who, row.asked, row.tenant, row.stage, row.reason, row.rule
            );
        }
        let differ = rows.iter().filter(|row| !row.agree).count();
        ensure!(differ == 0, "{differ} of {} decisions differ between the hosts", rows.len());
        println!("\nwasmtime and Node gave the same bytes for all {} decision documents.", rows.len());
        Ok(())
    }
}

/// One line of the table.
struct Row {
    who: String,
    asked: String,
    tenant: String,
    allowed: bool,
    stage: String,
    reason: String,
    rule: String,
    agree: bool,
}

impl Row {
    fn new(request: &requests::Asked, document: &str, agree: bool) -> Result<Self> {
        let decision: Value = serde_json::from_str(document)?;
        let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
        Ok(Self {
            who: request.who.to_owned(),
            asked: request.asked.clone(),
            tenant: request.tenant.unwrap_or("–").to_owned(),
            allowed: decision["decision"] == true,
            stage: word(&decision["stage"]),
            reason: word(&decision["reason"]),
            rule: word(&decision["matched"]["rule"]),
            agree,
        })
    }
}

/// The decision documents by id, as they were written.
fn documents(lines: &str) -> Result<BTreeMap<String, String>> {
    lines
        .lines()
        .map(|line| {
            let answer: Answer<'_> =
                serde_json::from_str(line).with_context(|| format!("not a decision: {line}"))?;
            Ok((answer.id, answer.document.get().to_owned()))
        })
        .collect()
}

#[derive(serde::Deserialize)]
struct Answer<'a> {
    id: String,
    #[serde(borrow)]
    document: &'a serde_json::value::RawValue,
}

fn answer(command: &mut Command, input: &str) -> Result<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child =
        command.spawn().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    let input = input.to_owned();
    // Written beside the reading, so that neither side waits for a full pipe.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("the writer failed"))??;
    if !output.status.success() {
        bail!("{} failed", command.get_program().display());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the path of the checkout is not UTF-8")
}
