//! A process with its workers, the store it stands on, and Meta on both sides.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;
use wappa_cloud::{MessageId, StatusState, Timestamp};

use super::{
    Death, PostFate, Reopen, Step,
    model::{Done, Meta, Person},
};
use crate::store::{
    Arrival, Begun, Claim, ClaimAsk, Committed, Ingest, LaneClass, Lease, Next, Outcome, SendRecord,
    SendState, SessionKey, SessionWrite, StatusNote, Store, StoreError, TurnEnd, Wish,
    conformance::{NUMBER, arrival, wa},
};

pub(super) const PEOPLE: usize = 3;
const LEASE: Duration = Duration::from_secs(30);
const WINDOW: Duration = Duration::from_secs(30);

/// The process is dead.
struct Died;

/// A delivery that Meta repeats until it is acknowledged.
#[derive(Debug, Clone)]
enum Delivery {
    Messages { who: usize, keys: Vec<u128>, wish: Wish },
    Status { post: usize, state: SendState },
}

/// A worker in the middle of a turn.
struct Worker {
    who: usize,
    claim: Claim,
    until: Timestamp,
    /// Another worker has the lane.
    robbed: bool,
    at: Stage,
    sends: Vec<SendRecord>,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Begun,
    /// Nothing has been sent.
    Silent,
    /// Something may have been sent, before this moment.
    Open(Timestamp),
    Said,
}

pub(super) struct World {
    reopen: Reopen,
    /// Gone only while the process is dead.
    store: Option<Arc<dyn Store>>,
    now: Timestamp,
    workers: Vec<Worker>,
    people: [Person; PEOPLE],
    meta: Meta,
    last: u128,
    /// What was not acknowledged when the process died.
    again: Option<Delivery>,
}

impl World {
    pub(super) fn new(reopen: Reopen) -> Self {
        let store = Some(reopen());
        let now = Timestamp::from_secs(1_700_000_000);
        let (workers, people, meta) = (Vec::new(), Default::default(), Meta::default());
        Self { reopen, store, now, workers, people, meta, last: 0, again: None }
    }

    pub(super) async fn live_through(&mut self, step: Step) {
        if self.step(step).await.is_err() {
            self.workers.clear();
            drop(self.store.take());
            self.store = Some((self.reopen)());
            if let Some(delivery) = self.again.clone() {
                // Meta's next try finds a process that lives.
                let _ = self.deliver(delivery, Death::Never).await;
            }
        }
    }

    /// Nothing goes wrong any more: everything comes to its end, and is as it must be.
    pub(super) async fn come_to_rest(&mut self) {
        for post in 0..self.meta.posts.len() {
            self.live_through(Step::Status { post, read: false, death: Death::Never }).await;
        }
        let most = 20 * (1 + self.people.iter().map(|who| who.taken.len()).sum::<usize>());
        for round in 0.. {
            assert!(round < most, "a lane stands still");
            while !self.workers.is_empty() {
                let fate = PostFate::Accepted;
                self.live_through(Step::Work { worker: 0, fate, death: Death::Never }).await;
            }
            self.live_through(Step::Pass { seconds: 31 }).await;
            self.live_through(Step::Claim(Death::Never)).await;
            if self.workers.is_empty() && self.store().depth().await.expect("an answer").waiting == 0 {
                break;
            }
        }
        for who in &self.people {
            let Some(lane) = who.lane else { continue };
            let session = self.store().session(session_key(lane)).await.expect("a read");
            who.check(&session.unwrap_or_default());
            for event in &who.taken {
                let known = self.store().sent(Meta::key(*event)).await.expect("a read");
                let state = known.map(|record| record.state);
                assert_eq!(state, Some(self.meta.state(*event)), "the ledger knows how far an answer is");
            }
        }
    }

    async fn step(&mut self, step: Step) -> Result<(), Died> {
        match step {
            Step::Deliver { who, messages, wish, death } => {
                let keys = messages.into_iter().map(|known| self.message(who, known)).collect();
                self.deliver(Delivery::Messages { who, keys, wish }, death).await
            }
            Step::Status { post, read, death } if !self.meta.posts.is_empty() => {
                let state = if read { SendState::Read } else { SendState::Sent };
                let post = post % self.meta.posts.len();
                self.deliver(Delivery::Status { post, state }, death).await
            }
            Step::Claim(death) => self.claim(death).await,
            Step::Work { worker, fate, death } if !self.workers.is_empty() => {
                let worker = self.workers.swap_remove(worker % self.workers.len());
                self.work(worker, fate, death).await
            }
            Step::Renew(death) => self.renew(death).await,
            Step::Die => Err(Died),
            Step::Pass { seconds } => {
                self.now = self.now + Duration::from_secs(seconds);
                Ok(())
            }
            Step::Freeze => {
                self.now = self.now + LEASE + Duration::from_secs(1);
                self.claim(Death::Never).await
            }
            Step::Status { .. } | Step::Work { .. } => Ok(()),
        }
    }

