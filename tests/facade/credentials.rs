//! A token that dies while the bot works: what is said meanwhile waits, and nothing of it is lost.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::StatusCode;
use wappa::{
    cloud::{AccessToken, BoxFuture, GraphRequest, GraphResponse, Target, Transport, TransportError},
    emulator::{Emulator, EmulatorConfig},
    handler::CredentialsLost,
    prelude::*,
};

use crate::{
    stage::{Place, Stage, delivery, message, said},
    wait::until,
    with_either_store,
};

with_either_store!(
    a_revoked_token_loses_nothing,
    a_dead_token_costs_no_attempts_at_calls_that_are_no_messages
);

const OTHER: &str = "222222222222222";

/// Meta before the emulator: takes one token for its number and refuses all others as revoked.
struct Doorman {
    behind: Arc<dyn Transport>,
    real: AccessToken,
    valid: Mutex<&'static str>,
    refused: AtomicUsize,
    others: AtomicUsize,
}

impl Doorman {
    fn before(emulator: &Emulator) -> Arc<Self> {
        Arc::new(Self {
            behind: emulator.transport(),
            real: emulator.business().access_token,
            valid: Mutex::new("first"),
            refused: AtomicUsize::new(0),
            others: AtomicUsize::new(0),
        })
    }

    fn takes(&self, token: &'static str) {
        *self.valid.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

fn answer(status: u16, body: &'static str) -> GraphResponse {
    GraphResponse { status, retry_after: None, content_type: None, body: body.into() }
}

impl Transport for Doorman {
    fn call(&self, mut request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let valid = *self.valid.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(&request.target, Target::Node(path) if path.starts_with(OTHER)) {
            self.others.fetch_add(1, Ordering::Relaxed);
            return Box::pin(async { Ok(answer(200, r#"{"messages":[{"id":"wamid.other"}]}"#)) });
        }
        if request.token.as_ref().is_none_or(|token| token.expose() != valid) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let body = r#"{"error":{"message":"session has been invalidated","code":190}}"#;
            return Box::pin(async move { Ok(answer(401, body)) });
        }
        request.token = Some(self.real.clone());
        self.behind.call(request)
    }
}

/// Echoes; shows that it is typing first, if it is to.
#[derive(Clone, Default)]
struct Echo {
    types: bool,
    runs: Arc<AtomicUsize>,
    lost: Arc<Mutex<Vec<CredentialsLost>>>,
}

impl Echo {
    fn told(&self) -> Vec<CredentialsLost> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        self.runs.fetch_add(1, Ordering::Relaxed);
        if self.types {
            chat.typing().await?;
        }
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }

    async fn on_credentials(&self, _: Messenger, lost: CredentialsLost) -> Result {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).push(lost);
        Ok(())
    }
}

async fn stage(handler: Echo, place: &Place) -> (Stage, Arc<Doorman>) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let doorman = Doorman::before(&emulator);
    let stage = with(handler, place, emulator, &doorman, "first").await;
    (stage, doorman)
}

async fn with(
    handler: Echo,
    place: &Place,
    emulator: Emulator,
    doorman: &Arc<Doorman>,
    token: &str,
) -> Stage {
    let secret = emulator.business().app_secret;
    let transport = Arc::clone(doorman) as Arc<dyn Transport>;
    Stage::try_building(handler, place, emulator, |bot| {
        bot.custom_transport(transport)
            .number(NumberConfig::new(OTHER, AccessToken::new("other")).app_secret(secret))
    })
    .await
    .inspect(|stage| {
        let number = stage.business().phone_number_id;
        stage.bot.handle().set_token(number, token).expect("our number");
    })
    .expect("a bot")
}

async fn parked(stage: &Stage, waiting: u64) {
    let handle = stage.bot.handle();
    until("everything to wait", async || {
        (handle.depth().await.expect("a depth").waiting == waiting).then_some(())
    })
    .await;
}

async fn a_revoked_token_loses_nothing(place: Place) {
    let handler = Echo::default();
    let (stage, doorman) = stage(handler.clone(), &place).await;
    stage.ana().says("one").expect("said");
    stage.ana().sees("one").await.expect("an answer");

    doorman.takes("second");
    for text in ["two", "three"] {
        stage.ana().says(text).expect("said");
    }
    stage.ben().says("hi").expect("said");
    until("the author to be told", async || handler.told().pop()).await;
    parked(&stage, 3).await;
    let handle = stage.bot.handle();
    let ana = stage.ana().person().wa_id.clone().expect("a wa_id");
    let number = stage.business().phone_number_id;
    let outside = tokio::spawn({
        let chat = handle.chat(number.clone(), ana);
        async move { chat.say("by the way").await }
    });

    let other = delivery(&OTHER.into(), &[message("15550100009", "wamid.x", "hello")]).to_string();
    assert_eq!(stage.post(other).await, StatusCode::OK);
    until("the other number to work on", async || {
        (doorman.others.load(Ordering::Relaxed) == 1).then_some(())
    })
    .await;

    handle.set_token(number.clone(), "second").expect("our number");
    stage.ana().sees("three").await.expect("the rest");
    stage.ben().sees("hi").await.expect("an answer");
    outside.await.expect("it ran").expect("it was sent");
    let told = handler.told();
    assert_eq!(told.iter().map(|lost| (&lost.number, lost.code)).collect::<Vec<_>>(), [(&number, Some(190))]);
    let in_turns: Vec<String> = said(&stage.ana()).into_iter().filter(|text| text != "by the way").collect();
    assert_eq!(in_turns, ["one", "two", "three"]);
    parked(&stage, 0).await;
    assert_eq!(handle.depth().await.expect("a depth").dead, 0);
    assert!(matches!(handle.set_token("1", "x"), Err(wappa::outbox::SendError::UnknownNumber(_))));
}

async fn a_dead_token_costs_no_attempts_at_calls_that_are_no_messages(place: Place) {
    let handler = Echo { types: true, ..Echo::default() };
    let (stage, doorman) = stage(handler.clone(), &place).await;
    doorman.takes("second");
    stage.ana().says("hi").expect("said");
    // Tried more often than a failing event would be.
    until("some probes", async || (doorman.refused.load(Ordering::Relaxed) > 3).then_some(())).await;
    assert_eq!(handler.told().len(), 1, "told once, however often it is tried");
    doorman.takes("first");
    stage.ana().sees("hi").await.expect("the old token works again");
    assert_eq!(said(&stage.ana()), ["hi"]);
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").dead, 0);
}

#[tokio::test]
async fn the_next_process_goes_on_with_a_new_token() {
    let place = Place::sqlite();
    let (stage, doorman) = stage(Echo::default(), &place).await;
    doorman.takes("second");
    stage.ana().says("hi").expect("said");
    parked(&stage, 1).await;
    until("a refusal", async || (doorman.refused.load(Ordering::Relaxed) > 0).then_some(())).await;
    let Stage { bot, emulator } = stage;
    assert_eq!(bot.shutdown().await.waiting, 1);
    drop(bot);
    let stage = with(Echo::default(), &place, emulator, &doorman, "second").await;
    stage.ana().sees("hi").await.expect("an answer");
    assert_eq!(said(&stage.ana()), ["hi"]);
}
