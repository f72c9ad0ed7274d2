//! The lanes that have something to do, in memory: what waits in each, who holds it, when it is ready. All of it follows
//! from the inbox at the moment of opening; what a failed transaction changed is taken back.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use foldhash::fast::RandomState;
use rusqlite::{Connection, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{BLOCKED, Epoch, LaneClass, LaneId, LaneKind, Lease, PersonId};

/// A lane with events in its queue.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) kind: LaneKind,
    pub(super) number: Arc<str>,
    pub(super) who: Who,
    pub(super) epoch: i64,
    pub(super) hold: Hold,
    /// Woken while it was leased.
    pub(super) woken: bool,
    pub(super) ready_at: Timestamp,
    pub(super) queue: VecDeque<i64>,
}

/// Whom a lane belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Person(PersonId),
    Group(Arc<str>),
    Account(Arc<str>),
}

impl Who {
    pub(super) fn stored(&self) -> String {
        match self {
            Self::Person(person) => person.0.to_string(),
            Self::Group(id) | Self::Account(id) => id.to_string(),
        }
    }

    pub(super) fn person(&self) -> Option<PersonId> {
        if let Self::Person(person) = self { Some(*person) } else { None }
    }

    pub(super) fn read(person: Option<i64>, kind: LaneKind, who: String) -> Self {
        match (person, kind) {
            (Some(person), _) => Self::Person(PersonId(person)),
            (None, LaneKind::Account) => Self::Account(who.into()),
            (None, _) => Self::Group(who.into()),
        }
    }
}

/// Whether somebody works on a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Free,
    Leased,
}

#[derive(Debug, Default)]
pub(super) struct Lanes {
    active: HashMap<LaneId, Lane, RandomState>,
    ready: [BTreeSet<(Timestamp, LaneId)>; 2],
    before: Option<HashMap<LaneId, Option<Lane>, RandomState>>,
    waiting: u64,
    last_epoch: i64,
    pub(super) last_seq: i64,
}

/// The last place in the order of arrival that was given away.
const NEWEST: &str =
    "SELECT max((SELECT coalesce(max(seq), 0) FROM inbox), (SELECT coalesce(max(seq), 0) FROM dead))";
/// What waits, with its lanes: few of all that are known.
const WAITING: &str = "SELECT i.seq, i.lane, i.ready_at, l.number, l.kind, l.who, l.person
    FROM inbox i JOIN lane l ON l.id = i.lane ORDER BY i.seq";

