//! Faults that are asked for, as a bot and a test see them; and that nothing goes wrong otherwise.

use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use wappa_cloud::{ErrorKind, Graph, GraphError, Image, IntoDraft, MessageId, Recipient, Text};
use wappa_emulator::world::Tick;
use wappa_emulator::{Actor, Emulator, EmulatorConfig, Fault, FaultKind, Scope};

use super::Bot;

struct Case {
    emulator: Emulator,
    ana: Actor,
    bot: Arc<Bot>,
}

/// A bot, and Ana who has said hi.
async fn open() -> Case {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let ana = emulator.person("Ana").unwrap();
    ana.says("hi").unwrap();
    let bot = Bot::answering([]);
    emulator.connect(Arc::<Bot>::clone(&bot));
    taken(&emulator).await;
    Case { emulator, ana, bot }
}

/// Waits until no webhook waits.
async fn taken(emulator: &Emulator) {
    let mut changed = emulator.changed();
    while emulator.undelivered() > 0 {
        changed.changed().await.unwrap();
    }
}

impl Case {
    async fn send(&self, text: &str) -> Result<MessageId, GraphError> {
        let business = self.emulator.business();
        let to = Recipient::from(self.ana.person().wa_id.clone().unwrap());
        let body = Text::new(text).into_draft().unwrap().to_json(&to, None).unwrap();
        let graph = Graph::new(self.emulator.transport());
        graph.send(&business.access_token, &business.phone_number_id, body).await.map(|sent| sent.id)
    }

    fn statuses(&self) -> Vec<String> {
        let status = |body: &Value| {
            let status = body.pointer("/entry/0/changes/0/value/statuses/0/status")?;
            status.as_str().map(str::to_owned)
        };
        self.bot.bodies().iter().filter_map(status).collect()
    }

    fn inject(&self, fault: Fault) {
        self.emulator.faults().inject(fault);
    }

    /// Moves time on until nothing waits.
    async fn wait(&self, by: Duration) {
        self.emulator.advance(by);
        taken(&self.emulator).await;
    }
}

#[tokio::test]
async fn refusals_come_as_often_as_asked_for() {
    let case = open().await;
    case.inject(Fault::refuse(130_429).times(2).retry_after(Duration::from_secs(7)));
    case.inject(Fault::refuse(131_056).lasting(Duration::from_mins(1)));
    for _ in 0..2 {
        let error = case.send("no").await.unwrap_err();
        assert_eq!((error.code, error.retry_after), (Some(130_429), Some(Duration::from_secs(7))));
    }
    assert_eq!(case.send("no").await.unwrap_err().kind(), ErrorKind::PairPace);
    case.wait(Duration::from_secs(61)).await;
    case.send("yes").await.unwrap();
    case.inject(Fault::status(503));
    let error = case.send("no").await.unwrap_err();
    assert_eq!((error.status, error.code), (Some(503), None));
    assert_eq!(case.ana.chat().messages.len(), 2, "what is refused is not said");
    assert!(case.emulator.faults().active().is_empty());
}

#[tokio::test]
async fn a_call_without_an_answer_may_have_been_done() {
    let case = open().await;
    case.inject(Fault::timeout());
    case.send("lost").await.unwrap_err();
    assert_eq!(case.ana.chat().messages.len(), 1);
    case.inject(Fault::timeout_after_accept());
    case.send("said").await.unwrap_err();
    case.ana.sees("said").await.unwrap();
}

#[tokio::test]
async fn a_slow_answer_takes_the_worlds_time() {
    let case = open().await;
    case.inject(Fault::slow(Duration::from_hours(1)));
    let began = case.emulator.clock().now();
    let (sent, ()) = tokio::join!(case.send("slow"), async {
        case.ana.sees("slow").await.unwrap();
        case.emulator.advance(Duration::from_hours(1));
    });
    sent.unwrap();
    assert!(case.emulator.clock().now().since(began) >= Duration::from_hours(1));
}

#[tokio::test]
async fn files_fail() {
    let case = open().await;
    let business = case.emulator.business();
    let graph = Graph::new(case.emulator.transport());
    let picture = Image::bytes(Bytes::from_static(b"png"), "image/png").into_draft().unwrap();
    let upload =
        || graph.upload(&business.access_token, &business.phone_number_id, picture.upload().unwrap());
    case.inject(Fault::fail_media());
    assert_eq!(upload().await.unwrap_err().code, Some(131_053));
    let id = upload().await.unwrap();
    let info = graph.media(&business.access_token, &id).await.unwrap();
    // A client may ask for the address again before it gives up.
    case.inject(Fault::fail_media().until_lifted());
    graph.download(&business.access_token, &info, 1000).await.unwrap_err();
    case.emulator.faults().lift_all();
    graph.download(&business.access_token, &info, 1000).await.unwrap();
}

#[tokio::test]
async fn an_accepted_message_fails() {
    let case = open().await;
    case.inject(Fault::fail_delivery(131_026));
    let id = case.send("hello?").await.unwrap();
    let chat = case.ana.chat();
    let message = chat.message(&id).unwrap();
    assert_eq!((message.status, message.error.as_ref().unwrap().code), (Tick::Failed, 131_026));
    taken(&case.emulator).await;
    assert_eq!(case.statuses(), ["failed"]);
}

