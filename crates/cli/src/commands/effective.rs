//! `effective`: what does a claim allow, operation by operation?

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use portcullis_wire::call::{Call, EffectiveOperation, EffectiveView, OnClaim};

use crate::{
    arguments::{EffectiveOptions, Global},
    claim::{self, Rule},
    context,
    failure::Failure,
    output::{self, BOLD, DIM, Exit, PLAIN, Plain, WARN},
    reply::Reply,
    table::{Cell, Table},
    tree::{Lead, Node, tree},
};

/// Most tenants that are shown one by one, unless all are asked for.
const MOST_TENANTS: usize = 20;
/// Most operations of a branch that are shown one by one though they have no rule of their own.
const MOST_ALIKE: usize = 6;

/// Runs the command.
///
/// # Errors
/// What kept it from an answer.
pub fn run(options: &EffectiveOptions, global: &Global) -> Result<Exit, Failure> {
    let mut session = context::claim_session(&options.choice, global)?;
    claim::require(&mut session, &options.claim)?;
    let policy = session.policy().policy;
    let on = OnClaim { policy, claim: Cow::Borrowed(&options.claim) };
    let reply = Reply::to(&mut session, &Call::ClaimEffective(on))?;
    let mut view: EffectiveView<'_> = reply.view()?;
    let only = match (options.allowed, options.denied) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    if global.json {
        view.operations.retain(|operation| only.is_none_or(|only| operation.allowed == only));
        output::json(&view)?;
    } else {
        let originals = context::original_ids(&mut session, options.original)?;
        let shown = Shown { operations: &view.operations, originals, all: options.all, only };
        output::text(&format!("{}\n{}", shown.tree(), tenants(&view, options)))?;
    }
    Ok(Exit::Allow)
}

/// What is shown of the operations.
struct Shown<'a> {
    operations: &'a [EffectiveOperation<'a>],
    /// What the API's own document calls them, where that is shown.
    originals: HashMap<String, String>,
    /// Whether branches that are uniform are shown whole too.
    all: bool,
    /// Show only what is allowed, or only what is denied.
    only: Option<bool>,
}

