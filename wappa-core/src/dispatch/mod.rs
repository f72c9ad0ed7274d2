//! Dispatch: gives leased lanes to workers, one turn at a time per lane, many lanes at once, and looks after leases,
//! retries and the lanes that wait. What a turn *does* is the author's; what it says leaves through the outbox.

mod bundles;
mod circuits;
mod clock;
mod consent;
mod lane;
mod leases;
mod letters;
mod poll;
mod pools;
mod retry;
mod ring;
mod sent;
mod suspects;
mod takeover;
mod turn;
mod undelivered;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

pub use self::{
    bundles::Debounce,
    letters::{DeadLetterError, DeadLetters},
    pools::Reservation,
};
use self::{clock::ClockWatch, leases::Leases, pools::Pools, suspects::Suspects};
use crate::{
    clock::Clock,
    handler::{AnyHandler, EventHandler, Listening},
    messenger::Messenger,
    numbers::Numbers,
    schedule::Schedules,
    shutdown::{Drain, Phase},
    store::{Claim, LaneClass, LastTry, Lease, LeftReady, SendKey, Store},
};

/// Limits of the dispatch.
#[derive(Debug, Clone, Copy)]
pub struct DispatchSettings {
    /// Turns of conversations under way at once.
    pub turns: usize,
    /// Turns of status lanes under way at once.
    pub status_turns: usize,
    /// How long a handler may run; time spent waiting for Meta's pace does not count.
    pub deadline: Duration,
    /// How long a lane is leased before the lease must be renewed.
    pub lease: Duration,
    /// Tries before an event becomes a dead letter.
    pub attempts: u32,
    /// What a conversation does after the last try.
    pub last_try: LastTry,
}

impl Default for DispatchSettings {
    fn default() -> Self {
        Self {
            turns: 256,
            status_turns: 64,
            deadline: Duration::from_mins(1),
            lease: Duration::from_secs(30),
            attempts: 3,
            last_try: LastTry::Skip,
        }
    }
}

/// Gives leased lanes to workers. Cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn Store>,
    numbers: Arc<dyn Numbers>,
    clock: Arc<dyn Clock>,
    handler: Arc<dyn AnyHandler>,
    listening: Arc<Listening>,
    messenger: Messenger,
    schedules: Schedules,
    debounce: Option<Debounce>,
    drain: Drain,
    settings: DispatchSettings,
    pools: Arc<Pools>,
    leases: Leases,
    suspects: Suspects,
    watch: ClockWatch,
    under_way: AtomicUsize,
    /// Looks for waiting lanes that the store has not answered yet.
    looking: AtomicUsize,
    idle: Notify,
}

/// What a [`Dispatcher`] stands on.
pub struct DispatchParts {
    /// The lanes.
    pub store: Arc<dyn Store>,
    /// Which numbers are ours.
    pub numbers: Arc<dyn Numbers>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The way out.
    pub messenger: Messenger,
    /// What is done at set times.
    pub schedules: Schedules,
    /// When messages that follow each other closely are one turn, if ever.
    pub debounce: Option<Debounce>,
    /// What the handler listens to.
    pub listening: Arc<Listening>,
    /// The end.
    pub drain: Drain,
}

impl Dispatcher {
    /// Starts the workers' housekeeping: waiting lanes and leases. Needs a tokio runtime.
    pub fn start(handler: impl EventHandler, parts: DispatchParts, settings: DispatchSettings) -> Self {
        let DispatchParts { store, numbers, clock, messenger, schedules, debounce, listening, drain } = parts;
        let pools = Pools::new(settings.turns, settings.status_turns, numbers.all().len());
        let inner = Arc::new(Inner {
            store,
            numbers,
            clock,
            handler: Arc::new(handler),
            listening,
            messenger,
            schedules,
            debounce,
            drain,
            settings,
            pools: Arc::new(pools),
            leases: Leases::default(),
            suspects: Suspects::default(),
            watch: ClockWatch::default(),
            under_way: AtomicUsize::new(0),
            looking: AtomicUsize::new(0),
            idle: Notify::new(),
        });
        for class in [LaneClass::Conversation, LaneClass::Status] {
            tokio::spawn(poll::run(Arc::clone(&inner), class));
        }
        tokio::spawn(leases::keep(Arc::clone(&inner)));
        tokio::spawn(Arc::clone(inner.messenger.outbox()).keep(inner.drain.clone()));
        if let Some(changes) = inner.messenger.outbox().circuits().changes() {
            tokio::spawn(circuits::run(Arc::clone(&inner), changes));
        }
        tokio::spawn(ring::run(Arc::clone(&inner)));
        if let Some(said) = inner.messenger.outbox().told().listen() {
            tokio::spawn(sent::run(Arc::clone(&inner), said));
        }
        if let Some(after) = inner.messenger.outbox().undelivered_after() {
            tokio::spawn(undelivered::run(Arc::clone(&inner), after));
        }
        Self { inner }
    }

    /// Workers for lanes that an ingest may lease.
    pub fn reservation(&self) -> Reservation {
        Reservation::new(Arc::clone(&self.inner.pools))
    }

    /// The lease a claim made now gets.
    pub fn lease(&self) -> Lease {
        self.inner.lease()
    }

    /// Puts the lanes that an ingest leased to work, and has those it left looked after.
    pub fn accept(&self, claims: Vec<Claim>, mut reserved: Reservation, left: LeftReady) {
        for claim in claims {
            let (permit, event) = (reserved.take(&claim), reserved.event(&claim));
            lane::spawn(Arc::clone(&self.inner), claim, permit, event);
        }
        if left.conversations > 0 {
            self.inner.pools.poke(LaneClass::Conversation);
        }
        if left.statuses > 0 {
            self.inner.pools.poke(LaneClass::Status);
        }
    }

    /// Has waiting lanes looked at now.
    pub fn poke(&self) {
        self.inner.pools.poke(LaneClass::Conversation);
        self.inner.pools.poke(LaneClass::Status);
    }

    /// Events given up on, to be looked at, tried again or forgotten.
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.clone())
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.inner.is_draining()
    }

    /// A key that nothing else has.
    pub(crate) fn fresh_key(&self) -> SendKey {
        self.inner.messenger.outbox().fresh_key()
    }

    /// Turns under way.
    pub fn under_way(&self) -> usize {
        self.inner.under_way.load(Ordering::Relaxed)
    }

    /// Ends the turns that are still under way without waiting for their handlers, and answers how many there were: they
    /// say no more, what they have said is written down, and they begin again at the next start. No attempt is spent.
    pub fn cut_off(&self) -> usize {
        let under_way = self.under_way();
        self.inner.leases.cut_off();
        under_way
    }

    /// How much goes on that will end without the clock going on: turns, except those that are kept waiting for a
    /// moment, and looks for waiting lanes. At 0, with every task asleep, nothing more happens before its time comes.
    pub fn busy(&self) -> usize {
        let turns = self.under_way().saturating_sub(self.inner.messenger.held_up());
        turns + self.inner.looking.load(Ordering::Relaxed)
    }

    /// Resolves when no turn is under way. With the drain begun none will be later.
    pub async fn idle(&self) {
        loop {
            let idle = self.inner.idle.notified();
            if self.under_way() == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Inner {
    fn lease(&self) -> Lease {
        let now = self.clock.now();
        Lease { now, until: now + self.settings.lease }
    }

    fn is_draining(&self) -> bool {
        self.drain.phase() > Phase::Open
    }
}
