//! Clearing away in bulk: keys of new events move to the seen ones, and events that are done leave the inbox.
//!
//! Done message by message, both write pages all over the file and cost more than everything else about a message. So a
//! new key is first known from its row in the inbox and from memory, and an ended event has a small row in `done`.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rusqlite::{Connection, params};
use wappa_cloud::{DedupKey, Timestamp};

use super::in_transaction;

/// So many new keys or ended events, and clearing begins.
const BATCH: usize = 4_096;
/// Rows touched by one transaction, which everything else waits for.
const SLICE: usize = 512;

type Key = [u8; 16];

#[derive(Debug, Default)]
pub(super) struct Clearing {
    /// Keys that may not be among the seen ones yet, with the second they came in.
    fresh: HashMap<Key, i64, RandomState>,
    /// Events in `done`.
    ended: Vec<i64>,
    round: Option<Round>,
    asked: bool,
    added: Vec<Key>,
    ended_before: usize,
}

/// What is cleared slice by slice. Keys go first: without its row in the inbox, only `seen` knows an event.
#[derive(Debug)]
struct Round {
    keys: Vec<(Key, i64)>,
    events: Vec<i64>,
}

impl Clearing {
    /// Clears whatever an earlier process left.
    pub(super) fn open(db: &Connection) -> rusqlite::Result<Self> {
        clear_all(db)?;
        Ok(Self::default())
    }

    /// Clears what there is before the file is closed: in one go, as nobody waits any more, and a disk that is slow is
    /// waited for once.
    pub(super) fn close(self, db: &Connection) -> rusqlite::Result<()> {
        if self.fresh.is_empty() && self.ended.is_empty() && self.round.is_none() {
            return Ok(());
        }
        clear_all(db)
    }

    /// Whether this event has not come before. It has from now on.
    pub(super) fn is_new(
        &mut self,
        db: &Connection,
        key: DedupKey,
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        let key = key.0.to_le_bytes();
        if self.fresh.contains_key(&key)
            || db.prepare_cached("SELECT 1 FROM seen WHERE key = ?1")?.exists([key])?
        {
            return Ok(false);
        }
        self.fresh.insert(key, now.as_secs());
        self.added.push(key);
        Ok(true)
    }

