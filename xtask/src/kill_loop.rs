//! The kill loop at length: the same test that `test` runs for a few rounds.

use crate::{project::Project, shell::Failure};

pub(crate) fn run(project: &Project, rounds: Option<&str>) -> Result<(), Failure> {
    let rounds = rounds.unwrap_or("200");
    if rounds.parse::<u32>().is_err() {
        return Err(Failure::new(format!("`{rounds}` is no number of rounds")));
    }
    // The test starts its bot from where cargo builds examples.
    project.cargo().args(["build", "-p", "wappa", "--examples"]).run()?;
    project
        .cargo()
        .args(["test", "-p", "wappa", "--test", "kill_loop", "--", "--nocapture"])
        .env("WAPPA_KILL_ROUNDS", rounds)
        .run()
}
