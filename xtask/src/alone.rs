//! `wappa-cloud` by itself: without its default features it builds, tests and documents itself, and brings no runtime and no
//! HTTP client along.

use crate::{project::Project, shell::Failure};

const ALONE: [&str; 3] = ["-p", "wappa-cloud", "--no-default-features"];

/// What its users must not get unasked.
const UNASKED: [&str; 6] = ["hyper", "hyper-util", "mio", "reqwest", "rustls", "tokio"];

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let tree = project
        .cargo()
        .args(["tree"])
        .args(ALONE)
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    let tree = tree.answer().ok_or_else(|| Failure::new("`cargo tree` failed"))?;
    let brought = tree.lines().filter_map(|line| line.split(' ').next()).find(|name| UNASKED.contains(name));
    if let Some(name) = brought {
        return Err(Failure::new(format!("wappa-cloud brings {name} without its default features")));
    }
    project.cargo().args(["test", "--lib", "--tests"]).args(ALONE).run()?;
    project.cargo().args(["doc", "--no-deps"]).args(ALONE).env("RUSTDOCFLAGS", "-D warnings").run()
}
