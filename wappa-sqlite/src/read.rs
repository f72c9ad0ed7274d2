//! Reads that no transaction of the writer is needed for, on connections of their own.

use bytes::Bytes;
use rusqlite::{OptionalExtension, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{
    Cost, DeadLetter, EventKind, EventSeq, Kept, KeptReason, LaneId, LaneKind, PendingTimer, PersonId,
    Profile, Queue, SendKey, SendRecord, SessionKey, StoreError, Value,
};

use crate::{
    readers::Reader,
    writer::{self, kin, kin_lanes},
};

const SESSION: &str = concat!(
    "SELECT body FROM session WHERE name = ?3 AND member IN (SELECT ?2 UNION ",
    kin!("?2"),
    ") AND lane IN (",
    kin_lanes!(),
    ") ORDER BY at DESC LIMIT 1"
);
/// The lane of the one who counts, or else of an alias: both lead to the same sessions.
const CONVERSATION: &str = concat!(
    "SELECT id FROM lane WHERE number = ?1 AND kind = ?2
         AND who IN (SELECT CAST(kin.id AS TEXT) FROM person kin WHERE kin.id IN (",
    kin!("?3"),
    ")) ORDER BY person = (SELECT coalesce(alias_of, id) FROM person WHERE id = ?3) DESC LIMIT 1"
);

impl Reader {
    pub(crate) async fn queues(&self, now: Timestamp) -> Result<Vec<Queue>, StoreError> {
        self.read(move |db| {
            // The other columns of a lane are those of its head, as SQLite has it for a lone MIN.
            db.prepare_cached(
                "SELECT lane.number, SUM(waiting), MIN(oldest),
                        MIN(CASE WHEN open = 0 AND ready_at <= ?1 THEN oldest END)
                 FROM (SELECT lane AS id, COUNT(*) AS waiting, MIN(seq), received AS oldest, open, ready_at
                       FROM inbox WHERE seq NOT IN (SELECT seq FROM done) GROUP BY lane)
                 JOIN lane USING (id)
                 WHERE id NOT IN (SELECT lane FROM dead WHERE blocks = 1)
                 GROUP BY lane.number",
            )?
            .query_map([now.as_millis()], |row| {
                Ok(Queue {
                    number: row.get::<_, String>(0)?.into(),
                    waiting: row.get::<_, i64>(1)?.unsigned_abs(),
                    oldest: Timestamp::from_millis(row.get(2)?),
                    idle_since: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
                })
            })?
            .collect()
        })
        .await
    }

    pub(crate) async fn session(&self, key: SessionKey) -> Result<Option<Bytes>, StoreError> {
        self.read(move |db| {
            // A person who turned out to be the same as another has lanes under both; the newer session counts.
            db.prepare_cached(SESSION)?
                .query_row(params![key.lane.0, key.member.map_or(0, |member| member.0), &*key.name], |row| {
                    row.get::<_, Option<Vec<u8>>>(0)
                })
                .optional()
                .map(|body| body.flatten().map(Bytes::from))
        })
        .await
    }

    pub(crate) async fn conversation(
        &self,
        number: &str,
        person: PersonId,
    ) -> Result<Option<LaneId>, StoreError> {
        let number = number.to_owned();
        self.read(move |db| {
            db.prepare_cached(CONVERSATION)?
                .query_row(params![number, LaneKind::Person.code(), person.0], |row| row.get(0).map(LaneId))
                .optional()
        })
        .await
    }

    pub(crate) async fn sent(&self, key: SendKey) -> Result<Option<SendRecord>, StoreError> {
        self.read(move |db| writer::sent(db, key)).await
    }

    pub(crate) async fn sends(
        &self,
        after: SendKey,
        until: SendKey,
        limit: usize,
    ) -> Result<Vec<SendRecord>, StoreError> {
        self.read(move |db| writer::sends(db, after, until, limit)).await
    }

    pub(crate) async fn costs(&self) -> Result<Vec<Cost>, StoreError> {
        self.read(writer::costs).await
    }

    pub(crate) async fn profile(&self, person: PersonId) -> Result<Option<Profile>, StoreError> {
        self.read(move |db| writer::profile(db, person)).await
    }

    pub(crate) async fn value(
        &self,
        space: String,
        key: String,
        now: Timestamp,
    ) -> Result<Option<Value>, StoreError> {
        self.read(move |db| writer::value(db, &space, &key, now)).await
    }

    pub(crate) async fn values(
        &self,
        space: String,
        after: Option<String>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>, StoreError> {
        self.read(move |db| writer::values(db, &space, after.as_deref(), limit, now)).await
    }

    pub(crate) async fn timers(&self, limit: usize) -> Result<Vec<PendingTimer>, StoreError> {
        self.read(move |db| writer::timers(db, limit)).await
    }

    pub(crate) async fn sent_otherwise(&self, key: SendKey) -> Result<Option<SendKey>, StoreError> {
        let place = key.place();
        self.read(move |db| {
            let (from, to) = (place.start().0.to_be_bytes(), place.end().0.to_be_bytes());
            db.prepare_cached(
                "SELECT key FROM ledger WHERE key BETWEEN ?1 AND ?2 AND key <> ?3 ORDER BY key LIMIT 1",
            )?
            .query_row([from, to, key.0.to_be_bytes()], |row| {
                row.get(0).map(u128::from_be_bytes).map(SendKey)
            })
            .optional()
        })
        .await
    }

    pub(crate) async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.read(move |db| {
            db.prepare_cached(
                "SELECT seq, lane, number, kind, body, error, attempts, at FROM dead ORDER BY at DESC, seq DESC LIMIT ?1",
            )?
            .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(DeadLetter {
                    seq: EventSeq(row.get(0)?),
                    lane: LaneId(row.get(1)?),
                    number: row.get::<_, String>(2)?.into(),
                    kind: EventKind::from_code(row.get(3)?),
                    body: Bytes::from(row.get::<_, Vec<u8>>(4)?),
                    error: row.get(5)?,
                    attempts: row.get(6)?,
                    at: Timestamp::from_millis(row.get(7)?),
                })
            })?
            .collect()
        })
        .await
    }

    pub(crate) async fn kept(&self, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.read(move |db| {
            db.prepare_cached("SELECT reason, note, body, at FROM kept ORDER BY id DESC LIMIT ?1")?
                .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                    let unroutable = row.get::<_, String>(0)? == KeptReason::Unroutable.as_str();
                    Ok(Kept {
                        reason: if unroutable { KeptReason::Unroutable } else { KeptReason::Unknown },
                        note: row.get(1)?,
                        body: Bytes::from(row.get::<_, Vec<u8>>(2)?),
                        at: Timestamp::from_millis(row.get(3)?),
                    })
                })?
                .collect()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_question_about_one_person_reads_nobody_elses_lanes() {
        let mut db = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut db, "x").unwrap();
        for sql in [SESSION, CONVERSATION] {
            let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let count = plan.parameter_count();
            let steps = plan.query_map(rusqlite::params_from_iter(vec![0; count]), |row| row.get(3)).unwrap();
            let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
            let lanes =
                |step: &&String| ["SEARCH lane", "SEARCH other"].iter().any(|of| step.starts_with(of));
            assert!(steps.iter().filter(lanes).all(|step| step.contains("who=?")), "{steps:?}");
            assert!(steps.iter().any(|step| lanes(&step)), "{steps:?}");
            assert!(
                !steps.iter().any(|step| step.starts_with("SCAN") && !step.contains("CONSTANT")),
                "{steps:?}"
            );
        }
    }
}
