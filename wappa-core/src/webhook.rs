//! The webhook over HTTP: Meta's handshake, the signature over the raw bytes, and the answers Meta acts upon. What a
//! delivery means is for the inbox.

use std::{error::Error, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use wappa_cloud::{SignatureError, webhook};

use crate::{
    inbox::{Inbox, SignedBy},
    numbers::Numbers,
    shutdown::{Drain, Phase},
    store::Store,
};

/// The path of one number's callback.
pub const NUMBER_PATH: &str = "/webhook/messenger/{phone_number_id}/whatsapp";
/// The path of a callback that serves several numbers.
pub const SHARED_PATH: &str = "/webhook/whatsapp";

const SIGNATURE: &str = "x-hub-signature-256";

/// What the webhook's routes stand on.
#[derive(Clone)]
pub struct Webhook {
    /// Where deliveries go.
    pub inbox: Arc<Inbox>,
    /// Which numbers and apps are ours.
    pub numbers: Arc<dyn Numbers>,
    /// Asked by `/ready`.
    pub store: Arc<dyn Store>,
    /// Whether the bot is going down.
    pub drain: Drain,
}

/// The two callback paths, for any host application.
pub fn routes<S: Clone + Send + Sync + 'static>(webhook: Webhook) -> Router<S> {
    Router::new()
        .route(NUMBER_PATH, get(verify_number).post(deliver))
        .route(SHARED_PATH, get(verify).post(deliver))
        .with_state(Arc::new(webhook))
}

/// `GET /health` (the process is alive) and `GET /ready` (it takes deliveries).
pub fn health_routes<S: Clone + Send + Sync + 'static>(webhook: Webhook) -> Router<S> {
    Router::new()
        .route("/health", get(|| async { "alive" }))
        .route("/ready", get(ready))
        .with_state(Arc::new(webhook))
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
    #[serde(rename = "hub.verify_token")]
    token: Option<String>,
}

async fn verify_number(
    State(webhook): State<Arc<Webhook>>,
    Path(id): Path<String>,
    Query(asked): Query<Handshake>,
) -> Response {
    if webhook.numbers.number(&id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "this phone number id is not configured in this bot");
    }
    answer(&webhook, asked)
}

async fn verify(State(webhook): State<Arc<Webhook>>, Query(asked): Query<Handshake>) -> Response {
    answer(&webhook, asked)
}

fn answer(webhook: &Webhook, asked: Handshake) -> Response {
    let subscribes = asked.mode.as_deref() == Some("subscribe");
    let knows = asked.token.as_deref().is_some_and(|token| webhook.numbers.verifies(token));
    match asked.challenge {
        Some(challenge) if subscribes && knows => challenge.into_response(),
        _ => {
            tracing::warn!(
                "a webhook verification was refused: its mode, challenge or verify token is wrong"
            );
            refuse(StatusCode::FORBIDDEN, "wrong mode, challenge or verify token")
        }
    }
}

async fn deliver(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    if webhook.drain.phase() > Phase::Open {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "going down; deliver again");
    }
    let (head, body) = request.into_parts();
    let body = match read(&head.headers, body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let signed_by = match check(&*webhook.numbers, &head.headers, &body) {
        Ok(signed_by) => signed_by,
        Err(error) => {
            tracing::warn!(%error, "a webhook delivery was refused");
            return refuse(StatusCode::UNAUTHORIZED, "the signature is missing or wrong");
        }
    };
    let delivery = match webhook::split(&body) {
        Ok(delivery) => delivery,
        Err(error) => {
            tracing::warn!(%error, "a signed webhook delivery is not JSON");
            return refuse(StatusCode::BAD_REQUEST, "the body is not JSON");
        }
    };
    match webhook.inbox.take(&delivery, &signed_by).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::error!(%error, "the store could not take a delivery; Meta is asked to deliver it again");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "the store is not available; deliver again")
        }
    }
}

/// The whole body, unless it is too large or breaks off.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Response> {
    let too_large = || refuse(StatusCode::PAYLOAD_TOO_LARGE, "a body has at most 4 MB");
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > webhook::MAX_BODY) {
        return Err(too_large());
    }
    axum::body::to_bytes(body, webhook::MAX_BODY).await.map_err(|error| {
        // What counts is in the chain: a length limit, or a connection that broke.
        let limit = std::iter::successors(error.source(), |&cause| cause.source())
            .any(<dyn std::error::Error + 'static>::is::<http_body_util::LengthLimitError>);
        if limit { too_large() } else { refuse(StatusCode::BAD_REQUEST, "the body broke off") }
    })
}

/// Tries every secret of every app, so that the time taken does not tell which one fits.
pub(crate) fn check(
    numbers: &dyn Numbers,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<SignedBy, SignatureError> {
    let apps = numbers.apps();
    if apps.iter().all(|app| app.secrets.is_empty()) {
        return Ok(SignedBy::Unchecked);
    }
    let header = headers.get(SIGNATURE).map(axum::http::HeaderValue::as_bytes);
    let mut signers = Vec::with_capacity(1);
    let mut refused = None;
    for app in apps.iter() {
        let mut signed = false;
        for secret in &app.secrets {
            match secret.verify(body, header) {
                Ok(()) => signed = true,
                Err(error @ (SignatureError::Missing | SignatureError::Malformed)) => return Err(error),
                Err(error) => refused = Some(error),
            }
        }
        if signed {
            signers.push(Arc::clone(app));
        }
    }
    match refused {
        Some(error) if signers.is_empty() => Err(error),
        _ => Ok(SignedBy::Apps(signers)),
    }
}

async fn ready(State(webhook): State<Arc<Webhook>>) -> Response {
    if webhook.drain.phase() > Phase::Open {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "draining");
    }
    match webhook.store.depth().await {
        Ok(_) => "ready".into_response(),
        Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

pub(crate) fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, why).into_response()
}
