//! `policy diff`: what changes from one policy to another.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use clap::Args;
use portcullis::{PolicySource, Session};
use portcullis_wire::{
    call::{Call, PolicyTable},
    catalog::{CatalogDocument, OperationDocument},
};
use serde::Serialize;

use super::{
    edits::{Edit, Edits},
    matrix::style,
    subject::{Bearer, Subject, SubjectOptions, Tenants},
};
use crate::{
    arguments::Global,
    context,
    failure::Failure,
    output::{self, BAD, BOLD, DIM, Exit, GOOD, PLAIN, Plain, WARN},
    table::{Cell, Table},
};

/// Options of `policy diff`.
#[derive(Debug, Args)]
pub struct DiffOptions {
    /// The policy before (JSON or YAML)
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The policy after
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Who asks.
    #[command(flatten)]
    subjects: SubjectOptions,
}

/// What changes.
#[derive(Debug, Serialize)]
struct Changes {
    /// Of the catalogs.
    operations: Names,
    /// Of those registered.
    tenants: Names,
    /// Of the documents, catalogs aside.
    document: Vec<Edit>,
    decisions: Vec<Changed>,
}

/// Names that come, go, or are there on both sides and yet not alike.
#[derive(Debug, Default, Serialize)]
struct Names {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
}

/// An operation for which answers change, and for whom.
#[derive(Debug, Serialize)]
struct Changed {
    operation: String,
    tenants: Tenants,
    subjects: Vec<String>,
    old: &'static str,
    new: &'static str,
}

/// What one bearer's answers change from and to, and for which tenants.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Change<'a> {
    old: &'static str,
    new: &'static str,
    tenants: Vec<Option<&'a str>>,
}

/// One of the two policies.
struct Side {
    session: Session,
    operations: BTreeMap<String, OperationDocument>,
    tenants: BTreeSet<String>,
    bearers: Vec<Bearer>,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub(super) fn run(options: &DiffOptions, global: &Global) -> Result<Exit, Failure> {
    let (before, after) = (PolicySource::read(&options.old)?, PolicySource::read(&options.new)?);
    let subjects = options.subjects.subjects(&[&before, &after])?;
    let mut old = Side::open(&before, &subjects, global)?;
    let mut new = Side::open(&after, &subjects, global)?;
    let edits = Edits::between(&before, &after)?;
    let changes = Changes {
        operations: Names::between(&old.operations, &new.operations),
        tenants: Names {
            added: new.tenants.difference(&old.tenants).cloned().collect(),
            removed: old.tenants.difference(&new.tenants).cloned().collect(),
            changed: Vec::new(),
        },
        document: edits.0,
        decisions: decisions(&mut old, &mut new, &subjects)?,
    };
    if global.json {
        output::json(&changes)?;
    } else {
        output::text(&changes.shown())?;
    }
    Ok(Exit::allow_if(changes.is_empty()))
}

impl Side {
    fn open(source: &PolicySource, subjects: &[Subject], global: &Global) -> Result<Self, Failure> {
        let mut session = context::session_of(source, None, global)?;
        let policy = session.policy().policy;
        let PolicyTable { tenants, .. } = session.ask(&Call::PolicyTable { policy })?;
        let catalog: CatalogDocument = session.ask(&Call::PolicyCatalog { policy })?;
        let bearer = |subject| Bearer::new(&mut session, subject);
        let bearers = subjects.iter().map(bearer).collect::<Result<_, _>>()?;
        let operations = catalog.operations.into_iter().map(|it| (it.id.clone(), it)).collect();
        Ok(Self { session, operations, tenants: tenants.into_iter().collect(), bearers })
    }
}

/// The answers that change, for all operations, tenants and bearers of both sides.
fn decisions(old: &mut Side, new: &mut Side, subjects: &[Subject]) -> Result<Vec<Changed>, Failure> {
    let operations: BTreeSet<String> = old.operations.keys().chain(new.operations.keys()).cloned().collect();
    let tenants: BTreeSet<String> = old.tenants.union(&new.tenants).cloned().collect();
    // A request without a tenant is one more question: it may find a default, or a single tenant.
    let tenants: Vec<Option<&str>> =
        std::iter::once(None).chain(tenants.iter().map(|tenant| Some(&**tenant))).collect();
    let mut decisions = Vec::new();
    for operation in operations {
        // Who has the same changes for the same tenants is told in one line.
        let mut changes: BTreeMap<Change<'_>, Vec<usize>> = BTreeMap::new();
        for (at, (was, is)) in old.bearers.iter().zip(&new.bearers).enumerate() {
            let mut of_one: BTreeMap<(&'static str, &'static str), Vec<Option<&str>>> = BTreeMap::new();
            for tenant in &tenants {
                let before = was.verdict(&mut old.session, &operation, *tenant)?;
                let after = is.verdict(&mut new.session, &operation, *tenant)?;
                if before != after {
                    of_one.entry((before, after)).or_default().push(*tenant);
                }
            }
            for ((before, after), tenants) in of_one {
                changes.entry(Change { old: before, new: after, tenants }).or_default().push(at);
            }
        }
        decisions.extend(changes.into_iter().map(|(Change { old, new, tenants: of }, who)| Changed {
            operation: operation.clone(),
            tenants: Tenants::of(of.into_iter(), tenants.len()),
            subjects: who.into_iter().map(|at| subjects[at].name.clone()).collect(),
            old,
            new,
        }));
    }
    Ok(decisions)
}

impl Names {
    fn between<T: PartialEq>(old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> Self {
        let without = |from: &BTreeMap<String, T>, other: &BTreeMap<String, T>| {
            from.keys().filter(|name| !other.contains_key(*name)).cloned().collect()
        };
        let changed = |(name, value): (&String, &T)| {
            new.get(name).filter(|other| *other != value).map(|_| name.clone())
        };
        Self {
            added: without(new, old),
            removed: without(old, new),
            changed: old.iter().filter_map(changed).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    fn rows(&self, kind: &str, table: &mut Table) {
        let signed = [("+", GOOD, &self.added), ("-", BAD, &self.removed), ("±", WARN, &self.changed)];
        for (sign, style, names) in signed {
            for name in names {
                let name = Cell::new(BOLD, Plain(name).to_string());
                table.row([Cell::new(style, sign).and(DIM, format!(" {kind}")), name]);
            }
        }
    }
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.operations.is_empty()
            && self.tenants.is_empty()
            && self.document.is_empty()
            && self.decisions.is_empty()
    }

    fn shown(&self) -> String {
        if self.is_empty() {
            return format!("{GOOD}={GOOD:#} Nothing changes.\n");
        }
        let mut table = Table::default();
        self.operations.rows("operation", &mut table);
        self.tenants.rows("tenant", &mut table);
        for edit in &self.document {
            edit.row(&mut table);
        }
        let mut text = table.render();
        let mut table = Table::default();
        for Changed { operation, tenants, subjects, old, new } in &self.decisions {
            let (sign, mark) = match (*old, *new) {
                (_, "allow") => ("+", GOOD),
                ("allow", _) => ("-", BAD),
                _ => ("±", WARN),
            };
            let names: Vec<String> = subjects.iter().map(|name| Plain(name).to_string()).collect();
            table.row([
                Cell::new(mark, sign).and(BOLD, format!(" {}", Plain(operation))),
                Cell::new(PLAIN, tenants.to_string()),
                Cell::new(PLAIN, names.join(", ")),
                Cell::new(style(old), old).and(DIM, " → ").and(style(new), new),
            ]);
        }
        text.push_str(&table.render());
        text
    }
}
