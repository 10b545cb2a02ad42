//! What is decided about: catalogs of any size, tenants, claims, and the requests that are drawn.

use std::path::Path;

use portcullis_claim::Catalog;
use portcullis_tests::random::Random;
use serde_json::{Value, json};

/// How many requests are asked in turn where all that they need is in the processor's caches.
const HOT: usize = 64;
/// How many are drawn at random over all ids, so that in a large world most find nothing there.
const RANDOM: usize = 100_000;

/// An operation, and a request for it.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    /// The path of a request, parameters filled in.
    pub(crate) path: String,
}

/// A policy, and what can be asked under it.
pub(crate) struct World {
    pub(crate) document: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) tenants: Vec<String>,
    pub(crate) claims: Vec<String>,
}

/// One question: which claim, which operation, which tenant.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) claim: usize,
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tenant: String,
}

impl World {
    /// The 114 operations of the built-in catalog, four tenants, twenty claims.
    pub(crate) fn built_in() -> Self {
        let catalog = Catalog::workflow_api();
        let operations = catalog.iter().map(|(_, operation)| Operation {
            id: operation.id.to_owned(),
            method: operation.method.unwrap_or_default().to_owned(),
            path: format!("{}{}", catalog.base_path(), filled(operation.path.unwrap_or_default())),
        });
        let tenants = ["TenantA", "TenantB", "TenantC", "TenantD"].map(ToOwned::to_owned);
        Self::new(json!("workflow-api"), operations.collect(), tenants.to_vec(), 20)
    }

    /// Operations and tenants in any number, alike in all but their number.
    pub(crate) fn generated(operations: usize, tenants: usize) -> Self {
        const VERBS: [(&str, &str, &str); 5] = [
            ("create", "POST", ""),
            ("delete", "DELETE", "/{id}"),
            ("get", "GET", "/{id}"),
            ("get-collection", "GET", ""),
            ("update", "PUT", "/{id}"),
        ];
        let described = (0..operations).map(|number| {
            let (verb, method, rest) = VERBS[number % VERBS.len()];
            let (area, resource) = (number / 500, number / 5 % 100);
            (
                format!("api.area-{area:03}.resource-{resource:02}.{verb}"),
                method,
                format!("/area-{area:03}/resource-{resource:02}{rest}"),
            )
        });
        let described: Vec<_> = described.collect();
        let catalog: Vec<Value> = described
            .iter()
            .map(|(id, method, path)| json!({ "id": id, "method": method, "path": path }))
            .collect();
        let operations = described.into_iter().map(|(id, method, path)| Operation {
            id,
            method: method.to_owned(),
            path: filled(&path),
        });
        let tenants = (0..tenants).map(|number| format!("Tenant-{number:06}"));
        let catalog = json!({ "root": "api", "operations": catalog });
        Self::new(catalog, operations.collect(), tenants.collect(), 1)
    }

    fn new(catalog: Value, operations: Vec<Operation>, tenants: Vec<String>, claims: usize) -> Self {
        let document = json!({
            "portcullis": 1,
            "catalog": catalog,
            "tenancy": { "mode": "multi", "tenants": tenants },
            "token": {
                "issuers": ["https://issuer.test"], "audiences": ["workflow-api"],
                "algorithms": ["RS256"], "leeway_s": 30, "required": ["exp", "iss", "aud"],
            },
        });
        let mut random = Random::new(7);
        let claims = (0..claims).map(|_| claim(&mut random, &operations, &tenants)).collect();
        Self { document: document.to_string(), operations, tenants, claims }
    }

    /// Writes `world.json`, so that hosts in other languages are asked the same.
    pub(crate) fn write(&self, directory: &Path) {
        let questions: Vec<_> = self
            .hot()
            .into_iter()
            .map(|it| {
                json!({
                    "claim": it.claim, "operation": it.operation, "method": it.method, "path": it.path,
                    "tenant": it.tenant,
                })
            })
            .collect();
        let world = json!({ "document": self.document, "claims": self.claims, "questions": questions });
        std::fs::write(directory.join("world.json"), world.to_string()).expect("a writable directory");
    }

    /// A few questions that are asked again and again.
    pub(crate) fn hot(&self) -> Vec<Question> {
        self.questions(HOT, &mut Random::new(1))
    }

    /// Many questions, drawn at random over all ids.
    pub(crate) fn random(&self) -> Vec<Question> {
        self.questions(RANDOM, &mut Random::new(2))
    }

    fn questions(&self, count: usize, random: &mut Random) -> Vec<Question> {
        let question = |_| {
            let operation = &self.operations[random.below(self.operations.len())];
            Question {
                claim: random.below(self.claims.len()),
                operation: operation.id.clone(),
                method: operation.method.clone(),
                path: operation.path.clone(),
                tenant: self.tenants[random.below(self.tenants.len())].clone(),
            }
        };
        (0..count).map(question).collect()
    }
}

/// A claim of eight rules about operations and branches, no target twice, and a tenant rule. It
/// grants its root, so that most questions are allowed and take the whole way.
fn claim(random: &mut Random, operations: &[Operation], tenants: &[String]) -> String {
    let root = operations[0].id.split('.').next().unwrap_or_default();
    let mut targets = vec![root];
    while targets.len() < 8 {
        let id = operations[random.below(operations.len())].id.as_str();
        let ends: Vec<usize> = id.match_indices('.').map(|(at, _)| at).skip(1).chain([id.len()]).collect();
        let target = &id[..ends[random.below(ends.len())]];
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let rules = targets.iter().enumerate().map(|(at, target)| {
        let effect = if at > 0 && random.percent(30) { "d" } else { "a" };
        format!("{effect}:{target}")
    });
    let rules: Vec<String> = rules.collect();
    let denied =
        if tenants.len() > 1 { format!(":{}", tenants[random.below(tenants.len())]) } else { String::new() };
    let tenant_rule = if denied.is_empty() { "a:tenants".to_owned() } else { format!("d:tenants{denied}") };
    format!("{};{tenant_rule}", rules.join(";"))
}

/// A path template with its parameters filled in.
fn filled(template: &str) -> String {
    let segments = template.split('/').map(|segment| if segment.starts_with('{') { "4711" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
