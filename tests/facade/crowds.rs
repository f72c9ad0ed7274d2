//! Many at once: a chat with thousands of messages, and thousands of chats with one.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use wappa::{
    clock::SystemClock,
    cloud::{BoxFuture, GraphRequest, GraphResponse, RequestBody, Transport, TransportError},
    emulator::{Emulator, EmulatorConfig},
    outbox::Pace,
    prelude::*,
};

use crate::{
    stage::{Place, Stage, delivery, message},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_chat_with_thousands_of_messages_has_them_in_order,
    thousands_of_chats_have_an_answer_each
);

/// A disk that is waited for makes thousands of turns in a row long.
fn count(place: &Place) -> usize {
    if matches!(place.choice(), StoreChoice::Memory) { 10_000 } else { 2_000 }
}

/// Items in one delivery.
const TOGETHER: usize = 250;

/// Meta, which takes everything and remembers who was told what.
#[derive(Default)]
pub(crate) struct Meta {
    told: Mutex<HashMap<String, Vec<String>>>,
}

impl Meta {
    fn told(&self) -> HashMap<String, Vec<String>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self) -> usize {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).values().map(Vec::len).sum()
    }
}

impl Transport for Meta {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let RequestBody::Json(body) = &request.body else { panic!("a message is JSON") };
        let said: Value = serde_json::from_slice(body).expect("JSON");
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.entry(word(&said["to"])).or_default().push(word(&said["text"]["body"]));
        let answer = GraphResponse {
            status: 200,
            retry_after: None,
            content_type: None,
            body: r#"{"messages":[{"id":"wamid.out"}]}"#.into(),
        };
        Box::pin(async { Ok(answer) })
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Said {
    count: usize,
}

struct Counts;

impl EventHandler for Counts {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let mut said = chat.session::<Said>().await?;
        said.count += 1;
        chat.say(format!("{} is the {}th", message.text().unwrap_or("no text"), said.count)).await?;
        Ok(())
    }
}

/// A bot that counts, and Meta without an emulator's memory.
pub(crate) async fn stage(place: &Place) -> (Stage, Arc<Meta>) {
    let (meta, emulator) = (Arc::new(Meta::default()), Emulator::open(EmulatorConfig::for_tests()).await);
    let transport = Arc::clone(&meta) as Arc<dyn Transport>;
    let stage = Stage::try_building(Counts, place, emulator.expect("an emulator"), |bot| {
        // What is done now and then is done at its own pace, not at the tests'.
        bot.custom_transport(transport).custom_clock(Arc::new(SystemClock)).pace(Pace::OFF)
    });
    (stage.await.expect("a bot"), meta)
}

/// A delivery of these messages, each from whom this says.
pub(crate) fn said(stage: &Stage, messages: Range<usize>, from: impl Fn(usize) -> usize) -> String {
    let text =
        |nth: usize| message(&format!("1555{:07}", from(nth)), &format!("wamid.{nth}"), &nth.to_string());
    let messages: Vec<Value> = messages.map(text).collect();
    delivery(&stage.business().phone_number_id, &messages).to_string()
}

/// So many messages, each from whom this says, many to a delivery.
async fn all_say(stage: &Stage, meta: &Meta, count: usize, from: impl Fn(usize) -> usize) {
    for first in (0..count).step_by(TOGETHER) {
        let together = first..count.min(first + TOGETHER);
        assert!(stage.post(said(stage, together, &from)).await.is_success());
    }
    all_answered(stage, meta, count).await;
}

/// Waits until so many messages are answered and nothing is left to do.
pub(crate) async fn all_answered(stage: &Stage, meta: &Meta, count: usize) {
    until("an answer to each", async || (meta.count() >= count).then_some(())).await;
    until("the end of every turn", async || {
        (stage.bot.handle().depth().await.expect("a depth").waiting == 0).then_some(())
    })
    .await;
}

async fn a_chat_with_thousands_of_messages_has_them_in_order(place: Place) {
    let (count, (stage, meta)) = (count(&place), stage(&place).await);
    all_say(&stage, &meta, count, |_| 0).await;
    let told = meta.told();
    let expected: Vec<String> = (0..count).map(|nth| format!("{nth} is the {}th", nth + 1)).collect();
    assert_eq!(told.len(), 1);
    assert!(told.values().all(|texts| *texts == expected), "each once, in order, and counted");
}

async fn thousands_of_chats_have_an_answer_each(place: Place) {
    let (count, (stage, meta)) = (count(&place), stage(&place).await);
    all_say(&stage, &meta, count, |nth| nth).await;
    let told = meta.told();
    assert_eq!(told.len(), count);
    for (who, texts) in told {
        let nth = who.trim_start_matches("+1555").trim_start_matches('0');
        let nth = if nth.is_empty() { "0" } else { nth };
        assert_eq!(texts, [format!("{nth} is the 1th")], "{who}");
    }
}
