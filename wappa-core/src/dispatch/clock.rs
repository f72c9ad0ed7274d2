//! The wall clock, held against the one that never jumps: when somebody has set it, leases and waits are put right before
//! anybody acts on them.

use std::time::Duration;

use tokio::sync::Mutex;

use super::Inner;
use crate::store::BLOCKED;

/// What clocks that are kept right by the network are off by at most.
const UNNOTICED: i64 = 2_000;
/// No wait for a moment is longer. What says so after a start was written by another clock.
const LONGEST_WAIT: Duration = Duration::from_hours(2);

/// How far the wall clock is ahead of the monotonic one, in milliseconds, since somebody last looked.
#[derive(Debug, Default)]
pub(super) struct ClockWatch(Mutex<Option<i64>>);

/// To be awaited before leases are compared with the time. While it puts things right, others wait for it.
pub(super) async fn check(inner: &Inner) {
    let mut known = inner.watch.0.lock().await;
    let lease = inner.lease();
    let monotonic = i64::try_from(inner.clock.monotonic().as_millis()).unwrap_or(i64::MAX);
    let ahead = lease.now.as_millis().saturating_sub(monotonic);
    let by = known.map(|known| ahead.saturating_sub(known));
    let furthest = match by {
        None => lease.now + LONGEST_WAIT,
        Some(by) if by.abs() <= UNNOTICED => {
            *known = Some(ahead);
            return;
        }
        Some(by) if by > 0 => BLOCKED,
        Some(by) => {
            lease.now + Duration::from_millis(by.unsigned_abs().saturating_sub(UNNOTICED.unsigned_abs()))
        }
    };
    if let Err(error) = inner.store.clock_set(lease, furthest).await {
        tracing::error!(%error, "the store could not follow the clock; trying again at the next look");
        return;
    }
    *known = Some(ahead);
    let Some(by) = by else { return };
    tracing::warn!(seconds = by / 1_000, "the machine's clock was set; leases and waits follow it");
    if by > 0 {
        inner.messenger.outbox().distrust_windows();
    }
}
