//! The clock door: the only way the corridor learns the time or waits. No other file here names `tokio::time`.

use std::{future::Future, pin::Pin, sync::OnceLock, time::Duration};

use wappa_cloud::Timestamp;

/// A boxed future, for the doors that are used as trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time and waits. Tests and the emulator put their own behind this door.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock. May jump; used for what is stored and shown.
    fn now(&self) -> Timestamp;

    /// Time since a fixed but unknown moment; never goes back. Used for leases and deadlines.
    fn monotonic(&self) -> Duration;

    /// Waits for `duration` of this clock's time.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

static START: OnceLock<std::time::Instant> = OnceLock::new();

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door itself")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        START.get_or_init(std::time::Instant::now).elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door itself")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