#[tokio::test]
async fn webhooks_come_twice_late_or_never() {
    let case = open().await;
    case.inject(Fault::duplicate().only(Scope::Messages));
    case.ana.says("twice").unwrap();
    taken(&case.emulator).await;
    assert_eq!(case.bot.texts(), ["hi", "twice", "twice"]);

    case.inject(Fault::delay(Duration::from_hours(1)).only(Scope::Messages));
    case.ana.says("late").unwrap();
    case.ana.says("on time").unwrap();
    case.inject(Fault::lose().only(Scope::Messages));
    case.ana.says("lost").unwrap();
    while case.bot.texts().last().unwrap() != "on time" {
        tokio::task::yield_now().await;
    }
    case.wait(Duration::from_hours(1)).await;
    assert_eq!(case.bot.texts()[3..], ["on time", "late"]);
}

#[tokio::test]
async fn webhooks_change_places() {
    let case = open().await;
    case.inject(Fault::reorder());
    case.ana.says("one").unwrap();
    case.ana.says("two").unwrap();
    case.ana.says("three").unwrap();
    taken(&case.emulator).await;
    assert_eq!(case.bot.texts(), ["hi", "two", "one", "three"]);

    case.inject(Fault::reorder());
    case.ana.says("alone").unwrap();
    case.wait(Duration::from_secs(5)).await;
    assert_eq!(case.bot.texts().last().unwrap(), "alone");
}

#[tokio::test]
async fn statuses_come_late_never_or_out_of_order() {
    let case = open().await;
    case.inject(Fault::swapped_statuses());
    case.send("swapped").await.unwrap();
    taken(&case.emulator).await;
    assert_eq!(case.statuses(), ["delivered", "sent"]);

    case.inject(Fault::late_status(Duration::from_secs(90)));
    case.inject(Fault::lost_status());
    case.send("lost").await.unwrap();
    case.send("late").await.unwrap();
    case.ana.until(|chat| (chat.messages.last()?.status == Tick::Delivered).then_some(())).await.unwrap();
    case.wait(Duration::from_secs(90)).await;
    // Of the first message both, of the next only `delivered`, of the last `delivered` before `sent`.
    assert_eq!(case.statuses()[2..], ["delivered", "delivered", "sent"]);
}

#[tokio::test]
async fn webhooks_come_together() {
    let case = open().await;
    let ben = case.emulator.person("Ben").unwrap();
    case.inject(Fault::batch(3));
    case.ana.says("one").unwrap();
    ben.says("two").unwrap();
    case.ana.says("three").unwrap();
    taken(&case.emulator).await;
    let body = case.bot.bodies().pop().unwrap();
    let changes = body["entry"][0]["changes"].as_array().unwrap();
    let said: Vec<_> = changes.iter().map(|change| &change["value"]["messages"][0]["text"]["body"]).collect();
    assert_eq!(said, ["one", "two", "three"]);
    let wappa_cloud::Parsed { events, problems, .. } =
        wappa_cloud::webhook::parse(&serde_json::to_vec(&body).unwrap()).unwrap();
    assert_eq!((events.len(), problems.len()), (3, 0));

    case.inject(Fault::batch(100));
    case.ana.says("nobody else comes").unwrap();
    case.wait(Duration::from_secs(1)).await;
    assert_eq!(case.bot.texts().last().unwrap(), "nobody else comes");
}

#[tokio::test]
async fn a_lost_200_brings_the_webhook_again() {
    let case = open().await;
    case.inject(Fault::drop_acks());
    case.ana.says("again").unwrap();
    taken(&case.emulator).await;
    assert_eq!(case.bot.texts(), ["hi", "again", "again"]);
}

#[tokio::test]
async fn the_window_closes_and_the_token_expires_on_request() {
    let case = open().await;
    let faults = case.emulator.faults();
    faults.close_window(&case.ana.chat_key()).unwrap();
    let id = case.send("too late").await.unwrap();
    assert_eq!(case.ana.chat().message(&id).unwrap().error.as_ref().unwrap().code, 131_047);

    let number = case.emulator.business().phone_number_id;
    faults.expire_token(&number).unwrap();
    assert_eq!(case.send("dead").await.unwrap_err().kind(), ErrorKind::Credentials);
    let fresh = faults.renew_token(&number).unwrap();
    assert_eq!(fresh.expose(), case.emulator.business().access_token.expose());
    case.send("alive").await.unwrap();
    assert!(faults.expire_token(&"1".into()).is_err());
}

#[tokio::test]
async fn faults_are_asked_for_over_http() {
    use tower::ServiceExt as _;
    let case = open().await;
    let router = case.emulator.router();
    let call = async |method: &str, path: &str, body: Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body.to_string()));
        let answer = router.clone().oneshot(request.unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let (status, answer) =
        call("POST", "/api/faults", json!({"fault": "refuse", "code": 131_048, "times": 2})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(case.send("no").await.unwrap_err().code, Some(131_048));
    let (_, list) = call("GET", "/api/faults", Value::Null).await;
    assert_eq!(list["faults"][0]["left"], 1);
    assert!(matches!(case.emulator.faults().active()[0].fault.kind(), FaultKind::Refuse { .. }));
    call("DELETE", &format!("/api/faults/{}", answer["id"]), Value::Null).await;
    case.send("yes").await.unwrap();
    let (status, _) = call("POST", "/api/faults", json!({"fault": "gremlins"})).await;
    assert_eq!(status, 400);
    let key = case.ana.chat_key();
    call("POST", &format!("/api/chats/{}/{}/close-window", key.number, key.person), json!({})).await;
    let id = case.send("too late").await.unwrap();
    assert_eq!(case.ana.chat().message(&id).unwrap().status, Tick::Failed);
}
