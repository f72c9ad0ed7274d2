//! Lanes and their queues, in memory.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use foldhash::fast::RandomState;
use wappa_cloud::{DedupKey, GroupId, Timestamp};

use super::{people::People, place};
use crate::store::{
    Arrival, BLOCKED, Claim, ClaimAsk, Claimed, Committed, DeadLetter, Epoch, Erased, EventKind, EventSeq,
    Fate, LaneClass, LaneId, LaneKind, LastTry, Lease, LeftReady, Letters, Next, Outcome, PendingTimer,
    PersonId, Profile, Queue, Queued, Wish, timer_key,
};

/// Whom a lane belongs to, as a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Person(PersonId),
    Group(GroupId),
    Account(Arc<str>),
}

/// A lane's owner, and the member who did the event.
pub(super) struct Place {
    pub(super) who: Who,
    pub(super) member: Option<PersonId>,
}

#[derive(Debug)]
struct Lane {
    kind: LaneKind,
    number: Arc<str>,
    who: Who,
    epoch: i64,
    /// Nothing to do, claimable from a moment on, or leased until one.
    ready_at: Option<Timestamp>,
    /// Leased, and not ended by a commit.
    open: bool,
    /// Woken while it was leased.
    woken: bool,
    attempts: u32,
    parks: u32,
    interrupted: Option<Timestamp>,
    queue: VecDeque<Event>,
}

#[derive(Debug, Clone)]
pub(super) struct Event {
    seq: EventSeq,
    key: DedupKey,
    kind: EventKind,
    member: Option<PersonId>,
    body: Bytes,
    received: Timestamp,
    redriven: u32,
    /// Of an attempt before it was redriven.
    interrupted: Option<Timestamp>,
}

/// A dead letter, and what is needed to bring it back.
#[derive(Debug)]
pub(super) struct Dead {
    pub(super) letter: DeadLetter,
    event: Event,
    interrupted: Option<Timestamp>,
    then: LastTry,
}

#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Lanes are never taken away; a lane's id is its place, counted from 1.
    lanes: Vec<Lane>,
    index: HashMap<(Arc<str>, LaneKind, Who), LaneId, RandomState>,
    ready: [BTreeSet<(Timestamp, LaneId)>; 2],
    touched: Vec<(LaneId, Wish)>,
    pub(super) dead: Vec<Dead>,
    last_seq: i64,
}

impl Lanes {
    pub(super) fn queues(&self, now: Timestamp) -> Vec<Queue> {
        let mut queues: HashMap<Arc<str>, Queue, RandomState> = HashMap::default();
        for lane in &self.lanes {
            let Some(oldest) = lane.queue.front().map(|event| event.received) else { continue };
            let queue = queues.entry(Arc::clone(&lane.number)).or_insert_with(|| Queue {
                number: Arc::clone(&lane.number),
                waiting: 0,
                oldest,
                idle_since: None,
            });
            queue.waiting += lane.queue.len() as u64;
            queue.oldest = queue.oldest.min(oldest);
            let is_idle = !lane.open && lane.ready_at.is_some_and(|at| at <= now);
            if is_idle && queue.idle_since.is_none_or(|since| oldest < since) {
                queue.idle_since = Some(oldest);
            }
        }
        queues.into_values().collect()
    }

    pub(super) fn append(&mut self, people: &mut People, arrival: Arrival, now: Timestamp) {
        let place = place(people, &arrival.number, arrival.party, arrival.formerly.as_ref());
        let id = self.lane_of((arrival.number.id, arrival.lane, place.who));
        let event = Event {
            seq: self.next_seq(),
            key: arrival.key,
            kind: arrival.kind,
            member: place.member,
            body: arrival.body,
            received: now,
            redriven: 0,
            interrupted: None,
        };
        self.push(id, event, arrival.wish);
    }

