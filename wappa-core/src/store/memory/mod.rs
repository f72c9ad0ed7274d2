//! The store that forgets when the process ends: the model the engines are measured against. All state is behind one
//! lock that is never held while waiting; what grows without end elsewhere is bounded here.

mod erase;
mod hashed;
mod lanes;
mod ledger;
mod people;
mod shelf;
mod timers;

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use wappa_cloud::Timestamp;

use self::{lanes::Lanes, ledger::Ledger, people::People, shelf::Shelf, timers::Timers};
use super::{
    Begun, ClaimAsk, Claimed, Committed, Cost, CostLine, CostNote, DeadLetter, Depth, Epoch, Erased, Fate,
    Ingest, Ingested, Kept, LaneId, Lease, Letters, NumberRef, Party, PendingTimer, PersonId, PersonRef,
    Priced, Profile, Put, Queue, Retention, Rung, SendKey, SendRecord, SessionKey, Store, StoreError,
    TimerPlace, TimerWrite, TurnEnd, Value, ValueWrite,
};

/// How much a [`MemoryStore`] remembers.
#[derive(Debug, Clone, Copy)]
pub struct MemoryLimits {
    /// Keys of seen events and lines of the ledger, each.
    pub entries: usize,
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self { entries: 100_000 }
    }
}

/// Begun sends remembered. They matter only to a turn whose lease is lost while it runs.
const BEGUN: usize = 4_096;

/// A [`Store`] in memory. A crash or a restart loses everything in it.
#[derive(Debug)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seen: Recent,
    lanes: Lanes,
    people: People,
    sessions: HashMap<SessionKey, (Option<Bytes>, Timestamp)>,
    ledger: Ledger,
    costs: BTreeMap<CostLine, (u64, u64)>,
    begun: Recent,
    kept: VecDeque<Kept>,
    shelf: Shelf,
    timers: Timers,
    entries: usize,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(MemoryLimits::default())
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: MemoryLimits) -> Self {
        let state = State {
            seen: Recent::new(limits.entries),
            lanes: Lanes::default(),
            people: People::default(),
            sessions: HashMap::new(),
            ledger: Ledger::new(limits.entries),
            costs: BTreeMap::new(),
            begun: Recent::new(BEGUN),
            kept: VecDeque::new(),
            shelf: Shelf::default(),
            timers: Timers::default(),
            entries: limits.entries,
        };
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A set of hashes that forgets its oldest member when it is full. Half of each hash is kept: that two of so few agree in
/// it is as good as impossible.
#[derive(Debug)]
struct Recent {
    members: HashSet<u64, hashed::Build>,
    order: VecDeque<u64>,
    limit: usize,
}

impl Recent {
    fn new(limit: usize) -> Self {
        Self { members: HashSet::default(), order: VecDeque::new(), limit }
    }

    fn half(key: u128) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "half is wanted")]
        let half = key as u64;
        half
    }

    fn insert(&mut self, key: u128) -> bool {
        let key = Self::half(key);
        if !self.members.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.members.remove(&oldest);
        }
        true
    }
}

impl State {
    fn ingest(&mut self, ingest: Ingest) -> Ingested {
        let mut done = Ingested::default();
        for arrival in ingest.arrivals {
            if !self.seen.insert(arrival.key.0) {
                done.duplicates += 1;
                continue;
            }
            done.fresh += 1;
            self.lanes.append(&mut self.people, arrival, ingest.lease.now);
        }
        for note in &ingest.statuses {
            self.ledger.note(note, ingest.lease.now);
            if let Some(cost) = note.cost.as_deref() {
                self.charge(note.key, cost);
            }
        }
        for kept in ingest.kept {
            self.kept.push_front(kept);
            self.kept.truncate(self.entries);
        }
        done.claims = self.lanes.claim_touched(&self.people, ingest.lease, &mut done.left_ready);
        done
    }

    fn charge(&mut self, key: SendKey, cost: &CostNote) {
        let is_first = match cost.of {
            Priced::Message => self.ledger.price(key),
            Priced::Conversation(key) => self.seen.insert(key.0),
        };
        if is_first {
            let (count, billable) = self.costs.entry(cost.line.clone()).or_default();
            *count += 1;
            *billable += cost.billed.count();
        }
    }

