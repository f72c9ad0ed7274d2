//! What the bot remembers of each person, turn by turn, as its store sees it go by; and the way back. Only the built-in
//! emulator has one: nothing of it runs where Meta is real.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::watch;
use wappa_cloud::{PhoneNumberId, Timestamp};
use wappa_core::{
    session,
    store::{Claim, EventSeq, LaneId, LaneKind, PersonRef, SessionKey, SessionWrite, TurnEnd},
};
use wappa_emulator::{Memory, Mind, Rewound, world::Person};

/// How many turns of a conversation are kept.
const TURNS: usize = 200;

/// What has gone by.
pub(crate) struct Seen {
    lanes: Mutex<HashMap<LaneId, Lane>>,
    changed: watch::Sender<u64>,
}

struct Lane {
    number: Arc<str>,
    person: Arc<PersonRef>,
    /// The event at the head of the lane, and when it was received.
    head: (EventSeq, Timestamp),
    /// What was remembered after each turn. The first is what was known before.
    turns: Vec<Turn>,
    /// What was taken back and not written yet: the next turn's commit does.
    pending: HashMap<Arc<str>, Option<Bytes>>,
}

#[derive(Clone)]
struct Turn {
    at: Timestamp,
    sessions: BTreeMap<Arc<str>, Bytes>,
}

/// Whether a session was taken back to what it was.
pub(crate) enum TakenBack {
    No,
    To(Option<Bytes>),
}

impl Default for Seen {
    fn default() -> Self {
        Self { lanes: Mutex::default(), changed: watch::Sender::new(0) }
    }
}

impl Seen {
    fn lanes(&self) -> MutexGuard<'_, HashMap<LaneId, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A turn may begin.
    pub(crate) fn claimed(&self, claim: &Claim) {
        let (LaneKind::Person, Some(person)) = (claim.kind, &claim.person) else { return };
        let head = (claim.event.seq, claim.event.received);
        let mut lanes = self.lanes();
        let lane = lanes.entry(claim.lane).or_insert_with(|| Lane {
            number: Arc::clone(&claim.number),
            person: Arc::clone(&person.who),
            head,
            turns: vec![Turn { at: Timestamp::from_millis(0), sessions: BTreeMap::new() }],
            pending: HashMap::new(),
        });
        lane.person = Arc::clone(&person.who);
        lane.head = head;
    }

    /// What a turn is to read instead of what the store has.
    pub(crate) fn taken_back(&self, key: &SessionKey) -> TakenBack {
        let lanes = self.lanes();
        let lane = lanes.get(&key.lane).filter(|_| key.member.is_none());
        match lane.and_then(|lane| lane.pending.get(&key.name)) {
            Some(body) => TakenBack::To(body.clone()),
            None => TakenBack::No,
        }
    }

    /// A turn has read this: so it has been since before the first turn that was seen.
    pub(crate) fn read(&self, key: &SessionKey, body: &Bytes) {
        let mut lanes = self.lanes();
        let Some(lane) = lanes.get_mut(&key.lane).filter(|_| key.member.is_none()) else { return };
        if lane.turns.iter().any(|turn| turn.sessions.contains_key(&key.name)) {
            return;
        }
        for turn in &mut lane.turns {
            turn.sessions.insert(Arc::clone(&key.name), body.clone());
        }
        drop(lanes);
        self.poke();
    }

    /// The end of a turn with what was taken back before it, so that both are written together.
    pub(crate) fn carried(&self, end: Arc<TurnEnd>) -> Arc<TurnEnd> {
        let lanes = self.lanes();
        let pending = lanes.get(&end.lane).map(|lane| &lane.pending).filter(|pending| !pending.is_empty());
        let Some(pending) = pending.filter(|_| end.outcome.is_handled()) else { return end };
        let own = |name: &str| end.sessions.iter().any(|write| *write.key.name == *name);
        let more = pending.iter().filter(|(name, _)| !own(name)).map(|(name, body)| SessionWrite {
            key: SessionKey { lane: end.lane, member: None, name: Arc::clone(name) },
            body: body.clone(),
        });
        let mut end = TurnEnd::clone(&end);
        end.sessions.extend(more.collect::<Vec<_>>());
        Arc::new(end)
    }

    /// A turn's end is written.
    pub(crate) fn ended(&self, end: &TurnEnd) {
        if !end.outcome.is_handled() {
            return;
        }
        let mut lanes = self.lanes();
        let Some(lane) = lanes.get_mut(&end.lane) else { return };
        lane.pending.clear();
        let at = if lane.head.0 == end.seq { lane.head.1 } else { Timestamp::from_millis(0) };
        let mut sessions = lane.turns.last().map(|turn| turn.sessions.clone()).unwrap_or_default();
        for write in end.sessions.iter().filter(|write| write.key.member.is_none()) {
            match &write.body {
                Some(body) => sessions.insert(Arc::clone(&write.key.name), body.clone()),
                None => sessions.remove(&write.key.name),
            };
        }
        lane.turns.push(Turn { at, sessions });
        if lane.turns.len() > TURNS {
            lane.turns.remove(0);
        }
        drop(lanes);
        self.poke();
    }

    /// These lanes are gone.
    pub(crate) fn erased(&self, lanes: &[LaneId]) {
        self.lanes().retain(|lane, _| !lanes.contains(lane));
        self.poke();
    }

    fn poke(&self) {
        self.changed.send_modify(|times| *times += 1);
    }
}

impl Lane {
    fn is_between(&self, number: &PhoneNumberId, person: &Person) -> bool {
        let same = self.person.user_id.as_ref().is_some_and(|id| *id == person.user_id)
            || person.wa_id.is_some() && self.person.wa_id == person.wa_id;
        same && *self.number == *number.as_str()
    }
}

impl Mind for Seen {
    fn memories(&self, number: &PhoneNumberId, person: &Person) -> Vec<Memory> {
        let lanes = self.lanes();
        let lane = lanes.values().find(|lane| lane.is_between(number, person));
        let turns = lane.map_or(&[][..], |lane| &lane.turns).iter();
        let shown =
            |(name, body): (&Arc<str>, &Bytes)| Some((name.to_string(), session::stored_json(body.clone())?));
        turns
            .map(|turn| Memory {
                at: turn.at.as_millis(),
                sessions: turn.sessions.iter().filter_map(shown).collect(),
            })
            .collect()
    }

    fn rewind(&self, number: &PhoneNumberId, person: &Person, before: Timestamp) -> Rewound {
        let mut lanes = self.lanes();
        let Some(lane) = lanes.values_mut().find(|lane| lane.is_between(number, person)) else {
            return Rewound::WorldOnly;
        };
        let kept = lane.turns.iter().rposition(|turn| turn.at < before).unwrap_or(0);
        let now = lane.turns.last().map(|turn| turn.sessions.clone()).unwrap_or_default();
        lane.turns.truncate(kept + 1);
        let then = lane.turns.last().map(|turn| turn.sessions.clone()).unwrap_or_default();
        for name in now.keys().chain(then.keys()) {
            lane.pending.insert(Arc::clone(name), then.get(name).cloned());
        }
        drop(lanes);
        self.poke();
        Rewound::WithTheBot
    }

    fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
