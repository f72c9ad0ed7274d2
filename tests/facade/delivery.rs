//! What the webhook answers, and what becomes of deliveries that are no conversation of ours.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use wappa::{
    cloud::AppSecret,
    emulator::{Emulator, EmulatorConfig},
    prelude::*,
    store::KeptReason,
};

use crate::{
    stage::{Place, Stage, delivery, envelope, message, number, post, strange_number, value},
    with_either_store,
};

/// Tells the test what it hears, and says nothing.
struct Listener(mpsc::UnboundedSender<String>);

impl EventHandler for Listener {
    async fn on_message(&self, _: Chat, message: Message) -> Result {
        self.0.send(message.text().unwrap_or("no text").to_owned()).ok();
        Ok(())
    }
}

async fn listening(place: &Place) -> (Stage, mpsc::UnboundedReceiver<String>) {
    let (heard, hears) = mpsc::unbounded_channel();
    (Stage::of(Listener(heard), place).await, hears)
}

with_either_store!(
    refuses_what_is_not_signed,
    refuses_what_is_no_delivery,
    keeps_what_it_does_not_know,
    keeps_what_is_for_another_number,
    keeps_what_another_app_signed,
    answers_the_handshake,
    hears_every_message_of_a_large_delivery_in_order,
);

async fn refuses_what_is_not_signed(place: Place) {
    let (stage, mut hears) = listening(&place).await;
    let body = stage.text(&stage.ana(), "wamid.unsigned", "unsigned").to_string();
    let foreign = AppSecret::new("another secret").sign(body.as_bytes());
    let of_other_bytes = stage.business().app_secret.sign(b"{}");
    for signature in [None, Some("sha256=00"), Some(&*foreign), Some(&*of_other_bytes)] {
        let status = stage.post_with(body.clone(), signature).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{signature:?}");
    }

    let signed = stage.text(&stage.ana(), "wamid.signed", "signed").to_string();
    assert_eq!(stage.post(signed).await, StatusCode::OK);
    assert_eq!(hears.recv().await.as_deref(), Some("signed"));
    assert!(hears.try_recv().is_err());
    assert_eq!(stage.bot.handle().depth().await.expect("a depth").kept, 0);
}

async fn refuses_what_is_no_delivery(place: Place) {
    let (stage, _hears) = listening(&place).await;
    for malformed in ["", "hello", "{\"object\":", "[1,2"] {
        assert_eq!(stage.post(malformed).await, StatusCode::BAD_REQUEST, "{malformed:?}");
    }
    let mut large = stage.text(&stage.ana(), "wamid.large", "large").to_string().into_bytes();
    large.resize(wappa::cloud::webhook::MAX_BODY, b' ');
    assert_eq!(stage.post(large.clone()).await, StatusCode::OK, "exactly 4 MB");
    large.push(b' ');
    assert_eq!(stage.post(large).await, StatusCode::PAYLOAD_TOO_LARGE);
}

async fn keeps_what_it_does_not_know(place: Place) {
    let (stage, _hears) = listening(&place).await;
    let other_object = json!({ "object": "page", "entry": [{ "id": "1", "time": 1 }] });
    let other_field = envelope(&[json!({
        "id": stage.business().waba_id,
        "changes": [{ "field": "a_field_of_tomorrow", "value": { "what": "tomorrow" } }],
    })]);
    for body in [other_object, other_field] {
        assert_eq!(stage.post(body.to_string()).await, StatusCode::OK);
    }

    let handle = stage.bot.handle();
    let kept = handle.kept(10).await.expect("what is kept");
    assert!(kept.iter().all(|kept| kept.reason == KeptReason::Unknown));
    let bodies: Vec<&[u8]> = kept.iter().map(|kept| &*kept.body).collect();
    let [newest, oldest] = bodies[..] else { panic!("two are kept: {kept:?}") };
    assert!(String::from_utf8_lossy(newest).contains("a_field_of_tomorrow"));
    assert!(String::from_utf8_lossy(oldest).contains("page"));
    assert_eq!(handle.depth().await.expect("a depth").kept, 2);
}

