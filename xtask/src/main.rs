//! `cargo xtask`: what this project does with itself. One file per task; needs nothing but the standard library.

mod alone;
mod crowd;
mod fuzz;
mod kill_loop;
mod lines;
mod map;
mod pictures;
mod project;
mod registry;
mod setup;
mod shell;
mod suite;
mod template;
mod test;
mod workshop;

use std::process::ExitCode;

use crate::{project::Project, shell::Failure};

const HELP: &str = "\
cargo xtask <task>

  test      install what is missing, then run everything a review would run
  setup     only install what is missing (Chromium and its driver, pywa, rustfmt, clippy)
  lines     refuse source files over 600 lines
  map       hold ARCHITECTURE.md against the sources
  alone     hold wappa-cloud to being useful by itself, without a runtime or an HTTP client
  fuzz [SECONDS]
            fuzz whatever reads bytes that others wrote, each target for so long (60)
  kill-loop [ROUNDS] [killed|stopped|disk]
            kill a bot under load so often (200), or ask it to stop, and hold it to every promise afterwards; or
            fill its disk for so many seconds (10)
  crowd [CHATS]
            fill a store with so many chats (a million), start a bot on it, and say what they cost (release build)
  registry  build a program with fat LTO, and look for its commands
  pictures  make the README's pictures of the phone page anew
  suite     run 300 tests of a bot, and say how long they take together: less than 10 s
  template  make a project from each of templates and run its tests against this checkout
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let details: Vec<String> = match task.as_deref() {
        Some("kill-loop" | "crowd") => arguments.by_ref().collect(),
        Some("fuzz") => arguments.next().into_iter().collect(),
        _ => Vec::new(),
    };
    if let Some(extra) = arguments.next() {
        eprintln!("xtask: unexpected argument `{extra}`\n\n{HELP}");
        return ExitCode::from(2);
    }
    let outcome = match task.as_deref() {
        Some("test") => on_project(test::run),
        Some("setup") => on_project(setup::run),
        Some("crowd") => Project::find().and_then(|project| crowd::run(&project, &details)),
        Some("kill-loop") => Project::find().and_then(|project| kill_loop::run(&project, &details)),
        Some("fuzz") => {
            Project::find().and_then(|project| fuzz::run(&project, details.first().map(String::as_str)))
        }
        Some("alone") => on_project(alone::run),
        Some("lines") => on_project(lines::run),
        Some("map") => on_project(map::run),
        Some("registry") => on_project(registry::run),
        Some("pictures") => on_project(pictures::run),
        Some("suite") => on_project(suite::run),
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
