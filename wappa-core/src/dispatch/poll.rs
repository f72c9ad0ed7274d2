//! The poller: leases lanes that are ready and that no ingest leased: after a restart, a backoff, a wait for a worker.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{Inner, clock, lane, pools::Permit};
use crate::{
    shutdown::Phase,
    store::{ClaimAsk, LaneClass},
};

/// Lanes leased by one look.
const AT_ONCE: usize = 64;
/// The longest time between two looks; also how long after a failed look the next one is.
const LONGEST: Duration = Duration::from_secs(30);
const AFTER_FAILURE: Duration = Duration::from_secs(1);

pub(super) async fn run(inner: Arc<Inner>, class: LaneClass) {
    loop {
        inner.looking.fetch_add(1, Ordering::Relaxed);
        let looked = look(&inner, class).await;
        inner.looking.fetch_sub(1, Ordering::Relaxed);
        let wait = match looked {
            Look::Again => continue,
            Look::Wait(wait) => wait,
        };
        tokio::select! {
            () = inner.drain.reached(Phase::Draining) => return,
            () = inner.pools.of(class).wake.notified() => {}
            () = inner.clock.sleep(wait) => {}
        }
    }
}

enum Look {
    Again,
    Wait(Duration),
}

async fn look(inner: &Arc<Inner>, class: LaneClass) -> Look {
    let pool = inner.pools.of(class);
    let limit = pool.free().min(AT_ONCE);
    if limit == 0 || inner.is_draining() {
        // Woken when a worker is free.
        return Look::Wait(LONGEST);
    }
    clock::check(inner).await;
    let lease = inner.lease();
    let claimed = match inner.store.claim(ClaimAsk { class, limit, skip: pool.saturated(), lease }).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::error!(%error, "waiting conversations could not be claimed; trying again");
            return Look::Wait(AFTER_FAILURE);
        }
    };
    let full = claimed.claims.len() == limit;
    for claim in claimed.claims {
        let permit = Permit::take(&inner.pools, class, &claim.number);
        lane::spawn(Arc::clone(inner), claim, permit, None);
    }
    if full {
        return Look::Again;
    }
    Look::Wait(match claimed.next_ready {
        // What is due but was skipped waits for its number's workers, which wake us.
        Some(at) if at > lease.now => at.since(lease.now).min(LONGEST),
        _ => LONGEST,
    })
}
