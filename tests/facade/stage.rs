//! A bot and the emulator, put together without a port, and deliveries made by hand.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use wappa::{
    clock::{BoxFuture, Clock},
    cloud::{AppSecret, Timestamp},
    emulator::{Actor, Business, Emulator, EmulatorConfig, RouterSink, WorldClock},
    prelude::*,
};

use crate::wait::until;

/// Where a bot keeps things. Outlives the bot, so that another one can go on there.
pub(crate) struct Place {
    folder: Option<TempDir>,
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self { folder: None }
    }

    pub(crate) fn sqlite() -> Self {
        Self { folder: Some(tempfile::tempdir().expect("a folder")) }
    }

    pub(crate) fn choice(&self) -> StoreChoice {
        self.folder
            .as_ref()
            .map(TempDir::path)
            .map_or(StoreChoice::Memory, |folder: &Path| StoreChoice::Sqlite(folder.join("bot.db")))
    }
}

/// A bot for the emulator's number, and the emulator.
pub(crate) struct Stage {
    pub(crate) bot: Bot,
    pub(crate) emulator: Emulator,
}

impl Stage {
    pub(crate) async fn of(handler: impl EventHandler, place: &Place) -> Self {
        let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
        Self::with(handler, place, emulator).await
    }

    /// Another bot may have talked to this emulator before.
    pub(crate) async fn with(handler: impl EventHandler, place: &Place, emulator: Emulator) -> Self {
        Self::try_with(handler, place, emulator).await.expect("a bot")
    }

    pub(crate) async fn try_with(
        handler: impl EventHandler,
        place: &Place,
        emulator: Emulator,
    ) -> Result<Self> {
        Self::try_building(handler, place, emulator, |bot| bot).await
    }

    /// A bot that is set up like this, and an emulator of its own.
    pub(crate) async fn building<H: EventHandler>(
        handler: H,
        place: &Place,
        set_up: impl FnOnce(Wappa<H>) -> Wappa<H>,
    ) -> Self {
        let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
        Self::try_building(handler, place, emulator, set_up).await.expect("a bot")
    }

    pub(crate) async fn try_building<H: EventHandler>(
        handler: H,
        place: &Place,
        emulator: Emulator,
        set_up: impl FnOnce(Wappa<H>) -> Wappa<H>,
    ) -> Result<Self> {
        let business = emulator.business();
        let bot = Wappa::new()
            .ignore_environment()
            .number(number(&business))
            .verify_token(business.verify_token)
            .store(place.choice())
            .custom_transport(emulator.transport())
            .custom_clock(Arc::new(Hurried))
            .set_event_handler(handler);
        let bot = set_up(bot).build().await?;
        emulator.connect(Arc::new(RouterSink::new(bot.routes())));
        Ok(Self { bot, emulator })
    }

    pub(crate) fn ana(&self) -> Actor {
        self.emulator.person("Ana").expect("Ana")
    }

    pub(crate) fn ben(&self) -> Actor {
        self.emulator.person("Ben").expect("Ben")
    }

    pub(crate) fn business(&self) -> Business {
        self.emulator.business()
    }

    /// Posts these bytes as Meta does, signed with the number's own secret.
    pub(crate) async fn post(&self, body: impl Into<Bytes>) -> StatusCode {
        let body = body.into();
        let signature = self.business().app_secret.sign(&body);
        self.post_with(body, Some(&signature)).await
    }

    pub(crate) async fn post_with(&self, body: impl Into<Bytes>, signature: Option<&str>) -> StatusCode {
        post(self.bot.routes(), body.into(), signature).await
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Bytes) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let Ok(answer) = self.bot.routes().merge(self.bot.health_routes()).oneshot(request).await;
        let status = answer.status();
        (status, to_bytes(answer.into_body(), 1 << 16).await.expect("a body"))
    }

    /// Waits until nothing is on its way to the bot and nothing waits in it.
    pub(crate) async fn is_at_rest(&self) {
        until("the bot is at rest", async || {
            let depth = self.bot.handle().depth().await.expect("a depth");
            (depth.waiting == 0 && self.emulator.undelivered() == 0).then_some(())
        })
        .await;
    }

    /// A delivery with one text from a person.
    pub(crate) fn text(&self, from: &Actor, id: &str, text: &str) -> Value {
        let wa_id = from.person().wa_id.as_ref().expect("a wa_id").as_str();
        delivery(&self.business().phone_number_id, &[message(wa_id, id, text)])
    }
}

pub(crate) async fn post(routes: Router, body: Bytes, signature: Option<&str>) -> StatusCode {
    let mut request = Request::post("/webhook/whatsapp").header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    let Ok(answer) = routes.oneshot(request.body(Body::from(body)).expect("a request")).await;
    answer.status()
}

pub(crate) fn number(business: &Business) -> NumberConfig {
    NumberConfig::new(business.phone_number_id.clone(), business.access_token.clone())
        .app_secret(business.app_secret.clone())
        .business_account(business.waba_id.clone())
}

/// A number of an app of its own, which the emulator knows nothing of.
pub(crate) fn strange_number(id: &str, secret: &AppSecret) -> NumberConfig {
    NumberConfig::new(id, wappa::cloud::AccessToken::new("no token")).app_secret(secret.clone())
}

pub(crate) fn message(wa_id: &str, id: &str, text: &str) -> Value {
    json!({ "from": wa_id, "id": id, "timestamp": "1739321024", "type": "text", "text": { "body": text } })
}

pub(crate) fn value(number: &PhoneNumberId, messages: &[Value]) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550783881", "phone_number_id": number },
        "messages": messages,
    })
}

pub(crate) fn delivery(number: &PhoneNumberId, messages: &[Value]) -> Value {
    envelope(&[json!({
        "id": "102290129340398",
        "changes": [{ "field": "messages", "value": value(number, messages) }],
    })])
}

pub(crate) fn envelope(entries: &[Value]) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": entries })
}

/// The texts the business has said in a chat, oldest first.
pub(crate) fn said(who: &Actor) -> Vec<String> {
    let messages = who.chat().messages;
    let of_bot = messages.iter().filter(|message| message.from == wappa::emulator::world::Side::Business);
    of_bot.filter_map(|message| message.content.text().map(Into::into)).collect()
}

/// A clock that goes twenty times as fast, so that the backoff between tries passes at once.
pub(crate) struct Hurried;

const HURRY: u32 = 20;
static START: OnceLock<(Instant, Timestamp)> = OnceLock::new();

fn start() -> (Instant, Timestamp) {
    *START.get_or_init(|| (Instant::now(), wappa::clock::SystemClock.now()))
}

impl Clock for Hurried {
    fn now(&self) -> Timestamp {
        let (_, began) = start();
        began + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        start().0.elapsed() * HURRY
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        wappa::clock::SystemClock.sleep(duration / HURRY)
    }
}

/// The emulator's time, which the bot shares.
pub(crate) struct World(pub(crate) WorldClock);

impl Clock for World {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millis()).unwrap_or(0))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        Box::pin(async move { clock.sleep(duration).await })
    }
}
