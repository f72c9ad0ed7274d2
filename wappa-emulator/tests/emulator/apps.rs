//! Other apps at the same account, as they themselves and the bot see it.

use serde_json::json;
use std::sync::Arc;
use wappa_cloud::{GraphRequest, RequestBody, Target};
use wappa_emulator::{Emulator, EmulatorConfig, HttpSink};

use super::{Bot, all_taken, router};

#[tokio::test]
async fn another_app_hears_by_itself_and_holds_nobody_up() {
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let helpdesk = emulator.add_app("Helpdesk");
    let (bot, desk) = (Bot::answering([]), Bot::answering([503, 0]));
    emulator.connect(Arc::<Bot>::clone(&bot));
    let ana = emulator.person("Ana").unwrap();
    ana.says("first").unwrap();
    ana.says("second").unwrap();
    all_taken(&ana).await;
    assert_eq!((bot.texts(), desk.texts()), (vec!["first".to_owned(), "second".to_owned()], Vec::new()));
    assert_eq!(emulator.undelivered(), 2, "what nobody took yet waits");

    emulator.connect_app(&helpdesk, Arc::<Bot>::clone(&desk));
    let mut changed = emulator.changed();
    while emulator.undelivered() > 0 {
        changed.changed().await.unwrap();
    }
    assert_eq!(desk.texts(), ["first", "second"], "in order, and again until it takes them");
    for webhook in desk.taken.lock().unwrap().iter() {
        helpdesk.app_secret.verify(&webhook.body, Some(webhook.signature.as_bytes())).unwrap();
    }
    assert_eq!(bot.texts().len(), 2, "and nothing comes to the bot twice");
}

#[tokio::test]
async fn another_app_is_reached_where_it_says() {
    let (taken, mut webhooks) = tokio::sync::mpsc::unbounded_channel();
    let desk = router("/desk", taken);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, desk).await });
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.unwrap();
    let (helpdesk, bot) = (emulator.add_app("Helpdesk"), Bot::answering([]));
    emulator.connect(Arc::<Bot>::clone(&bot));
    let subscription = json!({"object": "whatsapp_business_account", "callback_url": format!("{origin}/desk"),
        "verify_token": "v", "fields": "messages"});
    let request = GraphRequest {
        token: Some(helpdesk.access_token.clone()),
        body: RequestBody::Json(subscription.to_string().into()),
        ..GraphRequest::new(http::Method::POST, Target::Node(format!("{}/subscriptions", helpdesk.id)))
    };
    assert_eq!(emulator.transport().call(request).await.unwrap().status, 200);
    emulator.person("Ana").unwrap().says("hello desk").unwrap();
    let (headers, body) = webhooks.recv().await.unwrap();
    let signature = headers.get("x-hub-signature-256").map(axum::http::HeaderValue::as_bytes);
    helpdesk.app_secret.verify(&body, signature).unwrap();
    assert!(emulator.business().app_secret.verify(&body, signature).is_err(), "it isn't the bot's secret");
    assert!(HttpSink::new("nowhere").is_err());
}
