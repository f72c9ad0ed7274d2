//! Timers: set and cancelled by name, and turned into events of their lanes when they are due.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use rusqlite::{Connection, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{
    EventKind, Existing, LaneId, LaneKind, PendingTimer, PersonId, Rung, TimerName, TimerPlace, TimerSet,
    TimerWrite, timer_key,
};

use super::{
    State,
    lanes::{Hold, Lane, Was, Who, find_or_make},
    people::{kin, kin_lanes},
};

const ANOTHER: &str =
    concat!("SELECT 1 FROM timer WHERE member = ?2 AND name = ?3 AND lane IN (", kin_lanes!(), ")");
const CANCEL: &str =
    concat!("DELETE FROM timer WHERE member = ?2 AND name = ?3 AND lane IN (", kin_lanes!(), ")");

/// A timer that is due, and the lane in which its person's turns are by now.
struct Due {
    id: i64,
    lane: LaneId,
    member: Option<i64>,
    set: TimerSet,
    number: Arc<str>,
    kind: Option<LaneKind>,
    who: Who,
    moved: bool,
}

pub(super) fn write(db: &Connection, lane: LaneId, write: &TimerWrite) -> rusqlite::Result<()> {
    let TimerWrite { name: TimerName { member, name }, set, existing } = write;
    let member = member.map_or(0, |member| member.0);
    if *existing == Existing::Keep && db.prepare_cached(ANOTHER)?.exists(params![lane.0, member, &**name])? {
        return Ok(());
    }
    db.prepare_cached(CANCEL)?.execute(params![lane.0, member, &**name])?;
    if let Some(TimerSet { at, kind, body }) = set {
        db.prepare_cached(
            "INSERT INTO timer (lane, member, name, at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![lane.0, member, &**name, at.as_millis(), kind.code(), &**body])?;
    }
    Ok(())
}

pub(crate) fn pending(db: &Connection, limit: usize) -> rusqlite::Result<Vec<PendingTimer>> {
    db.prepare_cached("SELECT lane, member, name, at, kind, body FROM timer ORDER BY at, id LIMIT ?1")?
        .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            let member: i64 = row.get(1)?;
            Ok(PendingTimer {
                lane: LaneId(row.get(0)?),
                name: TimerName {
                    member: (member != 0).then_some(PersonId(member)),
                    name: row.get::<_, String>(2)?.into(),
                },
                set: TimerSet {
                    at: Timestamp::from_millis(row.get(3)?),
                    kind: EventKind::from_code(row.get(4)?),
                    body: Bytes::from(row.get::<_, Vec<u8>>(5)?),
                },
            })
        })?
        .collect()
}

fn due(db: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<Due>> {
    db.prepare_cached(
        "SELECT t.id, t.lane, t.member, t.at, t.kind, t.body, l.number, l.kind, l.who,
            coalesce(p.alias_of, l.person), p.alias_of
         FROM timer t JOIN lane l ON l.id = t.lane LEFT JOIN person p ON p.id = l.person
         WHERE t.at <= ?1 ORDER BY t.at, t.id LIMIT ?2",
    )?
    .query_map(params![now.as_millis(), i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let kind = LaneKind::from_code(row.get(7)?);
        Ok(Due {
            id: row.get(0)?,
            lane: LaneId(row.get(1)?),
            member: row.get::<_, Option<i64>>(2)?.filter(|member| *member != 0),
            set: TimerSet {
                at: Timestamp::from_millis(row.get(3)?),
                kind: EventKind::from_code(row.get(4)?),
                body: Bytes::from(row.get::<_, Vec<u8>>(5)?),
            },
            number: row.get::<_, String>(6)?.into(),
            kind,
            who: Who::read(row.get(9)?, kind.unwrap_or(LaneKind::Person), row.get(8)?),
            moved: row.get::<_, Option<i64>>(10)?.is_some(),
        })
    })?
    .collect()
}

impl State {
    pub(super) fn set_timer(
        &mut self,
        db: &Connection,
        place: &TimerPlace,
        timer: &TimerWrite,
    ) -> rusqlite::Result<()> {
        let TimerPlace { number, lane: kind, party } = place;
        let found = self.place(db, number, party, None)?;
        let lane = self
            .people
            .lane(&number.id, *kind, &found.who, || find_or_make(db, &number.id, *kind, &found.who))?;
        let name = TimerName { member: found.member, name: Arc::clone(&timer.name.name) };
        write(db, lane, &TimerWrite { name, ..timer.clone() })
    }

    pub(super) fn ring(&mut self, db: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Rung> {
        let mut rung = Rung::default();
        for due in due(db, now, limit)? {
            db.prepare_cached("DELETE FROM timer WHERE id = ?1")?.execute([due.id])?;
            let Some(kind) = due.kind else { continue };
            rung.moved += 1;
            let lane = if due.moved { find_or_make(db, &due.number, kind, &due.who)? } else { due.lane };
            if self.ring_in(db, lane, kind, due, now)? == Was::Idle {
                rung.left_ready.count(kind.class());
            }
        }
        let next: Option<i64> =
            db.prepare_cached("SELECT min(at) FROM timer")?.query_row([], |row| row.get(0))?;
        rung.next_at = next.map(Timestamp::from_millis);
        Ok(rung)
    }

    fn ring_in(
        &mut self,
        db: &Connection,
        id: LaneId,
        kind: LaneKind,
        due: Due,
        now: Timestamp,
    ) -> rusqlite::Result<Was> {
        self.lanes.last_seq += 1;
        let seq = self.lanes.last_seq;
        let Due { id: nth, member, set, number, who, .. } = due;
        db.prepare_cached(
            "INSERT INTO inbox (seq, lane, key, kind, member, body, received, open, attempts, parks, ready_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, ?7)",
        )?
        .execute(params![
            seq,
            id.0,
            timer_key(nth, &set).0.to_le_bytes(),
            set.kind.code(),
            member,
            &*set.body,
            now.as_millis(),
        ])?;
        Ok(self.lanes.append(id, seq, now, || Lane {
            kind,
            number,
            who,
            epoch: 0,
            hold: Hold::Free,
            woken: false,
            ready_at: now,
            queue: VecDeque::new(),
        }))
    }
}
