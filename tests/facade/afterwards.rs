//! What becomes of messages after Meta has accepted them: those that fail, those of which nothing is heard, what they cost.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use wappa::{
    cloud::DraftKind,
    emulator::{ClosedWindow, Emulator, EmulatorConfig, Fault, Scope, world::Tick},
    outbox::WindowGuard,
    prelude::*,
    store::{Cost, CostLine},
};

use crate::{
    stage::{Place, Stage, World, envelope},
    wait::until,
    with_either_store,
};

with_either_store!(
    what_failed_is_told_with_what_it_was,
    silence_is_noticed_once,
    what_messages_cost_is_counted_once,
    a_router_hears_of_both,
);

const SILENCE: Duration = Duration::from_mins(5);

type Told<T> = Arc<Mutex<Vec<T>>>;

fn all<T: Clone>(told: &Told<T>) -> Vec<T> {
    told.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn put<T>(told: &Told<T>, one: T) {
    told.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

/// Echoes, and keeps what it is told of its messages; of statuses in general it hears nothing.
#[derive(Clone, Default)]
struct Keeper {
    failed: Told<FailedMessage>,
    silent: Told<SentMessage>,
}

impl EventHandler for Keeper {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("no text")).opaque("an answer").await?;
        Ok(())
    }

    async fn on_failed(&self, chat: Chat, failed: FailedMessage) -> Result {
        assert!(chat.user().wa_id().is_some(), "it is the conversation's");
        put(&self.failed, failed);
        Ok(())
    }

    async fn on_undelivered(&self, chat: Chat, message: SentMessage) -> Result {
        assert!(chat.user().wa_id().is_some(), "it is the conversation's");
        put(&self.silent, message);
        Ok(())
    }
}

fn chat(stage: &Stage) -> Chat {
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    stage.bot.handle().chat(stage.business().phone_number_id, ana)
}

async fn what_failed_is_told_with_what_it_was(place: Place) {
    let keeper = Keeper::default();
    let stage = Stage::of(keeper.clone(), &place).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an answer");
    // Statuses that are no failures teach the corridor that nobody listens to them.
    let list = List::new("Which?", "See").rows("All", [Row::new("a", "A")]);
    stage.emulator.faults().inject(Fault::fail_delivery(131_026).only(Scope::Sends));
    let receipt = chat(&stage).send(list).opaque("order 17").await.expect("accepted");
    let failed = until("the failure", async || all(&keeper.failed).pop()).await;
    assert_eq!((failed.code(), &failed.status.id), (Some(131_026), &receipt.id));
    assert_eq!(failed.status.opaque.as_deref(), Some("order 17"));
    let message = failed.message.expect("it is in the ledger");
    assert_eq!((message.kind, message.opaque.as_deref()), (Some(DraftKind::Interactive), Some("order 17")));
    assert_eq!((message.id, message.number), (Some(receipt.id), stage.business().phone_number_id));
    assert!(message.said.is_some());
}

async fn shared_time(handler: impl EventHandler, place: &Place, emulator: Emulator) -> Stage {
    let clock = Arc::new(World(emulator.clock()));
    let stage = Stage::try_building(handler, place, emulator, |bot| {
        bot.custom_clock(clock).window_guard(WindowGuard::Off).undelivered_after(SILENCE)
    });
    stage.await.expect("a bot")
}

async fn silent_emulator() -> Emulator {
    let config = EmulatorConfig::for_tests().closed_window(ClosedWindow::Silent);
    Emulator::open(config).await.expect("an emulator")
}

/// Lets time pass until there are so many.
async fn told(stage: &Stage, keeper: &Keeper, count: usize) -> Vec<SentMessage> {
    until("silence to be noticed", async || {
        stage.emulator.advance(Duration::from_secs(10));
        let silent = all(&keeper.silent);
        (silent.len() >= count).then_some(silent)
    })
    .await
}

async fn silence_is_noticed_once(place: Place) {
    let keeper = Keeper::default();
    let stage = shared_time(keeper.clone(), &place, silent_emulator().await).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an answer, of which statuses tell");
    until("the statuses to be taken", async || {
        let messages = stage.ana().chat().messages;
        let delivered = messages.last().is_some_and(|answer| answer.status >= Tick::Delivered);
        (delivered && stage.emulator.undelivered() == 0).then_some(())
    })
    .await;
    stage.emulator.advance(Duration::from_hours(25));
    // The window is closed, and Meta says nothing of it.
    let began = stage.emulator.clock().now();
    let receipt = chat(&stage).say("still there?").opaque("reminder").await.expect("accepted");
    let named = chat(&stage).say("hello?").key("reminder-2").await.expect("accepted");
    let silent = told(&stage, &keeper, 2).await;
    assert!(stage.emulator.clock().now().since(began) >= SILENCE, "not before its time");
    let of = |id: &MessageId| silent.iter().find(|message| message.id.as_ref() == Some(id)).expect("told of");
    assert_eq!(of(&receipt.id).opaque.as_deref(), Some("reminder"));
    assert_eq!((of(&named.id).kind, of(&named.id).opaque.as_deref()), (Some(DraftKind::Text), None));
    // Something that is told of later, so that there was time for more.
    chat(&stage).say("last").await.expect("accepted");
    assert_eq!(told(&stage, &keeper, 3).await.len(), 3, "each once, and what was delivered never");
}

