//! Fuzzing at length: the targets of `fuzz/`, each led by coverage for so many seconds. `test` runs them for a moment.

use std::fs;

use crate::{project::Project, shell::Failure};

pub(crate) fn run(project: &Project, seconds: Option<&str>) -> Result<(), Failure> {
    let seconds = seconds.unwrap_or("60");
    if seconds.parse::<u32>().is_err() {
        return Err(Failure::new(format!("`{seconds}` is no number of seconds")));
    }
    if project.cargo().args(["bolero", "--version"]).answer().is_none() {
        let install = "cargo install cargo-bolero --no-default-features --features libfuzzer";
        return Err(Failure::new(format!("cargo-bolero is missing: {install}")));
    }
    // The same tests leave their seeds for the fuzzer to begin with.
    project.cargo().args(["test", "-p", "wappa-fuzz"]).run()?;
    let seeds = project.target().join("tmp/fuzz");
    let unread = |error: std::io::Error| Failure::new(format!("{}: {error}", seeds.display()));
    let mut targets = Vec::new();
    for entry in fs::read_dir(&seeds).map_err(unread)? {
        targets.extend(entry.map_err(unread)?.file_name().into_string());
    }
    targets.sort();
    for target in targets {
        project
            .cargo()
            // Without sanitizers, which only watch over unsafe code, a stable compiler will do.
            .args([
                "bolero",
                "test",
                "-p",
                "wappa-fuzz",
                "--sanitizer",
                "NONE",
                "--time",
                &format!("{seconds}s"),
            ])
            .args(["--target-dir".as_ref(), project.target().join("fuzz").as_os_str()])
            .args(["--corpus-dir".as_ref(), seeds.join(&target).as_os_str()])
            .args([target.replacen('-', "::", 1)])
            .run()?;
    }
    Ok(())
}
