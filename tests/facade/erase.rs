//! Erasing a person on request, as a bot's author does it.

use std::sync::Arc;

use tokio::sync::Notify;
use wappa::prelude::*;

use crate::{
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(an_erased_person_is_a_stranger, a_turn_under_way_leaves_nothing_behind);

#[derive(Default, Serialize, Deserialize)]
struct Count(u32);

/// Counts what each person says, and waits in the middle of "slow".
struct Counts {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl EventHandler for Counts {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut count = chat.session::<Count>().await?;
        count.0 += 1;
        if message.text() == Some("slow") {
            self.begun.notify_one();
            self.go_on.notified().await;
        }
        chat.say(format!("number {}", count.0)).await?;
        Ok(())
    }
}

fn counts() -> (Counts, Arc<Notify>, Arc<Notify>) {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    (Counts { begun: Arc::clone(&begun), go_on: Arc::clone(&go_on) }, begun, go_on)
}

async fn an_erased_person_is_a_stranger(place: Place) {
    let stage = Stage::of(counts().0, &place).await;
    let (ana, ben) = (stage.ana(), stage.ben());
    for who in [&ana, &ben] {
        who.says("a").expect("said");
        who.sees("number 1").await.expect("an answer");
    }
    until("the turns have ended", async || {
        (stage.bot.handle().depth().await.expect("a depth").waiting == 0).then_some(())
    })
    .await;
    let handle = stage.bot.handle();
    let id = ana.person().user_id.clone();
    let erased = handle.erase(id.clone()).await.expect("erased");
    assert_eq!((erased.persons, erased.sessions), (1, 1));
    assert_eq!(handle.erase(id).await.expect("erased").persons, 0, "once is enough");
    ana.says("b").expect("said");
    until("a first answer again", async || (said(&ana) == ["number 1", "number 1"]).then_some(())).await;
    ben.says("b").expect("said");
    ben.sees("number 2").await.expect("others are remembered");
}

async fn a_turn_under_way_leaves_nothing_behind(place: Place) {
    let (bot, begun, go_on) = counts();
    let stage = Stage::of(bot, &place).await;
    let ana = stage.ana();
    ana.says("slow").expect("said");
    begun.notified().await;
    let erased = stage.bot.handle().erase(ana.person().user_id.clone()).await.expect("erased");
    assert_eq!((erased.persons, erased.events), (1, 1));
    go_on.notify_one();
    ana.says("quick").expect("said");
    until("a first answer", async || said(&ana).iter().any(|said| said == "number 1").then_some(())).await;
    ana.says("quick").expect("said");
    ana.sees("number 2").await.expect("the session of the turn that was erased is not there");
}