impl Lanes {
    /// Every lane that has events; none is held, for the process that held it is gone.
    pub(super) fn open(db: &Connection) -> rusqlite::Result<Self> {
        let mut lanes = Self::default();
        let newest: Option<i64> = db.query_row(NEWEST, [], |row| row.get(0))?;
        lanes.last_seq = newest.unwrap_or(0);
        let mut rows = db.prepare(WAITING)?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let id = LaneId(row.get(1)?);
            let seq = row.get(0)?;
            if let Some(lane) = lanes.active.get_mut(&id) {
                lane.queue.push_back(seq);
                lanes.waiting += 1;
                continue;
            }
            let Some(kind) = LaneKind::from_code(row.get(4)?) else { continue };
            let lane = Lane {
                kind,
                number: row.get::<_, String>(3)?.into(),
                who: Who::read(row.get(6)?, kind, row.get(5)?),
                epoch: 0,
                hold: Hold::Free,
                woken: false,
                ready_at: Timestamp::from_millis(row.get(2)?),
                queue: VecDeque::from([seq]),
            };
            lanes.put(id, Some(lane));
            lanes.waiting += 1;
        }
        Ok(lanes)
    }

    /// From here on changes are remembered until [`Lanes::keep`] or [`Lanes::undo`].
    pub(super) fn begin(&mut self) {
        self.before = Some(HashMap::default());
    }

    pub(super) fn keep(&mut self) {
        self.before = None;
    }

    pub(super) fn undo(&mut self) {
        for (id, lane) in self.before.take().unwrap_or_default() {
            self.put(id, lane);
        }
        self.waiting = self.active.values().map(|lane| lane.queue.len() as u64).sum();
    }

    pub(super) fn get(&self, id: LaneId) -> Option<&Lane> {
        self.active.get(&id)
    }

    pub(super) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Appends an event; tells whether the lane was idle until now.
    pub(super) fn append(&mut self, id: LaneId, seq: i64, now: Timestamp, new: impl FnOnce() -> Lane) -> Was {
        self.remember(id);
        self.waiting += 1;
        if let Some(lane) = self.active.get_mut(&id) {
            lane.queue.push_back(seq);
            return Was::Busy;
        }
        let lane = Lane { queue: VecDeque::from([seq]), ready_at: now, ..new() };
        self.put(id, Some(lane));
        Was::Idle
    }

    /// Takes the lease; answers with the epoch and the event at the head.
    pub(super) fn lease(&mut self, id: LaneId, until: Timestamp) -> Option<(Epoch, i64)> {
        self.remember(id);
        self.last_epoch += 1;
        let epoch = self.last_epoch;
        let lane = self.active.get_mut(&id)?;
        lane.epoch = epoch;
        lane.hold = Hold::Leased;
        lane.woken = false;
        let seq = *lane.queue.front()?;
        self.schedule(id, until);
        Some((Epoch(epoch), seq))
    }

    pub(super) fn holds(&self, id: LaneId, epoch: Epoch) -> bool {
        self.active.get(&id).is_some_and(|lane| lane.hold == Hold::Leased && lane.epoch == epoch.0)
    }

    /// Takes the event at the head out; the lane is idle if it was the last.
    pub(super) fn pop(&mut self, id: LaneId) {
        self.remember(id);
        let Some(lane) = self.active.get_mut(&id) else { return };
        if lane.queue.pop_front().is_some() {
            self.waiting -= 1;
        }
        lane.hold = Hold::Free;
        if lane.queue.is_empty() {
            self.put(id, None);
        }
    }

    /// Takes this event out, wherever it stands; whoever works on it has lost the lane. Tells whether it was there.
    pub(super) fn remove(&mut self, id: LaneId, seq: i64) -> bool {
        self.remember(id);
        let Some(lane) = self.active.get_mut(&id) else { return false };
        let before = lane.queue.len();
        let was_next = lane.queue.front() == Some(&seq);
        if was_next {
            lane.hold = Hold::Free;
        }
        lane.queue.retain(|other| *other != seq);
        let removed = before != lane.queue.len();
        self.waiting -= u64::from(removed);
        if lane.queue.is_empty() {
            self.put(id, None);
        } else if was_next && lane.ready_at == BLOCKED {
            self.schedule(id, Timestamp::from_millis(0));
        }
        removed
    }

    /// Leaves the lane to whoever claims it from then on.
    pub(super) fn release(&mut self, id: LaneId, at: Timestamp) {
        self.remember(id);
        if let Some(lane) = self.active.get_mut(&id) {
            lane.hold = Hold::Free;
        }
        self.schedule(id, at);
    }

    pub(super) fn renew(&mut self, held: &[(LaneId, Epoch)], until: Timestamp) -> Vec<LaneId> {
        let mut lost = Vec::new();
        for (id, epoch) in held {
            if self.holds(*id, *epoch) {
                self.schedule(*id, until);
            } else {
                lost.push(*id);
            }
        }
        lost
    }

    pub(super) fn wake(&mut self, id: LaneId, now: Timestamp) {
        let Some(lane) = self.active.get_mut(&id) else { return };
        match lane.hold {
            Hold::Leased => lane.woken = true,
            Hold::Free if lane.ready_at > now && lane.ready_at != BLOCKED => self.schedule(id, now),
            Hold::Free => {}
        }
    }

    pub(super) fn clock_set(&mut self, lease: Lease, furthest: Timestamp) {
        let waiting: Vec<LaneId> = self.active.keys().copied().collect();
        for id in waiting {
            let Some(lane) = self.active.get(&id) else { continue };
            match lane.hold {
                Hold::Leased => self.schedule(id, lease.until),
                Hold::Free if lane.ready_at > furthest && lane.ready_at != BLOCKED => {
                    self.schedule(id, lease.now);
                }
                Hold::Free => {}
            }
        }
    }

    /// The lanes of this class that are due, oldest first.
    pub(super) fn due(
        &self,
        class: LaneClass,
        now: Timestamp,
        limit: usize,
        skip: &[Arc<str>],
    ) -> Vec<LaneId> {
        self.ready[slot(class)]
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, id)| *id)
            .filter(|id| self.active.get(id).is_some_and(|lane| !skip.contains(&lane.number)))
            .take(limit)
            .collect()
    }

    pub(super) fn next_ready(&self, class: LaneClass) -> Option<Timestamp> {
        self.ready[slot(class)].first().map(|(at, _)| *at)
    }

    fn schedule(&mut self, id: LaneId, at: Timestamp) {
        let Some(lane) = self.active.get_mut(&id) else { return };
        let ready = &mut self.ready[slot(lane.kind.class())];
        ready.remove(&(lane.ready_at, id));
        ready.insert((at, id));
        lane.ready_at = at;
    }

    fn remember(&mut self, id: LaneId) {
        if let Some(before) = &mut self.before {
            before.entry(id).or_insert_with(|| self.active.get(&id).cloned());
        }
    }

    fn put(&mut self, id: LaneId, lane: Option<Lane>) {
        if let Some(old) = self.active.remove(&id) {
            self.ready[slot(old.kind.class())].remove(&(old.ready_at, id));
        }
        if let Some(lane) = lane {
            self.ready[slot(lane.kind.class())].insert((lane.ready_at, id));
            self.active.insert(id, lane);
        }
    }
}

