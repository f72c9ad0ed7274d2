//! The order in which messages leave for one person, whatever Graph does; and the gate for what Meta would reorder.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use wappa::{
    cloud::{BoxFuture, GraphRequest, GraphResponse, RequestBody, Transport, TransportError},
    emulator::{Emulator, EmulatorConfig, Fault, Scope},
    outbox::Pace,
    prelude::*,
};

use crate::{
    stage::{Place, Stage, World, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    messages_leave_in_order_whatever_graph_does,
    from_outside_they_leave_in_order_too,
    the_gate_opens_when_a_message_is_delivered,
    a_gate_that_nothing_opens_opens_by_itself,
);

/// Says three things about everything it hears.
struct Three;

impl EventHandler for Three {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        for nth in 1..=3 {
            chat.say(format!("{} {nth}", message.text().unwrap_or_default())).await?;
        }
        Ok(())
    }
}

/// What Graph does to the sends, one after the other.
fn troubles() -> Vec<Fault> {
    let of_sends = |fault: Fault| fault.only(Scope::Sends);
    vec![
        Fault::refuse(130_429),
        of_sends(Fault::slow(Duration::from_millis(40))),
        Fault::refuse(131_056),
        of_sends(Fault::timeout_after_accept()),
        of_sends(Fault::status(429)),
        of_sends(Fault::status(503)),
        of_sends(Fault::slow(Duration::from_millis(5))),
        Fault::refuse(131_000),
        Fault::refuse(80_007),
        of_sends(Fault::timeout_after_accept()),
        Fault::refuse(130_429).retry_after(Duration::from_secs(2)),
        of_sends(Fault::status(500)),
    ]
}

async fn messages_leave_in_order_whatever_graph_does(place: Place) {
    let stage = Stage::building(Three, &place, |bot| bot.settle_window(Duration::from_secs(10))).await;
    for fault in troubles().into_iter().chain(troubles()) {
        stage.emulator.faults().inject(fault);
    }
    let heard: Vec<String> = (0..8).map(|nth| format!("m{nth}")).collect();
    for text in &heard {
        stage.ana().says(text.as_str()).expect("said");
    }
    let expected: Vec<String> =
        heard.iter().flat_map(|text| (1..=3).map(move |nth| format!("{text} {nth}"))).collect();
    until("all answers", async || (said(&stage.ana()).len() >= expected.len()).then_some(())).await;
    assert_eq!(said(&stage.ana()), expected);
    assert!(stage.emulator.faults().active().len() < 6, "most troubles came");
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

async fn from_outside_they_leave_in_order_too(place: Place) {
    let stage = Stage::building(Three, &place, |bot| bot.settle_window(Duration::from_secs(10))).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi 3").await.expect("answers");
    for fault in troubles() {
        stage.emulator.faults().inject(fault);
    }
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let chat = stage.bot.handle().chat(stage.business().phone_number_id, ana);
    // Said at once, as by a program that doesn't wait for one before it says the next.
    let sends = (0..12).map(|nth| {
        let sending = chat.say(format!("{nth}"));
        let sending = if nth % 2 == 0 { sending.key(format!("named {nth}")) } else { sending };
        tokio::spawn(sending.into_future())
    });
    for sent in sends.collect::<Vec<_>>() {
        sent.await.expect("it ran").expect("sent");
    }
    let expected: Vec<String> = (0..12).map(|nth| nth.to_string()).collect();
    assert_eq!(said(&stage.ana())[3..], expected);
}

/// What went to Meta, by its kind, and what came back of it.
#[derive(Clone)]
struct Watched {
    behind: Arc<dyn Transport>,
    sent: Arc<Mutex<Vec<&'static str>>>,
}

impl Watched {
    fn sent(&self) -> Vec<&'static str> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Watched {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        if let RequestBody::Json(body) = &request.body {
            let body: serde_json::Value = serde_json::from_slice(body).expect("JSON");
            let sent = ["image", "text"].into_iter().find(|kind| body["type"] == *kind);
            self.sent.lock().unwrap_or_else(PoisonError::into_inner).extend(sent);
        }
        self.behind.call(request)
    }
}

/// Shows a picture and says something of it when it is there.
struct Gallery;

impl EventHandler for Gallery {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.send(Image::link("https://example.org/a.png")).until_delivered().await?;
        chat.say("That was it.").await?;
        Ok(())
    }
}

async fn gallery(place: &Place, delay: Duration) -> (Stage, Watched) {
    let config = EmulatorConfig::for_tests().delivery_delay(delay);
    let emulator = Emulator::open(config).await.expect("an emulator");
    let clock = Arc::new(World(emulator.clock()));
    let watched = Watched { behind: emulator.transport(), sent: Arc::default() };
    let transport = Arc::new(watched.clone()) as Arc<dyn Transport>;
    let stage = Stage::try_building(Gallery, place, emulator, |bot| {
        bot.custom_clock(clock).custom_transport(transport).pace(Pace::OFF)
    });
    (stage.await.expect("a bot"), watched)
}

async fn the_gate_opens_when_a_message_is_delivered(place: Place) {
    let delay = Duration::from_secs(4);
    let (stage, watched) = gallery(&place, delay).await;
    let began = stage.emulator.clock().now();
    stage.ana().says("show me").expect("said");
    until("the text", async || {
        stage.emulator.advance(Duration::from_millis(250));
        (watched.sent().len() == 2).then_some(())
    })
    .await;
    assert_eq!(watched.sent(), ["image", "text"]);
    let took = stage.emulator.clock().now().since(began);
    assert!(took >= delay, "not before it was delivered: {took:?}");
}

async fn a_gate_that_nothing_opens_opens_by_itself(place: Place) {
    let (stage, watched) = gallery(&place, Duration::from_millis(10)).await;
    stage.emulator.faults().inject(Fault::lost_status().until_lifted());
    let began = stage.emulator.clock().now();
    stage.ana().says("show me").expect("said");
    until("the text", async || {
        stage.emulator.advance(Duration::from_millis(500));
        (watched.sent().len() == 2).then_some(())
    })
    .await;
    assert_eq!(watched.sent(), ["image", "text"], "each once, though the turn was parked in between");
    let took = stage.emulator.clock().now().since(began);
    assert!(took >= Duration::from_secs(10), "not before its time: {took:?}");
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}
