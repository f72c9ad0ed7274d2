//! The world's clock: the machine's time plus an offset that can be moved ahead, or a time that stands until it is
//! moved. The only place that waits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use wappa_cloud::Timestamp;

use crate::config::Time;

/// When time that stands begins: 2026-01-15, 12:00:00 UTC, a Thursday.
const STANDING: i64 = 1_768_478_400_000;

/// The time of a world. Clones move together, so that a bot can share the clock of the emulator it talks to.
#[derive(Clone, Debug)]
pub struct WorldClock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    time: Time,
    offset: AtomicI64,
    moved: watch::Sender<i64>,
    /// Where time stands: until when how many wait.
    waits: Mutex<BTreeMap<i64, usize>>,
}

impl WorldClock {
    pub(crate) fn new(time: Time, offset: i64) -> Self {
        let (moved, _) = watch::channel(offset);
        Self {
            shared: Arc::new(Shared { time, offset: AtomicI64::new(offset), moved, waits: Mutex::default() }),
        }
    }

    /// The time in this world.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }

    pub(crate) fn millis(&self) -> i64 {
        let base = match self.shared.time {
            Time::Passing => machine(),
            Time::Standing => STANDING,
        };
        base.saturating_add(self.shared.offset.load(Ordering::Acquire))
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
            match self.shared.time {
                Time::Passing => tokio::select! {
                    () = pause(Duration::from_millis(left)) => {}
                    _ = moved.changed() => {}
                },
                Time::Standing => {
                    let _noted = Wait::note(&self.shared, due);
                    // The sender lives as long as this clock.
                    let _ = moved.changed().await;
                }
            }
        }
    }

    /// Until when the next one waits, where time stands.
    pub fn next_wait(&self) -> Option<Timestamp> {
        let now = self.millis();
        let waits = self.shared.waits();
        waits.keys().find(|until| **until > now).map(|until| Timestamp::from_millis(*until))
    }

    /// Waits for a time of this world.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(Timestamp::from_millis(self.millis().saturating_add(millis(duration)))).await;
    }
}

/// Notes a wait for as long as it lasts.
struct Wait<'a> {
    shared: &'a Shared,
    until: i64,
}

impl<'a> Wait<'a> {
    fn note(shared: &'a Shared, due: Timestamp) -> Self {
        let until = due.as_millis();
        *shared.waits().entry(until).or_default() += 1;
        Self { shared, until }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut waits = self.shared.waits();
        match waits.get_mut(&self.until) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(waits.remove(&self.until)),
        }
    }
}

impl Shared {
    fn waits(&self) -> MutexGuard<'_, BTreeMap<i64, usize>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn machine() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the others go by")]
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
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
        let clock = WorldClock::new(Time::Passing, 0);
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

    #[tokio::test]
    async fn time_that_stands_moves_only_when_it_is_moved() {
        let clock = WorldClock::new(Time::Standing, 0);
        assert_eq!(clock.millis(), STANDING);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_millis(2)).await }
        });
        for _ in 0..2 {
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
            clock.advance(Duration::from_millis(1));
        }
        waiting.await.unwrap();
        assert_eq!(clock.millis(), STANDING + 2);
    }
}