    /// Appends the event that a timer has become, in the lane where its person's turns are by now.
    pub(super) fn ring(&mut self, people: &People, nth: i64, timer: PendingTimer, now: Timestamp) {
        let PendingTimer { lane: id, name, set } = timer;
        let moved = self.lane(id).and_then(|lane| match lane.who {
            Who::Person(person) => {
                let kept = people.now_known_as(person)?;
                Some((Arc::clone(&lane.number), lane.kind, Who::Person(kept)))
            }
            _ => None,
        });
        let id = moved.map_or(id, |key| self.lane_of(key));
        let event = Event {
            seq: self.next_seq(),
            key: timer_key(nth, &set),
            kind: set.kind,
            member: name.member,
            body: set.body,
            received: now,
            redriven: 0,
            interrupted: None,
        };
        self.push(id, event, Wish::Leave);
    }

    fn next_seq(&mut self) -> EventSeq {
        self.last_seq += 1;
        EventSeq(self.last_seq)
    }

    fn push(&mut self, id: LaneId, event: Event, wish: Wish) {
        let Some(lane) = self.lane_mut(id) else { return };
        let now = event.received;
        lane.queue.push_back(event);
        if lane.ready_at.is_none() {
            self.schedule(id, Some(now));
            self.touched.push((id, wish));
        }
    }

    /// The lane of this owner; made if there is none.
    pub(super) fn lane_of(&mut self, key: (Arc<str>, LaneKind, Who)) -> LaneId {
        match self.index.get(&key) {
            Some(id) => *id,
            None => self.open_lane(key),
        }
    }

    /// The lane of a person's conversation, if there is one.
    pub(super) fn conversation(&self, people: &People, number: &str, person: PersonId) -> Option<LaneId> {
        let number: Arc<str> = number.into();
        let lane_of = |person| self.index.get(&(Arc::clone(&number), LaneKind::Person, Who::Person(person)));
        people.kin(person).into_iter().find_map(lane_of).copied()
    }

    fn open_lane(&mut self, key: (Arc<str>, LaneKind, Who)) -> LaneId {
        let id = LaneId(i64::try_from(self.lanes.len()).unwrap_or(i64::MAX).saturating_add(1));
        self.lanes.push(Lane::new(key.1, Arc::clone(&key.0), key.2.clone(), 0));
        self.index.insert(key, id);
        id
    }

    fn lane(&self, id: LaneId) -> Option<&Lane> {
        self.lanes.get(place_of(id)?)
    }

    fn lane_mut(&mut self, id: LaneId) -> Option<&mut Lane> {
        self.lanes.get_mut(place_of(id)?)
    }

    fn schedule(&mut self, id: LaneId, at: Option<Timestamp>) {
        let Some(lane) = place_of(id).and_then(|place| self.lanes.get_mut(place)) else { return };
        let ready = &mut self.ready[slot(lane.kind.class())];
        if let Some(before) = lane.ready_at {
            ready.remove(&(before, id));
        }
        if let Some(at) = at {
            ready.insert((at, id));
        }
        lane.ready_at = at;
    }

    /// Leases the lanes that the running ingest made ready and wishes to have; counts the others.
    pub(super) fn claim_touched(
        &mut self,
        people: &People,
        lease: Lease,
        left: &mut LeftReady,
    ) -> Vec<Claim> {
        let mut touched = std::mem::take(&mut self.touched);
        let mut claims = Vec::with_capacity(touched.len());
        for (id, wish) in touched.drain(..) {
            if wish == Wish::Lease {
                claims.extend(self.lease(people, id, lease));
            } else if let Some(lane) = self.lane(id) {
                left.count(lane.kind.class());
            }
        }
        self.touched = touched;
        claims
    }

    /// Counts the lanes that were made ready and that nobody wishes to have at once.
    pub(super) fn leave_touched(&mut self, left: &mut LeftReady) {
        let mut touched = std::mem::take(&mut self.touched);
        for (id, _) in touched.drain(..) {
            if let Some(lane) = self.lane(id) {
                left.count(lane.kind.class());
            }
        }
        self.touched = touched;
    }

