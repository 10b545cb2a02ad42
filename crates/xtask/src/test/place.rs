//! Where a server for the tests is, and whom it runs as.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{self, Command},
};

use anyhow::{Result, bail};

use crate::workspace::stdout;

/// A directory of a server's own, which goes with this.
pub(super) struct Place {
    /// Everything of the server, its socket too. Not below `target`: the path of a socket has to be short, and
    /// whom the server runs as has to come that far.
    pub(super) directory: PathBuf,
    /// Servers refuse to run as root: whom they run as then.
    user: Option<User>,
}

#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl Place {
    pub(super) fn new(name: &str) -> Result<Self> {
        let directory = env::temp_dir().join(format!("portcullis-{name}-{}", process::id()));
        fs::create_dir(&directory)?;
        // From here on, whatever happens, it is tidied up.
        let place = Self { directory, user: User::to_run_as()? };
        place.private()?;
        Ok(place)
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
        bail!("a server is started on systems with sockets in files alone")
    }

    /// A program that runs here.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.directory);
        #[cfg(unix)]
        if let Some(User { id, group }) = self.user {
            use std::os::unix::process::CommandExt as _;
            command.uid(id).gid(group);
        }
        command
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
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
        for name in ["postgres", "mysql", "nobody"] {
            if let Ok(id) = number(&["-u", name]) {
                return Ok(Some(Self { id, group: number(&["-g", name])? }));
            }
        }
        bail!("servers do not run as root, and there is nobody else")
    }
}
