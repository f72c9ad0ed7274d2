//! The end of a bot and its next start.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode};
use tokio::sync::Notify;
use wappa::{
    clock::{BoxFuture, SystemClock},
    cloud::{GraphRequest, GraphResponse, RequestBody, Transport, TransportError},
    dispatch::DispatchSettings,
    emulator::{Emulator, EmulatorConfig, RouterSink},
    prelude::*,
};

use crate::{
    stage::{Place, Stage, said},
    turns::Counter,
    wait::until,
    with_either_store,
};

/// Answers when it is let.
#[derive(Clone, Default)]
struct Held {
    begun: Arc<Notify>,
    go: Arc<Notify>,
}

impl EventHandler for Held {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        self.begun.notify_one();
        self.go.notified().await;
        chat.say(format!("heard {}", message.text().unwrap_or_default())).await?;
        Ok(())
    }
}

with_either_store!(finishes_what_is_under_way_and_takes_nothing_more);

async fn finishes_what_is_under_way_and_takes_nothing_more(place: Place) {
    let handler = Held::default();
    let stage = Stage::of(handler.clone(), &place).await;
    assert_eq!(stage.get("/ready").await.0, StatusCode::OK);
    stage.ana().says("one").expect("said");
    handler.begun.notified().await;

    let mut down = pin!(stage.bot.shutdown());
    tokio::select! {
        biased;
        left = &mut down => panic!("down although a handler runs: {left:?}"),
        () = std::future::ready(()) => {}
    }
    let late = stage.text(&stage.ana(), "wamid.late", "late").to_string();
    assert_eq!(stage.post(late).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.get("/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.get("/health").await.0, StatusCode::OK);

    handler.go.notify_one();
    let left = down.await;
    assert_eq!((left.cut_off, left.waiting), (0, 0));
    stage.bot.drained().await;
    assert_eq!(said(&stage.ana()), ["heard one"]);
}

#[tokio::test]
async fn the_next_bot_on_the_same_file_goes_on() {
    let place = Place::sqlite();
    let Stage { bot, emulator } = Stage::of(Counter, &place).await;
    let ana = emulator.person("Ana").expect("Ana");
    ana.says("hi").expect("said");
    ana.sees("visit 1").await.expect("an answer");
    bot.shutdown().await;
    drop(bot);
    // Nobody takes this one; Meta brings it again.
    emulator.connect(Arc::new(RouterSink::new(Router::new())));
    ana.says("anybody?").expect("said");

    // The first bot has let go of the file, although its routes may still be around.
    let next = Stage::try_with(Counter, &place, emulator.clone()).await.expect("a bot on the same file");
    next.ana().sees("visit 2").await.expect("the session, and what came meanwhile");
    assert_eq!(said(&next.ana()), ["visit 1", "visit 2"]);
}

/// Never answers a message that says "two", until told otherwise.
struct Swallows {
    graph: Arc<dyn Transport>,
    at: Arc<Notify>,
}

impl Transport for Swallows {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        if matches!(&request.body, RequestBody::Json(body) if body.windows(5).any(|word| word == b"\"two\""))
        {
            self.at.notify_one();
            return Box::pin(std::future::pending());
        }
        self.graph.call(request)
    }
}

/// Says three things; to "hang", it comes to no end the first time.
#[derive(Clone, Default)]
struct Talkative {
    hung: Arc<AtomicBool>,
    hangs: Arc<Notify>,
}

impl EventHandler for Talkative {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if message.text() == Some("hang") && !self.hung.swap(true, Ordering::SeqCst) {
            self.hangs.notify_one();
            std::future::pending::<()>().await;
        }
        for text in ["one", "two", "three"] {
            chat.say(text).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_hangs_is_cut_off_and_done_after_the_next_start() {
    let (place, handler, at) = (Place::sqlite(), Talkative::default(), Arc::new(Notify::new()));
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let swallows = Swallows { graph: emulator.transport(), at: Arc::clone(&at) };
    // An attempt that was spent on the way down would be the last one.
    let once = DispatchSettings { attempts: 1, ..DispatchSettings::default() };
    let stage = Stage::try_building(handler.clone(), &place, emulator, |bot| {
        let bot = bot.custom_transport(Arc::new(swallows)).custom_clock(Arc::new(SystemClock));
        bot.dispatch(once).shutdown_grace(Duration::ZERO)
    });
    let Stage { bot, emulator } = stage.await.expect("a bot");
    let (ana, ben) = (emulator.person("Ana").expect("Ana"), emulator.person("Ben").expect("Ben"));
    ana.says("go on").expect("said");
    at.notified().await;
    ben.says("hang").expect("said");
    handler.hangs.notified().await;
    until("the end of all that does not hang", async || {
        let waiting = bot.handle().depth().await.expect("a depth").waiting;
        (emulator.undelivered() == 0 && waiting == 2).then_some(())
    })
    .await;

    let left = bot.shutdown().await;
    // A worker that has just ended its turn may not be gone yet.
    assert!(left.cut_off >= 2, "{left:?}");
    assert_eq!(left.waiting, 2);
    assert_eq!((said(&ana), said(&ben)), (vec!["one".to_owned()], Vec::new()));
    drop(bot);

    let next = Stage::try_building(handler, &place, emulator, |bot| bot.dispatch(once)).await;
    let next = next.expect("a bot on the same file");
    for who in [&ana, &ben] {
        who.sees("three").await.expect("the last of it");
        assert_eq!(said(who), ["one", "two", "three"], "what was said before is not said again");
    }
    assert_eq!(next.bot.handle().depth().await.expect("a depth").dead, 0);
}
