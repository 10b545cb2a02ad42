//! A MariaDB for the tests: installed where it is missing, with a directory of its own, on a socket alone,
//! and gone when the run is over.

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::place::Place;
use crate::steps::Step;

/// How the tests are told of it: a URL.
pub(super) const VARIABLE: &str = "PORTCULLIS_MYSQL";
/// What Debian has of it: the server without a service, and the scripts that make a directory.
const PACKAGES: [&str; 2] = ["mariadb-server-core", "mariadb-client-core"];
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that stops when this is dropped.
pub(super) struct MariaDb {
    named: String,
    /// Where it was started here.
    _server: Option<Server>,
}

struct Server {
    process: Child,
    _place: Place,
}

impl MariaDb {
    /// The one that is named, or one that is started.
    pub(super) fn start(step: &mut Step) -> Result<Self> {
        if let Ok(named) = env::var(VARIABLE) {
            return Ok(Self { named, _server: None });
        }
        let (server, install) = programs(step).context(
            "without MariaDB it is not proved that rules select in it what they show: install it, or name one, \
             or a MySQL, in PORTCULLIS_MYSQL, as in `mysql://root@localhost/test`",
        )?;
        let place = Place::new("mariadb")?;
        let data = format!("--datadir={}", place.directory.join("data").display());
        let install_arguments =
            ["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"];
        step.exec(place.command(&install).args(install_arguments)).context("mariadb-install-db")?;
        let (socket, log) = (place.directory.join("socket"), place.directory.join("log"));
        let process = place
            .command(&server)
            .args(["--no-defaults", &data, "--skip-networking"])
            .args(["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"])
            .arg(format!("--socket={}", socket.display()))
            .arg(format!("--pid-file={}", place.directory.join("pid").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .context("mariadbd")?;
        // From here on, whatever happens, it is stopped.
        let mut running = Server { process, _place: place };
        let start = Instant::now();
        while !answers(&socket) {
            if running.process.try_wait()?.is_some() || start.elapsed() > PATIENCE {
                bail!("MariaDB does not answer:\n{}", fs::read_to_string(&log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(50));
        }
        let named = format!("mysql://root@localhost/mysql?socket={}", escaped(&socket.display().to_string()));
        step.note(server.display().to_string());
        Ok(Self { named, _server: Some(running) })
    }

    /// How it is named to who connects.
    pub(super) fn named(&self) -> &str {
        &self.named
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing of it is kept. It runs on only where it cannot be stopped, and no test depends on that.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(unix)]
fn answers(socket: &std::path::Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn answers(_: &std::path::Path) -> bool {
    false
}

/// A path as a part of a URL.
fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let part = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(part).collect()
}

/// The server, and what makes its directory; installed where Debian's package manager may be used.
fn programs(step: &Step) -> Result<(PathBuf, PathBuf)> {
    if let Some(found) = found() {
        return Ok(found);
    }
    let install = ["install", "--yes", "--no-install-recommends"];
    step.exec(Command::new("apt-get").arg("update"))
        .and_then(|()| step.exec(Command::new("apt-get").args(install).args(PACKAGES)))
        .context("cannot install MariaDB")?;
    found().context("the packages brought none")
}

fn found() -> Option<(PathBuf, PathBuf)> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Where servers are is not on everybody's path.
    let places = || env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let program = |name: &str| places().map(|place: PathBuf| place.join(name)).find(|file| file.is_file());
    // The script asks this one for its options.
    program("my_print_defaults")?;
    Some((program("mariadbd")?, program("mariadb-install-db")?))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_path_goes_into_a_url() {
        assert_eq!(escaped("/tmp/a b-1.x"), "%2Ftmp%2Fa%20b-1.x");
    }
}
