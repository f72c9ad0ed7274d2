//! Where the checkout and its build output are.

use std::path::{Path, PathBuf};

use crate::shell::{Command, Failure};

/// The checkout that this xtask was built from.
pub(crate) struct Project {
    root: PathBuf,
    target: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Self, Failure> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or_else(|| Failure::new("xtask lies outside a checkout"))?
            .to_path_buf();
        // TARGET/debug/xtask: whatever told cargo where TARGET is, a variable or a configuration file, we agree with it.
        let binary = std::env::current_exe().map_err(|error| Failure::new(format!("own path: {error}")))?;
        let target = binary.ancestors().nth(2).map_or_else(|| root.join("target"), Path::to_path_buf);
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the build output is.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// `cargo` in `directory`, with the build output of the checkout.
    pub(crate) fn cargo_in(&self, directory: &Path) -> Command {
        Command::new("cargo").directory(directory).env("CARGO_TARGET_DIR", &self.target)
    }

    /// `cargo` at the root of the checkout.
    pub(crate) fn cargo(&self) -> Command {
        self.cargo_in(&self.root)
    }
}
