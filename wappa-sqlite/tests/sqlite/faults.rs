//! What can be wrong with a file: it is said at once, with what to do, and nothing is made worse.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use tempfile::TempDir;
use wappa_core::store::{
    Claim, Next, Outcome, SessionKey, SessionWrite, Store, StoreError, StoreErrorKind, TurnEnd,
    conformance::{arrival, delivery, wa},
};
use wappa_sqlite::{SqliteOptions, SqliteStore};

const PAGE: usize = 4_096;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(SqliteOptions::new(path))
}

fn refusal(path: &Path) -> String {
    let refused = open(path).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unusable, "{refused}");
    refused.to_string()
}

/// A store in which a hundred people have been heard, each with a session of a page and more; where these are.
async fn lived_in(path: &Path) -> Vec<SessionKey> {
    let store = open(path).unwrap();
    let mut keys = Vec::new();
    for nth in 0..100 {
        let arrivals = vec![arrival(nth, wa(&nth.to_string()))];
        let claims = store.ingest(delivery(0, arrivals)).await.unwrap().claims;
        let [claim] = <[Claim; 1]>::try_from(claims).unwrap();
        let key = SessionKey { lane: claim.lane, member: None, name: "Cart".into() };
        let body = Some(Bytes::from(vec![b'x'; PAGE + 100]));
        let end = TurnEnd {
            lane: claim.lane,
            epoch: claim.epoch,
            seq: claim.event.seq,
            outcome: Outcome::Done,
            sessions: vec![SessionWrite { key: key.clone(), body }],
            timers: Vec::new(),
            values: Vec::new(),
            sends: Vec::new(),
            next: Next::Leave,
            lease: delivery(1, Vec::new()).lease,
        };
        store.commit(Arc::new(end)).await.unwrap();
        keys.push(key);
    }
    store.close().await;
    keys
}

/// Writes nonsense over so many pages from this one on.
fn damage(path: &Path, first: usize, pages: usize) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start((first * PAGE) as u64)).unwrap();
    file.write_all(&vec![0xa5; pages * PAGE]).unwrap();
}

#[tokio::test]
async fn a_damaged_page_is_found_before_the_first_message() {
    let (_folder, path) = place();
    lived_in(&path).await;
    let pages = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap() / PAGE;
    let before = fs::read(&path).unwrap();
    for page in (1..pages).step_by(pages / 20) {
        damage(&path, page, 1);
        let said = refusal(&path);
        assert!(said.contains("damaged") && said.contains(".recover"), "page {page}: {said}");
        fs::write(&path, &before).unwrap();
    }
    open(&path).expect("as it was, it opens");
}

#[tokio::test]
async fn a_page_that_is_damaged_later_is_named_when_it_is_read() {
    let (_folder, path) = place();
    let keys = lived_in(&path).await;
    let store = open(&path).unwrap();
    let pages = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap() / PAGE;
    damage(&path, 2, pages - 2);
    let mut failed = None;
    for key in keys {
        if let Err(error) = store.session(key).await {
            failed = Some(error);
        }
    }
    let failed = failed.expect("a session cannot be read");
    assert_eq!(failed.kind(), StoreErrorKind::Corrupt, "{failed}");
    assert!(failed.to_string().contains(".recover"), "{failed}");
}

#[tokio::test]
async fn a_file_that_another_program_writes_to_waits_for_it() {
    let (_folder, path) = place();
    let store = open(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.ingest(delivery(0, vec![arrival(1, wa("1"))])).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    assert!(refused.to_string().contains("another program"), "{refused}");
    other.execute_batch("ROLLBACK").unwrap();
    let taken = store.ingest(delivery(1, vec![arrival(1, wa("1"))])).await.unwrap();
    assert_eq!(
        (taken.fresh, taken.claims.len()),
        (1, 1),
        "Meta's next try is taken, and not as a repetition"
    );
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused_with_a_mend() {
    let (_folder, path) = place();
    lived_in(&path).await;
    // A version of the format that may be read and not written, which binds whoever may write anything as well.
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(18)).unwrap();
    file.write_all(&[3]).unwrap();
    let said = refusal(&path);
    assert!(said.contains("can be written"), "{said}");
}

#[test]
fn a_file_that_has_no_room_beside_it_is_refused_with_a_mend() {
    let (_folder, path) = place();
    drop(open(&path).unwrap());
    let beside = path.with_file_name("store.db-wal");
    let _ = fs::remove_file(&beside);
    fs::create_dir(&beside).unwrap();
    let said = refusal(&path);
    assert!(said.contains("can be written"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_may_only_be_read_is_refused_with_a_mend() {
    // There is no file system that says no more reliably, whoever asks.
    for path in ["/proc/wappa/store.db", "/sys/store.db"] {
        let said = refusal(Path::new(path));
        assert!(said.contains("folder"), "{said}");
    }
}

#[test]
fn a_path_that_is_a_folder_or_leads_through_a_file_is_refused() {
    let (folder, path) = place();
    fs::create_dir(&path).unwrap();
    assert!(refusal(&path).contains("store.db"));
    let file = folder.path().join("file");
    File::create(&file).unwrap();
    assert!(refusal(&file.join("store.db")).contains("folder"));
}
