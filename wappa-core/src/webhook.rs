//! The webhook over HTTP: Meta's handshake, the signature over the raw bytes, and the answers Meta acts upon. What a
//! delivery means is for the inbox.

mod ready;
mod sources;

use std::{error::Error, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header::CONTENT_LENGTH},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::FutureExt;
use serde::Deserialize;
use tracing::{Instrument, Span, field::Empty};
use wappa_cloud::{SignatureError, webhook};

pub use self::sources::{SourceError, SourceLimit, Sources};
use crate::{
    clock::Clock,
    inbox::{Inbox, SignedBy},
    meters::Told,
    numbers::Numbers,
    shutdown::{Drain, Phase},
};

/// The path of one number's callback.
pub const NUMBER_PATH: &str = "/webhook/messenger/{phone_number_id}/whatsapp";
/// The path of a callback that serves several numbers.
pub const SHARED_PATH: &str = "/webhook/whatsapp";

const SIGNATURE: &str = "x-hub-signature-256";
/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// What the webhook's routes stand on.
#[derive(Clone)]
pub struct Webhook {
    /// Where deliveries go.
    pub inbox: Arc<Inbox>,
    /// Which numbers and apps are ours.
    pub numbers: Arc<dyn Numbers>,
    /// Whether the bot is going down.
    pub drain: Drain,
    /// Who has asked too often without knowing a secret.
    pub sources: Arc<Sources>,
}

/// The two callback paths, for any host application.
pub fn routes<S: Clone + Send + Sync + 'static>(webhook: Webhook) -> Router<S> {
    Router::new()
        .route(NUMBER_PATH, get(verify_number).post(deliver))
        .route(SHARED_PATH, get(verify).post(deliver))
        .with_state(Arc::new(webhook))
}

/// `GET /health` (the process is alive) and `GET /ready` (it takes deliveries and works them off; if not, why).
pub fn health_routes<S: Clone + Send + Sync + 'static>(webhook: Webhook) -> Router<S> {
    Router::new()
        .route("/health", get(|| async { "alive" }))
        .route("/ready", get(ready::ready))
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
    request: Request,
) -> Response {
    if webhook.numbers.number(&id).is_none() {
        return refuse(StatusCode::NOT_FOUND, "this phone number id is not configured in this bot");
    }
    answer(&webhook, asked, request)
}

async fn verify(
    State(webhook): State<Arc<Webhook>>,
    Query(asked): Query<Handshake>,
    request: Request,
) -> Response {
    answer(&webhook, asked, request)
}

fn answer(webhook: &Webhook, asked: Handshake, request: Request) -> Response {
    let charged = match webhook.sources.charge(&request.into_parts().0) {
        Ok(charged) => charged,
        Err(refused) => return refused.into_response(),
    };
    let subscribes = asked.mode.as_deref() == Some("subscribe");
    let knows = asked.token.as_deref().is_some_and(|token| webhook.numbers.verifies(token));
    match asked.challenge {
        Some(challenge) if subscribes && knows => {
            webhook.sources.forgive(charged);
            challenge.into_response()
        }
        _ => {
            tracing::warn!(
                "a webhook verification was refused: its mode, challenge or verify token is wrong"
            );
            refuse(StatusCode::FORBIDDEN, "wrong mode, challenge or verify token")
        }
    }
}

async fn deliver(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    let (clock, meters) = (webhook.sources.clock(), webhook.inbox.meters());
    let begun = meters.begin(|| clock.monotonic());
    let span = tracing::debug_span!("delivery", items = Empty, first = Empty);
    let answer = take(&webhook, request, &span).instrument(span.clone()).await;
    let told = match answer.status() {
        StatusCode::OK => Told::Taken,
        StatusCode::SERVICE_UNAVAILABLE => Told::Unavailable,
        StatusCode::UNAUTHORIZED => Told::Refused,
        StatusCode::TOO_MANY_REQUESTS => Told::Limited,
        _ => Told::Malformed,
    };
    meters.delivery(told, || Some(clock.monotonic().saturating_sub(begun?)));
    answer
}

async fn take(webhook: &Webhook, request: Request, span: &Span) -> Response {
    if webhook.drain.phase() > Phase::Open {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "going down; deliver again");
    }
    let (head, body) = request.into_parts();
    let charged = match webhook.sources.charge(&head) {
        Ok(charged) => charged,
        Err(refused) => return refused.into_response(),
    };
    let body = match read(&head.headers, body, webhook.sources.clock()).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let signed_by = match check(&*webhook.numbers, &head.headers, &body) {
        Ok(signed_by) => {
            webhook.sources.forgive(charged);
            signed_by
        }
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
    if !span.is_disabled() {
        span.record("items", delivery.items.len());
        if let Some(first) = delivery.items.first() {
            span.record("first", format_args!("{:032x}", first.key.0));
        }
    }
    if let Some(traces) = webhook.inbox.traces() {
        traces.delivered(span, &mut delivery.items.iter().map(|item| item.key));
    }
    match webhook.inbox.take(&delivery, &signed_by).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::error!(%error, "the store could not take a delivery; Meta is asked to deliver it again");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "the store is not available; deliver again")
        }
    }
}

/// The whole body, unless it is too large, breaks off, or does not come.
pub(crate) async fn read(headers: &HeaderMap, body: Body, clock: &dyn Clock) -> Result<Bytes, Response> {
    let too_large = || refuse(StatusCode::PAYLOAD_TOO_LARGE, "a body has at most 4 MB");
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > webhook::MAX_BODY) {
        return Err(too_large());
    }
    let mut whole = pin!(axum::body::to_bytes(body, webhook::MAX_BODY));
    // Most bodies come along with their heads, and need no timer.
    let read = match whole.as_mut().now_or_never() {
        Some(read) => read,
        None => tokio::select! {
            read = whole => read,
            () = clock.sleep(BODY_PATIENCE) => {
                return Err(refuse(StatusCode::REQUEST_TIMEOUT, "the body did not come"));
            }
        },
    };
    read.map_err(|error| {
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

pub(crate) fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, why).into_response()
}
