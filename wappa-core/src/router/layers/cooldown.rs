//! Not too often.

use std::time::Duration;

use dashmap::DashMap;

use super::{refuse, who};
use crate::{
    error::Result,
    router::{Flow, Layer, Next, Turn},
};

/// After so many are kept, those whose time is over are forgotten.
const KEPT: usize = 10_000;

/// Lets each person through once in a while, for what is costly. What comes sooner is dropped, unless
/// [`or_say`](Self::or_say) answers it. Kept in memory: a restart forgets who has waited.
#[derive(Debug)]
pub struct Cooldown {
    pause: Duration,
    say: Option<String>,
    /// When each person was let through, on the monotonic clock.
    last: DashMap<String, Duration>,
}

impl Cooldown {
    /// At least this long between two.
    pub fn new(pause: Duration) -> Self {
        Self { pause, say: None, last: DashMap::new() }
    }

    /// What is said to somebody who comes too soon.
    #[must_use]
    pub fn or_say(mut self, say: impl Into<String>) -> Self {
        self.say = Some(say.into());
        self
    }

    /// Whether it is long enough ago, and if so counts from now.
    fn lets_through(&self, who: String, now: Duration) -> bool {
        if self.last.len() >= KEPT {
            self.last.retain(|_, last| now.saturating_sub(*last) < self.pause);
        }
        let mut last = self.last.entry(who).or_insert(Duration::MAX);
        let waited = *last == Duration::MAX || now.saturating_sub(*last) >= self.pause;
        if waited {
            *last = now;
        }
        waited
    }
}

impl Layer for Cooldown {
    async fn around(&self, turn: Turn<'_>, next: Next<'_>) -> Result<Flow> {
        let (Some(who), Some(clock)) = (who(&turn), turn.clock()) else { return next.run().await };
        if self.lets_through(who, clock.monotonic()) {
            return next.run().await;
        }
        match &self.say {
            Some(say) => refuse(turn, Some(say)).await,
            None => Ok(Flow::Done),
        }
    }
}
