//! The leases this process holds, and the heartbeat that renews them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use foldhash::fast::RandomState;

use super::{Inner, clock};
use crate::{
    outbox::LeaseWatch,
    shutdown::Phase,
    store::{Epoch, LaneId},
};

#[derive(Debug, Default)]
pub(super) struct Leases {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    by_lane: HashMap<LaneId, (Epoch, Arc<LeaseWatch>), RandomState>,
    /// The turns have been told to end, and so is whatever comes late.
    cut_off: bool,
}

impl Leases {
    pub(super) fn hold(&self, lane: LaneId, epoch: Epoch, watch: Arc<LeaseWatch>) {
        let mut held = self.lock();
        if held.cut_off {
            watch.cut_off();
        }
        held.by_lane.insert(lane, (epoch, watch));
    }

    pub(super) fn let_go(&self, lane: LaneId, epoch: Epoch) {
        let held = &mut self.lock().by_lane;
        if held.get(&lane).is_some_and(|(of, _)| *of == epoch) {
            held.remove(&lane);
        }
    }

    /// Has the turns end now that still run.
    pub(super) fn cut_off(&self) {
        let mut held = self.lock();
        held.cut_off = true;
        for (_, watch) in held.by_lane.values() {
            watch.cut_off();
        }
    }

    fn all(&self) -> Vec<(LaneId, Epoch)> {
        self.lock().by_lane.iter().map(|(lane, (epoch, _))| (*lane, *epoch)).collect()
    }

    fn watch(&self, lane: LaneId, epoch: Epoch) -> Option<Arc<LeaseWatch>> {
        self.lock().by_lane.get(&lane).filter(|(of, _)| *of == epoch).map(|(_, watch)| Arc::clone(watch))
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews what is held three times per lease, until everything is drained.
pub(super) async fn keep(inner: Arc<Inner>) {
    loop {
        tokio::select! {
            () = inner.drain.reached(Phase::Drained) => return,
            () = inner.clock.sleep(inner.settings.lease / 3) => {}
        }
        let held = inner.leases.all();
        if held.is_empty() {
            continue;
        }
        clock::check(&inner).await;
        // Taken before the call: what the store grants counts from when it was asked.
        let asked = inner.clock.monotonic();
        let until = inner.clock.now() + inner.settings.lease;
        let lost = match inner.store.renew(held.clone(), until).await {
            Ok(lost) => lost,
            Err(error) => {
                tracing::error!(%error, "leases could not be renewed; turns go on until they run out");
                continue;
            }
        };
        for (lane, epoch) in held {
            let Some(watch) = inner.leases.watch(lane, epoch) else { continue };
            if lost.contains(&lane) {
                watch.lose();
            } else {
                watch.renew(asked + inner.settings.lease);
            }
        }
    }
}