    fn session(&self, key: &SessionKey) -> Option<Bytes> {
        let members = key
            .member
            .map_or_else(|| vec![None], |member| self.people.kin(member).into_iter().map(Some).collect());
        let lanes = self.lanes.kin(key.lane, &self.people);
        let newest = lanes
            .into_iter()
            .flat_map(|lane| members.iter().map(move |member| (lane, *member)))
            .filter_map(|(lane, member)| self.sessions.get(&SessionKey { lane, member, ..key.clone() }))
            .max_by_key(|(_, at)| *at);
        newest.and_then(|(body, _)| body.clone())
    }

    fn commit(&mut self, end: &TurnEnd) -> Committed {
        if !self.lanes.holds(end.lane, end.epoch) {
            return Committed::Fenced;
        }
        if end.outcome.is_handled() {
            for write in &end.sessions {
                self.sessions.insert(write.key.clone(), (write.body.clone(), end.lease.now));
            }
            for write in &end.timers {
                self.timers.write(&self.lanes.kin(end.lane, &self.people), write.clone());
            }
        }
        if end.outcome.is_handled() || end.outcome.is_dead() {
            for write in &end.values {
                self.shelf.put(write.clone());
            }
        }
        for record in &end.sends {
            // A finished turn is not repeated, so nobody asks for its receipts.
            let id = if end.outcome.is_handled() { None } else { record.id.clone() };
            self.ledger.record(SendRecord {
                id,
                number: Arc::clone(&record.number),
                opaque: record.opaque.clone(),
                ..*record
            });
        }
        self.lanes.end(&self.people, end.lane, end.outcome.clone(), end.next, end.lease)
    }

    fn set_timer(&mut self, place: TimerPlace, mut write: TimerWrite) {
        let TimerPlace { number, lane, party } = place;
        let place = self::place(&mut self.people, &number, party, None);
        write.name.member = place.member;
        let lane = self.lanes.lane_of((number.id, lane, place.who));
        self.timers.write(&self.lanes.kin(lane, &self.people), write);
    }

    fn ring(&mut self, now: Timestamp, limit: usize) -> Rung {
        let mut rung = Rung::default();
        while rung.moved < limit
            && let Some((nth, timer)) = self.timers.take(now)
        {
            rung.moved += 1;
            self.lanes.ring(&self.people, nth, timer, now);
        }
        self.lanes.leave_touched(&mut rung.left_ready);
        rung.next_at = self.timers.next_at();
        rung
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn ingest(&self, ingest: Ingest) -> Result<Ingested, StoreError> {
        Ok(self.state().ingest(ingest))
    }

    async fn claim(&self, ask: ClaimAsk) -> Result<Claimed, StoreError> {
        let state = &mut *self.state();
        Ok(state.lanes.claim(&state.people, &ask))
    }

    async fn commit(&self, end: Arc<TurnEnd>) -> Result<Committed, StoreError> {
        Ok(self.state().commit(&end))
    }

    async fn renew(&self, held: Vec<(LaneId, Epoch)>, until: Timestamp) -> Result<Vec<LaneId>, StoreError> {
        let state = &mut *self.state();
        Ok(held
            .into_iter()
            .filter(|(lane, epoch)| !state.lanes.renew(*lane, *epoch, until))
            .map(|(lane, _)| lane)
            .collect())
    }

    async fn wake(&self, lane: LaneId, now: Timestamp) -> Result<(), StoreError> {
        self.state().lanes.wake(lane, now);
        Ok(())
    }

    async fn clock_set(&self, lease: Lease, furthest: Timestamp) -> Result<(), StoreError> {
        self.state().lanes.clock_set(lease, furthest);
        Ok(())
    }

    async fn session(&self, key: SessionKey) -> Result<Option<Bytes>, StoreError> {
        Ok(self.state().session(&key))
    }

    async fn conversation(
        &self,
        number: &str,
        person: super::PersonId,
    ) -> Result<Option<LaneId>, StoreError> {
        let state = &*self.state();
        Ok(state.lanes.conversation(&state.people, number, person))
    }

    async fn sent(&self, key: SendKey) -> Result<Option<SendRecord>, StoreError> {
        Ok(self.state().ledger.get(key))
    }

    async fn sent_otherwise(&self, key: SendKey) -> Result<Option<SendKey>, StoreError> {
        Ok(self.state().ledger.otherwise(key))
    }

    async fn sends(
        &self,
        after: SendKey,
        until: SendKey,
        limit: usize,
    ) -> Result<Vec<SendRecord>, StoreError> {
        Ok(self.state().ledger.page(after, until, limit))
    }

    async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        let costs = &self.state().costs;
        let costs = costs.iter().map(|(line, (count, billable))| (line.clone(), *count, *billable));
        Ok(costs.map(|(line, count, billable)| Cost { line, count, billable }).collect())
    }

