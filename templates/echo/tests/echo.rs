//! Talks to the bot as a person does: the real program runs, and what somebody types on the phone page goes in through the
//! page's HTTP interface.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

#[tokio::test]
async fn says_back_what_it_hears() {
    let mut ana = Phone::of_a_new_bot().await;
    ana.says(json!({ "type": "text", "body": "¿Hay alguien?" }))
        .await;
    assert_eq!(ana.hears().await, "¿Hay alguien?");
}

#[tokio::test]
async fn asks_for_text_when_it_gets_something_else() {
    let mut ana = Phone::of_a_new_bot().await;
    ana.says(json!({ "type": "location", "latitude": 52.52, "longitude": 13.405 }))
        .await;
    assert_eq!(ana.hears().await, "Send me some text.");
}

/// The phone of the first person in the emulator, and the bot it talks to.
struct Phone {
    http: Client,
    /// Where this person's messages are posted.
    messages: String,
    events: Response,
    unread: Vec<u8>,
    _bot: Bot,
}

impl Phone {
    async fn of_a_new_bot() -> Self {
        let bot = Bot::start();
        let page = &bot.page;
        let http = Client::builder()
            .timeout(Duration::from_secs(20))
            .build()
            .expect("a client");
        let state: Value = get(&http, &format!("{page}/api/state"))
            .await
            .json()
            .await
            .expect("the state");
        let (number, person) = (&state["numbers"][0]["id"], &state["people"][0]["id"]);
        let (number, person) = (
            number.as_str().expect("a number"),
            person.as_str().expect("a person"),
        );
        let messages = format!("{page}/api/chats/{number}/{person}/messages");
        let events = get(&http, &format!("{page}/api/events?after={}", state["seq"])).await;
        Self {
            http,
            messages,
            events,
            unread: Vec::new(),
            _bot: bot,
        }
    }

    async fn says(&self, message: Value) {
        let answer = self
            .http
            .post(&self.messages)
            .json(&message)
            .send()
            .await
            .expect("an answer");
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.expect("a body")
        );
    }

    /// The text of the bot's next message.
    async fn hears(&mut self) -> String {
        loop {
            let event = self.event().await;
            if event["type"] == "message" && event["message"]["from"] == "business" {
                return event["message"]["content"]["body"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
            }
        }
    }

    /// The next thing that happens on the page, as server-sent events tell it.
    async fn event(&mut self) -> Value {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                match line.strip_prefix(b"data:") {
                    Some(data) => return serde_json::from_slice(data).expect("an event is JSON"),
                    None => continue,
                }
            }
            let chunk = self.events.chunk().await.expect("the bot answers in time");
            self.unread.extend(chunk.expect("the bot is still there"));
        }
    }
}

async fn get(http: &Client, url: &str) -> Response {
    http.get(url)
        .send()
        .await
        .and_then(Response::error_for_status)
        .expect("the phone page answers")
}

/// The program, in an empty folder and without credentials: it talks to the emulator.
struct Bot {
    process: Child,
    page: String,
    // Open as long as the bot may write to it.
    _output: Lines<BufReader<ChildStdout>>,
    _folder: TempDir,
}

impl Bot {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(env!("CARGO_BIN_EXE_{{project-name}}"))
            .current_dir(&folder)
            .env_clear()
            // Without it there is no network on Windows.
            .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
            .env("WAPPA_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the bot starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output")).lines();
        let page = output
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                Some(
                    line.trim()
                        .strip_prefix("Phone")?
                        .split_whitespace()
                        .next()?
                        .to_owned(),
                )
            })
            .expect("the banner names the phone page");
        Self {
            process,
            page,
            _output: output,
            _folder: folder,
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        self.process
            .kill()
            .and_then(|()| self.process.wait().map(drop))
            .ok();
    }
}
