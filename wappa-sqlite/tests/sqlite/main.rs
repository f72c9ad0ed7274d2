//! The SQLite store: the conformance suite, and what only a file can promise.

mod faults;
mod size;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wappa_core::store::{
    ClaimAsk, LaneClass, Lease, Store, StoreErrorKind,
    conformance::{self, arrival, delivery, wa},
};
use wappa_sqlite::{SqliteOptions, SqliteStore};

fn open(path: &std::path::Path) -> SqliteStore {
    SqliteStore::open(SqliteOptions::new(path)).unwrap()
}

#[tokio::test]
async fn keeps_what_every_store_promises() {
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicUsize::new(0);
    conformance::run(async || {
        let n = count.fetch_add(1, Ordering::Relaxed);
        open(&folder.path().join(format!("{n}.db")))
    })
    .await;
}

#[test]
fn keeps_it_in_any_storm() {
    conformance::storms(40, || {
        let folder = tempfile::tempdir().unwrap();
        Box::new(move || Arc::new(open(&folder.path().join("store.db"))) as Arc<dyn Store>)
    });
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deeper/store.db");
    let first = open(&path);
    let refused = SqliteStore::open(SqliteOptions::new(&path)).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::InUse);
    assert!(refused.to_string().contains("store.db"), "{refused}");
    drop(first);
    open(&path);
}

#[tokio::test]
async fn what_was_taken_is_there_after_the_process_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path);
    let taken = store.ingest(delivery(0, vec![arrival(1, wa("1")), arrival(2, wa("1"))])).await.unwrap();
    assert_eq!(taken.claims.len(), 1);
    drop(store);

    let store = open(&path);
    let again = store.ingest(delivery(1, vec![arrival(1, wa("1"))])).await.unwrap();
    assert_eq!((again.fresh, again.duplicates), (0, 1));
    let lease = Lease { now: delivery(2, Vec::new()).lease.now, until: delivery(60, Vec::new()).lease.now };
    let ask = ClaimAsk { class: LaneClass::Conversation, limit: 10, skip: Vec::new(), lease };
    let claims = store.claim(ask).await.unwrap().claims;
    let [claim] = &claims[..] else { panic!("one lane waits") };
    assert_eq!((claim.event.key.0, claim.event.attempt), (1, 2), "the attempt that was cut off counts");
    assert!(claim.event.interrupted.is_some());
}

#[tokio::test]
async fn what_an_erased_person_said_is_no_news_to_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path);
    let said = || delivery(0, vec![arrival(1, wa("1")), arrival(2, wa("1"))]);
    store.ingest(said()).await.unwrap();
    assert_eq!(store.erase("", wa("1")).await.unwrap().events, 2);
    drop(store);

    let store = open(&path);
    assert_eq!(store.depth().await.unwrap().waiting, 0);
    let again = store.ingest(said()).await.unwrap();
    assert_eq!((again.fresh, again.duplicates), (0, 2));
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_refused_with_a_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    std::fs::write(&path, "this is no database, and long enough to be read as one".repeat(100)).unwrap();
    let refused = SqliteStore::open(SqliteOptions::new(&path)).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Unusable);
    assert!(refused.to_string().contains(".recover"), "{refused}");
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db"));
    store.close().await;
    assert_eq!(store.depth().await.unwrap_err().kind(), StoreErrorKind::Closed);
    assert_eq!(store.kept(1).await.unwrap_err().kind(), StoreErrorKind::Closed);
    // The file is free while the closed store is still around.
    open(store.path());
}
