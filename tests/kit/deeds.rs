//! What people do beyond talking reaches the bot, stands in the transcript, and can be played from a file.

use serde_json::json;
use wappa::{
    cloud::{CallChange, CallPermissionRequest, FlowMessage, LocationRequest, PreferenceValue},
    prelude::*,
    testing::{CallPermission, Order, OrderItem, Talk, World},
};

/// Says what it hears.
struct Ear;

impl EventHandler for Ear {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        match &message.content {
            Content::Text(text) => match text.as_str() {
                "form" => chat.send(FlowMessage::id("1", "Please", "Fill in").navigate("START")).await?,
                "place" => chat.send(LocationRequest::new("Where?")).await?,
                "call me" => chat.send(CallPermissionRequest::new()).await?,
                text => chat.say(format!("heard {text}")).await?,
            },
            Content::Edit(edit) => match &edit.content {
                Content::Text(text) => chat.say(format!("changed to {text}")).await?,
                other => chat.say(format!("changed to {other:?}")).await?,
            },
            Content::Revoke(_) => chat.say("deleted").await?,
            Content::Order(order) => chat.say(format!("{} ordered", order.items.len())).await?,
            Content::FlowReply(reply) => {
                chat.say(format!("form {}", reply.response::<serde_json::Value>()?["name"])).await?
            }
            Content::Location(place) => {
                chat.say(format!("at {} {}", place.latitude, place.longitude)).await?
            }
            Content::CallPermission(answer) => chat.say(format!("{:?}", answer.answer)).await?,
            other => chat.say(format!("{other:?}")).await?,
        };
        Ok(())
    }

    async fn on_echo(&self, chat: Chat, _: Echo) -> Result {
        chat.say("I leave it to you").await?;
        Ok(())
    }

    async fn on_call(&self, chat: Chat, call: Call) -> Result {
        match call.change {
            CallChange::Connect(_) => chat.say("hello?").await?,
            CallChange::Terminate(_) => chat.say("they hung up").await?,
            _ => return Ok(()),
        };
        Ok(())
    }

    async fn on_preference(&self, chat: Chat, preference: Preference) -> Result {
        let wanted = preference.value == Some(PreferenceValue::Resume);
        chat.say(if wanted { "welcome back" } else { "no more of that" }).await?;
        Ok(())
    }
}

#[wappa::test]
async fn what_was_said_can_be_changed_and_deleted() {
    let world = World::builder().with_app().build();
    let ana = world.bot(Ear).user("Ana");
    ana.says("helo").await;
    ana.edits("helo", "hello").await;
    ana.sees("changed to hello");
    ana.deletes("hello").await;
    ana.sees("deleted");
    let said = "\
Ana: helo
Bot: heard helo
Ana: (edits \"helo\") hello
Bot: changed to hello
Ana: (deletes \"hello\")
Bot: deleted
";
    assert_eq!(ana.transcript().to_string(), said);
}

#[wappa::test]
async fn the_owner_is_heard() {
    let world = World::builder().with_app().build();
    let ana = world.bot(Ear).user("Ana");
    ana.says("hi").await;
    world.owner_says(&ana, "on my way").await;
    ana.sees("on my way");
    ana.sees("I leave it to you");
    let said = "Ana: hi\nBot: heard hi\nOwner: on my way\nBot: I leave it to you\n";
    assert_eq!(ana.transcript().to_string(), said);
}

#[wappa::test]
async fn what_is_asked_for_is_given(world: World) {
    let ana = world.bot(Ear).user("Ana");
    ana.says("form").await;
    ana.submits(json!({"name": "Ana"})).await;
    ana.sees("form \"Ana\"");
    ana.says("place").await;
    ana.answers_location(52.5, 13.4).await;
    ana.sees("at 52.5 13.4");
    ana.says("call me").await;
    ana.answers_call_request(CallPermission::Permanent).await;
    ana.sees("Accept");
    let item = OrderItem {
        product_retailer_id: "pizza".into(),
        quantity: 2,
        item_price: 8.0,
        currency: "EUR".into(),
    };
    ana.orders(Order { catalog_id: "1".into(), text: None, product_items: vec![item] }).await;
    ana.sees("1 ordered");
}

#[wappa::test]
async fn a_call_is_heard_and_ends(world: World) {
    let ana = world.bot(Ear).user("Ana");
    let call = ana.calls().await;
    ana.sees("hello?");
    call.hangs_up().await;
    ana.sees("they hung up");
}

#[wappa::test]
async fn nothing_arrives_while_we_are_blocked(world: World) {
    let bot = world.bot(Ear);
    let ana = bot.user("Ana");
    ana.says("hi").await;
    ana.sees("heard hi");
    ana.blocks_us().await;
    let unseen = bot.says_to(&ana, "still there?").await;
    ana.sees_nothing();
    assert!(unseen.into_result().is_ok(), "Meta takes it all the same");
    ana.unblocks_us().await;
    bot.says_to(&ana, "and now?").await;
    ana.sees("and now?");
}

#[wappa::test]
async fn a_person_stays_the_same_with_another_number(world: World) {
    let ana = world.bot(Ear).user("Ana");
    ana.says("hi").await;
    let moved = ana.clone().changes_number("4915112345678");
    moved.says("it is me").await;
    moved.sees("heard it is me");
    assert_ne!(ana.phone().wa_id, moved.phone().wa_id);
}

const DONE: &str = "\
Ana: hi
Bot: heard hi
Ana: (edits \"hi\") hello
Bot: changed to hello
Ana: (deletes \"hello\")
Bot: deleted
Ana: (opts out)
Bot: no more of that
Ana: (opts in)
Bot: welcome back
Ana: (calls)
Bot: hello?
Ana: (blocks us)
";

#[wappa::test]
async fn all_of_it_can_be_played_and_is_written_as_it_went() {
    let world = World::builder().with_app().build();
    world.bot(Ear);
    let played = Talk::read(DONE).expect("a talk").play(&world);
    assert!(played.agrees(), "{played}");
    insta::assert_snapshot!(world.transcript(), @r#"
    Ana: hi
    Bot: heard hi
    Ana: (edits "hi") hello
    Bot: changed to hello
    Ana: (deletes "hello")
    Bot: deleted
    Ana: (opts out)
    Bot: no more of that
    Ana: (opts in)
    Bot: welcome back
    Ana: (calls)
    Bot: hello?
    Ana: (blocks us)
    "#);
}
