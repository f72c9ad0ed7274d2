//! The world's clock: the machine's time plus an offset that can be moved ahead. The only place that waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use wappa_cloud::Timestamp;

/// The time of a world. Clones move together, so that a bot can share the clock of the emulator it talks to.
#[derive(Clone, Debug)]
pub struct WorldClock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    offset: AtomicI64,
    moved: watch::Sender<i64>,
}

impl WorldClock {
    pub(crate) fn new(offset: i64) -> Self {
        let (moved, _) = watch::channel(offset);
        Self { shared: Arc::new(Shared { offset: AtomicI64::new(offset), moved }) }
    }

    /// The time in this world.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }

    pub(crate) fn millis(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that the others go by")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        millis(now).saturating_add(self.shared.offset.load(Ordering::Acquire))
    }

    /// Moves the time ahead. `Emulator::advance` also does what became due and remembers it over a restart.
    pub(crate) fn advance(&self, by: Duration) -> i64 {
        let by = millis(by);
        let offset = self.shared.offset.fetch_add(by, Ordering::AcqRel).saturating_add(by);
        self.shared.moved.send_replace(offset);
        offset
    }

    /// Waits until it is that time in this world, whether time passes or is moved.
    pub async fn sleep_until(&self, due: Timestamp) {
        let mut moved = self.shared.moved.subscribe();
        loop {
            let left = due.as_millis().saturating_sub(self.millis());
            let Ok(left) = u64::try_from(left) else { return };
            if left == 0 {
                return;
            }
            tokio::select! {
                () = pause(Duration::from_millis(left)) => {}
                _ = moved.changed() => {}
            }
        }
    }

    /// Waits for a time of this world.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(Timestamp::from_millis(self.millis().saturating_add(millis(duration)))).await;
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

async fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the emulator's own waits end here")]
    tokio::time::sleep(duration).await;
}

/// The future's outcome, or `None` after so much of the machine's time, whatever time it is in the world.
pub(crate) async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = future => Some(done),
        () = pause(limit) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_when_time_is_moved() {
        let clock = WorldClock::new(0);
        let before = clock.millis();
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_hours(1)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_hours(1));
        within(Duration::from_secs(5), waiting).await.expect("the wait ends").unwrap();
        assert!(clock.millis() - before >= 3_600_000);
    }
}
