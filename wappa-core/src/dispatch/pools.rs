//! Workers as permits: so many in all, and no number may take so many that the others stall.

use std::sync::Arc;

use dashmap::DashMap;
use foldhash::fast::RandomState;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use wappa_cloud::{DedupKey, Event};

use crate::store::{Claim, EventKind, LaneClass, Wish};

#[derive(Debug)]
pub(super) struct Pools {
    conversations: Pool,
    statuses: Pool,
}

#[derive(Debug)]
pub(super) struct Pool {
    all: Arc<Semaphore>,
    per_number: DashMap<Arc<str>, Arc<Semaphore>, RandomState>,
    share: usize,
    /// Wakes the poller of this class.
    pub(super) wake: Notify,
}

impl Pools {
    pub(super) fn new(conversations: usize, statuses: usize, numbers: usize) -> Self {
        Self { conversations: Pool::new(conversations, numbers), statuses: Pool::new(statuses, numbers) }
    }

    pub(super) fn of(&self, class: LaneClass) -> &Pool {
        match class {
            LaneClass::Conversation => &self.conversations,
            LaneClass::Status => &self.statuses,
        }
    }

    pub(super) fn poke(&self, class: LaneClass) {
        self.of(class).wake.notify_one();
    }
}

impl Pool {
    fn new(size: usize, numbers: usize) -> Self {
        let size = size.max(1);
        // With several numbers, each may have three quarters: one that hangs leaves a quarter to the others.
        let share = if numbers > 1 { (size * 3 / 4).max(1) } else { size };
        Self {
            all: Arc::new(Semaphore::new(size)),
            per_number: DashMap::default(),
            share,
            wake: Notify::new(),
        }
    }

    fn of_number(&self, number: &Arc<str>) -> Arc<Semaphore> {
        if let Some(known) = self.per_number.get(number) {
            return Arc::clone(&known);
        }
        let made =
            self.per_number.entry(Arc::clone(number)).or_insert_with(|| Arc::new(Semaphore::new(self.share)));
        Arc::clone(&made)
    }

    pub(super) fn try_take(&self, number: &Arc<str>) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        let of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let of_number = self.of_number(number).try_acquire_owned().ok()?;
        Some((of_all, of_number))
    }

    pub(super) fn free(&self) -> usize {
        self.all.available_permits()
    }

    /// Numbers that have all the workers they may have.
    pub(super) fn saturated(&self) -> Vec<Arc<str>> {
        self.per_number
            .iter()
            .filter(|entry| entry.value().available_permits() == 0)
            .map(|entry| Arc::clone(entry.key()))
            .collect()
    }
}

/// A worker. Given back when dropped, which lets the poller look for lanes that wait.
#[derive(Debug)]
pub(super) struct Permit {
    pools: Arc<Pools>,
    class: LaneClass,
    held: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
    starving: bool,
}

impl Permit {
    pub(super) fn take(pools: &Arc<Pools>, class: LaneClass, number: &Arc<str>) -> Option<Self> {
        let pool = pools.of(class);
        let held = pool.try_take(number)?;
        Some(Self { pools: Arc::clone(pools), class, held: Some(held), starving: pool.free() == 0 })
    }

    /// Whether other lanes may be waiting for this worker.
    pub(super) fn is_wanted(&self) -> bool {
        self.pools.of(self.class).free() == 0
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let pool = self.pools.of(self.class);
        let wanted = self.starving || pool.free() == 0;
        self.held = None;
        if wanted {
            pool.wake.notify_one();
        }
    }
}

/// Workers set aside for a delivery before the store takes it.
#[derive(Debug)]
pub struct Reservation {
    pools: Arc<Pools>,
    permits: Vec<(LaneClass, Arc<str>, Permit)>,
    /// What has been read on the way in, by key, so that a turn that begins at once need not read it again.
    events: Vec<(DedupKey, Event)>,
}

impl Reservation {
    pub(super) fn new(pools: Arc<Pools>) -> Self {
        Self { pools, permits: Vec::new(), events: Vec::new() }
    }

    /// Asks for a worker for an arrival of this class and number.
    pub fn wish(&mut self, class: LaneClass, number: &Arc<str>) -> Wish {
        match Permit::take(&self.pools, class, number) {
            Some(permit) => {
                self.permits.push((class, Arc::clone(number), permit));
                Wish::Lease
            }
            None => Wish::Leave,
        }
    }

    /// Has this event at hand for the turn it may begin.
    pub fn bring(&mut self, key: DedupKey, event: Event) {
        self.events.push((key, event));
    }

    /// The event this lane was leased for, if it is at hand.
    pub(super) fn event(&mut self, claim: &Claim) -> Option<Event> {
        let is_from_meta = matches!(claim.event.kind, EventKind::Meta(_));
        let at = self.events.iter().position(|(key, _)| is_from_meta && *key == claim.event.key)?;
        Some(self.events.swap_remove(at).1)
    }

    /// The worker for this lane. One was set aside for every arrival that wished it, and at most one lane is leased for
    /// each, so there is one.
    pub(super) fn take(&mut self, claim: &Claim) -> Option<Permit> {
        let class = claim.kind.class();
        let at = self.permits.iter().position(|(of, number, _)| *of == class && *number == claim.number)?;
        Some(self.permits.swap_remove(at).2)
    }
}
