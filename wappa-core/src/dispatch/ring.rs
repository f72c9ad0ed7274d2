//! Turns timers that are due into events of their lanes, and sleeps until the next one is.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::Inner;
use crate::{shutdown::Phase, store::LaneClass};

/// Timers moved at once.
const AT_ONCE: usize = 256;
const AFTER_FAILURE: Duration = Duration::from_secs(1);

pub(super) async fn run(inner: Arc<Inner>) {
    for schedule in inner.schedules.all() {
        while let Err(error) = arm(&inner, schedule).await {
            tracing::error!(%error, "a schedule could not be written; trying again");
            tokio::select! {
                () = inner.drain.reached(Phase::Draining) => return,
                () = inner.clock.sleep(AFTER_FAILURE) => {}
            }
        }
    }
    let alarm = Arc::clone(inner.messenger.alarm());
    loop {
        inner.looking.fetch_add(1, Ordering::Relaxed);
        let looked = look(&inner).await;
        inner.looking.fetch_sub(1, Ordering::Relaxed);
        tokio::select! {
            biased;
            () = inner.drain.reached(Phase::Draining) => return,
            () = async {
                match looked {
                    Looked::Told => alarm.due(&*inner.clock).await,
                    Looked::Failed => inner.clock.sleep(AFTER_FAILURE).await,
                }
            } => {}
        }
    }
}

/// Sets the next moment of a schedule, if none is set.
pub(super) async fn arm(
    inner: &Inner,
    schedule: &crate::schedule::Schedule,
) -> Result<(), crate::store::StoreError> {
    let now = inner.clock.now();
    let Some((place, write)) = schedule.timer(now) else { return Ok(()) };
    let at = write.set.as_ref().map(|set| set.at);
    inner.store.set_timer(place, write, now).await?;
    if let Some(at) = at {
        inner.messenger.alarm().set(at);
    }
    Ok(())
}

enum Looked {
    Told,
    Failed,
}

async fn look(inner: &Inner) -> Looked {
    inner.messenger.alarm().clear();
    let rung = match inner.store.ring(inner.clock.now(), AT_ONCE).await {
        Ok(rung) => rung,
        Err(error) => {
            tracing::error!(%error, "timers that are due could not be moved; trying again");
            return Looked::Failed;
        }
    };
    if rung.left_ready.conversations > 0 {
        inner.pools.poke(LaneClass::Conversation);
    }
    if rung.left_ready.statuses > 0 {
        inner.pools.poke(LaneClass::Status);
    }
    inner.messenger.alarm().told(rung.next_at);
    Looked::Told
}
