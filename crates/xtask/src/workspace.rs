//! Where the workspace is and what it holds, and commands that run inside it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// What the package and the examples are built into.
const BUILT: &[&str] = &[
    "pkg/dist",
    "host-examples/admin-ui/dist",
    "host-examples/admin-ui/screenshots",
    "host-examples/edge-worker/build",
];

/// Directories that hold what was built or installed, wherever they are.
const NOT_SOURCE: &[&str] = &[".git", "node_modules", "target"];

/// A checkout, and where cargo puts what it builds of it.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
    packages: Vec<Package>,
}

/// A member of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) targets: Vec<Target>,
}

/// Something that cargo builds of a package.
#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

impl Workspace {
    /// The checkout that this program was built from.
    pub(crate) fn find() -> Result<Self> {
        let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest_dir.ancestors().nth(2).context("xtask is not in `crates/xtask`")?;
        let mut metadata = cargo(root);
        metadata.args(["metadata", "--format-version=1", "--no-deps"]);
        let metadata: Metadata = serde_json::from_str(&stdout(&mut metadata)?)?;
        Ok(Self { root: root.to_path_buf(), target: metadata.target_directory, packages: metadata.packages })
    }

    /// A copy of the sources in an empty directory, with a target directory of its own.
    pub(crate) fn copy_to(&self, root: &Path) -> Result<Self> {
        for file in self.files()? {
            let to = root.join(&file);
            fs::create_dir_all(to.parent().unwrap_or(root))?;
            fs::copy(self.path(&file), to).with_context(|| format!("cannot copy {}", file.display()))?;
        }
        Ok(Self { root: root.to_path_buf(), target: root.join("target"), packages: Vec::new() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path in cargo's target directory.
    pub(crate) fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.target.join(relative)
    }

    /// A command that runs at the root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo, for this checkout.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(&self.root);
        command.env("CARGO_TARGET_DIR", &self.target).args(arguments);
        command
    }

    /// Every file that is not built or installed, relative to the root, sorted.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut directories = vec![PathBuf::new()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(self.path(&directory))? {
                let entry = entry?;
                let path = directory.join(entry.file_name());
                let skipped = NOT_SOURCE.iter().any(|name| entry.file_name() == *name)
                    || BUILT.iter().any(|built| path == Path::new(built))
                    || self.path(&path) == self.target;
                match entry.file_type()? {
                    _ if skipped => {}
                    kind if kind.is_dir() => directories.push(path),
                    _ => files.push(path),
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// The cargo that runs us, without what it told us about this package: a nested cargo would hand
/// that on to build scripts, and they would run again for nothing.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    command
}

/// Runs a command that is quick, and gives what it printed.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!(
            "{program} failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}
