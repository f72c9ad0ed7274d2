//! What messages cost, in the file: one row for each number, day and category.

use rusqlite::{Connection, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{Cost, CostLine, CostNote, Priced, SendKey};

use super::{State, ledger};

impl State {
    /// Adds what a status tells of a price, if it was not told before.
    pub(super) fn charge(
        &mut self,
        db: &Connection,
        key: SendKey,
        note: &CostNote,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let is_first = match note.of {
            Priced::Message => ledger::price(db, key)?,
            Priced::Conversation(key) => self.clearing.is_new(db, key, now)?,
        };
        if is_first {
            let CostLine { number, day, category, kind, model } = &note.line;
            db.prepare_cached(
                "INSERT INTO cost (number, day, category, kind, model, count, billable)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
                 ON CONFLICT DO UPDATE SET count = count + 1, billable = billable + excluded.billable",
            )?
            .execute(params![
                &**number,
                day,
                &**category,
                &**kind,
                &**model,
                i64::from(note.billed.count() > 0)
            ])?;
        }
        Ok(())
    }
}

pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<Cost>> {
    db.prepare_cached(
        "SELECT number, day, category, kind, model, count, billable FROM cost
         ORDER BY number, day, category, kind, model",
    )?
    .query_map([], |row| {
        let line = CostLine {
            number: row.get::<_, String>(0)?.into(),
            day: row.get(1)?,
            category: row.get::<_, String>(2)?.into(),
            kind: row.get::<_, String>(3)?.into(),
            model: row.get::<_, String>(4)?.into(),
        };
        let counted = |at| row.get(at).map(|count: i64| u64::try_from(count).unwrap_or(0));
        Ok(Cost { line, count: counted(5)?, billable: counted(6)? })
    })?
    .collect()
}

pub(super) fn sweep(db: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    db.prepare_cached(
        "DELETE FROM cost WHERE (number, day, category, kind, model) IN
            (SELECT number, day, category, kind, model FROM cost WHERE day < ?1 LIMIT ?2)",
    )?
    .execute(params![CostLine::day_of(before), limit])
}
