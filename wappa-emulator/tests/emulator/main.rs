//! The emulator as a bot and a test see it: delivery, restarts, the actor. What Graph refuses is tested in the crate.

mod agreement;
mod apps;
mod drafts;
mod faults;
mod limits;
mod management;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wappa_emulator::world::{Side, Tick};
use wappa_emulator::{Actor, Emulator, EmulatorConfig, EmulatorError, SignedWebhook, WebhookSink};

/// A bot that answers with the given statuses, then with 200, and remembers what it took.
#[derive(Default)]
struct Bot {
    answers: Mutex<VecDeque<u16>>,
    taken: Mutex<Vec<SignedWebhook>>,
}

impl Bot {
    fn answering(answers: impl IntoIterator<Item = u16>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn bodies(&self) -> Vec<Value> {
        let taken = self.taken.lock().unwrap();
        taken.iter().map(|webhook| serde_json::from_slice(&webhook.body).unwrap()).collect()
    }

    fn texts(&self) -> Vec<String> {
        let text = |body: &Value| {
            body.pointer("/entry/0/changes/0/value/messages/0/text/body")?.as_str().map(str::to_owned)
        };
        self.bodies().iter().filter_map(text).collect()
    }
}

impl WebhookSink for Bot {
    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16> {
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(200);
        if answer == 200 {
            self.taken.lock().unwrap().push(webhook);
        }
        Box::pin(std::future::ready(answer))
    }
}

async fn all_taken(ana: &Actor) {
    let taken = ana.until(|chat| {
        let mut said = chat.messages.iter().filter(|message| message.from == Side::Person);
        said.all(|message| message.status >= Tick::Delivered).then_some(())
    });
    taken.await.expect("the bot takes every message");
}

#[tokio::test]
async fn webhooks_are_signed_escaped_and_in_order() {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let bot = Bot::answering([]);
    emulator.connect(bot.clone());
    let ana = emulator.person("Ana").unwrap();
    let said: Vec<String> = (0..50).map(|n| format!("número {n} 👍")).collect();
    for text in &said {
        ana.says(text).unwrap();
    }
    all_taken(&ana).await;
    assert_eq!(bot.texts(), said);
    let business = emulator.business();
    for webhook in bot.taken.lock().unwrap().iter() {
        assert!(webhook.body.is_ascii());
        business.app_secret.verify(&webhook.body, Some(webhook.signature.as_bytes())).unwrap();
        assert_eq!(webhook.path, format!("/webhook/messenger/{}/whatsapp", business.phone_number_id));
    }
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_comes_again_and_holds_up_its_own_chat_only() {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let (ana, ben) = (emulator.person("Ana").unwrap(), emulator.person("Ben").unwrap());
    ana.says("first").unwrap();
    ana.says("second").unwrap();
    ben.says("me too").unwrap();
    let bot = Bot::answering([503, 200, 0]);
    emulator.connect(bot.clone());
    all_taken(&ana).await;
    all_taken(&ben).await;
    assert_eq!(bot.texts(), ["me too", "first", "second"]);
    assert_eq!(emulator.undelivered(), 0);
}

#[tokio::test]
async fn a_restart_continues_the_conversation() {
    let dir = tempfile::tempdir().unwrap();
    let config = || EmulatorConfig::default().dir(dir.path());
    let emulator = Emulator::open(config()).await.unwrap();
    let before = emulator.business();
    let ana = emulator.person("Ana").unwrap();
    ana.says("are you there?").unwrap();
    ana.sends_media(wappa_cloud::MediaKind::Image, "image/png", &b"png"[..]).await.unwrap();
    emulator.advance(Duration::from_hours(1));
    let said = ana.chat().messages;
    assert!(matches!(Emulator::open(config()).await, Err(EmulatorError::InUse { .. })));
    drop((ana, emulator));
    // The task that drives a dropped emulator ends when it next looks.
    let emulator = loop {
        match Emulator::open(config()).await {
            Err(EmulatorError::InUse { .. }) => tokio::task::yield_now().await,
            opened => break opened.unwrap(),
        }
    };
    let after = emulator.business();
    assert_eq!(after.phone_number_id, before.phone_number_id);
    assert_eq!(after.access_token.expose(), before.access_token.expose());
    assert_eq!(after.app_secret.expose(), before.app_secret.expose());
    let ana = emulator.person("Ana").unwrap();
    assert_eq!(ana.chat().messages, said);
    assert_eq!(emulator.undelivered(), 2);

    let bot = Bot::answering([]);
    emulator.connect(bot.clone());
    all_taken(&ana).await;
    assert_eq!(bot.texts(), ["are you there?"]);
    let id = ana.says("good").unwrap();
    assert!(said.iter().all(|message| message.id != id));
}

#[tokio::test]
async fn a_person_taps_what_the_bot_offers() {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let bot = Bot::answering([]);
    emulator.connect(bot.clone());
    let ana = emulator.person("Ana").unwrap();
    ana.says("menu").unwrap();
    let wa_id = ana.person().wa_id.clone().unwrap();
    let offer = json!({"messaging_product": "whatsapp", "to": wa_id, "type": "interactive", "interactive": {
        "type": "button", "body": {"text": "What would you like?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "m", "title": "Margherita"}}]}}});
    post(&emulator, &offer).await;
    let message = ana.sees("What would you like?").await.unwrap();
    assert_eq!(message.content.options().len(), 1);
    ana.taps("Margherita").unwrap();
    assert!(matches!(ana.taps("Marinara"), Err(EmulatorError::Act(_))));
    ana.opens().unwrap();
    all_taken(&ana).await;
    assert_eq!(ana.chat().message(&message.id).unwrap().status, Tick::Read);
}

#[tokio::test]
async fn time_travel_closes_the_window() {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    ana.says("hi").unwrap();
    emulator.advance(Duration::from_hours(25));
    let wa_id = ana.person().wa_id.clone().unwrap();
    post(
        &emulator,
        &json!({"messaging_product": "whatsapp", "to": wa_id, "text": {"body": "still hungry?"}}),
    )
    .await;
    let chat = ana.chat();
    let last = chat.messages.last().unwrap();
    assert_eq!((last.status, last.error.as_ref().unwrap().code), (Tick::Failed, 131_047));
}

async fn post(emulator: &Emulator, body: &Value) {
    use wappa_cloud::{GraphRequest, RequestBody, Target};
    let business = emulator.business();
    let target = Target::Node(format!("{}/messages", business.phone_number_id));
    let request = GraphRequest {
        token: Some(business.access_token),
        body: RequestBody::Json(body.to_string().into()),
        ..GraphRequest::new(http::Method::POST, target)
    };
    let answer = emulator.transport().call(request).await.unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
}

type Taken = tokio::sync::mpsc::UnboundedSender<(axum::http::HeaderMap, axum::body::Bytes)>;

/// A bot's router that passes on what it takes.
fn router(path: &str, taken: Taken) -> axum::Router {
    async fn hook(
        taken: axum::extract::State<Taken>,
        headers: axum::http::HeaderMap,
        body: axum::body::Bytes,
    ) -> axum::http::StatusCode {
        taken.send((headers, body)).unwrap();
        axum::http::StatusCode::OK
    }
    axum::Router::new().route(path, axum::routing::post(hook)).with_state(taken)
}

#[tokio::test]
async fn a_bot_in_this_process_needs_no_port() {
    let (taken, mut webhooks) = tokio::sync::mpsc::unbounded_channel();
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let bot = router("/webhook/messenger/{number}/whatsapp", taken);
    emulator.connect(Arc::new(wappa_emulator::RouterSink::new(bot)));
    emulator.person("Ben").unwrap().says("hi").unwrap();
    let (headers, body) = webhooks.recv().await.unwrap();
    let signature = headers.get("x-hub-signature-256").map(axum::http::HeaderValue::as_bytes);
    emulator.business().app_secret.verify(&body, signature).unwrap();
    emulator.close();
    assert!(webhooks.recv().await.is_none(), "a closed emulator lets go of the bot");
}

#[tokio::test]
async fn a_bot_in_another_process_is_served_over_http() {
    async fn serve(app: axum::Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        origin
    }

    let (taken, mut webhooks) = tokio::sync::mpsc::unbounded_channel();
    let bot = serve(router("/hook", taken)).await;
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let graph = serve(emulator.router()).await;
    emulator.connect(Arc::new(wappa_emulator::HttpSink::new(&format!("{bot}/hook")).unwrap()));
    assert!(wappa_emulator::HttpSink::new("nowhere").is_err());

    let ana = emulator.person("Ana").unwrap();
    ana.says("hi").unwrap();
    let (headers, body) = webhooks.recv().await.unwrap();
    let business = emulator.business();
    let signature = headers.get("x-hub-signature-256").map(axum::http::HeaderValue::as_bytes);
    business.app_secret.verify(&body, signature).unwrap();

    let send = reqwest::Client::new()
        .post(format!("{graph}/v25.0/{}/messages", business.phone_number_id))
        .bearer_auth(business.access_token.expose())
        .json(&json!({"messaging_product": "whatsapp", "to": ana.person().wa_id, "text": {"body": "hello"}}));
    assert_eq!(send.send().await.unwrap().status(), 200);
    ana.sees("hello").await.unwrap();
}

#[tokio::test]
async fn an_address_is_asked_before_webhooks_go_there() {
    type Query = axum::extract::Query<std::collections::HashMap<String, String>>;
    async fn echo(query: Query) -> String {
        match query.get("hub.verify_token").map(String::as_str) {
            Some("right") => query.get("hub.challenge").cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }
    let (taken, mut webhooks) = tokio::sync::mpsc::unbounded_channel();
    let bot = router("/hook", taken);
    let bot = bot.route("/hook2", axum::routing::get(echo).post(|| async { axum::http::StatusCode::OK }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, bot).await });
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    emulator.connect(Arc::new(wappa_emulator::HttpSink::new(&format!("{origin}/hook")).unwrap()));
    let there = async |token: &str| {
        use wappa_cloud::{GraphRequest, RequestBody, Target};
        let of = emulator.business();
        let there = json!({"override_callback_uri": format!("{origin}/hook2"), "verify_token": token});
        let body = json!({ "webhook_configuration": there }).to_string();
        let request = GraphRequest {
            token: Some(of.access_token),
            body: RequestBody::Json(body.into()),
            ..GraphRequest::new(http::Method::POST, Target::Node(of.phone_number_id.to_string()))
        };
        let answer = emulator.transport().call(request).await.unwrap();
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    assert_eq!(there("wrong").await["error"]["code"], 2200);
    let ana = emulator.person("Ana").unwrap();
    ana.says("to the first").unwrap();
    webhooks.recv().await.unwrap();
    all_taken(&ana).await;
    assert_eq!(there("right").await["success"], true);
    ana.says("to the second").unwrap();
    all_taken(&ana).await;
    assert!(webhooks.try_recv().is_err());
}
