//! What strangers may try, and what becomes of it. THREATS.md names these tests.

use std::{convert::Infallible, fs, net::SocketAddr, path::PathBuf};

use axum::{
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use futures_util::stream;
use tower::ServiceExt as _;
use wappa::{
    cloud::AppSecret,
    emulator::{Emulator, EmulatorConfig},
    prelude::*,
    security::{KeepTokenError, SourceLimit, VaultKey},
};

use crate::{
    stage::{Place, Stage, delivery, message, said},
    with_either_store,
};

struct Echo;

impl EventHandler for Echo {
    async fn on_message(&self, chat: Chat, message: Message) -> Result {
        chat.say(message.text().unwrap_or("no text")).await?;
        Ok(())
    }
}

with_either_store!(
    an_old_body_is_not_answered_again,
    deep_json_costs_itself,
    a_stranger_is_turned_away_and_meta_is_not,
    a_body_that_does_not_come_is_not_waited_for,
    either_secret_is_taken_while_one_is_rotated,
);

async fn an_old_body_is_not_answered_again(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an open window");
    let body = stage.text(&stage.ana(), "wamid.first", "once").to_string();
    assert_eq!(stage.post(body.clone()).await, StatusCode::OK);
    stage.ana().sees("once").await.expect("an answer");
    let spaced = body.replace(':', ": ");
    assert_eq!(stage.post(body).await, StatusCode::OK);
    assert_eq!(stage.post(spaced).await, StatusCode::OK, "the same item in other bytes");
    let later = stage.text(&stage.ana(), "wamid.second", "later").to_string();
    assert_eq!(stage.post(later).await, StatusCode::OK);
    stage.ana().sees("later").await.expect("an answer");
    assert_eq!(said(&stage.ana()), ["hi", "once", "later"]);
}

/// 4 MB of brackets, wherever a delivery may hold them.
async fn deep_json_costs_itself(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an open window");
    let depth = 1_900_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let open = "[".repeat(depth);
    let value = stage.text(&stage.ana(), "wamid.deep", "DEEP").to_string();
    for (body, expected) in [
        (deep.clone(), StatusCode::OK),
        (open, StatusCode::BAD_REQUEST),
        (value.replace("\"DEEP\"", &deep), StatusCode::OK),
        (value.replace("\"body\":", &format!("\"new\":{deep},\"body\":")), StatusCode::OK),
        (value.replace("\"messages\":[", &format!("\"new\":{deep},\"messages\":[")), StatusCode::OK),
        (format!("{{\"object\":{deep}}}"), StatusCode::OK),
        (format!("{{\"entry\":{deep}}}"), StatusCode::OK),
    ] {
        assert!(body.len() < wappa::cloud::webhook::MAX_BODY);
        assert_eq!(stage.post(body.clone()).await, expected, "{}…", &body[..40]);
    }
    let after = stage.text(&stage.ana(), "wamid.after", "after").to_string();
    assert_eq!(stage.post(after).await, StatusCode::OK);
    stage.ana().sees("after").await.expect("the conversation goes on");
}

fn from(peer: [u8; 4], body: &str, signature: &str) -> Request<Body> {
    let mut request = Request::post("/webhook/whatsapp")
        .header("x-hub-signature-256", signature)
        .body(Body::from(body.to_owned()))
        .expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 443))));
    request
}

async fn a_stranger_is_turned_away_and_meta_is_not(place: Place) {
    let stage = Stage::building(Echo, &place, |bot| bot.source_limit(SourceLimit::peer().rate(5, 1))).await;
    stage.ana().says("hi").expect("said");
    stage.ana().sees("hi").await.expect("an open window");
    let (stranger, meta) = ([203, 0, 113, 1], [203, 0, 113, 2]);
    let body = stage.text(&stage.ana(), "wamid.1", "true").to_string();
    let signature = stage.business().app_secret.sign(body.as_bytes());
    let wrong = AppSecret::new("guessed").sign(body.as_bytes());
    let mut answers = Vec::new();
    for _ in 0..7 {
        let Ok(answer) = stage.bot.routes().oneshot(from(stranger, &body, &wrong)).await;
        answers.push(answer.status().as_u16());
    }
    assert_eq!(answers[..5], [401; 5]);
    assert!(answers[5..].contains(&429), "{answers:?}");
    for _ in 0..50 {
        let Ok(answer) = stage.bot.routes().oneshot(from(meta, &body, &signature)).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    stage.ana().sees("true").await.expect("an answer");
    let guess = "/webhook/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token=guess";
    let mut refused = 0;
    for _ in 0..10 {
        let mut request = Request::get(guess).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 443))));
        let Ok(answer) = stage.bot.routes().oneshot(request).await;
        refused += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "verify tokens cannot be tried without end");
}

