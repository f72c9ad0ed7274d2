//! The test command: every check, cheapest first, the test runner last so that its closing lines end the output.

use std::time::Instant;

use crate::{alone, lines, map, project::Project, registry, setup, shell::Failure, template};

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let began = Instant::now();
    setup::run(project)?;
    lines::run(project)?;
    map::run(project)?;
    project.cargo().args(["fmt", "--all", "--check"]).run()?;
    // All steps name the whole workspace: cargo then unifies features the same way each time and compiles nothing twice.
    project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()?;
    project.cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings").run()?;
    policy(project)?;
    alone::run(project)?;
    template::run(project)?;
    registry::run(project)?;
    project.cargo().args(["test", "--workspace", "--doc"]).run()?;
    tests(project)?;
    println!("\nxtask: everything passed in {} s", began.elapsed().as_secs());
    Ok(())
}

fn policy(project: &Project) -> Result<(), Failure> {
    if project.cargo().args(["deny", "--version"]).answer().is_none() {
        println!(
            "\n==> cargo deny is not installed: licences and sources go unchecked (cargo install cargo-deny --locked)"
        );
        return Ok(());
    }
    project.cargo().args(["deny", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]).run()
}

/// Those that wait for a component are marked `ignore`; `setup` has installed what they wait for.
fn tests(project: &Project) -> Result<(), Failure> {
    // Tests that start programs find them where cargo builds examples.
    project.cargo().args(["build", "--workspace", "--examples"]).run()?;
    let runner: &[&str] = if project.cargo().args(["nextest", "--version"]).answer().is_some() {
        &["nextest", "run", "--workspace", "--run-ignored", "all", "--no-fail-fast"]
    } else {
        &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--examples",
            "--tests",
            "--no-fail-fast",
            "--",
            "--include-ignored",
        ]
    };
    project.cargo().args(runner).run()
}
