//! The endpoint of a Flow over HTTP, as WhatsApp asks it. Requests are sealed here, by a key pair and a wrapped AES key that
//! another library made.

use std::{sync::Arc, time::Duration};

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, consts::U16},
    aes::Aes128,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use wappa::{
    emulator::{Emulator, EmulatorConfig},
    flow::{Flow, FlowAnswer, FlowAsk, FlowKeys, SignedTokens},
    prelude::*,
};

use crate::{
    dial::Dial,
    stage::{Place, Stage},
};

const VECTORS: &str = include_str!("../../wappa-cloud/src/flow/vectors/endpoint.json");
/// The AES key that `encrypted_aes_key` of the vectors wraps, and the nonce requests are sealed with here.
const KEY: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const NONCE: [u8; 16] = [7; 16];

struct Silent;

impl EventHandler for Silent {
    async fn on_message(&self, _: Chat, _: Message) -> Result {
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct SignUp {
    name: String,
}

async fn opened(ask: FlowAsk) -> Result<FlowAnswer> {
    assert!(ask.remaining() > Duration::from_secs(9));
    ask.screen("SIGN_UP", &json!({ "greeting": "Hi" }))
}

async fn signed_up(ask: FlowAsk<SignUp>) -> Result<FlowAnswer> {
    match ask.data().name.as_str() {
        "" => ask.again("What is your name?"),
        "over" => ask.over("Too late."),
        "panic" => panic!("a handler of the test panics"),
        "fail" => Err(wappa::Error::msg("it failed")),
        "hang" => std::future::pending().await,
        _ => ask.finish(ask.data()),
    }
}

fn vectors() -> Value {
    serde_json::from_str(VECTORS).expect("the vectors")
}

fn keys() -> FlowKeys {
    FlowKeys::from_pem(vectors()["private_key_pkcs8"].as_str().expect("a key")).expect("a key")
}

fn flow() -> Flow {
    Flow::new(FlowKeys::generate().expect("a key")).or_key(keys()).on_open(opened).on("SIGN_UP", signed_up)
}

async fn stage() -> Stage {
    Stage::building(Silent, &Place::memory(), |bot| {
        bot.flow("signup", flow()).flow("strict", flow().signed_tokens(SignedTokens::Required))
    })
    .await
}

fn cipher() -> AesGcm<Aes128, U16> {
    AesGcm::new(&KEY.into())
}

fn sealed(request: &Value) -> String {
    let data = cipher().encrypt(&NONCE.into(), request.to_string().as_bytes()).expect("sealed");
    json!({
        "encrypted_flow_data": BASE64_STANDARD.encode(data),
        "encrypted_aes_key": vectors()["request"]["encrypted_aes_key"],
        "initial_vector": BASE64_STANDARD.encode(NONCE),
    })
    .to_string()
}

async fn post(stage: &Stage, name: &str, body: String, signature: Option<String>) -> (StatusCode, Bytes) {
    let mut request = Request::post(format!("/flows/{name}"));
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    let Ok(answer) = stage.bot.routes().oneshot(request.body(Body::from(body)).expect("a request")).await;
    let status = answer.status();
    (status, to_bytes(answer.into_body(), 1 << 20).await.expect("a body"))
}

/// Asks as WhatsApp does, and opens the answer.
async fn ask(stage: &Stage, name: &str, request: Value) -> (u16, Option<Value>) {
    let body = sealed(&request);
    let signature = stage.business().app_secret.sign(body.as_bytes());
    let (status, answer) = post(stage, name, body, Some(signature)).await;
    let answer = BASE64_STANDARD.decode(answer).ok().and_then(|sealed| {
        let plain = cipher().decrypt(&NONCE.map(|byte| byte ^ 0xff).into(), sealed.as_slice()).ok()?;
        serde_json::from_slice(&plain).ok()
    });
    (status.as_u16(), answer)
}

fn submitted(name: &str) -> Value {
    json!({ "version": "3.0", "action": "data_exchange", "screen": "SIGN_UP", "data": { "name": name }, "flow_token": "t" })
}

#[tokio::test]
async fn a_form_is_led_from_screen_to_screen() {
    let stage = stage().await;
    let init = json!({ "version": "3.0", "action": "INIT", "flow_token": "t" });
    assert_eq!(
        ask(&stage, "signup", init).await,
        (200, Some(json!({ "screen": "SIGN_UP", "data": { "greeting": "Hi" } })))
    );
    assert_eq!(
        ask(&stage, "signup", submitted("")).await,
        (200, Some(json!({ "screen": "SIGN_UP", "data": { "error_message": "What is your name?" } })))
    );
    let params = json!({ "name": "Ana", "flow_token": "t" });
    assert_eq!(
        ask(&stage, "signup", submitted("Ana")).await,
        (
            200,
            Some(
                json!({ "screen": "SUCCESS", "data": { "extension_message_response": { "params": params } } })
            )
        )
    );
    assert_eq!(
        ask(&stage, "signup", submitted("over")).await,
        (427, Some(json!({ "error_msg": "Too late." })))
    );
    let ping = json!({ "version": "3.0", "action": "ping" });
    assert_eq!(ask(&stage, "signup", ping).await, (200, Some(json!({ "data": { "status": "active" } }))));
    let failed =
        json!({ "action": "data_exchange", "screen": "SIGN_UP", "data": { "error": "INVALID_SCREEN" } });
    assert_eq!(ask(&stage, "signup", failed).await, (200, Some(json!({ "data": { "acknowledged": true } }))));
}

#[tokio::test]
async fn what_goes_wrong_costs_its_own_request() {
    let stage = stage().await;
    let body = sealed(&submitted("Ana"));
    assert_eq!(post(&stage, "signup", body.clone(), None).await.0.as_u16(), 432);
    let foreign = wappa::cloud::AppSecret::new("another").sign(body.as_bytes());
    assert_eq!(post(&stage, "signup", body.clone(), Some(foreign)).await.0.as_u16(), 432);
    assert_eq!(ask(&stage, "unknown", submitted("Ana")).await.0, 404);
    let mut other: Value = serde_json::from_str(&body).expect("a request");
    other["encrypted_aes_key"] = BASE64_STANDARD.encode([1; 256]).into();
    let other = other.to_string();
    let signature = stage.business().app_secret.sign(other.as_bytes());
    assert_eq!(post(&stage, "signup", other, Some(signature)).await.0.as_u16(), 421);
    for name in ["panic", "fail"] {
        assert_eq!(ask(&stage, "signup", submitted(name)).await, (500, None), "{name}");
    }
    let misshapen = json!({ "action": "data_exchange", "screen": "SIGN_UP", "data": { "nom": 1 } });
    assert_eq!(ask(&stage, "signup", misshapen).await, (500, None));
    let elsewhere = json!({ "action": "data_exchange", "screen": "NOWHERE", "data": {} });
    assert_eq!(ask(&stage, "signup", elsewhere).await, (500, None));
    assert_eq!(ask(&stage, "signup", submitted("Ana")).await.0, 200);
}

#[tokio::test]
async fn a_token_must_be_signed_where_that_is_asked_for() {
    let stage = stage().await;
    let with = |signature: &str| {
        let mut request = submitted("Ana");
        request["flow_token_signature"] = signature.into();
        request
    };
    let url = base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let signed = format!("{}.{}", url.encode(r#"{"alg":"HS256"}"#), url.encode(r#"{"flow_token":"t"}"#));
    let mac = stage.business().app_secret.sign(signed.as_bytes());
    let mac = hex::decode(mac.trim_start_matches("sha256=")).expect("a signature");
    let signed = format!("{signed}.{}", url.encode(mac));
    assert_eq!(ask(&stage, "strict", with(&signed)).await.0, 200);
    assert_eq!(ask(&stage, "strict", submitted("Ana")).await.0, 427);
    assert_eq!(ask(&stage, "strict", with("a.b.c")).await.0, 427);
    assert_eq!(ask(&stage, "signup", with("a.b.c")).await.0, 427, "a wrong one is never taken");
}

#[tokio::test]
async fn a_handler_has_as_long_as_whatsapp_waits() {
    let dial = Dial::at(1_000_000);
    let emulator = Emulator::open(EmulatorConfig::for_tests()).await.expect("an emulator");
    let clock = dial.clone();
    let place = Place::memory();
    let stage = Stage::try_building(Silent, &place, emulator, |bot| {
        bot.flow("signup", flow()).custom_clock(Arc::new(clock))
    });
    let stage = stage.await.expect("a bot");
    let asking = ask(&stage, "signup", submitted("hang"));
    tokio::pin!(asking);
    let answered = loop {
        tokio::select! {
            biased;
            answered = &mut asking => break answered,
            () = tokio::task::yield_now() => dial.by(Duration::from_secs(1)),
        }
    };
    assert_eq!(answered, (500, None));
}

#[tokio::test]
async fn names_are_checked_when_the_bot_is_built() {
    for names in [["a b", "c"], ["same", "same"], ["", "c"]] {
        let build = Wappa::new()
            .ignore_environment()
            .store(StoreChoice::Memory)
            .set_event_handler(Silent)
            .flow(names[0], flow())
            .flow(names[1], flow());
        let error = build.build().await.expect_err("refused").to_string();
        assert!(error.contains(names[0]), "{error}");
    }
}
