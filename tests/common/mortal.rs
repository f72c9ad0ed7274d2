//! A process that dies at a step of its life: at a call of the store, at a call of Meta, at an effect elsewhere, before it
//! is done or after.

#![allow(dead_code, reason = "each of the tests uses a part of this")]

use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::body::Bytes;
use tokio::sync::Notify;
use wappa::{
    clock::BoxFuture,
    cloud::{GraphRequest, GraphResponse, Timestamp, Transport, TransportError},
    store::{
        Begun, ClaimAsk, Claimed, Committed, Cost, DeadLetter, Depth, Epoch, Erased, Fate, Ingest, Ingested,
        Kept, LaneId, Lease, Letters, NumberRef, PendingTimer, PersonId, PersonRef, Profile, Put, Queue,
        Retention, Rung, SendKey, SendRecord, SessionKey, Store, StoreError, TimerPlace, TimerWrite, TurnEnd,
        Value, ValueWrite,
    },
};

/// One life of a process, and how many steps it has left.
pub(crate) struct Life {
    steps: AtomicUsize,
    dies: Dies,
    how: Death,
    dead: AtomicBool,
    pub(crate) over: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dies {
    /// The step is not done.
    Before,
    /// It is done, and nobody hears of it.
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    /// Nothing that this life has begun goes on.
    Played,
    /// `kill -9`.
    Real,
}

impl Life {
    pub(crate) fn of(steps: usize, dies: Dies, how: Death) -> Arc<Self> {
        let (steps, dead) = (AtomicUsize::new(steps), AtomicBool::new(false));
        Arc::new(Self { steps, dies, how, dead, over: Notify::new() })
    }

    /// `DIES_BEFORE` or `DIES_AFTER` names the step at which this process is killed; with neither it lives.
    pub(crate) fn of_this_process() -> Arc<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test says when to die")]
        let step = |name| std::env::var(name).ok()?.parse().ok();
        let (steps, dies) = match (step("DIES_BEFORE"), step("DIES_AFTER")) {
            (Some(step), _) => (step, Dies::Before),
            (None, Some(step)) => (step, Dies::After),
            (None, None) => (usize::MAX, Dies::After),
        };
        Self::of(steps, dies, Death::Real)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// What is not counted as a step, for as long as there is life.
    pub(crate) async fn while_it_lasts<T>(&self, doing: impl Future<Output = T>) -> T {
        if self.is_over() {
            return pending().await;
        }
        let done = doing.await;
        if self.is_over() { pending().await } else { done }
    }

    /// Takes a step, if there is life for it.
    pub(crate) async fn step<T>(&self, step: impl Future<Output = T>) -> T {
        if self.is_over() {
            return pending().await;
        }
        if self.is_last() {
            if self.dies == Dies::After {
                drop(step.await);
            }
            self.die();
            return pending().await;
        }
        self.while_it_lasts(step).await
    }

    fn is_last(&self) -> bool {
        let last = self.steps.fetch_sub(1, Ordering::SeqCst) == 1;
        if last {
            self.dead.store(true, Ordering::SeqCst);
        }
        last
    }

    fn die(&self) {
        if self.how == Death::Real {
            let id = std::process::id().to_string();
            let killed = std::process::Command::new("kill").args(["-KILL", &id]).status();
            unreachable!("a process that is killed does not go on: {killed:?}");
        }
        self.over.notify_waiters();
    }
}

/// What ends with a life.
pub(crate) struct Mortal<T>(pub(crate) Arc<Life>, pub(crate) T);

impl Transport for Mortal<Arc<dyn Transport>> {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        Box::pin(self.0.step(self.1.call(request)))
    }
}

type Answer<T> = Result<T, StoreError>;

