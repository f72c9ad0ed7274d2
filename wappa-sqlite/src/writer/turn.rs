//! Leasing lanes and ending turns.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use wappa_cloud::{DedupKey, GroupId, Timestamp};
use wappa_core::store::{
    BLOCKED, Claim, ClaimAsk, Claimed, Committed, EventKind, EventSeq, LaneId, LastTry, Lease, Next, Outcome,
    PersonId, Profile, Queued, TurnEnd,
};

use super::{State, lanes::Who, ledger, people, shelf, timers};

impl State {
    pub(super) fn claim(&mut self, db: &Connection, ask: &ClaimAsk) -> rusqlite::Result<Claimed> {
        let mut claims = Vec::new();
        for id in self.lanes.due(ask.class, ask.lease.now, ask.limit, &ask.skip) {
            claims.extend(self.lease(db, id, ask.lease)?);
        }
        Ok(Claimed { claims, next_ready: self.lanes.next_ready(ask.class) })
    }

    /// Takes the lane and begins an attempt at its head.
    fn lease(&mut self, db: &Connection, id: LaneId, lease: Lease) -> rusqlite::Result<Option<Claim>> {
        let Some((epoch, seq)) = self.lanes.lease(id, lease.until) else { return Ok(None) };
        db.prepare_cached(
            "UPDATE inbox SET attempts = attempts + 1,
                interrupted = CASE open WHEN 1 THEN ?2 ELSE interrupted END, open = 1
             WHERE seq = ?1",
        )?
        .execute(params![seq, lease.now.as_millis()])?;
        let Some(lane) = self.lanes.get(id) else { return Ok(None) };
        let row = db
            .prepare_cached(
                "SELECT key, kind, member, body, received, attempts, parks, interrupted, redriven FROM inbox WHERE seq = ?1",
            )?
            .query_row([seq], |row| {
                Ok(Queued {
                    seq: EventSeq(seq),
                    key: DedupKey(u128::from_le_bytes(row.get(0)?)),
                    kind: EventKind::from_code(row.get(1)?),
                    member: row.get::<_, Option<i64>>(2)?.map(PersonId),
                    body: Bytes::from(row.get::<_, Vec<u8>>(3)?),
                    received: Timestamp::from_millis(row.get(4)?),
                    attempt: row.get(5)?,
                    parks: row.get(6)?,
                    redriven: row.get(8)?,
                    interrupted: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_millis),
                })
            })
            .optional()?;
        let Some(mut event) = row else {
            tracing::error!(
                lane = id.0,
                seq,
                "an event in a lane's queue is not in the inbox; the lane goes on"
            );
            self.lanes.pop(id);
            return Ok(None);
        };
        let person = match lane.who.person().or(event.member) {
            Some(person) => {
                let unknown = || Profile { id: person, who: std::sync::Arc::default() };
                Some(people::profile(db, person)?.unwrap_or_else(unknown))
            }
            None => None,
        };
        if event.member.is_some() {
            event.member = person.as_ref().map(|person| person.id);
        }
        let group = if let Who::Group(group) = &lane.who { Some(GroupId::from(&**group)) } else { None };
        let (kind, number) = (lane.kind, std::sync::Arc::clone(&lane.number));
        Ok(Some(Claim { lane: id, epoch, kind, number, person, group, event }))
    }

    pub(super) fn commit(&mut self, db: &Connection, end: &TurnEnd) -> rusqlite::Result<Committed> {
        let id = end.lane;
        if !self.lanes.holds(id, end.epoch) {
            return Ok(Committed::Fenced);
        }
        let now = end.lease.now;
        for record in &end.sends {
            ledger::record(db, record)?;
        }
        if end.outcome.is_handled() || end.outcome.is_dead() {
            for write in &end.values {
                shelf::put(db, write)?;
            }
        }
        match &end.outcome {
            Outcome::Done => {
                Self::write_handled(db, end)?;
                self.clearing.end(db, end.seq.0)?;
            }
            Outcome::Continued { kind, body } => {
                Self::write_handled(db, end)?;
                db.prepare_cached(
                    "UPDATE inbox SET kind = ?2, body = ?3, ready_at = ?4,
                        open = 0, attempts = 0, parks = 0, interrupted = NULL
                     WHERE seq = ?1",
                )?
                .execute(params![end.seq.0, kind.code(), &**body, now.as_millis()])?;
                return self.go_on(db, end);
            }
            Outcome::Dead { error, then } => {
                self.bury(db, end, error, *then)?;
                if *then == LastTry::Block {
                    db.prepare_cached("UPDATE inbox SET open = 0, ready_at = ?2 WHERE seq = ?1")?
                        .execute(params![end.seq.0, BLOCKED.as_millis()])?;
                    self.lanes.release(id, BLOCKED);
                    return Ok(Committed::Idle);
                }
                self.clearing.end(db, end.seq.0)?;
            }
            Outcome::Retry { at } => {
                db.prepare_cached("UPDATE inbox SET open = 0, ready_at = ?2 WHERE seq = ?1")?
                    .execute(params![end.seq.0, at.as_millis()])?;
                self.lanes.release(id, *at);
                return Ok(Committed::Ready(*at));
            }
            Outcome::Parked { until } => {
                let until = if self.lanes.get(id).is_some_and(|lane| lane.woken) { &now } else { until };
                db.prepare_cached(
                    "UPDATE inbox SET open = 0, attempts = attempts - 1, parks = parks + 1, ready_at = ?2
                     WHERE seq = ?1",
                )?
                .execute(params![end.seq.0, until.as_millis()])?;
                self.lanes.release(id, *until);
                return Ok(Committed::Ready(*until));
            }
        }
        self.lanes.pop(id);
        if self.lanes.get(id).is_none() {
            return Ok(Committed::Idle);
        }
        self.go_on(db, end)
    }

    /// Begins with what is at the lane's head now, or leaves it to others.
    fn go_on(&mut self, db: &Connection, end: &TurnEnd) -> rusqlite::Result<Committed> {
        let (id, now) = (end.lane, end.lease.now);
        if end.next == Next::Take
            && let Some(claim) = self.lease(db, id, end.lease)?
        {
            return Ok(Committed::Next(Box::new(claim)));
        }
        self.lanes.release(id, now);
        Ok(Committed::Ready(now))
    }

    fn write_handled(db: &Connection, end: &TurnEnd) -> rusqlite::Result<()> {
        for write in &end.sessions {
            db.prepare_cached(
                "INSERT INTO session (lane, member, name, body, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (lane, member, name) DO UPDATE SET body = excluded.body, at = excluded.at",
            )?
            .execute(params![
                write.key.lane.0,
                write.key.member.map_or(0, |member| member.0),
                &*write.key.name,
                write.body.as_deref(),
                end.lease.now.as_millis(),
            ])?;
        }
        for write in &end.timers {
            timers::write(db, end.lane, write)?;
        }
        Ok(())
    }
}
