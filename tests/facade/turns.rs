//! What an author relies on in a handler: answered once, remembered, tried again, never in the way of others.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, body::Bytes, http::StatusCode};
use tokio::sync::Notify;
use wappa::{
    clock::BoxFuture,
    cloud::AppSecret,
    emulator::{SignedWebhook, WebhookSink},
    handler::TurnFailed,
    prelude::*,
};

use crate::{
    stage::{Place, Stage, post, said},
    with_either_store,
};

with_either_store!(
    answers_a_text,
    answers_a_repeated_delivery_once,
    remembers_between_turns,
    says_nothing_twice_when_a_handler_fails,
    gives_up_on_a_panic_after_three_tries,
    hears_statuses_while_a_handler_runs,
);

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

async fn answers_a_text(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    stage.ana().says("¿Hay *alguien*? 👋").expect("said");
    stage.ben().says("hi from Ben").expect("said");
    stage.ana().sees("¿Hay *alguien*? 👋").await.expect("an answer");
    stage.ben().sees("hi from Ben").await.expect("an answer");
    assert_eq!(said(&stage.ana()).len(), 1);
}

/// Meta at its worst: every webhook comes three times, the last time written in other bytes.
struct Repeats {
    routes: Router,
    secret: AppSecret,
}

impl WebhookSink for Repeats {
    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16> {
        Box::pin(async move {
            let json: serde_json::Value = serde_json::from_slice(&webhook.body).expect("JSON");
            let rewritten = Bytes::from(serde_json::to_vec_pretty(&json).expect("JSON"));
            let again = self.secret.sign(&rewritten);
            let mut last = StatusCode::OK;
            for (body, signature) in [
                (webhook.body.clone(), &webhook.signature),
                (webhook.body.clone(), &webhook.signature),
                (rewritten, &again),
            ] {
                last = post(self.routes.clone(), body, Some(signature)).await;
            }
            last.as_u16()
        })
    }
}

async fn answers_a_repeated_delivery_once(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    let secret = stage.business().app_secret;
    stage.emulator.connect(Arc::new(Repeats { routes: stage.bot.routes(), secret }));
    for text in ["one", "two", "three"] {
        stage.ana().says(text).expect("said");
    }
    stage.ana().sees("three").await.expect("an answer");
    // One after another: what the repetitions of "one" and "two" cause comes before the answer to "three".
    assert_eq!(said(&stage.ana()), ["one", "two", "three"]);
}

#[derive(Default, Serialize, Deserialize)]
struct Visits {
    count: u32,
}

pub(crate) struct Counter;

impl EventHandler for Counter {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        let mut visits = chat.session::<Visits>().await?;
        visits.count += 1;
        chat.say(format!("visit {}", visits.count)).await?;
        Ok(())
    }
}

async fn remembers_between_turns(place: Place) {
    let stage = Stage::of(Counter, &place).await;
    for expected in ["visit 1", "visit 2", "visit 3"] {
        stage.ana().says("hi").expect("said");
        stage.ana().sees(expected).await.expect("an answer");
    }
    stage.ben().says("hi").expect("said");
    stage.ben().sees("visit 1").await.expect("an answer of his own");
}

/// Says something, then fails at the first try; a session that the failed try changed must not count.
#[derive(Default)]
struct Stumbles(AtomicUsize);

impl EventHandler for Stumbles {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        let mut visits = chat.session::<Visits>().await?;
        visits.count += 1;
        chat.say("working on it").await?;
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(Error::msg("not yet"));
        }
        chat.say(format!("done after {} visit", visits.count)).await?;
        Ok(())
    }
}

async fn says_nothing_twice_when_a_handler_fails(place: Place) {
    let stage = Stage::of(Stumbles::default(), &place).await;
    stage.ana().says("go").expect("said");
    stage.ana().sees("done").await.expect("the second try");
    assert_eq!(said(&stage.ana()), ["working on it", "done after 1 visit"]);
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

/// Panics whenever it is told to.
#[derive(Clone, Default)]
struct Panics {
    tries: Arc<AtomicUsize>,
    given_up: Arc<Mutex<Vec<(u32, ErrorKind)>>>,
}

impl EventHandler for Panics {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        let text = message.text().unwrap_or_default();
        if text == "boom" {
            self.tries.fetch_add(1, Ordering::Relaxed);
            panic!("as asked");
        }
        chat.say(format!("heard {text}")).await?;
        Ok(())
    }

    async fn on_turn_failed(&self, chat: Chat, failed: TurnFailed) -> Result {
        let given_up = (failed.attempts, failed.error.kind());
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).push(given_up);
        chat.say("Sorry.").await?;
        Ok(())
    }
}

async fn gives_up_on_a_panic_after_three_tries(place: Place) {
    let handler = Panics::default();
    let stage = Stage::of(handler.clone(), &place).await;
    stage.ana().says("boom").expect("said");
    stage.ben().says("hi").expect("said");
    stage.ben().sees("heard hi").await.expect("nobody else is concerned");
    stage.ana().says("still there?").expect("said");
    stage.ana().sees("heard still there?").await.expect("the conversation goes on");

    assert_eq!(said(&stage.ana()), ["Sorry.", "heard still there?"]);
    assert_eq!(handler.tries.load(Ordering::Relaxed), 3);
    assert_eq!(*handler.given_up.lock().expect("the list"), [(3, ErrorKind::Panic)]);
    let dead = stage.bot.dead_letters().list(10).await.expect("the dead letters");
    let [letter] = &dead[..] else { panic!("one is dead: {dead:?}") };
    assert_eq!(letter.attempts, 3);
    assert!(letter.error.contains("as asked"), "{}", letter.error);
    assert!(String::from_utf8_lossy(&letter.body).contains("boom"));
}

/// Goes on only when a status of its first message has been heard.
#[derive(Clone, Default)]
struct Waits {
    status: Arc<Notify>,
}

impl EventHandler for Waits {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        chat.say("first").await?;
        self.status.notified().await;
        chat.say("second").await?;
        Ok(())
    }

    async fn on_status(&self, _: Chat, _: Status) -> Result {
        self.status.notify_one();
        Ok(())
    }
}

async fn hears_statuses_while_a_handler_runs(place: Place) {
    let stage = Stage::of(Waits::default(), &place).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("second").await.expect("the status came through");
    assert_eq!(said(&stage.ana()), ["first", "second"]);
}

/// Hangs the first time it hears Ana.
#[derive(Default)]
struct HangsOnce {
    heard: AtomicUsize,
}

impl EventHandler for HangsOnce {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        if chat.user().name() == Some("Ana") && self.heard.fetch_add(1, Ordering::Relaxed) == 0 {
            std::future::pending::<()>().await;
        }
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_handler_that_hangs_costs_its_own_turn() {
    let stage = Stage::of(HangsOnce::default(), &Place::memory()).await;
    stage.ana().says("one").expect("said");
    stage.ana().says("two").expect("said");
    stage.ben().says("hi").expect("said");
    stage.ben().sees("hi").await.expect("an answer for whoever does not hang");
    assert!(said(&stage.ana()).is_empty(), "the lane waits for its turn's deadline");
    stage.ana().sees("two").await.expect("an answer after the deadline");
    assert_eq!(said(&stage.ana()), ["one", "two"]);
}