async fn a_body_that_does_not_come_is_not_waited_for(place: Place) {
    let stage = Stage::of(Echo, &place).await;
    let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let request = Request::post("/webhook/whatsapp").body(never).expect("a request");
    let Ok(answer) = stage.bot.routes().oneshot(request).await;
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
}

async fn either_secret_is_taken_while_one_is_rotated(place: Place) {
    const NUMBER: &str = "222222222222222";
    let number = NumberConfig::new(NUMBER, wappa::cloud::AccessToken::new("a token"))
        .app_secret(AppSecret::new("new"))
        .app_secret(AppSecret::new("old"));
    let stage = Stage::building(Echo, &place, |bot| bot.number(number)).await;
    for (secret, expected) in
        [("old", StatusCode::OK), ("new", StatusCode::OK), ("older", StatusCode::UNAUTHORIZED)]
    {
        let body = delivery(&NUMBER.into(), &[message("15550100001", &format!("wamid.{secret}"), "hi")]);
        let body = body.to_string();
        let signature = AppSecret::new(secret).sign(body.as_bytes());
        assert_eq!(stage.post_with(body, Some(&signature)).await, expected, "{secret}");
    }
}

fn key(digit: &str) -> VaultKey {
    digit.repeat(64).parse().expect("a key")
}

async fn started(place: &Place, emulator: Emulator, keys: &[VaultKey]) -> Stage {
    let keys = keys.to_vec();
    Stage::try_building(Echo, place, emulator, |bot| keys.into_iter().fold(bot, Wappa::token_key))
        .await
        .expect("a bot")
}

fn token(stage: &Stage) -> String {
    let number = stage.bot.handle().messenger().numbers().pop().expect("our number");
    number.token.expose().to_owned()
}

/// Where a file below `folder` holds these bytes.
fn holding(folder: PathBuf, bytes: &[u8]) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path());
    files
        .filter(|path| {
            let content = fs::read(path).unwrap_or_default();
            content.windows(bytes.len()).any(|window| window == bytes)
        })
        .collect()
}

#[tokio::test]
async fn a_replaced_token_outlives_the_process_and_is_never_in_the_open() {
    let place = Place::sqlite();
    let StoreChoice::Sqlite(file) = place.choice() else { panic!("a file") };
    let folder = file.parent().expect("a folder").to_owned();
    let open = || Emulator::open(EmulatorConfig::for_tests());

    let stage = started(&place, open().await.expect("an emulator"), &[key("a")]).await;
    let (handle, number) = (stage.bot.handle(), stage.business().phone_number_id);
    handle.shared::<String>("marker").set(&"EAAB-in-the-open".to_owned()).await.expect("written");
    handle.keep_token(number.clone(), "EAAB-replaced").await.expect("kept");
    assert_eq!(token(&stage), "EAAB-replaced");
    let elsewhere = handle.keep_token("1", "x").await;
    assert!(matches!(elsewhere, Err(KeepTokenError::Number(_))), "{elsewhere:?}");
    stage.bot.shutdown().await;
    assert!(!holding(folder.clone(), b"EAAB-in-the-open").is_empty(), "the search finds what is in the open");
    assert_eq!(holding(folder, b"EAAB-replaced"), Vec::<PathBuf>::new());

    let stage = started(&place, open().await.expect("an emulator"), &[key("b"), key("a")]).await;
    assert_eq!(token(&stage), "EAAB-replaced");
    stage.bot.shutdown().await;
    let stage = started(&place, open().await.expect("an emulator"), &[]).await;
    assert_eq!(token(&stage), stage.business().access_token.expose(), "without its key it is not used");
    let refused = stage.bot.handle().keep_token(number, "x").await;
    assert!(matches!(refused, Err(KeepTokenError::NoKey)), "{refused:?}");
}

#[tokio::test]
async fn keys_and_sources_come_from_the_environment_and_wrong_ones_do_not_show() {
    let variables = |name: &str, value: &str| {
        wappa::Settings::from_variables(&wappa::Variables::from_iter([(name, value)]))
    };
    let two = format!("{},{}", "a".repeat(64), "b".repeat(64));
    assert_eq!(variables("WAPPA_TOKEN_KEYS", &two).expect("keys").token_keys.len(), 2);
    let half = variables("WAPPA_TOKEN_KEYS", "c0ffee").expect_err("half a key").to_string();
    assert!(half.contains("openssl rand -hex 32") && !half.contains("c0ffee"), "{half}");
    let proxy = variables("WAPPA_SOURCE", "x-forwarded-for/2").expect("a header").source_limit;
    assert_eq!(proxy, SourceLimit::header_behind("x-forwarded-for", 2).ok());
    assert!(variables("WAPPA_SOURCE", "no header").is_err());
}
