//! What a turn leaves to be sent after it: with the turn, or never.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use wappa::{outbox::SendError, prelude::*};

use crate::{
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    what_is_left_goes_with_the_turn_or_never,
    only_a_turn_can_leave_something,
    a_file_may_be_left
);

/// Leaves two messages; its first try fails afterwards.
#[derive(Clone, Default)]
struct Leaves {
    runs: Arc<AtomicUsize>,
}

impl EventHandler for Leaves {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let text = message.text().unwrap_or_default();
        chat.at_end(Text::new(format!("{text}: first after run {run}"))).await?;
        chat.at_end(format!("{text}: second after run {run}")).await?;
        chat.say(format!("{text}: at once")).await?;
        if run == 0 { Err(Error::msg("not yet")) } else { Ok(()) }
    }
}

async fn what_is_left_goes_with_the_turn_or_never(place: Place) {
    let stage = Stage::of(Leaves::default(), &place).await;
    stage.ana().says("one").expect("said");
    stage.ana().says("two").expect("said");
    stage.ana().sees("two: second after run 2").await.expect("what was left");
    let expected = [
        "one: at once",
        "one: first after run 1",
        "one: second after run 1",
        "two: at once",
        "two: first after run 2",
        "two: second after run 2",
    ];
    assert_eq!(said(&stage.ana()), expected, "before anything else in the conversation");
    let depth = until("the end", async || {
        let depth = stage.bot.handle().depth().await.expect("a depth");
        (depth.waiting == 0).then_some(depth)
    });
    assert_eq!(depth.await.dead, 0);
}

async fn only_a_turn_can_leave_something(place: Place) {
    let stage = Stage::of(Leaves::default(), &place).await;
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    assert!(matches!(chat.at_end("hi").await, Err(SendError::NoTurn)));
}

/// Leaves a picture.
struct Shows;

impl EventHandler for Shows {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.at_end(Image::bytes(b"a picture".as_slice(), "image/png").caption("look")).await?;
        assert!(chat.at_end(Text::new("")).await.is_err(), "limits are checked at once");
        Ok(())
    }
}

async fn a_file_may_be_left(place: Place) {
    let stage = Stage::of(Shows, &place).await;
    stage.ana().says("show me").expect("said");
    stage.ana().sees("look").await.expect("the picture");
}

/// Has nothing to say.
struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Err(Error::msg("nothing should have come"))
    }
}

/// Leaves something and says nothing.
struct LeavesOne;

impl EventHandler for LeavesOne {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.at_end(message.text().unwrap_or_default()).await?;
        Ok(())
    }
}

#[tokio::test]
async fn the_next_process_sends_what_was_left() {
    let place = Place::sqlite();
    let stage = Stage::of(LeavesOne, &place).await;
    let number = stage.business().phone_number_id;
    stage.emulator.faults().expire_token(&number).expect("our number");
    stage.ana().says("later").expect("said");
    until("the message to be taken", async || {
        (stage.bot.handle().counts().taken.load(Ordering::Relaxed) > 0).then_some(())
    })
    .await;
    let Stage { bot, emulator } = stage;
    assert_eq!(bot.shutdown().await.waiting, 1, "the turn is over, and what it left waits");
    drop(bot);
    emulator.faults().renew_token(&number).expect("our number");
    let next = Stage::with(Silent, &place, emulator).await;
    next.ana().sees("later").await.expect("what was left");
    assert_eq!(said(&next.ana()), ["later"]);
}
