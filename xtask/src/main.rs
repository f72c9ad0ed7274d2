//! `cargo xtask`: what this project does with itself. One file per task; needs nothing but the standard library.

mod lines;
mod map;
mod project;
mod setup;
mod shell;
mod template;
mod test;

use std::process::ExitCode;

use crate::{project::Project, shell::Failure};

const HELP: &str = "\
cargo xtask <task>

  test      install what is missing, then run everything a review would run
  setup     only install what is missing (Chromium and its driver, rustfmt, clippy)
  lines     refuse source files over 600 lines
  map       hold ARCHITECTURE.md against the sources
  template  make a project from templates/echo and run its tests against this checkout
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (task, rest) = (arguments.next(), arguments.next());
    if let Some(extra) = rest {
        eprintln!("xtask: unexpected argument `{extra}`\n\n{HELP}");
        return ExitCode::from(2);
    }
    let outcome = match task.as_deref() {
        Some("test") => on_project(test::run),
        Some("setup") => on_project(setup::run),
        Some("lines") => on_project(lines::run),
        Some("map") => on_project(map::run),
        Some("template") => on_project(template::run),
        None | Some("help" | "-h" | "--help") => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => {
            eprintln!("xtask: no task `{other}`\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn on_project(task: fn(&Project) -> Result<(), Failure>) -> Result<(), Failure> {
    task(&Project::find()?)
}
