//! A language model behind HTTP, as an [`Answerer`]: any that speaks OpenAI's "chat completions".

use std::time::Duration;

use reqwest::Client;
use serde::{Deserialize, Serialize};
use wappa::{Error, Result};

use crate::{answerer::Answerer, talk::Said};

const PROMPT: &str = "You are a friendly assistant on WhatsApp. Answer briefly.";

pub struct Model {
    http: Client,
    /// Where it is; `None` where nobody has said so yet.
    url: Option<String>,
    key: Option<String>,
    model: String,
    prompt: String,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Message<'a> {
    System {
        role: &'static str,
        content: &'a str,
    },
    Said(&'a Said),
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Content,
}

#[derive(Deserialize)]
struct Content {
    content: Option<String>,
}

impl Model {
    /// As the environment or `.env` says.
    pub fn from_env() -> Result<Self> {
        let said = |name: &str| {
            let value = dotenvy::var(name).ok()?;
            (!value.trim().is_empty()).then(|| value.trim().to_owned())
        };
        let model = said("ASSISTANT_MODEL").unwrap_or_else(|| "gpt-5-mini".to_owned());
        let prompt = said("ASSISTANT_PROMPT").unwrap_or_else(|| PROMPT.to_owned());
        Self::new(
            said("ASSISTANT_BASE_URL"),
            said("ASSISTANT_API_KEY"),
            model,
            prompt,
        )
    }

    pub fn new(
        base_url: Option<String>,
        key: Option<String>,
        model: String,
        prompt: String,
    ) -> Result<Self> {
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(35))
            .build()?;
        let url = base_url.map(|base| format!("{}/chat/completions", base.trim_end_matches('/')));
        Ok(Self {
            http,
            url,
            key,
            model,
            prompt,
        })
    }
}

impl Answerer for Model {
    async fn answer(&self, talk: &[Said]) -> Result<String> {
        let Some(url) = &self.url else {
            return Err(Error::msg(
                "ASSISTANT_BASE_URL is not set: see .env.example",
            ));
        };
        let prompt = Message::System {
            role: "system",
            content: &self.prompt,
        };
        let messages = std::iter::once(prompt)
            .chain(talk.iter().map(Message::Said))
            .collect();
        let body = Request {
            model: &self.model,
            messages,
        };
        let mut request = self.http.post(url).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let answer: Answer = request.send().await?.error_for_status()?.json().await?;
        let first = answer.choices.into_iter().next();
        first
            .and_then(|choice| choice.message.content)
            .ok_or_else(|| Error::msg("the model said nothing"))
    }
}
