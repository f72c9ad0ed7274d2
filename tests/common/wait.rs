//! Waiting until something is so, with an end to the patience. The only place where the tests know how time passes.

use std::{future::Future, time::Duration};

const PATIENCE: Duration = Duration::from_secs(90);
const GLANCE: Duration = Duration::from_millis(20);

/// What the future answers.
///
/// # Panics
/// After 90 s.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "the patience of the tests ends here")]
    let answer = tokio::time::timeout(PATIENCE, future).await;
    answer.unwrap_or_else(|_| panic!("not within {} s: {what}", PATIENCE.as_secs()))
}

/// Looks again and again until there is something to see.
///
/// # Panics
/// After 90 s.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    within(what, async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            pause(GLANCE).await;
        }
    })
    .await
}

/// As [`until`], where a minute may pass before there is anything to see.
pub(crate) async fn patiently<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    match perhaps(&mut look).await {
        Some(seen) => seen,
        None => until(what, look).await,
    }
}

/// As [`until`], but without a panic at the end of the patience.
pub(crate) async fn perhaps<T>(mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    #[expect(clippy::disallowed_methods, reason = "the patience of the tests ends here")]
    let seen = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            pause(GLANCE).await;
        }
    });
    seen.await.ok()
}

/// Lets time pass, where it is the rate of something that counts.
pub(crate) async fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the tests wait here and nowhere else")]
    tokio::time::sleep(duration).await;
}
