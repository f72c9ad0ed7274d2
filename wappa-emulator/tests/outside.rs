//! A client from outside against the stand-alone emulator: Python's pywa, in processes of their own, over HTTP.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where cargo puts what it builds for this profile, e.g. `target/debug`.
fn profile() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().to_owned()
}

fn python() -> PathBuf {
    let target = profile().parent().unwrap().to_owned();
    let python = target.join("outside").join("bin").join("python");
    assert!(python.exists(), "{} is not there: cargo xtask setup installs it", python.display());
    python
}

#[test]
#[ignore = "needs python3 with pywa: cargo xtask test"]
fn a_client_from_outside_is_understood_and_refused_by_metas_codes() {
    let python = python();
    let emulate = profile().join("examples").join("emulate");
    assert!(emulate.exists(), "{} is not there: cargo build --examples", emulate.display());
    // Until the client says where it listens, nobody does there.
    let mut emulator = Command::new(emulate)
        .args(["http://127.0.0.1:9/", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .map(Running)
        .unwrap();
    let printed = BufReader::new(emulator.0.stdout.take().unwrap());
    let settings: Vec<(String, String)> = printed
        .lines()
        .map(Result::unwrap)
        .filter_map(|line| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
        .take(6)
        .collect();
    assert_eq!(settings.len(), 6, "{settings:?}");

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("outside").join("bot.py");
    let answer = Command::new(python).arg(script).envs(settings).output().unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    assert!(answer.status.success(), "{said}\n{complained}");
    assert!(said.contains("everything was understood"), "{said}");
}
