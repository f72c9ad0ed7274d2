//! Forms and their endpoints: what is asked can be opened with the keys of the client, and the app acts upon each answer.

use std::sync::{Arc, Mutex};

use axum::http::header;
use futures_util::future::BoxFuture;
use wappa_cloud::flow::{FlowAction, FlowAnswer, FlowKeys, FlowRequest, Opened};

use super::*;
use crate::{FlowCall, FlowHeard, SignedWebhook, WebhookSink};

/// An endpoint that answers with these, and remembers what it was asked.
struct Endpoint {
    keys: FlowKeys,
    answers: Mutex<Vec<Answer>>,
    asked: Mutex<Vec<FlowRequest>>,
}

enum Answer {
    Sealed(FlowAnswer),
    Status(u16),
    Silence,
}

impl WebhookSink for Endpoint {
    fn deliver(&self, _: SignedWebhook) -> BoxFuture<'_, u16> {
        Box::pin(std::future::ready(200))
    }

    fn ask(&self, call: FlowCall) -> BoxFuture<'_, FlowHeard> {
        assert_eq!(call.endpoint, "/flows/booking");
        let Opened { request, key, .. } = self.keys.open(&call.body).unwrap();
        self.asked.lock().unwrap().push(request);
        let heard = match self.answers.lock().unwrap().remove(0) {
            Answer::Sealed(answer) => {
                FlowHeard { status: answer.status(), body: key.seal(&answer).unwrap().into() }
            }
            Answer::Status(status) => FlowHeard { status, body: "no".into() },
            Answer::Silence => FlowHeard::default(),
        };
        Box::pin(std::future::ready(heard))
    }
}

struct Form {
    front: Front,
    endpoint: Arc<Endpoint>,
    path: String,
}

/// Ana has been invited to fill in a form.
async fn form(answers: Vec<Answer>) -> Form {
    let front = front().await;
    let keys = FlowKeys::generate().unwrap();
    let json = json!({"version": "7.3", "data_api_version": "4.0", "routing_model": {"A": ["B"], "B": []},
        "screens": [{"id": "A"}, {"id": "B", "terminal": true}, {"id": "C"}]});
    front.emulator.add_flow("booking", &json, Some("/flows/booking"));
    front.emulator.set_flow_key(&front.number.as_str().into(), keys.public_pem());
    let endpoint = Arc::new(Endpoint { keys, answers: Mutex::new(answers), asked: Mutex::default() });
    front.emulator.connect(endpoint.clone());
    front.post(&front.chat("messages"), &json!({"type": "text", "body": "hi"})).await;
    let body = json!({"messaging_product": "whatsapp", "to": "15550100001", "type": "interactive", "interactive": {
        "type": "flow", "body": {"text": "Book"}, "action": {"name": "flow", "parameters": {
            "flow_message_version": "3", "flow_name": "booking", "flow_cta": "Book", "flow_token": "t-1",
            "flow_action": "data_exchange"}}}});
    let send = Request::post(format!("/v25.0/{}/messages", front.number))
        .header(header::AUTHORIZATION, &front.token)
        .header(header::CONTENT_TYPE, "application/json");
    let sent = json_of(front.ask(send, body.to_string()).await).await;
    let path = front.chat(&format!("flows/{}", sent["messages"][0]["id"].as_str().unwrap()));
    Form { front, endpoint, path }
}