#[tokio::test]
async fn the_next_process_notices_what_became_silent_before() {
    let place = Place::sqlite();
    let stage = shared_time(Keeper::default(), &place, silent_emulator().await).await;
    for nth in 0..3 {
        chat(&stage).say(format!("{nth}")).await.expect("accepted");
    }
    let Stage { bot, emulator } = stage;
    bot.shutdown().await;
    drop(bot);
    emulator.advance(Duration::from_hours(24));
    let keeper = Keeper::default();
    let next = shared_time(keeper.clone(), &place, emulator).await;
    assert_eq!(told(&next, &keeper, 3).await.len(), 3);
    let Stage { bot, emulator } = next;
    bot.shutdown().await;
    drop(bot);
    let again = Keeper::default();
    let third = shared_time(again.clone(), &place, emulator).await;
    chat(&third).say("last").await.expect("accepted");
    assert_eq!(told(&third, &again, 1).await.len(), 1, "what was told of is not told again");
}

/// A status that Meta might send for a message of ours.
fn status(
    stage: &Stage,
    id: &str,
    word: &str,
    opaque: &str,
    pricing: &Value,
    conversation: &Value,
) -> String {
    let wa_id = stage.ana().person().wa_id.clone().expect("a wa_id");
    let mut status = json!({
        "id": id, "status": word, "timestamp": "1739321024", "recipient_id": wa_id,
        "biz_opaque_callback_data": opaque, "pricing": pricing,
    });
    if !conversation.is_null() {
        status["conversation"] = conversation.clone();
    }
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": stage.business().phone_number_id },
        "statuses": [status],
    });
    envelope(&[json!({ "id": "1", "changes": [{ "field": "messages", "value": value }] })]).to_string()
}

async fn what_messages_cost_is_counted_once(place: Place) {
    let stage = Stage::of(Keeper::default(), &place).await;
    let key = |n: u32| format!("w1.{n:032x}");
    let by_message = |category: &str, billable: bool| {
        let kind = if billable { "regular" } else { "free_customer_service" };
        json!({ "billable": billable, "pricing_model": "PMP", "type": kind, "category": category })
    };
    let by_conversation = json!({ "billable": true, "pricing_model": "CBP", "category": "service" });
    let conversation = json!({ "id": "c1", "origin": { "type": "service" } });
    let none = Value::Null;
    for (id, word, opaque, pricing, conversation) in [
        ("wamid.1", "sent", key(1), by_message("marketing", true), &none),
        ("wamid.1", "delivered", key(1), by_message("marketing", true), &none),
        ("wamid.1", "delivered", key(1), by_message("marketing", true), &none),
        ("wamid.2", "sent", key(2), by_message("marketing", true), &none),
        ("wamid.3", "sent", key(3), by_message("utility", false), &none),
        ("wamid.4", "sent", key(4), by_conversation.clone(), &conversation),
        ("wamid.5", "sent", key(5), by_conversation.clone(), &conversation),
        ("wamid.6", "sent", "not ours".to_owned(), by_message("utility", true), &none),
        ("wamid.7", "sent", key(7), json!("nonsense"), &none),
    ] {
        let body = status(&stage, id, word, &opaque, &pricing, conversation);
        assert_eq!(stage.post(body).await, 200);
    }
    let costs: Vec<Cost> = stage.bot.costs().await.expect("the costs");
    let counted: Vec<_> = costs
        .iter()
        .map(|cost| (&*cost.line.category, &*cost.line.model, cost.count, cost.billable))
        .collect();
    assert_eq!(
        counted,
        [("marketing", "PMP", 2, 2), ("service", "CBP", 1, 1), ("utility", "PMP", 1, 0)],
        "what is not ours, or is no price, is not counted"
    );
    let day: Vec<&CostLine> = costs.iter().map(|cost| &cost.line).collect();
    assert!(day.iter().all(|line| line.begins().as_secs() == 1_739_318_400), "{day:?}");
    assert!(day.iter().all(|line| *line.number == *stage.business().phone_number_id.as_str()));
}

async fn a_router_hears_of_both(place: Place) {
    let keeper = Keeper::default();
    let router = Router::new()
        .on_failed(async |State(keeper): State<Keeper>, failed: FailedMessage| -> Result {
            put(&keeper.failed, failed);
            Ok(())
        })
        .on_undelivered(async |State(keeper): State<Keeper>, message: SentMessage| -> Result {
            put(&keeper.silent, message);
            Ok(())
        })
        .state(keeper.clone());
    let stage = shared_time(router, &place, silent_emulator().await).await;
    chat(&stage).say("hello?").await.expect("accepted");
    assert_eq!(told(&stage, &keeper, 1).await.len(), 1);
    stage.ana().says("hi").expect("said");
    stage.emulator.faults().inject(Fault::fail_delivery(131_026).only(Scope::Sends));
    chat(&stage).say("hi").await.expect("accepted");
    let failed = until("the failure", async || all(&keeper.failed).pop()).await;
    assert_eq!(failed.code(), Some(131_026));
}
