//! Running other programs: announced, without input, and a failure that says what was run.

use std::{ffi::OsStr, fmt, path::Path, process, time::Instant};

/// Why a task stopped.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A program with its arguments.
pub(crate) struct Command {
    inner: process::Command,
    shown: String,
}

impl Command {
    pub(crate) fn new(program: &str) -> Self {
        let mut inner = process::Command::new(program);
        inner.stdin(process::Stdio::null());
        // `cargo run` describes xtask's own package to us. Build scripts downstream would take it for a change of theirs
        // and compile again what a plain `cargo test` has compiled already.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| text.starts_with(prefix)) {
                inner.env_remove(name);
            }
        }
        Self { inner, shown: program.to_owned() }
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.inner.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    pub(crate) fn directory(mut self, path: &Path) -> Self {
        self.inner.current_dir(path);
        self
    }

    /// Runs to the end, output and all.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        println!("\n==> {}", self.shown);
        let began = Instant::now();
        let status = self
            .inner
            .status()
            .map_err(|error| Failure::new(format!("`{}` did not start: {error}", self.shown)))?;
        if status.success() {
            println!("    {:.1} s", began.elapsed().as_secs_f64());
            Ok(())
        } else {
            Err(Failure::new(format!("`{}` failed ({status})", self.shown)))
        }
    }

    /// What it prints, trimmed, if it is there and succeeds.
    pub(crate) fn answer(mut self) -> Option<String> {
        let output = self.inner.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}
