//! Where the workspace is, and commands that run inside it.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// The checkout that this program was built from.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Cargo says where the crate is when it runs us; a bare run falls back to where it was built.
    pub(crate) fn find() -> Self {
        let manifest_dir =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest_dir).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf();
        Self { root }
    }

    /// The path of a file of the checkout.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A command that runs at the root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}