    async fn record(&self, records: Vec<SendRecord>) -> Result<Option<SendRecord>, StoreError> {
        let state = &mut *self.state();
        let before = records.first().and_then(|record| state.ledger.get(record.key));
        for record in records {
            state.ledger.record(record);
        }
        Ok(before)
    }

    fn begin(&self, key: SendKey) {
        self.state().begun.insert(key.0);
    }

    fn begun(&self, key: SendKey) -> Begun {
        if self.state().begun.members.contains(&Recent::half(key.0)) { Begun::Yes } else { Begun::No }
    }

    async fn person(&self, number: NumberRef, who: PersonRef, now: Timestamp) -> Result<Profile, StoreError> {
        let _ = now;
        let state = &mut *self.state();
        let (id, who) = state.people.resolve(&number.portfolio, &who, None);
        Ok(Profile { id, who })
    }

    async fn profile(&self, person: PersonId) -> Result<Option<Profile>, StoreError> {
        Ok(self.state().people.profile(person))
    }

    async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.state().lanes.dead.iter().rev().take(limit).map(|dead| dead.letter.clone()).collect())
    }

    async fn resolve(&self, letters: Letters, fate: Fate, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.state().lanes.resolve(letters, fate, now))
    }

    async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError> {
        Ok(self.state().kept.iter().take(limit).cloned().collect())
    }

    async fn sweep(&self, now: Timestamp, keep: Retention) -> Result<usize, StoreError> {
        let state = &mut *self.state();
        let (dead, kept) = (state.lanes.dead.len(), state.kept.len());
        state.lanes.sweep(now, keep.dead);
        state.kept.retain(|kept| now.since(kept.at) < keep.dead);
        let oldest = CostLine::day_of(now - keep.costs);
        state.costs.retain(|line, _| line.day >= oldest);
        Ok(dead - state.lanes.dead.len() + kept - state.kept.len() + state.shelf.sweep(now))
    }

    async fn erase(&self, portfolio: &str, who: PersonRef) -> Result<Erased, StoreError> {
        Ok(self.state().erase(portfolio, &who))
    }

    async fn set_timer(&self, place: TimerPlace, write: TimerWrite, _: Timestamp) -> Result<(), StoreError> {
        self.state().set_timer(place, write);
        Ok(())
    }

    async fn ring(&self, now: Timestamp, limit: usize) -> Result<Rung, StoreError> {
        Ok(self.state().ring(now, limit))
    }

    async fn timers(&self, limit: usize) -> Result<Vec<PendingTimer>, StoreError> {
        Ok(self.state().timers.pending(limit))
    }

    async fn value(&self, space: &str, key: &str, now: Timestamp) -> Result<Option<Value>, StoreError> {
        Ok(self.state().shelf.get(space, key, now))
    }

    async fn put_value(&self, write: ValueWrite) -> Result<Put, StoreError> {
        Ok(self.state().shelf.put(write))
    }

    async fn values(
        &self,
        space: &str,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>, StoreError> {
        Ok(self.state().shelf.page(space, after, limit, now))
    }

    async fn depth(&self) -> Result<Depth, StoreError> {
        let state = self.state();
        Ok(Depth {
            waiting: state.lanes.waiting(),
            dead: state.lanes.dead.len() as u64,
            kept: state.kept.len() as u64,
        })
    }

    async fn queues(&self, now: Timestamp) -> Result<Vec<Queue>, StoreError> {
        Ok(self.state().lanes.queues(now))
    }

    async fn close(&self) {}
}

/// Whose lane an arrival belongs in, and who did it.
fn place(
    people: &mut People,
    number: &NumberRef,
    party: Party,
    formerly: Option<&PersonRef>,
) -> lanes::Place {
    let mut person = |who: &PersonRef| people.resolve(&number.portfolio, who, formerly).0;
    match party {
        Party::Person(who) => lanes::Place { who: lanes::Who::Person(person(&who)), member: None },
        Party::Group(group, member) => {
            lanes::Place { member: member.map(|who| person(&who)), who: lanes::Who::Group(group) }
        }
        Party::Account(id) => lanes::Place { who: lanes::Who::Account(id), member: None },
    }
}