impl Shown<'_> {
    fn tree(&self) -> String {
        let ids: Vec<&str> = self.operations.iter().map(|operation| &*operation.operation).collect();
        let mut table = Table::default();
        for root in tree(&ids) {
            self.node(&root, &Lead::default(), &mut table);
        }
        table.render()
    }

    fn node(&self, node: &Node<'_>, lead: &Lead, table: &mut Table) {
        let operations = &self.operations[node.operations.clone()];
        if node.children.is_empty() {
            return self.operation(&operations[0], node.name, node.parent_len(), lead, table);
        }
        let allowed = operations.iter().filter(|operation| operation.allowed).count();
        let (sign, word, style) = match allowed {
            0 => output::verdict(false),
            _ if allowed == operations.len() => output::verdict(true),
            _ => ("±", "mixed", WARN),
        };
        let collapsed = !self.all && (allowed == 0 || allowed == operations.len());
        let mut why = self.decided(operations, node.parent_len(), node.id.len());
        if collapsed {
            let rules = operations.iter().filter_map(|operation| rule_below(operation, node.id.len()));
            let below = rules.collect::<BTreeSet<_>>().len();
            if below > 0 {
                let rules = if below == 1 { "rule" } else { "rules" };
                let and = if why.is_empty() { "" } else { ", " };
                why.push_str(&format!("{and}{below} {rules} below"));
            }
        }
        table.row([
            Cell::new(DIM, lead.as_str()).and(style, sign).and(PLAIN, " ").and(BOLD, node.name),
            Cell::default(),
            Cell::new(style, word),
            Cell::new(PLAIN, format!("{allowed}/{}", operations.len())),
            Cell::new(DIM, why),
        ]);
        if collapsed {
            return;
        }
        let (plain, children) = self.children(node);
        let own = node.is_operation && self.shows(&operations[0]);
        let lines = usize::from(own) + children.len() + usize::from(plain > 0);
        let mut leads = (1..=lines).map(|line| lead.child(line == lines));
        if own && let Some(lead) = leads.next() {
            self.operation(&operations[0], "(itself)", node.id.len(), &lead, table);
        }
        for (child, lead) in children.into_iter().zip(&mut leads) {
            self.node(child, &lead, table);
        }
        if let Some(lead) = leads.next() {
            self.others(node, plain, &lead, table);
        }
    }

    /// The children that are shown one by one, and how many operations are not: those that have no
    /// rule of their own, where there are many, as they all do what the branch does.
    fn children<'n, 'i>(&self, node: &'n Node<'i>) -> (usize, Vec<&'n Node<'i>>) {
        let shown = |node: &&Node<'_>| {
            self.operations[node.operations.clone()].iter().any(|operation| self.shows(operation))
        };
        let is_plain = |child: &&Node<'_>| {
            let operation = &self.operations[child.operations.start];
            child.children.is_empty() && rule_below(operation, node.id.len()).is_none()
        };
        let children: Vec<&Node<'_>> = node.children.iter().filter(shown).collect();
        let plain = children.iter().copied().filter(|child| is_plain(child)).count();
        if self.all || plain <= MOST_ALIKE {
            return (0, children);
        }
        (plain, children.into_iter().filter(|child| !is_plain(child)).collect())
    }

    /// One line for operations that do what their branch does.
    fn others(&self, node: &Node<'_>, count: usize, lead: &Lead, table: &mut Table) {
        let is_plain = |operation: &&EffectiveOperation<'_>| rule_below(operation, node.id.len()).is_none();
        let like = self.operations[node.operations.clone()].iter().find(is_plain);
        let (sign, word, style) = output::verdict(like.is_some_and(|operation| operation.allowed));
        table.row([
            Cell::new(DIM, lead.as_str()).and(style, sign).and(DIM, format!(" {count} operations")),
            Cell::default(),
            Cell::new(style, word),
        ]);
    }

    fn operation(
        &self,
        operation: &EffectiveOperation<'_>,
        name: &str,
        parent_len: usize,
        lead: &Lead,
        table: &mut Table,
    ) {
        let (sign, word, style) = output::verdict(operation.allowed);
        let id = &*operation.operation;
        let original = self.originals.get(id).map(|id| Plain(id).to_string()).unwrap_or_default();
        let why = self.decided(std::slice::from_ref(operation), parent_len, id.len());
        table.row([
            Cell::new(DIM, lead.as_str()).and(style, sign).and(PLAIN, format!(" {name}")),
            Cell::new(DIM, original),
            Cell::new(style, word),
            Cell::default(),
            Cell::new(DIM, why),
        ]);
    }

    fn shows(&self, operation: &EffectiveOperation<'_>) -> bool {
        self.only.is_none_or(|only| operation.allowed == only)
    }

    /// The rule that decides from a node on: its target is the node, or stands between the node's
    /// parent and the node. Targets are ancestors of their operations, so their length tells which.
    /// At the root, that there is no rule is told too.
    fn decided(&self, operations: &[EffectiveOperation<'_>], parent_len: usize, len: usize) -> String {
        let rules = operations.iter().filter_map(|operation| operation.rule.as_ref());
        let here = |rule: &&str| (parent_len + 1..=len).contains(&claim::target(rule).len());
        match rules.map(|matched| &*matched.rule).find(here) {
            Some(rule) => rule.to_owned(),
            None if parent_len == 0 && operations.iter().any(|operation| operation.rule.is_none()) => {
                "no rule: denied".into()
            }
            None => String::new(),
        }
    }
}

/// The rule of an operation, if its target is below a branch whose id has this length.
fn rule_below<'a>(operation: &'a EffectiveOperation<'_>, len: usize) -> Option<&'a str> {
    operation.rule.as_ref().map(|matched| &*matched.rule).filter(|rule| claim::target(rule).len() > len)
}

/// The tenant half: in words, and for the tenants that a policy registers.
fn tenants(view: &EffectiveView<'_>, options: &EffectiveOptions) -> String {
    let rule = Rule::tenants(&options.claim).map(|rule| rule.shown()).unwrap_or_default();
    let allowed = view.tenants.iter().filter(|tenant| tenant.allowed).count();
    let registered = options.choice.policy.is_some();
    let count = if registered { format!("{allowed}/{}", view.tenants.len()) } else { String::new() };
    let mut table = Table::default();
    table.row([
        Cell::new(BOLD, "tenants"),
        Cell::new(PLAIN, count),
        Cell::new(PLAIN, claim::tenants_in_words(&options.claim)),
        Cell::new(DIM, rule),
    ]);
    if !registered {
        return table.render();
    }
    let most = if options.all { usize::MAX } else { MOST_TENANTS };
    for (at, tenant) in view.tenants.iter().enumerate().take(most) {
        let (sign, word, style) = output::verdict(tenant.allowed);
        let lead = Lead::default().child(at + 1 == view.tenants.len());
        table.row([
            Cell::new(DIM, lead.as_str()).and(style, sign).and(PLAIN, format!(" {}", tenant.tenant)),
            Cell::new(style, word),
        ]);
    }
    let mut text = table.render();
    if view.tenants.len() > most {
        text.push_str(&format!("{DIM}└─ … and {} more (--all){DIM:#}\n", view.tenants.len() - most));
    }
    text
}