    /// The event's row is of no use any more.
    pub(super) fn end(&mut self, db: &Connection, seq: i64) -> rusqlite::Result<()> {
        db.prepare_cached("INSERT INTO done (seq) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([seq])?;
        self.ended.push(seq);
        Ok(())
    }

    /// From here on changes are remembered until [`Clearing::keep`] or [`Clearing::undo`].
    pub(super) fn begin(&mut self) {
        self.keep();
    }

    pub(super) fn keep(&mut self) {
        self.added.clear();
        self.ended_before = self.ended.len();
    }

    pub(super) fn undo(&mut self) {
        for key in self.added.drain(..) {
            self.fresh.remove(&key);
        }
        self.ended.truncate(self.ended_before);
    }

    /// Clears what there is without waiting for a batch, so that a quiet bot does not keep what was said to it.
    pub(super) fn ask(&mut self) {
        self.asked = true;
    }

    pub(super) fn under_way(&self) -> bool {
        self.round.is_some()
    }

    /// Does the next slice, in a transaction of its own, if it is time for one.
    pub(super) fn step(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let due = self.asked || self.fresh.len() >= BATCH || self.ended.len() >= BATCH;
        let Some(mut round) = self.round.take().or_else(|| due.then(|| self.gather())) else { return Ok(()) };
        self.asked = false;
        match self.slice(db, &mut round) {
            Ok(()) => {
                self.round = Some(round).filter(|round| !round.keys.is_empty() || !round.events.is_empty());
                Ok(())
            }
            Err(error) => {
                self.ended.append(&mut round.events);
                Err(error)
            }
        }
    }

    fn gather(&mut self) -> Round {
        let mut keys: Vec<_> = self.fresh.iter().map(|(key, at)| (*key, *at)).collect();
        // Sorted, so that neighbours in the file are written together. What is next stands last.
        keys.sort_unstable_by(|a, b| b.cmp(a));
        let mut events = std::mem::take(&mut self.ended);
        events.sort_unstable_by(|a, b| b.cmp(a));
        Round { keys, events }
    }

    fn slice(&mut self, db: &Connection, round: &mut Round) -> rusqlite::Result<()> {
        let rest = round.keys.len().saturating_sub(SLICE);
        let keys = round.keys.get(rest..).unwrap_or_default();
        if !keys.is_empty() {
            in_transaction(db, || {
                let mut see =
                    db.prepare_cached("INSERT INTO seen (key, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
                keys.iter().rev().try_for_each(|(key, at)| see.execute(params![key, at]).map(drop))
            })?;
            for (key, _) in round.keys.drain(rest..) {
                self.fresh.remove(&key);
            }
            return Ok(());
        }
        let rest = round.events.len().saturating_sub(SLICE);
        let events = round.events.get(rest..).unwrap_or_default();
        if let (Some(last), Some(first)) = (events.first(), events.last()) {
            in_transaction(db, || {
                for sql in [
                    "DELETE FROM inbox WHERE seq BETWEEN ?1 AND ?2
                        AND EXISTS (SELECT 1 FROM done WHERE done.seq = inbox.seq)",
                    "DELETE FROM done WHERE seq BETWEEN ?1 AND ?2",
                ] {
                    db.prepare_cached(sql)?.execute([first, last])?;
                }
                Ok(())
            })?;
            round.events.truncate(rest);
        }
        Ok(())
    }
}

/// By what stands in the file alone.
fn clear_all(db: &Connection) -> rusqlite::Result<()> {
    in_transaction(db, || {
        db.execute(
            "INSERT INTO seen (key, at) SELECT key, received / 1000 FROM inbox WHERE true ORDER BY key
             ON CONFLICT DO NOTHING",
            [],
        )?;
        db.execute("DELETE FROM inbox WHERE seq IN (SELECT seq FROM done)", [])?;
        db.execute("DELETE FROM done", []).map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut db, "test").unwrap();
        db
    }

    fn arrive(db: &Connection, clearing: &mut Clearing, seq: i64) -> bool {
        let key = DedupKey(u128::try_from(seq).unwrap() << 64);
        let new = clearing.is_new(db, key, Timestamp::from_secs(seq)).unwrap();
        if new {
            db.execute(
                "INSERT INTO inbox (seq, lane, key, kind, body, received, open, attempts, parks, ready_at)
                 VALUES (?1, 1, ?2, 0, x'', ?1 * 1000, 0, 0, 0, 0)",
                params![seq, key.0.to_le_bytes()],
            )
            .unwrap();
        }
        new
    }

    fn rows(db: &Connection, table: &str) -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    fn clear(db: &Connection, clearing: &mut Clearing) {
        clearing.ask();
        clearing.step(db).unwrap();
        while clearing.under_way() {
            clearing.step(db).unwrap();
        }
    }

    #[test]
    fn an_event_is_new_once_before_and_after_it_is_cleared() {
        let (db, mut clearing) = (file(), Clearing::default());
        for seq in 1..=1_500 {
            assert!(arrive(&db, &mut clearing, seq));
        }
        for seq in (1..=1_500).filter(|seq| seq % 3 != 0) {
            clearing.end(&db, seq).unwrap();
        }
        assert!(!arrive(&db, &mut clearing, 7), "known from memory");
        clear(&db, &mut clearing);
        assert_eq!((rows(&db, "inbox"), rows(&db, "done"), rows(&db, "seen")), (500, 0, 1_500));
        assert!(!arrive(&db, &mut clearing, 7), "known from the file");
        assert!(!arrive(&db, &mut clearing, 9), "known though it still waits");
    }

    #[test]
    fn everything_is_cleared_when_the_file_is_closed() {
        let (db, mut clearing) = (file(), Clearing::default());
        for seq in 1..=1_500 {
            arrive(&db, &mut clearing, seq);
            if seq > 1 {
                clearing.end(&db, seq).unwrap();
            }
        }
        clearing.close(&db).unwrap();
        assert_eq!((rows(&db, "inbox"), rows(&db, "done"), rows(&db, "seen")), (1, 0, 1_500));
    }

    #[test]
    fn a_file_left_in_the_middle_is_cleared_when_it_is_opened() {
        let (db, mut clearing) = (file(), Clearing::default());
        for seq in 1..=1_000 {
            arrive(&db, &mut clearing, seq);
            if seq > 1 {
                clearing.end(&db, seq).unwrap();
            }
        }
        clearing.ask();
        clearing.step(&db).unwrap();
        let mut clearing = Clearing::open(&db).unwrap();
        assert_eq!((rows(&db, "inbox"), rows(&db, "done"), rows(&db, "seen")), (1, 0, 1_000));
        assert!((1..=1_000).all(|seq| !arrive(&db, &mut clearing, seq)));
    }

    #[test]
    fn what_a_transaction_took_back_is_new_again() {
        let (db, mut clearing) = (file(), Clearing::default());
        clearing.begin();
        db.execute_batch("BEGIN").unwrap();
        assert!(arrive(&db, &mut clearing, 1));
        clearing.end(&db, 1).unwrap();
        db.execute_batch("ROLLBACK").unwrap();
        clearing.undo();
        assert!(arrive(&db, &mut clearing, 1));
        clear(&db, &mut clearing);
        assert_eq!(rows(&db, "inbox"), 1, "it has not ended");
    }

    #[test]
    fn what_could_not_be_cleared_is_cleared_later() {
        let (db, mut clearing) = (file(), Clearing::default());
        arrive(&db, &mut clearing, 1);
        clearing.end(&db, 1).unwrap();
        db.execute_batch("PRAGMA query_only = ON").unwrap();
        clearing.ask();
        clearing.step(&db).unwrap_err();
        assert!(!clearing.under_way());
        db.execute_batch("PRAGMA query_only = OFF").unwrap();
        assert!(!arrive(&db, &mut clearing, 1));
        clear(&db, &mut clearing);
        assert_eq!((rows(&db, "inbox"), rows(&db, "done"), rows(&db, "seen")), (0, 0, 1));
    }
}
