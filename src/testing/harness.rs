//! What `#[wappa::test]` writes calls to.

use tokio::runtime::Builder;

/// Runs the body of a test: on this thread, while what it spawns runs on another one, so that a service faked in the
/// test answers also while an expectation waits.
pub fn run<T>(body: impl Future<Output = T>) -> T {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime for the test").block_on(body)
}