    pub(super) fn claim(&mut self, people: &People, ask: &ClaimAsk) -> Claimed {
        let due: Vec<LaneId> = self.ready[slot(ask.class)]
            .iter()
            .take_while(|(at, _)| *at <= ask.lease.now)
            .map(|(_, id)| *id)
            .filter(|id| self.lane(*id).is_some_and(|lane| !ask.skip.contains(&lane.number)))
            .take(ask.limit)
            .collect();
        let claims = due.into_iter().filter_map(|id| self.lease(people, id, ask.lease)).collect();
        let next_ready = self.ready[slot(ask.class)].first().map(|(at, _)| *at);
        Claimed { claims, next_ready }
    }

    fn lease(&mut self, people: &People, id: LaneId, lease: Lease) -> Option<Claim> {
        self.schedule(id, Some(lease.until));
        let lane = self.lane_mut(id)?;
        if lane.open {
            lane.interrupted = Some(lease.now);
        }
        lane.open = true;
        lane.woken = false;
        lane.epoch += 1;
        lane.attempts += 1;
        let claim = lane.head(people, id);
        if claim.is_none() {
            lane.open = false;
            self.schedule(id, None);
        }
        claim
    }

    pub(super) fn holds(&self, id: LaneId, epoch: Epoch) -> bool {
        self.lane(id).is_some_and(|lane| lane.open && lane.epoch == epoch.0)
    }

    pub(super) fn renew(&mut self, id: LaneId, epoch: Epoch, until: Timestamp) -> bool {
        let held = self.holds(id, epoch);
        if held {
            self.schedule(id, Some(until));
        }
        held
    }

    pub(super) fn wake(&mut self, id: LaneId, now: Timestamp) {
        let Some(lane) = self.lane_mut(id) else { return };
        if lane.open {
            lane.woken = true;
        } else if lane.ready_at.is_some_and(|at| at > now && at != BLOCKED) {
            self.schedule(id, Some(now));
        }
    }

    pub(super) fn clock_set(&mut self, lease: Lease, furthest: Timestamp) {
        let waiting: Vec<LaneId> = self.ready.iter().flatten().map(|(_, id)| *id).collect();
        for id in waiting {
            let Some(lane) = self.lane(id) else { continue };
            if lane.open {
                self.schedule(id, Some(lease.until));
            } else if lane.ready_at.is_some_and(|at| at > furthest && at != BLOCKED) {
                self.schedule(id, Some(lease.now));
            }
        }
    }

    pub(super) fn end(
        &mut self,
        people: &People,
        id: LaneId,
        outcome: Outcome,
        next: Next,
        lease: Lease,
    ) -> Committed {
        let Some(lane) = place_of(id).and_then(|place| self.lanes.get_mut(place)) else {
            return Committed::Fenced;
        };
        lane.open = false;
        let again_at = match outcome {
            Outcome::Done => {
                lane.leave();
                None
            }
            Outcome::Dead { error, then } => {
                self.dead.extend(lane.bury(id, error, then, lease.now));
                if then == LastTry::Block {
                    self.schedule(id, Some(BLOCKED));
                    return Committed::Idle;
                }
                lane.leave();
                None
            }
            Outcome::Continued { kind, body } => {
                lane.go_on_as(kind, body);
                None
            }
            Outcome::Retry { at } => Some(at),
            Outcome::Parked { until } => {
                lane.attempts = lane.attempts.saturating_sub(1);
                lane.parks += 1;
                Some(if lane.woken { lease.now } else { until })
            }
        };
        if let Some(at) = again_at {
            self.schedule(id, Some(at));
            return Committed::Ready(at);
        }
        if lane.queue.is_empty() {
            self.schedule(id, None);
            return Committed::Idle;
        }
        if next == Next::Take
            && let Some(claim) = self.lease(people, id, lease)
        {
            return Committed::Next(Box::new(claim));
        }
        self.schedule(id, Some(lease.now));
        Committed::Ready(lease.now)
    }

