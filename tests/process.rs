//! The echo example as a process of its own: what it says when it starts, how it ends, and what it refuses.

mod common;

use std::path::Path;

use common::{
    program::{Program, outcome},
    wait::until,
};
use serde_json::{Value, json};
use wappa::emulator::{TerminalPhone, Typist};

/// The first person's phone, over the phone page's own interface.
struct Phone {
    page: String,
    chat: String,
}

impl Phone {
    async fn of(program: &Program) -> Self {
        let page = program.phone().to_owned();
        let state = state(&page).await;
        let (number, person) = (text(&state["numbers"][0]["id"]), text(&state["people"][0]["id"]));
        Self { chat: format!("{page}/api/chats/{number}/{person}"), page }
    }

    async fn post(&self, what: &str, body: &Value) {
        let url = format!("{}/{what}", self.chat);
        let answer = reqwest::Client::new().post(url).json(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.expect("a body"));
    }

    async fn says(&self, body: &str) {
        self.post("messages", &json!({ "type": "text", "body": body })).await;
    }

    async fn messages(&self) -> Vec<Value> {
        let state = state(&self.page).await;
        state["chats"][0]["messages"].as_array().cloned().unwrap_or_default()
    }

    /// Waits for a message with this text and status.
    async fn sees(&self, from: &str, body: &str, status: &str) {
        let what = format!("{body:?} from {from}, {status}");
        until(&what, async || {
            let messages = self.messages().await;
            let is_it = |message: &&Value| {
                message["from"] == from && message["content"]["body"] == body && message["status"] == status
            };
            messages.iter().find(is_it).map(|_| ())
        })
        .await;
    }
}

async fn state(page: &str) -> Value {
    let answer = reqwest::get(format!("{page}/api/state")).await.expect("the phone page answers");
    answer.json().await.expect("the state is JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn echoes_with_ticks_and_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start("echo", folder.path(), &[]).await;
    let banner = program.banner.join("\n");
    for line in ["Mode", "Webhook", "Verify", "Phone", "Store", "Routes"] {
        assert!(banner.contains(line), "{line} is not in the banner:\n{banner}");
    }

    let phone = Phone::of(&program).await;
    phone.says("hello").await;
    phone.sees("person", "hello", "read").await;
    phone.sees("business", "hello", "delivered").await;
    phone.post("open", &json!({})).await;
    phone.sees("business", "hello", "read").await;

    assert_eq!(program.end().await.code(), Some(0));

    // What was said is still there, and the conversation goes on.
    let program = Program::start("echo", folder.path(), &[]).await;
    let phone = Phone::of(&program).await;
    assert_eq!(phone.messages().await.len(), 2);
    phone.says("and again").await;
    phone.sees("business", "and again", "delivered").await;
    assert_eq!(program.end().await.code(), Some(0));
}

#[tokio::test]
async fn it_ends_although_its_disk_hangs() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start("stuck", folder.path(), &[("WAPPA_GRACE", "0")]).await;
    Phone::of(&program).await.says("hello").await;
    let told = folder.path().join("it-hangs");
    until("the disk to hang", async || told.exists().then_some(())).await;
    assert_eq!(program.end().await.code(), Some(1));
    let said = std::fs::read_to_string(folder.path().join("log.txt")).expect("a log");
    assert!(said.contains("the store did not close within 10 seconds"), "{said}");
}

#[tokio::test]
async fn a_second_process_on_the_same_store_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Program::start("echo", folder.path(), &[]).await;
    let said = refusal(folder.path(), &[("WAPPA_LISTEN", "127.0.0.1:0")]).await;
    assert!(said.contains("is in use by another process"), "{said}");
    assert!(said.contains("WAPPA_STORE"), "the mend is named: {said}");

    // The first one is not disturbed.
    let phone = Phone::of(&first).await;
    phone.says("still there?").await;
    phone.sees("business", "still there?", "delivered").await;
}

#[tokio::test]
async fn a_store_of_any_name_is_locked() {
    let folder = tempfile::tempdir().expect("a folder");
    let choice = [("WAPPA_STORE", "sqlite:deep/down/bot.db"), ("WAPPA_LISTEN", "127.0.0.1:0")];
    let _first = Program::start("echo", folder.path(), &choice).await;
    let said = refusal(folder.path(), &choice).await;
    assert!(said.contains("is in use by another process"), "{said}");
}

#[tokio::test]
async fn in_production_missing_credentials_are_named() {
    for demand in [("WAPPA_ENV", "production"), ("PORT", "0")] {
        let folder = tempfile::tempdir().expect("a folder");
        let said = refusal(folder.path(), &[demand]).await;
        for name in [demand.0, "WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET"] {
            assert!(said.contains(name), "{name} is not named: {said}");
        }
        assert!(!folder.path().join(".wappa").exists(), "nothing is made before the settings are whole");
    }
}

#[tokio::test]
async fn some_but_not_all_credentials_are_an_error_that_names_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = "EAAGm0PX4ZCpsBA";
    let said = refusal(folder.path(), &[("WHATSAPP_TOKEN", secret)]).await;
    assert!(said.contains("WHATSAPP_PHONE_ID"), "{said}");
    assert!(!said.contains("WHATSAPP_TOKEN ("), "what is there is not missing: {said}");
    assert!(!said.contains(secret), "a secret shows: {said}");
}

/// Why the echo example does not start.
async fn refusal(folder: &Path, variables: &[(&str, &str)]) -> String {
    let output = outcome("echo", folder, variables).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it started: {said}");
    said
}

#[tokio::test]
async fn a_shell_can_be_the_phone() {
    let folder = tempfile::tempdir().expect("a folder");
    let menu = Program::start("menu", folder.path(), &[]).await;
    let phone = TerminalPhone::open(menu.phone(), "Carla").await.expect("a phone");
    let (type_line, typed) = tokio::sync::mpsc::channel(8);
    for line in ["hi", "1", "2", "/location nowhere", "/help"] {
        type_line.send(line.to_owned()).await.expect("room");
    }
    drop(type_line);
    let mut shown = Vec::new();
    phone.run(typed, Typist::Script, &mut shown).await.expect("a conversation");
    let shown = String::from_utf8(shown).expect("text");
    let parts = [
        "My bot: Hi Carla! What can we do for you?",
        "  1) See the menu",
        "My bot: Which one would you like?",
        "  2) Marinara",
        "*Marinara* is in your cart: 7.50 €",
        "! a place is written as",
        "/file photo.jpg",
    ];
    let mut rest = shown.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?}, in this order, in\n{shown}"));
        rest = &rest[at..];
    }
}