    /// One of this person's messages, or a new one.
    fn message(&mut self, who: usize, known: Option<usize>) -> u128 {
        let said = &self.people[who].taken;
        match known {
            Some(nth) if !said.is_empty() => said[nth % said.len()],
            _ => {
                self.last += 1;
                self.last
            }
        }
    }

    async fn deliver(&mut self, delivery: Delivery, death: Death) -> Result<(), Died> {
        let (mut arrivals, mut statuses) = (Vec::new(), Vec::new());
        match &delivery {
            Delivery::Messages { who, keys, wish } => {
                let from = |key: &u128| Arrival { wish: *wish, ..arrival(*key, wa(&who.to_string())) };
                arrivals.extend(keys.iter().map(from));
            }
            Delivery::Status { post, state } => {
                let event = self.meta.posts[*post].event;
                let read = *state == SendState::Read;
                let state = if read { StatusState::Read } else { StatusState::Sent };
                statuses.push(StatusNote {
                    key: Meta::key(event),
                    id: wamid(event),
                    state,
                    error: None,
                    cost: None,
                });
            }
        }
        let ingest = Ingest { arrivals, statuses, kept: Vec::new(), lease: self.lease() };
        let repeated = self.again.is_some();
        self.again = Some(delivery.clone());
        let ingested = self.call(death, async move |store| store.ingest(ingest).await).await?;
        self.again = None;
        match delivery {
            Delivery::Messages { who, keys, .. } => {
                let new = self.people[who].take(&keys);
                let whole = ingested.fresh == new || (repeated && ingested.fresh == 0);
                assert!(whole, "a delivery is taken once, and whole: {} of {new}", ingested.fresh);
            }
            Delivery::Status { post, state } => {
                let told = &mut self.meta.posts[post].told;
                *told = (*told).max(Some(state));
            }
        }
        for claim in ingested.claims {
            self.take_up(claim);
        }
        Ok(())
    }

    async fn claim(&mut self, death: Death) -> Result<(), Died> {
        let (class, lease) = (LaneClass::Conversation, self.lease());
        let ask = ClaimAsk { class, limit: 2, skip: Vec::new(), lease };
        let claimed = self.call(death, async move |store| store.claim(ask).await).await?;
        for claim in claimed.claims {
            self.take_up(claim);
        }
        Ok(())
    }

    fn take_up(&mut self, claim: Claim) {
        let wa_id = claim.person.as_ref().and_then(|person| person.who.wa_id.clone()).expect("a wa_id");
        let who: usize = wa_id.as_str().parse().expect("one of ours");
        for other in self.workers.iter_mut().filter(|other| other.claim.lane == claim.lane) {
            assert!(other.robbed || other.until <= self.now, "a lane that is held is not leased again");
            other.robbed = true;
        }
        self.people[who].begin(&claim);
        let (until, at) = (self.now + LEASE, Stage::Begun);
        self.workers.push(Worker { who, claim, until, robbed: false, at, sends: Vec::new() });
    }

    async fn renew(&mut self, death: Death) -> Result<(), Died> {
        let held: Vec<_> =
            self.workers.iter().map(|worker| (worker.claim.lane, worker.claim.epoch)).collect();
        let until = self.now + LEASE;
        let lost = self.call(death, async move |store| store.renew(held, until).await).await?;
        let robbed = self.workers.iter().filter(|worker| worker.robbed).count();
        assert_eq!(lost.len(), robbed, "whoever was robbed learns it, and nobody else");
        for worker in self.workers.iter_mut().filter(|worker| !worker.robbed) {
            worker.until = until;
        }
        Ok(())
    }

