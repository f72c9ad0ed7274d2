//! Our example programs, started as a person starts them: in a folder, with an environment, and a banner to read.

use std::{
    env::consts::EXE_SUFFIX,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{ExitStatus, Output, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use super::wait::within;

/// A program that has said its banner. Killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// What it has said of itself.
    pub(crate) banner: Vec<String>,
    log: PathBuf,
    folder: PathBuf,
    // Open as long as the program may write to it.
    _output: Lines<BufReader<ChildStdout>>,
}

/// The example of this name, in an environment of which it knows only these variables.
pub(crate) fn command(example: &str, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary(example));
    surround(&mut command, folder, variables);
    command
}

fn surround(command: &mut Command, folder: &Path, variables: &[(&str, &str)]) {
    command.current_dir(folder).env_clear().envs(variables.iter().copied()).kill_on_drop(true);
}

/// Cargo puts examples beside the tests.
fn binary(example: &str) -> PathBuf {
    let own = std::env::current_exe().expect("the test knows its own file");
    let name = format!("{example}{EXE_SUFFIX}");
    own.ancestors()
        .map(|folder| folder.join("examples").join(&name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("build the examples first: cargo build --examples ({name} is not there)"))
}

impl Program {
    /// Starts it on a free port and waits until it serves.
    pub(crate) async fn start(example: &str, folder: &Path, variables: &[(&str, &str)]) -> Self {
        Self::run(command(example, folder, variables), folder).await
    }

    /// The same by another program, which is given this one to run and must become it.
    pub(crate) async fn start_by(
        launcher: &[&str],
        example: &str,
        folder: &Path,
        variables: &[(&str, &str)],
    ) -> Self {
        let (first, rest) = launcher.split_first().expect("a launcher");
        let mut command = Command::new(first);
        command.args(rest).arg(binary(example));
        surround(&mut command, folder, variables);
        Self::run(command, folder).await
    }

    async fn run(mut command: Command, folder: &Path) -> Self {
        let log = folder.join("log.txt");
        let errors = File::options().create(true).append(true).open(&log).expect("a log");
        let mut child = command
            .env("WAPPA_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut banner = Vec::new();
        let read = async {
            while let Some(line) = output.next_line().await.expect("the output is text") {
                let last = line.trim_start().starts_with("Routes");
                banner.push(line);
                if last {
                    return;
                }
            }
            panic!("the program ended: {}", fs::read_to_string(&log).unwrap_or_default());
        };
        within("the banner", read).await;
        Self { child, banner, log, folder: folder.to_owned(), _output: output }
    }

    /// The word of the banner's line that begins with `http`.
    fn address(&self, line: &str) -> &str {
        let mut lines = self.banner.iter().filter_map(|said| said.trim_start().strip_prefix(line));
        lines
            .find_map(|rest| rest.split_whitespace().find(|word| word.starts_with("http")))
            .unwrap_or_else(|| panic!("the banner names {line}: {:?}", self.banner))
    }

    /// Where the phone page is.
    pub(crate) fn phone(&self) -> &str {
        self.address("Phone")
    }

    /// Where the webhook is.
    pub(crate) fn webhook(&self) -> String {
        format!("{}/webhook/whatsapp", self.address("Routes"))
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Where it runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it has logged, earlier runs in the same folder included.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub(crate) async fn end(mut self) -> ExitStatus {
        let id = self.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
        assert!(asked.success());
        within("the end", self.child.wait()).await.expect("an exit code")
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("a look at it").is_some()
    }

    /// Ends it as a crash does (SIGKILL).
    pub(crate) async fn crash(mut self) {
        self.child.kill().await.expect("it is killed");
    }
}

/// What a program says that ends by itself.
pub(crate) async fn outcome(example: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    let output = command(example, folder, variables).output();
    within("the end", output).await.expect("the program starts")
}
