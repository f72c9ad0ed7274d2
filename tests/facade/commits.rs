//! How often the disk is waited for: twice for a message that is answered, and less often where many come at once.

use tokio::task::JoinSet;
use wappa::prelude::*;

use crate::{
    crowds::{all_answered, said, stage},
    stage::{Place, Stage, post},
    wait::until,
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

#[tokio::test]
async fn what_is_written_down_at_the_end_waits_for_the_disk_together() {
    let place = Place::sqlite();
    let (stage, meta) = stage(&place).await;
    for first in (0..MANY).step_by(250) {
        assert!(stage.post(said(&stage, first..first + 250, |nth| nth)).await.is_success());
    }
    all_answered(&stage, &meta, MANY).await;
    let before = commits(&place);
    stage.bot.handle().messenger().write_down().await;
    let made = commits(&place) - before;
    assert!((1..MANY).contains(&made), "{made} for the open windows of {MANY} chats");
    println!("{made} commits for the open windows of {MANY} chats");
}

#[derive(Default, Serialize, Deserialize)]
struct Seen {
    texts: Vec<String>,
}

/// Remembers what is written in capitals, and says nothing, so that no status comes back.
struct Listener;

impl EventHandler for Listener {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if let Some(text) = message.text().filter(|text| text.chars().all(char::is_uppercase)) {
            chat.session::<Seen>().await?.texts.push(text.to_owned());
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_session_is_written_with_its_turn() {
    let place = Place::sqlite();
    let stage = Stage::of(Listener, &place).await;
    let ana = stage.ana();
    let mut cost = Vec::new();
    // The first ones make the person known, the lane, and her window.
    for (at, text) in ["hi", "HI", "hello", "HELLO", "again", "ONE", "MORE"].into_iter().enumerate() {
        let before = commits(&place);
        let status = stage.post(stage.text(&ana, &format!("wamid.{at}"), text).to_string()).await;
        assert_eq!(status, 200);
        until("the end of the turn", async || {
            let depth = stage.bot.handle().depth().await.expect("a depth");
            (depth.waiting == 0).then_some(())
        })
        .await;
        cost.push(commits(&place) - before);
    }
    assert_eq!(cost[2..], [2; 5], "whether or not a session is loaded and written");
    let (bot, number) = (stage.bot.handle(), stage.business().phone_number_id);
    let who = ana.person().wa_id.clone().expect("a wa_id");
    let seen: Seen = bot.messenger().session_of(number, who).await.expect("a session");
    assert_eq!(seen.texts, ["HI", "HELLO", "ONE", "MORE"]);
}
