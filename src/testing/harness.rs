//! What `#[wappa::test]` writes calls to.

use tokio::runtime::Builder;

use super::{Talk, World};

/// Runs the body of a test: on this thread, while what it spawns runs on another one, so that a service faked in the
/// test answers also while an expectation waits.
pub fn run<T>(body: impl Future<Output = T>) -> T {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime for the test").block_on(body)
}

/// The variable that has talks written as they went, instead of compared.
const UPDATE: &str = "WAPPA_TALKS";

/// Plays a talk that stands in a file, in a world of its own.
///
/// # Panics
/// The bot says something else than the file does, or the file can't be understood. With `WAPPA_TALKS=write` in the
/// environment of the test runner the file is written anew instead.
pub fn talk(path: &str, text: &str, cast: impl FnOnce(&World)) {
    let talk = Talk::read(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let world = World::new();
    cast(&world);
    let played = talk.play(&world);
    if played.agrees() {
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "said to the test runner, not to the bot")]
    let update = std::env::var(UPDATE).is_ok_and(|update| update == "write");
    if update {
        if let Err(error) = std::fs::write(path, played.written()) {
            panic!("{path} could not be written: {error}");
        }
        return;
    }
    panic!(
        "{path} goes another way (`-` expected, `+` said). If that is as it should be, run the tests once with \
         {UPDATE}=write.\n\n{played}\n{}",
        world.inner.trouble()
    );
}

/// Whether the files that talks were made tests of are those that are there now.
///
/// # Panics
/// A file has come since the tests were compiled.
pub fn all_talks(folder: &str, start: &str, ending: &str, known: &[&str]) {
    let there = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    for entry in there {
        let name = entry.unwrap_or_else(|error| panic!("{folder}: {error}")).file_name();
        let name = name.to_string_lossy();
        assert!(
            !(name.starts_with(start) && name.ends_with(ending)) || known.contains(&&*name),
            "{folder}/{name} is newer than the tests: save the file with `transcripts!` in it, so that it is compiled again"
        );
    }
}
