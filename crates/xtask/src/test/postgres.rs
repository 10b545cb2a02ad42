//! A PostgreSQL for the tests: installed where it is missing, a cluster of its own that listens on a
//! socket alone, and gone when the run is over.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use anyhow::{Context, Result, bail};

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
    /// Everything of it, the socket too. Not below `target`: the path of a socket has to be short, and
    /// whom the server runs as has to come that far.
    directory: PathBuf,
    /// PostgreSQL refuses to run as root: whom it runs as then.
    user: Option<User>,
}

#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
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
        let directory = env::temp_dir().join(format!("portcullis-postgres-{}", process::id()));
        fs::create_dir(&directory)?;
        // From here on, whatever happens, it is tidied up.
        let cluster = Cluster { binaries, directory, user: User::to_run_as()? };
        cluster.private()?;
        cluster.run(
            step,
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"],
        )?;
        let socket = cluster.directory.display();
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{socket}'\nfsync = off\nshared_buffers = 32MB\n"
        );
        fs::write(cluster.data().join("postgresql.auto.conf"), settings)?;
        let log = cluster.directory.join("log").display().to_string();
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

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Cluster {
    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// Nobody else may come in: whoever does needs no password.
    #[cfg(unix)]
    fn private(&self) -> Result<()> {
        use std::os::unix::fs::{PermissionsExt as _, chown};
        fs::set_permissions(&self.directory, fs::Permissions::from_mode(0o700))?;
        if let Some(User { id, group }) = self.user {
            chown(&self.directory, Some(id), Some(group))?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn private(&self) -> Result<()> {
        bail!("a cluster is started on systems with sockets in files alone")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir(&self.directory).env("PGDATA", self.data());
        #[cfg(unix)]
        if let Some(User { id, group }) = self.user {
            use std::os::unix::process::CommandExt as _;
            command.uid(id).gid(group);
        }
        command
    }

    fn run(&self, step: &Step, program: &str, arguments: &[&str]) -> Result<()> {
        step.exec(self.command(program).args(arguments)).with_context(|| format!("{program} of PostgreSQL"))
    }
}

impl User {
    /// Nobody in particular, if this runs as root.
    fn to_run_as() -> Result<Option<Self>> {
        let number = |arguments: &[&str]| -> Result<u32> {
            Ok(stdout(Command::new("id").args(arguments))?.trim().parse()?)
        };
        if number(&["-u"])? != 0 {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let Ok(id) = number(&["-u", name]) {
                return Ok(Some(Self { id, group: number(&["-g", name])? }));
            }
        }
        bail!("PostgreSQL does not run as root, and there is nobody else")
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
