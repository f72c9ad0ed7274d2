//! What the tests need beside Rust: a browser with its driver, Python's pywa, rustfmt and clippy. Installs what is missing on Debian, and
//! says what to install elsewhere.

use crate::{
    project::Project,
    shell::{Command, Failure},
};

const DRIVERS: [&str; 1] = ["chromedriver"];
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    rust_components()?;
    outside(project)?;
    if is_there(&DRIVERS) && is_there(&BROWSERS) { Ok(()) } else { browser() }
}

fn is_there(programs: &[&str]) -> bool {
    programs.iter().any(|program| Command::new(program).args(["--version"]).answer().is_some())
}

fn rust_components() -> Result<(), Failure> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if Command::new("cargo").args([subcommand, "--version"]).answer().is_none() {
            Command::new("rustup").args(["component", "add", component]).run()?;
        }
    }
    Ok(())
}

/// The client from outside that talks to the emulator: pywa, in an environment of its own below `target`.
fn outside(project: &Project) -> Result<(), Failure> {
    let home = project.target().join("outside");
    let python = home.join("bin").join("python");
    let python = python.to_string_lossy();
    let is_there = || Command::new(&python).args(["-c", "import fastapi, pywa, uvicorn"]).answer().is_some();
    if is_there() {
        return Ok(());
    }
    if Command::new("python3").args(["-c", "import ensurepip, venv"]).answer().is_none() {
        return Err(Failure::new(
            "the test of the emulator with a client from outside needs Python 3.10 or later with venv and pip.\n  \
             Debian: sudo apt-get install python3-venv",
        ));
    }
    Command::new("python3").args(["-m", "venv"]).args([&home]).run()?;
    let wanted = project.root().join("wappa-emulator/tests/outside/requirements.txt");
    Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).args([wanted]).run()
}

fn browser() -> Result<(), Failure> {
    if !is_there(&["apt-get"]) {
        return Err(Failure::new(
            "the browser tests need Chromium (or Google Chrome) and the chromedriver of the same version on the PATH.\n  \
             Fedora: dnf install chromium chromedriver · Arch: pacman -S chromium · Alpine: apk add chromium chromium-chromedriver\n  \
             macOS: brew install --cask chromium chromedriver",
        ));
    }
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])
}

fn apt_get(arguments: &[&str]) -> Result<(), Failure> {
    let command = if Command::new("id").args(["-u"]).answer().as_deref() == Some("0") {
        Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
    } else if Command::new("sudo").args(["-n", "true"]).answer().is_some() {
        Command::new("sudo").args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
    } else {
        return Err(Failure::new(
            "the browser tests need Chromium, and installing it needs root. Run this once, then start again:\n  \
             sudo apt-get install chromium chromium-driver",
        ));
    };
    command.args(arguments).run()
}