/// The lane with this id as the file knows it, with nothing to do.
pub(super) fn read(db: &Connection, id: LaneId) -> rusqlite::Result<Option<Lane>> {
    let mut find = db.prepare_cached("SELECT number, kind, who, person FROM lane WHERE id = ?1")?;
    let mut rows = find.query([id.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Some(kind) = LaneKind::from_code(row.get(1)?) else { return Ok(None) };
    Ok(Some(Lane {
        kind,
        number: row.get::<_, String>(0)?.into(),
        who: Who::read(row.get(3)?, kind, row.get(2)?),
        epoch: 0,
        hold: Hold::Free,
        woken: false,
        ready_at: BLOCKED,
        queue: VecDeque::new(),
    }))
}

/// Whether a lane had something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    Idle,
    Busy,
}

fn slot(class: LaneClass) -> usize {
    match class {
        LaneClass::Conversation => 0,
        LaneClass::Status => 1,
    }
}

/// The lane of this owner; made if there is none.
pub(super) fn find_or_make(
    db: &Connection,
    number: &str,
    kind: LaneKind,
    who: &Who,
) -> rusqlite::Result<LaneId> {
    let stored = who.stored();
    let mut find = db.prepare_cached("SELECT id FROM lane WHERE number = ?1 AND kind = ?2 AND who = ?3")?;
    let mut rows = find.query(params![number, kind.code(), stored])?;
    if let Some(row) = rows.next()? {
        return Ok(LaneId(row.get(0)?));
    }
    db.prepare_cached("INSERT INTO lane (number, kind, who, person) VALUES (?1, ?2, ?3, ?4)")?
        .insert(params![number, kind.code(), stored, who.person().map(|person| person.0)])
        .map(LaneId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_reads_what_waits_and_not_everybody_who_is_known() {
        let mut db = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut db, "x").unwrap();
        for sql in [NEWEST, WAITING] {
            let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = plan.query_map([], |row| row.get(3)).unwrap();
            let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
            let scans: Vec<&String> =
                steps.iter().filter(|step| step.starts_with("SCAN") && !step.contains("CONSTANT")).collect();
            assert!(scans.iter().all(|step| *step == "SCAN i"), "{sql}: {steps:?}");
        }
    }
}
