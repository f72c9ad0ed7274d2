//! A Flow's endpoint over HTTP: signature, decryption, the handler with its time, and the statuses WhatsApp acts upon.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::FutureExt;
use wappa_cloud::{
    AppSecret,
    flow::{FlowAction, FlowAnswer, FlowError, FlowErrorKind, FlowRequest, Opened},
};

use super::{Flow, FlowAsk, Flows, Handler, SignedTokens};
use crate::{
    clock::Clock,
    error::Error,
    inbox::SignedBy,
    messenger::Messenger,
    numbers::Numbers,
    webhook::{Sources, check, read, refuse},
};

/// The path of a Flow's endpoint.
pub const FLOW_PATH: &str = "/flows/{name}";
/// How long WhatsApp waits for an answer (Meta: *Flows Health and Monitoring*).
pub const BUDGET: Duration = Duration::from_secs(10);
/// From here on WhatsApp counts an answer as slow.
const SLOW: Duration = Duration::from_secs(1);
/// What a person reads when Meta did not sign their token.
const NOT_SIGNED: &str = "This form can no longer be used.";

/// What the endpoints stand on.
#[derive(Clone)]
pub struct FlowParts {
    /// By the last part of their path.
    pub flows: Arc<Flows>,
    /// Whose secrets sign.
    pub numbers: Arc<dyn Numbers>,
    /// For handlers that say more than the form does.
    pub messenger: Messenger,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who has asked too often without knowing a secret.
    pub sources: Arc<Sources>,
}

/// The endpoints, for any host application.
pub fn routes<S: Clone + Send + Sync + 'static>(parts: FlowParts) -> Router<S> {
    Router::new().route(FLOW_PATH, post(ask)).with_state(Arc::new(parts))
}

async fn ask(State(parts): State<Arc<FlowParts>>, Path(name): Path<String>, request: Request) -> Response {
    let begun = parts.clock.monotonic();
    let Some(flow) = parts.flows.0.get(&name) else {
        return refuse(StatusCode::NOT_FOUND, "this bot has no flow of this name");
    };
    let (head, body) = request.into_parts();
    let charged = match parts.sources.charge(&head) {
        Ok(charged) => charged,
        Err(refused) => return refused.into_response(),
    };
    let body = match read(&head.headers, body, &*parts.clock).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let signed_by = check(&*parts.numbers, &head.headers, &body);
    if signed_by.is_ok() {
        parts.sources.forgive(charged);
    }
    let opened = signed_by
        .map_err(|_| FlowErrorKind::Signature.into())
        .and_then(|signed_by| Ok((signed_by, open(flow, &body)?)));
    let (signed_by, Opened { request, key, .. }) = match opened {
        Ok(opened) => opened,
        Err(error) => return refused(&name, &error),
    };
    let asked = Asked { parts: &parts, flow, name: &name, until: begun + BUDGET };
    let Some(answer) = asked.answer(request, &signed_by).await else {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "the flow could not answer");
    };
    let took = parts.clock.monotonic().saturating_sub(begun);
    if took > SLOW {
        tracing::warn!(flow = name, ?took, budget = ?BUDGET, "a flow's answer took long; WhatsApp warns from a second on");
    }
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::OK);
    match key.seal(&answer) {
        Ok(sealed) => (status, [(CONTENT_TYPE, "text/plain")], sealed).into_response(),
        Err(error) => refused(&name, &error),
    }
}

fn refused(name: &str, error: &FlowError) -> Response {
    tracing::warn!(flow = name, %error, "a request to a flow was refused");
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    (status, error.to_string()).into_response()
}

/// The first key that opens it counts.
fn open(flow: &Flow, body: &[u8]) -> Result<Opened, FlowError> {
    let mut failed = FlowErrorKind::Undecryptable.into();
    for keys in &flow.keys {
        match keys.open(body) {
            Ok(opened) => return Ok(opened),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// A request that was opened.
struct Asked<'a> {
    parts: &'a FlowParts,
    flow: &'a Flow,
    name: &'a str,
    until: Duration,
}

impl Asked<'_> {
    /// `None` where there is nothing to say but that it failed; the log says why.
    async fn answer(&self, request: FlowRequest, signed_by: &SignedBy) -> Option<FlowAnswer> {
        if request.action == FlowAction::Ping {
            return Some(FlowAnswer::active());
        }
        if let Some(error) = request.client_error() {
            tracing::warn!(
                flow = self.name,
                screen = request.screen,
                key = error.key,
                message = error.message,
                "WhatsApp could not show what this flow had answered"
            );
            return Some(FlowAnswer::acknowledged());
        }
        if !self.is_signed(&request, signed_by) {
            tracing::warn!(flow = self.name, "a flow's token has no signature of Meta's, or a wrong one");
            return Some(FlowAnswer::token_expired(NOT_SIGNED));
        }
        let Some(handler) = self.handler(&request) else {
            tracing::error!(
                flow = self.name,
                screen = request.screen,
                action = ?request.action,
                "no handler answers this: add one with `on`, `on_open`, `on_back` or `otherwise`"
            );
            return None;
        };
        let screen = request.screen.clone();
        match self.drive(handler, request).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::error!(flow = self.name, screen, ?error, "a flow's handler failed");
                None
            }
        }
    }

    fn handler(&self, request: &FlowRequest) -> Option<&Handler> {
        let screen = request.screen.as_deref().unwrap_or_default();
        let own = match request.action {
            FlowAction::Init => self.flow.opens.as_ref(),
            FlowAction::Back => self.flow.back.get(screen),
            FlowAction::DataExchange => self.flow.submitted.get(screen),
            _ => None,
        };
        own.or(self.flow.otherwise.as_ref())
    }

    /// A signature that is there must fit one of the secrets that signed the body.
    fn is_signed(&self, request: &FlowRequest, signed_by: &SignedBy) -> bool {
        let token = request.flow_token.as_deref().unwrap_or_default();
        let Some(signature) = &request.flow_token_signature else {
            return self.flow.tokens == SignedTokens::IfThere;
        };
        let fits = |secret: &AppSecret| secret.verify_flow_token(token, signature).is_ok();
        match signed_by {
            SignedBy::Apps(apps) => apps.iter().any(|app| app.secrets.iter().any(fits)),
            SignedBy::Unchecked => true,
        }
    }

    /// Runs the handler until it answers, panics, or the time WhatsApp waits is over.
    async fn drive(&self, handler: &Handler, request: FlowRequest) -> Result<FlowAnswer, Error> {
        let FlowParts { messenger, clock, .. } = self.parts;
        let ask = FlowAsk::new(Arc::new(request), messenger.clone(), Arc::clone(clock), self.until);
        let panicked = |_| Error::msg("the handler panicked");
        // The author's code may panic before its first await.
        let handling = catch_unwind(AssertUnwindSafe(|| handler(ask))).map_err(panicked)?;
        let left = self.until.saturating_sub(clock.monotonic());
        tokio::select! {
            biased;
            answered = AssertUnwindSafe(handling).catch_unwind() => answered.map_err(panicked)?,
            () = clock.sleep(left) => {
                Err(Error::msg(format!("no answer within the {} seconds that WhatsApp waits", BUDGET.as_secs())))
            }
        }
    }
}