    /// Redrives or forgets dead letters, the oldest first.
    pub(super) fn resolve(&mut self, letters: Letters, fate: Fate, now: Timestamp) -> usize {
        let limit = if let Letters::Until(_, limit) = letters { limit } else { 1 };
        let mut meant = Vec::new();
        self.dead.retain_mut(|dead| {
            let is_meant = meant.len() < limit
                && match letters {
                    Letters::One(seq) => dead.letter.seq == seq,
                    Letters::Until(moment, _) => dead.letter.at <= moment,
                };
            if is_meant {
                meant.push((dead.letter.lane, dead.event.clone(), dead.interrupted, dead.then));
            }
            !is_meant
        });
        let count = meant.len();
        for (id, event, interrupted, then) in meant {
            match then {
                LastTry::Block => self.unblock(id, fate, now),
                LastTry::Skip if fate == Fate::Redrive => self.bring_back(id, event, interrupted, now),
                LastTry::Skip => {}
            }
        }
        count
    }

    fn unblock(&mut self, id: LaneId, fate: Fate, now: Timestamp) {
        let Some(lane) = self.lane_mut(id) else { return };
        match fate {
            Fate::Redrive => {
                lane.attempts = 0;
                lane.parks = 0;
                if let Some(event) = lane.queue.front_mut() {
                    event.redriven += 1;
                }
            }
            Fate::Forget => lane.leave(),
        }
        let at = (!lane.queue.is_empty()).then_some(now);
        self.schedule(id, at);
    }

    fn bring_back(&mut self, id: LaneId, event: Event, interrupted: Option<Timestamp>, now: Timestamp) {
        self.last_seq += 1;
        let event = Event {
            seq: EventSeq(self.last_seq),
            redriven: event.redriven + 1,
            interrupted: interrupted.or(event.interrupted),
            ..event
        };
        let Some(lane) = self.lane_mut(id) else { return };
        lane.queue.push_back(event);
        if lane.ready_at.is_none() {
            self.schedule(id, Some(now));
        }
    }

    /// The lanes whose sessions belong to this lane's person: its own, and those of everybody who turned out to be the
    /// same.
    pub(super) fn kin(&self, id: LaneId, people: &People) -> Vec<LaneId> {
        let mut kin = vec![id];
        if let Some(lane) = self.lane(id)
            && let Who::Person(person) = lane.who
        {
            let lane_of =
                |person| self.index.get(&(Arc::clone(&lane.number), lane.kind, Who::Person(person)));
            kin.extend(
                people.kin(person).into_iter().filter_map(lane_of).copied().filter(|other| *other != id),
            );
        }
        kin
    }

    /// Takes these persons' lanes away, and what they said in groups; whoever works on one of the lanes has lost it.
    pub(super) fn erase(&mut self, persons: &[PersonId], gone: &mut Erased) -> Vec<LaneId> {
        let is_theirs = |who: &Who| matches!(who, Who::Person(person) if persons.contains(person));
        let theirs: Vec<LaneId> =
            self.index.iter().filter(|((_, _, who), _)| is_theirs(who)).map(|(_, id)| *id).collect();
        self.index.retain(|(_, _, who), _| !is_theirs(who));
        for id in &theirs {
            self.schedule(*id, None);
            let Some(lane) = self.lane_mut(*id) else { continue };
            gone.events += lane.queue.len();
            *lane = Lane::new(lane.kind, Arc::clone(&lane.number), Who::Account("".into()), lane.epoch);
        }
        let said = |event: &Event| event.member.is_some_and(|member| persons.contains(&member));
        let groups: Vec<LaneId> = (1..)
            .map(LaneId)
            .zip(&self.lanes)
            .filter(|(_, lane)| lane.queue.iter().any(said))
            .map(|(id, _)| id)
            .collect();
        for id in groups {
            let Some(lane) = self.lane_mut(id) else { continue };
            let before = lane.queue.len();
            let mut ready_at = lane.ready_at;
            if lane.queue.front().is_some_and(said) {
                ready_at = ready_at.map(|at| if at == BLOCKED { Timestamp::from_millis(0) } else { at });
                (lane.open, lane.attempts, lane.parks, lane.interrupted) = (false, 0, 0, None);
            }
            lane.queue.retain(|event| !said(event));
            gone.events += before - lane.queue.len();
            ready_at = ready_at.filter(|_| !lane.queue.is_empty());
            self.schedule(id, ready_at);
        }
        let before = self.dead.len();
        self.dead.retain(|dead| !theirs.contains(&dead.letter.lane) && !said(&dead.event));
        gone.dead_letters += before - self.dead.len();
        theirs
    }

