//! The shelf.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};
use wappa_cloud::Timestamp;
use wappa_core::store::{Put, Value, ValueWrite, Version};

pub(crate) fn get(
    db: &Connection,
    space: &str,
    key: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<Value>> {
    db.prepare_cached(
        "SELECT key, body, version, expires_at FROM shelf
         WHERE space = ?1 AND key = ?2 AND (expires_at IS NULL OR expires_at > ?3)",
    )?
    .query_row(params![space, key, now.as_millis()], value)
    .optional()
}

pub(crate) fn page(
    db: &Connection,
    space: &str,
    after: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> rusqlite::Result<Vec<Value>> {
    // Every key is greater than or equal to the empty one, which is a key as well.
    let sql = if after.is_some() {
        "SELECT key, body, version, expires_at FROM shelf
         WHERE space = ?1 AND key > ?2 AND (expires_at IS NULL OR expires_at > ?3) ORDER BY key LIMIT ?4"
    } else {
        "SELECT key, body, version, expires_at FROM shelf
         WHERE space = ?1 AND key >= ?2 AND (expires_at IS NULL OR expires_at > ?3) ORDER BY key LIMIT ?4"
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?
        .query_map(params![space, after.unwrap_or_default(), now.as_millis(), limit], value)?
        .collect()
}

fn value(row: &Row<'_>) -> rusqlite::Result<Value> {
    Ok(Value {
        key: row.get::<_, String>(0)?.into(),
        body: Bytes::from(row.get::<_, Vec<u8>>(1)?),
        version: Version(row.get(2)?),
        expires_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
    })
}

pub(super) fn put(db: &Connection, write: &ValueWrite) -> rusqlite::Result<Put> {
    let ValueWrite { space, key, expected, body, expires_at, now } = write;
    let there = get(db, space, key, *now)?;
    if !expected.holds(there.as_ref().map(|value| value.version)) {
        return Ok(Put::Conflict(there));
    }
    let Some(body) = body else {
        db.prepare_cached("DELETE FROM shelf WHERE space = ?1 AND key = ?2")?
            .execute(params![&**space, &**key])?;
        return Ok(Put::Written(None));
    };
    let version = db
        .prepare_cached(
            "INSERT OR REPLACE INTO shelf (space, key, body, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .insert(params![&**space, &**key, &**body, expires_at.map(Timestamp::as_millis)])?;
    Ok(Put::Written(Some(Version(version))))
}

/// Forgets some of what has expired.
pub(super) fn sweep(db: &Connection, now: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    db.prepare_cached(
        "DELETE FROM shelf WHERE version IN
            (SELECT version FROM shelf WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
    )?
    .execute(params![now.as_millis(), limit])
}
