//! What a million chats cost, measured in release.

use crate::{project::Project, shell::Failure};

pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let run = project.cargo().args(["run", "--release", "-p", "wappa-benches", "--bin", "bench-crowd", "--"]);
    run.args(arguments).run()
}
