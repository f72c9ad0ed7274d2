//! The end of a bot and its next start.

use std::{pin::pin, sync::Arc};

use axum::{Router, http::StatusCode};
use tokio::sync::Notify;
use wappa::{emulator::RouterSink, prelude::*};

use crate::{
    stage::{Place, Stage, said},
    turns::Counter,
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
