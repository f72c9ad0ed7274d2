//! The file: its exclusive lock, its connections and their settings.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, ffi};
use wappa_core::store::{StoreError, StoreErrorKind};

/// SQLite before this has a bug that can damage a WAL file.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Files up to this size are looked over when they are opened.
const CHECKED: u64 = 8 << 20;
const WRITABLE: &str = ": check that the file and its folder can be written";
const SALVAGE: &str = "the file is damaged; keep a copy and salvage it with `sqlite3 FILE .recover`";

/// Held as long as the store is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path, "lock");
        let shown = path.display();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|source| {
                let message = format!("the folder {} for the store could not be made", folder.display());
                StoreError::with_source(StoreErrorKind::Unusable, message, source)
            })?;
        }
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&beside).map_err(|source| {
                let message =
                    format!("the store {shown} cannot be opened for writing: check the folder's permissions");
                StoreError::with_source(StoreErrorKind::Unusable, message, source)
            })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::new(
                StoreErrorKind::InUse,
                format!(
                    "the store {shown} is in use by another process, or by another bot in this one: stop it, or name another file in WAPPA_STORE"
                ),
            )),
            Err(TryLockError::Error(source)) => {
                let message = format!("the store {shown} cannot be locked");
                Err(StoreError::with_source(StoreErrorKind::Unusable, message, source))
            }
        }
    }
}

/// A file that belongs to the store, beside it.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(suffix);
    name.into()
}

/// The connection that writes.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let version = rusqlite::version_number();
    if version < OLDEST_SQLITE {
        let message = format!(
            "this program is linked with SQLite {}, which can damage its file: link 3.51.3 or newer",
            rusqlite::version()
        );
        return Err(StoreError::new(StoreErrorKind::Unusable, message));
    }
    let mut connection = Connection::open(path).map_err(|source| unusable(path, source))?;
    let settings = |connection: &Connection| -> rusqlite::Result<()> {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        connection.pragma_update(None, "cache_size", -4_096)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    settings(&connection).map_err(|source| unusable(path, source))?;
    check(&connection, path)?;
    crate::schema::migrate(&mut connection, &path.display().to_string())?;
    if connection.is_readonly(MAIN_DB).map_err(|source| unusable(path, source))? {
        let message = format!("the store {} cannot be opened{WRITABLE}", path.display());
        return Err(StoreError::new(StoreErrorKind::Unusable, message));
    }
    Ok(connection)
}

/// Looks for damage, where that takes no time to speak of. In a larger file it is found when it is met.
fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if fs::metadata(path).is_ok_and(|file| file.len() > CHECKED) {
        return Ok(());
    }
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|source| unusable(path, source))?;
    if found == "ok" {
        return Ok(());
    }
    let message = format!("the store {} cannot be opened: {SALVAGE} ({found})", path.display());
    Err(StoreError::new(StoreErrorKind::Unusable, message))
}

/// A connection that only reads.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|source| unusable(path, source))?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(|source| unusable(path, source))?;
    connection.pragma_update(None, "cache_size", -1_024).map_err(|source| unusable(path, source))?;
    Ok(connection)
}

fn unusable(path: &Path, source: rusqlite::Error) -> StoreError {
    let mend = match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            format!(": {SALVAGE}")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            WRITABLE.to_owned()
        }
        Some(ErrorCode::DiskFull) => ": the disk is full".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ": another program holds the file; stop it, or name another file in WAPPA_STORE".to_owned()
        }
        _ => String::new(),
    };
    let message = format!("the store {} cannot be opened{mend}", path.display());
    StoreError::with_source(StoreErrorKind::Unusable, message, source)
}

/// An error while the store is open.
pub(crate) fn failed(source: rusqlite::Error) -> StoreError {
    let (kind, cause) = match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (StoreErrorKind::Corrupt, SALVAGE),
        Some(ErrorCode::DiskFull) => (StoreErrorKind::Unavailable, "the disk is full"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (StoreErrorKind::Unavailable, "another program holds the file")
        }
        Some(ErrorCode::ReadOnly) => (StoreErrorKind::Unavailable, "the file cannot be written"),
        _ => (StoreErrorKind::Unavailable, "SQLite failed"),
    };
    let code = source.sqlite_error().map_or(ffi::SQLITE_OK, |error| error.extended_code);
    StoreError::with_source(
        kind,
        format!("the store did not do its work: {cause} (SQLite code {code})"),
        source,
    )
}
