//! Time in a world: it stands until a test moves it.

use std::{sync::Arc, time::Duration};

use wappa_cloud::Timestamp;

use super::world::Inner;

/// So many seconds.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// So many minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}

/// So many hours.
pub const fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

/// So many days.
pub const fn days(count: u64) -> Duration {
    Duration::from_hours(24 * count)
}

/// The clock that bot and world go by.
pub struct TestClock {
    pub(super) world: Arc<Inner>,
}

impl TestClock {
    /// The time, from 2026-01-15, 12:00 UTC on.
    pub fn now(&self) -> Timestamp {
        self.world.emulator.clock().now()
    }

    /// Lets this much time pass, from one thing that is due to the next: each happens at its time, and before the next
    /// one the bot has done what it had to.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        self.world.settle();
        self.world.log().passed(by);
        let end = self.now() + by;
        loop {
            let next = self.world.next_due().filter(|next| *next < end);
            let step = next.unwrap_or(end).since(self.now());
            self.world.emulator.advance(step);
            self.world.settle();
            if next.is_none() {
                return;
            }
        }
    }
}

impl std::fmt::Debug for TestClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TestClock").field(&self.now()).finish()
    }
}
