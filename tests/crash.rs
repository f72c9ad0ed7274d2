//! The bot is killed while messages pour in and its handlers think; after the next start every message that it had
//! acknowledged has been answered, once and in order.

mod common;

use std::time::Duration;

use common::{
    meta::{acknowledged, answers, everybody, meta, start, texts},
    wait::{pause, until},
};
use wappa::emulator::world::Side;

const PEOPLE: usize = 40;
const EACH: usize = 5;
/// A hundred a second.
const BETWEEN: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_bot_answers_everything_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (emulator, origin) = meta(PEOPLE).await;
    let people = everybody(&emulator);

    let bot = start("slow-echo", folder.path(), &emulator, &origin).await;
    let mut bot = Some(bot);
    for round in 0..EACH {
        for (at, who) in people.iter().enumerate() {
            who.says(format!("{round}")).expect("said");
            pause(BETWEEN).await;
            if (round, at) == (EACH / 2, PEOPLE / 2)
                && let Some(bot) = bot.take()
            {
                bot.crash().await;
            }
        }
    }
    let (acked, answered) = (acknowledged(&people), answers(&people));
    assert!(answered > 0, "it had answered something");
    assert!(
        acked > answered,
        "it was killed while it owed answers: {acked} acknowledged, {answered} answered"
    );

    let bot = start("slow-echo", folder.path(), &emulator, &origin).await;
    until("an answer to every message", async || {
        (emulator.undelivered() == 0 && answers(&people) >= PEOPLE * EACH).then_some(())
    })
    .await;
    // It finishes what is under way, and has nothing left to say.
    assert_eq!(bot.end().await.code(), Some(0));
    for who in &people {
        assert_eq!(texts(who, Side::Business), texts(who, Side::Person), "{}", who.person().name);
    }
}
