//! Marketing: who has stopped it gets none, however they said so, for as long as they want.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use wappa::{
    happening::ConsentBy,
    outbox::{SendError, StopWords, Wanted},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, envelope, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_word_stops_marketing_and_another_resumes_it,
    whatsapps_own_switch_is_heeded_though_nobody_listens,
    what_meta_does_not_deliver_is_not_sent_again,
    the_program_may_say_it_too,
    a_choice_stays_with_the_person,
    a_failing_handler_does_not_undo_a_choice,
);

/// Echoes, and keeps the choices it is told of, if it listens.
#[derive(Clone, Default)]
struct Echo {
    choices: Arc<Mutex<Vec<Consent>>>,
}

impl Echo {
    fn told(&self) -> Vec<Consent> {
        self.choices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        match message.text().unwrap_or_default() {
            "no more offers" => chat.set_marketing(Wanted::No).await?,
            text => drop(chat.say(text).await?),
        }
        Ok(())
    }

    async fn on_consent(&self, chat: Chat, consent: Consent) -> Result {
        chat.say(format!("{:?}", consent.marketing)).await?;
        self.choices.lock().unwrap_or_else(PoisonError::into_inner).push(consent);
        Ok(())
    }
}

/// Hears messages only.
struct Deaf;

impl EventHandler for Deaf {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or_default()).await?;
        if message.text() == Some("Unsubscribe") { Err(Error::msg("as asked")) } else { Ok(()) }
    }
}

fn chat_of(stage: &Stage, name: &str) -> Chat {
    let person = stage.emulator.person(name).expect("a person");
    let wa_id = person.person().wa_id.clone().expect("a wa_id");
    stage.bot.handle().chat(stage.business().phone_number_id, wa_id)
}

fn offer() -> Template {
    Template::new("hello_world", "en_US")
}

async fn wants(chat: &Chat, wanted: Wanted) {
    until("the choice", async || (chat.marketing().await.expect("an answer") == wanted).then_some(())).await;
}

async fn a_word_stops_marketing_and_another_resumes_it(place: Place) {
    let handler = Echo::default();
    let stage = Stage::building(handler.clone(), &place, |bot| {
        bot.marketing_templates(["hello_world"]).stop_words(StopWords::default().stop("prekini"))
    });
    let stage = stage.await;
    let (ana, ben) = (chat_of(&stage, "Ana"), chat_of(&stage, "Ben"));
    // Nobody who has not stopped anything resumes it.
    stage.ana().says("start").expect("said");
    stage.ana().sees("start").await.expect("an answer");
    ana.template(offer()).await.expect("sent");
    stage.ana().says("Prekini!").expect("said");
    stage.ana().sees("No").await.expect("she is told");
    for refused in [ana.template(offer()).await, ana.say("only today!").marketing().await] {
        let refused = refused.expect_err("she wants none");
        assert!(matches!(refused, SendError::MarketingStopped));
        assert_eq!(Error::from(refused).kind(), ErrorKind::Held);
    }
    let through_meta = ana.send(Template::new("other", "en_US").marketing()).await;
    assert!(through_meta.expect_err("nor that").is_marketing_stopped());
    ana.say("your order is ready").await.expect("what does not advertise is sent");
    ben.template(offer()).await.expect("others get theirs");
    stage.ana().says("start").expect("said");
    stage.ana().sees("Yes").await.expect("she is told");
    ana.template(offer()).await.expect("sent again");
    let by = |word: &str| ConsentBy::Word(word.to_owned());
    let told = handler.told();
    let told: Vec<_> = told.iter().map(|consent| (consent.marketing, consent.by.clone())).collect();
    assert_eq!(told, [(Wanted::No, by("prekini")), (Wanted::Yes, by("start"))]);
}

async fn whatsapps_own_switch_is_heeded_though_nobody_listens(place: Place) {
    let stage = Stage::of(Deaf, &place).await;
    let ana = chat_of(&stage, "Ana");
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an answer");
    stage.ana().opts_out().expect("a switch");
    wants(&ana, Wanted::No).await;
    assert!(matches!(ana.say("offer").marketing().await, Err(SendError::MarketingStopped)));
    stage.ana().opts_in().expect("a switch");
    wants(&ana, Wanted::Yes).await;
    ana.say("offer").marketing().await.expect("sent");
    stage.ana().says("Baja").expect("said");
    stage.ana().sees("Baja").await.expect("a word is a message for who hears of no choices");
    assert_eq!(ana.marketing().await.expect("an answer"), Wanted::No);
}

