//! Where webhooks go: a bot in this process through [`WebhookSink`], or one in another process over HTTP.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::time::Duration;
use tower::ServiceExt as _;

use crate::error::EmulatorError;

/// A webhook ready to be posted.
#[derive(Clone, Debug)]
pub struct SignedWebhook {
    /// The path a bot answers on by default, e.g. `/webhook/messenger/106540352242922/whatsapp`.
    pub path: String,
    /// Where it goes instead, if the bot said so for its number, its account or its app.
    pub callback: Option<String>,
    /// The JSON, with everything beyond ASCII escaped, exactly as signed.
    pub body: Bytes,
    /// The value of `X-Hub-Signature-256`.
    pub signature: String,
}

/// Takes webhooks to a bot.
pub trait WebhookSink: Send + Sync + 'static {
    /// Posts a webhook and answers with the HTTP status the bot gave; 0 when nobody answered. Anything but 200 is
    /// delivered again later.
    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16>;

    /// Meta's handshake with an address that a bot names: whether it echoes the challenge for this verify token. A sink
    /// that goes nowhere else has nobody to ask.
    fn verify(
        &self,
        _callback: String,
        _verify_token: String,
        _challenge: String,
    ) -> BoxFuture<'_, Handshake> {
        Box::pin(std::future::ready(Handshake::Done))
    }

    /// Asks the endpoint of a Flow. A sink that goes nowhere else has nobody to ask.
    fn ask(&self, _call: FlowCall) -> BoxFuture<'_, FlowHeard> {
        Box::pin(std::future::ready(FlowHeard::default()))
    }
}

/// A sealed request to the endpoint of a Flow, ready to be posted.
#[derive(Clone, Debug)]
pub struct FlowCall {
    /// The Flow's `endpoint_uri`.
    pub endpoint: String,
    /// The JSON, exactly as signed.
    pub body: Bytes,
    /// The value of `X-Hub-Signature-256`.
    pub signature: String,
}

/// What an endpoint answered; nothing, with status 0, if it didn't.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowHeard {
    /// The HTTP status.
    pub status: u16,
    /// The sealed answer, in base64.
    pub body: Bytes,
}

/// How a handshake ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// The challenge came back.
    Done,
    /// It didn't.
    Failed,
}

/// Hands webhooks to a router in this process, as if they had come in over its port.
#[derive(Clone, Debug)]
pub struct RouterSink {
    router: Router,
}

impl RouterSink {
    /// Takes webhooks to this router, at the path a bot answers on by default.
    pub fn new(router: Router) -> Self {
        Self { router }
    }
}

/// As much of an answer as a form can have.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

impl WebhookSink for RouterSink {
    fn ask(&self, call: FlowCall) -> BoxFuture<'_, FlowHeard> {
        Box::pin(async move {
            // The bot is in this process, wherever its public address may be.
            let path = call.endpoint.parse::<http::Uri>().map(|uri| uri.path().to_owned());
            let request = path.ok().and_then(|path| {
                let request = Request::post(path).header("x-hub-signature-256", call.signature);
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(call.body)).ok()
            });
            let Some(request) = request else { return FlowHeard::default() };
            let Ok(answer) = self.router.clone().oneshot(request).await;
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), LARGEST_ANSWER).await.unwrap_or_default();
            FlowHeard { status, body }
        })
    }

    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16> {
        Box::pin(async move {
            let request = Request::post(webhook.path)
                .header(header::CONTENT_TYPE, "application/json")
                .header("x-hub-signature-256", webhook.signature)
                .body(Body::from(webhook.body));
            match request {
                Ok(request) => {
                    let Ok(answer) = self.router.clone().oneshot(request).await;
                    answer.status().as_u16()
                }
                Err(_) => 0,
            }
        })
    }
}

/// Posts webhooks to the callback URL of a bot in another process.
#[derive(Clone, Debug)]
pub struct HttpSink {
    client: reqwest::Client,
    callback: reqwest::Url,
}

impl HttpSink {
    /// Posts to this URL, whatever path a webhook would go to by default.
    ///
    /// # Errors
    /// [`EmulatorError::Callback`] if it is not a URL.
    pub fn new(callback: &str) -> Result<Self, EmulatorError> {
        let failed = |source| EmulatorError::Callback { url: callback.to_owned(), source };
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(failed)?;
        // Building a request is reqwest's own way of checking a URL.
        let request = client.post(callback).build().map_err(failed)?;
        Ok(Self { client, callback: request.url().clone() })
    }
}

impl HttpSink {
    async fn handshake(&self, callback: &str, token: &str, challenge: &str) -> Option<Handshake> {
        let asked = [("hub.mode", "subscribe"), ("hub.challenge", challenge), ("hub.verify_token", token)];
        let answer = self.client.get(callback).query(&asked).send().await.ok()?;
        let echoed = answer.status() == 200 && answer.text().await.ok()? == challenge;
        echoed.then_some(Handshake::Done)
    }
}

impl WebhookSink for HttpSink {
    fn ask(&self, call: FlowCall) -> BoxFuture<'_, FlowHeard> {
        Box::pin(async move {
            let request = self.client.post(&call.endpoint).header("content-type", "application/json");
            let request = request.header("x-hub-signature-256", call.signature).body(call.body);
            let Ok(answer) = request.send().await else { return FlowHeard::default() };
            let status = answer.status().as_u16();
            FlowHeard { status, body: answer.bytes().await.unwrap_or_default() }
        })
    }

    fn verify(&self, callback: String, verify_token: String, challenge: String) -> BoxFuture<'_, Handshake> {
        Box::pin(async move {
            let done = self.handshake(&callback, &verify_token, &challenge).await;
            done.unwrap_or(Handshake::Failed)
        })
    }

    fn deliver(&self, webhook: SignedWebhook) -> BoxFuture<'_, u16> {
        Box::pin(async move {
            let callback = match webhook.callback.as_deref().map(reqwest::Url::parse) {
                None => self.callback.clone(),
                Some(Ok(callback)) => callback,
                Some(Err(_)) => return 0,
            };
            let answer = self
                .client
                .post(callback)
                .header("content-type", "application/json")
                .header("x-hub-signature-256", webhook.signature)
                .header("user-agent", "facebookexternalua")
                .body(webhook.body)
                .send()
                .await;
            answer.map_or(0, |answer| answer.status().as_u16())
        })
    }
}
