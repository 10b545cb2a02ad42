//! Puts changed files in force. What is bad is refused, and the last good one stays.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use portcullis::{Engine, Error, Observer, PolicyHandle, Reloaded, authzen::AuthZen};
use tokio::sync::mpsc;

use crate::{
    report::Failure,
    source::{Held, Source},
};

/// Editors write in several steps; what changes within this time is one change.
const SETTLE: Duration = Duration::from_millis(100);

/// What is watched.
pub struct Files {
    pub engine: Engine,
    /// The policy's.
    pub source: Source,
    /// The key set, where it is a file.
    pub jwks: Option<PathBuf>,
    pub handle: Arc<PolicyHandle>,
    pub authzen: AuthZen,
    pub observer: Arc<dyn Observer>,
}

/// Watches the files until the runtime ends.
pub fn watch(files: Files) -> Result<(), Failure> {
    let (changed, mut changes) = mpsc::channel(1);
    // Full means that a change is waiting to be looked at already.
    let notify = move |_event: notify::Result<notify::Event>| {
        let _ = changed.try_send(());
    };
    let mut watcher = notify::recommended_watcher(notify).map_err(|error| unwatched(&error))?;
    for folder in folders(&files) {
        watch_folder(&mut watcher, &folder)?;
    }
    tokio::spawn(async move {
        // It watches as long as it lives.
        let _watcher = watcher;
        let mut last = Seen::look(&files);
        let files = Arc::new(files);
        while changes.recv().await.is_some() {
            tokio::time::sleep(SETTLE).await;
            while changes.try_recv().is_ok() {}
            let seen = Seen::look(&files);
            let (policy, keys) = (seen.policy != last.policy, seen.keys != last.keys);
            last = seen;
            let files = Arc::clone(&files);
            // Checking means making sandboxes: not on a thread that serves requests.
            let reload = move || {
                if policy {
                    told(&files, Reloaded::Policy, reload_policy(&files));
                }
                if keys {
                    told(&files, Reloaded::Keys, reload_keys(&files));
                }
            };
            if tokio::task::spawn_blocking(reload).await.is_err() {
                tracing::error!("the reload ended before its time; what was in force stays");
            }
        }
    });
    Ok(())
}

fn reload_policy(files: &Files) -> Result<bool, Error> {
    files.source.reload(&files.engine, &files.handle, &files.authzen)
}

fn reload_keys(files: &Files) -> Result<bool, Error> {
    let Some(path) = &files.jwks else { return Ok(false) };
    let keys = fs::read_to_string(path).unwrap_or_default();
    files.handle.reload_keys(&keys)?;
    files.authzen.rules().reload_keys(&keys)?;
    Ok(true)
}

/// `outcome` is whether something else is in force than before.
fn told(files: &Files, what: Reloaded, outcome: Result<bool, Error>) {
    if matches!(outcome, Ok(false)) {
        return tracing::info!(what = what.name(), "it is in force already");
    }
    files.observer.reloaded(what, outcome.is_ok());
    let generation = files.handle.generation();
    match outcome {
        Ok(_) => {
            // Which bundle it is, where it is one.
            let version = files.handle.bundle().map(|bundle| bundle.manifest().version);
            tracing::info!(what = what.name(), generation, version, "reloaded");
        }
        Err(error) => {
            let code = error.code().to_owned();
            let report = Failure::from(error).to_string();
            tracing::error!(
                what = what.name(),
                generation,
                code,
                report,
                "refused; the last good one stays in force"
            );
        }
    }
}

/// What the files hold.
#[derive(PartialEq)]
struct Seen {
    policy: Held,
    keys: Option<Vec<u8>>,
}

impl Seen {
    fn look(files: &Files) -> Self {
        Self { policy: files.source.look(), keys: files.jwks.as_ref().and_then(|path| fs::read(path).ok()) }
    }
}

/// Folders, not files: a file that is replaced by another would not be watched any more.
fn folders(files: &Files) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = files
        .source
        .files()
        .into_iter()
        .chain(files.jwks.as_deref())
        .map(|file| match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
            _ => PathBuf::from("."),
        })
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

fn watch_folder(watcher: &mut RecommendedWatcher, folder: &Path) -> Result<(), Failure> {
    watcher.watch(folder, RecursiveMode::Recursive).map_err(|error| unwatched(&error))
}

fn unwatched(error: &notify::Error) -> Failure {
    Failure::Other(format!("the files cannot be watched: {error}"))
}
