//! The ledger of sends in the file: records only move forward.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use wappa_cloud::{DraftKind, MessageId, Timestamp};
use wappa_core::store::{PersonId, SendKey, SendRecord, SendState, StatusNote};

pub(super) fn record_all(db: &Connection, records: &[SendRecord]) -> rusqlite::Result<Option<SendRecord>> {
    let before = match records.first() {
        Some(first) => get(db, first.key)?,
        None => None,
    };
    for one in records {
        record(db, one)?;
    }
    Ok(before)
}

pub(super) fn record(db: &Connection, record: &SendRecord) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO ledger (key, number, person, state, id, error, at, draft, opaque, said)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10, ?11)
         ON CONFLICT (key) DO UPDATE SET
            number = CASE WHEN number = '' THEN excluded.number ELSE number END,
            person = coalesce(person, excluded.person),
            id = coalesce(id, excluded.id),
            draft = coalesce(draft, excluded.draft),
            opaque = coalesce(opaque, excluded.opaque),
            said = coalesce(said, excluded.said),
            error = CASE WHEN excluded.state > state THEN coalesce(excluded.error, error) ELSE error END,
            at = CASE WHEN excluded.state > state THEN excluded.at
                WHEN excluded.state = state AND state = ?8 THEN max(at, excluded.at) ELSE at END,
            state = max(state, excluded.state)",
    )?
    .execute(params![
        record.key.0.to_be_bytes(),
        &*record.number,
        record.person.map(|person| person.0),
        record.state.code(),
        record.id.as_ref().map(MessageId::as_str),
        record.error,
        record.at.as_millis(),
        SendState::Indeterminate.code(),
        record.draft.map(DraftKind::as_str),
        record.opaque.as_deref(),
        record.said.map(Timestamp::as_millis),
    ])
    .map(drop)
}

/// What a status says about a send.
pub(super) fn note(db: &Connection, note: &StatusNote, at: Timestamp) -> rusqlite::Result<()> {
    let Some(state) = SendState::of(&note.state) else { return Ok(()) };
    let id = Some(note.id.clone());
    record(
        db,
        &SendRecord {
            key: note.key,
            number: "".into(),
            person: None,
            state,
            id,
            error: note.error,
            at,
            draft: None,
            opaque: None,
            said: None,
        },
    )
}

pub(crate) fn get(db: &Connection, key: SendKey) -> rusqlite::Result<Option<SendRecord>> {
    db.prepare_cached(
        "SELECT number, person, state, id, error, at, draft, opaque, said FROM ledger WHERE key = ?1",
    )?
    .query_row([key.0.to_be_bytes()], |row| read(key, row))
    .optional()
}

/// Lines with keys behind `after` up to `until`.
pub(crate) fn page(
    db: &Connection,
    after: SendKey,
    until: SendKey,
    limit: usize,
) -> rusqlite::Result<Vec<SendRecord>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(
        "SELECT number, person, state, id, error, at, draft, opaque, said, key FROM ledger
         WHERE key > ?1 AND key <= ?2 ORDER BY key LIMIT ?3",
    )?
    .query_map(params![after.0.to_be_bytes(), until.0.to_be_bytes(), limit], |row| {
        read(SendKey(u128::from_be_bytes(row.get(9)?)), row)
    })?
    .collect()
}

/// Takes note that the price of this send is known; answers whether it was not before.
pub(super) fn price(db: &Connection, key: SendKey) -> rusqlite::Result<bool> {
    db.prepare_cached("UPDATE ledger SET priced = 1 WHERE key = ?1 AND priced = 0")?
        .execute([key.0.to_be_bytes()])
        .map(|changed| changed > 0)
}

fn read(key: SendKey, row: &Row<'_>) -> rusqlite::Result<SendRecord> {
    Ok(SendRecord {
        key,
        number: row.get::<_, String>(0)?.into(),
        person: row.get::<_, Option<i64>>(1)?.map(PersonId),
        state: SendState::from_code(row.get(2)?).unwrap_or(SendState::Indeterminate),
        id: row.get::<_, Option<String>>(3)?.map(MessageId::from),
        error: row.get(4)?,
        at: Timestamp::from_millis(row.get(5)?),
        draft: row.get_ref(6)?.as_str_or_null()?.and_then(DraftKind::of),
        opaque: row.get::<_, Option<String>>(7)?.map(Arc::from),
        said: row.get::<_, Option<i64>>(8)?.map(Timestamp::from_millis),
    })
}
