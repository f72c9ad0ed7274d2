//! The assistant in production form, talked to. What answers is a fake: tests need no model, no key and no network.

use std::sync::{Arc, Mutex};

use axum::{Json, http::HeaderMap, routing::post};
use serde_json::{Value, json};
use wappa::{Error, testing::World};

use super::*;
use crate::{
    answerer::Answerer,
    talk::{Role, Said},
};

/// Answers as it was told, and remembers what it was asked.
#[derive(Clone)]
struct Fake {
    answer: std::result::Result<String, &'static str>,
    asked: Arc<Mutex<Vec<Vec<Said>>>>,
}

impl Fake {
    fn saying(answer: impl Into<String>) -> Self {
        Self {
            answer: Ok(answer.into()),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<Vec<Said>> {
        self.asked.lock().expect("no test has panicked").clone()
    }
}

impl Answerer for Fake {
    async fn answer(&self, talk: &[Said]) -> Result<String> {
        self.asked
            .lock()
            .expect("no test has panicked")
            .push(talk.to_vec());
        self.answer.clone().map_err(Error::msg)
    }
}

fn said(role: Role, content: &str) -> Said {
    Said {
        role,
        content: content.to_owned(),
    }
}

#[wappa::test]
async fn what_was_said_is_remembered_until_it_is_forgotten(world: World) {
    let fake = Fake::saying("**Yes**, until six.");
    let bot = Wappa::new()
        .set_event_handler(bot(Arc::new(fake.clone())))
        .session(memory());
    let ana = world.bot_of(bot).user("Ana");
    ana.says("Are you open?").await;
    ana.sees("*Yes*, until six.").exactly("*Yes*, until six.");
    ana.says("And tomorrow?").await;
    let talk = [
        said(Role::User, "Are you open?"),
        said(Role::Assistant, "**Yes**, until six."),
        said(Role::User, "And tomorrow?"),
    ];
    assert_eq!(fake.asked().last().map(Vec::as_slice), Some(&talk[..]));
    ana.says("/new").await;
    ana.sees("All forgotten.");
    ana.says("Hello").await;
    assert_eq!(fake.asked().last(), Some(&vec![said(Role::User, "Hello")]));
    world.clock().advance(wappa::testing::hours(25));
    ana.says("Good morning").await;
    assert_eq!(
        fake.asked().last(),
        Some(&vec![said(Role::User, "Good morning")])
    );
}

#[wappa::test]
async fn words_are_answered_and_places_are_not(world: World) {
    let ana = world.bot(bot(Arc::new(Fake::saying("Hello!")))).user("Ana");
    ana.says("Hi").await;
    ana.sees("Hello!");
    ana.shares_location(52.52, 13.405).await;
    ana.sees("I understand words only.");
}

#[wappa::test]
async fn a_long_answer_comes_in_several_messages(world: World) {
    let long = "All work and no play. ".repeat(300);
    let ana = world.bot(bot(Arc::new(Fake::saying(long)))).user("Ana");
    ana.says("Tell me a story").await;
    ana.sees("All work");
    ana.sees("All work");
    ana.sees_nothing();
}

#[wappa::test]
async fn nobody_is_left_waiting(world: World) {
    let fake = Fake {
        answer: Err("the model is down"),
        asked: Arc::default(),
    };
    let ana = world.bot(bot(Arc::new(fake.clone()))).user("Ana");
    ana.says("Hello?").await;
    ana.sees(FALLBACK);
    ana.says("try again").await;
    ana.sees(FALLBACK);
    let talk = vec![said(Role::User, "Hello?"), said(Role::User, "try again")];
    assert_eq!(fake.asked(), [talk[..1].to_vec(), talk]);
}

/// The model's side of HTTP, on a free port.
async fn model(answer: Value) -> (Model, Arc<Mutex<Vec<Value>>>) {
    let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
    let hears = Arc::clone(&asked);
    let completions = move |headers: HeaderMap, Json(mut body): Json<Value>| async move {
        let key = headers
            .get("authorization")
            .map(|key| key.to_str().unwrap_or_default());
        body["key"] = key.into();
        hears.lock().expect("no test has panicked").push(body);
        Json(answer)
    };
    let app = axum::Router::new().route("/v1/chat/completions", post(completions));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}/v1/", listener.local_addr().expect("the port"));
    tokio::spawn(async { axum::serve(listener, app).await });
    let key = Some("key".to_owned());
    let model = Model::new(Some(url), key, "small".to_owned(), "Be brief.".to_owned());
    (model.expect("a client"), asked)
}

#[tokio::test]
async fn a_model_is_asked_over_http() {
    let answer = json!({ "choices": [{ "message": { "role": "assistant", "content": "Hi!" } }] });
    let (model, asked) = model(answer).await;
    let talk = [said(Role::User, "Hello")];
    let answer = Answerer::answer(&model, &talk).await.expect("an answer");
    assert_eq!(answer, "Hi!");
    let expected = json!({
        "model": "small",
        "messages": [
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": "Hello" },
        ],
        "key": "Bearer key",
    });
    assert_eq!(*asked.lock().expect("no test has panicked"), [expected]);
}

#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    for answer in [json!({ "choices": [] }), json!({ "error": "overloaded" })] {
        let (model, _) = model(answer).await;
        assert!(Answerer::answer(&model, &[]).await.is_err());
    }
}

#[tokio::test]
async fn without_an_address_the_reason_names_the_setting() {
    let model = Model::new(None, None, String::new(), String::new()).expect("a client");
    let error = Answerer::answer(&model, &[]).await.expect_err("no address");
    assert!(error.to_string().contains("ASSISTANT_BASE_URL"));
}
