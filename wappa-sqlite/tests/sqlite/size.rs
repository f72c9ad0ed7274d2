//! How large the file becomes: what it takes for a message and for a conversation at rest, and that space is used again.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::task::JoinSet;
use wappa_cloud::Timestamp;
use wappa_core::store::{
    Claim, Ingest, Lease, Next, Outcome, Retention, SendState, Store, TurnEnd,
    conformance::{arrival, delivery, record, wa},
};
use wappa_sqlite::SqliteStore;

use super::open;

const PEOPLE: u128 = 2_000;

fn end(claim: &Claim, at: Timestamp) -> TurnEnd {
    let sent = record(claim.event.key.0 | 1 << 100, SendState::Accepted, 0);
    TurnEnd {
        lane: claim.lane,
        epoch: claim.epoch,
        seq: claim.event.seq,
        outcome: Outcome::Done,
        sessions: Vec::new(),
        timers: Vec::new(),
        values: Vec::new(),
        sends: vec![sent],
        next: Next::Leave,
        lease: Lease { now: at, until: at + Duration::from_secs(30) },
    }
}

/// Everybody writes once and is answered once.
async fn talk(store: &Arc<SqliteStore>, round: u128, day: u32) {
    let seconds = i64::from(day) * 86_400;
    let events = (0..PEOPLE).map(|n| {
        let number = format!("34600{n:06}");
        let spread = (round * PEOPLE + n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        arrival(spread >> 28, wa(&number))
    });
    let ingest: Ingest = delivery(seconds, events.collect());
    let now = ingest.lease.now;
    let claims = store.ingest(ingest).await.unwrap().claims;
    assert_eq!(claims.len() as u128, PEOPLE);
    let mut turns = JoinSet::new();
    for claim in claims {
        let store = Arc::clone(store);
        turns.spawn(async move { store.commit(end(&claim, now).into()).await.map(drop) });
    }
    turns.join_all().await.into_iter().for_each(Result::unwrap);
    assert_eq!(store.depth().await.unwrap().waiting, 0);
}

async fn size(path: &Path, store: Arc<SqliteStore>) -> u64 {
    store.close().await;
    std::fs::metadata(path).unwrap().len()
}

#[tokio::test]
async fn a_message_takes_little_and_its_space_is_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let empty = size(&path, Arc::new(open(&path))).await;
    let store = Arc::new(open(&path));
    talk(&store, 0, 0).await;
    let once = size(&path, store).await;
    let store = Arc::new(open(&path));
    talk(&store, 1, 1).await;
    let twice = size(&path, store).await;
    let people = u64::try_from(PEOPLE).unwrap();
    let (chat, message) = ((once - empty) / people, (twice - once) / people);
    println!("{message} bytes a message with its answer, {chat} bytes a conversation with its first message");
    assert!(message < 400, "{message} bytes a message");
    assert!(chat < 1_000, "{chat} bytes a conversation");

    let mut largest = twice;
    for round in 2..8 {
        let day = u32::try_from(round).unwrap() * 100;
        let store = Arc::new(open(&path));
        let now = delivery(i64::from(day) * 86_400, Vec::new()).lease.now;
        let (mut steps, mut quiet) = (0, 0);
        while quiet < 12 {
            let removed = store.sweep(now, Retention::default()).await.unwrap();
            assert!(removed <= 2_500, "a step is small");
            steps += 1;
            quiet = if removed == 0 { quiet + 1 } else { 0 };
        }
        assert!(steps > 4, "it takes several");
        talk(&store, round, day).await;
        let now = size(&path, store).await;
        assert!(now <= largest + 64 * 1_024, "the file grows: {largest}, then {now}");
        largest = largest.max(now);
    }
}