impl Form {
    async fn ask(&self, question: Value) -> Value {
        let (status, answer) = self.front.post(&self.path, &question).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn submit(&self) -> Value {
        self.ask(json!({"action": "data_exchange", "screen": "A", "data": {"name": "Ana"}})).await
    }

    fn asked(&self) -> Vec<FlowAction> {
        self.endpoint.asked.lock().unwrap().iter().map(|request| request.action.clone()).collect()
    }
}

fn screen(id: &str) -> Answer {
    Answer::Sealed(FlowAnswer::screen(id, &json!({"k": "v"})).unwrap())
}

#[tokio::test]
async fn a_form_is_led_by_its_endpoint_and_its_reply_reaches_the_bot() {
    let done = FlowAnswer::finish("t-1", &json!({"size": "s"})).unwrap();
    let form = form(vec![screen("A"), screen("B"), screen("A"), Answer::Sealed(done)]).await;
    let shown = json_of(form.front.ask(Request::get(&form.path), Body::empty()).await).await;
    assert_eq!((&shown["name"], &shown["invite"]["token"]), (&json!("booking"), &json!("t-1")));
    assert_eq!(
        form.ask(json!({"action": "INIT"})).await,
        json!({"kind": "screen", "screen": "A", "data": {"k": "v"}})
    );
    assert_eq!(form.submit().await["screen"], "B");
    assert_eq!(form.ask(json!({"action": "BACK", "screen": "A"})).await["screen"], "A");
    assert_eq!(form.submit().await["kind"], "done");
    assert_eq!(
        form.asked(),
        [FlowAction::Init, FlowAction::DataExchange, FlowAction::Back, FlowAction::DataExchange]
    );
    let secret = form.front.emulator.business().app_secret;
    for request in form.endpoint.asked.lock().unwrap().iter() {
        assert_eq!(request.flow_token.as_deref(), Some("t-1"));
        let signature = request.flow_token_signature.as_deref().unwrap();
        assert_eq!(secret.verify_flow_token("t-1", signature), Ok(()));
    }
    let state = json_of(form.front.ask(Request::get("/api/state"), Body::empty()).await).await;
    let reply = state["chats"][0]["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(reply["content"]["response"], json!({"flow_token": "t-1", "size": "s"}));
    assert_eq!(
        state["wire"].as_array().unwrap().iter().filter(|wire| wire["direction"] == "flow").count(),
        4
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_opened_is_made_again_once() {
    let form = form(vec![Answer::Status(421), screen("A"), Answer::Status(421), Answer::Status(421)]).await;
    assert_eq!(form.ask(json!({"action": "INIT"})).await["screen"], "A");
    let gone = form.ask(json!({"action": "INIT"})).await;
    assert!(gone["kind"] == "failed" && gone["detail"].as_str().unwrap().starts_with("421"), "{gone}");
    assert_eq!(form.asked().len(), 4);
}

#[tokio::test]
async fn a_token_that_is_over_switches_the_invitation_off() {
    let form = form(vec![Answer::Sealed(FlowAnswer::token_expired("Too late."))]).await;
    assert_eq!(form.submit().await, json!({"kind": "over", "message": "Too late."}));
    let shown = json_of(form.front.ask(Request::get(&form.path), Body::empty()).await).await;
    assert_eq!(shown["invite"]["over"], "Too late.");
}

#[tokio::test]
async fn what_the_app_cannot_show_is_told_to_the_endpoint() {
    let acknowledged = || Answer::Sealed(FlowAnswer::acknowledged());
    let form = form(vec![screen("D"), acknowledged(), screen("C"), acknowledged()]).await;
    for error in ["INVALID_SCREEN", "INVALID_SCREEN_TRANSITION"] {
        let answer = form.submit().await;
        assert!(answer["kind"] == "failed" && answer["detail"].as_str().unwrap().contains(error), "{answer}");
        let told = form.endpoint.asked.lock().unwrap().last().unwrap().client_error().unwrap();
        assert_eq!(told.key, error);
    }
}

#[tokio::test]
async fn whatever_else_goes_wrong_is_said_to_the_developer() {
    let form =
        form(vec![Answer::Status(432), Answer::Status(500), Answer::Status(200), Answer::Silence]).await;
    for words in ["432", "500", "could not be decrypted", "no answer"] {
        let answer = form.submit().await;
        assert!(answer["detail"].as_str().unwrap().contains(words), "{answer}");
        assert!(!answer["message"].as_str().unwrap().contains(words), "{answer}");
    }
    let (status, _) = form.front.post(&form.front.chat("flows/wamid.none"), &json!({"action": "INIT"})).await;
    assert_eq!(status, 422);
    form.front.emulator.set_flow_key(&form.front.number.as_str().into(), "no key");
    assert!(form.submit().await["detail"].as_str().unwrap().contains("no RSA key"));
}