async fn what_meta_does_not_deliver_is_not_sent_again(place: Place) {
    let handler = Echo::default();
    let stage = Stage::of(handler.clone(), &place).await;
    let fault = wappa::emulator::Fault::refuse(131_050);
    stage.emulator.faults().inject(fault);
    let ana = chat_of(&stage, "Ana");
    let refused = ana.template(offer()).await.expect_err("Meta refuses");
    assert!(refused.is_marketing_stopped());
    wants(&ana, Wanted::No).await;
    assert!(matches!(ana.template(offer()).marketing().await, Err(SendError::MarketingStopped)));

    // Accepted and failed later.
    let fault = wappa::emulator::Fault::fail_delivery(131_050).only(wappa::emulator::Scope::Sends);
    stage.emulator.faults().inject(fault);
    let ben = chat_of(&stage, "Ben");
    ben.template(offer()).await.expect("accepted");
    wants(&ben, Wanted::No).await;
    until("both to be told", async || (handler.told().len() == 2).then_some(())).await;
    assert!(handler.told().iter().all(|consent| consent.by == ConsentBy::Refusal));
}

async fn the_program_may_say_it_too(place: Place) {
    let handler = Echo::default();
    let stage = Stage::of(handler.clone(), &place).await;
    let ana = chat_of(&stage, "Ana");
    stage.ana().says("no more offers").expect("said");
    wants(&ana, Wanted::No).await;
    ana.set_marketing(Wanted::Yes).await.expect("written");
    wants(&ana, Wanted::Yes).await;
    until("both to be told", async || (handler.told().len() == 2).then_some(())).await;
    assert!(handler.told().iter().all(|consent| consent.by == ConsentBy::Program));
}

async fn a_choice_stays_with_the_person(place: Place) {
    let stage = Stage::of(Echo::default(), &place).await;
    stage.ana().says("stop").expect("said");
    wants(&chat_of(&stage, "Ana"), Wanted::No).await;
    // She moves to another number, and Meta says so.
    let before = stage.ana().person().wa_id.clone().expect("a wa_id");
    let number = stage.business().phone_number_id;
    let moved = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": number },
        "messages": [{
            "from": before, "id": "wamid.moved", "timestamp": "1739321024", "type": "system",
            "system": { "type": "user_changed_number", "body": "moved", "wa_id": "15559990000" },
        }],
    });
    let body = envelope(&[json!({ "id": "1", "changes": [{ "field": "messages", "value": moved }] })]);
    assert_eq!(stage.post(body.to_string()).await, 200);
    let now = stage.bot.handle().chat(number, WaId::from("15559990000"));
    assert_eq!(now.marketing().await.expect("an answer"), Wanted::No, "and is the same person");
}

async fn a_failing_handler_does_not_undo_a_choice(place: Place) {
    let stage = Stage::of(Deaf, &place).await;
    let ana = chat_of(&stage, "Ana");
    stage.ana().says("Unsubscribe").expect("said");
    until("the turn to be given up on", async || {
        (stage.bot.handle().depth().await.expect("a depth").dead == 1).then_some(())
    })
    .await;
    assert_eq!(ana.marketing().await.expect("an answer"), Wanted::No);
    assert_eq!(said(&stage.ana()), ["Unsubscribe"], "said once, however often it was tried");
}

#[tokio::test]
async fn the_next_process_knows_who_has_stopped() {
    let place = Place::sqlite();
    let Stage { bot, emulator } = Stage::of(Echo::default(), &place).await;
    emulator.person("Ana").expect("Ana").says("stop").expect("said");
    emulator.person("Ana").expect("Ana").sees("No").await.expect("she is told");
    bot.shutdown().await;
    drop(bot);
    let next = Stage::with(Deaf, &place, emulator).await;
    let refused = chat_of(&next, "Ana").template(offer()).marketing().await;
    assert!(matches!(refused, Err(SendError::MarketingStopped)));
    chat_of(&next, "Ben").template(offer()).marketing().await.expect("sent");
}
