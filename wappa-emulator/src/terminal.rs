//! A phone in a terminal: talks to any bot through the API of a running emulator, line by line.

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use wappa_cloud::MessageId;

use crate::clock::within;
use crate::error::EmulatorError;
use crate::transcript::Line;
use crate::world::{Chat, Msg, Person, Side, Tick};

/// How long a line that came through a pipe waits for the bot's first answer, and then for the next one.
const FIRST: Duration = Duration::from_secs(5);
const NEXT: Duration = Duration::from_millis(400);

const HELP: &str = "\
  a text             says it
  2                  taps what has this number
  /react 👍          reacts to the bot's last message; without an emoji takes it back
  /location 52.5 13  sends a place
  /file photo.jpg    sends a file
  \\2                 says “2”; so for anything else that would mean something here
  /help, /quit";

/// A person's phone, used through a terminal or a pipe.
#[derive(Debug)]
pub struct TerminalPhone {
    client: reqwest::Client,
    origin: String,
    number: NumberView,
    person: Person,
    chat: Option<Chat>,
    shown: HashSet<MessageId>,
    options: Vec<(MessageId, String, String)>,
}

/// Where the lines come from: somebody who reads the answers, or a script that can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typist {
    /// Lines are sent as they come.
    Person,
    /// Each line waits for the answer to the one before.
    Script,
}

#[derive(Clone, Debug, Deserialize)]
struct NumberView {
    id: String,
    display: String,
    name: String,
}

#[derive(Deserialize)]
struct Page {
    seq: u64,
    numbers: Vec<NumberView>,
    people: Vec<Person>,
    chats: Vec<Chat>,
}

impl TerminalPhone {
    /// Takes the phone of this person, who gets one if nobody of that name has.
    ///
    /// # Errors
    /// No emulator answers at `origin`, e.g. `http://127.0.0.1:8001`.
    pub async fn open(origin: &str, name: &str) -> Result<Self, EmulatorError> {
        let origin = origin.trim_end_matches('/').to_owned();
        let client = reqwest::Client::builder().no_proxy().build().map_err(EmulatorError::Remote)?;
        let page: Page = get(&client, &format!("{origin}/api/state")).await?;
        let person = match page.people.into_iter().find(|person| person.name == name) {
            Some(person) => person,
            None => post(&client, &format!("{origin}/api/people"), &json!({ "name": name })).await?,
        };
        let number = page.numbers.into_iter().next();
        let number = number
            .ok_or_else(|| EmulatorError::Typed("there is no business number to talk to".to_owned()))?;
        Ok(Self { client, origin, number, person, chat: None, shown: HashSet::new(), options: Vec::new() })
    }

    /// Does what the lines say and writes what the bot answers, until there are no more lines and no more answers.
    ///
    /// # Errors
    /// The emulator is gone, or `out` can't be written to.
    pub async fn run(
        mut self,
        mut lines: mpsc::Receiver<String>,
        typist: Typist,
        out: &mut (impl Write + Send),
    ) -> Result<(), EmulatorError> {
        let page = self.page().await?;
        let after = page.seq;
        self.take(page, &mut Vec::new())?;
        if typist == Typist::Person {
            let NumberView { name, display, .. } = &self.number;
            writeln!(
                out,
                "{} is talking to {name} ({display}). /help says what can be done.",
                self.person.name
            )?;
        }
        let stream = format!("{}/api/events?after={after}", self.origin);
        let events = self.client.get(stream).send().await.and_then(reqwest::Response::error_for_status);
        let mut events = events.map_err(EmulatorError::Remote)?.bytes_stream();
        let mut waits = None;
        loop {
            let ready = waits.is_none();
            tokio::select! {
                line = lines.recv(), if ready => {
                    let Some(line) = line else { return Ok(()) };
                    if line.trim() == "/quit" {
                        return Ok(());
                    }
                    match self.act(line.trim()).await {
                        Ok(Done::Sent) if typist == Typist::Script => waits = Some(FIRST),
                        Ok(Done::Sent | Done::Nothing) => {}
                        Ok(Done::Help) => writeln!(out, "{HELP}")?,
                        Err(error) => writeln!(out, "! {error}")?,
                    }
                }
                event = within(waits.unwrap_or(Duration::MAX), events.next()) => match event {
                    None => waits = None,
                    Some(None) => return Ok(()),
                    Some(Some(bytes)) => {
                        bytes.map_err(EmulatorError::Remote)?;
                        let page = self.page().await?;
                        if self.take(page, out)? && waits.is_some() {
                            waits = Some(NEXT);
                        }
                    }
                },
            }
        }
    }

    async fn page(&self) -> Result<Page, EmulatorError> {
        get(&self.client, &format!("{}/api/state", self.origin)).await
    }