/// What a turn reads and writes is a step; what the process does beside it, or reads when it starts, ends with its life.
#[async_trait]
impl Store for Mortal<Arc<dyn Store>> {
    async fn ingest(&self, ingest: Ingest) -> Answer<Ingested> {
        self.0.step(self.1.ingest(ingest)).await
    }
    async fn claim(&self, ask: ClaimAsk) -> Answer<Claimed> {
        self.0.while_it_lasts(self.1.claim(ask)).await
    }
    async fn commit(&self, end: Arc<TurnEnd>) -> Answer<Committed> {
        self.0.step(self.1.commit(end)).await
    }
    async fn renew(&self, held: Vec<(LaneId, Epoch)>, until: Timestamp) -> Answer<Vec<LaneId>> {
        self.0.while_it_lasts(self.1.renew(held, until)).await
    }
    async fn wake(&self, lane: LaneId, now: Timestamp) -> Answer<()> {
        self.0.while_it_lasts(self.1.wake(lane, now)).await
    }
    async fn queues(&self, now: Timestamp) -> Answer<Vec<Queue>> {
        self.0.while_it_lasts(self.1.queues(now)).await
    }
    async fn clock_set(&self, lease: Lease, furthest: Timestamp) -> Answer<()> {
        self.0.while_it_lasts(self.1.clock_set(lease, furthest)).await
    }
    async fn session(&self, key: SessionKey) -> Answer<Option<Bytes>> {
        self.0.step(self.1.session(key)).await
    }
    async fn conversation(&self, number: &str, person: PersonId) -> Answer<Option<LaneId>> {
        self.0.while_it_lasts(self.1.conversation(number, person)).await
    }
    async fn sent(&self, key: SendKey) -> Answer<Option<SendRecord>> {
        self.0.step(self.1.sent(key)).await
    }
    async fn sent_otherwise(&self, key: SendKey) -> Answer<Option<SendKey>> {
        self.0.step(self.1.sent_otherwise(key)).await
    }
    async fn sends(&self, after: SendKey, until: SendKey, limit: usize) -> Answer<Vec<SendRecord>> {
        self.0.while_it_lasts(self.1.sends(after, until, limit)).await
    }
    async fn costs(&self) -> Answer<Vec<Cost>> {
        self.1.costs().await
    }
    async fn profile(&self, person: PersonId) -> Answer<Option<Profile>> {
        self.0.while_it_lasts(self.1.profile(person)).await
    }
    async fn record(&self, records: Vec<SendRecord>) -> Answer<Option<SendRecord>> {
        self.0.step(self.1.record(records)).await
    }
    fn begin(&self, key: SendKey) {
        if self.0.is_over() {
            return;
        }
        let last = self.0.is_last();
        if !last || self.0.dies == Dies::After {
            self.1.begin(key);
        }
        if last {
            self.0.die();
        }
    }
    fn begun(&self, key: SendKey) -> Begun {
        self.1.begun(key)
    }
    async fn person(&self, number: NumberRef, who: PersonRef, now: Timestamp) -> Answer<Profile> {
        self.0.while_it_lasts(self.1.person(number, who, now)).await
    }
    async fn dead_letters(&self, limit: usize) -> Answer<Vec<DeadLetter>> {
        self.1.dead_letters(limit).await
    }
    async fn resolve(&self, letters: Letters, fate: Fate, now: Timestamp) -> Answer<usize> {
        self.0.while_it_lasts(self.1.resolve(letters, fate, now)).await
    }
    async fn kept(&self, limit: usize) -> Answer<Vec<Kept>> {
        self.1.kept(limit).await
    }
    async fn sweep(&self, now: Timestamp, keep: Retention) -> Answer<usize> {
        self.0.while_it_lasts(self.1.sweep(now, keep)).await
    }
    async fn erase(&self, portfolio: &str, who: PersonRef) -> Answer<Erased> {
        self.0.while_it_lasts(self.1.erase(portfolio, who)).await
    }
    async fn set_timer(&self, place: TimerPlace, write: TimerWrite, now: Timestamp) -> Answer<()> {
        self.0.while_it_lasts(self.1.set_timer(place, write, now)).await
    }
    async fn ring(&self, now: Timestamp, limit: usize) -> Answer<Rung> {
        self.0.while_it_lasts(self.1.ring(now, limit)).await
    }
    async fn timers(&self, limit: usize) -> Answer<Vec<PendingTimer>> {
        self.1.timers(limit).await
    }
    async fn value(&self, space: &str, key: &str, now: Timestamp) -> Answer<Option<Value>> {
        self.0.while_it_lasts(self.1.value(space, key, now)).await
    }
    async fn put_value(&self, write: ValueWrite) -> Answer<Put> {
        self.0.step(self.1.put_value(write)).await
    }
    async fn values(
        &self,
        space: &str,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Answer<Vec<Value>> {
        self.0.while_it_lasts(self.1.values(space, after, limit, now)).await
    }
    async fn depth(&self) -> Answer<Depth> {
        self.1.depth().await
    }
    async fn close(&self) {}
}
