//! People who are called otherwise as time goes on: the bot knows them all the same.

use wappa::{emulator::Actor, prelude::*};

use crate::{
    stage::{Place, Stage},
    with_either_store,
};

with_either_store!(
    knows_them_under_a_new_number,
    knows_them_under_a_new_user_id,
    knows_them_when_they_hide_their_number,
);

/// Remembers the first thing each person said.
struct Remembers;

#[derive(Default, Serialize, Deserialize)]
struct First(String);

impl EventHandler for Remembers {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut first = chat.session::<First>().await?;
        let text = message.text().unwrap_or_default();
        if first.0.is_empty() {
            text.clone_into(&mut first.0);
        }
        chat.say(format!("{text}, after {}", first.0)).await?;
        Ok(())
    }
}

async fn hears(who: &Actor, text: &str, answer: &str) {
    who.says(text).expect("said");
    who.sees(answer).await.expect(answer);
}

async fn knows_them_under_a_new_number(place: Place) {
    let stage = Stage::of(Remembers, &place).await;
    let ana = stage.ana();
    hears(&ana, "one", "one, after one").await;
    let ana = ana.changes_number("34600111222").expect("a new number");
    hears(&ana, "two", "two, after one").await;
}

async fn knows_them_under_a_new_user_id(place: Place) {
    let stage = Stage::of(Remembers, &place).await;
    let ana = stage.ana();
    hears(&ana, "one", "one, after one").await;
    let (ana, _) = ana.changes_user_id().expect("a new id");
    hears(&ana, "two", "two, after one").await;
    let ana = ana.changes_number("34600111223").expect("a new number");
    hears(&ana, "three", "three, after one").await;
}

async fn knows_them_when_they_hide_their_number(place: Place) {
    let stage = Stage::of(Remembers, &place).await;
    let ana = stage.ana();
    hears(&ana, "one", "one, after one").await;
    let ana = ana.hides_number("ana.b");
    hears(&ana, "two", "two, after one").await;
    hears(&stage.ben(), "three", "three, after three").await;
}
