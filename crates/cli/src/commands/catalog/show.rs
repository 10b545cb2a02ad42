//! `catalog show`: the operations of a catalog, as a tree.

use clap::Args;
use portcullis_wire::catalog::{CatalogDocument, OperationDocument};

use crate::{
    arguments::{Global, PolicyChoice},
    context,
    failure::Failure,
    help,
    output::{self, BOLD, DIM, Exit, PLAIN, Plain},
    table::{Cell, Table},
    tree::{Lead, Node, tree},
};

/// Options of `catalog show`.
#[derive(Debug, Args)]
#[command(after_help = help::CATALOG_SHOW)]
pub struct ShowOptions {
    /// Show what the API's own document calls each operation
    #[arg(long)]
    pub original: bool,
    /// Operations and tenants.
    #[command(flatten)]
    pub choice: PolicyChoice,
}

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &ShowOptions, global: &Global) -> Result<Exit, Failure> {
    let (_, catalog) = context::catalog(&options.choice, global)?;
    if global.json {
        output::json(&catalog)?;
    } else {
        output::text(&shown(&catalog, options.original))?;
    }
    Ok(Exit::Allow)
}

fn shown(catalog: &CatalogDocument, original: bool) -> String {
    let ids: Vec<&str> = catalog.operations.iter().map(|operation| operation.id.as_str()).collect();
    let mut table = Table::default();
    for root in tree(&ids) {
        node(&root, &catalog.operations, original, &Lead::default(), &mut table);
    }
    let base_path = catalog.base_path.as_deref().unwrap_or("/");
    format!("{}\n{} operations below {}\n", table.render(), ids.len(), Plain(base_path))
}

fn node(node: &Node<'_>, all: &[OperationDocument], original: bool, lead: &Lead, table: &mut Table) {
    let lead_cell = Cell::new(DIM, lead.as_str());
    if node.children.is_empty() {
        return row(lead_cell.and(PLAIN, node.name), &all[node.operations.start], original, table);
    }
    let name = lead_cell.and(BOLD, node.name).and(DIM, format!("  {}", node.operations.len()));
    if node.is_operation {
        row(name, &all[node.operations.start], original, table);
    } else {
        table.row([name]);
    }
    for (at, child) in node.children.iter().enumerate() {
        self::node(child, all, original, &lead.child(at + 1 == node.children.len()), table);
    }
}

fn row(name: Cell, operation: &OperationDocument, original: bool, table: &mut Table) {
    let text = |text: &Option<String>| Plain(text.as_deref().unwrap_or_default()).to_string();
    let mut cells = vec![name];
    if original {
        cells.push(Cell::new(PLAIN, text(&operation.original_id)));
    }
    match operation.path {
        Some(_) => {
            cells.extend([Cell::new(BOLD, text(&operation.method)), Cell::new(PLAIN, text(&operation.path))])
        }
        None => cells.extend([Cell::new(DIM, "-"), Cell::new(DIM, "no route")]),
    }
    cells.push(Cell::new(DIM, text(&operation.summary)));
    table.row(cells);
}
