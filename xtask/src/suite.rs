//! How long three hundred tests of a bot take together, as an author of many tests waits for them.

use std::time::{Duration, Instant};

use crate::{project::Project, shell::Failure};

/// `tests/kit/many.rs` has so many: half of them act, half of them play a talk.
const TESTS: u32 = 300;
const LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let kit = ["test", "-q", "--test", "kit"];
    project.cargo().args(kit).args(["--no-run"]).run()?;
    let began = Instant::now();
    project.cargo().args(kit).args(["many::"]).run()?;
    let took = began.elapsed();
    println!("{TESTS} tests in {:.2} s, cargo's own look at the sources included", took.as_secs_f64());
    if took < LIMIT {
        Ok(())
    } else {
        Err(Failure::new(format!("{TESTS} tests are to take less than {} s together", LIMIT.as_secs())))
    }
}
