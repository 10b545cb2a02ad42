//! A PostgreSQL for the tests: installed where it is missing, a cluster of its own that listens on a
//! socket alone, and gone when the run is over.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::place::Place;
use crate::{steps::Step, workspace::stdout};

/// How the tests are told of it: `key=value`, as libpq has it.
pub(super) const VARIABLE: &str = "PORTCULLIS_POSTGRES";
/// Where Debian keeps versions.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Older than this nothing is promised to work.
const OLDEST: u32 = 12;

/// A server that stops when this is dropped.
pub(super) struct Postgres {
    named: String,
    cluster: Option<Cluster>,
}

struct Cluster {
    binaries: PathBuf,
    place: Place,
}

impl Postgres {
    /// The one that is named, or one that is started.
    pub(super) fn start(step: &mut Step) -> Result<Self> {
        if let Ok(named) = env::var(VARIABLE) {
            return Ok(Self { named, cluster: None });
        }
        let binaries = binaries(step).context(
            "without PostgreSQL it is not proved that rules select in it what they show: install it, or name \
             one in PORTCULLIS_POSTGRES, as in `host=/run/postgresql user=postgres dbname=postgres`",
        )?;
        let cluster = Cluster { binaries, place: Place::new("postgres")? };
        cluster.run(
            step,
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"],
        )?;
        let socket = cluster.place.directory.display();
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{socket}'\nfsync = off\nshared_buffers = 32MB\n"
        );
        fs::write(cluster.data().join("postgresql.auto.conf"), settings)?;
        let log = cluster.place.directory.join("log").display().to_string();
        cluster.run(step, "pg_ctl", &["start", "--wait", "--log", &log])?;
        let named = format!("host={socket} user=postgres dbname=postgres");
        step.note(cluster.binaries.display().to_string());
        Ok(Self { named, cluster: Some(cluster) })
    }

    /// How it is named to who connects.
    pub(super) fn named(&self) -> &str {
        &self.named
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(cluster) = &self.cluster {
            let mut stop = cluster.command("pg_ctl");
            stop.args(["stop", "--mode=immediate"]).stdout(Stdio::null()).stderr(Stdio::null());
            // It runs on only where it cannot be stopped, and no test depends on that.
            let _ = stop.status();
        }
    }
}

impl Cluster {
    fn data(&self) -> PathBuf {
        self.place.directory.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.place.command(self.binaries.join(program));
        command.env("PGDATA", self.data());
        command
    }

    fn run(&self, step: &Step, program: &str, arguments: &[&str]) -> Result<()> {
        step.exec(self.command(program).args(arguments)).with_context(|| format!("{program} of PostgreSQL"))
    }
}

/// Where the programs of the newest version are, which are installed where Debian's package manager may be
/// used.
fn binaries(step: &Step) -> Result<PathBuf> {
    if let Some(found) = newest() {
        return Ok(found);
    }
    let install = ["install", "--yes", "--no-install-recommends", "postgresql"];
    step.exec(Command::new("apt-get").arg("update"))
        .and_then(|()| step.exec(Command::new("apt-get").args(install)))
        .context("cannot install PostgreSQL")?;
    newest().context("the package `postgresql` brought none")
}

fn newest() -> Option<PathBuf> {
    let debian = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok().filter(|it| *it >= OLDEST);
    let newest = debian
        .map(|entry| entry.path())
        .max_by_key(|path| version(path))
        .filter(|path| version(path).is_some());
    let elsewhere =
        || stdout(Command::new("pg_config").arg("--bindir")).ok().map(|path| PathBuf::from(path.trim()));
    newest.map(|path| path.join("bin")).or_else(elsewhere).filter(|path| path.join("initdb").exists())
}

#[cfg(test)]
mod tests {
    use super::OLDEST;

    #[test]
    fn the_oldest_is_the_one_that_the_host_promises() {
        let promised = include_str!("../../../host/src/sql/dialect.rs");
        assert!(promised.contains(&format!("PostgreSQL {OLDEST} and newer")));
    }
}