    /// The next thing a turn does.
    async fn work(&mut self, mut worker: Worker, fate: PostFate, death: Death) -> Result<(), Died> {
        let event = worker.claim.event.key.0;
        let key = Meta::key(event);
        match worker.at {
            Stage::Begun => worker.at = self.before(&worker.claim, death).await?,
            Stage::Silent if self.now >= worker.until => {
                let at = self.now;
                return self.end(worker, Outcome::Retry { at }, None, death).await;
            }
            Stage::Silent => {
                self.store().begin(key);
                if matches!(fate, PostFate::Accepted | PostFate::Unanswered | PostFate::AcceptedAndDead) {
                    self.meta.accept(event);
                }
                let (state, at) = match fate {
                    PostFate::Accepted => (SendState::Accepted, Stage::Said),
                    PostFate::Unanswered | PostFate::Lost => {
                        (SendState::Indeterminate, Stage::Open(self.now))
                    }
                    PostFate::Refused => (SendState::Rejected, Stage::Silent),
                    PostFate::AcceptedAndDead | PostFate::LostAndDead => return Err(Died),
                };
                worker.sends.push(record(event, state, self.now));
                worker.at = at;
                if state == SendState::Rejected {
                    let at = self.now + Duration::from_secs(1);
                    return self.end(worker, Outcome::Retry { at }, None, death).await;
                }
            }
            Stage::Open(since) => {
                let known = self.call(death, async move |store| store.sent(key).await).await?;
                if known.is_some_and(|known| known.state.is_accepted()) {
                    worker.sends.push(record(event, SendState::Accepted, self.now));
                    worker.at = Stage::Said;
                } else if self.now >= since + WINDOW {
                    self.meta.excuse(event);
                    worker.at = Stage::Silent;
                } else {
                    let until = since + WINDOW;
                    return self.end(worker, Outcome::Parked { until }, None, death).await;
                }
            }
            Stage::Said => {
                let session = session_key(worker.claim.lane);
                let asked = session.clone();
                let before = self.call(death, async move |store| store.session(asked).await).await?;
                let mut body = before.map(Vec::from).unwrap_or_default();
                body.extend_from_slice(&event.to_le_bytes());
                let write = SessionWrite { key: session, body: Some(body.into()) };
                return self.end(worker, Outcome::Done, Some(write), death).await;
            }
        }
        self.workers.push(worker);
        Ok(())
    }

    /// What is known of an answer before it is given, as the outbox asks it.
    async fn before(&mut self, claim: &Claim, death: Death) -> Result<Stage, Died> {
        let event = &claim.event;
        if event.attempt == 1 && event.parks == 0 && event.interrupted.is_none() {
            return Ok(Stage::Silent);
        }
        let key = Meta::key(event.key.0);
        let known = self.call(death, async move |store| store.sent(key).await).await?;
        if known.as_ref().is_some_and(|known| known.state.is_accepted()) {
            return Ok(Stage::Said);
        }
        let cut_off = known.filter(|known| known.state == SendState::Indeterminate).map(|known| known.at);
        let lost = event.interrupted.filter(|_| self.store().begun(key) != Begun::No);
        Ok(cut_off.max(lost).map_or(Stage::Silent, Stage::Open))
    }

    async fn end(
        &mut self,
        worker: Worker,
        outcome: Outcome,
        session: Option<SessionWrite>,
        death: Death,
    ) -> Result<(), Died> {
        let Worker { who, claim, robbed, sends, .. } = worker;
        let done = outcome == Outcome::Done;
        let end = Arc::new(TurnEnd {
            lane: claim.lane,
            epoch: claim.epoch,
            seq: claim.event.seq,
            outcome,
            sessions: session.into_iter().collect(),
            timers: Vec::new(),
            values: Vec::new(),
            sends: sends.clone(),
            next: Next::Take,
            lease: self.lease(),
        });
        let ended = self.call(death, async move |store| store.commit(end).await).await;
        let person = &mut self.people[who];
        let Ok(committed) = ended else {
            if !robbed && matches!(death, Death::During | Death::After) {
                person.end(if done { Done::Perhaps } else { Done::No });
            }
            return Err(Died);
        };
        assert_eq!(
            matches!(committed, Committed::Fenced),
            robbed,
            "who has lost a lane writes nothing in it"
        );
        if robbed {
            return self.call(death, async move |store| store.record(sends).await).await.map(drop);
        }
        person.end(if done { Done::Yes } else { Done::No });
        if let Committed::Next(next) = committed {
            self.take_up(*next);
        }
        Ok(())
    }

    fn store(&self) -> &Arc<dyn Store> {
        self.store.as_ref().expect("the process lives")
    }

    fn lease(&self) -> Lease {
        Lease { now: self.now, until: self.now + LEASE }
    }

    /// Asks the store for something, and dies of it if that is its fate.
    async fn call<T>(
        &self,
        death: Death,
        ask: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, StoreError>,
    ) -> Result<T, Died> {
        let asking = ask(Arc::clone(self.store()));
        match death {
            Death::Before => Err(Died),
            Death::During => {
                let _ = asking.now_or_never();
                Err(Died)
            }
            Death::After => {
                asking.await.expect("the store does its work");
                Err(Died)
            }
            Death::Never => Ok(asking.await.expect("the store does its work")),
        }
    }
}

fn session_key(lane: crate::store::LaneId) -> SessionKey {
    SessionKey { lane, member: None, name: "Said".into() }
}

fn wamid(event: u128) -> MessageId {
    MessageId::from(format!("wamid.{event}").as_str())
}

fn record(event: u128, state: SendState, at: Timestamp) -> SendRecord {
    let (key, id) = (Meta::key(event), state.is_accepted().then(|| wamid(event)));
    SendRecord {
        key,
        number: NUMBER.into(),
        person: None,
        state,
        id,
        error: None,
        at,
        draft: None,
        opaque: None,
        said: None,
    }
}
