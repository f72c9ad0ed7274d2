//! "typing…" while a handler is at work: not for a fast one, again and again for a slow one, and never behind its answer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use wappa::{
    clock::BoxFuture,
    cloud::{GraphRequest, GraphResponse, RequestBody, Transport, TransportError},
    dispatch::DispatchSettings,
    emulator::{Emulator, EmulatorConfig},
    prelude::*,
};

use crate::{
    dial::Dial,
    stage::{Place, Stage, said},
    wait::until,
};

/// What went to Meta: messages, and that somebody types.
#[derive(Clone)]
struct Watched {
    behind: Arc<dyn Transport>,
    seen: Arc<Mutex<Vec<&'static str>>>,
}

impl Watched {
    fn seen(&self) -> Vec<&'static str> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Watched {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        if let RequestBody::Json(body) = &request.body {
            let body: serde_json::Value = serde_json::from_slice(body).expect("JSON");
            let seen = if body["typing_indicator"].is_null() { "said" } else { "typing" };
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        }
        self.behind.call(request)
    }
}

/// What the test lets a handler do, one thing after the other.
#[derive(Clone, Default)]
struct Leave(Arc<Notify>);

/// Is at work until it may answer, and then until it may end.
async fn slow(chat: Chat, State(leave): State<Leave>, message: Message) -> Result {
    match message.text() {
        Some("at once") => drop(chat.say("at once").await?),
        Some("silent") => {}
        _ => {
            leave.0.notified().await;
            chat.say("done").await?;
            leave.0.notified().await;
        }
    }
    Ok(())
}

/// The same, without a layer.
async fn slow_by_itself(chat: Chat, leave: State<Leave>, message: Message) -> Result {
    let work = slow(chat.clone(), leave, message);
    chat.typing_while(work).await
}

async fn plays(bot: Router) {
    let (leave, dial) = (Leave::default(), Dial::at(1_772_366_400));
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let watched = Watched { behind: emulator.transport(), seen: Arc::default() };
    let transport = Arc::new(watched.clone()) as Arc<dyn Transport>;
    let clock = Arc::new(dial.clone());
    let bot = bot.state(leave.clone());
    let stage = Stage::try_building(bot, &Place::memory(), emulator, |wappa| {
        let dispatch = DispatchSettings { deadline: Duration::from_hours(24), ..DispatchSettings::default() };
        wappa.custom_clock(clock).custom_transport(transport).dispatch(dispatch)
    })
    .await
    .expect("a bot");

    stage.ana().says("at once").expect("said");
    stage.ana().sees("at once").await.expect("an answer");
    stage.ana().says("silent").expect("said");
    stage.is_at_rest().await;
    dial.by(Duration::from_secs(30));
    assert_eq!(watched.seen(), ["said"], "fast handlers cost no call");

    stage.ana().says("work").expect("said");
    for times in 1..=3 {
        let shown = ["said"].into_iter().chain(std::iter::repeat_n("typing", times));
        let shown: Vec<&str> = shown.collect();
        until("typing", async || {
            dial.by(Duration::from_secs(1));
            (watched.seen() == shown).then_some(())
        })
        .await;
    }
    assert!(stage.ana().chat().typing_until != 0, "the person sees it");
    leave.0.notify_one();
    stage.ana().sees("done").await.expect("an answer");
    let after = watched.seen();
    // Two minutes of further work, in which somebody else is answered.
    for _ in 0..12 {
        dial.by(Duration::from_secs(10));
        let before = said(&stage.ben()).len();
        stage.ben().says("at once").expect("said");
        stage.ben().sees_answers(before + 1).await.expect("an answer");
    }
    assert!(!watched.seen()[after.len()..].contains(&"typing"), "{:?}", watched.seen());
    assert_eq!(stage.ana().chat().typing_until, 0, "and no more");
    leave.0.notify_one();
    stage.is_at_rest().await;
}

#[tokio::test]
async fn a_layer_shows_typing_for_as_long_as_it_takes() {
    plays(Router::new().on(slow).layer(KeepTyping::new())).await;
}

#[tokio::test]
async fn a_handler_shows_typing_for_as_long_as_it_takes() {
    plays(Router::new().on(slow_by_itself)).await;
}
