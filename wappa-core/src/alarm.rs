//! The alarm: lets the dispatcher sleep until the next timer is due, and wakes it when an earlier one is set.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use wappa_cloud::Timestamp;

use crate::clock::Clock;

/// The longest sleep before the wall clock is looked at again, as it may have been put forward meanwhile.
const LONGEST: Duration = Duration::from_mins(1);

/// When the next timer is due, as far as this process knows.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    next: Mutex<Option<Timestamp>>,
    changed: Notify,
}

impl Alarm {
    /// A timer has been set for this moment.
    pub(crate) fn set(&self, at: Timestamp) {
        let mut next = self.next();
        if next.is_none_or(|next| at < next) {
            *next = Some(at);
            drop(next);
            self.changed.notify_one();
        }
    }

    /// The timers are about to be looked at: what is set from now on counts anew.
    pub(crate) fn clear(&self) {
        *self.next() = None;
    }

    /// The store says when its next timer is due.
    pub(crate) fn told(&self, at: Option<Timestamp>) {
        let mut next = self.next();
        *next = match (*next, at) {
            (Some(next), Some(at)) => Some(next.min(at)),
            (next, at) => next.or(at),
        };
    }

    /// Resolves when a timer is due. While none is set nothing happens.
    pub(crate) async fn due(&self, clock: &dyn Clock) {
        loop {
            let next = *self.next();
            let Some(next) = next else {
                self.changed.notified().await;
                continue;
            };
            let now = clock.now();
            if next <= now {
                return;
            }
            tokio::select! {
                () = self.changed.notified() => {}
                () = clock.sleep(next.since(now).min(LONGEST)) => {}
            }
        }
    }

    fn next(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use futures_util::FutureExt;

    use super::*;
    use crate::clock::BoxFuture;

    /// Stands still, and counts who waits for it.
    #[derive(Default)]
    struct Still(AtomicUsize);

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_secs(100)
        }

        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn nothing_sleeps_while_no_timer_is_set() {
        let (alarm, clock) = (Alarm::default(), Still::default());
        assert!(alarm.due(&clock).now_or_never().is_none());
        assert_eq!(clock.0.load(Ordering::Relaxed), 0);
        alarm.told(Some(Timestamp::from_secs(101)));
        assert!(alarm.due(&clock).now_or_never().is_none());
        assert_eq!(clock.0.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn an_earlier_timer_wakes() {
        let alarm = Arc::new(Alarm::default());
        alarm.told(Some(Timestamp::from_secs(200)));
        let waiting = {
            let alarm = Arc::clone(&alarm);
            tokio::spawn(async move { alarm.due(&Still::default()).await })
        };
        tokio::task::yield_now().await;
        alarm.set(Timestamp::from_secs(99));
        waiting.await.unwrap();
        alarm.clear();
        assert!(alarm.due(&Still::default()).now_or_never().is_none());
    }
}