    /// Writes what the bot has said since; tells whether it said something.
    fn take(&mut self, page: Page, out: &mut impl Write) -> Result<bool, EmulatorError> {
        let ours = |chat: &Chat| chat.number.as_str() == self.number.id && chat.person == self.person.id;
        let Some(chat) = page.chats.into_iter().find(ours) else { return Ok(false) };
        let mut said = false;
        for message in chat.messages.iter().filter(|message| arrived(message)) {
            if !self.shown.insert(message.id.clone()) {
                continue;
            }
            said = true;
            writeln!(out, "{}", Line::of(&chat, message, &self.number.name))?;
            let options = message.content.options();
            if options.is_empty() {
                continue;
            }
            self.options.clear();
            for option in options {
                self.options.push((message.id.clone(), option.id, option.title.clone()));
                writeln!(out, "  {}) {}", self.options.len(), option.title)?;
            }
        }
        self.chat = Some(chat);
        Ok(said)
    }

    async fn act(&mut self, line: &str) -> Result<Done, EmulatorError> {
        let (verb, object) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "" => return Ok(Done::Nothing),
            "/help" => return Ok(Done::Help),
            "/react" => return self.react(object.trim()).await,
            "/location" => {
                let mut degrees = object.split_whitespace().map(str::parse::<f64>);
                let (Some(Ok(latitude)), Some(Ok(longitude))) = (degrees.next(), degrees.next()) else {
                    return Err(EmulatorError::Typed(
                        "a place is written as `/location 52.52 13.405`".to_owned(),
                    ));
                };
                self.send(json!({"type": "location", "latitude": latitude, "longitude": longitude})).await?;
            }
            "/file" => self.file(object.trim()).await?,
            _ => match line.parse::<usize>().ok().and_then(|nth| self.options.get(nth.checked_sub(1)?)) {
                Some((message, id, _)) => {
                    self.send(json!({"type": "tap", "message": message, "id": id})).await?;
                }
                None => {
                    let body = line.strip_prefix('\\').unwrap_or(line);
                    self.send(json!({"type": "text", "body": body})).await?;
                }
            },
        }
        Ok(Done::Sent)
    }

    async fn react(&self, emoji: &str) -> Result<Done, EmulatorError> {
        let mut messages = self.chat.iter().flat_map(|chat| &chat.messages).rev();
        let Some(last) = messages.find(|message| arrived(message)) else {
            return Err(EmulatorError::Typed("the bot has said nothing to react to".to_owned()));
        };
        let reaction = json!({"message": last.id, "emoji": emoji});
        let _: Value = post(&self.client, &self.chat_url("reactions"), &reaction).await?;
        Ok(Done::Sent)
    }

    async fn file(&self, path: &str) -> Result<(), EmulatorError> {
        let owned = path.to_owned();
        let read = tokio::task::spawn_blocking(move || std::fs::read(owned)).await;
        let bytes = read.ok().and_then(Result::ok);
        let bytes = bytes.ok_or_else(|| EmulatorError::Typed(format!("{path:?} can't be read")))?;
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let (kind, mime) = kind(name);
        let upload = self.client.post(format!("{}/api/media", self.origin)).query(&[("filename", name)]);
        let upload = upload.header("content-type", mime).body(bytes).send().await;
        let media: Value = answer(upload.map_err(EmulatorError::Remote)?).await?;
        let filename = (kind == "document").then_some(name);
        self.send(json!({"type": kind, "media": media["id"], "filename": filename})).await
    }

    async fn send(&self, act: Value) -> Result<(), EmulatorError> {
        let _: Value = post(&self.client, &self.chat_url("messages"), &act).await?;
        Ok(())
    }

    fn chat_url(&self, what: &str) -> String {
        format!("{}/api/chats/{}/{}/{what}", self.origin, self.number.id, self.person.id)
    }
}

enum Done {
    Sent,
    Help,
    Nothing,
}

/// What the business said and the phone got.
fn arrived(message: &Msg) -> bool {
    message.from == Side::Business && !matches!(message.status, Tick::Pending | Tick::Failed)
}

fn kind(name: &str) -> (&'static str, &'static str) {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("jpg" | "jpeg") => ("image", "image/jpeg"),
        Some("png") => ("image", "image/png"),
        Some("webp") => ("sticker", "image/webp"),
        Some("mp4") => ("video", "video/mp4"),
        Some("ogg") => ("audio", "audio/ogg"),
        Some("mp3") => ("audio", "audio/mpeg"),
        Some("pdf") => ("document", "application/pdf"),
        _ => ("document", "application/octet-stream"),
    }
}

async fn get<T: DeserializeOwned>(client: &reqwest::Client, url: &str) -> Result<T, EmulatorError> {
    answer(client.get(url).send().await.map_err(EmulatorError::Remote)?).await
}

async fn post<T: DeserializeOwned>(
    client: &reqwest::Client,
    url: &str,
    body: &Value,
) -> Result<T, EmulatorError> {
    answer(client.post(url).json(body).send().await.map_err(EmulatorError::Remote)?).await
}

async fn answer<T: DeserializeOwned>(response: reqwest::Response) -> Result<T, EmulatorError> {
    if response.status().is_success() {
        return response.json().await.map_err(EmulatorError::Remote);
    }
    let status = response.status();
    let said: Value = response.json().await.unwrap_or_default();
    let said = said["error"].as_str().map_or_else(|| status.to_string(), str::to_owned);
    Err(EmulatorError::Typed(said))
}
