//! A disk that takes nothing more for a while: a small one that a program has to itself, or a limit to what it may write.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
};

use tokio::process::Command;

use super::program::Program;

/// What the store of a program stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    /// A file system of 64 MiB. Needs a system on which anybody may have name spaces of their own.
    Small,
    /// Files that may not grow, which is what a quota looks like.
    Limited,
}

/// Where the store is, seen from the program's folder.
pub(crate) const FOLDER: &str = "disk";

impl Disk {
    /// What starts a program on it: the program and its arguments follow.
    pub(crate) fn launcher(self) -> &'static [&'static str] {
        match self {
            Self::Small => &[
                "/usr/bin/unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "/bin/sh",
                "-c",
                "mount -t tmpfs -o size=64m none disk && exec \"$0\" \"$@\"",
            ],
            // Who writes past a limit is killed by default, which no full disk does.
            Self::Limited => &["/bin/sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""],
        }
    }

    /// From here on nothing more can be written.
    pub(crate) async fn fill(self, program: &Program) {
        match self {
            Self::Small => {
                let mut file = File::create(Self::ballast(program)).expect("a file on the small disk");
                let some = vec![0; 1 << 16];
                // The last bytes go in one by one.
                while file.write_all(&some).is_ok() {}
                while file.write_all(&[0]).is_ok() {}
            }
            Self::Limited => limit(program, "0:").await,
        }
    }

    /// From here on there is room again.
    pub(crate) async fn free(self, program: &Program) {
        match self {
            Self::Small => fs::remove_file(Self::ballast(program)).expect("the file goes"),
            Self::Limited => limit(program, "unlimited:").await,
        }
    }

    /// As the program sees its folder.
    fn ballast(program: &Program) -> PathBuf {
        let folder = program.folder().strip_prefix("/").expect("a whole path");
        PathBuf::from(format!("/proc/{}/root", program.id())).join(folder).join(FOLDER).join("ballast")
    }
}

async fn limit(program: &Program, soft: &str) {
    let id = program.id().to_string();
    let limited = Command::new("prlimit").args(["--pid", &id, &format!("--fsize={soft}")]).status().await;
    assert!(limited.expect("prlimit runs").success());
}
