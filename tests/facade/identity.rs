//! People who are called otherwise as time goes on: the bot knows them all the same, and nobody by another's memory.

use serde_json::{Value, json};
use wappa::{emulator::Actor, prelude::*};

use crate::{
    stage::{Place, Stage, envelope, value},
    with_either_store,
};

with_either_store!(
    knows_them_under_a_new_number,
    knows_them_under_a_new_user_id,
    knows_them_when_they_hide_their_number,
    a_number_that_comes_back_is_a_strangers,
    two_who_turn_out_to_be_one_are_one,
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

fn says(stage: &Stage, id: &str, text: &str, who: &Value) -> Value {
    let mut message =
        json!({ "id": id, "timestamp": "1739321024", "type": "text", "text": { "body": text } });
    for (name, id) in who.as_object().expect("ids") {
        message[name] = id.clone();
    }
    let number = stage.business().phone_number_id;
    envelope(&[json!({
        "id": "102290129340398",
        "changes": [{ "field": "messages", "value": value(&number, &[message]) }],
    })])
}

async fn a_number_that_comes_back_is_a_strangers(place: Place) {
    let stage = Stage::of(Remembers, &place).await;
    let (ana, ben) = (stage.ana(), stage.ben());
    hears(&ana, "one", "one, after one").await;
    let recycled = json!({ "from": ana.person().wa_id, "from_user_id": ben.person().user_id });
    stage.post(says(&stage, "wamid.S1", "two", &recycled).to_string()).await;
    ben.sees("two, after two").await.expect("a new conversation");
    hears(&ana.hides_number("ana"), "three", "three, after one").await;
}

async fn two_who_turn_out_to_be_one_are_one(place: Place) {
    let stage = Stage::of(Remembers, &place).await;
    let ana = stage.ana();
    let (number, user) = (json!(ana.person().wa_id), json!(ana.person().user_id));
    let steps = [
        ("one", json!({ "from": number }), "one, after one"),
        ("two", json!({ "from_user_id": user }), "two, after two"),
        ("three", json!({ "from": number, "from_user_id": user }), "three, after two"),
        ("four", json!({ "from": number }), "four, after two"),
    ];
    for (text, who, answer) in steps {
        stage.post(says(&stage, &format!("wamid.{text}"), text, &who).to_string()).await;
        ana.sees(answer).await.expect(answer);
    }
}
