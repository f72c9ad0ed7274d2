//! Sends of unknown fate, sends under names of the author's, and data of the author's that comes back with statuses.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use wappa::{
    emulator::{Fault, Scope},
    outbox::{SendError, Sent, Unsettled},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_status_settles_a_send_that_was_cut_off,
    what_nothing_settles_is_sent_again_or_not_as_set,
    under_one_name_a_message_goes_out_once,
    data_of_the_author_comes_back,
);

/// The chat that this is about, as a program outside any turn has it.
fn chat(stage: &Stage) -> Chat {
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    stage.bot.handle().chat(stage.business().phone_number_id, ana)
}

/// Says what it hears; keeps statuses.
#[derive(Clone, Default)]
struct Echo {
    statuses: Arc<Mutex<Vec<Status>>>,
    failed: Arc<Mutex<Vec<ErrorKind>>>,
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }

    async fn on_status(&self, _: Chat, status: Status) -> Result {
        self.statuses.lock().unwrap_or_else(PoisonError::into_inner).push(status);
        Ok(())
    }

    async fn on_turn_failed(&self, _: Chat, failed: wappa::handler::TurnFailed) -> Result {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(failed.error.kind());
        Ok(())
    }
}

async fn a_status_settles_a_send_that_was_cut_off(place: Place) {
    let stage = Stage::building(Echo::default(), &place, |bot| bot.unsettled(Unsettled::AtMostOnce)).await;
    stage.emulator.faults().inject(Fault::timeout_after_accept().only(Scope::Sends).times(2));
    stage.ana().says("in a turn").expect("said");
    stage.ana().sees("in a turn").await.expect("an answer");
    let receipt = chat(&stage).say("outside").await.expect("a receipt");
    assert_eq!(receipt.sent, Sent::Earlier);
    assert_eq!(said(&stage.ana()), ["in a turn", "outside"]);
}

async fn what_nothing_settles_is_sent_again_or_not_as_set(place: Place) {
    let handler = Echo::default();
    let stage = Stage::building(handler.clone(), &place, |bot| {
        bot.unsettled(Unsettled::AtMostOnce).settle_window(Duration::from_secs(8))
    });
    let stage = stage.await;
    // Graph doesn't do it and doesn't answer: nobody can know.
    let lost = || stage.emulator.faults().inject(Fault::timeout().only(Scope::Sends));
    lost();
    stage.ana().says("once").expect("said");
    let failed = || handler.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    until("the turn to be given up on", async || failed().pop()).await;
    assert_eq!(failed(), [ErrorKind::Unsettled], "tried again it would be the same");

    let chat = chat(&stage);
    lost();
    assert!(matches!(chat.say("twice rather").await, Err(SendError::Unsettled)));
    lost();
    let receipt = chat.say("twice rather").unsettled(Unsettled::Resend).await.expect("a receipt");
    assert_eq!(receipt.sent, Sent::Now);
    assert_eq!(said(&stage.ana()), ["twice rather"]);
}

async fn under_one_name_a_message_goes_out_once(place: Place) {
    let stage = Stage::of(Echo::default(), &place).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an answer");
    let chat = chat(&stage);
    let paid = |name: &str| chat.say("paid").key(format!("order-{name}-paid"));
    let (first, at_once) = tokio::join!(paid("17"), paid("17"));
    let (first, at_once) = (first.expect("a receipt"), at_once.expect("a receipt"));
    assert_eq!(first.id, at_once.id);
    let later = paid("17").await.expect("a receipt");
    assert_eq!((later.id, later.sent), (first.id.clone(), Sent::Earlier));
    let other = chat.say("something else").key("order-17-paid").await.expect("a receipt");
    assert_eq!(other.id, first.id, "the name counts, not the words");
    assert_ne!(paid("18").await.expect("a receipt").id, first.id);
    stage.ana().sees_answers(3).await.expect("both");
    assert_eq!(said(&stage.ana()), ["hi", "paid", "paid"]);
}

async fn data_of_the_author_comes_back(place: Place) {
    let handler = Echo::default();
    let stage = Stage::of(handler.clone(), &place).await;
    stage.ana().says("hi").expect("said");
    until("the statuses of an answer without data", async || {
        let statuses = handler.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.iter().any(|status| status.opaque.is_none()).then_some(())
    })
    .await;
    let longest = "ñ".repeat(476);
    chat(&stage).say("with data").opaque(longest.clone()).await.expect("a receipt");
    let seen = until("a status", async || {
        let statuses = handler.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.iter().find_map(|status| status.opaque.clone())
    });
    assert_eq!(seen.await, longest, "as it was given, without what is ours");
    let refused = chat(&stage).say("too much").opaque(longest + "x").await.expect_err("513 characters");
    assert!(matches!(&refused, SendError::Draft(_)), "{refused}");
}
