//! How often the disk is waited for: twice for a message that is answered, and less often where many come at once.

use tokio::task::JoinSet;
use wappa::prelude::*;

use crate::{
    crowds::{all_answered, said, stage},
    stage::{Place, post},
};

const MANY: usize = 2_000;

/// Transactions since the file was opened: in the log beside it, frames that end one name the file's size then
/// (SQLite: *WAL-mode File Format*).
fn commits(place: &Place) -> usize {
    const HEADER: usize = 32;
    const FRAME: usize = 24;
    let StoreChoice::Sqlite(path) = place.choice() else { panic!("a file") };
    let log = std::fs::read(path.with_file_name("bot.db-wal")).expect("the log beside the file");
    let word = |bytes: &[u8]| bytes.try_into().map(u32::from_be_bytes).expect("four bytes");
    let (page, salt) = (word(&log[8..12]) as usize, &log[16..24]);
    let frames = log[HEADER..].chunks_exact(FRAME + page).take_while(|frame| &frame[8..16] == salt);
    frames.filter(|frame| word(&frame[4..8]) != 0).count()
}

#[tokio::test]
async fn a_message_costs_two_commits() {
    let place = Place::sqlite();
    let (stage, meta) = stage(&place).await;
    assert!(stage.post(said(&stage, 0..1, |_| 0)).await.is_success());
    all_answered(&stage, &meta, 1).await;
    for nth in 1..20 {
        let before = commits(&place);
        assert!(stage.post(said(&stage, nth..nth + 1, |_| nth % 3)).await.is_success());
        all_answered(&stage, &meta, nth + 1).await;
        assert_eq!(commits(&place) - before, 2, "one for its 200, one for the end of its turn");
    }
}

#[tokio::test]
async fn many_messages_share_their_commits() {
    let place = Place::sqlite();
    let (stage, meta) = stage(&place).await;
    let before = commits(&place);
    let secret = stage.business().app_secret;
    let mut deliveries = JoinSet::new();
    for nth in 0..MANY {
        let body = said(&stage, nth..nth + 1, |_| nth);
        let (routes, signature) = (stage.bot.routes(), secret.sign(body.as_bytes()));
        deliveries.spawn(async move { post(routes, body.into(), Some(&signature)).await });
    }
    assert!(deliveries.join_all().await.into_iter().all(|status| status.is_success()));
    all_answered(&stage, &meta, MANY).await;
    let made = commits(&place) - before;
    assert!(made < MANY, "{made} for {MANY} messages");
    println!("{made} commits for {MANY} messages, one to a delivery");
}
