//! The tables, and how a file of an earlier version becomes one of this.

use rusqlite::{Connection, TransactionBehavior};
use wappa_core::store::{StoreError, StoreErrorKind};

/// "wapp", so that tools and we can tell the file from others.
const APPLICATION_ID: i32 = 0x7761_7070;

/// Each entry takes a file from the version of its index to the next. Entries are never changed, only added.
const MIGRATIONS: &[&str] = &[
    // 0 → 1
    "
    -- Keys of seen events. No index on `at`: the sweep walks the keys.
    CREATE TABLE seen (key BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

    CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        portfolio TEXT NOT NULL,
        user_id TEXT, parent_user_id TEXT, wa_id TEXT, username TEXT, name TEXT,
        alias_of INTEGER REFERENCES person (id)
    );
    CREATE INDEX person_alias ON person (alias_of) WHERE alias_of IS NOT NULL;

    CREATE TABLE identifier (
        portfolio TEXT NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES person (id),
        PRIMARY KEY (portfolio, kind, value)
    ) WITHOUT ROWID;
    CREATE INDEX identifier_person ON identifier (person);

    -- `who` is the person's id, the group's id or the account's id, as `kind` says.
    CREATE TABLE lane (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL, kind INTEGER NOT NULL, who TEXT NOT NULL,
        person INTEGER REFERENCES person (id),
        UNIQUE (number, kind, who)
    );

    -- Events that wait or are under way. `open`: an attempt has begun and not ended.
    CREATE TABLE inbox (
        seq INTEGER PRIMARY KEY,
        lane INTEGER NOT NULL, key BLOB NOT NULL, kind INTEGER NOT NULL, member INTEGER,
        body BLOB NOT NULL, received INTEGER NOT NULL,
        open INTEGER NOT NULL, attempts INTEGER NOT NULL, parks INTEGER NOT NULL,
        interrupted INTEGER, ready_at INTEGER NOT NULL
    );

    -- A session whose body is NULL has been cleared.
    CREATE TABLE session (
        lane INTEGER NOT NULL, member INTEGER NOT NULL, name TEXT NOT NULL,
        body BLOB, at INTEGER NOT NULL,
        PRIMARY KEY (lane, member, name)
    ) WITHOUT ROWID;

    CREATE TABLE ledger (
        key BLOB PRIMARY KEY,
        number TEXT NOT NULL, person INTEGER, state INTEGER NOT NULL, id TEXT, error INTEGER,
        at INTEGER NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE dead (
        seq INTEGER PRIMARY KEY,
        lane INTEGER NOT NULL, number TEXT NOT NULL, key BLOB NOT NULL, kind INTEGER NOT NULL, member INTEGER,
        body BLOB NOT NULL, error TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL
    );

    CREATE TABLE kept (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        reason TEXT NOT NULL, note TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL
    );
    ",
    // 1 → 2
    "
    -- AUTOINCREMENT, so that no version comes twice: a write replaces the row by one with a greater id.
    CREATE TABLE shelf (
        version INTEGER PRIMARY KEY AUTOINCREMENT,
        space TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, expires_at INTEGER,
        UNIQUE (space, key)
    );
    CREATE INDEX shelf_expiry ON shelf (expires_at) WHERE expires_at IS NOT NULL;
    ",
    // 2 → 3
    "
    CREATE TABLE timer (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lane INTEGER NOT NULL, member INTEGER NOT NULL, name TEXT NOT NULL,
        at INTEGER NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL,
        UNIQUE (lane, member, name)
    );
    CREATE INDEX timer_at ON timer (at);
    ",
    // 3 → 4
    "
    -- What a dead letter needs to come back as the same event. `blocks`: 1 if it is still at the head of its
    -- lane in the inbox, and the lane stands still.
    ALTER TABLE inbox ADD COLUMN redriven INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE dead ADD COLUMN redriven INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE dead ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE dead ADD COLUMN interrupted INTEGER;
    ALTER TABLE dead ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
    ",
    // 4 → 5
    "
    -- What a failed message was, and whether its price has been counted.
    ALTER TABLE ledger ADD COLUMN draft TEXT;
    ALTER TABLE ledger ADD COLUMN opaque TEXT;
    ALTER TABLE ledger ADD COLUMN said INTEGER;
    ALTER TABLE ledger ADD COLUMN priced INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE cost (
        number TEXT NOT NULL, day INTEGER NOT NULL, category TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
        count INTEGER NOT NULL, billable INTEGER NOT NULL,
        PRIMARY KEY (number, day, category, kind, model)
    ) WITHOUT ROWID;
    ",
    // 5 → 6
    "
    -- Events of the inbox that have ended and wait to be cleared away.
    CREATE TABLE done (seq INTEGER PRIMARY KEY);
    ",
    // 6 → 7
    "
    -- To erase a person without looking through everybody's.
    CREATE INDEX lane_person ON lane (person) WHERE person IS NOT NULL;
    CREATE INDEX session_member ON session (member) WHERE member <> 0;
    CREATE INDEX timer_member ON timer (member) WHERE member <> 0;
    ",
];

/// Brings the file to this version.
pub(crate) fn migrate(connection: &mut Connection, path: &str) -> Result<(), StoreError> {
    let failed = |source| {
        let message = format!("the store {path} could not be brought to this version");
        StoreError::with_source(StoreErrorKind::Unusable, message, source)
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let version: u32 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let version = version as usize;
    let application: i32 =
        transaction.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if application != APPLICATION_ID && tables > 0 {
        let message = format!("{path} is a database of something else: name another file in WAPPA_STORE");
        return Err(StoreError::new(StoreErrorKind::Unusable, message));
    }
    if version > MIGRATIONS.len() {
        let message = format!(
            "the store {path} has schema version {version}, this program knows versions up to {}: run the newer \
             program, or name another file in WAPPA_STORE",
            MIGRATIONS.len()
        );
        return Err(StoreError::new(StoreErrorKind::Unusable, message));
    }
    for step in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(step).map_err(failed)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(0))
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_brought_to_this_version_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, "x").unwrap();
        migrate(&mut connection, "x").unwrap();
        let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version as usize, MIGRATIONS.len());
    }

    #[test]
    fn a_newer_file_and_a_foreign_one_are_refused() {
        let mut newer = Connection::open_in_memory().unwrap();
        migrate(&mut newer, "x").unwrap();
        newer.pragma_update(None, "user_version", 1_000).unwrap();
        assert_eq!(migrate(&mut newer, "x").unwrap_err().kind(), StoreErrorKind::Unusable);

        let mut foreign = Connection::open_in_memory().unwrap();
        foreign.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(migrate(&mut foreign, "x").unwrap_err().to_string().contains("something else"));
    }
}
