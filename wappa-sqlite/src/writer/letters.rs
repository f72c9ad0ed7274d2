//! Dead letters: burying events, and what becomes of them afterwards.

use rusqlite::{Connection, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{Fate, LaneId, LastTry, Letters, TurnEnd};

use super::{
    State,
    lanes::{self, Lane, Was},
};

struct Row {
    seq: i64,
    lane: LaneId,
    blocks: bool,
}

impl State {
    pub(super) fn bury(
        &mut self,
        db: &Connection,
        end: &TurnEnd,
        error: &str,
        then: LastTry,
    ) -> rusqlite::Result<()> {
        let number = self.lanes.get(end.lane).map_or("", |lane| &*lane.number);
        let blocks = then == LastTry::Block;
        let buried = db
            .prepare_cached(
                "INSERT INTO dead (seq, lane, number, key, kind, member, body, error, attempts, at, redriven, \
                 received, interrupted, blocks)
                 SELECT seq, lane, ?2, key, kind, member, body, ?3, attempts, ?4, redriven, received, interrupted, ?5
                 FROM inbox WHERE seq = ?1",
            )?
            .execute(params![end.seq.0, number, error, end.lease.now.as_millis(), blocks])?;
        self.dead += buried as u64;
        Ok(())
    }

    pub(super) fn resolve(
        &mut self,
        db: &Connection,
        letters: Letters,
        fate: Fate,
        now: Timestamp,
    ) -> rusqlite::Result<usize> {
        let mut count = 0;
        for row in &meant(db, letters)? {
            match (row.blocks, fate) {
                (true, fate) => self.unblock(db, row, fate, now)?,
                (false, Fate::Forget) => {}
                (false, Fate::Redrive) => {
                    let Some(lane) = lanes::read(db, row.lane)? else {
                        tracing::error!(
                            seq = row.seq,
                            "the conversation of a dead letter is not in the store"
                        );
                        continue;
                    };
                    self.bring_back(db, row, lane, now)?;
                }
            }
            db.prepare_cached("DELETE FROM dead WHERE seq = ?1")?.execute([row.seq])?;
            self.dead = self.dead.saturating_sub(1);
            count += 1;
        }
        Ok(count)
    }

    fn unblock(&mut self, db: &Connection, row: &Row, fate: Fate, now: Timestamp) -> rusqlite::Result<()> {
        match fate {
            Fate::Redrive => {
                db.prepare_cached(
                    "UPDATE inbox SET attempts = 0, parks = 0, redriven = redriven + 1, ready_at = ?2 WHERE seq = ?1",
                )?
                .execute(params![row.seq, now.as_millis()])?;
            }
            Fate::Forget => {
                self.clearing.end(db, row.seq)?;
                self.lanes.pop(row.lane);
            }
        }
        self.lanes.release(row.lane, now);
        Ok(())
    }

    /// Appends the event to its lane again, with a new place in the order of arrival.
    fn bring_back(&mut self, db: &Connection, row: &Row, lane: Lane, now: Timestamp) -> rusqlite::Result<()> {
        self.lanes.last_seq += 1;
        let seq = self.lanes.last_seq;
        db.prepare_cached(
            "INSERT INTO inbox (seq, lane, key, kind, member, body, received, open, attempts, parks, interrupted, \
             ready_at, redriven)
             SELECT ?2, lane, key, kind, member, body, received, 0, 0, 0, interrupted, ?3, redriven + 1
             FROM dead WHERE seq = ?1",
        )?
        .execute(params![row.seq, seq, now.as_millis()])?;
        let _: Was = self.lanes.append(row.lane, seq, now, || Lane { ready_at: now, ..lane });
        Ok(())
    }
}

fn meant(db: &Connection, letters: Letters) -> rusqlite::Result<Vec<Row>> {
    let (one, until, limit) = match letters {
        Letters::One(seq) => (Some(seq.0), i64::MAX, 1),
        Letters::Until(moment, limit) => (None, moment.as_millis(), i64::try_from(limit).unwrap_or(i64::MAX)),
    };
    db.prepare_cached(
        "SELECT seq, lane, blocks FROM dead WHERE (?1 IS NULL OR seq = ?1) AND at <= ?2 ORDER BY seq LIMIT ?3",
    )?
    .query_map(params![one, until, limit], |row| {
        Ok(Row { seq: row.get(0)?, lane: LaneId(row.get(1)?), blocks: row.get(2)? })
    })?
    .collect()
}