    /// Forgets old dead letters. One that blocks its lane stays, or nobody would know why the lane stands still.
    pub(super) fn sweep(&mut self, now: Timestamp, keep: Duration) {
        self.dead.retain(|dead| dead.then == LastTry::Block || now.since(dead.letter.at) < keep);
    }

    pub(super) fn waiting(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.queue.len() as u64).sum()
    }
}

fn place_of(id: LaneId) -> Option<usize> {
    usize::try_from(id.0).ok()?.checked_sub(1)
}

fn slot(class: LaneClass) -> usize {
    match class {
        LaneClass::Conversation => 0,
        LaneClass::Status => 1,
    }
}

impl Lane {
    /// With nothing to do.
    fn new(kind: LaneKind, number: Arc<str>, who: Who, epoch: i64) -> Self {
        Self {
            kind,
            number,
            who,
            epoch,
            ready_at: None,
            open: false,
            woken: false,
            attempts: 0,
            parks: 0,
            interrupted: None,
            queue: VecDeque::new(),
        }
    }

    fn head(&self, people: &People, id: LaneId) -> Option<Claim> {
        let event = self.queue.front()?;
        let person = match (&self.who, event.member) {
            (Who::Person(person), _) => Some(*person),
            (_, member) => member,
        };
        let person = person.map(|person| people.root(person));
        let profile = |id| Profile { id, who: people.get(id) };
        let group = if let Who::Group(group) = &self.who { Some(group.clone()) } else { None };
        Some(Claim {
            lane: id,
            epoch: Epoch(self.epoch),
            kind: self.kind,
            number: Arc::clone(&self.number),
            person: person.map(profile),
            group,
            event: Queued {
                seq: event.seq,
                key: event.key,
                kind: event.kind,
                member: event.member.map(|member| people.root(member)),
                body: event.body.clone(),
                received: event.received,
                attempt: self.attempts,
                parks: self.parks,
                redriven: event.redriven,
                interrupted: self.interrupted.or(event.interrupted),
            },
        })
    }

    /// Puts what remains of the event at the head in its place.
    fn go_on_as(&mut self, kind: EventKind, body: Bytes) {
        if let Some(event) = self.queue.front_mut() {
            (event.kind, event.body, event.interrupted) = (kind, body, None);
        }
        (self.attempts, self.parks, self.interrupted) = (0, 0, None);
    }

    fn leave(&mut self) {
        self.attempts = 0;
        self.parks = 0;
        self.interrupted = None;
        self.queue.pop_front();
    }

    /// The dead letter that the event at the head becomes.
    fn bury(&self, id: LaneId, error: String, then: LastTry, at: Timestamp) -> Option<Dead> {
        let event = self.queue.front()?.clone();
        let letter = DeadLetter {
            seq: event.seq,
            lane: id,
            number: Arc::clone(&self.number),
            kind: event.kind,
            body: event.body.clone(),
            error,
            attempts: self.attempts,
            at,
        };
        Some(Dead { letter, event, interrupted: self.interrupted, then })
    }
}