async fn keeps_what_is_for_another_number(place: Place) {
    let (stage, mut hears) = listening(&place).await;
    let nobodys = delivery(&"999999999999999".into(), &[message("15550100001", "wamid.1", "lost")]);
    assert_eq!(stage.post(nobodys.to_string()).await, StatusCode::OK);

    let kept = stage.bot.handle().kept(10).await.expect("what is kept");
    let [kept] = &kept[..] else { panic!("one is kept: {kept:?}") };
    assert_eq!(kept.reason, KeptReason::Unroutable);
    assert!(kept.note.contains("999999999999999"), "{}", kept.note);
    assert!(hears.try_recv().is_err());
}

async fn keeps_what_another_app_signed(place: Place) {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let (ours, theirs) = (emulator.business(), AppSecret::new("the other app's secret"));
    let their_number = PhoneNumberId::from("222222222222222");
    let (heard, mut hears) = mpsc::unbounded_channel();
    let bot = Wappa::new()
        .ignore_environment()
        .number(number(&ours))
        .number(strange_number(their_number.as_str(), &theirs))
        .store(place.choice())
        .custom_transport(emulator.transport())
        .set_event_handler(Listener(heard))
        .build()
        .await
        .expect("a bot");
    let forged = delivery(&their_number, &[message("15550100001", "wamid.1", "forged")]).to_string();
    let signature = ours.app_secret.sign(forged.as_bytes());
    assert_eq!(post(bot.routes(), forged.clone().into(), Some(&signature)).await, StatusCode::OK);
    let kept = bot.handle().kept(10).await.expect("what is kept");
    let reasons: Vec<KeptReason> = kept.iter().map(|kept| kept.reason).collect();
    assert_eq!(reasons, [KeptReason::Unroutable]);

    // The forged delivery has not taken the id from the true one.
    let true_one = delivery(&their_number, &[message("15550100001", "wamid.1", "true")]).to_string();
    let signature = theirs.sign(true_one.as_bytes());
    assert_eq!(post(bot.routes(), true_one.into(), Some(&signature)).await, StatusCode::OK);
    assert_eq!(hears.recv().await.as_deref(), Some("true"));
}

async fn answers_the_handshake(place: Place) {
    let (stage, _hears) = listening(&place).await;
    let business = stage.business();
    let (own, token) = (business.phone_number_id.to_string(), business.verify_token.expose().to_owned());
    let asks = |number: &str, mode: &str, token: &str| {
        format!(
            "/webhook/messenger/{number}/whatsapp?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={token}"
        )
    };
    let (status, body) = stage.get(&asks(&own, "subscribe", &token)).await;
    assert_eq!((status, &*body), (StatusCode::OK, b"1158201444".as_slice()));

    let refused = [
        (asks(&own, "subscribe", "wrong"), StatusCode::FORBIDDEN),
        (asks(&own, "unsubscribe", &token), StatusCode::FORBIDDEN),
        (format!("/webhook/messenger/{own}/whatsapp"), StatusCode::FORBIDDEN),
        (asks("999999999999999", "subscribe", &token), StatusCode::NOT_FOUND),
    ];
    for (path, expected) in refused {
        let (status, body) = stage.get(&path).await;
        assert_eq!(status, expected, "{path}");
        assert_ne!(&*body, b"1158201444", "{path}");
    }
    let shared = format!("/webhook/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token={token}");
    assert_eq!(stage.get(&shared).await, (StatusCode::OK, "7".into()));
}

async fn hears_every_message_of_a_large_delivery_in_order(place: Place) {
    let (stage, mut hears) = listening(&place).await;
    let id = stage.business().phone_number_id;
    let mut names = (0..60).map(|at| format!("message {at}"));
    let mut five = || -> Vec<Value> {
        names.by_ref().take(5).map(|name| message("15550100001", &format!("wamid.{name}"), &name)).collect()
    };
    let entries: Vec<Value> = (0..3)
        .map(|_| {
            let changes: Vec<Value> =
                (0..4).map(|_| json!({ "field": "messages", "value": value(&id, &five()) })).collect();
            json!({ "id": "102290129340398", "changes": changes })
        })
        .collect();
    let body = envelope(&entries).to_string();
    assert_eq!(stage.post(body).await, StatusCode::OK);
    for at in 0..60 {
        assert_eq!(hears.recv().await, Some(format!("message {at}")));
    }
}
