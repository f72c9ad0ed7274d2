//! A store that is watched: everything goes to the one behind it, and what it learns of sessions is noted in `mind`.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wappa_cloud::Timestamp;
use wappa_core::store::{
    Begun, ClaimAsk, Claimed, Committed, Cost, DeadLetter, Depth, Epoch, Erased, Fate, Ingest, Ingested,
    Kept, LaneId, Lease, Letters, NumberRef, PendingTimer, PersonId, PersonRef, Profile, Put, Queue,
    Retention, Rung, SendKey, SendRecord, SessionKey, Store, StoreError, TimerPlace, TimerWrite, TurnEnd,
    Value, ValueWrite,
};

use super::mind::{Seen, TakenBack};

pub(crate) struct Watched {
    store: Arc<dyn Store>,
    seen: Arc<Seen>,
}

impl Watched {
    pub(crate) fn new(store: Arc<dyn Store>, seen: Arc<Seen>) -> Self {
        Self { store, seen }
    }
}

#[async_trait]
impl Store for Watched {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        let ingested = self.store.ingest(ingest).await?;
        for claim in &ingested.claims {
            self.seen.claimed(claim);
        }
        Ok(ingested)
    }

    async fn claim(&self, ask: ClaimAsk) -> Result<Claimed, StoreError> {
        let claimed = self.store.claim(ask).await?;
        for claim in &claimed.claims {
            self.seen.claimed(claim);
        }
        Ok(claimed)
    }

    async fn commit(&self, end: Arc<TurnEnd>) -> Result<Committed, StoreError> {
        let end = self.seen.carried(end);
        let committed = self.store.commit(Arc::clone(&end)).await?;
        if !matches!(committed, Committed::Fenced) {
            self.seen.ended(&end);
        }
        if let Committed::Next(claim) = &committed {
            self.seen.claimed(claim);
        }
        Ok(committed)
    }

    async fn session(&self, key: SessionKey) -> Result<Option<Bytes>, StoreError> {
        if let TakenBack::To(body) = self.seen.taken_back(&key) {
            return Ok(body);
        }
        let session = self.store.session(key.clone()).await?;
        if let Some(body) = &session {
            self.seen.read(&key, body);
        }
        Ok(session)
    }

    async fn renew(&self, held: Vec<(LaneId, Epoch)>, until: Timestamp) -> Result<Vec<LaneId>, StoreError> {
        self.store.renew(held, until).await
    }

    async fn wake(&self, lane: LaneId, now: Timestamp) -> Result<(), StoreError> {
        self.store.wake(lane, now).await
    }

    async fn clock_set(&self, lease: Lease, furthest: Timestamp) -> Result<(), StoreError> {
        self.store.clock_set(lease, furthest).await
    }

    async fn sends(
        &self,
        after: SendKey,
        until: SendKey,
        limit: usize,
    ) -> Result<Vec<SendRecord>, StoreError> {
        self.store.sends(after, until, limit).await
    }

    async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        self.store.costs().await
    }

    async fn profile(&self, person: PersonId) -> Result<Option<Profile>, StoreError> {
        self.store.profile(person).await
    }

    async fn conversation(&self, number: &str, person: PersonId) -> Result<Option<LaneId>, StoreError> {
        self.store.conversation(number, person).await
    }

    async fn sent(&self, key: SendKey) -> Result<Option<SendRecord>, StoreError> {
        self.store.sent(key).await
    }

    async fn sent_otherwise(&self, key: SendKey) -> Result<Option<SendKey>, StoreError> {
        self.store.sent_otherwise(key).await
    }

    async fn record(&self, records: Vec<SendRecord>) -> Result<Option<SendRecord>, StoreError> {
        self.store.record(records).await
    }

    fn begin(&self, key: SendKey) {
        self.store.begin(key);
    }

    fn begun(&self, key: SendKey) -> Begun {
        self.store.begun(key)
    }

    async fn person(&self, number: NumberRef, who: PersonRef, now: Timestamp) -> Result<Profile, StoreError> {
        self.store.person(number, who, now).await
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.store.dead_letters(limit).await
    }

    async fn resolve(&self, letters: Letters, fate: Fate, now: Timestamp) -> Result<usize, StoreError> {
        self.store.resolve(letters, fate, now).await
    }

    async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.store.kept(limit).await
    }

    async fn sweep(&self, now: Timestamp, keep: Retention) -> Result<usize, StoreError> {
        self.store.sweep(now, keep).await
    }

    async fn erase(&self, portfolio: &str, who: PersonRef) -> Result<Erased, StoreError> {
        let erased = self.store.erase(portfolio, who).await?;
        self.seen.erased(&erased.lanes);
        Ok(erased)
    }

    async fn set_timer(
        &self,
        place: TimerPlace,
        write: TimerWrite,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.store.set_timer(place, write, now).await
    }

    async fn ring(&self, now: Timestamp, limit: usize) -> Result<Rung, StoreError> {
        self.store.ring(now, limit).await
    }

    async fn timers(&self, limit: usize) -> Result<Vec<PendingTimer>, StoreError> {
        self.store.timers(limit).await
    }

    async fn value(&self, space: &str, key: &str, now: Timestamp) -> Result<Option<Value>, StoreError> {
        self.store.value(space, key, now).await
    }

    async fn put_value(&self, write: ValueWrite) -> Result<Put, StoreError> {
        self.store.put_value(write).await
    }

    async fn values(
        &self,
        space: &str,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>, StoreError> {
        self.store.values(space, after, limit, now).await
    }

    async fn depth(&self) -> Result<Depth, StoreError> {
        self.store.depth().await
    }

    async fn queues(&self, now: Timestamp) -> Result<Vec<Queue>, StoreError> {
        self.store.queues(now).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
